import { afterEach, describe, expect, it } from 'vitest'
import type { SentMessage } from '../../main/localtest/world/model.ts'
import { dialogIdOf, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

async function begin(more: Partial<SentMessage>): Promise<void> {
  course = await Course.begin(smallWorld((at) => [letter(1, at - day), letter(2, at - 2 * day, more)]))
  await course.consent()
  expect((await course.sync()).failed).toBe(0)
}

const row = async () => (await course.call('messages.list', { view: 'all', limit: 50 })).rows.find((one) => one.correspondenceId === letterId(2))
const shown = async () => course.call('messages.show', { id: (await row())?.id ?? 0 })

describe('a title', () => {
  it('of no characters', async () => {
    await begin({ title: '' })
    expect(await row()).toMatchObject({ title: '', state: 'fetched' })
    expect(await shown()).toMatchObject({ title: '', body: 'Innhold i brev 2' })
    await course.call('letters.body', { id: (await row())?.id ?? 0 })
    expect((await course.call('messages.search', { text: 'innhold 2', limit: 5 })).rows).toHaveLength(1)
  })

  it('of 10 000 characters is kept whole, and its last word is found', async () => {
    const title = `${'Lang tittel '.repeat(832)}sluttordet`
    await begin({ title })
    expect(title.length).toBeGreaterThanOrEqual(9990)
    expect((await shown()).title).toBe(title)
    expect((await course.call('messages.search', { text: 'sluttordet', limit: 5 })).rows.map((one) => one.correspondenceId)).toEqual([letterId(2)])
  })

  it('of one word of 10 000 characters', async () => {
    const title = 'x'.repeat(10_000)
    await begin({ title })
    expect((await shown()).title).toBe(title)
    expect((await course.call('messages.search', { text: 'xxxx', limit: 5 })).rows.length).toBeLessThanOrEqual(1)
  })

  it('with control and direction characters, halves of pairs and NUL is kept as it came', async () => {
    const title = 'A\u0000B\u202eC\u0007D\u200b E\u{1f4e8}'
    await begin({ title })
    expect((await shown()).title).toBe(title)
    expect(await row()).toMatchObject({ title, state: 'fetched' })
    expect((await course.call('messages.list', { view: 'inbox', limit: 50 })).rows).toHaveLength(2)
  })
})

describe('a body', () => {
  it.each([
    ['of no characters', ''],
    ['of a megabyte', 'avsnitt og ord '.repeat(70_000)],
    ['with NUL in it', 'for\u0000an og bak'],
    ['of what SQL and searches are made of', `'"; DROP TABLE message; -- NEAR(a b) * ^ OR AND NOT "`],
  ])('%s', async (_, body) => {
    await begin({ body })
    expect((await shown()).body).toBe(body)
    await course.call('letters.body', { id: (await row())?.id ?? 0 })
    for (const text of [`'"; DROP`, 'NEAR(a b)', '*', '"', '^', 'a OR', '-'.repeat(300), '\u0000']) expect(Array.isArray((await course.call('messages.search', { text, limit: 5 })).rows)).toBe(true)
    expect((await course.call('messages.list', { view: 'inbox', limit: 50 })).rows).toHaveLength(2)
  })
})

describe('a letter with everything left out that may be', () => {
  it('is a letter', async () => {
    await begin({ title: '', body: '', summary: null, messageSender: '', sendersReference: '', propertyList: {}, externalReferences: [] })
    expect(await row()).toMatchObject({ dialogId: dialogIdOf(2), state: 'fetched' })
  })
})
