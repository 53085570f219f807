import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AltinnClient } from '../../main/altinn/client.ts'
import { overviewWire } from '../../main/altinn/correspondence-wire.ts'
import { type Failure, failure } from '../../main/altinn/outcome.ts'
import type { SyncContext } from '../../main/sync/context.ts'
import { fetchedMessage, linkOf } from '../../main/sync/convert/correspondence.ts'
import { bareResource, chosenText, dialogportenTime } from '../../main/sync/convert/text.ts'
import { fetchMessage } from '../../main/sync/fetch.ts'
import { defaultRules, retryDelayMs } from '../../main/sync/rules.ts'

const now = Date.parse('2026-11-24T10:00:00Z')
const original = JSON.stringify((JSON.parse(readFileSync(join(import.meta.dirname, '..', 'contract', 'recorded', 'correspondence', '002-overview-full.json'), 'utf8')) as { response: { body: unknown } }).response.body)
const wire = overviewWire.parse(JSON.parse(original))
const task = { messageId: 1, dialogId: 'd', correspondenceId: 'c', party: 'p', resource: 'r', createdAt: now - 3_600_000, tries: 0, careful: false }

/** A service that answers a list of failures, then the letter. */
function context(failures: readonly Failure[]): { readonly context: SyncContext; readonly asked: string[]; readonly slept: number[] } {
  const asked: string[] = []
  const slept: number[] = []
  const answer = (way: string) => () => {
    const reason = failures[asked.length]
    asked.push(way)
    const exchange = { beganAt: now, endedAt: now, serverDateAt: now }
    return Promise.resolve(reason === undefined ? { ok: true, value: { wire, original }, exchange } : { ok: false, failure: reason, exchange })
  }
  const client = { overview: answer('overview'), details: answer('details') } as unknown as AltinnClient
  const parts = { accountUuid: 'a', client, rules: defaultRules, now: () => now, signal: new AbortController().signal, sleep: (ms: number) => Promise.resolve(void slept.push(ms)) }
  return { context: parts as unknown as SyncContext, asked, slept }
}
const notFound = failure('not-found', 'Not found (1001)', { status: 404, errorCode: 1001 })

describe('fetching a letter', () => {
  it('keeps the exact answer and everything a letter says', async () => {
    const result = await fetchMessage(context([]).context, task, 'overview')
    expect(result).toMatchObject({ kind: 'fetched', message: { original, messageSender: 'Avdeling for Prøving', propertyList: { nøkkel: 'verdi', deceased: 'false' }, dueAt: Date.parse('2026-12-23T08:56:36.381Z'), readAt: null, via: 'overview' } })
  })

  it('a 404 just after the dialog was made means not published yet: asked again within seconds', async () => {
    const born = context([notFound, notFound])
    expect(await fetchMessage(born.context, { ...task, createdAt: now - 1000 }, 'details')).toMatchObject({ kind: 'fetched' })
    expect(born.asked).toEqual(['details', 'details', 'details'])
    expect(born.slept).toEqual(defaultRules.birthRetryMs.slice(0, 2))
    const late = context(Array.from({ length: 9 }, () => notFound))
    expect(await fetchMessage(late.context, { ...task, createdAt: now - 1000 }, 'overview')).toMatchObject({ kind: 'deferred', deferral: { reason: 'not-published-yet', failed: false } })
  })

  it('of an older one it means that it is gone: skipped, not failed', async () => {
    expect(await fetchMessage(context([notFound]).context, task, 'overview')).toMatchObject({ kind: 'deferred', deferral: { reason: 'not-found', failed: false, errorCode: 1001 } })
  })

  it.each([
    [failure('no-access', '', { errorCode: 4001 }), 'no-access', false],
    [failure('schema', 'does not fit'), 'schema', true],
    [failure('unexpected-content', ''), 'schema', true],
    [failure('server', ''), 'server', true],
    [failure('unreachable', ''), 'unreachable', true],
    [failure('refused', ''), 'refused', true],
  ])('%o is remembered with its reason and tried later', async (reason, word, failed) => {
    const result = await fetchMessage(context([reason]).context, { ...task, tries: 2 }, 'overview')
    expect(result).toMatchObject({ kind: 'deferred', messageId: 1, deferral: { reason: word, failed, detail: reason.message, nextTryAt: now + retryDelayMs(defaultRules, 3) } })
  })

  it('waits as long as the service asks', async () => {
    expect(await fetchMessage(context([failure('throttled', '', { retryAfterMs: 7000 })]).context, task, 'overview')).toMatchObject({ deferral: { nextTryAt: now + 7000 } })
  })

  it('a lost sign-in stops everything', async () => {
    expect(await fetchMessage(context([failure('token', 'sign in')]).context, task, 'overview')).toMatchObject({ kind: 'stopped' })
  })

  it('a date that is none is an error of this letter only', () => {
    expect(() => fetchedMessage({ ...wire, created: 'i går' }, { original, fetchedAt: now, accountUuid: 'a', messageId: 1 })).toThrow(RangeError)
  })
})

describe('what a letter names', () => {
  const reference = (referenceType: string, referenceValue: string) => ({ referenceType, referenceValue })

  it('its dialog, or the parent when it is a transmission', () => {
    expect(linkOf({ ...wire, externalReferences: [reference('DialogportenDialogId', 'ABC')] })).toEqual({ dialogId: 'abc', isTransmissionOf: null })
    expect(linkOf({ ...wire, externalReferences: [reference('DialogportenTransmissionId', 'T'), reference('DialogportenDialogId', 'ABC')] })).toEqual({ dialogId: null, isTransmissionOf: 'abc' })
    expect(linkOf({ ...wire, externalReferences: [] })).toEqual({ dialogId: null, isTransmissionOf: null })
  })

  it('reply options in any order are the same', () => {
    const options = [{ linkURL: 'https://b', linkText: null }, { linkURL: 'https://a', linkText: 'A' }]
    const of = (replyOptions: typeof options) => fetchedMessage({ ...wire, replyOptions }, { original, fetchedAt: now, accountUuid: 'a', messageId: 1 }).replyOptions
    expect(of(options)).toEqual(of([...options].reverse()))
  })

  it('texts, resources and times as the services write them', () => {
    expect(chosenText([{ value: 'en', languageCode: 'en' }, { value: 'nn', languageCode: 'nn' }])).toEqual({ value: 'nn', language: 'nn' })
    expect(chosenText([])).toBeNull()
    expect([bareResource('urn:altinn:resource:x'), bareResource('x')]).toEqual(['x', 'x'])
    expect(dialogportenTime(now)).toBe('2026-11-24T10:00:00.0000000Z')
  })
})
