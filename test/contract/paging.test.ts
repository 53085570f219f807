import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { enduser, Service } from '../localtest/service.ts'
import { clients, dialogIdOf, letter, orgUrn, smallWorld } from '../localtest/small-world.ts'

const day = 86_400_000
const party = orgUrn(clients[0])
const recorded = (name: string) =>
  z.object({ steps: z.array(z.looseObject({ step: z.string().optional(), response: z.looseObject({ status: z.number() }).optional() })) }).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'recorded', 'dialogporten', name), 'utf8'))).steps
const stepOf = (name: string, step: string): Readonly<Record<string, unknown>> => recorded(name).findLast((one) => one.step === step) ?? {}

let altinn: Service
async function start(count: number, at: (n: number, anchorAt: number) => number): Promise<void> {
  altinn = new Service({ world: smallWorld((anchorAt) => Array.from({ length: count }, (_, n) => letter(n + 1, at(n, anchorAt), { createdAt: at(n, anchorAt), dialogUpdatedAt: at(n, anchorAt) }))), durable: false })
  await altinn.start()
}
afterEach(async () => {
  await altinn.end()
})

interface Page {
  readonly items: readonly { readonly id: string; readonly contentUpdatedAt: string }[]
  readonly hasNextPage: boolean
  readonly continuationToken?: string
}
const page = async (query: string, token?: string): Promise<Page> => await altinn.get<Page>(`${enduser}/dialogs?party=${party}&${query}${token === undefined ? '' : `&continuationToken=${encodeURIComponent(token)}`}`)

async function allPages(query: string, between: (n: number) => Promise<void> = () => Promise.resolve()): Promise<readonly Page[]> {
  const pages: Page[] = []
  for (let token: string | undefined, more = true; more; ) {
    const one = await page(query, token)
    pages.push(one)
    token = one.continuationToken
    more = one.hasNextPage
    if (more) await between(pages.length)
  }
  return pages
}
const idsOf = (pages: readonly Page[]): readonly string[] => pages.flatMap(({ items }) => items.map(({ id }) => id))

describe('pages, as recorded', () => {
  // dialogporten/025-paging-to-end.json
  it('to the end and once more with the last token, which stands on the last page too', async () => {
    await start(113, (n, anchorAt) => anchorAt - (n + 1) * 60_000)
    const pages = await allPages('limit=50')
    expect(pages.map(({ items, hasNextPage }) => [items.length, hasNextPage])).toEqual([[50, true], [50, true], [13, false]])
    expect(new Set(idsOf(pages)).size).toBe(113)
    expect(recorded('025-paging-to-end.json').filter(({ response }) => response !== undefined)).toHaveLength(4)
    const after = await page('limit=50', pages.at(-1)?.continuationToken)
    expect([after.items, after.hasNextPage, after.continuationToken]).toEqual([[], false, undefined])
  })

  // dialogporten/341-paging-1250.json
  it('1 250 dialogs in two pages of 1 000', async () => {
    await start(1250, (n, anchorAt) => anchorAt - (n + 1) * 1000)
    const pages = await allPages('limit=1000&orderBy=contentUpdatedAt_asc')
    expect(pages.map(({ items }) => items.length)).toEqual([1000, 250])
    expect(new Set(idsOf(pages)).size).toBe(1250)
  })

  // dialogporten/410-paging-ties-asc.json
  it('of one and the same time: every one once, the highest id first though the order ascends', async () => {
    await start(25, (_, anchorAt) => anchorAt - day)
    const result = stepOf('410-paging-ties-asc.json', 'result')
    for (const query of ['limit=10&orderBy=contentUpdatedAt_asc', 'limit=10&orderBy=createdAt_asc,updatedAt_desc']) {
      const ids = idsOf(await allPages(query))
      expect({ returned: ids.length, different: new Set(ids).size, idsDescending: ids.join() === [...ids].sort().reverse().join() }).toEqual({ returned: result['returned'], different: result['different'], idsDescending: result['idsDescending'] })
    }
  })

  // dialogporten/304-paging-changes-asc.json
  it('that change meanwhile: what moves comes again, what is deleted does not come, what is binned and what is new does', async () => {
    await start(30, (n, anchorAt) => anchorAt - day + n * 1000)
    const [onFirst, onSecond, deleted, binned] = [dialogIdOf(2), dialogIdOf(14), dialogIdOf(15), dialogIdOf(16)]
    let sent = ''
    const pages = await allPages('limit=10&orderBy=contentUpdatedAt_asc', async (n) => {
      if (n > 1) return
      for (const id of [onFirst, onSecond]) await altinn.call('POST', `/localtest/dialogs/${id}`, { change: { title: 'Endret' } })
      await altinn.call('DELETE', `/localtest/dialogs/${deleted}`)
      await altinn.call('PUT', `${enduser}/dialogs/${binned}/context/systemlabels`, { addLabels: ['Bin'] })
      sent = ((await altinn.call('POST', '/localtest/send', { recipient: clients[0], title: 'Ny', body: 'b' })).body as { dialogId: string }).dialogId
      altinn.offset += 2000
    })
    const ids = idsOf(pages)
    const times = (id: string): number => ids.filter((one) => one === id).length
    const result = stepOf('304-paging-changes-asc.json', 'result')
    expect({
      returned: ids.length, different: new Set(ids).size, changedPage1Returned: times(onFirst), changedPage2Returned: times(onSecond), deletedReturned: times(deleted) > 0, binnedReturned: times(binned) > 0, newReturned: times(sent) > 0,
    }).toEqual(Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'step')))
  })
})

describe('bounds and lists of values, as recorded', () => {
  // dialogporten/052-bounds-contentupdated.json
  it('a bound holds its own moment', async () => {
    await start(3, (n, anchorAt) => anchorAt - (n + 1) * 60_000)
    const [, middle] = (await page('limit=10')).items
    const value = Date.parse(middle?.contentUpdatedAt ?? '')
    const holds = async (name: string, at: number): Promise<boolean> => (await page(`limit=10&${name}=${new Date(at).toISOString()}`)).items.some(({ id }) => id === middle?.id)
    const contains = (step: string): unknown => stepOf('052-bounds-contentupdated.json', step)['contains']
    expect(await holds('contentUpdatedAfter', value)).toBe(contains('after = value'))
    expect(await holds('contentUpdatedAfter', value + 1)).toBe(contains('after = value + 1 microsecond'))
    expect(await holds('contentUpdatedBefore', value)).toBe(contains('before = value'))
    expect(await holds('contentUpdatedBefore', value - 1)).toBe(false)
  })

  // dialogporten/462-parties-comma-check.json
  it('several values: repeated, with commas, as a JSON array', async () => {
    await start(3, (n, anchorAt) => anchorAt - (n + 1) * 60_000)
    const [first, second] = clients.map(orgUrn)
    const count = async (query: string): Promise<number> => (await altinn.get<Page>(`${enduser}/dialogs?${query}`)).items.length
    expect(recorded('462-parties-comma-check.json').map(({ response }) => response?.status)).toEqual([200, 200, 200, 200, 200])
    for (const query of [`party=${second ?? ''},${first ?? ''}`, `party=${second ?? ''}&party=${first ?? ''}`, `party=${encodeURIComponent(JSON.stringify([second, first]))}`]) expect(await count(query)).toBe(3)
    expect(await count(`party=${second ?? ''}`)).toBe(0)
    expect(await count(`party=${first ?? ''}&status=Draft,NotApplicable`)).toBe(3)
  })

  // dialogporten/337-labels-parallel.json
  it('eight changes of labels at the same moment: some go through, the rest conflict', async () => {
    await start(1, (_, anchorAt) => anchorAt - day)
    const labels = ['Archive', 'Bin', 'Default', 'MarkedAsUnopened', 'Archive', 'Bin', 'Default', 'MarkedAsUnopened']
    const statuses = await Promise.all(labels.map(async (label) => await altinn.status('PUT', `${enduser}/dialogs/${dialogIdOf(1)}/context/systemlabels`, { addLabels: [label] })))
    const kinds = (list: readonly (number | undefined)[]): readonly number[] => [...new Set(list.flatMap((status) => status ?? []))].sort()
    expect(kinds(statuses)).toEqual(kinds(recorded('337-labels-parallel.json').map(({ response }) => response?.status)))
  })
})
