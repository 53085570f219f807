import { afterEach, describe, expect, it } from 'vitest'
import { type ReadFile, type TextReader, textReader } from '../../../main/reading/texts/text-reader.ts'
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
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}
const read = (reader: TextReader, content: Uint8Array): Promise<ReadFile | null> => reader.read({ bytes: content.length, content: () => pieces(content) })

describe('the text of a PDF', () => {
  it('comes page by page', async () => {
    const found = await read(open(), await pdf(['Vedtak om varelager', 'Blåbærsyltetøy på side to']))
    expect(found).toMatchObject({ kind: 'pdf', answer: { state: 'text', pageCount: 2, cut: null } })
    expect(found?.answer.state === 'text' && found.answer.pages[1]).toContain('Blåbærsyltetøy på side to')
  })
})
