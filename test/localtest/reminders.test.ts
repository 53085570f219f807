import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reminderResource, resources } from '../../main/localtest/world/senders.ts'
import { correspondence, enduser, Service } from './service.ts'
import { clients, firm, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
const base = smallWorld((anchorAt) => [
  letter(1, anchorAt - 6.99 * day, { confidential: true, resourceId: 'skd-taushet', recipient: orgUrn(clients[1]) }),
  letter(2, anchorAt - day, { confidential: true, resourceId: 'skd-taushet', recipient: orgUrn(clients[1]), alreadyFetched: anchorAt - 1000 }),
])
const world: typeof base = (seed, anchorAt) => {
  const made = base(seed, anchorAt)
  return { ...made, resources: [...made.resources, ...resources.filter(({ id }) => id === reminderResource)] }
}
let altinn: Service
beforeEach(async () => {
  altinn = new Service({ world, delays: { reminder: 60_000 } })
  await altinn.start()
})
afterEach(async () => {
  await altinn.end()
})

interface Item {
  readonly id: string
  readonly createdAt: string
  readonly externalReference: string
  readonly status: string
}
const reminders = async (number: string): Promise<readonly Item[]> => (await altinn.get<{ items: Item[] }>(`${enduser}/dialogs?party=${orgUrn(number)}&serviceResource=urn:altinn:resource:${reminderResource}&orderBy=createdAt_asc`)).items
const sendConfidential = async (recipient: string): Promise<string> =>
  ((await altinn.call('POST', '/localtest/send', { recipient, confidential: true, title: 'Taushetsbelagt', body: 'b', attachments: [{ fileName: 'a.pdf', contentBase64: 'aGVp' }] })).body as { correspondenceId: string }).correspondenceId

describe('Altinn\'s reminder of confidential mail', () => {
  it('comes when a message waited too long, as a dialog of its own', async () => {
    await sendConfidential(clients[0])
    altinn.offset += 59_000
    expect(await reminders(clients[0])).toEqual([])
    altinn.offset += 2000
    const [one] = await reminders(clients[0])
    expect(one).toMatchObject({ externalReference: 'corr-confidential-reminder', status: 'RequiresAttention' })
    const dialog = await altinn.get<object>(`${enduser}/dialogs/${one?.id ?? ''}`)
    expect(dialog).toMatchObject({ content: { mainContentReference: { value: [{ languageCode: 'en' }, { languageCode: 'nb' }, { languageCode: 'nn' }] } }, guiActions: [], apiActions: [], attachments: [] })
    expect(await altinn.get(`${enduser}/dialoglookup?instanceRef=urn:altinn:dialog-id:${one?.id ?? ''}`)).toMatchObject({ instanceRef: `urn:altinn:dialog-id:${one?.id ?? ''}` })
  })

  it('is ended by the overview, not by details, download, markasread, list, look-up or the dialogs', async () => {
    const id = await sendConfidential(clients[0])
    altinn.offset += 61_000
    const file = altinn.altinn.state.message(id)?.sent.attachments[0]?.id ?? ''
    const dialogId = altinn.altinn.state.message(id)?.sent.dialogId ?? ''
    const [reminder] = await reminders(clients[0])
    for (const [method, path] of [
      ['GET', `${correspondence}/${id}/details`],
      ['GET', `${correspondence}/${id}/attachment/${file}/download`],
      ['POST', `${correspondence}/${id}/markasread`],
      ['GET', `${correspondence}?resourceId=skd-taushet&role=Recipient&onBehalfOf=${orgUrn(clients[0])}`],
      ['GET', `${enduser}/dialoglookup?instanceRef=urn:altinn:correspondence-id:${id}`],
      ['GET', `${enduser}/dialogs/${dialogId}`],
      ['GET', `${enduser}/dialogs/${reminder?.id ?? ''}`],
    ] as const) {
      expect([path, await altinn.status(method, path)]).toEqual([path, 200])
      expect(await reminders(clients[0])).toHaveLength(1)
    }
    await altinn.call('GET', `${correspondence}/${id}`)
    expect(await reminders(clients[0])).toEqual([])
    expect(await altinn.status('GET', `${enduser}/dialogs/${reminder?.id ?? ''}`)).toBe(410)
  })

  it('stands until the last message is opened, and a message opened in time needs none', async () => {
    const first = await sendConfidential(clients[0])
    altinn.offset += 10_000
    const second = await sendConfidential(clients[0])
    const third = await sendConfidential(clients[0])
    altinn.offset += 5000
    await altinn.call('GET', `${correspondence}/${third}/content`)
    altinn.offset += 61_000
    expect(await reminders(clients[0])).toHaveLength(1)
    await altinn.call('GET', `${correspondence}/${first}/content`)
    expect(await reminders(clients[0])).toHaveLength(1)
    await altinn.call('GET', `${correspondence}/${second}`)
    expect(await reminders(clients[0])).toEqual([])
  })

  it('two at the same moment make two dialogs, of which one is left for ever, and its text is 1062', async () => {
    const ids = [await sendConfidential(firm), await sendConfidential(firm)]
    altinn.offset += 61_000
    const both = await reminders(firm)
    altinn.offset += 10_000
    expect(both).toHaveLength(2)
    const text = await altinn.call('GET', '/correspondence/api/v1/confidential-reminders?languageCode=en', undefined, { accept: 'text/plain' })
    expect([text.status, text.body]).toEqual([200, expect.stringMatching(/^Below is an overview[^]*\n\n1\. Correspondence from sender The Norwegian Tax Administration dated [^]*\n\n2\. [^]*N\.B\./) as string])
    for (const id of ids) await altinn.call('GET', `${correspondence}/${id}/content`)
    expect((await reminders(firm)).map(({ id }) => id)).toEqual([both[0]?.id])
    expect((await altinn.call('GET', '/correspondence/api/v1/confidential-reminders?languageCode=nb', undefined, { accept: 'text/plain' })).body).toMatchObject({ errorCode: 1062 })
    expect(await altinn.status('PUT', `${enduser}/dialogs/${both[0]?.id ?? ''}/context/systemlabels`, { addLabels: ['Bin'] })).toBe(204)
  })

  it('stays when the message is purged unread, and still lists it', async () => {
    const id = await sendConfidential(clients[0])
    altinn.offset += 61_000
    const [reminder] = await reminders(clients[0])
    await altinn.call('POST', '/localtest/colleague', { does: 'purge', message: id })
    altinn.offset += 90_000
    expect(await reminders(clients[0])).toHaveLength(1)
    const { dialogToken } = await altinn.get<{ dialogToken: string }>(`${enduser}/dialogs/${reminder?.id ?? ''}`)
    const text = await altinn.call('GET', '/correspondence/api/v1/confidential-reminders?languageCode=nb', undefined, { authorization: `Bearer ${dialogToken}`, accept: 'text/plain' })
    expect([text.status, text.body]).toEqual([200, expect.stringContaining('1. Melding fra avsender Skatteetaten datert') as string])
  })

  it('after a week of a message from before the world began, and the same after a restart', async () => {
    expect(await reminders(clients[1])).toEqual([])
    altinn.offset += 0.02 * day
    const before = await reminders(clients[1])
    expect(before).toHaveLength(1)
    await altinn.restart()
    expect(await reminders(clients[1])).toEqual(before)
    await altinn.call('GET', `${correspondence}/${letterId(1)}`)
    expect(await reminders(clients[1])).toEqual([])
    await altinn.restart()
    expect(await reminders(clients[1])).toEqual([])
  })
})
