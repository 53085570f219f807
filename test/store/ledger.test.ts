import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewLedgerEvent } from '../../main/store/ledger/events.ts'
import { ledgerMethods, type LedgerApi, openLedger } from '../../main/store/ledger/ledger-db.ts'

let folder = ''
let ledger: { readonly api: LedgerApi; readonly close: () => void }
let now = 1_800_000_000_000
const key = randomBytes(32)
const journalKeys = [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }]
const accountUuid = randomUUID()
const letter = { dialogId: randomUUID(), correspondenceId: randomUUID() }
const party = 'urn:altinn:organization:identifier-no:310000108'

const open = (): void => {
  ledger = openLedger({ path: join(folder, 'ledger.db'), key, journalFolder: join(folder, 'ledger.journal'), journalKeys, profileId: 'p', person: 'kari', now: () => now })
}
const reopen = (): void => {
  ledger.close()
  open()
}
const added = (more: Partial<Extract<NewLedgerEvent, { type: 'outbox-added' }>> = {}): NewLedgerEvent & { outboxUuid: string } => ({
  type: 'outbox-added', outboxUuid: randomUUID(), kind: 'confirm', accountUuid, ...letter, party, notBeforeAt: now, versionShown: null, clickedAt: now, ...more,
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-ledger-'))
  open()
  ledger.api.append({ type: 'account-added', account: { uuid: accountUuid, kind: 'system-user', clientId: 'c', kid: 'k', organisation: '310000108', scopes: ['digdir:dialogporten'], name: 'Fjordregnskap' } })
})
afterEach(() => {
  ledger.close()
  rmSync(folder, { recursive: true })
})

describe('the ledger', () => {
  it('serves every method by name', () => {
    expect([...ledgerMethods].sort()).toEqual(Object.keys(ledger.api).sort())
  })

  it('keeps accounts, consent, settings, letters and notifications over a start', () => {
    ledger.api.append({ type: 'consent-given', accountUuid, fromAt: 5, parties: [party], attachments: true, by: 'command-line' })
    ledger.api.append({ type: 'setting-changed', name: 'language', value: 'nn' })
    ledger.api.append({ type: 'opened-here', dialogId: letter.dialogId, correspondenceId: null, openedAt: 7 })
    ledger.api.append({ type: 'noted', ...letter, note: 'ring' })
    ledger.api.append({ type: 'notified', key: 'overdue:x', what: 'overdue', count: 1 })
    reopen()
    expect(ledger.api.accounts()).toMatchObject([{ uuid: accountUuid, scopes: ['digdir:dialogporten'] }])
    expect(ledger.api.consent(accountUuid)).toMatchObject({ fromAt: 5, parties: [party], attachments: true, by: 'command-line', person: 'kari' })
    expect(ledger.api.setting('language')).toBe('nn')
    expect(ledger.api.letter({ dialogId: null, correspondenceId: letter.correspondenceId })).toMatchObject({ openedAt: 7, note: 'ring', ...letter })
    expect(ledger.api.notified('overdue:x')).toBe(true)
    expect(ledger.api.notified('overdue:y')).toBe(false)
  })

  it('numbers events without gaps, and each start begins a run that knows the one before', () => {
    const first = ledger.api.generation()
    reopen()
    const second = ledger.api.generation()
    expect(second).toMatchObject({ generation: first.generation, previousRunId: first.runId, lastSeq: first.lastSeq + 1 })
    expect(ledger.api.audit({ limit: 100 }).map((event) => event.seq)).toEqual(Array.from({ length: second.lastSeq }, (_, index) => second.lastSeq - index))
  })

  it('refuses an event that is not as it should be, and writes nothing', () => {
    const { lastSeq } = ledger.api.generation()
    expect(() => ledger.api.append({ type: 'opened-here', dialogId: null, correspondenceId: null, openedAt: 1 })).toThrow(expect.objectContaining({ code: 'invalid-event' }))
    expect(() => ledger.api.append(added({ accountUuid: randomUUID() }))).toThrow(expect.objectContaining({ code: 'unknown-account' }))
    expect(ledger.api.generation().lastSeq).toBe(lastSeq)
  })

  it('all or none of several events', () => {
    const one = added()
    expect(() => ledger.api.appendAll([one, added()])).toThrow(expect.objectContaining({ code: 'already-open' }))
    expect(ledger.api.outboxOne(one.outboxUuid)).toBeNull()
    reopen()
    expect(ledger.api.outboxOne(one.outboxUuid)).toBeNull()
  })
})

describe('receipts', () => {
  it('a second one of a kind is refused while the first is open, and allowed after it was undone', () => {
    const first = added()
    ledger.api.append(first)
    expect(() => ledger.api.append(added())).toThrow(expect.objectContaining({ code: 'already-open' }))
    ledger.api.append({ type: 'outbox-undone', outboxUuid: first.outboxUuid })
    expect(ledger.api.append(added()).type).toBe('outbox-added')
  })

  it('illegal steps are refused', () => {
    const { outboxUuid } = ledger.api.append(added()) as { outboxUuid: string }
    const change = (state: 'sending' | 'accepted' | 'proven' | 'waiting') => ledger.api.append({ type: 'outbox-changed', outboxUuid, state })
    expect(() => change('accepted')).toThrow(expect.objectContaining({ code: 'illegal-transition' }))
    change('sending')
    expect(() => ledger.api.append({ type: 'outbox-undone', outboxUuid })).toThrow(expect.objectContaining({ code: 'illegal-transition' }))
    change('accepted')
    change('proven')
    expect(() => change('waiting')).toThrow(expect.objectContaining({ code: 'illegal-transition' }))
  })

  it('are due when their wait is over, in order for one letter', () => {
    const read = added({ kind: 'read' })
    const confirm = added()
    ledger.api.appendAll([read, confirm])
    expect(ledger.api.outboxDue(now - 1)).toEqual([])
    expect(ledger.api.outboxDue(now).map((row) => row.uuid)).toEqual([read.outboxUuid])
    ledger.api.append({ type: 'outbox-changed', outboxUuid: read.outboxUuid, state: 'sending', sendingBeganAt: now })
    expect(ledger.api.outboxDue(now)).toEqual([])
    ledger.api.append({ type: 'outbox-changed', outboxUuid: read.outboxUuid, state: 'proven' })
    expect(ledger.api.outboxDue(now).map((row) => row.uuid)).toEqual([confirm.outboxUuid])
    ledger.api.append({ type: 'outbox-changed', outboxUuid: confirm.outboxUuid, state: 'sending', nextAskAt: now + 50 })
    expect(ledger.api.outboxDue(now)).toEqual([])
    expect(ledger.api.outboxDue(now + 50)).toHaveLength(1)
  })

  it('every step is in the trail of the letter', () => {
    const row = added()
    ledger.api.append(row)
    ledger.api.append({ type: 'outbox-changed', outboxUuid: row.outboxUuid, state: 'sending', attempt: 1, sendingBeganAt: 3 })
    expect(ledger.api.audit({ correspondenceId: letter.correspondenceId, limit: 10 }).map((event) => event.type)).toEqual(['outbox-changed', 'outbox-added'])
    expect(ledger.api.outboxOne(row.outboxUuid)).toMatchObject({ attempt: 1, sendingBeganAt: 3, state: 'sending' })
  })
})

describe('what is put back', () => {
  it('a ledger.db from before is brought up by the journal: no click is lost', () => {
    ledger.close()
    cpSync(join(folder, 'ledger.db'), join(folder, 'old.db'))
    open()
    const row = added()
    ledger.api.append(row)
    ledger.close()
    for (const name of readdirSync(folder)) if (name.startsWith('ledger.db')) rmSync(join(folder, name))
    cpSync(join(folder, 'old.db'), join(folder, 'ledger.db'))
    open()
    expect(ledger.api.outboxOne(row.outboxUuid)?.state).toBe('waiting')
    expect(ledger.api.opening().replayed).toBeGreaterThan(0)
  })

  it('a missing ledger.db is made again from the journal', () => {
    const row = added()
    ledger.api.append(row)
    const before = ledger.api.outbox()
    ledger.close()
    for (const name of readdirSync(folder)) if (name.startsWith('ledger.db')) rmSync(join(folder, name))
    open()
    expect(ledger.api.outbox()).toEqual(before)
  })

  it('a journal from before makes unfinished receipts undecided: asked about, never sent by itself', () => {
    ledger.close()
    cpSync(join(folder, 'ledger.journal'), join(folder, 'old.journal'), { recursive: true })
    open()
    const row = added()
    ledger.api.append(row)
    const { generation } = ledger.api.generation()
    ledger.close()
    rmSync(join(folder, 'ledger.journal'), { recursive: true })
    cpSync(join(folder, 'old.journal'), join(folder, 'ledger.journal'), { recursive: true })
    open()
    expect(ledger.api.opening()).toMatchObject({ restored: 'journal-behind', parked: 1 })
    expect(ledger.api.outboxOne(row.outboxUuid)).toMatchObject({ state: 'undecided', reason: 'restored' })
    expect(ledger.api.generation().generation).not.toBe(generation)
    reopen()
    expect(ledger.api.outboxOne(row.outboxUuid)?.state).toBe('undecided')
  })

  it('the unfinished end of the journal is cut, and what was acknowledged stays', () => {
    const row = added()
    ledger.api.append(row)
    ledger.close()
    const newest = readdirSync(join(folder, 'ledger.journal')).sort().at(-1) ?? ''
    const path = join(folder, 'ledger.journal', newest)
    truncateSync(path, statSync(path).size - 3)
    open()
    expect(ledger.api.outboxOne(row.outboxUuid)).not.toBeNull()
  })

  it('a hundred random events are the same after replay', () => {
    const random = (n: number): number => Math.floor(Math.random() * n)
    for (let index = 0; index < 100; index += 1) {
      const ids = { dialogId: randomUUID(), correspondenceId: random(2) === 0 ? null : randomUUID() }
      const events: readonly NewLedgerEvent[] = [
        { type: 'opened-here', ...ids, openedAt: random(1000) },
        { type: 'handled', ...letter, handledAt: random(2) === 0 ? null : random(1000) },
        { type: 'setting-changed', name: `s${String(random(5))}`, value: random(100) },
        { type: 'internal-deadline', ...ids, dueAt: random(1000) },
      ]
      ledger.api.append(events[random(events.length)] ?? { type: 'setting-changed', name: 'x', value: null })
    }
    const before = [ledger.api.letters(), ledger.api.settings()]
    ledger.close()
    for (const name of readdirSync(folder)) if (name.startsWith('ledger.db')) rmSync(join(folder, name))
    open()
    expect([ledger.api.letters(), ledger.api.settings()]).toEqual(before)
    now += 1
  })
})
