import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fault, faultKinds } from '../../main/localtest/faults.ts'
import { correspondence, enduser, Service } from './service.ts'
import { clients, dialogIdOf, file, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
let altinn: Service
beforeEach(async () => {
  altinn = new Service({
    world: smallWorld((anchorAt) => [
      letter(1, anchorAt - day, { needsConfirmation: true, dueAt: anchorAt + day, attachments: [file(1, 'a.pdf', Buffer.alloc(5000, 1)), file(2, 'b.pdf', Buffer.alloc(5000, 2))] }),
      letter(2, anchorAt - day, { recipient: orgUrn(clients[1]) }),
    ]),
  })
  await altinn.start()
})
afterEach(async () => {
  await altinn.end()
})

const add = async (one: object): Promise<number> => await altinn.status('POST', '/localtest/faults', one)
const [first, second] = clients.map(orgUrn)
const search = (...parties: readonly (string | undefined)[]): string => `${enduser}/dialogs?${parties.map((party) => `party=${party ?? ''}`).join('&')}`

describe('faults on request', () => {
  it('every kind of the list can be asked for, and no other', async () => {
    for (const kind of faultKinds) expect(fault.parse({ kind }).kind).toBe(kind)
    expect(await add({ kind: 'unknown' })).toBe(400)
    expect(await altinn.status('GET', '/localtest/faults')).toBe(405)
  })

  it('no access to one recipient: its messages 4001, its look-ups 403, the others as always', async () => {
    await add({ kind: 'no-access', party: first })
    expect((await altinn.call('GET', `${correspondence}/${letterId(1)}`)).body).toMatchObject({ errorCode: 4001 })
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${dialogIdOf(1)}`)).toBe(403)
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:correspondence-id:${letterId(1)}`)).toBe(403)
    expect(await altinn.status('GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${dialogIdOf(2)}`)).toBe(200)
    expect(await altinn.status('GET', `${correspondence}/${letterId(2)}`)).toBe(200)
  })

  it('a party that the search refuses spoils every search that names it', async () => {
    await add({ kind: 'party-refused', party: second })
    const refused = await altinn.call('GET', search(first, second))
    expect([refused.status, refused.body]).toEqual([400, expect.objectContaining({ errors: { 'party[1]': [expect.stringContaining("'Party' must be on format") as string] } })])
    expect(await altinn.status('GET', search(first))).toBe(200)
  })

  it('a conflict of labels though nobody else writes', async () => {
    await add({ kind: 'label-conflict', times: 1 })
    const path = `${enduser}/dialogs/${dialogIdOf(1)}/context/systemlabels`
    expect(await altinn.status('PUT', path, { addLabels: ['Bin'] })).toBe(409)
    expect(await altinn.status('PUT', path, { addLabels: ['Bin'] })).toBe(204)
  })

  it('a write of any kind answered 500 with effect', async () => {
    await add({ kind: 'confirm-kept', path: '/context/systemlabels', times: 1 })
    expect(await altinn.status('PUT', `${enduser}/dialogs/${dialogIdOf(1)}/context/systemlabels`, { addLabels: ['Bin'] })).toBe(500)
    expect(await altinn.get(`${search(first)}&systemLabel=Bin`)).toMatchObject({ items: [{ id: dialogIdOf(1) }] })
  })

  it('a file cut short after its Content-Length, whose download is written all the same', async () => {
    await add({ kind: 'cut-short', path: '/download', times: 1 })
    await expect(altinn.call('GET', `${correspondence}/${letterId(1)}/attachment/00000003-0000-4000-8000-000000000001/download`)).rejects.toThrow()
    expect(altinn.altinn.state.message(letterId(1))?.downloads).toHaveLength(1)
  })

  it('a Dialogporten that hangs: details late with the state of their beginning, a confirm 500 without effect', async () => {
    await altinn.call('GET', `${correspondence}/${letterId(1)}`)
    await add({ kind: 'dialogporten-hangs', ms: 50 })
    expect(await altinn.status('GET', `${correspondence}/${letterId(1)}/details`)).toBe(200)
    expect(await altinn.status('POST', `${correspondence}/${letterId(1)}/confirm`)).toBe(500)
    expect(await altinn.status('GET', `${correspondence}/${letterId(1)}`)).toBe(200)
    expect(await altinn.status('DELETE', '/localtest/faults')).toBe(204)
    expect(altinn.altinn.state.message(letterId(1))?.confirms).toHaveLength(0)
  })

  it('a Dialogporten that is gone: its own calls 502, a confirm 500, details as always', async () => {
    await altinn.call('GET', `${correspondence}/${letterId(1)}`)
    await add({ kind: 'dialogporten-gone', ms: 0 })
    expect(await altinn.status('GET', search(first))).toBe(502)
    expect(await altinn.status('POST', `${correspondence}/${letterId(1)}/confirm`)).toBe(500)
    expect(await altinn.status('GET', `${correspondence}/${letterId(1)}/details`)).toBe(200)
  })

  it('an empty listing hides everything', async () => {
    await add({ kind: 'empty', times: 1 })
    expect(await altinn.get(search(first))).toEqual({ items: [], hasNextPage: false, orderBy: 'updatedat_asc,id_desc' })
    expect((await altinn.get<{ items: unknown[] }>(search(first))).items).toHaveLength(1)
  })
})
