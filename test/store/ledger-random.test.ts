import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventApplier } from '../../main/store/ledger/apply.ts'
import type { NewLedgerEvent, OutboxState } from '../../main/store/ledger/events.ts'
import { bringUp } from '../../main/store/ledger/history.ts'
import { ledgerName } from '../../main/store/ledger/ledger-db.ts'
import { LedgerRefusal } from '../../main/store/ledger/ledger.ts'
import { ledgerReads } from '../../main/store/ledger/read.ts'
import { ledgerMigrations } from '../../main/store/ledger/schema.ts'
import { migrate } from '../../main/store/migrate.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { TestLedger } from './ledger-profile.ts'

/** mulberry32: the same numbers for the same seed, so that a failure can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below | 0
  }
}

const states: readonly OutboxState[] = ['waiting', 'sending', 'accepted', 'proven', 'done-elsewhere', 'refused', 'undecided', 'undone']
type Reads = Pick<ReturnType<typeof ledgerReads>, 'outbox' | 'letters' | 'settings' | 'accounts' | 'notifiedKeys' | 'audit'>
const everything = (api: Reads) => [api.outbox(), api.letters(), api.settings(), api.accounts(), api.notifiedKeys(), api.audit({ limit: 10_000 })]

let ledger: TestLedger
let aside: string
beforeEach(() => {
  ledger = new TestLedger()
  aside = mkdtempSync(join(tmpdir(), 'meldingsboks-replay-'))
})
afterEach(() => {
  ledger.remove()
  rmSync(aside, { recursive: true })
})

/** A step that may or may not be allowed. */
function anyStep(random: (below: number) => number, letters: readonly string[], receipts: string[]): NewLedgerEvent {
  const letter = (): { dialogId: string | null; correspondenceId: string | null } => {
    const index = random(letters.length / 2)
    const [dialogId = '', correspondenceId = ''] = [letters[index * 2], letters[index * 2 + 1]]
    const which = random(3)
    return { dialogId: which === 1 ? null : dialogId, correspondenceId: which === 2 ? null : correspondenceId }
  }
  const receipt = (): string => receipts[random(receipts.length)] ?? randomUUID()
  switch (random(8)) {
    case 0: {
      const outboxUuid = randomUUID()
      receipts.push(outboxUuid)
      const correspondenceId = letters[random(letters.length / 2) * 2 + 1] ?? ''
      return {
        type: 'outbox-added', outboxUuid, kind: random(2) === 0 ? 'read' : 'confirm', accountUuid: ledger.accountUuid, dialogId: null, correspondenceId,
        party: 'urn:altinn:organization:identifier-no:310000108', notBeforeAt: random(100), versionShown: null, clickedAt: random(100),
      }
    }
    case 1:
    case 2:
    case 3:
      return { type: 'outbox-changed', outboxUuid: receipt(), state: states[random(states.length)] ?? 'waiting', asks: random(5), reason: random(2) === 0 ? null : 'x' }
    case 4:
      return { type: 'outbox-undone', outboxUuid: receipt() }
    case 5:
      return { type: 'noted', ...letter(), note: `note ${String(random(1000))}` }
    case 6:
      return { type: 'opened-here', ...letter(), openedAt: random(1000) }
    default:
      return { type: 'setting-changed', name: `setting ${String(random(5))}`, value: random(100) }
  }
}

describe('random events', () => {
  it.each([1, 2, 3, 4, 5])('seed %i: wherever the journal breaks off, its replay is the ledger as it was then', (seed) => {
    const random = randomFrom(seed)
    const letters = Array.from({ length: 20 }, () => randomUUID())
    const receipts: string[] = []
    const seen = new Map<number, unknown>()
    let refused = 0
    for (let step = 0; step < 150; step += 1) {
      if (random(25) === 0) ledger.starts(1)
      try {
        ledger.api.appendAll(Array.from({ length: 1 + random(2) }, () => anyStep(random, letters, receipts)))
      } catch (error) {
        if (!(error instanceof LedgerRefusal)) throw error
        refused += 1
      }
      seen.set(ledger.api.generation().lastSeq, everything(ledger.api))
    }
    expect(refused).toBeGreaterThan(0)
    expect(seen.size).toBeGreaterThan(50)
    ledger.close()

    let compared = 0
    for (let crash = 0; crash < 8; crash += 1) {
      const folder = join(aside, String(crash), 'ledger.journal')
      cpSync(ledger.journalFolder, folder, { recursive: true })
      // As if the process had ended in the middle of a write of this run: later segments were never begun.
      const segments = readdirSync(folder).sort()
      const kept = 1 + random(segments.length)
      for (const name of segments.slice(kept)) rmSync(join(folder, name))
      const newest = join(folder, segments[kept - 1] ?? '')
      truncateSync(newest, random(statSync(newest).size + 1))
      const db = openDatabase(join(aside, String(crash), 'ledger.db'), ledgerName, ledger.key)
      try {
        migrate(db, ledgerName, ledgerMigrations)
        const { end } = bringUp(db, eventApplier(db), { folder, profileId: 'p', keys: ledger.journalKeys })
        const expected = seen.get(end.lastSeq)
        // Between two steps only a start or the set-up wrote.
        if (expected !== undefined) {
          expect(everything(ledgerReads(db))).toEqual(expected)
          compared += 1
        }
        expect(ledgerReads(db).audit({ limit: 10_000 }).map((event) => event.seq)).toEqual(Array.from({ length: end.lastSeq }, (_, index) => end.lastSeq - index))
      } finally {
        db.close()
      }
    }
    expect(compared).toBeGreaterThan(1)
  })
})
