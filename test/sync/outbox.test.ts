import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AltinnClient } from '../../main/altinn/client.ts'
import { type Failure, failure, type Outcome } from '../../main/altinn/outcome.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'
import { type LedgerApi, openLedger } from '../../main/store/ledger/ledger-db.ts'
import type { Ledger } from '../../main/store/ledger/ledger.ts'
import type { MailWriter } from '../../main/store/mail/api.ts'
import { type NewReport, Outbox } from '../../main/sync/outbox/outbox.ts'
import { defaultOutboxRules, type OutboxRules } from '../../main/sync/outbox/rules.ts'

const accountUuid = randomUUID()
const ids = { kind: 'confirm', accountUuid, dialogId: null, correspondenceId: randomUUID(), party: 'urn:altinn:organization:identifier-no:310000108', versionShown: null } as const
const letter: NewReport = { ...ids, waitMs: 0 }
/** Waits of a test; the real ones are minutes. */
const rules: OutboxRules = { ...defaultOutboxRules, firstProofMs: 20, proofMs: [20], afterCutMs: 120, afterErrorMs: 40, betweenDenialsMs: 60, readAgainMs: 50, retryMs: [30], undecidedAfterMs: 400 }

let folder = ''
let ledger: { readonly api: LedgerApi; readonly close: () => void }
let outbox: Outbox
let faults: unknown[] = []

/** The service of these tests: what it answers to a POST, and when the confirmation is in its history. */
const service = {
  posts: [] as number[],
  looks: [] as number[],
  post: (): Outcome<string> => ok('id'),
  confirmedAt: [] as number[],
  readAt: null as string | null,
  details: null as Failure | null,
}
const exchange = (beganAt: number) => ({ beganAt, endedAt: Date.now(), serverDateAt: Math.floor(Date.now() / 1000) * 1000 })
const ok = <T>(value: T): Outcome<T> => ({ ok: true, value, exchange: exchange(Date.now()) })
const refused = (reason: Failure): Outcome<never> => ({ ok: false, failure: reason, exchange: exchange(Date.now()) })

const post = (): Promise<Outcome<string>> => {
  service.posts.push(Date.now())
  return Promise.resolve(service.post())
}
const client = {
  confirm: post,
  markAsRead: post,
  details: () => {
    service.looks.push(Date.now())
    if (service.details !== null) return Promise.resolve(refused(service.details))
    const statusHistory = service.confirmedAt.map((at) => ({ status: 'Confirmed', statusText: '', statusChanged: new Date(at).toISOString() }))
    return Promise.resolve(ok({ wire: { statusHistory, read: service.readAt }, original: '' }))
  },
} as unknown as AltinnClient
const mail = { mirror: () => Promise.resolve(), serviceFacts: () => Promise.resolve(), isStale: () => Promise.resolve(false) } as unknown as MailWriter
const identity = { id: accountUuid } as unknown as IdentityTokens

function open(signedIn: IdentityTokens | null = identity): void {
  outbox = new Outbox(
    { ledger: asynchronous(ledger.api), mail, client, identity: () => signedIn, rules, now: Date.now },
    () => undefined,
    (error) => faults.push(error),
  )
}
const asynchronous = (api: LedgerApi): Ledger =>
  new Proxy(api, { get: (target, name) => (...args: unknown[]) => new Promise((resolve) => { resolve((target[name as keyof LedgerApi] as (...args: unknown[]) => unknown)(...args)) }) }) as unknown as Ledger

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-outbox-'))
  ledger = openLedger({ path: join(folder, 'ledger.db'), key: randomBytes(32), journalFolder: join(folder, 'ledger.journal'), journalKeys: [{ epoch: 1, key: randomBytes(32), headerKey: randomBytes(32) }], profileId: 'p', person: 'kari' })
  ledger.api.append({ type: 'account-added', account: { uuid: accountUuid, kind: 'system-user', clientId: 'c', kid: 'k', organisation: '310000108', scopes: [], name: 'x' } })
  Object.assign(service, { posts: [], looks: [], post: () => ok('id'), confirmedAt: [], readAt: null, details: null })
  faults = []
  open()
  await outbox.start()
})
afterEach(async () => {
  await outbox.close(0)
  ledger.close()
  rmSync(folder, { recursive: true })
  expect(faults).toEqual([])
})

const cut = failure('unreachable', 'cut', { effect: 'unknown' })
const state = (uuid: string): string | undefined => ledger.api.outboxOne(uuid)?.state

describe('a confirmation', () => {
  it('counts as ours only when the history shows it at the time of our request', async () => {
    service.post = () => {
      setTimeout(() => service.confirmedAt.push(service.posts[0] ?? 0), 60)
      return ok('id')
    }
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'proven', attempt: 1 })
    expect(service.posts).toHaveLength(1)
  })

  it('after a cut line that had its effect is not sent again', async () => {
    service.post = () => {
      service.confirmedAt.push(Date.now())
      return refused(cut)
    }
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'proven', attempt: 1 })
    expect(service.posts).toHaveLength(1)
    expect((service.looks[0] ?? 0) - (service.posts[0] ?? 0)).toBeGreaterThanOrEqual(rules.afterCutMs - 5)
  })

  it('after a cut line without effect is sent again only when two looks, apart, deny it', async () => {
    let calls = 0
    service.post = () => {
      calls += 1
      if (calls === 1) return refused(cut)
      service.confirmedAt.push(Date.now())
      return ok('id')
    }
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'proven', attempt: 2 })
    expect(service.posts).toHaveLength(2)
    const before = service.looks.filter((at) => at < (service.posts[1] ?? 0))
    expect(before).toHaveLength(2)
    expect((before[1] ?? 0) - (before[0] ?? 0)).toBeGreaterThanOrEqual(rules.betweenDenialsMs - 5)
  })

  it('looks that fail prove nothing: nothing is sent again, and in the end it is undecided', async () => {
    service.post = () => refused(failure('server', '500', { status: 500, effect: 'unknown' }))
    service.details = failure('unreachable', 'gone')
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'undecided', attempt: 1 })
    expect(service.posts).toHaveLength(1)
  })

  it('accepted but never proven becomes undecided', async () => {
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'undecided', reason: 'no-proof' })
    expect(service.posts).toHaveLength(1)
  })

  it('already done by somebody else is told so, by us is proven', async () => {
    service.post = () => refused(failure('already-done', '1041', { status: 400, errorCode: 1041 }))
    service.confirmedAt = [Date.now() - 3_600_000]
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'done-elsewhere', answerCode: 1041 })
  })

  it('refused for want of a right comes back with the reason', async () => {
    service.post = () => refused(failure('no-access', '4001', { status: 401, errorCode: 4001 }))
    const { uuid } = await outbox.add(letter)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'refused', reason: 'no-access', answerCode: 4001 })
  })

  it('without a connection waits, and goes when there is one', async () => {
    service.post = () => refused(failure('unreachable', 'refused'))
    const { uuid } = await outbox.add(letter)
    await expect.poll(() => service.posts.length).toBeGreaterThan(2)
    expect(state(uuid)).toMatch(/waiting|sending/)
    service.post = () => {
      service.confirmedAt.push(Date.now())
      return ok('id')
    }
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'proven' })
  })

  it('while nobody is signed in waits with that reason', async () => {
    await outbox.close(0)
    open(null)
    await outbox.start()
    const { uuid } = await outbox.add(letter)
    await expect.poll(() => ledger.api.outboxOne(uuid)?.reason).toBe('sign-in')
    expect(service.posts).toEqual([])
  })

  it('under way when the program ended is asked about, not sent again', async () => {
    await outbox.close(0)
    const outboxUuid = randomUUID()
    ledger.api.append({ type: 'outbox-added', outboxUuid, ...ids, notBeforeAt: 0, clickedAt: Date.now() })
    ledger.api.append({ type: 'outbox-changed', outboxUuid, state: 'sending', attempt: 1, sendingBeganAt: Date.now() })
    service.confirmedAt = [Date.now()]
    open()
    await outbox.start()
    expect(await outbox.settled(outboxUuid, 5000)).toMatchObject({ state: 'proven', attempt: 1 })
    expect(service.posts).toEqual([])
  })

  it('parked by a restore is asked about and never sent by itself', async () => {
    await outbox.close(0)
    const outboxUuid = randomUUID()
    ledger.api.append({ type: 'outbox-added', outboxUuid, ...ids, notBeforeAt: 0, clickedAt: Date.now() })
    expect(ledger.api.reportRestored('an older copy')).toBe(1)
    open()
    await outbox.start()
    await expect.poll(() => service.looks.length).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(state(outboxUuid)).toBe('undecided')
    expect(service.posts).toEqual([])
  })
})

describe('a report that a letter was read', () => {
  const read: NewReport = { ...letter, kind: 'read' }

  it('counts with the answer', async () => {
    const { uuid } = await outbox.add(read)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'proven' })
    expect(service.looks).toEqual([])
  })

  it('whose line was cut is sent once more, and "already" then says that it had arrived', async () => {
    let calls = 0
    service.post = () => {
      calls += 1
      return calls === 1 ? refused(cut) : refused(failure('already-done', '1040', { status: 400, errorCode: 1040 }))
    }
    const { uuid } = await outbox.add(read)
    expect(await outbox.settled(uuid, 5000)).toMatchObject({ state: 'done-elsewhere', attempt: 2 })
    expect(service.posts).toHaveLength(2)
  })

  it('goes before a confirmation of the same letter', async () => {
    const order: string[] = []
    service.post = () => {
      order.push(String(order.length))
      service.confirmedAt.push(Date.now())
      return ok('id')
    }
    const first = await outbox.add({ ...read, waitMs: 150 })
    const second = await outbox.add(letter)
    await outbox.settled(second.uuid, 5000)
    expect((ledger.api.outboxOne(first.uuid)?.sendingBeganAt ?? Infinity) <= (ledger.api.outboxOne(second.uuid)?.sendingBeganAt ?? 0)).toBe(true)
    expect(state(first.uuid)).toBe('proven')
  })

  it('can be undone within its wait only', async () => {
    const { uuid } = await outbox.add({ ...read, waitMs: 10_000 })
    expect((await outbox.undo(uuid)).state).toBe('undone')
    expect(service.posts).toEqual([])
  })
})
