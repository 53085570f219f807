import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestLedger } from './ledger-profile.ts'

let ledger: TestLedger
let dialogId: string
let correspondenceId: string
beforeEach(() => {
  ledger = new TestLedger()
  dialogId = randomUUID()
  correspondenceId = randomUUID()
})
afterEach(() => {
  ledger.remove()
})

const find = (dialog: string | null, correspondence: string | null) => ledger.api.letter({ dialogId: dialog, correspondenceId: correspondence })

describe('what is known of a letter', () => {
  it('is united when a dialog and a correspondence prove to be one', () => {
    ledger.api.append({ type: 'opened-here', dialogId, correspondenceId: null, openedAt: 9 })
    ledger.api.append({ type: 'noted', dialogId, correspondenceId: null, note: 'ring' })
    ledger.api.append({ type: 'opened-here', dialogId: null, correspondenceId, openedAt: 5 })
    ledger.api.append({ type: 'noted', dialogId: null, correspondenceId, note: 'skriv' })
    ledger.api.append({ type: 'assigned', dialogId: null, correspondenceId, assignee: 'ola' })
    expect(ledger.api.letters()).toHaveLength(2)
    expect(find(dialogId, correspondenceId)).toMatchObject({ openedAt: 5, assignee: 'ola', note: 'ring\nskriv' })
    ledger.api.append({ type: 'handled', dialogId, correspondenceId, handledAt: 11 })
    const united = { dialogId, correspondenceId, openedAt: 5, assignee: 'ola', note: 'ring\nskriv', handledAt: 11 }
    expect(ledger.api.letters()).toEqual([expect.objectContaining(united)])
    for (const [dialog, correspondence] of [[dialogId, null], [null, correspondenceId], [dialogId, correspondenceId]] as const) expect(find(dialog, correspondence)).toMatchObject(united)
  })

  it('never goes to another letter of the same dialog', () => {
    const other = randomUUID()
    ledger.api.append({ type: 'opened-here', dialogId, correspondenceId, openedAt: 5 })
    expect(find(dialogId, other)).toBeNull()
    ledger.api.append({ type: 'noted', dialogId, correspondenceId: other, note: 'the other' })
    expect(find(null, other)).toMatchObject({ dialogId: null, note: 'the other', openedAt: null })
    expect(find(dialogId, correspondenceId)).toMatchObject({ note: null, openedAt: 5 })
  })

  it('stays with its correspondence when an event names another dialog', () => {
    const other = randomUUID()
    ledger.api.append({ type: 'noted', dialogId, correspondenceId, note: 'a' })
    ledger.api.append({ type: 'noted', dialogId: other, correspondenceId: null, note: 'b' })
    ledger.api.append({ type: 'handled', dialogId: other, correspondenceId, handledAt: 3 })
    expect(find(null, correspondenceId)).toMatchObject({ dialogId, note: 'a', handledAt: 3 })
    expect(find(other, null)).toMatchObject({ correspondenceId: null, note: 'b', handledAt: null })
  })

  it('keeps the first opening, and forgets what is taken back', () => {
    ledger.api.append({ type: 'opened-here', dialogId, correspondenceId, openedAt: 5 })
    ledger.api.append({ type: 'opened-here', dialogId, correspondenceId, openedAt: 8 })
    ledger.api.append({ type: 'handled', dialogId, correspondenceId, handledAt: 6 })
    ledger.api.append({ type: 'handled', dialogId, correspondenceId, handledAt: null })
    expect(find(dialogId, null)).toMatchObject({ openedAt: 5, handledAt: null })
    expect(ledger.api.openedHere({ dialogId, correspondenceId: null })).toBe(5)
  })

  it('shows what changed after an event, in order', () => {
    ledger.api.append({ type: 'noted', dialogId, correspondenceId: null, note: 'a' })
    const { seq } = ledger.api.append({ type: 'noted', dialogId: null, correspondenceId, note: 'b' })
    expect(ledger.api.letters({ changedAfter: seq - 1 }).map(({ note }) => note)).toEqual(['b'])
    ledger.api.append({ type: 'deleted-here', dialogId, correspondenceId: null })
    expect(ledger.api.letters({ changedAfter: seq }).map(({ note, deletedAt }) => [note, deletedAt !== null])).toEqual([['a', true]])
  })
})
