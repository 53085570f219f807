import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalAltinn } from '../../../main/localtest/index.ts'
import { Service } from '../service.ts'
import { clients, dialogIdOf, letter, orgUrn } from '../small-world.ts'
import { identityWorld, other, owner } from './identity-world.ts'
import { beginLogin, Browser, claimsOf, exchange, logIn, personScope, redeem, tokenCall } from './person.ts'

const service = new Service({ world: identityWorld((at) => [letter(1, at - 1000)]) })

beforeAll(() => service.start())
afterAll(() => service.end())

const codeOf = async (changes: Readonly<Record<string, string>> = {}, person = owner, browser = new Browser()) => {
  const login = beginLogin(service.altinn, changes)
  const back = await logIn(browser, login, person.partyUuid)
  return { login, back, code: back.searchParams.get('code') ?? '' }
}
const tokensOf = async (changes: Readonly<Record<string, string>> = {}, person = owner) => {
  const { login, code } = await codeOf(changes, person)
  return await redeem(service.altinn, login, code)
}

describe('a login with ID-porten', () => {
  it('is described by its metadata, under an issuer of its own', async () => {
    const { issuer } = service.altinn.idPorten
    const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(metadata).toMatchObject({
      issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, end_session_endpoint: `${issuer}/logout`, code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'], acr_values_supported: ['idporten-loa-substantial', 'idporten-loa-high'],
    })
  })

  it('asks who, then for consent, and comes back to any port of the machine with code, state and issuer', async () => {
    const browser = new Browser()
    const login = beginLogin(service.altinn, { redirect_uri: 'http://127.0.0.1:50123/tilbake' })
    const who = await browser.follow(login.address, login.redirect)
    expect(who.html).toContain('Logg inn med ID-porten')
    expect(who.html).toContain(owner.name)
    expect(who.html).not.toContain(owner.number)
    expect(who.html).not.toContain('<script')
    const what = await browser.follow(who.address, login.redirect, { person: owner.partyUuid })
    expect(what.html).toContain('altinn:correspondence.read')
    const back = new URL((await browser.follow(what.address, login.redirect, { valg: 'tillat' })).address)
    expect([back.origin, back.pathname, back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual(['http://127.0.0.1:50123', '/tilbake', 'tilstand', service.altinn.idPorten.issuer])
    expect((await redeem(service.altinn, login, back.searchParams.get('code') ?? '')).status).toBe(200)
  })

  it('gives tokens as JWT that say who, how safely, for which client and what for', async () => {
    const { status, body } = await tokensOf()
    const { issuer, clientId } = service.altinn.idPorten
    expect(status).toBe(200)
    expect(body.expires_in).toBe(600)
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))
    const access = (await jwtVerify(body.access_token, keys, { issuer })).payload
    expect(access).toMatchObject({ pid: owner.number, acr: 'idporten-loa-substantial', client_id: clientId, consumer: { ID: '0192:310000124' } })
    expect(String(access['scope']).split(' ').sort()).toEqual(personScope.split(' ').sort())
    expect(body.scope.split(' ').sort()).toEqual(personScope.split(' ').sort())
    const id = (await jwtVerify(body.id_token, keys, { issuer, audience: clientId })).payload
    expect(id).toMatchObject({ pid: owner.number, acr: 'idporten-loa-substantial', nonce: 'engang', sub: owner.partyUuid })
  })

  it('is at the high level where that is asked for, also after one that was not', async () => {
    const browser = new Browser()
    await codeOf({}, owner, browser)
    const login = beginLogin(service.altinn, { acr_values: 'idporten-loa-high' })
    const page = await browser.follow(login.address, login.redirect)
    expect(page.html).toContain('sikkerhetsnivå høyt')
    const back = await logIn(browser, login, owner.partyUuid)
    expect(claimsOf((await redeem(service.altinn, login, back.searchParams.get('code') ?? '')).body.access_token)).toMatchObject({ acr: 'idporten-loa-high' })
  })

  it('a second one in the same browser asks nothing, unless the program wants it to', async () => {
    const browser = new Browser()
    await codeOf({}, owner, browser)
    const again = beginLogin(service.altinn)
    expect((await browser.follow(again.address, again.redirect)).html).toBe('')
    const anew = beginLogin(service.altinn, { prompt: 'login' })
    expect((await browser.follow(anew.address, anew.redirect)).html).toContain('Logg inn med ID-porten')
  })

  it('needs no consent for the login alone', async () => {
    const { body } = await tokensOf({ scope: 'openid profile' })
    expect(claimsOf(body.access_token)).toMatchObject({ pid: owner.number, scope: 'openid profile' })
    const browser = new Browser()
    const login = beginLogin(service.altinn, { scope: 'openid profile digdir:dialogporten.noconsent' })
    const who = await browser.follow(login.address, login.redirect)
    expect((await browser.follow(who.address, login.redirect, { person: owner.partyUuid })).html).toBe('')
  })

  it.each([['who it is', 0], ['what it gives', 1]])('can be refused where it is asked %s', async (_, step) => {
    const browser = new Browser()
    const login = beginLogin(service.altinn)
    let page = await browser.follow(login.address, login.redirect)
    if (step === 1) page = await browser.follow(page.address, login.redirect, { person: owner.partyUuid })
    const back = new URL((await browser.follow(page.address, login.redirect, { valg: 'avbryt' })).address)
    expect([back.searchParams.get('error'), back.searchParams.get('state'), back.searchParams.get('code')]).toEqual(['access_denied', 'tilstand', null])
  })

  it.each([
    ['no state', { state: '' }, 'invalid_request'],
    ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a scope the client is not registered for', { scope: 'openid altinn:correspondence.write' }, 'invalid_scope'],
    ['a level that does not exist', { acr_values: 'idporten-loa-enorm' }, 'invalid_request'],
    ['an implicit answer', { response_type: 'id_token' }, 'unsupported_response_type'],
  ])('refuses %s', async (_, changes, error) => {
    const login = beginLogin(service.altinn, changes)
    expect(new URL((await new Browser().follow(login.address, login.redirect)).address.replace('#', '?')).searchParams.get('error')).toBe(error)
  })

  it.each([
    ['another machine', { redirect_uri: 'http://192.0.2.1:80/x' }],
    ['a name in place of the address', { redirect_uri: 'http://localhost:4000/x' }],
    ['an address that only begins like the machine', { redirect_uri: 'http://127.0.0.1:80@evil.example/x' }],
    ['an unknown client', { client_id: 'en-annen' }],
  ])('sends nothing to %s', async (_, changes) => {
    const answer = await new Browser().go(beginLogin(service.altinn, changes).address)
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(await answer.text()).toContain('Innloggingen kan ikke fortsette')
  })

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another port', { redirect_uri: 'http://127.0.0.1:1/innlogging' }],
  ])('refuses a code with %s', async (_, changes) => {
    const { login, code } = await codeOf()
    expect(await redeem(service.altinn, login, code, changes)).toMatchObject({ status: 400 })
  })

  it('a code works once, and used again it takes the tokens back', async () => {
    const { login, code } = await codeOf()
    const first = await redeem(service.altinn, login, code)
    expect(await redeem(service.altinn, login, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await tokenCall(service.altinn, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  it('is renewed with a refresh token, which is another each time', async () => {
    const first = await tokensOf()
    const second = await tokenCall(service.altinn, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' })
    expect(second.status).toBe(200)
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token)
    expect(claimsOf(second.body.access_token)).toMatchObject({ pid: owner.number, acr: 'idporten-loa-substantial' })
    expect(await tokenCall(service.altinn, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' })).toMatchObject({ body: { error: 'invalid_grant' } })
  })

  it('lives as long as is asked for, and says the time of the world', async () => {
    expect(await service.status('POST', '/localtest/lifetimes', { personAccess: 5, personRefresh: 0 })).toBe(200)
    service.offset = 3 * 3_600_000
    const { body } = await tokensOf()
    service.offset = 0
    await service.status('POST', '/localtest/lifetimes', { personAccess: 600, personRefresh: 3600 })
    expect(body.refresh_token).toBeUndefined()
    expect(body.expires_in).toBe(5)
    const [access, id] = [claimsOf(body.access_token), claimsOf(body.id_token)]
    expect(Number(access['exp']) - Number(access['iat'])).toBe(5)
    expect(Number(id['iat']) * 1000 - Date.now()).toBeGreaterThan(2.9 * 3_600_000)
  })

  it('outlives a restart of the service on the same port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-logins-'))
    const world = identityWorld()
    let altinn = await startLocalAltinn({ folder, world, seed: 1 })
    const port = Number(new URL(altinn.platform).port)
    const browser = new Browser()
    const login = beginLogin(altinn)
    const back = await logIn(browser, login, owner.partyUuid)
    const first = await redeem(altinn, login, back.searchParams.get('code') ?? '')
    await altinn.close()
    altinn = await startLocalAltinn({ folder, world, seed: 1, port })
    const again = beginLogin(altinn)
    expect((await browser.follow(again.address, again.redirect)).html).toBe('')
    expect((await tokenCall(altinn, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' })).status).toBe(200)
    expect(statSync(join(folder, 'idporten.json')).mode & 0o777).toBe(0o600)
    await altinn.close()
    rmSync(folder, { recursive: true })
  })

  it('is struck by faults like the other services', async () => {
    await service.status('POST', '/localtest/faults', { kind: 'maintenance', path: '/idporten/token', times: 1 })
    const { login, code } = await codeOf()
    const struck = await fetch(`${service.altinn.idPorten.issuer}/token`, { method: 'POST', body: new URLSearchParams({ code }) })
    expect(struck.status).toBe(503)
    expect((await redeem(service.altinn, login, code)).status).toBe(200)
  })
})

describe('the exchange of a person\'s token', () => {
  it('keeps who and what for, adds what Altinn knows of the person, and ends with the login', async () => {
    const { body } = await tokensOf({ acr_values: 'idporten-loa-high' })
    const answer = await exchange(service.altinn, 'ID-porten', body.access_token)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const claims = claimsOf(await answer.text())
    expect(claims).toMatchObject({
      pid: owner.number, iss: `${service.altinn.platform}/authentication/api/v1/openid/`, 'urn:altinn:partyid': String(owner.partyId), 'urn:altinn:party:uuid': owner.partyUuid, 'urn:altinn:authlevel': '4',
      'urn:altinn:userid': expect.stringMatching(/^\d+$/) as string, 'urn:altinn:username': '', exp: claimsOf(body.access_token)['exp'],
    })
    expect(claims['scope']).toBe(claimsOf(body.access_token)['scope'])
  })

  it('is 403 without a scope of Altinn\'s, 401 for what is no token of ID-porten, 400 for an unknown provider, 410 with the old header', async () => {
    const bare = await tokensOf({ scope: 'openid profile digdir:dialogporten' })
    expect((await exchange(service.altinn, 'id-porten', bare.body.access_token)).status).toBe(403)
    expect((await exchange(service.altinn, 'id-porten', service.token)).status).toBe(401)
    const { body } = await tokensOf()
    expect((await exchange(service.altinn, 'maskinporten', body.access_token)).status).toBe(401)
    expect((await exchange(service.altinn, 'feide', body.access_token)).status).toBe(400)
    expect((await exchange(service.altinn, 'id-porten', body.access_token, { 'X-Altinn-EnterpriseUser-Authentication': 'x' })).status).toBe(410)
    service.offset = 601_000
    expect((await exchange(service.altinn, 'id-porten', body.access_token)).status).toBe(401)
    service.offset = 0
  })

  it('lets a person see her own mail and that of whom she may act for; Dialogporten takes the raw token too, Correspondence does not', async () => {
    const { body } = await tokensOf()
    const altinn = await (await exchange(service.altinn, 'id-porten', body.access_token)).text()
    const search = async (token: string): Promise<number> => ((await service.call('GET', `/dialogporten/api/v1/enduser/dialogs?party=${orgUrn(clients[0])}`, undefined, { authorization: `Bearer ${token}` })).body as { items: unknown[] }).items.length
    expect([await search(altinn), await search(body.access_token)]).toEqual([1, 1])
    const list = `/correspondence/api/v1/correspondence?resourceId=skd-brev&role=Recipient&onBehalfOf=${orgUrn(clients[0])}`
    expect(await service.status('GET', list, undefined, { authorization: `Bearer ${altinn}` })).toBe(200)
    expect(await service.status('GET', list, undefined, { authorization: `Bearer ${body.access_token}` })).toBe(401)
    const dialog = (await service.call('GET', `/dialogporten/api/v1/enduser/dialogs/${dialogIdOf(1)}`, undefined, { authorization: `Bearer ${altinn}` })).body as { dialogToken: string }
    const inside = claimsOf(dialog.dialogToken)
    expect(inside).toMatchObject({ c: owner.urn, l: 3 })
    expect(inside).not.toHaveProperty('y')
    const stranger = await (await exchange(service.altinn, 'id-porten', (await tokensOf({}, other)).body.access_token)).text()
    expect(await search(stranger)).toBe(0)
  })
})
