import { randomBytes, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { type LedgerApi, openLedger } from '../../main/store/ledger/ledger-db.ts'
import { mountSmallDisk } from './small-disk.ts'

const key = randomBytes(32)
const journalKeys = [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }]
const open = (folder: string) => openLedger({ path: join(folder, 'ledger.db'), key, journalFolder: join(folder, 'ledger.journal'), journalKeys, profileId: 'p', person: 'kari' })

/** Adds notes until the disk refuses. @returns the names of those that were acknowledged, and the refusal */
function fill(api: LedgerApi, prefix: string, size: number): { readonly kept: readonly string[]; readonly refusal: unknown } {
  const kept: string[] = []
  for (let n = 0; n < 10_000; n += 1) {
    const name = `${prefix}${String(n)}`
    try {
      api.append({ type: 'setting-changed', name, value: randomBytes(size).toString('hex') })
    } catch (error) {
      return { kept, refusal: error }
    }
    kept.push(name)
  }
  return { kept, refusal: null }
}

describe('a ledger on a disk', () => {
  it('that is full refuses, keeps what it acknowledged, writes nothing of the rest, and goes on when there is room', (context) => {
    // Different sizes end at different places: in the journal, or in the commit after it.
    for (const size of [50, 700, 2900, 9000]) {
      const disk = mountSmallDisk(context, 1500)
      let ledger = open(disk.folder)
      try {
        const { kept, refusal } = fill(ledger.api, 'a', size)
        expect(refusal).toBeInstanceOf(StoreError)
        expect(refusal).toMatchObject({ code: 'full' })
        const { lastSeq } = ledger.api.generation()
        expect(ledger.api.setting(`a${String(kept.length)}`)).toBeNull()
        disk.resize(8000)
        expect(ledger.api.append({ type: 'setting-changed', name: 'later', value: 1 }).seq).toBe(lastSeq + 1)
        ledger.close()
        ledger = open(disk.folder)
        expect(ledger.api.opening()).toMatchObject({ replayed: 0, restored: null, cutBytes: 0 })
        expect(Object.keys(ledger.api.settings()).sort()).toEqual([...kept, 'later'].sort())
      } finally {
        ledger.close()
        disk.remove()
      }
    }
  })

  it('that is full at the start is told, and nothing is lost', (context) => {
    const disk = mountSmallDisk(context, 2000)
    try {
      let ledger = open(disk.folder)
      const uuid = randomUUID()
      ledger.api.append({ type: 'setting-changed', name: 'kept', value: uuid })
      ledger.close()
      let filler = 2_000_000
      for (; filler > 16; filler = Math.floor(filler / 2)) {
        try {
          writeFileSync(join(disk.folder, `filler${String(filler)}`), Buffer.alloc(filler))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' })
        }
      }
      expect(() => open(disk.folder)).toThrow(expect.objectContaining({ code: 'full' }))
      disk.resize(8000)
      ledger = open(disk.folder)
      expect(ledger.api.setting('kept')).toBe(uuid)
      expect(ledger.api.opening().restored).toBeNull()
      ledger.close()
    } finally {
      disk.remove()
    }
  })

  it('that cannot be written is told', (context) => {
    const disk = mountSmallDisk(context, 2000)
    try {
      open(disk.folder).close()
      disk.readOnly(true)
      expect(() => open(disk.folder)).toThrow(expect.objectContaining({ code: 'unwritable' }))
    } finally {
      disk.remove()
    }
  })
})
