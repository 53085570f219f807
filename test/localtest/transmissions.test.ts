import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { altinnToken } from './sign.ts'
import { clients, dialogIdOf, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
const world = smallWorld((anchorAt) => [letter(1, anchorAt - day), letter(2, anchorAt - day, { systemLabel: 'Archive' }), letter(3, anchorAt - day, { recipient: orgUrn(clients[1]) })])
const enduser = '/dialogporten/api/v1/enduser'

let folder = ''
let altinn: LocalAltinn
let token = ''
let offset = 0

async function start(): Promise<void> {
  altinn = await startLocalAltinn({ folder, world, seed: 1, clock: () => Date.now() + offset })
  token = await altinnToken(altinn)
}
beforeEach(async () => {
  offset = 0
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-transmissions-'))
  await start()
})
afterEach(async () => {
  await altinn.close()
  rmSync(folder, { recursive: true })
})

const get = async (path: string): Promise<Response> => await fetch(`${altinn.platform}${path}`, { headers: { authorization: `Bearer ${token}` } })
const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T
const send = async (body: object): Promise<Response> => await fetch(`${altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ title: 'Nytt i saken', body: 'Brødtekst', ...body }) })

interface Item {
  readonly id: string
  readonly updatedAt: string
  readonly contentUpdatedAt: string
  readonly fromServiceOwnerTransmissionsCount: number
  readonly hasUnopenedContent: boolean
  readonly endUserContext: { readonly revision: string; readonly systemLabels: readonly string[] }
}
const found = async (more = ''): Promise<readonly Item[]> => (await json<{ items: Item[] }>(`${enduser}/dialogs?party=${orgUrn(clients[0])}${more}`)).items
const item = async (n: number): Promise<Item> => {
  const one = (await found()).find(({ id }) => id === dialogIdOf(n))
  if (one === undefined) throw new Error('The dialog is not found')
  return one
}

describe('a message sent into a dialog', () => {
  it('moves the dialog\'s times and its count, brings it back from the archive, and has no dialog of its own', async () => {
    const before = await item(2)
    const answer = (await (await send({ intoDialog: dialogIdOf(2), attachments: [{ fileName: 'brev.pdf', displayName: 'Brevet', dataType: 'application/pdf', contentBase64: 'aGVp' }] })).json()) as { correspondenceId: string; dialogId: string; transmissionId: string }
    expect(answer.dialogId).toBe(dialogIdOf(2))
    expect((await item(2)).fromServiceOwnerTransmissionsCount).toBe(0)
    offset = 5000
    const after = await item(2)
    expect(after.fromServiceOwnerTransmissionsCount).toBe(1)
    expect(after.updatedAt > before.updatedAt && after.contentUpdatedAt === after.updatedAt).toBe(true)
    expect(after.endUserContext.systemLabels).toEqual(['Default'])
    expect(after.endUserContext.revision).not.toBe(before.endUserContext.revision)
    expect((await found()).length).toBe(2)
    expect((await get(`${enduser}/dialoglookup?instanceRef=urn:altinn:correspondence-id:${answer.correspondenceId}`)).status).toBe(404)
    const overview = await json<{ externalReferences: unknown }>(`/correspondence/api/v1/correspondence/${answer.correspondenceId}`)
    expect(overview.externalReferences).toEqual([
      { referenceValue: dialogIdOf(2), referenceType: 'DialogportenDialogId' },
      { referenceValue: answer.transmissionId, referenceType: 'DialogportenTransmissionId' },
    ])
  })

  it('is read through the list of transmissions, which leaves no trace', async () => {
    const { correspondenceId, transmissionId } = (await (await send({ intoDialog: dialogIdOf(1), sendersReference: 'sak-9', attachments: [{ fileName: 'brev.pdf', dataType: 'application/pdf', contentBase64: 'aGVp' }] })).json()) as { correspondenceId: string; transmissionId: string }
    offset = 5000
    const effects = altinn.state.effects.length
    const base = `${altinn.platform}/correspondence/api/v1/correspondence/${correspondenceId}`
    const [one] = await json<{ id: string }[]>(`${enduser}/dialogs/${dialogIdOf(1)}/transmissions`)
    expect(one).toMatchObject({
      id: transmissionId, isAuthorized: true, externalReference: 'sak-9', type: 'Information', sender: { actorType: 'ServiceOwner' },
      content: { contentReference: { value: [{ value: `${base}/content`, languageCode: 'nb' }] } },
      attachments: [{ displayName: [{ value: 'brev.pdf' }], urls: [{ mediaType: 'application/pdf', consumerType: 'Gui' }] }],
    })
    expect(one).not.toHaveProperty('isOpened')
    expect(await json(`${enduser}/dialogs/${dialogIdOf(1)}/transmissions/${transmissionId}`)).toEqual(one)
    expect((await get(`${enduser}/dialogs/${dialogIdOf(1)}/transmissions/${letterId(1)}`)).status).toBe(404)
    expect(altinn.state.effects.length).toBe(effects)
  })

  it('opening its text opens the transmission and is an activity of the dialog', async () => {
    const { correspondenceId, transmissionId } = (await (await send({ intoDialog: dialogIdOf(1) })).json()) as { correspondenceId: string; transmissionId: string }
    offset = 5000
    await get(`/correspondence/api/v1/correspondence/${letterId(1)}/content`)
    expect((await item(1)).hasUnopenedContent).toBe(true)
    await get(`/correspondence/api/v1/correspondence/${correspondenceId}/content`)
    offset += 500
    expect((await item(1)).hasUnopenedContent).toBe(false)
    const dialog = await json<{ transmissions: { isOpened: boolean }[]; activities: { type: string; transmissionId?: string }[] }>(`${enduser}/dialogs/${dialogIdOf(1)}`)
    expect(dialog.transmissions.map((one) => one.isOpened)).toEqual([true])
    expect(dialog.activities.map(({ type, transmissionId: id }) => [type, id])).toEqual([['CorrespondenceOpened', undefined], ['TransmissionOpened', transmissionId]])
  })

  it('is there again after a restart', async () => {
    await send({ intoDialog: dialogIdOf(1) })
    offset = 5000
    const before = await item(1)
    await altinn.close()
    await start()
    expect(await item(1)).toEqual(before)
  })

  it('needs a dialog that is there and belongs to the recipient', async () => {
    const refused = async (body: object): Promise<unknown> => {
      const answer = await send(body)
      return [answer.status, await answer.json()]
    }
    expect(await refused({ intoDialog: letterId(7) })).toEqual([400, { error: expect.stringContaining('intoDialog') as string }])
    expect(await refused({ recipient: clients[1], intoDialog: dialogIdOf(1) })).toEqual([400, { error: expect.stringContaining('another recipient') as string }])
  })
})
