import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clients, letter, letterId, orgUrn, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'

const day = 86_400_000
const key = '00000004-0000-4000-8000-00000000000a'
const world = smallWorld((at) => [
  letter(1, at - day, { requestedPublishAt: at - 3 * day }),
  letter(2, at - day, { requestedPublishAt: at - 2 * day, sendersReference: 'sak A' }),
  letter(3, at - day, { requestedPublishAt: at - day, altinn2Id: 4711 }),
  letter(4, at - day, { recipient: orgUrn(clients[1]), idempotentKey: key }),
  letter(5, at - 1000, { requestedPublishAt: at + day, publishedAt: null }),
  // As many as no list holds, two at each moment.
  ...Array.from({ length: 1205 }, (_, n) => letter(1000 + n, at - day, { resourceId: 'skd-melding', requestedPublishAt: Date.parse('2026-01-01T00:00:00Z') + Math.floor(n / 2) * 60_000 })),
])
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})
const of = (query: string, resource = 'skd-brev') => letters.ids(`resourceId=${resource}&role=Recipient&onBehalfOf=0192:${clients[0]}${query}`)
const numbers = async (query: string): Promise<readonly string[]> => (await of(query)).map((id) => id.slice(-1))
const sender = async (): Promise<string> => await letters.altinn.issue('altinn', { 'urn:altinn:orgNumber': '310000191', scope: 'altinn:correspondence.write' })

describe('the list', () => {
  it('is newest first by the publish time that was asked for, without what is to come', async () => {
    expect(await numbers('')).toEqual(['3', '2', '1'])
  })

  it('finds by reference, by the number at Altinn II, and by statuses ever had', async () => {
    expect(await numbers('&sendersReference=sak%20A')).toEqual(['2'])
    expect(await numbers('&sendersReference=sak')).toEqual([])
    expect(await numbers('&sendersReference=&status=&altinn2CorrespondenceId=')).toEqual(['3', '2', '1'])
    expect(await numbers('&altinn2CorrespondenceId=4711')).toEqual(['3'])
    await letters.call('GET', '1')
    await letters.call('POST', '1/markasread')
    expect(await numbers('&status=Read')).toEqual(['1'])
    expect(await numbers('&status=4')).toEqual(['1'])
    expect(await numbers('&status=published')).toEqual(['3', '2', '1'])
    for (const never of ['Fetched', 'Initialized', 'ReadyForPublish', 'Failed']) expect([never, await numbers(`&status=${never}`)]).toEqual([never, []])
  })

  it('finds the sender\'s own key whatever else was asked for, and refuses what is none', async () => {
    expect(await of(`&idempotentKey=${key.toUpperCase()}`)).toEqual([letterId(4)])
    expect((await letters.call('GET', `/correspondence?resourceId=skd-brev&role=Recipient&idempotentKey=x&altinn2CorrespondenceId=y`)).text).toMatch(/"idempotentKey":\["The value 'x' is not valid\."\].*"altinn2CorrespondenceId":\["The value 'y' is not valid\."\]/)
  })

  it('stops at a thousand without a mark; a second page must begin one second later to lose none', async () => {
    const first = await of('', 'skd-melding')
    expect(first).toHaveLength(1000)
    const oldest = letters.altinn.state.message(first.at(-1) ?? '')?.sent.requestedPublishAt ?? NaN
    const to = (at: number): string => `&to=${new Date(at).toISOString()}`
    expect(new Set([...first, ...(await of(to(oldest), 'skd-melding'))]).size).toBe(1204)
    expect(new Set([...first, ...(await of(to(oldest + 1000), 'skd-melding'))]).size).toBe(1205)
  })

  it('for senders holds what they sent, also before it is published', async () => {
    const token = await sender()
    expect((await letters.ids('resourceId=skd-brev&role=Sender', { token })).map((id) => id.slice(-1)).sort()).toEqual(['1', '2', '3', '4', '5'])
    expect(await letters.ids('resourceId=skd-brev&role=Sender&status=Initialized&sendersReference=sak-5', { token })).toEqual([letterId(5)])
    // With both roles a status has no effect.
    expect(await letters.ids('resourceId=skd-brev&role=RecipientAndSender&status=Forwarded', { token })).toHaveLength(5)
    expect(await letters.ids('resourceId=skd-brev&role=Recipient', { token })).toEqual([])
    expect(await letters.asks('GET', `/correspondence?resourceId=skd-brev&role=Sender&onBehalfOf=0192:${clients[0]}`, { token })).toBe(4001)
  })
})
