import { describe, expect, it } from 'vitest'
import type { LedgerEvent, OutboxRow } from '../../main/store/ledger/events.ts'
import { ownTimes, proofOf } from '../../main/sync/outbox/proof.ts'
import { defaultOutboxRules } from '../../main/sync/outbox/rules.ts'

const beganAt = Date.parse('2026-11-24T10:00:00Z')

const row: OutboxRow = {
  uuid: '00000000-0000-4000-8000-000000000001',
  kind: 'confirm',
  accountUuid: '00000000-0000-4000-8000-0000000000aa',
  dialogId: null,
  correspondenceId: '00000000-0000-4000-8000-0000000000bb',
  party: 'urn:altinn:organization:identifier-no:310000108',
  state: 'accepted',
  clickedAt: beganAt - 10_000,
  notBeforeAt: beganAt,
  versionShown: null, forwardTo: null, forwardText: null, person: 'kari',
  attempt: 1,
  sendingBeganAt: beganAt,
  sendingEndedAt: beganAt + 300,
  serverOffsetMs: 0,
  answerStatus: 200,
  answerCode: null,
  traceId: null,
  provenAt: null,
  reason: null,
  nextAskAt: null,
  asks: 0,
  addedSeq: 1,
  changedSeq: 3,
}

const confirmed = (...times: number[]) => times.map((at) => ({ status: 'Confirmed', statusText: '', statusChanged: new Date(at).toISOString() }))
const own = (changed: Partial<OutboxRow>, audit: readonly LedgerEvent[] = []) => ownTimes({ ...row, ...changed }, audit, 0, defaultOutboxRules)

const event = (seq: number, change: { sendingBeganAt?: number; sendingEndedAt?: number | null }): LedgerEvent => ({
  seq,
  uuid: '00000000-0000-4000-8000-0000000000cc',
  at: beganAt,
  person: 'kari',
  type: 'outbox-changed',
  outboxUuid: row.uuid,
  state: 'sending',
  ...change,
})

describe('whose confirmation the history shows', () => {
  it('none: absent', () => {
    expect(proofOf([{ status: 'Read', statusText: '', statusChanged: new Date(beganAt).toISOString() }], own({}))).toEqual({ kind: 'absent' })
  })

  it('one at the time of our request is ours', () => {
    expect(proofOf(confirmed(beganAt + 100), own({}))).toEqual({ kind: 'ours', at: beganAt + 100 })
  })

  it('one from another minute is somebody else\'s', () => {
    expect(proofOf(confirmed(beganAt - 60_000), own({}))).toEqual({ kind: 'elsewhere', at: beganAt - 60_000 })
  })

  it('ours is found beside a colleague\'s', () => {
    expect(proofOf(confirmed(beganAt - 60_000, beganAt + 100), own({}))).toEqual({ kind: 'ours', at: beganAt + 100 })
  })

  it('a clock that is an hour wrong is put right by the offset', () => {
    const ours = own({ serverOffsetMs: 3_600_000 })
    expect(proofOf(confirmed(beganAt + 3_600_100), ours).kind).toBe('ours')
    expect(proofOf(confirmed(beganAt + 100), ours).kind).toBe('elsewhere')
  })

  it('a request whose end nobody saw may have taken as long as the service can hang', () => {
    const cut = own({ sendingEndedAt: null })
    expect(proofOf(confirmed(beganAt + 105_000), cut).kind).toBe('ours')
    expect(proofOf(confirmed(beganAt + 300_000), cut).kind).toBe('elsewhere')
  })

  it('an earlier request of the same click counts as ours', () => {
    const audit = [event(2, { sendingBeganAt: beganAt - 600_000, sendingEndedAt: null }), event(5, { sendingBeganAt: beganAt, sendingEndedAt: null })]
    expect(proofOf(confirmed(beganAt - 599_000), own({ attempt: 2 }, audit)).kind).toBe('ours')
    expect(proofOf(confirmed(beganAt - 300_000), own({ attempt: 2 }, audit)).kind).toBe('elsewhere')
  })

  it('the end of a request that came with a later event narrows its time', () => {
    const audit = [event(2, { sendingBeganAt: beganAt, sendingEndedAt: null }), event(3, { sendingEndedAt: beganAt + 300 })]
    expect(own({}, audit)).toEqual([{ fromAt: beganAt - 2000, toAt: beganAt + 2300 }])
  })
})
