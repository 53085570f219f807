import { afterEach, describe, expect, it } from 'vitest'
import { dialogIdOf, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'
import type { Change } from './meddler.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

interface SearchItem {
  readonly id: string
  readonly createdAt: string
}

/** Dates of one letter, in its dialog and in its own answer. */
const dated = (n: number, dialog: object, own: object): Change => (path, json) => {
  if (path.includes('/enduser/dialogs?')) {
    const page = json as { readonly items: readonly SearchItem[] }
    return { ...page, items: page.items.map((item) => (item.id === dialogIdOf(n) ? { ...item, ...dialog } : item)) }
  }
  return path.endsWith(`/correspondence/${letterId(n)}`) ? { ...(json as object), ...own } : json
}

async function begin(change: Change): Promise<void> {
  course = await Course.begin(smallWorld((at) => [1, 2, 3].map((n) => letter(n, at - n * day))), change)
  await course.consent()
}

const inbox = async () => (await course.call('messages.list', { view: 'inbox', limit: 50 })).rows

describe.each([
  ['the year 1', '0001-01-01T00:00:00.0000000Z', '0001-01-01T00:00:00+00:00', Date.UTC(1990, 0, 1), 'last'],
  ['the year 1969', '1969-12-31T23:59:59.0000000Z', '1969-12-31T23:59:59+00:00', Date.UTC(1990, 0, 1), 'last'],
  ['the year 9999', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999+00:00', Date.UTC(2200, 0, 1), 'first'],
] as const)('a letter of %s', (_, inDialog, inLetter, sortAt, place) => {
  it('is in the list, at its edge, and found by search', async () => {
    await begin(dated(2, { createdAt: inDialog, contentUpdatedAt: inDialog, dueAt: inDialog }, { created: inLetter, published: inLetter, requestedPublishTime: inLetter, dueDateTime: inLetter }))
    expect((await course.sync()).failed).toBe(0)
    const rows = await inbox()
    expect(rows).toHaveLength(3)
    const odd = rows[place === 'first' ? 0 : 2]
    expect(odd).toMatchObject({ correspondenceId: letterId(2), state: 'fetched', sortAt })
    expect((await course.call('messages.search', { text: 'innhold brev 2', limit: 10 })).rows.map((row) => row.correspondenceId)).toEqual([letterId(2)])
    expect(await course.call('messages.show', { id: odd?.id ?? 0 })).toMatchObject({ title: 'Brev 2', body: 'Innhold i brev 2' })
    // Pages go past it, and it is there once.
    const first = await course.call('messages.list', { view: 'inbox', limit: 1 })
    const after = await course.call('messages.list', { view: 'inbox', limit: 5, ...(first.next === null ? {} : { after: first.next }) })
    expect(new Set([...first.rows, ...after.rows].map((row) => row.id)).size).toBe(3)
    // Reminders, counts and a second sync live with it.
    await course.call('reminders.due', {})
    await course.call('messages.counts', {})
    expect(await course.sync()).toMatchObject({ messages: 0, failed: 0 })
  })
})

describe('a time that is no date', () => {
  it('holds up one letter, told as such, and no other', async () => {
    await begin(dated(2, {}, { published: '2026-02-31T25:61:00Z' }))
    const summary = await course.sync()
    expect(summary).toMatchObject({ messages: 2, failed: 1 })
    expect((await inbox()).find((row) => row.correspondenceId === letterId(2))).toMatchObject({ state: 'linked' })
  })

  it('in a search holds up one dialog, and comes when it can be read', async () => {
    let broken = true
    await begin((path, json) => (broken ? dated(2, { createdAt: 'i går' }, {})(path, json) : json))
    await course.sync()
    expect(await inbox()).toHaveLength(2)
    broken = false
    await course.sync()
    expect((await inbox()).filter((row) => row.state === 'fetched')).toHaveLength(3)
  })
})

describe('a search whose times lie in the future', () => {
  it('does not stop later letters from being found', async () => {
    let ahead = true
    // A watermark taken from a wrong clock would hide everything until then.
    await begin((path, json) => (ahead ? dated(1, { updatedAt: '9999-12-31T23:59:59.9999999Z' }, {})(path, json) : json))
    await course.sync()
    ahead = false
    const answer = await fetch(`${course.altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: '310000205', title: 'Senere', body: 'Kommer senere' }) })
    expect(answer.status).toBe(201)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await course.sync()
    expect((await inbox()).map((row) => row.title)).toContain('Senere')
  })
})
