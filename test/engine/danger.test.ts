import { describe, expect, it } from 'vitest'
import { type Contact, inDanger, likelyContactAt } from '../../main/engine/danger.ts'
import type { OutboxRow } from '../../main/store/ledger/events.ts'

const now = Date.UTC(2026, 2, 1, 12)
const hour = 3_600_000
const there: Contact = { awaySince: null, nextTryAt: null, signedOut: false }
const away = (hours: number): Contact => ({ awaySince: now - hours * hour, nextTryAt: now + 60_000, signedOut: false })
const row = (change: Partial<OutboxRow> = {}) => ({ kind: 'confirm', state: 'waiting', reason: 'offline', notBeforeAt: now - 1000, ...change }) as OutboxRow

describe('when Altinn is likely reached', () => {
  it.each([
    ['now, while it is there', there, now],
    ['at the next try, when it just went away', away(0), now + 60_000],
    ['after as long again as it has been away', away(30), now + 30 * hour],
    ['days later, when a person has to sign in', { ...there, signedOut: true }, now + 72 * hour],
  ])('%s', (_, contact, at) => {
    expect(likelyContactAt(contact, now)).toBe(at)
  })
})

describe('a confirmation that Altinn does not have', () => {
  it.each([
    ['is in danger when it is due before that', row(), now + 10 * hour, away(30), true],
    ['is not when there is time', row(), now + 40 * hour, away(30), false],
    ['is in danger when it is overdue, though Altinn is there', row(), now - hour, there, true],
    ['is not within the ten seconds of its user', row({ reason: null, notBeforeAt: now + 5000 }), now - hour, there, false],
    ['is in danger within them when Altinn is away', row({ reason: null, notBeforeAt: now + 5000 }), now + hour, away(5), true],
    ['is in danger while nobody knows whether it arrived', row({ state: 'undecided' }), now + hour, away(5), true],
    ['is not once it was accepted', row({ state: 'accepted' }), now + hour, away(5), false],
    ['is not without a due date', row(), null, away(5), false],
    ['and only a confirmation has one to keep', row({ kind: 'read' }), now + hour, away(5), false],
  ])('%s', (_, one, dueAt, contact, expected) => {
    expect(inDanger(one, dueAt, contact, now)).toBe(expected)
  })
})
