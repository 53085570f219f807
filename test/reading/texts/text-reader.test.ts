import { afterEach, describe, expect, it } from 'vitest'
import { type Isolated, type StartIsolated, startNodeProcess } from '../../../main/reading/isolated.ts'
import type { TextAnswer } from '../../../main/reading/texts/answer.ts'
import { textLimits } from '../../../main/reading/texts/limits.ts'
import { ReaderCannotStart, type ReadFile, type TextReader, textReader } from '../../../main/reading/texts/text-reader.ts'
import { pdf } from './pdfs.ts'

const readers: TextReader[] = []
const open = (...options: Parameters<typeof textReader>): TextReader => {
  const made = textReader(...options)
  readers.push(made)
  return made
}
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close()
})

async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  for (let at = 0; at < content.length; at += 1_048_576) yield content.subarray(at, at + 1_048_576)
}
const read = (reader: TextReader, content: Uint8Array): Promise<ReadFile | null> => reader.read({ bytes: content.length, content: () => pieces(content) })
const pagesOf = (found: ReadFile | null): readonly string[] => (found?.answer.state === 'text' ? found.answer.pages : [])
const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding)

describe('the process that reads texts', () => {
  it('reads a PDF page by page, and after it the next file', async () => {
    const reader = open()
    const found = await read(reader, await pdf(['Vedtak om varelager', 'Blåbærsyltetøy på side to']))
    expect(found).toMatchObject({ kind: 'pdf', answer: { state: 'text', pageCount: 2, cut: null } })
    expect(pagesOf(found)).toEqual(['Vedtak om varelager', 'Blåbærsyltetøy på side to'])
    expect(pagesOf(await read(reader, bytes('\ufeffnavn;beløp\nKåre Ås;12')))).toEqual(['navn;beløp\nKåre Ås;12'])
    expect(pagesOf(await read(reader, bytes('Blåbær på Ås', 'latin1')))).toEqual(['Blåbær på Ås'])
    expect(pagesOf(await read(reader, bytes('\ufeffBlåbær', 'utf16le')))).toEqual(['Blåbær'])
  })

  it('says of a scanned document, a picture and an empty file that there is none', async () => {
    const reader = open()
    const scanned = await pdf([''], {}, (document) => { document.rect(10, 10, 200, 200).fill('#888') })
    expect(await read(reader, scanned)).toMatchObject({ kind: 'pdf', answer: { state: 'none', pageCount: 1 } })
    expect(await read(reader, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]))).toMatchObject({ kind: 'png', answer: { state: 'none' } })
    expect(await read(reader, Buffer.alloc(0))).toMatchObject({ answer: { state: 'none' } })
  })

  it('says why a PDF cannot be read: locked, broken, too large', async () => {
    const reader = open()
    expect(await read(reader, await pdf(['Hemmelig'], { userPassword: 'ord', ownerPassword: 'annet' }))).toMatchObject({ kind: 'pdf', answer: { state: 'unreadable', reason: 'password' } })
    expect(await read(reader, bytes(`%PDF-1.7\n${'søppel '.repeat(2000)}`))).toMatchObject({ kind: 'pdf', answer: { state: 'unreadable', reason: 'damaged' } })
    const huge = { bytes: textLimits.pdfBytes + 1, content: () => pieces(bytes('%PDF-1.7')) }
    expect(await reader.read(huge)).toMatchObject({ answer: { state: 'unreadable', reason: 'too-large' } })
  })

  it('finds the pages of a PDF whose directory is broken', async () => {
    const whole = (await pdf(['Side en', 'Blåbær'])).toString('latin1')
    const broken = bytes(whole.replace(/startxref\n\d+/, 'startxref\n99999999').replace(/\nxref\n/, '\nxxxx\n'), 'latin1')
    expect(pagesOf(await read(open(), broken))).toEqual(['Side en', 'Blåbær'])
  })

  it('runs nothing of what a PDF brings', async () => {
    const whole = await pdf(['Vanlig tekst'], {}, (document) => {
      const root = (document as unknown as { _root: { data: Record<string, unknown> } })._root
      root.data['OpenAction'] = document.ref({ S: 'JavaScript', JS: new String('while (true) { app.alert("x") }') })
      ;(root.data['OpenAction'] as { end: () => void }).end()
    })
    expect(pagesOf(await read(open(), whole))).toEqual(['Vanlig tekst'])
  })

  it('reads of a text without end as much as is kept', async () => {
    const found = await read(open(), bytes('ord og andre ord '.repeat(6_000_000)))
    expect(found).toMatchObject({ kind: 'text', answer: { state: 'text', cut: 'characters' } })
    expect(pagesOf(found)[0]?.length).toBe(textLimits.characters)
  })

  it('leaves a page that unpacks to gigabytes, and reads the next file', async () => {
    const reader = open(startNodeProcess, 5000)
    const bomb = await pdf(['Side en'], { compress: true }, (document) => { document.addPage().addContent(' '.repeat(textLimits.bufferBytes * 2)) })
    expect(bomb.length).toBeLessThan(2_000_000)
    const found = await read(reader, bomb)
    expect(found?.answer).toSatisfy((answer: TextAnswer) => answer.state === 'unreadable' || (answer.state === 'text' && answer.cut === 'damaged'))
    expect(pagesOf(await read(reader, bytes('Neste fil')))).toEqual(['Neste fil'])
  })
})

type Behaviour = 'dead' | 'silent' | 'ends' | 'nonsense' | 'answers'

/** A process that does as it is told by a test. */
function actor(plays: readonly Behaviour[]): { readonly start: StartIsolated; readonly started: () => number; readonly killed: () => number } {
  let [started, killed] = [0, 0]
  const answer: TextAnswer = { state: 'text', pages: ['svar'], pageCount: 1, cut: null }
  return {
    started: () => started,
    killed: () => killed,
    start: (): Isolated => {
      const play = plays[Math.min(started, plays.length - 1)] ?? 'dead'
      started += 1
      const messages: ((message: unknown) => void)[] = []
      const exits: (() => void)[] = []
      const later = (work: () => void): void => { setImmediate(work) }
      later(() => {
        if (play === 'dead') for (const exit of exits) exit()
        else for (const listener of messages) listener('ready')
      })
      return {
        post: (message) => {
          const { step, id } = message as { readonly step: string; readonly id: number }
          if (step !== 'end' || play === 'silent') return
          later(() => {
            if (play === 'ends') for (const exit of exits) exit()
            else for (const listener of messages) listener(play === 'answers' ? { id, answer } : { id, answer: { state: 'text', pages: [7] } })
          })
        },
        onMessage: (listener) => { messages.push(listener) },
        onExit: (listener) => { exits.push(listener) },
        kill: () => { killed += 1 },
      }
    },
  }
}

describe('a file that its process does not live through', () => {
  it.each([['silent', 'too-slow'], ['ends', 'failed'], ['nonsense', 'failed']] as const)('is tried twice and no more: %s', async (play, reason) => {
    const made = actor([play, play, 'answers'])
    const reader = open(made.start, 200)
    expect(await read(reader, bytes('tekst'))).toEqual({ kind: 'text', answer: { state: 'unreadable', reason } })
    expect([made.started(), made.killed()]).toEqual([2, 2])
    expect(pagesOf(await read(reader, bytes('neste')))).toEqual(['svar'])
  })

  it('is read when the second try goes well', async () => {
    expect(pagesOf(await read(open(actor(['ends', 'answers']).start), bytes('tekst')))).toEqual(['svar'])
  })

  it('is not to blame for a process that does not start', async () => {
    await expect(read(open(actor(['dead']).start), bytes('tekst'))).rejects.toThrow(ReaderCannotStart)
  })

  it('is left when the reader closes', async () => {
    const reader = open(actor(['silent']).start)
    const waiting = read(reader, bytes('tekst'))
    setTimeout(() => { reader.close() }, 50)
    expect(await waiting).toBeNull()
    expect(await read(reader, bytes('tekst'))).toBeNull()
  })

  it('keeps its own fault: one that cannot be got at is told of', async () => {
    const reader = open(actor(['answers']).start)
    await expect(reader.read({ bytes: 5, content: () => { throw new Error('no disk') } })).rejects.toThrow('no disk')
  })
})
