import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correspondence, enduser, Service } from './service.ts'
import { clients, dialogIdOf, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
const service = (): Service => new Service({ world: smallWorld((anchorAt) => [1, 2, 3].map((n) => letter(n, anchorAt - n * day)), {}) })
let altinn: Service
beforeEach(async () => {
  altinn = service()
  await altinn.start()
})
afterEach(async () => {
  await altinn.end()
})

interface Item {
  readonly id: string
  readonly updatedAt: string
  readonly systemLabel: string
  readonly isContentSeen: boolean
  readonly endUserContext: { readonly revision: string; readonly systemLabels: readonly string[] }
}
const labels = (n: number): string => `${enduser}/dialogs/${dialogIdOf(n)}/context/systemlabels`
const found = async (more = ''): Promise<readonly Item[]> => (await altinn.get<{ items: Item[] }>(`${enduser}/dialogs?party=${orgUrn(clients[0])}${more}`)).items
const item = async (n: number): Promise<Item> => {
  const one = (await found()).find(({ id }) => id === dialogIdOf(n))
  if (one === undefined) throw new Error('The dialog is not found')
  return one
}

describe('labels of a dialog', () => {
  it('exclude each other, move the revision only when they change, and never a timestamp', async () => {
    const before = await item(1)
    const first = await altinn.call('PUT', labels(1), { addLabels: ['Archive'] })
    expect([first.status, first.body]).toEqual([204, ''])
    const archived = await item(1)
    expect([archived.systemLabel, archived.endUserContext.systemLabels, archived.updatedAt]).toEqual(['Archive', ['Archive'], before.updatedAt])
    expect(first.headers.get('etag')).toBe(archived.endUserContext.revision)
    expect((await altinn.call('PUT', labels(1), { addLabels: ['archive'] })).headers.get('etag')).toBe(archived.endUserContext.revision)
    expect((await altinn.call('PUT', labels(1), { addLabels: [3], foo: 1 })).headers.get('etag')).toBe(archived.endUserContext.revision)
    await altinn.call('PUT', labels(1), { addLabels: ['Archive', 'Bin', 'MarkedAsUnopened'] })
    expect((await item(1)).endUserContext.systemLabels).toEqual(['Bin', 'MarkedAsUnopened'])
    await altinn.call('PUT', labels(1), { removeLabels: ['Bin'] })
    expect((await item(1)).endUserContext.systemLabels).toEqual(['Default', 'MarkedAsUnopened'])
  })

  it('If-Match is a bare GUID of the user\'s context', async () => {
    const { revision } = (await item(1)).endUserContext
    const status = async (ifMatch: string): Promise<number> => await altinn.status('PUT', labels(1), { addLabels: ['Bin'] }, { 'if-match': ifMatch })
    expect(await status(`"${revision}"`)).toBe(400)
    expect(await status('*')).toBe(400)
    expect(await status(letterId(9))).toBe(412)
    expect(await status(revision)).toBe(204)
    expect(await status(revision)).toBe(412)
  })

  it('a body that is none is 415, a wrong one 400, Sent may not be set', async () => {
    expect(await altinn.status('PUT', labels(1))).toBe(415)
    expect(await altinn.status('PUT', labels(1), '{"addLabels":["Bin"]}', { 'content-type': 'text/plain' })).toBe(415)
    expect(await altinn.status('PUT', labels(1), '{"addLabels":')).toBe(400)
    expect((await altinn.call('PUT', labels(1), { addLabels: ['Trash'] })).body).toMatchObject({ errors: { 'addLabels[0]': [expect.stringContaining('BytePositionInLine: 21.') as string] } })
    expect((await altinn.call('PUT', labels(1), { removeLabels: ['Sent'] })).body).toMatchObject({ errors: { 'removeLabels[0]': [expect.stringContaining('Cannot manually') as string] } })
    expect(await altinn.status('POST', labels(1), { addLabels: ['Bin'] })).toBe(405)
    expect(await altinn.status('PUT', labels(1), {})).toBe(204)
  })

  it('two changes at the same moment: one goes through, the other is a conflict', async () => {
    const statuses = await Promise.all(['Archive', 'Bin', 'MarkedAsUnopened'].map(async (label) => await altinn.status('PUT', labels(1), { addLabels: [label] })))
    expect(statuses.sort()).toEqual([204, 409, 409])
  })

  it('opening a dialog takes MarkedAsUnopened away without moving the revision', async () => {
    await altinn.call('GET', `${enduser}/dialogs/${dialogIdOf(1)}`)
    await altinn.call('PUT', labels(1), { addLabels: ['MarkedAsUnopened'] })
    const marked = await item(1)
    expect(marked.isContentSeen).toBe(false)
    await altinn.call('GET', `${enduser}/dialogs/${dialogIdOf(1)}`)
    const after = await item(1)
    expect([after.isContentSeen, after.endUserContext]).toEqual([true, { revision: marked.endUserContext.revision, systemLabels: ['Default'] }])
  })

  it('stand in a log, and searches find them with AND', async () => {
    await altinn.call('PUT', labels(1), { addLabels: ['Archive'] })
    await altinn.call('PUT', labels(1), { addLabels: ['Bin', 'MarkedAsUnopened'] })
    const log = await altinn.get<{ name: string; action: string; performedBy: { actorType: string } }[]>(`${enduser}/dialogs/${dialogIdOf(1)}/context/labellog`)
    expect(log.map((row) => [row.name, row.action, row.performedBy.actorType])).toEqual([
      ['systemlabel:Archive', 'set', 'PartyRepresentative'],
      ['systemlabel:Bin', 'set', 'PartyRepresentative'],
      ['systemlabel:Archive', 'remove', 'PartyRepresentative'],
      ['systemlabel:MarkedAsUnopened', 'set', 'PartyRepresentative'],
    ])
    expect((await found('&systemLabel=Bin&systemLabel=MarkedAsUnopened')).map(({ id }) => id)).toEqual([dialogIdOf(1)])
    expect(await found('&systemLabel=Archive')).toEqual([])
    expect((await found('&systemLabel=Default')).map(({ id }) => id)).toEqual([dialogIdOf(2), dialogIdOf(3)])
    expect(await found()).toHaveLength(3)
  })

  it('survive a restart', async () => {
    await altinn.call('PUT', labels(1), { addLabels: ['Archive'] })
    const before = await item(1)
    await altinn.restart()
    expect(await item(1)).toEqual(before)
  })

  it('of many at once: all or nothing', async () => {
    const bulk = `${enduser}/dialogs/context/systemlabels/actions/bulkset`
    const { revision } = (await item(2)).endUserContext
    const dialogs = (ids: readonly string[]): readonly object[] => ids.map((dialogId) => ({ dialogId }))
    expect(await altinn.status('POST', bulk, { dialogs: dialogs([dialogIdOf(1), letterId(5)]), addLabels: ['Bin'] })).toBe(404)
    expect(await altinn.status('POST', bulk, { dialogs: [{ dialogId: dialogIdOf(1), endUserContextRevision: letterId(5) }], addLabels: ['Bin'] })).toBe(412)
    expect(await altinn.status('POST', bulk, { dialogs: [], addLabels: ['Bin'] })).toBe(400)
    expect(await altinn.status('POST', bulk, { dialogs: dialogs([dialogIdOf(1), dialogIdOf(1)]), addLabels: ['Bin'] })).toBe(400)
    expect(await found('&systemLabel=Bin')).toEqual([])
    const answer = await altinn.call('POST', bulk, { dialogs: [{ dialogId: dialogIdOf(2), endUserContextRevision: revision }, { dialogId: dialogIdOf(1) }], addLabels: ['Bin'] }, { 'if-match': 'nonsense' })
    expect([answer.status, answer.headers.get('etag')]).toEqual([204, null])
    expect(await found('&systemLabel=Bin')).toHaveLength(2)
  })
})

describe('labels where they may not be set', () => {
  it('unknown and deleted dialogs 404, without rights 403', async () => {
    expect(await altinn.status('PUT', labels(8), { addLabels: ['Bin'] })).toBe(404)
    expect(await altinn.status('POST', '/localtest/rights', { party: clients[0], held: false })).toBe(204)
    expect(await altinn.status('PUT', labels(1), { addLabels: ['Bin'] })).toBe(403)
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(1)}/context/labellog`)).toBe(404)
    await altinn.call('POST', '/localtest/rights', { party: clients[0], held: true })
    await altinn.call('POST', '/localtest/colleague', { does: 'purge', message: letterId(1) })
    expect(await altinn.status('PUT', labels(1), { addLabels: ['Bin'] })).toBe(404)
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(1)}/context/labellog`)).toBe(404)
    expect(await altinn.status('GET', `${correspondence}/${letterId(2)}`)).toBe(200)
  })
})
