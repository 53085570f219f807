import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRemoteJWKSet, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Service } from '../service.ts'
import { identityWorld } from './identity-world.ts'
import { claimsOf, exchange } from './person.ts'
import { assertionOf, grantWith, rawToken, registerClient, systemUserOf, type TestClient } from './vendor.ts'

const vendor = '310000299'
const day = 86_400_000
// The certificates of this folder are made for it (self-signed, a hundred years from November 2026); the world's clock stands within their time.
const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'certificates', name), 'utf8')
const start = Date.UTC(2030, 0, 1)
const begun = Date.now()
const service: Service = new Service({ world: identityWorld(), clock: (): number => start + (Date.now() - begun) + service.offset })
let client: TestClient

beforeAll(async () => {
  await service.start()
  client = await registerClient(service, vendor)
})
afterAll(() => service.end())
afterEach(() => {
  service.offset = 0
})

const refusal = (error: string, code: string) => ({ status: 400, body: { error, error_description: expect.stringContaining(code) as string } })
const now = (): number => Math.floor(service.now / 1000)

describe('an assertion', () => {
  it.each(['RS256', 'RS384', 'RS512'])('signed with %s gives a token', async (alg) => {
    expect((await grantWith(service, await assertionOf(service, client, {}, { alg }))).status).toBe(200)
  })

  it.each([
    ['another audience', () => ({ aud: 'https://maskinporten.no/' }), 'MP-110'],
    ['the issuer without its slash', () => ({ aud: service.altinn.maskinporten }), 'MP-110'],
    ['two audiences', () => ({ aud: [`${service.altinn.maskinporten}/`, 'https://maskinporten.no/'] }), 'MP-110'],
    ['one audience as a list', () => ({ aud: [`${service.altinn.maskinporten}/`] }), 'MP-110'],
    ['a clock 11 s behind', () => ({ iat: now() - 11, exp: now() + 60 }), 'MP-100'],
    ['a clock 11 s ahead', () => ({ iat: now() + 11 }), 'MP-100'],
    ['a life of 121 s', () => ({ exp: now() + 121 }), 'MP-100'],
    ['an end that is past', () => ({ iat: now() - 9, exp: now() - 1 }), 'MP-100'],
    ['no issue time', () => ({ iat: undefined }), 'MP-100'],
    ['a claim that nobody knows', () => ({ sub: 'x' }), 'MP-100'],
    ['not before', () => ({ nbf: now() }), 'MP-100'],
    ['an unknown client', () => ({ iss: randomUUID() }), 'MP-100'],
    ['no scope', () => ({ scope: undefined }), 'MP-100'],
    ['two system users', () => ({ authorization_details: [...systemUserOf('310000108').authorization_details, ...systemUserOf('310000108').authorization_details] }), 'MP-100'],
  ])('with %s is refused', async (_, claims, code) => {
    expect(await grantWith(service, await assertionOf(service, client, claims()))).toMatchObject(refusal('invalid_grant', code))
  })

  it('may be 9 s off and live 120 s', async () => {
    expect((await grantWith(service, await assertionOf(service, client, { iat: now() - 9, exp: now() + 111 }))).status).toBe(200)
    expect((await grantWith(service, await assertionOf(service, client, { iat: now() + 9, exp: now() + 129 }))).status).toBe(200)
  })

  it('works once, and one that was refused does not use its id up', async () => {
    const jti = randomUUID()
    expect((await grantWith(service, await assertionOf(service, client, { jti, aud: 'https://maskinporten.no/' }))).status).toBe(400)
    const assertion = await assertionOf(service, client, { jti })
    expect((await grantWith(service, assertion)).status).toBe(200)
    expect(await grantWith(service, assertion)).toMatchObject(refusal('invalid_grant', 'MP-100'))
    expect((await grantWith(service, await assertionOf(service, client, { jti: undefined }))).status).toBe(200)
  })

  it.each([
    ['another client\'s key id', () => assertionOf(service, { ...client, kid: service.altinn.client.kid })],
    ['another client\'s key under its own key id', () => assertionOf(service, { ...client, key: service.altinn.client.key })],
    ['neither key id nor certificate', () => assertionOf(service, client, {}, { kid: undefined })],
    ['both key id and certificate', () => assertionOf(service, client, {}, { x5c: [new X509Certificate(pem('leaf.pem')).raw.toString('base64')] })],
    ['a certificate where keys are registered', () => assertionOf(service, client, {}, { kid: undefined, x5c: [new X509Certificate(pem('leaf.pem')).raw.toString('base64')] })],
    ['PS256', () => assertionOf(service, client, {}, { alg: 'PS256' })],
    ['an EC key', async () => new SignJWT({ iss: client.clientId }).setProtectedHeader({ alg: 'ES256', kid: client.kid }).sign((await generateKeyPair('ES256')).privateKey)],
    ['no signature', () => Promise.resolve(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: client.clientId })).toString('base64url')}.`)],
    ['no shape at all', () => Promise.resolve('x')],
  ])('with %s is refused', async (_, assertion) => {
    expect(await grantWith(service, await assertion())).toMatchObject(refusal('invalid_grant', 'MP-100'))
  })

  it('with an expired key is MP-121, until then it is fine', async () => {
    const ending = await registerClient(service, vendor, undefined, { expiresAt: new Date(service.now + day).toISOString() })
    expect((await grantWith(service, await assertionOf(service, ending))).status).toBe(200)
    service.offset = day
    expect(await grantWith(service, await assertionOf(service, ending))).toMatchObject(refusal('invalid_grant', 'MP-121'))
  })

  it('never shows what it held in the answer', async () => {
    const answer = await grantWith(service, await assertionOf(service, client, { hemmelig: 'verdi-som-ikke-skal-ut' }))
    expect(answer.body.error_description).toContain('hemmelig')
    expect(JSON.stringify(answer.body)).not.toContain('verdi-som-ikke-skal-ut')
  })
})

describe('an enterprise certificate', () => {
  const x5c = (...names: readonly string[]): readonly string[] => names.map((name) => new X509Certificate(pem(name)).raw.toString('base64'))
  const keyOf = (name: string): JWK => createPrivateKey(pem(name)).export({ format: 'jwk' })
  const signedBy = async (clientId: string, key: string, chain: readonly string[]) => grantWith(service, await assertionOf(service, { clientId, kid: '', key: keyOf(key) }, {}, { kid: undefined, x5c: chain }))
  const register = async (organisation: string, certificate: string, more: Readonly<Record<string, unknown>> = {}) => service.call('POST', '/localtest/clients', { organisation, scopes: ['altinn:correspondence.read'], pem: pem(certificate), ...more })
  const certified = async (): Promise<string> => ((await register(vendor, 'leaf.pem')).body as { clientId: string }).clientId

  it('of the organisation signs for a client without keys, self-signed or with its chain, whichever it is', async () => {
    const clientId = await certified()
    expect((await signedBy(clientId, 'leaf.key.pem', x5c('leaf.pem'))).status).toBe(200)
    const { status, body } = await signedBy(clientId, 'issued.key.pem', x5c('issued.pem', 'ca.pem'))
    expect(status).toBe(200)
    expect(claimsOf(body.access_token)).toMatchObject({ client_amr: 'virksomhetssertifikat', consumer: { ID: `0192:${vendor}` } })
  })

  it.each([
    ['that names no organisation', ['nameless.pem'], 'names no organisation'],
    ['with a broken chain', ['leaf.pem', 'ca.pem'], 'chain is broken'],
    ['of an authority', ['ca.pem'], 'certificate authority'],
  ])('%s is MP-120', async (_, chain, why) => {
    const answer = await signedBy(await certified(), 'leaf.key.pem', x5c(...chain))
    expect(answer).toMatchObject(refusal('invalid_grant', 'MP-120'))
    expect(answer.body.error_description).toContain(why)
  })

  it('that cannot be read, has expired, or belongs to another organisation is MP-120; another key\'s signature MP-100', async () => {
    const clientId = await certified()
    expect(await signedBy(clientId, 'leaf.key.pem', ['xyz'])).toMatchObject(refusal('invalid_grant', 'MP-120'))
    expect(await signedBy(clientId, 'issued.key.pem', x5c('leaf.pem'))).toMatchObject(refusal('invalid_grant', 'MP-100'))
    service.offset = 100 * 366 * day
    expect((await signedBy(clientId, 'leaf.key.pem', x5c('leaf.pem'))).body.error_description).toContain('has expired')
    service.offset = -5 * 366 * day
    expect((await signedBy(clientId, 'leaf.key.pem', x5c('leaf.pem'))).body.error_description).toContain('not valid yet')
    service.offset = 0
    const unlike = await service.call('POST', '/localtest/clients', { clientId, organisation: vendor, scopes: [], pem: pem('leaf.pem') })
    expect(unlike.status).toBe(201)
    expect(await signedBy(clientId, 'leaf.key.pem', x5c('leaf.pem'))).toMatchObject(refusal('invalid_scope', 'altinn:correspondence.read'))
  })

  it('is registered with its own number only; with a key id it is a key that ends with it', async () => {
    expect(await register('310000108', 'leaf.pem')).toMatchObject({ status: 400 })
    const clientId = ((await register(vendor, 'leaf.pem', { kid: 'sertifikat' })).body as { clientId: string }).clientId
    const assertion = () => assertionOf(service, { clientId, kid: 'sertifikat', key: keyOf('leaf.key.pem') })
    expect((await grantWith(service, await assertion())).status).toBe(200)
    service.offset = 100 * 366 * day
    expect(await grantWith(service, await assertion())).toMatchObject(refusal('invalid_grant', 'MP-121'))
  })
})

describe('the registry of clients', () => {
  it('takes a public key as JWK or PEM, never a private one, and no other kind', async () => {
    const register = async (more: Readonly<Record<string, unknown>>): Promise<number> => service.status('POST', '/localtest/clients', { organisation: vendor, scopes: [], ...more })
    const publicPem = new X509Certificate(pem('leaf.pem')).publicKey.export({ format: 'pem', type: 'spki' })
    expect(await register({ pem: publicPem })).toBe(201)
    expect(await register({ pem: pem('leaf.key.pem') })).toBe(400)
    expect(await register({ pem: 'x' })).toBe(400)
    expect(await register({ jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } })).toBe(400)
    expect(await register({ jwk: client.key, pem: publicPem })).toBe(400)
    expect(await register({})).toBe(400)
    expect(await register({ organisation: '12', jwk: client.key })).toBe(400)
  })

  it('keeps public parts only, over restarts', async () => {
    const kept = ((await service.call('POST', '/localtest/clients', { organisation: vendor, scopes: ['altinn:correspondence.read'], jwk: { ...client.key, kid: 'lapp' } })).body as { clientId: string }).clientId
    await service.restart()
    expect((await grantWith(service, await assertionOf(service, { clientId: kept, kid: 'lapp', key: client.key }))).status).toBe(200)
    const journal = readFileSync(join(service.folder, 'effects.jsonl'), 'utf8')
    expect(journal).toContain(client.key.n)
    expect(journal).not.toContain(client.key.d)
    expect(await service.status('DELETE', `/localtest/clients/${kept}`)).toBe(204)
    expect(await grantWith(service, await assertionOf(service, { clientId: kept, kid: 'lapp', key: client.key }))).toMatchObject(refusal('invalid_grant', 'MP-100'))
    expect(((await service.call('GET', '/localtest/clients')).body as { clientId: string }[]).map(({ clientId }) => clientId)).toContain(service.altinn.client.clientId)
  })

  it('gives a client no scope it is not registered for, until it is', async () => {
    const poor = await registerClient(service, vendor, ['digdir:dialogporten'])
    const wanted = { scope: 'digdir:dialogporten altinn:correspondence.read' }
    expect(await grantWith(service, await assertionOf(service, poor, wanted))).toMatchObject(refusal('invalid_scope', 'altinn:correspondence.read'))
    await service.call('POST', '/localtest/clients', { clientId: poor.clientId, organisation: vendor, scopes: wanted.scope.split(' '), jwk: { ...poor.key, kid: poor.kid } })
    expect((await grantWith(service, await assertionOf(service, poor, wanted))).status).toBe(200)
  })
})

describe('a token of Maskinporten', () => {
  it('is described by metadata and signed with a published key', async () => {
    const issuer = `${service.altinn.maskinporten}/`
    const metadata = (await (await fetch(`${issuer}.well-known/oauth-authorization-server`)).json()) as { issuer: string; token_endpoint: string; jwks_uri: string }
    expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}token`, grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'], token_endpoint_auth_methods_supported: ['private_key_jwt'] })
    const raw = await rawToken(service, client, ['altinn:correspondence.read'], { resource: ['https://platform.altinn.no/'] })
    const { payload } = await jwtVerify(raw, createRemoteJWKSet(new URL(metadata.jwks_uri)), { issuer, currentDate: new Date(service.now) })
    expect(payload).toMatchObject({ client_id: client.clientId, client_amr: 'private_key_jwt', scope: 'altinn:correspondence.read', token_type: 'Bearer', aud: ['https://platform.altinn.no/'], consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${vendor}` } })
    expect(payload).not.toHaveProperty('authorization_details')
  })

  it('lives as long as its scopes allow: the shortest counts', async () => {
    const life = async (scope: string): Promise<number> => (await grantWith(service, await assertionOf(service, client, { scope }))).body.expires_in
    expect([await life('altinn:correspondence.read'), await life('digdir:dialogporten'), await life('digdir:dialogporten altinn:correspondence.read')]).toEqual([120, 599, 120])
    await service.status('POST', '/localtest/lifetimes', { maskinporten: 3 })
    expect(await life('altinn:correspondence.read')).toBe(3)
    expect(await service.status('POST', '/localtest/lifetimes', { maskinporten: 0 })).toBe(400)
    expect((await service.call('POST', '/localtest/lifetimes', { maskinporten: 120 })).body).toMatchObject({ maskinporten: 120, exchange: 1800 })
  })

  it('names the system user of the client\'s own system only', async () => {
    const world = { ...service.altinn.client }
    const { body } = await grantWith(service, await assertionOf(service, { ...world, key: world.key }, systemUserOf('310000108')))
    expect(claimsOf(body.access_token)['authorization_details']).toEqual([
      { type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: '0192:310000108' }, systemuser_id: ['00000007-0000-4000-8000-000000000001'], system_id: '310000124_meldingsboks' },
    ])
    expect(await grantWith(service, await assertionOf(service, client, systemUserOf('310000108')))).toMatchObject(refusal('invalid_altinn_customer_configuration', 'MP-303'))
    expect(await grantWith(service, await assertionOf(service, { ...world, key: world.key }, systemUserOf('310000108', 'ukjent')))).toMatchObject(refusal('invalid_altinn_customer_configuration', 'MP-303'))
  })

  it('comes with the time of the service, by which a client can set its own clock', async () => {
    service.offset = 3600_000
    const answer = await fetch(`${service.altinn.maskinporten}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) })
    expect(answer.status).toBe(400)
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - service.now)).toBeLessThan(60_000)
  })

  it('is refused by the exchange as if it were to blame when the register is gone', async () => {
    const raw = await rawToken(service, client, ['altinn:correspondence.read'])
    await service.status('POST', '/localtest/faults', { kind: 'register-gone', times: 1 })
    expect((await exchange(service.altinn, 'maskinporten', raw)).status).toBe(401)
    expect((await exchange(service.altinn, 'maskinporten', raw)).status).toBe(200)
  })

  it('is exchanged for one of Altinn\'s that keeps what it says and lives half an hour', async () => {
    const raw = await rawToken(service, client, ['altinn:correspondence.read'])
    const answer = await exchange(service.altinn, 'Maskinporten', raw)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const claims = claimsOf(await answer.text())
    expect(claims).toMatchObject({
      iss: `${service.altinn.platform}/authentication/api/v1/openid/`, scope: 'altinn:correspondence.read', client_id: client.clientId, consumer: { ID: `0192:${vendor}` }, 'urn:altinn:orgNumber': vendor,
      'urn:altinn:authenticatemethod': 'maskinporten', 'urn:altinn:authlevel': '3', sid: expect.any(String) as string,
    })
    expect(claims).not.toHaveProperty('client_amr')
    expect(claims).not.toHaveProperty('urn:altinn:org')
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(1800)
    const status = async (token: string, headers: Readonly<Record<string, string>> = {}): Promise<number> => (await exchange(service.altinn, 'maskinporten', token, headers)).status
    expect(await status(raw, { 'x-altinn-enterpriseuser-authentication': 'x' })).toBe(410)
    expect(await status('x')).toBe(401)
    service.offset = 121_000
    expect(await status(raw)).toBe(401)
  })
})
