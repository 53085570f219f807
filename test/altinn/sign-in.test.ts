import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AltinnClient, createAltinnClient } from '../../main/altinn/client.ts'
import type { SystemUserGrant } from '../../main/altinn/maskinporten.ts'
import type { Failure, Outcome } from '../../main/altinn/outcome.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'
import { type Reply, SmallServer } from './small-server.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = privateKey.export({ format: 'jwk' })
const scopes = ['altinn:correspondence.read', 'digdir:dialogporten']
const grant: SystemUserGrant = { clientId: 'client', kid: 'key-1', key, organisation: '310000108', scopes }
const refused = (error: string, description: string): Reply => ({ status: 400, body: { error, error_description: `${description} (trace_id: t-1)` } })

let server: SmallServer
let client: AltinnClient
let identity: IdentityTokens
/** ms since 1970 by our own clock; the service's is set apart. */
let now = Date.parse('2027-03-01T10:00:00Z')
let serverAhead = 0
let life = 1800

async function jwt(claims: Record<string, unknown>): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(Math.floor((now + serverAhead) / 1000) + life).sign(privateKey)
}

/** Maskinporten as it checks `iat`: within 10 s of its own clock (altinn3.md 1.1). */
function checkedGrant(lifetime = 120): (asked: { readonly body: string }) => Promise<Reply> {
  return async ({ body }) => {
    const { iat = 0 } = decodeJwt(new URLSearchParams(body).get('assertion') ?? '')
    const off = Math.abs(iat * 1000 - (now + serverAhead))
    if (off > 11_000) return refused('invalid_grant', 'MP-100: Invalid assertion. Client authentication failed. Issued at is not within 10 seconds')
    return { body: { access_token: await jwt({}), token_type: 'Bearer', expires_in: lifetime, scope: scopes.join(' ') } }
  }
}

beforeEach(async () => {
  now = Date.parse('2027-03-01T10:00:00Z')
  serverAhead = 0
  life = 1800
  server = await SmallServer.start()
  server.clock = () => now + serverAhead
  server.on('POST /token', checkedGrant())
  server.on('GET /authentication/api/v1/exchange/maskinporten', async () => ({ body: await jwt({ n: server.asked.length }) }))
  client = createAltinnClient({
    environment: { name: 'test', platform: server.base, maskinporten: { issuer: `${server.base}/`, token: `${server.base}/token` } },
    userAgent: 'test',
    now: () => now,
    sleep: () => Promise.resolve(),
    limits: { breakAfter: 1000 },
  })
  identity = client.systemUser('a', grant)
})
afterEach(async () => {
  await client.close()
  await server.close()
})

const failureOf = (outcome: Outcome<unknown>): Failure => {
  if (outcome.ok) throw new Error('A failure was expected')
  return outcome.failure
}
const exchangePath = '/authentication/api/v1/exchange/maskinporten'

describe('a refusal of Maskinporten is told as what to do about it', () => {
  it.each([
    ['wrong-key', 'MP-100', refused('invalid_grant', 'MP-100: Invalid assertion. Client authentication failed. Invalid JWT signature.')],
    ['wrong-key', 'MP-100', refused('invalid_grant', 'MP-100: Invalid assertion. Client authentication failed.')],
    ['other-client-key', 'MP-100', refused('invalid_grant', 'MP-100: Invalid assertion. Client authentication failed. Unknown key identifier (kid)')],
    ['unknown-client', 'MP-100', refused('invalid_grant', 'MP-100: Invalid assertion. Client not found')],
    ['wrong-issuer', 'MP-110', refused('invalid_grant', 'MP-110: Invalid JWT claim aud')],
    ['invalid-certificate', 'MP-120', refused('invalid_grant', 'MP-120: The JWT is signed with an invalid certificate')],
    ['expired-certificate', 'MP-120', refused('invalid_grant', 'MP-120: The certificate has expired')],
    ['expired-key', 'MP-121', refused('invalid_grant', 'MP-121: Expired key')],
    ['no-system-user', 'MP-303', refused('invalid_altinn_customer_configuration', 'MP-303: System user not found')],
    ['no-system-user', 'HTTP 400 maskinporten/token invalid_altinn_customer_configuration', refused('invalid_altinn_customer_configuration', 'Not found')],
    ['wrong-organisation', 'HTTP 400 maskinporten/token invalid_request', refused('invalid_request', 'Invalid organisation number in systemuser_org')],
    ['refused', 'HTTP 403 maskinporten/token', { status: 403, body: 'no' }],
  ])('%s (%s)', async (code, supportCode, reply) => {
    server.on('POST /token', () => reply)
    const { kind, signIn } = failureOf(await identity.altinnToken())
    expect({ kind, code: signIn?.code, supportCode: signIn?.supportCode }).toEqual({ kind: 'token', code, supportCode })
    expect(identity.state()).toMatchObject({ state: 'sign-in', problem: { code } })
  })

  it('a scope that was not granted is named', async () => {
    server.on('POST /token', () => refused('invalid_scope', 'Client is not authorized for scope(s) digdir:dialogporten'))
    expect(failureOf(await identity.altinnToken()).signIn).toMatchObject({ code: 'scope-not-granted', scopes: ['digdir:dialogporten'], traceId: 't-1' })
    server.on('POST /token', () => refused('invalid_scope', 'no such scope'))
    expect(failureOf(await identity.altinnToken()).signIn).toMatchObject({ scopes })
  })

  it('a system user that is gone after it worked was taken away', async () => {
    expect(await identity.altinnToken()).toMatchObject({ ok: true })
    now += 2_000_000
    server.on('POST /token', () => refused('invalid_altinn_customer_configuration', 'MP-303'))
    expect(failureOf(await identity.altinnToken()).signIn?.code).toBe('revoked')
    expect(failureOf(await client.systemUser('b', grant, true).altinnToken()).signIn?.code).toBe('revoked')
  })

  it('a token for another organisation is none of ours', async () => {
    server.on('POST /token', async () => ({ body: { access_token: await jwt({ authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: '0192:974761076' } }] }), expires_in: 120 } }))
    expect(failureOf(await identity.altinnToken()).signIn?.code).toBe('wrong-organisation')
    expect(server.count(exchangePath)).toBe(0)
  })

  it('nothing that was sent or said is repeated', async () => {
    server.on('POST /token', ({ body }) => refused('invalid_grant', `MP-100 ${new URLSearchParams(body).get('assertion') ?? ''} 12057900028`))
    expect(JSON.stringify(failureOf(await identity.altinnToken()))).not.toMatch(/eyJ|12057900028/)
  })
})

describe('what is down, and what is not the service at all', () => {
  it.each<readonly [string, string, string, Reply]>([
    ['maskinporten-down', 'server', '/token', { status: 503 }],
    ['captive-portal', 'captive-portal', '/token', { status: 302, headers: { location: 'http://login.hotel.example/' } }],
    ['captive-portal', 'captive-portal', '/token', { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Wi-Fi</title>' }],
    ['captive-portal', 'captive-portal', '/token', { status: 511, body: '<html>' }],
    ['altinn-down', 'server', exchangePath, { status: 502 }],
    ['altinn-down', 'throttled', exchangePath, { status: 429, headers: { 'retry-after': '7' } }],
    ['captive-portal', 'captive-portal', exchangePath, { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('%s (%s) at %s', async (code, kind, path, reply) => {
    server.on(`${path === '/token' ? 'POST' : 'GET'} ${path}`, () => reply)
    const reason = failureOf(await identity.altinnToken())
    expect({ kind: reason.kind, code: reason.signIn?.code }).toEqual({ kind, code })
    expect(identity.state()).toMatchObject({ state: 'waiting', problem: { passing: true } })
  })

  it('no connection, with the system\'s code', async () => {
    await server.close()
    const { kind, signIn } = failureOf(await identity.altinnToken())
    expect({ kind, code: signIn?.code }).toEqual({ kind: 'unreachable', code: 'no-connection' })
    expect(signIn?.supportCode).toContain('maskinporten/token')
    server = await SmallServer.start()
  })

  it('an exchange that refuses twice is told as such; once is an outage that passes', async () => {
    let refusals = 1
    server.on(`GET ${exchangePath}`, async () => (refusals-- > 0 ? { status: 401 } : { body: await jwt({}) }))
    expect(await identity.altinnToken()).toMatchObject({ ok: true })
    refusals = 2
    expect(failureOf(await client.systemUser('b', grant).altinnToken()).signIn).toMatchObject({ code: 'exchange-refused', supportCode: 'HTTP 401 exchange/maskinporten' })
  })
})

describe('the clock', () => {
  it.each([[3600], [-3600], [-40_000], [40_000], [8]])('of the service %i s ahead is measured and corrected for', async (seconds) => {
    serverAhead = seconds * 1000
    expect(await identity.altinnToken()).toMatchObject({ ok: true })
    expect(server.count('/token')).toBe(Math.abs(seconds) > 10 ? 2 : 1)
    expect(Math.abs((identity.state().clockOffsetMs ?? 0) - serverAhead)).toBeLessThan(1500)
    // What was learnt is used from the start the next time.
    now += 1_790_000
    expect(await identity.altinnToken()).toMatchObject({ ok: true })
    expect(server.count('/token')).toBe(Math.abs(seconds) > 10 ? 3 : 2)
  })

  it.each([[86_400 * 3], [-86_400]])('%i s off is told instead', async (seconds) => {
    serverAhead = seconds * 1000
    expect(failureOf(await identity.altinnToken()).signIn).toMatchObject({ code: 'clock', supportCode: 'MP-100' })
    expect(identity.state()).toMatchObject({ state: 'sign-in' })
  })

  it('is not learnt from a page of the network', async () => {
    server.on('POST /token', () => ({ status: 302, headers: { location: 'http://hotel.example/', date: 'Thu, 01 Jan 2015 00:00:00 GMT' } }))
    await identity.altinnToken()
    expect(identity.state().clockOffsetMs).toBeNull()
  })

  it('an expiry is read by the service\'s clock', async () => {
    serverAhead = -7_200_000
    await identity.altinnToken()
    now += 1_200_000
    await identity.altinnToken()
    expect(server.count(exchangePath)).toBe(1)
    now += 400_000
    await identity.altinnToken()
    expect(server.count(exchangePath)).toBe(2)
  })
})

describe('the life of a token', () => {
  const list = { resourceId: 'skd-brev', onBehalfOf: 'urn:altinn:organization:identifier-no:310000108' }
  it('is renewed before its end; an outage meanwhile is not noticed, nor asked about at every call', async () => {
    server.on('GET /correspondence/api/v1/correspondence', () => ({ body: { ids: [] } }))
    expect(await client.listCorrespondences(identity, list)).toMatchObject({ ok: true })
    server.on(`GET ${exchangePath}`, () => ({ status: 503 }))
    now += 1_600_000
    for (let call = 0; call < 5; call += 1) expect(await client.listCorrespondences(identity, list)).toMatchObject({ ok: true })
    expect(server.count(exchangePath)).toBe(2)
    expect(identity.state()).toMatchObject({ state: 'waiting', problem: { code: 'altinn-down' } })
    now += 190_000
    server.on(`GET ${exchangePath}`, async () => ({ body: await jwt({}) }))
    expect(await client.listCorrespondences(identity, list)).toMatchObject({ ok: true })
    expect(identity.state()).toMatchObject({ state: 'signed-in', problem: null })
  })

  it('a refusal by Maskinporten ends a token at its renewal although it is still good', async () => {
    await identity.altinnToken()
    now += 1_600_000
    server.on('POST /token', () => refused('invalid_altinn_customer_configuration', 'MP-303'))
    expect(failureOf(await identity.altinnToken()).signIn?.code).toBe('revoked')
  })

  it('many callers wait for one renewal', async () => {
    await Promise.all(Array.from({ length: 30 }, () => identity.altinnToken()))
    expect([server.count('/token'), server.count(exchangePath)]).toEqual([1, 1])
  })

  it('a token that is refused though it was just renewed asks for a new sign-in, until one is taken', async () => {
    server.on('GET /correspondence/api/v1/correspondence', () => ({ status: 401 }))
    expect(failureOf(await client.listCorrespondences(identity, list)).kind).toBe('token')
    expect(server.count(exchangePath)).toBe(2)
    expect(identity.state()).toMatchObject({ state: 'sign-in', problem: { code: 'token-refused' } })
    server.on('GET /correspondence/api/v1/correspondence', () => ({ body: { ids: [] } }))
    await client.listCorrespondences(identity, list)
    expect(identity.state()).toMatchObject({ state: 'signed-in', problem: null })
  })
})

describe('the assertion', () => {
  const header = (): Record<string, unknown> => ({ ...decodeProtectedHeader(new URLSearchParams(server.asked.find(({ path }) => path === '/token')?.body).get('assertion') ?? '') })
  it('names its key by certificate or by key id, never by both', async () => {
    await client.systemUser('x', { ...grant, key: { ...key, x5c: ['AAAA', 'BBBB'] } }).altinnToken()
    expect(header()).toEqual({ alg: 'RS256', typ: 'JWT', x5c: ['AAAA', 'BBBB'] })
    server.asked.length = 0
    await client.systemUser('y', grant).altinnToken()
    expect(header()).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  })

  it('of the client itself is for no organisation, and its token is tried in both kinds', async () => {
    const vendor = client.vendor('v', { ...grant, scopes: ['altinn:authentication/systemuser.request.read'] })
    const id = '00000001-0000-4000-8000-00000000000a'
    const path = `/authentication/api/v1/systemuser/request/vendor/${id}`
    const tokens: unknown[] = []
    server.on(`GET ${path}`, ({ headers }) => {
      tokens.push(headers.authorization)
      return tokens.length === 1 ? { status: 401 } : { body: { id, systemId: '310000108_x', partyOrgNo: '310000108', status: 'New', confirmUrl: 'https://evil.example/' } }
    })
    expect(await client.systemUserRequest(vendor, 'standard', id)).toMatchObject({ ok: true, value: { status: 'New', confirmUrl: null } })
    expect(decodeJwt(new URLSearchParams(server.asked[0]?.body).get('assertion') ?? '')).not.toHaveProperty('authorization_details')
    expect(new Set(tokens).size).toBe(2)
    expect(server.count(exchangePath)).toBe(1)
  })
})
