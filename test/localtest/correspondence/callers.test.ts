import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clients, dialogIdOf, file, firm, letter, letterId, orgUrn, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'

const day = 86_400_000
const person = 'urn:altinn:person:identifier-no:10908010073'
const read = 'altinn:correspondence.read'
const world = smallWorld(
  (at) => [
    letter(1, at - day, { attachments: [file(1, 'a.txt', Buffer.from('a'))] }),
    letter(2, at - day, { recipient: person }),
    letter(3, at - day, { recipient: orgUrn(clients[1]) }),
    letter(4, at - day, { resourceId: 'skd-blandet' }),
  ],
  { persons: [{ urn: person, rights: [{ party: orgUrn(clients[0]), resources: ['skd-brev'] }] }] },
)
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})
const download = '1/attachment/00000003-0000-4000-8000-000000000001/download'
const dialogToken = async (a = 'read'): Promise<string> => await letters.altinn.issue('dialog', { l: 3, p: orgUrn(clients[0]), s: 'urn:altinn:resource:skd-brev', i: dialogIdOf(1), a })

describe('who calls', () => {
  it('a person acts for himself and for whom he may, and must say for whom a list is', async () => {
    const token = await letters.altinn.issue('altinn', { pid: person.slice(-11), scope: read })
    expect(await letters.asks('GET', '2', { token })).toBe(200)
    expect(await letters.asks('GET', '1', { token })).toBe(200)
    expect(await letters.asks('GET', '3', { token })).toBe(4001)
    expect(await letters.asks('GET', '4', { token })).toBe(4001)
    expect(await letters.asks('GET', '/correspondence?resourceId=skd-brev&role=Recipient', { token })).toBe(4006)
    expect(await letters.ids(`resourceId=skd-brev&role=Recipient&onBehalfOf=${person}`, { token })).toEqual([letterId(2)])
    // The number of the person is nowhere in what the service keeps.
    expect(JSON.stringify(letters.altinn.state.effects)).not.toContain(person.slice(-11))
  })

  it('the portal\'s scope opens downloads alone', async () => {
    const token = await letters.altinn.issue('altinn', { pid: person.slice(-11), scope: 'altinn:portal/enduser' })
    expect(await letters.asks('GET', download, { token })).toBe(200)
    expect(await letters.asks('GET', '1/attachments/downloadall', { token })).toBe(200)
    for (const path of ['1', '1/details', '1/content']) expect([path, await letters.asks('GET', path, { token })]).toEqual([path, 403])
  })

  it('a dialog token reaches the messages of its party and service, for reading, and nothing of Dialogporten\'s', async () => {
    const token = await dialogToken('read;write')
    for (const path of ['1', '1/details', '1/content', download]) expect([path, await letters.asks('GET', path, { token })]).toEqual([path, 200])
    expect(await letters.asks('POST', '1/confirm', { token })).toBe(200)
    expect(await letters.asks('GET', '3', { token })).toBe(4001)
    expect(await letters.asks('GET', '4', { token })).toBe(4001)
    expect(await letters.ids('resourceId=skd-brev&role=Recipient', { token })).toEqual([letterId(1)])
    expect(await letters.asks('GET', '1', { token: await dialogToken('sign') })).toBe(403)
    const search = await fetch(`${letters.altinn.platform}/dialogporten/api/v1/enduser/dialogs?party=${orgUrn(clients[0])}`, { headers: { authorization: `Bearer ${token}` } })
    expect(search.status).toBe(401)
    letters.wait(601)
    const late = await letters.call('GET', '1', { token })
    expect([late.status, late.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('The token expired at') as string])
  })

  it('a sender sees what happened to his message, but not the message, and leaves no trace', async () => {
    await letters.call('GET', '1')
    const token = await letters.altinn.issue('altinn', { 'urn:altinn:orgNumber': '310000191', scope: 'altinn:correspondence.write' })
    expect(await letters.json('1', { token })).toMatchObject({ status: 'Published', content: { messageTitle: '', messageBody: '', attachments: [] } })
    expect((await letters.history(1, { token })).map((row) => row.status)).toEqual(['Initialized', 'ReadyForPublish', 'Published', 'Fetched'])
    expect(await letters.asks('GET', '1/content', { token })).toBe(403)
    const other = await letters.altinn.issue('altinn', { 'urn:altinn:orgNumber': firm, scope: 'altinn:correspondence.write' })
    expect(await letters.asks('GET', '1', { token: other })).toBe(4001)
    expect(letters.altinn.state.effects).toHaveLength(1)
  })

  it('who also holds the sender\'s scope counts as the sender: nothing is marked', async () => {
    const token = await letters.altinn.issue('altinn', {
      scope: `${read} altinn:correspondence.write`,
      authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${firm}` }, systemuser_id: ['00000007-0000-4000-8000-000000000001'], system_id: 'a' }],
    })
    expect(await letters.json('1', { token })).toMatchObject({ content: { messageBody: 'Innhold i brev 1' } })
    expect(await letters.asks('GET', '1/content', { token })).toBe(200)
    expect(await letters.asks('POST', '1/markasread', { token })).toBe(1024)
    expect(letters.altinn.state.effects).toEqual([])
  })

  it('a trace that the caller gives comes back with the refusal', async () => {
    const { text } = await letters.call('GET', '99', { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })
    expect(text.match(/"traceId":"00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01"/g)).toHaveLength(2)
  })
})
