import { afterEach, describe, expect, it } from 'vitest'
import { clients, letter, letterId, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})
const day = 86_400_000
const begin = async (...letters: Parameters<typeof smallWorld>): Promise<Course> => {
  course = await Course.begin(smallWorld(...letters))
  await course.consent()
  await course.sync()
  return course
}

describe('a search through the contract', () => {
  it('says how it was understood, with filters beside what was typed', async () => {
    const one = await begin((at) => [
      letter(1, at - day, { title: 'Frist for svar', dueAt: at - 1000 }), letter(2, at - 2 * day, { title: 'Svar på frist', dueAt: at + 9 * day }), letter(3, at - 3 * day, { title: 'Frist for svar', recipient: orgUrn(clients[1]) }),
    ])
    const ids = async (text: string, filters: string[] = []): Promise<readonly (string | null)[]> => (await one.call('messages.search', { text, filters, limit: 10 })).rows.map((row) => row.correspondenceId)
    expect(await ids('"frist for svar"')).toEqual([letterId(1), letterId(3)])
    expect(await ids('"frist for svar"', ['frist:utgått'])).toEqual([letterId(1)])
    expect(await ids('', ['frist:utgått'])).toEqual([letterId(1)])
    expect(await ids('due:overdue')).toEqual([letterId(1)])
    expect(await ids('svar -"frist for"')).toEqual([letterId(2)])
    expect(await ids('', ['til:"Klient 2"'])).toEqual([letterId(3)])
    expect(await ids('fra:Skatteetaten -har:frist')).toEqual([letterId(3)])
    const { understood } = await one.call('messages.search', { text: 'krav fra:Skatteetaten frist:snurt', filters: ['status:ulest'], limit: 10 })
    expect(understood.chips).toMatchObject([{ kind: 'text', field: 'from', text: 'Skatteetaten', at: [5, 21], filter: null, not: false }, { kind: 'status', status: 'unread', filter: 0 }])
    expect(understood.unclear).toEqual([{ typed: 'frist:snurt', why: 'due', field: 'due' }])
    expect(understood.marks).toContainEqual({ words: ['krav'], phrase: null })
    expect(await one.call('messages.search-count', { text: 'frist', filters: ['til:"Klient 2"'] })).toEqual({ total: 1, stopped: false })
  })

  it('tells nothing of confidential mail before a person fetched it, and everything after', async () => {
    const one = await begin((at) => [letter(1, at - day, { resourceId: 'skd-taushet', confidential: true, title: 'Hemmelig varelagerkontroll', body: 'Innhold om fjernvarelageret' })])
    const search = (text: string) => one.call('messages.search', { text, limit: 10 })
    const hints = async (text: string): Promise<readonly string[]> => {
      for (let n = 0; n < 50; n += 1) {
        const { words, isDone } = await one.call('messages.search-hint', { text })
        if (isDone) return words.map(({ word }) => word)
      }
      throw new Error('The vocabulary has no end')
    }
    for (const text of ['hemmelig', '"hemmelig varelagerkontroll"', 'tittel:hemmelig', 'fjernvarelageret']) expect((await search(text)).rows).toEqual([])
    const hidden = await search('status:taushetsbelagt -hemmelig')
    expect(hidden.rows).toMatchObject([{ title: null, summary: null }])
    expect(hidden.snippets).toMatchObject([{ text: '', marks: [] }])
    expect(await hints('kontroll')).toEqual([])
    await one.call('messages.fetch', { id: hidden.rows[0]?.id ?? 0 })
    await expect.poll(async () => (await search('"hemmelig varelagerkontroll"')).rows.length, { timeout: 20_000 }).toBe(1)
    expect(await hints('kontroll')).toEqual(['varelagerkontroll'])
    expect((await search('status:taushetsbelagt -hemmelig')).rows).toEqual([])
  })
})

describe('searches that are remembered', () => {
  it('are at most twenty, newest first, each once; forgotten one by one, all, or by switching it off', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    expect(await one.call('searches.list', {})).toEqual({ searches: [] })
    for (let n = 1; n <= 23; n += 1) await one.call('searches.keep', { text: `krav ${String(n)}` })
    await one.call('searches.keep', { text: 'krav 9' })
    const { searches } = await one.call('searches.list', {})
    expect(searches).toHaveLength(20)
    expect(searches.slice(0, 3)).toEqual(['krav 9', 'krav 23', 'krav 22'])
    expect(searches).not.toContain('krav 3')
    expect((await one.call('searches.forget', { text: 'krav 23' })).searches).toHaveLength(19)
    expect((await one.call('searches.forget', { text: null })).searches).toEqual([])
    await one.call('searches.keep', { text: 'krav' })
    await one.call('settings.set', { keepSearches: false })
    await one.call('searches.keep', { text: 'vedtak' })
    expect(await one.call('searches.list', {})).toEqual({ searches: [] })
    await one.call('settings.set', { keepSearches: true })
    expect(await one.call('searches.list', {})).toEqual({ searches: [] })
  })
})

describe('searches that are saved', () => {
  it('stay when the others are forgotten, each once, until there is no room for more', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    expect(await one.call('searches.saved', {})).toEqual({ saved: [] })
    await one.call('searches.keep', { text: 'krav' })
    expect(await Promise.all(['vedtak', 'krav', 'vedtak'].map((text) => one.call('searches.save', { text, saved: true })))).toContainEqual({ saved: ['vedtak', 'krav'] })
    await one.call('searches.forget', { text: null })
    await one.call('settings.set', { keepSearches: false })
    expect(await one.call('searches.saved', {})).toEqual({ saved: ['vedtak', 'krav'] })
    expect(await one.call('searches.save', { text: 'vedtak', saved: false })).toEqual({ saved: ['krav'] })
    expect(await one.call('searches.save', { text: 'aldri lagret', saved: false })).toEqual({ saved: ['krav'] })
    for (let n = 1; n < 50; n += 1) await one.call('searches.save', { text: `krav ${String(n)}`, saved: true })
    await expect(one.call('searches.save', { text: 'en til', saved: true })).rejects.toThrow('too-many-searches')
    expect((await one.call('searches.saved', {})).saved).toHaveLength(50)
  })
})
