import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { zipName } from '../../../main/localtest/correspondence/download.ts'
import { entryNames, zipOf } from '../../../main/localtest/correspondence/zip.ts'
import { entriesOf } from './zip-entries.ts'

const recordedStart = (name: string): Buffer =>
  Buffer.from(z.object({ response: z.object({ body: z.object({ firstBytesHex: z.string() }) }) }).parse(JSON.parse(readFileSync(join(import.meta.dirname, `../../contract/recorded/correspondence/${name}.json`), 'utf8'))).response.body.firstBytesHex, 'hex')

describe('the zip of all attachments', () => {
  it('stores the files as they are, each found again by the directory', () => {
    const files = [{ name: 'brev.pdf', content: Buffer.alloc(1000, 7) }, { name: 'æøå 😀.txt', content: Buffer.from('hei') }, { name: 'tom.txt', content: Buffer.alloc(0) }]
    const zip = zipOf(files, Date.UTC(2026, 10, 23, 9, 2, 52))
    const entries = entriesOf(zip)
    expect(entries.map(({ name, content }) => ({ name, content: Buffer.from(content) }))).toEqual(files)
    expect(entries.every((entry) => entry.method === 0)).toBe(true)
    // 22 at the end, 92 and twice the name for each file; 16 less for a file of no bytes.
    expect(zip.length).toBe(22 + (92 + 2 * 8 + 1000) + (92 + 2 * Buffer.byteLength('æøå 😀.txt') + 3) + (76 + 2 * 7))
  })

  it('begins as the recorded ones do: a name beyond ASCII is marked as UTF-8', () => {
    for (const [recording, name] of [['341-downloadall-files', 'brev.pdf'], ['342-downloadall-names', 'Årsoppgjør.pdf']] as const) {
      const zip = zipOf([{ name, content: Buffer.from('x') }], Date.UTC(2026, 10, 23, 9, 2, 52))
      const wanted = recordedStart(recording)
      const withoutTime = (bytes: Buffer): string => Buffer.concat([bytes.subarray(0, 10), bytes.subarray(14, wanted.length)]).toString('hex')
      expect(withoutTime(zip)).toBe(withoutTime(wanted))
    }
  })

  it('numbers equal names before the extension, whatever their case', () => {
    expect(entryNames(['brev.pdf', 'Brev.pdf', 'brev.PDF', 'brev(1).pdf', 'brev', 'brev'])).toEqual(['brev.pdf', 'Brev(1).pdf', 'brev(2).PDF', 'brev(1)(1).pdf', 'brev', 'brev(1)'])
  })

  it('shortens names that are too long, no letter cut in two', () => {
    const [first = '', second = ''] = entryNames([`${'å'.repeat(200)}.txt`, `${'å'.repeat(200)}.txt`])
    expect(first).toBe(`${'å'.repeat(125)}.txt`)
    expect(second).toBe(`${'å'.repeat(124)}(1).txt`)
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(255)
  })

  it('is called after the title', () => {
    expect(zipName('Bare ett vedlegg: 2026!')).toBe('bare-ett-vedlegg-2026.zip')
    expect(zipName('Årsoppgjør')).toBe('rsoppgjr.zip')
    expect(zipName('æøå')).toBe('correspondence-attachments.zip')
    expect(zipName('x'.repeat(255))).toBe(`${'x'.repeat(100)}.zip`)
  })
})
