import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventApplier } from '../../main/store/ledger/apply.ts'
import { accountsBeside } from '../../main/store/ledger/beside.ts'
import { ledgerName } from '../../main/store/ledger/ledger-db.ts'
import { ledgerReads } from '../../main/store/ledger/read.ts'
import { ledgerMigrations } from '../../main/store/ledger/schema.ts'
import { migrate } from '../../main/store/migrate.ts'
import { openDatabase } from '../../main/store/sqlite.ts'

let folder = ''
const key = Buffer.alloc(32, 5)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-ledger-versions-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe.each(ledgerMigrations.slice(0, -1).map(({ version }) => version))('a ledger of version %i', (version) => {
  it('keeps its identities and receipts, and takes persons from now on', () => {
    const path = join(folder, ledgerName)
    const [uuid, receipt, letter, person] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
    const old = openDatabase(path, ledgerName, key)
    migrate(old, ledgerName, ledgerMigrations.slice(0, version))
    old.prepare('INSERT INTO account (uuid, kind, client_id, kid, organisation, scopes, name, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(uuid, 'system-user', 'klient', 'nøkkel', '310000108', '["digdir:dialogporten"]', 'Fjordregnskap', 7)
    old.prepare(`INSERT INTO outbox (uuid, kind, account_uuid, correspondence_id, party, state, clicked_at, not_before_at, added_seq, changed_seq) VALUES (?, 'read', ?, ?, 'urn:altinn:organization:identifier-no:310000205', 'waiting', 1, 2, 1, 1)`).run(receipt, uuid, letter)
    old.close()

    const db = openDatabase(path, ledgerName, key)
    migrate(db, ledgerName, ledgerMigrations)
    const apply = eventApplier(db)
    const reads = ledgerReads(db)
    expect(reads.accounts()).toEqual([{ uuid, kind: 'system-user', clientId: 'klient', kid: 'nøkkel', organisation: '310000108', externalRef: null, scopes: ['digdir:dialogporten'], name: 'Fjordregnskap', addedAt: 7 }])
    expect(reads.outboxOne(receipt)).toMatchObject({ accountUuid: uuid, state: 'waiting' })
    const stamp = (seq: number) => ({ seq, uuid: randomUUID(), at: seq * 10, person: 'kari' })
    apply({ ...stamp(2), type: 'account-added', account: { uuid: person, kind: 'person', name: 'Turid', partyUuid: null } })
    expect(reads.account(person)).toEqual({ uuid: person, kind: 'person', name: 'Turid', addedAt: 20, partyUuid: null, signIn: { state: 'out', at: 20, reason: 'ended' } })
    apply({ ...stamp(3), type: 'account-signed-in', accountUuid: person, endsAt: 500 })
    expect(reads.account(person)).toMatchObject({ signIn: { state: 'in', at: 30, endsAt: 500 } })
    apply({ ...stamp(4), type: 'account-signed-out', accountUuid: person, reason: 'by-person' })
    expect(reads.account(person)).toMatchObject({ signIn: { state: 'out', at: 40, reason: 'by-person' } })
    // Added again it learns, and the login stays what it was.
    apply({ ...stamp(5), type: 'account-added', account: { uuid: person, kind: 'person', name: 'Turid S', partyUuid: letter } })
    expect(reads.account(person)).toMatchObject({ name: 'Turid S', partyUuid: letter, addedAt: 20, signIn: { state: 'out', at: 40 } })
    expect(() => { apply({ ...stamp(6), type: 'account-signed-in', accountUuid: uuid, endsAt: null }) }).toThrow('There is no such person')
    db.close()
  })
})

describe('the accounts of a profile that another process holds', () => {
  const uuid = randomUUID()
  const keys = { derive: () => key }
  const ledgerOf = (versions: number): void => {
    const db = openDatabase(join(folder, ledgerName), ledgerName, key)
    migrate(db, ledgerName, ledgerMigrations.slice(0, versions))
    db.prepare('INSERT INTO account (uuid, kind, client_id, kid, organisation, scopes, name, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(uuid, 'system-user', 'klient', 'nøkkel', '310000108', '[]', 'Fjordregnskap', 7)
    db.close()
  }

  it('are read while it writes', () => {
    ledgerOf(ledgerMigrations.length)
    const held = openDatabase(join(folder, ledgerName), ledgerName, key)
    held.exec('BEGIN IMMEDIATE')
    expect(accountsBeside(folder, keys)).toMatchObject([{ uuid, name: 'Fjordregnskap' }])
    held.exec('ROLLBACK')
    held.close()
  })

  it.each(ledgerMigrations.slice(0, -1).map(({ version }) => version))('are not read of a ledger of version %i: that process is of an older version, and nothing here may bring it up to date', (version) => {
    ledgerOf(version)
    expect(() => accountsBeside(folder, keys)).toThrow(expect.objectContaining({ code: 'locked' }))
    const db = openDatabase(join(folder, ledgerName), ledgerName, key)
    expect(db.pragma('user_version', { simple: true })).toBe(version)
    db.close()
  })
})
