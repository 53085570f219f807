import { generateKeyPairSync } from 'node:crypto'
import { createServer as createProxy } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import forge from 'node-forge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AltinnClient, createAltinnClient } from '../../main/altinn/client.ts'
import { parseEnvironment } from '../../main/altinn/environment-file.ts'
import { type Environment, environments, isTest, webInbox } from '../../main/altinn/environment.ts'
import { HostList } from '../../main/altinn/hosts.ts'
import { Http } from '../../main/altinn/http.ts'
import { defaultLimits } from '../../main/altinn/limits.ts'
import type { IdentityTokens } from '../../main/altinn/tokens.ts'
import { SmallServer } from './small-server.ts'

const hostile = [
  'https://platform.tt02.altinn.no.evil.example/',
  'https://evil.example/platform.tt02.altinn.no/',
  'https://platform.tt02.altinn.no@evil.example/',
  'https://user:pass@platform.tt02.altinn.no/',
  'https://platform.tt02.altinn.no:8443/',
  'http://platform.tt02.altinn.no/',
  'https://platform.altinn.no/',
  'https://evil.example\\@platform.tt02.altinn.no/',
  '//evil.example/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'https://platform.tt02.altinn.nо/',
  '',
]

describe('the hosts of an environment', () => {
  const hosts = new HostList(environments.tt02)
  it.each(hostile)('%s is none of them', (url) => {
    expect([hosts.mayAsk(url), hosts.isLoginPage(url), hosts.approvalPage(url), hosts.nextPage(url)]).toEqual([false, false, null, null])
  })

  it('are each for their own purpose', () => {
    const asked = ['https://platform.tt02.altinn.no/x', 'https://test.maskinporten.no/token', 'https://test.idporten.no/token', 'https://login.test.idporten.no/authorize', 'https://am.ui.tt02.altinn.no/accessmanagement/ui/systemuser/request?id=1']
    expect(asked.map((url) => hosts.mayAsk(url))).toEqual([true, true, true, false, false])
    expect(asked.map((url) => hosts.isLoginPage(url))).toEqual([false, false, true, true, false])
    expect(asked.map((url) => hosts.approvalPage(url) !== null)).toEqual([false, false, false, false, true])
    expect(asked.map((url) => hosts.nextPage(url) !== null)).toEqual([true, false, false, false, false])
    expect(new HostList(environments.prod).mayAsk('https://platform.tt02.altinn.no/x')).toBe(false)
  })
})

describe('an environment file', () => {
  it('takes what it leaves out from the preset of its platform', () => {
    expect(parseEnvironment({ name: 'tt02', platform: 'https://platform.tt02.altinn.no', maskinporten: environments.tt02.maskinporten, idporten: { issuer: 'https://test.idporten.no', clientId: 'c' } })).toEqual({ ...environments.tt02, idporten: { ...environments.tt02.idporten, clientId: 'c' } })
    expect(parseEnvironment({ platform: 'https://p.example', maskinporten: 'https://m.example' })).not.toHaveProperty('idporten')
    for (const one of Object.values(environments)) expect(parseEnvironment(JSON.parse(JSON.stringify(one)))).toEqual(one)
  })

  it('is a test but for production', () => {
    expect([isTest(environments.tt02), isTest(environments.prod), isTest({ platform: 'http://127.0.0.1:1' })]).toEqual([true, false, true])
    expect([webInbox(environments.prod), webInbox({ ...environments.tt02, webInbox: 'https://own.example' })]).toEqual(['https://af.altinn.no', 'https://own.example'])
  })

  const base = { platform: 'https://p.example', maskinporten: 'https://m.example' }
  it.each([
    [{ idporten: { issuer: 'http://i.example' } }, '"idporten.issuer": must begin with https'],
    [{ accessManagementUi: 'https://u@a.example' }, '"accessManagementUi": must not hold a user name'],
    [{ extraCa: 'no certificate' }, '"extraCa": must hold certificates'],
    [{ extraCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, '"extraCa": holds a certificate that cannot be read'],
    [{ proxy: 'socks://x' }, '"proxy": must be'],
    [{ proxy: 'http://u:p@x' }, '"proxy": must be http://host:port'],
    [{ subscriptionKey: 'a\r\nb' }, '"subscriptionKey": must be'],
  ])('%o is refused with a reason', (more, reason) => {
    expect(() => parseEnvironment({ ...base, ...more })).toThrow(reason)
  })
  it('a proxy may be named', () => {
    expect(parseEnvironment({ ...base, proxy: 'http://proxy.example:3128' }).proxy).toEqual({ url: 'http://proxy.example:3128' })
    expect(parseEnvironment({ ...base, proxy: { url: 'http://proxy.example:3128' } }).proxy).toEqual({ url: 'http://proxy.example:3128' })
    expect(parseEnvironment({ ...base, proxy: 'none' }).proxy).toBe('none')
  })
})

describe('addresses in answers', () => {
  let server: SmallServer
  let trap: SmallServer
  let client: AltinnClient
  const identity: IdentityTokens = {
    id: 'a',
    altinnToken: () => Promise.resolve({ ok: true, value: 'secret-token', exchange: { beganAt: 0, endedAt: 0, serverDateAt: null } }),
    invalidate: () => undefined,
    settled: () => undefined,
    state: () => ({ state: 'signed-in', problem: null, endsAt: null, clockOffsetMs: null }),
  }
  const party = (n: number) => ({ partyUuid: `00000001-0000-4000-8000-00000000000${String(n)}`, name: `P${String(n)}`, type: 'Organization', organizationNumber: '310000108', unitType: null })
  const path = '/accessmanagement/api/v1/enduser/authorizedparties'
  beforeEach(async () => {
    server = await SmallServer.start()
    trap = await SmallServer.start()
    client = createAltinnClient({ environment: { name: 'test', platform: server.base, maskinporten: { issuer: `${server.base}/`, token: `${server.base}/token` }, accessManagementUi: server.base }, userAgent: 'x', sleep: () => Promise.resolve() })
  })
  afterEach(async () => {
    await client.close()
    await server.close()
    await trap.close()
  })

  it('a next page at another host is not asked for, and the list is not taken for whole', async () => {
    server.on(`GET ${path}`, () => ({ body: { links: { next: `${trap.base}/more` }, data: [[party(1)]] } }))
    expect(await client.authorizedParties(identity)).toMatchObject({ ok: false, failure: { kind: 'unexpected-content' } })
    expect(trap.asked).toEqual([])
  })

  it('a list that leads back to itself ends', async () => {
    server.on(`GET ${path}`, () => ({ body: { links: { next: `${server.base}${path}?page=2` }, data: [party(1)] } }))
    expect(await client.authorizedParties(identity)).toMatchObject({ ok: false })
    expect(server.count(path)).toBe(2)
  })

  it('pages of the platform are joined, whatever form they come in', async () => {
    server.on(`GET ${path}`, ({ query }) => ({ body: query.get('page') === '2' ? [party(2)] : { links: { next: `${server.base}${path}?page=2` }, data: [[{ ...party(1), authorizedAccessPackages: ['post'], subunits: [party(3)] }]] } }))
    const outcome = await client.authorizedParties(identity)
    expect(outcome.ok && outcome.value.map(({ name, parent, packages }) => [name, parent, packages])).toEqual([
      ['P1', null, ['post']], ['P3', 'urn:altinn:organization:identifier-no:310000108', []], ['P2', null, []],
    ])
  })

  it('a redirect to another host is not followed, and told as the network\'s', async () => {
    server.on(`GET ${path}`, () => ({ status: 302, headers: { location: `${trap.base}/login` } }))
    expect(await client.authorizedParties(identity)).toMatchObject({ ok: false, failure: { kind: 'captive-portal' } })
    server.on(`GET ${path}`, () => ({ status: 302, headers: { location: `${server.base}/login` } }))
    expect(await client.authorizedParties(identity)).toMatchObject({ ok: false, failure: { kind: 'unexpected-content' } })
    expect(trap.asked).toEqual([])
  })

  it.each(['https://evil.example/approve', 'javascript:alert(1)', 'not an address'])('%s is no approval page', async (confirmUrl) => {
    server.on('POST /authentication/api/v1/systemuser/request/vendor/agent', () => ({ status: 201, body: { id: '00000001-0000-4000-8000-00000000000A', systemId: 's', partyOrgNo: '310000108', status: 'New', confirmUrl } }))
    const made = await client.createSystemUserRequest(identity, { kind: 'agent', systemId: 's', partyOrgNo: '310000108', resources: [], accessPackages: ['urn:altinn:accesspackage:x'] })
    expect(made).toMatchObject({ ok: true, value: { id: '00000001-0000-4000-8000-00000000000a', confirmUrl: null } })
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ systemId: 's', partyOrgNo: '310000108', accessPackages: [{ urn: 'urn:altinn:accesspackage:x' }] })
  })

  it('nothing at all leaves for another host', async () => {
    const environment: Environment = client.environment
    const http = new Http({ environment, limits: defaultLimits, userAgent: 'x' })
    expect(await http.text({ route: 'x', method: 'POST', url: `${trap.base}/token`, body: 'assertion=secret', token: 'secret' })).toMatchObject({ failure: { kind: 'unexpected-content' } })
    expect(trap.asked).toEqual([])
    await http.close()
  })
})

describe('the way there', () => {
  /** A certificate of nobody's for 127.0.0.1. */
  function selfSigned(): { readonly key: string; readonly cert: string } {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.setRsaPublicKey(forge.pki.privateKeyFromPem(key).n, forge.pki.privateKeyFromPem(key).e)
    certificate.serialNumber = '01'
    certificate.validity.notBefore = new Date(Date.now() - 86_400_000)
    certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
    const subject = [{ name: 'commonName', value: 'own.test' }]
    certificate.setSubject(subject)
    certificate.setIssuer(subject)
    certificate.setExtensions([{ name: 'basicConstraints', cA: true }, { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }, { type: 2, value: 'own.test' }] }])
    certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create())
    return { key, cert: forge.pki.certificateToPem(certificate) }
  }

  it('a certificate of the profile\'s own is trusted in this profile only', async () => {
    const { key, cert } = selfSigned()
    const service = createTls({ key, cert }, (_request, response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_request"}'))
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
    const base = `https://127.0.0.1:${String((service.address() as AddressInfo).port)}`
    const environment: Environment = { name: 'x', platform: base, maskinporten: { issuer: `${base}/`, token: `${base}/token` } }
    const ask = async (own: Environment): Promise<string | undefined> => {
      const client = createAltinnClient({ environment: own, userAgent: 'x' })
      const outcome = await client.grant({ clientId: 'c', kid: 'k', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), organisation: '310000108', scopes: ['x'] })
      await client.close()
      return outcome.ok ? 'ok' : outcome.failure.signIn?.code
    }
    expect(await ask(environment)).toBe('untrusted-connection')
    expect(await ask({ ...environment, extraCa: cert })).toBe('refused')
    expect(await ask(environment)).toBe('untrusted-connection')
    service.closeAllConnections()
    service.close()
  })

  it('the system\'s proxy is asked, its NO_PROXY kept, and this machine reached without it', async () => {
    const through: string[] = []
    const proxy = createProxy((_request, response) => response.writeHead(500).end()).on('connect', (request, socket) => {
      through.push(request.url ?? '')
      const target = connect(9, '127.0.0.1')
      target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`
    const environment: Environment = { name: 'x', platform: 'https://platform.invalid', maskinporten: { issuer: 'https://m.invalid/', token: 'https://m.invalid/token' } }
    const ask = async (own: Environment, proxyFor?: (url: string) => Promise<string | null>): Promise<void> => {
      const http = new Http({ environment: own, limits: { ...defaultLimits, connectMs: 500 }, userAgent: 'x', proxyFor })
      expect(await http.text({ route: 'x', method: 'GET', url: `${own.platform}/x` })).toMatchObject({ failure: { kind: 'unreachable' } })
      await http.close()
    }
    const before = { https: process.env['HTTPS_PROXY'], no: process.env['NO_PROXY'] }
    const set = (name: string, value: string | undefined): void => {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
    try {
      set('HTTPS_PROXY', url)
      set('NO_PROXY', undefined)
      await ask(environment)
      expect(through).toEqual(['platform.invalid:443'])
      set('NO_PROXY', 'platform.invalid')
      await ask(environment)
      expect(through).toHaveLength(1)
      set('HTTPS_PROXY', undefined)
      await ask({ ...environment, proxy: { url } })
      await ask(environment, () => Promise.resolve(url))
      expect(through).toHaveLength(3)
      await ask({ ...environment, proxy: 'none' }, () => Promise.resolve(url))
      await ask(environment, () => Promise.resolve(null))
      expect(through).toHaveLength(3)
    } finally {
      set('HTTPS_PROXY', before.https)
      set('NO_PROXY', before.no)
      proxy.closeAllConnections()
      proxy.close()
    }
  })
})
