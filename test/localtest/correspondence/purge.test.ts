import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectLines } from '../../../main/localtest/side-door.ts'
import { clients, file, letter, letterId, orgUrn, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'

const day = 86_400_000
const shared = () => file(9, 'felles.txt', Buffer.from('felles'), { shared: true })
const world = smallWorld((at) => [
  letter(1, at - day),
  letter(2, at - day, { needsConfirmation: true, dueAt: at + day }),
  letter(3, at - day, { attachments: [file(3, 'brev.txt', Buffer.from('brev'))] }),
  letter(4, at - day, { attachments: [shared()] }),
  letter(5, at - day, { attachments: [shared()], recipient: orgUrn(clients[1]) }),
  letter(6, at - day, { externalReferences: [{ referenceValue: letterId(6), referenceType: 'DialogportenTransmissionId' }] }),
  letter(7, at - day, { confidential: true, resourceId: 'skd-taushet' }),
  letter(8, at - day, { createdAt: at - 1000, requestedPublishAt: at + day, publishedAt: null }),
])
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})
const purge = async (n: number): Promise<number> => await letters.asks('DELETE', `${String(n)}/purge`)
const list = async (): Promise<readonly string[]> => await letters.ids(`resourceId=skd-brev&role=Recipient&onBehalfOf=0192:${clients[0]}`)

describe('purge', () => {
  it('takes a message away for good, but leaves its id in the list', async () => {
    await letters.call('GET', '1')
    expect(letters.altinn.state.purgedAt(letters.altinn.state.message(letterId(1)) ?? expect.fail())).toBeNull()
    expect((await letters.call('DELETE', '1/purge')).text).toBe(JSON.stringify(letterId(1)))
    expect(letters.altinn.state.purgedAt(letters.altinn.state.message(letterId(1)) ?? expect.fail())).toBeGreaterThan(0)
    for (const path of ['1', '1/details', '1/content']) expect([path, await letters.asks('GET', path)]).toEqual([path, 1001])
    expect(await letters.asks('POST', '1/markasread')).toBe(1001)
    expect(await letters.asks('POST', '1/confirm')).toBe(1001)
    expect(await purge(1)).toBe(1014)
    expect(await list()).toContain(letterId(1))
    expect(await letters.ids(`resourceId=skd-brev&role=Recipient&onBehalfOf=0192:${clients[0]}&status=PurgedByRecipient`)).toEqual([letterId(1)])
  })

  it('outlives a restart', async () => {
    expect(await purge(1)).toBe(200)
    await letters.restart()
    expect(await letters.asks('GET', '1')).toBe(1001)
    expect(await purge(1)).toBe(1014)
  })

  it('waits for a confirmation that is needed, also while the job of one runs', async () => {
    await letters.call('GET', '2')
    expect(await purge(2)).toBe(1026)
    expect(await letters.asks('POST', '2/confirm')).toBe(200)
    expect(await purge(2)).toBe(1026)
    letters.wait(4)
    expect(await purge(2)).toBe(200)
    expect(effectLines(letters.altinn.state)).toContain('"status":"PurgedByRecipient"')
  })

  it('is hidden by a download before it: details still answers, and it can be repeated', async () => {
    const download = '3/attachment/00000003-0000-4000-8000-000000000003/download'
    await letters.call('GET', '3')
    expect(await letters.asks('GET', download)).toBe(200)
    expect(await purge(3)).toBe(200)
    expect(await purge(3)).toBe(200)
    expect(await letters.asks('GET', '3')).toBe(1001)
    expect(await letters.asks('GET', '3/content')).toBe(1001)
    expect(await letters.asks('GET', download)).toBe(2019)
    expect(await letters.asks('GET', '3/attachments/downloadall')).toBe(2019)
    expect((await letters.history(3)).map((row) => row.status)).toEqual(['Initialized', 'ReadyForPublish', 'Published', 'Fetched', 'AttachmentsDownloaded', 'PurgedByRecipient', 'PurgedByRecipient', 'Fetched'])
    const details = await letters.json('3/details')
    expect(details).toMatchObject({ status: 'AttachmentsDownloaded', content: { messageBody: 'Innhold i brev 3', attachments: [{ status: 'Purged' }] } })
    expect(await letters.asks('POST', '3/markasread')).toBe(200)
    expect(await letters.asks('POST', '3/markasread')).toBe(1040)
  })

  it('takes the files along, except those that another message holds', async () => {
    const download = (n: number): Promise<number> => letters.asks('GET', `${String(n)}/attachment/00000003-0000-4000-8000-000000000009/download`)
    expect(await purge(4)).toBe(200)
    expect(await download(5)).toBe(200)
    expect(await download(4)).toBe(1001)
    expect(await purge(5)).toBe(200)
    expect(await download(5)).toBe(2019)
    expect(await download(4)).toBe(2019)
  })

  it('refuses what is a transmission of another dialog, and what is not published', async () => {
    expect(await purge(6)).toBe(1043)
    expect(await purge(8)).toBe(1001)
  })

  it('leaves the reminder of a confidential message', async () => {
    expect(await purge(7)).toBe(200)
    expect(letters.altinn.state.effects.map((one) => one.kind)).toEqual(['Purged'])
  })

  it('by the sender is possible until the message is published', async () => {
    const token = await letters.altinn.issue('altinn', { 'urn:altinn:orgNumber': '310000191', scope: 'altinn:correspondence.write' })
    expect(await letters.asks('DELETE', '1/purge', { token })).toBe(1013)
    expect(await letters.asks('DELETE', '8/purge', { token })).toBe(200)
    expect(await letters.asks('DELETE', '8/purge', { token })).toBe(1014)
    expect(letters.altinn.state.effects).toMatchObject([{ kind: 'Purged', by: 'PurgedByAltinn' }])
  })
})
