import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { correspondence, enduser, Service } from './service.ts'
import { clients, dialogIdOf, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
let altinn: Service
beforeEach(async () => {
  altinn = new Service({ world: smallWorld((anchorAt) => [1, 2, 3].map((n) => letter(n, anchorAt - n * day, { needsConfirmation: n === 1, dueAt: n === 1 ? anchorAt + day : null }))) })
  await altinn.start()
})
afterEach(async () => {
  await altinn.end()
})

interface Item {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly contentUpdatedAt: string
  readonly dueAt?: string
  readonly status: string
  readonly hasUnopenedContent: boolean
  readonly endUserContext: { readonly revision: string; readonly systemLabels: readonly string[] }
  readonly content: { readonly title: { readonly value: readonly { readonly value: string }[] } }
  readonly latestActivity?: { readonly type: string }
  readonly seenSinceLastUpdate: readonly { readonly isCurrentEndUser: boolean; readonly seenBy: { readonly actorId: string } }[]
}
const found = async (more = ''): Promise<readonly Item[]> => (await altinn.get<{ items: Item[] }>(`${enduser}/dialogs?party=${orgUrn(clients[0])}${more}`)).items
const item = async (n: number): Promise<Item> => {
  const one = (await found()).find(({ id }) => id === dialogIdOf(n))
  if (one === undefined) throw new Error('The dialog is not found')
  return one
}
const owner = async (n: number, body: object): Promise<number> => await altinn.status('POST', `/localtest/dialogs/${dialogIdOf(n)}`, body)
const colleague = async (body: object): Promise<number> => await altinn.status('POST', '/localtest/colleague', body)

describe('what its owner changes in a dialog', () => {
  it('a moved due date moves updatedAt only, a title both, a silent change neither', async () => {
    const before = await item(2)
    const dueAt = new Date(altinn.now + 5 * day).toISOString()
    expect(await owner(2, { change: { dueAt } })).toBe(204)
    const moved = await item(2)
    expect([moved.dueAt?.slice(0, 19), moved.updatedAt > before.updatedAt, moved.contentUpdatedAt]).toEqual([dueAt.slice(0, 19), true, before.contentUpdatedAt])
    altinn.offset += 1000
    await owner(2, { change: { title: 'Ny tittel' } })
    const renamed = await item(2)
    expect([renamed.content.title.value[0]?.value, renamed.updatedAt > moved.updatedAt, renamed.contentUpdatedAt]).toEqual(['Ny tittel', true, renamed.updatedAt])
    altinn.offset += 1000
    await owner(2, { silent: true, change: { title: 'Stille', dueAt: null } })
    const silent = await item(2)
    expect([silent.content.title.value[0]?.value, silent.dueAt, silent.updatedAt, silent.contentUpdatedAt]).toEqual(['Stille', undefined, renamed.updatedAt, renamed.contentUpdatedAt])
    await owner(2, { change: { title: 'Stille' } })
    expect((await item(2)).updatedAt).toBe(renamed.updatedAt)
  })

  it('a change that is not silent brings it back from archive and bin, a silent one does not', async () => {
    await altinn.call('PUT', `${enduser}/dialogs/${dialogIdOf(2)}/context/systemlabels`, { addLabels: ['Archive'] })
    const archived = await item(2)
    await owner(2, { silent: true, change: { title: 'Stille' } })
    expect((await item(2)).endUserContext).toEqual(archived.endUserContext)
    await owner(2, { activity: { type: 'Information', description: 'Opprettet' } })
    const back = await item(2)
    expect([back.endUserContext.systemLabels, back.endUserContext.revision === archived.endUserContext.revision, back.latestActivity?.type]).toEqual([['Default'], false, 'Information'])
  })

  it('a watermark finds what it should: due date by updatedAfter only', async () => {
    const mark = new Date(altinn.now - 1000).toISOString()
    await owner(3, { change: { dueAt: new Date(altinn.now + day).toISOString() } })
    expect((await found(`&updatedAfter=${mark}`)).map(({ id }) => id)).toEqual([dialogIdOf(3)])
    expect(await found(`&contentUpdatedAfter=${mark}`)).toEqual([])
    expect((await found('&orderBy=updatedAt_desc')).map(({ id }) => id)[0]).toBe(dialogIdOf(3))
  })

  it('deleted it is in no search and 410, restored it is there with its old times, erased it never was', async () => {
    const before = await item(2)
    expect(await altinn.status('DELETE', `/localtest/dialogs/${dialogIdOf(2)}`)).toBe(204)
    expect((await found()).map(({ id }) => id)).toEqual([dialogIdOf(1), dialogIdOf(3)])
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(2)}`)).toBe(410)
    for (const kind of ['transmissions', 'activities', 'seenlog']) expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(2)}/${kind}`)).toBe(410)
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${dialogIdOf(2)}`)).toBe(404)
    await altinn.call('POST', `/localtest/dialogs/${dialogIdOf(2)}/restore`)
    expect(await item(2)).toEqual(before)
    await altinn.call('POST', `/localtest/dialogs/${dialogIdOf(2)}/erase`)
    await altinn.restart()
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(2)}`)).toBe(404)
  })

  it('back-dated it lies behind every watermark', async () => {
    await altinn.call('POST', `/localtest/dialogs/${dialogIdOf(1)}/back-date`, { to: '2024-03-01T09:00:00Z' })
    const { createdAt, updatedAt, contentUpdatedAt } = await item(1)
    expect([createdAt, updatedAt, contentUpdatedAt]).toEqual(Array.from({ length: 3 }, () => '2024-03-01T09:00:00.0000000Z'))
    const sent = (await altinn.call('POST', '/localtest/send', { recipient: clients[0], title: 'Flyttet', body: 'b', backDateTo: '2023-01-01T00:00:00Z' })).body as { dialogId: string }
    altinn.offset += 5000
    expect((await found('&orderBy=createdAt_asc')).map(({ id }) => id)).toEqual([sent.dialogId, dialogIdOf(1), dialogIdOf(3), dialogIdOf(2)])
  })

  it('expired it is 404 with its time, but its lists and its look-up answer', async () => {
    await owner(2, { change: { expiresAt: new Date(altinn.now - 1000).toISOString() } })
    const answer = await altinn.call('GET', `${enduser}/dialogs/${dialogIdOf(2)}`)
    expect([answer.status, answer.body]).toEqual([404, expect.objectContaining({ errors: { DialogEntity: [expect.stringMatching(/^Dialog expired at \d{4}-/) as string] } })])
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(2)}/activities`)).toBe(200)
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${dialogIdOf(2)}`)).toBe(200)
    expect((await found()).map(({ id }) => id)).not.toContain(dialogIdOf(2))
  })

  it('what cannot be is refused with a reason', async () => {
    const answer = await altinn.call('POST', `/localtest/dialogs/${dialogIdOf(2)}`, { change: { title: '' } })
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringContaining('change.title') as string }])
    expect(await altinn.status('POST', `/localtest/dialogs/${letterId(2)}`, {})).toBe(404)
    expect(await altinn.status('POST', `/localtest/dialogs/${dialogIdOf(2)}`, 'nonsense')).toBe(400)
  })
})

describe('rights', () => {
  it('taken away: search is silent, the dialog 403, its lists 404, the message 4001; given back all is there', async () => {
    await altinn.call('POST', '/localtest/rights', { party: clients[0], held: false })
    expect(await found()).toEqual([])
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(1)}`)).toBe(403)
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(1)}/transmissions`)).toBe(404)
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${dialogIdOf(1)}`)).toBe(403)
    expect((await altinn.call('GET', `${correspondence}/${letterId(1)}`)).body).toMatchObject({ errorCode: 4001 })
    const { authorizedParties } = await altinn.get<{ authorizedParties: { party: string }[] }>(`${enduser}/parties`)
    expect(authorizedParties.map(({ party }) => party)).not.toContain(orgUrn(clients[0]))
    await altinn.restart()
    expect(await found()).toEqual([])
    await altinn.call('POST', '/localtest/rights', { party: clients[0], held: true })
    expect(await found()).toHaveLength(3)
    expect(await altinn.status('POST', '/localtest/rights', { party: '310000396', held: true })).toBe(400)
  })
})

describe('a colleague', () => {
  it('reads, confirms and looks: the dialog and the history show it', async () => {
    expect(await colleague({ does: 'confirm', message: letterId(1) })).toBe(204)
    expect(await colleague({ does: 'read', message: letterId(2) })).toBe(204)
    expect(await colleague({ does: 'see', dialog: dialogIdOf(2) })).toBe(204)
    altinn.offset += 9000
    expect(await found('&status=RequiresAttention')).toEqual([])
    const two = await item(2)
    expect([two.hasUnopenedContent, two.seenSinceLastUpdate.map((row) => [row.isCurrentEndUser, row.seenBy.actorId.startsWith('urn:altinn:person:identifier-ephemeral:')])]).toEqual([false, [[false, true]]])
    expect(await altinn.status('POST', `${correspondence}/${letterId(1)}/confirm`)).toBe(400)
    expect(await colleague({ does: 'confirm', message: letterId(1) })).toBe(400)
  })

  it('deletes for good only what is confirmed; then nothing brings the dialog back', async () => {
    expect(await colleague({ does: 'purge', message: letterId(1) })).toBe(400)
    expect(await colleague({ does: 'purge', message: letterId(3) })).toBe(204)
    expect(await altinn.status('GET', `${enduser}/dialogs/${dialogIdOf(3)}`)).toBe(410)
    expect(await altinn.status('POST', `/localtest/dialogs/${dialogIdOf(3)}/restore`)).toBe(409)
    expect(await colleague({ does: 'purge', message: letterId(3) })).toBe(400)
  })

  it('shows on the page of what senders see, which also tells where the recipient keeps a message', async () => {
    await colleague({ does: 'purge', message: letterId(3) })
    await altinn.call('PUT', `${enduser}/dialogs/${dialogIdOf(2)}/context/systemlabels`, { addLabels: ['Archive'] })
    const page = await altinn.get<string>('/localtest')
    expect(page).toContain('en kollega')
    expect(page).toContain('i arkivet')
  })

  it('sorts: the same labels for everybody', async () => {
    expect(await colleague({ does: 'label', dialog: dialogIdOf(2), addLabels: ['Bin'] })).toBe(204)
    expect((await item(2)).endUserContext.systemLabels).toEqual(['Bin'])
    expect(await colleague({ does: 'label', dialog: dialogIdOf(2), addLabels: ['Sent'] })).toBe(400)
  })
})
