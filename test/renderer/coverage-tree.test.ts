import { describe, expect, it } from 'vitest'
import type { CoverageRow, RecipientRow } from '../../preload/contract/index.ts'
import { belongs, branchesOf, isPerson, isUnseen, type Line } from '../../renderer/recipients/tree.ts'

const now = 1_000_000
const row = (party: string, more: Partial<RecipientRow> = {}): RecipientRow => ({
  party, name: party, kind: 'organisation', parent: null, isDeleted: false, current: true, messages: 5, unread: 1, toConfirm: 0, favourite: false, accounts: [], troubled: false, late: 0, soon: 0, nextDueAt: null, ...more,
})
const coverage = (party: string, more: Partial<CoverageRow> = {}): CoverageRow => ({
  party, services: 1, lastMessageAt: 100, lastUpdatedAt: 200, fetched: true, waiting: 0, trouble: null, troubleSince: null, sees: 3, identities: 1, askedAt: 300, loss: null, ...more,
})
const line = (party: string, more: Partial<RecipientRow> = {}, known: Partial<CoverageRow> = {}): Line => ({ party, name: more.name ?? party, isDeleted: false, row: row(party, more), coverage: coverage(party, known) })
const heading = (party: string): Line => ({ party, name: party, isDeleted: false, row: null, coverage: null })
const every = (): boolean => true

describe('recipients as a tree', () => {
  it('sub-units stand below their main unit, which counts them too', () => {
    const branches = branchesOf([line('b', { unread: 2, nextDueAt: now + 50 }), line('b2', { parent: 'b', unread: 3, nextDueAt: now - 5 }, { lastMessageAt: 900 }), line('b1', { parent: 'b', toConfirm: 1 }), line('a')], every, 'name', now)
    expect(branches.map(({ line: one, subs }) => [one.party, subs.map(({ party }) => party)])).toEqual([['a', []], ['b', ['b1', 'b2']]])
    expect(branches[1]?.totals).toEqual({ unread: 6, toConfirm: 1, nextDueAt: now - 5, lastMessageAt: 900 })
  })

  it('a main unit without rights of its own is a heading, and none without sub-units', () => {
    const branches = branchesOf([heading('main'), line('sub', { parent: 'main' }), heading('alone')], every, 'name', now)
    expect(branches.map(({ line: one, subs }) => [one.party, subs.length])).toEqual([['main', 1]])
  })

  it('a sub-unit whose main unit nobody may act for stands alone', () => {
    expect(branchesOf([line('sub', { parent: 'elsewhere' })], every, 'name', now).map(({ line: one }) => one.party)).toEqual(['sub'])
  })

  it('what is looked for is found below its main unit, without its sisters', () => {
    const lines = [line('main'), line('one', { parent: 'main' }), line('two', { parent: 'main' })]
    expect(branchesOf(lines, ({ party }) => party === 'two', 'name', now).map(({ line: one, subs }) => [one.party, subs.map(({ party }) => party)])).toEqual([['main', ['two']]])
    expect(branchesOf(lines, ({ party }) => party === 'main', 'name', now)[0]?.subs).toHaveLength(2)
  })

  it('sorts by what a branch has in all', () => {
    const lines = [line('a', { unread: 4 }), line('b', { unread: 0 }), line('b1', { parent: 'b', unread: 9, nextDueAt: now + 1 })]
    expect(branchesOf(lines, every, 'unread', now).map(({ line: one }) => one.party)).toEqual(['b', 'a'])
    expect(branchesOf(lines, every, 'due', now).map(({ line: one }) => one.party)).toEqual(['b', 'a'])
  })

  it('tells persons from organisations', () => {
    expect(branchesOf([line('a'), line('p', { kind: 'person' })], every, 'name', now).map(isPerson)).toEqual([false, true])
  })
})

describe('filters', () => {
  it('gone, shrunk, never', () => {
    const gone = line('a', { current: false }, { loss: { kind: 'gone', since: 1, seen: true } })
    const fewer = line('b', {}, { loss: { kind: 'fewer', since: 1, seen: false } })
    const seen = line('c', {}, { loss: { kind: 'fewer', since: 1, seen: true } })
    const unlisted = line('d', {}, { loss: { kind: 'unlisted', since: 1, seen: true } })
    const never = line('e', { messages: 0 })
    const lines = [gone, fewer, seen, unlisted, never]
    const named = (filter: Parameters<typeof belongs>[1]): readonly string[] => lines.filter((one) => belongs(one, filter)).map(({ party }) => party)
    expect(named('gone')).toEqual(['a'])
    expect(named('shrunk')).toEqual(['b', 'd'])
    expect(named('never')).toEqual(['e'])
    expect(lines.filter(isUnseen).map(({ party }) => party)).toEqual(['b'])
  })
})
