import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, copyFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { headerLength, longestFrame } from '../../main/store/journal/form.ts'
import { JournalDamage, type JournalEnd, type JournalOptions, replayJournal, startSegment } from '../../main/store/journal/journal.ts'

const root = await mkdtemp(join(tmpdir(), 'meldingsboks-journal-'))
afterAll(() => rm(root, { recursive: true }))

let count = 0
let options: JournalOptions
beforeEach(() => {
  count += 1
  options = {
    folder: join(root, String(count), 'ledger.journal'),
    profileId: '00000000-0000-4000-8000-000000000001',
    keys: [{ epoch: 1, key: Buffer.alloc(32, 1), headerKey: Buffer.alloc(32, 2) }],
  }
})

interface Read { readonly texts: readonly string[]; readonly seqs: readonly number[]; readonly end: JournalEnd }
function read(from = options): Read {
  const texts: string[] = []
  const seqs: number[] = []
  const end = replayJournal(from, (frame) => {
    texts.push(frame.content.toString())
    seqs.push(frame.firstSeq)
  })
  return { texts, seqs, end }
}

function write(...texts: readonly string[]): void {
  const { end } = read()
  const journal = startSegment(options, end, end.lastSeq + 1)
  for (const text of texts) journal.append(1, Buffer.from(text))
  journal.close()
}

const segment = (number: number): string => join(options.folder, `${String(number).padStart(8, '0')}.journal`)

function damage(): JournalDamage | null {
  try {
    read()
    return null
  } catch (error) {
    if (error instanceof JournalDamage) return error
    throw error
  }
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  await writeFile(path, bytes)
}

describe('an unfinished write at the end', () => {
  it('is cut at the next start, wherever it broke off', async () => {
    write('first', 'second')
    const whole = await readFile(segment(1))
    write('third')
    const last = await readFile(segment(2))
    for (let length = 0; length < last.length; length += 1) {
      await writeFile(segment(2), last.subarray(0, length))
      const { texts, end } = read()
      expect(texts).toEqual(['first', 'second'])
      expect(end.torn).toEqual(length === headerLength ? null : { path: segment(2), length, keep: length < headerLength ? 0 : headerLength })
    }
    await writeFile(segment(2), last.subarray(0, last.length - 1))
    write('fourth')
    expect(read().texts).toEqual(['first', 'second', 'fourth'])
    expect(await readFile(segment(1))).toEqual(whole)
    expect((await readFile(segment(2))).length).toBe(headerLength)
  })

  it('of a new segment leaves no gap behind', async () => {
    write('first')
    await writeFile(segment(2), Buffer.alloc(headerLength - 1))
    write('second')
    expect(read()).toMatchObject({ texts: ['first', 'second'], end: { segment: 2 } })
  })

  it('may also be zeros, or a length without its bytes', async () => {
    write('first')
    const whole = await readFile(segment(1))
    for (const rest of [Buffer.alloc(4096), Buffer.from('00000040', 'hex'), Buffer.alloc(300, 0xff)]) {
      await writeFile(segment(1), Buffer.concat([whole, rest]))
      expect(read()).toMatchObject({ texts: ['first'], end: { torn: { keep: whole.length } } })
    }
  })

  it('is damage when it is longer than any write', async () => {
    write('first')
    await appendFile(segment(1), Buffer.alloc(longestFrame + 100))
    expect(damage()).toMatchObject({ segment: 1 })
  })

  it('is damage in an older segment', async () => {
    write('first')
    const whole = await readFile(segment(1))
    write('second')
    await appendFile(segment(1), 'x')
    expect(damage()).toMatchObject({ code: 'damaged', segment: 1, position: whole.length })
  })
})

describe('damage', () => {
  it('of any byte before the last record is seen, with its place', async () => {
    write('one', 'two', 'three')
    const whole = await readFile(segment(1))
    const lastRecord = whole.length - (16 + 5 + 16)
    for (let at = 0; at < lastRecord; at += 1) {
      await flip(segment(1), at)
      const found = damage()
      expect(found, `byte ${String(at)}`).toMatchObject({ code: 'damaged', segment: 1 })
      expect(found?.position).toBeLessThanOrEqual(at)
      await writeFile(segment(1), whole)
    }
    expect(read().texts).toHaveLength(3)
  })

  it('of any byte of an older segment is seen, its last record included', async () => {
    write('one', 'two')
    write('three')
    const whole = await readFile(segment(1))
    for (let at = 0; at < whole.length; at += 1) {
      await flip(segment(1), at)
      expect(damage(), `byte ${String(at)}`).toMatchObject({ code: 'damaged', segment: 1 })
      await writeFile(segment(1), whole)
    }
  })

  it('of the newest record leaves the ones before, and says that something was cut', async () => {
    write('one', 'two')
    const whole = await readFile(segment(1))
    await flip(segment(1), whole.length - 20)
    expect(read()).toMatchObject({ texts: ['one'], end: { lastSeq: 1, torn: { length: whole.length } } })
  })

  it('by exchanged, doubled or missing records is seen', async () => {
    write('aaa', 'bbb', 'ccc')
    const whole = await readFile(segment(1))
    const size = 16 + 3 + 16
    const record = (index: number): Buffer => whole.subarray(headerLength + index * size, headerLength + (index + 1) * size)
    await writeFile(segment(1), Buffer.concat([whole.subarray(0, headerLength), record(1), record(0), record(2)]))
    expect(damage()).toMatchObject({ position: headerLength })
    await writeFile(segment(1), Buffer.concat([whole.subarray(0, headerLength), record(0), record(0), record(2)]))
    expect(damage()).toMatchObject({ position: headerLength + size })
    await writeFile(segment(1), Buffer.concat([whole.subarray(0, headerLength), record(0), record(2)]))
    expect(read()).toMatchObject({ texts: ['aaa'], end: { torn: { keep: headerLength + size } } })
  })

  it('by exchanged, missing or doubled segments is seen', async () => {
    write('a')
    write('b')
    write('c')
    await rename(segment(1), `${segment(1)}.x`)
    await rename(segment(2), segment(1))
    await rename(`${segment(1)}.x`, segment(2))
    expect(damage()).toMatchObject({ segment: 1 })
    await rename(segment(1), `${segment(1)}.x`)
    await rename(segment(2), segment(1))
    expect(damage()).toMatchObject({ segment: 2 })
    await copyFile(segment(1), segment(2))
    expect(damage()).toMatchObject({ segment: 2 })
    await rename(`${segment(1)}.x`, segment(2))
    expect(read().texts).toEqual(['a', 'b', 'c'])
    await rm(segment(1))
    expect(damage()).toMatchObject({ segment: 1 })
  })

  it('by an older segment cut at the border of a record is seen', async () => {
    write('aaa', 'bbb')
    write('c')
    await truncate(segment(1), headerLength + 16 + 3 + 16)
    expect(damage()).toMatchObject({ segment: 2, position: 0 })
    await truncate(segment(1), headerLength)
    expect(damage()).toMatchObject({ segment: 2, position: 0 })
  })

  it('by an empty older segment that was replaced is seen', async () => {
    write()
    write('b')
    const second = await readFile(segment(2))
    await rm(segment(1))
    await rm(segment(2))
    write()
    await writeFile(segment(2), second)
    expect(damage()).toMatchObject({ segment: 2 })
  })
})

describe('another key', () => {
  it('is told from damage', () => {
    write('a')
    const wrong = { ...options, keys: [{ epoch: 1, key: Buffer.alloc(32, 1), headerKey: Buffer.alloc(32, 9) }] }
    expect(() => read(wrong)).toThrow(expect.objectContaining({ code: 'wrong-key' }))
    expect(() => read({ ...options, keys: [] })).toThrow(expect.objectContaining({ code: 'wrong-key' }))
  })

  it('of an older epoch still reads what it wrote', () => {
    write('a')
    const [old] = options.keys
    options = { ...options, keys: [...options.keys, { epoch: 2, key: Buffer.alloc(32, 5), headerKey: Buffer.alloc(32, 6) }] }
    write('b')
    expect(read().texts).toEqual(['a', 'b'])
    expect(() => read({ ...options, keys: old === undefined ? [] : [old] })).toThrow(expect.objectContaining({ code: 'wrong-key' }))
  })
})

describe('a form this program does not know', () => {
  it('is refused as newer, not as damage', async () => {
    write('a')
    const { createHash } = await import('node:crypto')
    const bytes = await readFile(segment(1))
    bytes.writeUInt16BE(2, 8)
    createHash('sha256').update(bytes.subarray(0, headerLength - 8)).digest().copy(bytes, headerLength - 8, 0, 8)
    await writeFile(segment(1), bytes)
    expect(() => read()).toThrow(expect.objectContaining({ code: 'too-new' }))
  })
})

describe('a killed writer', () => {
  it('leaves everything it had answered for, at ten random moments', async () => {
    let answered = 0
    for (let round = 0; round < 10; round += 1) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'journal-child.ts'), options.folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      onTestFinished(() => { child.kill('SIGKILL') })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text })
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
      child.kill('SIGKILL')
      await once(child, 'close')
      answered = Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
      const { texts, seqs, end } = read()
      expect(end.lastSeq).toBeGreaterThanOrEqual(answered)
      expect(end.lastSeq).toBeLessThanOrEqual(answered + 1)
      expect(seqs).toEqual(texts.map((_, index) => index + 1))
      expect(texts.every((text, index) => text.startsWith(`event ${String(index + 1)} `))).toBe(true)
    }
    expect(answered).toBeGreaterThan(10)
  })
})
