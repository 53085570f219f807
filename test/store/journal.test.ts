import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JournalEnd, replayJournal, startSegment } from '../../main/store/journal/journal.ts'

let folder = ''
const keys = [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }]
const options = () => ({ folder, profileId: 'p', keys })

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'meldingsboks-journal-')), 'ledger.journal')
})
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true })
})

const read = (): { readonly end: JournalEnd; readonly contents: readonly string[] } => {
  const contents: string[] = []
  const end = replayJournal(options(), (frame) => contents.push(`${String(frame.firstSeq)}:${frame.content.toString()}`))
  return { end, contents }
}
/** A start of the program that writes these records. */
const run = (...records: readonly string[]): void => {
  const { end } = read()
  const journal = startSegment(options(), end, end.lastSeq + 1)
  for (const record of records) journal.append(1, Buffer.from(record))
  journal.close()
}
const segment = (index: number): string => join(folder, readdirSync(folder).sort()[index] ?? '')
const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path)
  const place = at < 0 ? bytes.length + at : at
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place)
  writeFileSync(path, bytes)
}

describe('the journal', () => {
  it('gives back every record in order, over several starts, each with a segment of its own', () => {
    run('a', 'b')
    run()
    run('c')
    expect(read().contents).toEqual(['1:a', '2:b', '3:c'])
    expect(readdirSync(folder)).toHaveLength(3)
  })

  it('leaves nothing readable', () => {
    run('hemmelig merknad')
    expect(readFileSync(segment(0)).includes('hemmelig')).toBe(false)
  })

  it('cuts an unfinished last record, and only that', () => {
    run('a', 'b')
    truncateSync(segment(0), readFileSync(segment(0)).length - 1)
    expect(read()).toMatchObject({ contents: ['1:a'], end: { lastSeq: 1 } })
    run('c')
    expect(read().contents).toEqual(['1:a', '2:c'])
  })

  it('takes the last record back once', () => {
    const { end } = read()
    const journal = startSegment(options(), end, 1)
    journal.append(1, Buffer.from('a'))
    journal.append(1, Buffer.from('b'))
    journal.withdraw()
    expect(() => { journal.withdraw() }).toThrow(RangeError)
    journal.append(1, Buffer.from('c'))
    journal.close()
    expect(read().contents).toEqual(['1:a', '2:c'])
  })

  it.each([
    ['a flipped bit in the middle', () => { flip(segment(0), 130) }],
    ['a flipped bit at the end of an older segment', () => { flip(segment(0), -1) }],
    ['a header of another journal', () => { flip(segment(1), 60) }],
    ['an older segment cut short', () => { truncateSync(segment(0), readFileSync(segment(0)).length - 1) }],
    ['an older segment taken away', () => { rmSync(segment(0)) }],
    ['two segments exchanged', () => {
      const [first, second] = [segment(0), segment(1)]
      copyFileSync(first, `${folder}-aside`)
      renameSync(second, first)
      renameSync(`${folder}-aside`, second)
    }],
  ])('%s is damage, and nothing is left out', (_, damage) => {
    run('a', 'b')
    run('c')
    run('d')
    damage()
    expect(() => read()).toThrow(expect.objectContaining({ name: 'JournalDamage', code: 'damaged' }))
  })

  it('does not open with another key or for another profile', () => {
    run('a', 'b')
    run('c')
    expect(() => replayJournal({ ...options(), keys: [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }] }, () => undefined)).toThrow()
    expect(() => replayJournal({ ...options(), profileId: 'q' }, () => undefined)).toThrow()
  })
})
