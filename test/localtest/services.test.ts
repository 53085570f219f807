import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderInUse, type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { JournalError } from '../../main/localtest/effects.ts'
import { effectLines } from '../../main/localtest/side-door.ts'
import { altinnToken, signAssertion } from './sign.ts'
import { clients, dialogIdOf, letter, letterId, orgUrn, smallWorld } from './small-world.ts'

let folder = ''
let altinn: LocalAltinn
let offset = 0
let token = ''
const day = 86_400_000
const world = smallWorld((at) => Array.from({ length: 25 }, (_, n) => letter(n + 1, at - day, n === 0 ? { needsConfirmation: true, dueAt: at + day } : {})))
const start = async (): Promise<void> => {
  altinn = await startLocalAltinn({ folder, world, seed: 1, clock: () => Date.now() + offset })
  token = await altinnToken(altinn)
}

beforeEach(async () => {
  offset = 0
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-services-'))
  await start()
})
afterEach(async () => {
  await altinn.close()
  rmSync(folder, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }): Promise<Response> => fetch(`${altinn.platform}${path}`, { headers, redirect: 'manual' })
const post = (path: string): Promise<Response> => fetch(`${altinn.platform}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
const letterPath = (n: number, rest = ''): string => `/correspondence/api/v1/correspondence/${letterId(n)}${rest}`
const dialogs = '/dialogporten/api/v1/enduser/dialogs'
const history = async (n: number): Promise<readonly { status: string; statusChanged: string }[]> => ((await (await get(letterPath(n, '/details'))).json()) as { statusHistory: { status: string; statusChanged: string }[] }).statusHistory

describe('sign-in', () => {
  const grant = async (changes: Record<string, unknown>, header: { kid?: string } = {}): Promise<{ status: number; body: { error?: string; error_description?: string } }> => {
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await signAssertion(altinn, changes, header) })
    const answer = await fetch(`${altinn.maskinporten}/token`, { method: 'POST', body })
    return { status: answer.status, body: (await answer.json()) as { error?: string; error_description?: string } }
  }
  const now = (): number => Math.floor(altinn.state.now() / 1000)

  it.each([
    ['the token endpoint as audience', () => ({ aud: `${altinn.maskinporten}/token` }), 'invalid_grant', 'MP-110'],
    ['a clock 11 s wrong', () => ({ iat: now() - 11 }), 'invalid_grant', 'MP-100'],
    ['a life of more than 120 s', () => ({ exp: now() + 130 }), 'invalid_grant', 'MP-100'],
    ['a claim it does not know', () => ({ sub: 'x' }), 'invalid_grant', 'MP-100'],
    ['a scope the client does not have', () => ({ scope: 'altinn:correspondence.write' }), 'invalid_scope', 'altinn:correspondence.write'],
    ['an organisation without a system user', () => ({ authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: '0192:310009997' } }] }), 'invalid_altinn_customer_configuration', 'MP-303'],
    ['another client', () => ({ iss: randomUUID() }), 'invalid_grant', 'MP-100'],
  ])('refuses %s', async (_, changes, error, code) => {
    expect(await grant(changes())).toMatchObject({ status: 400, body: { error, error_description: expect.stringContaining(code) as string } })
  })

  it('refuses an unknown key id, and an assertion used twice', async () => {
    expect(await grant({}, { kid: 'other' })).toMatchObject({ status: 400, body: { error_description: expect.stringContaining('MP-100') as string } })
    const jti = randomUUID()
    expect((await grant({ jti })).status).toBe(200)
    expect((await grant({ jti })).status).toBe(400)
  })

  it('the exchange wants a Maskinporten token, and its own lives 30 minutes', async () => {
    expect((await get('/authentication/api/v1/exchange/maskinporten')).status).toBe(401)
    expect((await get(dialogs + '?party=' + orgUrn(clients[0]))).status).toBe(200)
    offset = 1801_000
    const expired = await get(letterPath(2))
    expect([expired.status, await expired.text(), expired.headers.get('www-authenticate')]).toEqual([401, '', expect.stringContaining('The token expired at') as string])
  })
})

describe('search', () => {
  const page = async (query: string): Promise<{ items: { id: string }[]; hasNextPage: boolean; continuationToken?: string }> => (await (await get(`${dialogs}?party=${orgUrn(clients[0])}&${query}`)).json()) as never

  it('pages by key to the end, and gives a token on the last page too', async () => {
    const seen: string[] = []
    let next = ''
    for (let guard = 0; guard < 10; guard += 1) {
      const answer = await page(`limit=10&orderBy=updatedAt_asc${next}`)
      seen.push(...answer.items.map((item) => item.id))
      expect(answer.continuationToken).toBeTypeOf('string')
      if (!answer.hasNextPage) break
      next = `&continuationToken=${encodeURIComponent(answer.continuationToken ?? '')}`
    }
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
    expect((await page('updatedAfter=2100-01-01T00:00:00Z')).continuationToken).toBeUndefined()
  })

  it('gives nothing for a party without rights, and needs one', async () => {
    expect(await (await get(`${dialogs}?party=${orgUrn('310000396')}`)).json()).toMatchObject({ items: [], hasNextPage: false })
    expect((await get(dialogs)).status).toBe(400)
  })

  it('a look-up maps both ways and leaves no trace; opening a dialog does', async () => {
    const lookup = async (reference: string): Promise<unknown> => await (await get(`/dialogporten/api/v1/enduser/dialoglookup?instanceRef=${reference}`)).json()
    expect(await lookup(`urn:altinn:dialog-id:${dialogIdOf(3)}`)).toMatchObject({ instanceRef: `urn:altinn:correspondence-id:${letterId(3)}` })
    expect(await lookup(`urn:altinn:correspondence-id:${letterId(3)}`)).toMatchObject({ dialogId: dialogIdOf(3) })
    expect(effectLines(altinn.state)).toBe('')
    await get(`${dialogs}/${dialogIdOf(3)}`)
    expect(effectLines(altinn.state)).toContain('"Seen"')
  })
})

describe('what a recipient\'s calls leave behind', () => {
  it('overviews within 15 s are one Fetched, details one each', async () => {
    await get(letterPath(2))
    await get(letterPath(2))
    expect((await history(2)).filter((row) => row.status === 'Fetched')).toHaveLength(2)
    offset = 16_000
    await get(letterPath(2))
    expect((await history(2)).filter((row) => row.status === 'Fetched')).toHaveLength(4)
  })

  it('a confirm is accepted at once, leaves the open ones at once, and is written seconds later with the time of its POST', async () => {
    expect((await post(letterPath(1, '/confirm'))).status).toBe(400)
    await get(letterPath(1))
    const before = altinn.state.now()
    expect((await post(letterPath(1, '/confirm'))).status).toBe(200)
    expect(((await (await get(`${dialogs}?party=${orgUrn(clients[0])}&status=RequiresAttention`)).json()) as { items: unknown[] }).items).toEqual([])
    expect((await history(1)).some((row) => row.status === 'Confirmed')).toBe(false)
    offset = 9000
    const written = (await history(1)).find((row) => row.status === 'Confirmed')
    expect(Date.parse(written?.statusChanged ?? '') - before).toBeLessThan(2000)
    expect((await post(letterPath(1, '/confirm'))).status).toBe(400)
  })

  it('content marks as read the first time only, details never', async () => {
    await history(2)
    const content = await get(letterPath(2, '/content'), { authorization: `Bearer ${token}`, accept: 'text/plain' })
    expect([content.status, await content.text()]).toEqual([200, 'Innhold i brev 2'])
    await get(letterPath(2, '/content'), { authorization: `Bearer ${token}`, accept: 'text/plain' })
    expect((await history(2)).filter((row) => row.status === 'Read')).toHaveLength(1)
  })

  it('a dialog\'s confirm button is gone once it was pressed', async () => {
    const names = async (): Promise<readonly string[]> => ((await (await get(`${dialogs}/${dialogIdOf(1)}`)).json()) as { apiActions: { name: string }[] }).apiActions.map((action) => action.name)
    expect(await names()).toContain('confirmCorrespondence')
    await get(letterPath(1))
    await post(letterPath(1, '/confirm'))
    expect(await names()).not.toContain('confirmCorrespondence')
  })

  it('two quick confirms are both accepted, and both are written', async () => {
    await get(letterPath(1))
    await Promise.all([post(letterPath(1, '/confirm')), post(letterPath(1, '/confirm'))])
    offset = 9000
    expect((await history(1)).filter((row) => row.status === 'Confirmed')).toHaveLength(2)
  })

  it('reply options come in another order from call to call', async () => {
    const send = { recipient: clients[0], title: 't', body: 'b', replyOptions: ['a', 'b', 'c'].map((path) => ({ linkURL: `https://eksempel.example/${path}` })) }
    const { correspondenceId } = (await (await fetch(`${altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify(send) })).json()) as { correspondenceId: string }
    const orders = new Set<string>()
    for (let call = 0; call < 20; call += 1) {
      offset += 1000
      const overview = (await (await get(`/correspondence/api/v1/correspondence/${correspondenceId}`)).json()) as { replyOptions?: { linkURL: string }[] }
      if (overview.replyOptions !== undefined) orders.add(overview.replyOptions.map((option) => option.linkURL).join())
    }
    expect(orders.size).toBeGreaterThan(1)
  })
})

describe('the world', () => {
  it('goes on after a restart, on another port, with what was under way', async () => {
    await get(letterPath(1))
    await post(letterPath(1, '/confirm'))
    await fetch(`${altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: clients[0], title: 'Sendt', body: 'b' }) })
    const before = altinn.state.effects.length
    await altinn.close()
    offset = 9000
    await start()
    expect(altinn.state.effects).toHaveLength(before)
    expect(effectLines(altinn.state)).toContain('"Confirmed"')
    expect([...altinn.state.messages()]).toHaveLength(26)
  })

  it('an unfinished last line is cut, damage in the middle is told', async () => {
    await get(letterPath(1))
    await altinn.close()
    const path = join(folder, 'effects.jsonl')
    const whole = readFileSync(path, 'utf8')
    appendFileSync(path, '{"kind":"Fetch')
    await start()
    expect(readFileSync(path, 'utf8')).toBe(whole)
    await altinn.close()
    writeFileSync(path, `nonsense\n${whole}`)
    await expect(start()).rejects.toThrow(JournalError)
    writeFileSync(path, whole)
    await start()
  })

  it('a second one in the same folder is turned away', async () => {
    await expect(startLocalAltinn({ folder, world, seed: 1 })).rejects.toThrow(FolderInUse)
  })

  it('paused it drops connections, and the side door still answers', async () => {
    expect((await fetch(`${altinn.platform}/localtest/pause`, { method: 'POST' })).status).toBe(204)
    await expect(get(letterPath(2))).rejects.toThrow()
    expect((await get('/localtest/effects')).status).toBe(200)
    await fetch(`${altinn.platform}/localtest/resume`, { method: 'POST' })
    expect((await get(letterPath(2))).status).toBe(200)
  })

  it('the side door refuses what the service would, with a reason', async () => {
    const send = async (body: object): Promise<[number, unknown]> => {
      const answer = await fetch(`${altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify(body) })
      return [answer.status, await answer.json()]
    }
    expect(await send({ title: 't' })).toEqual([400, { error: expect.stringContaining('recipient') as string }])
    expect(await send({ recipient: '310000396', title: 't', body: 'b' })).toEqual([400, { error: expect.stringContaining('recipient') as string }])
    expect(await send({ recipient: clients[0], title: 't', body: 'b', needsConfirmation: true })).toEqual([400, { error: expect.stringContaining('1016') as string }])
    expect(await send({ recipient: clients[0], resourceId: 'skd-brev', title: 't', body: 'b', confidential: true })).toEqual([400, { error: expect.stringContaining('1060') as string }])
  })

  it('the page of what the sender sees escapes what senders write', async () => {
    await fetch(`${altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: clients[0], title: '<script>alert(1)</script>', body: 'b' }) })
    const page = await (await get('/localtest')).text()
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script')
  })
})
