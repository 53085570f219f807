import { describe, expect, it } from 'vitest'
import { type DueLetter, type ReminderInput, decideReminders } from '../../main/reminders/decide.ts'
import { osloDay, osloDaysBetween } from '../../resources/locales/oslo-day.ts'

const now = Date.parse('2026-11-24T09:00:00Z')
const day = 86_400_000
const party = 'urn:altinn:organization:identifier-no:310000108'

const letter = (n: number, dueAt: number): DueLetter => ({ messageId: n, correspondenceId: `00000000-0000-4000-8000-00000000000${String(n)}`, dialogId: null, party, dueAt, confidential: false })
const nothing: ReminderInput = { now, fresh: [], freshKey: 'new:1', due: [], receipts: [],
  undelivered: [], signedOut: [], signInEnds: [], answered: [], shrunk: [], notified: new Set(), first: false }

describe('Norwegian days', () => {
  it('a moment after midnight in Norway belongs to the new day though it is yesterday in UTC', () => {
    expect(osloDay(Date.parse('2026-11-24T23:30:00Z'))).toBe('2026-11-25')
    expect(osloDaysBetween(now, Date.parse('2026-11-24T22:30:00Z'))).toBe(0)
    expect(osloDaysBetween(now, Date.parse('2026-11-24T23:30:00Z'))).toBe(1)
  })

  it('counts days over the change to summer time', () => {
    expect(osloDaysBetween(Date.parse('2026-03-28T12:00:00Z'), Date.parse('2026-03-30T11:00:00Z'))).toBe(2)
  })
})

describe('reminders', () => {
  it('says nothing when there is nothing', () => {
    expect(decideReminders(nothing)).toEqual([])
  })

  it('tells new letters once, with counts and recipients only', () => {
    const input = { ...nothing, fresh: [{ party, count: 3 }] }
    expect(decideReminders(input)).toEqual([{ what: 'new', count: 3, overdueCount: 0, parties: [party], messageId: null, keys: ['new:1'] }])
    expect(decideReminders({ ...input, notified: new Set(['new:1']) })).toEqual([])
  })

  it('one digest for many due letters; a single one can be opened', () => {
    const two = decideReminders({ ...nothing, due: [letter(1, now + day), letter(2, now + 2 * day)] })
    expect(two.map(({ what, count, messageId }) => ({ what, count, messageId }))).toEqual([{ what: 'due-soon', count: 2, messageId: null }])
    expect(decideReminders({ ...nothing, due: [letter(1, now + day)] })[0]?.messageId).toBe(1)
  })

  it('due in four days is not soon; due in three is', () => {
    expect(decideReminders({ ...nothing, due: [letter(1, now + 4 * day)] })).toEqual([])
    expect(decideReminders({ ...nothing, due: [letter(1, now + 3 * day)] })).toHaveLength(1)
  })

  it('due soon, then overdue: once each, also after a restart', () => {
    const due = [letter(1, now + day)]
    const told = new Set(decideReminders({ ...nothing, due }).flatMap((one) => one.keys))
    expect(decideReminders({ ...nothing, due, notified: told })).toEqual([])
    const afterwards = { ...nothing, due, now: now + 2 * day, notified: told }
    const overdue = decideReminders(afterwards)
    expect(overdue.map((one) => one.what)).toEqual(['overdue'])
    expect(decideReminders({ ...afterwards, notified: new Set([...told, ...overdue.flatMap((one) => one.keys)]) })).toEqual([])
  })

  it('a moved due date is told anew', () => {
    const told = new Set(decideReminders({ ...nothing, due: [letter(1, now + day)] }).flatMap((one) => one.keys))
    expect(decideReminders({ ...nothing, due: [letter(1, now + 2 * day)], notified: told })).toHaveLength(1)
  })

  it('the first sync raises exactly one notification, and its due letters are not told again', () => {
    const input = { ...nothing, first: true, fresh: [{ party, count: 400 }], due: [letter(1, now - day), letter(2, now + day)] }
    const first = decideReminders(input)
    expect(first).toHaveLength(1)
    expect(first[0]).toMatchObject({ what: 'new', count: 400, overdueCount: 1 })
    expect(decideReminders({ ...input, first: false, notified: new Set(first[0]?.keys) })).toEqual([])
  })

  it('a refused receipt and a lost sign-in are told once', () => {
    const input = { ...nothing, receipts: [{ outboxUuid: 'u1', party, messageId: 5 }], signedOut: ['a1'] }
    const told = decideReminders(input)
    expect(told.map((one) => one.what)).toEqual(['refused', 'sign-in'])
    expect(decideReminders({ ...input, notified: new Set(told.flatMap((one) => one.keys)) })).toEqual([])
  })
})

describe('reminders of identities', () => {
  const account = '00000000-0000-4000-8000-0000000000aa'
  const told = (input: Partial<ReminderInput>) => decideReminders({ ...nothing, ...input }).map(({ what, count }) => `${what} ${String(count)}`)

  it('a login that ends is told the day before, once per end', () => {
    const ends = (endsAt: number) => [{ account, sinceAt: now - 9 * day, endsAt }]
    expect(told({ signInEnds: ends(now + day + 1) })).toEqual([])
    const [reminder] = decideReminders({ ...nothing, signInEnds: ends(now + day) })
    expect(reminder).toMatchObject({ what: 'sign-in-ends', count: 1, parties: [] })
    const notified = new Set(reminder?.keys)
    expect(told({ signInEnds: ends(now + day), notified })).toEqual([])
    expect(told({ signInEnds: ends(now + day - 1), notified })).toEqual(['sign-in-ends 1'])
    // What is over is told as that.
    expect(told({ signInEnds: ends(now), signedOut: [account] })).toEqual(['sign-in 1'])
  })

  it('one that lasts less than a day is told once half of it is over', () => {
    const hour = day / 24
    expect(told({ signInEnds: [{ account, sinceAt: now - hour, endsAt: now + hour + 2 }] })).toEqual([])
    expect(told({ signInEnds: [{ account, sinceAt: now - hour, endsAt: now + hour }] })).toEqual(['sign-in-ends 1'])
  })

  it('what a request was answered is told before any message is, and beside the first ones', () => {
    const answered = [{ key: 'system-user:1:accepted', accepted: true }, { key: 'system-user:2:refused', accepted: false }]
    expect(told({ first: true, answered })).toEqual(['system-user-accepted 1', 'system-user-refused 1'])
    expect(told({ first: true, fresh: [{ party, count: 2 }], answered, notified: new Set(['system-user:2:refused']) })).toEqual(['new 2', 'system-user-accepted 1'])
  })
})
