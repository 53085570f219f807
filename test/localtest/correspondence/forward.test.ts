import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clients, letter, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'

const day = 86_400_000
const world = smallWorld((at) => [letter(1, at - day, { allowForwarding: true }), letter(2, at - day), letter(3, at - day, { allowForwarding: true, alreadyRead: at - 1000, alreadyFetched: at - 1000 })])
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})
const forward = async (n: number, forwardTo: string | null, forwardingText?: string): Promise<number> =>
  await letters.asks('POST', `${String(n)}/forward`, { body: { ...(forwardTo === null ? {} : { forwardTo }), ...(forwardingText === undefined ? {} : { forwardingText }) } })

describe('forward', () => {
  it('asks for an address, the permission, a short plain text and a reading, in this order', async () => {
    expect(await forward(1, null)).toBe(3011)
    expect(await forward(1, 'a@b')).toBe(3011)
    expect(await forward(1, 'a b@c.no')).toBe(3011)
    expect(await forward(1, `${'a'.repeat(1000)}@b.no`)).toBe(3027)
    expect(await forward(2, 'a@b.no')).toBe(1063)
    expect(await forward(1, 'a@b.no', 'x'.repeat(201))).toBe(1066)
    expect(await forward(1, 'a@b.no', 'se <b>her</b>')).toBe(1067)
    expect(await forward(1, 'a@b.no', '# Overskrift')).toBe(1067)
    expect(await forward(1, 'a@b.no', 'Hei, se dette: 50 % av * er_min < 3')).toBe(1065)
    expect(letters.altinn.state.effects).toEqual([])
  })

  it('goes once to an address, whatever its case', async () => {
    expect(await forward(3, 'Ola.Nordmann@example.no')).toBe(200)
    expect(await forward(3, 'ola.nordmann@EXAMPLE.no')).toBe(1064)
    expect(await forward(3, 'kari@example.no')).toBe(200)
    await letters.restart()
    expect(await forward(3, 'kari@example.no')).toBe(1064)
  })

  it('is in the history once the e-mail is reported delivered, and then hides everything else', async () => {
    await letters.call('GET', '3')
    const { text } = await letters.call('POST', '3/forward', { body: { forwardTo: 'a@b.no' } })
    expect(text).toMatch(/^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/)
    letters.wait(30)
    expect((await letters.json('3'))['status']).toBe('Read')
    letters.wait(35)
    expect((await letters.json('3'))['status']).toBe('Forwarded')
    expect((await letters.history(3)).map((row) => row.status)).toContain('Forwarded')
    expect(await letters.ids(`resourceId=skd-brev&role=Recipient&onBehalfOf=0192:${clients[0]}&status=Forwarded`)).toHaveLength(1)
    expect(await letters.asks('DELETE', '3/purge')).toBe(200)
    expect(await forward(3, 'c@d.no')).toBe(200)
  })

  it('is gone with a purged message', async () => {
    await letters.call('GET', '1/content')
    expect(await letters.asks('DELETE', '1/purge')).toBe(200)
    expect(await forward(1, 'a@b.no')).toBe(1001)
  })

  it('wants JSON', async () => {
    expect((await letters.call('POST', '1/forward')).status).toBe(415)
    expect((await letters.call('POST', '1/forward', { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect((await letters.call('POST', '1/forward', { headers: { 'content-type': 'application/json' } })).status).toBe(400)
  })
})
