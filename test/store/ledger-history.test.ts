import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventApplier } from '../../main/store/ledger/apply.ts'
import { bringUp } from '../../main/store/ledger/history.ts'
import { ledgerName } from '../../main/store/ledger/ledger-db.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { TestLedger } from './ledger-profile.ts'

let ledger: TestLedger
beforeEach(() => {
  ledger = new TestLedger()
})
afterEach(() => {
  ledger.remove()
})

const asides = (): readonly string[] => readdirSync(ledger.folder).filter((name) => name.startsWith('ledger.db.aside-'))

/** Changes ledger.db behind the ledger's back, as older pages within the file would. */
function tamper(sql: string): void {
  const db = openDatabase(ledger.path, ledgerName, ledger.key)
  db.exec(sql)
  db.close()
}

describe('a ledger.db that goes on', () => {
  it('may lack the last write of an unclean end: nothing is parked, and no generation begins', () => {
    ledger.starts(3)
    ledger.copy('ledger.db', 'before')
    const uuid = ledger.receipt()
    const { generation } = ledger.api.generation()
    ledger.close()
    ledger.copy('before', 'ledger.db')
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ replayed: 1, restored: null, parked: 0 })
    expect(ledger.state(uuid)).toBe('waiting')
    expect(ledger.api.generation().generation).toBe(generation)
  })

  it('is left as it is by a clean start', () => {
    const uuid = ledger.receipt('sending')
    ledger.starts(2)
    expect(ledger.api.opening()).toEqual({ replayed: 0, cutBytes: 0, restored: null, parked: 0 })
    expect(ledger.state(uuid)).toBe('sending')
    expect(asides()).toEqual([])
  })
})

describe('an older ledger.db put back', () => {
  it('is brought up, and every younger unfinished receipt is asked about, not sent', () => {
    const older = ledger.receipt()
    ledger.close()
    ledger.copy('ledger.db', 'old')
    ledger.open()
    const accepted = ledger.receipt('sending', 'accepted')
    const waiting = ledger.receipt()
    const proven = ledger.receipt('sending', 'proven')
    const { generation } = ledger.api.generation()
    ledger.starts(2)
    ledger.close()
    ledger.copy('old', 'ledger.db')
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ restored: 'ledger-behind', parked: 2 })
    expect([older, accepted, waiting, proven].map((uuid) => ledger.state(uuid))).toEqual(['waiting', 'undecided', 'undecided', 'proven'])
    expect(ledger.api.outboxDue(Date.now()).map(({ uuid, state }) => [uuid, state])).toEqual([[older, 'waiting'], [accepted, 'undecided'], [waiting, 'undecided']])
    expect(ledger.api.generation().generation).not.toBe(generation)
    expect(ledger.api.audit({ limit: 10 }).map(({ type }) => type)).toContain('generation-began')
    ledger.starts(1)
    expect(ledger.api.opening()).toMatchObject({ restored: null, parked: 0 })
  })

  it('is still known as such when the process ended before the receipts were parked', () => {
    ledger.close()
    ledger.copy('ledger.db', 'old')
    ledger.open()
    const uuid = ledger.receipt()
    ledger.starts(2)
    ledger.close()
    ledger.copy('old', 'ledger.db')
    const db = openDatabase(ledger.path, ledgerName, ledger.key)
    expect(bringUp(db, eventApplier(db), { folder: ledger.journalFolder, profileId: 'p', keys: ledger.journalKeys }).verdict).toBe('ledger-behind')
    db.close()
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ replayed: 0, restored: 'ledger-behind', parked: 1 })
    expect(ledger.state(uuid)).toBe('undecided')
  })
})

describe('a missing ledger.db', () => {
  it('is made again; what was never sent still waits, what was may have had effect', () => {
    const waiting = ledger.receipt()
    const sent = ledger.receipt('sending')
    const again = ledger.receipt('sending', 'waiting')
    const proven = ledger.receipt('sending', 'accepted', 'proven')
    ledger.close()
    ledger.removeDatabase()
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ restored: 'ledger-missing', parked: 2 })
    expect([waiting, sent, again, proven].map((uuid) => ledger.state(uuid))).toEqual(['waiting', 'undecided', 'undecided', 'proven'])
  })
})

describe('a ledger.db that tells another story', () => {
  it.each([
    ['a receipt reads as before', (uuid: string) => `UPDATE outbox SET state = 'waiting' WHERE uuid = '${uuid}'`],
    ['a receipt is gone', (uuid: string) => `DELETE FROM outbox WHERE uuid = '${uuid}'`],
    ['an event is another one', () => `UPDATE event SET uuid = '00000000-0000-4000-8000-000000000000' WHERE seq = 2`],
    ['an event is gone', () => 'DELETE FROM event WHERE seq = 2'],
  ])('%s: it is set aside and made anew from the journal', (_, sql) => {
    const uuid = ledger.receipt('sending', 'accepted')
    const untouched = ledger.receipt('sending', 'proven')
    ledger.close()
    tamper(sql(uuid))
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ restored: 'ledger-replaced', parked: 1 })
    expect(ledger.state(uuid)).toBe('undecided')
    expect(ledger.state(untouched)).toBe('proven')
    expect(asides().length).toBeGreaterThan(0)
    ledger.starts(1)
    expect(ledger.api.opening().restored).toBeNull()
  })

  it('as the copy of a profile that went on by itself does', () => {
    ledger.close()
    ledger.copy('ledger.db', 'fork.db')
    ledger.copy('ledger.journal', 'fork.journal')
    ledger.open()
    const ours = ledger.receipt()
    ledger.close()
    ledger.copy('ledger.db', 'ours.db')
    ledger.copy('fork.db', 'ledger.db')
    ledger.copy('ledger.journal', 'ours.journal')
    ledger.copy('fork.journal', 'ledger.journal')
    ledger.open()
    const theirs = ledger.receipt()
    ledger.receipt()
    ledger.close()
    ledger.copy('ours.journal', 'ledger.journal')
    ledger.open()
    expect(ledger.api.opening().restored).toBe('ledger-replaced')
    expect([ledger.state(ours), ledger.state(theirs)]).toEqual(['undecided', undefined])
  })
})

describe('a journal that lost its end', () => {
  it.each([
    ['an older copy', () => { ledger.copy('old.journal', 'ledger.journal') }],
    ['nothing at all', () => { rmSync(join(ledger.folder, 'ledger.journal'), { recursive: true }) }],
  ])('%s: every unfinished receipt is asked about, and the journal is the whole truth again', (_, lose) => {
    const first = ledger.receipt()
    ledger.close()
    ledger.copy('ledger.journal', 'old.journal')
    ledger.open()
    const second = ledger.receipt('sending')
    const done = ledger.receipt('sending', 'proven')
    ledger.close()
    lose()
    ledger.open()
    expect(ledger.api.opening()).toMatchObject({ restored: 'journal-behind', parked: 2 })
    expect([first, second, done].map((uuid) => ledger.state(uuid))).toEqual(['undecided', 'undecided', 'proven'])
    const audit = ledger.api.audit({ limit: 1000 })
    ledger.close()
    ledger.removeDatabase()
    ledger.open()
    expect(ledger.api.audit({ limit: 1000 }).filter(({ seq }) => seq <= (audit[0]?.seq ?? 0))).toEqual(audit)
    expect([first, second, done].map((uuid) => ledger.state(uuid))).toEqual(['undecided', 'undecided', 'proven'])
  })
})

describe('another file of the profile is ahead', () => {
  it('parks every unfinished receipt in a new generation', () => {
    const uuid = ledger.receipt()
    const { generation } = ledger.api.generation()
    expect(ledger.api.reportRestored('test')).toBe(1)
    expect(ledger.state(uuid)).toBe('undecided')
    expect(ledger.api.generation().generation).not.toBe(generation)
  })
})
