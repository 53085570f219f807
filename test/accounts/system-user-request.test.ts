import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealedSession } from '../../main/accounts/person-shelf.ts'
import { sealedMemory } from '../../main/accounts/request-memory.ts'
import { problemOf } from '../../main/accounts/sign-in-check.ts'
import { pollRules, SystemUserApproval } from '../../main/accounts/system-user-request.ts'
import { type AltinnClient, createAltinnClient, type NewSystemUserRequest } from '../../main/altinn/client.ts'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { SmallServer } from '../altinn/small-server.ts'

const base = '/authentication/api/v1/systemuser/request/vendor'
const id = '00000001-0000-4000-8000-00000000000a'
const wanted: NewSystemUserRequest = { kind: 'standard', systemId: '310000108_brev', partyOrgNo: '310000108', resources: ['skd-brev'], accessPackages: ['urn:altinn:accesspackage:post'] }

let server: SmallServer
let client: AltinnClient
let folder = ''
let keys: ProfileKeys
let status = 'New'
const waits: number[] = []
const accountUuid = randomUUID()

const request = (): Record<string, unknown> => ({ id, systemId: wanted.systemId, partyOrgNo: wanted.partyOrgNo, status, confirmUrl: `${server.base}/approve?id=${id}` })
/** As after a restart: nothing but what is on disk. */
const approval = (): SystemUserApproval =>
  new SystemUserApproval(client, client.vendor('v', { clientId: 'c', kid: 'k', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), scopes: ['x'] }), sealedMemory(folder, keys, accountUuid), () => 5)
const sleep = (ms: number): Promise<void> => {
  waits.push(ms)
  return Promise.resolve()
}

beforeEach(async () => {
  status = 'New'
  waits.length = 0
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-request-'))
  keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
  server = await SmallServer.start()
  server.on('POST /token', () => ({ body: { access_token: 'raw.raw.raw', expires_in: 120 } }))
  server.on(`POST ${base}`, () => ({ status: 201, body: request() }))
  server.on(`GET ${base}/${id}`, () => ({ body: request() }))
  server.on(`DELETE ${base}/${id}`, () => ({ status: 202, body: '' }))
  client = createAltinnClient({ environment: { name: 'test', platform: server.base, maskinporten: { issuer: `${server.base}/`, token: `${server.base}/token` }, accessManagementUi: server.base }, userAgent: 'x', sleep: () => Promise.resolve(), limits: { breakAfter: 1000 } })
})
afterEach(async () => {
  await client.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

describe('a system user is asked for', () => {
  it('with what the service wants, and where to approve it is told', async () => {
    expect(await approval().ask(wanted)).toMatchObject({ ok: true, value: { id, status: 'New', confirmUrl: `${server.base}/approve?id=${id}` } })
    expect(JSON.parse(server.asked.find(({ path }) => path === base)?.body ?? '')).toEqual({
      systemId: '310000108_brev', partyOrgNo: '310000108', rights: [{ resource: [{ id: 'urn:altinn:resource', value: 'skd-brev' }] }], accessPackages: [{ urn: 'urn:altinn:accesspackage:post' }],
    })
  })

  it('is waited for with growing pauses, over a restart and an outage, until it is approved', async () => {
    await approval().ask(wanted)
    let looks = 0
    server.on(`GET ${base}/${id}`, () => {
      looks += 1
      if (looks <= 5) return { status: 503 }
      if (looks > 20) status = 'Accepted'
      return { body: request() }
    })
    const after = approval()
    expect(await after.pending()).toMatchObject({ id, askedAt: 5 })
    expect(await after.wait({ sleep })).toMatchObject({ end: 'accepted', request: { id, status: 'Accepted' } })
    expect(waits[0]).toBe(pollRules.firstMs)
    expect(waits.at(-1)).toBe(pollRules.longestMs)
    expect(await approval().pending()).toBeNull()
    expect(server.count(base)).toBe(1)
  })

  it.each([['Rejected', 'refused'], ['Denied', 'refused'], ['Timedout', 'timed-out']])('%s is told once and forgotten: %s', async (answer, end) => {
    await approval().ask(wanted)
    status = answer
    expect(await approval().look()).toMatchObject({ end })
    expect(await approval().look()).toBeNull()
  })

  it('whoever stops waiting finds it again', async () => {
    await approval().ask(wanted)
    const stop = new AbortController()
    expect(await approval().wait({ signal: stop.signal, sleep, seen: () => { stop.abort() } })).toMatchObject({ end: 'waiting', request: { id } })
    expect(await approval().look()).toMatchObject({ end: 'waiting' })
  })

  it('what does not pass by itself ends the waiting but forgets nothing', async () => {
    await approval().ask(wanted)
    server.on(`GET ${base}/${id}`, () => ({ status: 403 }))
    expect(await approval().wait({ sleep })).toMatchObject({ end: 'failed', failure: { kind: 'no-access' } })
    expect(await approval().pending()).toMatchObject({ id })
  })

  it('an answer that was lost is asked for again and is the same request', async () => {
    server.on(`POST ${base}`, () => ({ status: 500 }))
    expect(await approval().ask(wanted)).toMatchObject({ ok: false, failure: { effect: 'unknown' } })
    expect(await approval().pending()).toBeNull()
    server.on(`POST ${base}`, () => ({ status: 200, body: request() }))
    expect(await approval().ask(wanted)).toMatchObject({ ok: true, value: { id } })
  })

  it('is taken back', async () => {
    await approval().ask(wanted)
    expect(await approval().withdraw()).toMatchObject({ ok: true })
    expect([await approval().pending(), await approval().withdraw()]).toEqual([null, null])
    expect(server.asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })
})

describe('a request that is refused', () => {
  const refused = (code: string) => () => ({ status: 400, body: { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'x', code, traceId: '00-ab-cd-00' } })

  it.each([
    ['AUTH-00004', 'system-user-exists'], ['AUTH-00006', 'system-user-exists'], ['AUTH-00011', 'unknown-system'], ['AUTH-00001', 'rights-not-offered'], ['AUTH-00052', 'rights-not-offered'], ['AUTH-00000', 'wrong-organisation'],
  ])('%s says what to do: %s', async (code, meaning) => {
    server.on(`POST ${base}`, refused(code))
    const asked = await approval().ask(wanted)
    expect(asked).toMatchObject({ ok: false, failure: { problemCode: code, signIn: { code: meaning, supportCode: code, traceId: '00-ab-cd-00' } } })
    expect(await approval().pending()).toBeNull()
  })

  it('of another vendor\'s system is an unknown system, and a code nobody knows is told for support', async () => {
    server.on(`POST ${base}`, () => ({ status: 403 }))
    expect(await approval().ask(wanted)).toMatchObject({ ok: false, failure: { signIn: { code: 'unknown-system', supportCode: 'HTTP 403 systemuser/request/vendor' } } })
    server.on(`POST ${base}`, refused('AUTH-00021'))
    const asked = await approval().ask(wanted)
    expect(asked.ok ? null : problemOf('systemuser/request', asked.failure)).toEqual({ kind: 'no-access', supportCode: 'HTTP 400 AUTH-00021 systemuser/request', traceId: '00-ab-cd-00' })
  })

  it.each([['AUTH-00009', 'Rejected'], ['AUTH-00008', 'Denied']])('%s: one of before that nobody remembers is taken back, and the next takes its place', async (code, before) => {
    let stands = true
    server.on(`POST ${base}`, () => (stands ? refused(code)() : { status: 201, body: request() }))
    server.on(`GET ${base}/byexternalref/${wanted.systemId}/${wanted.partyOrgNo}/${wanted.partyOrgNo}`, () => ({ body: { ...request(), status: before } }))
    server.on(`DELETE ${base}/${id}`, () => {
      stands = false
      return { status: 202, body: '' }
    })
    expect(await approval().ask(wanted)).toMatchObject({ ok: true, value: { id, status: 'New' } })
    expect(await approval().pending()).toMatchObject({ id })
  })

  it('stays refused where the one of before is not found, or waits still', async () => {
    server.on(`POST ${base}`, refused('AUTH-00009'))
    expect(await approval().ask(wanted)).toMatchObject({ ok: false, failure: { signIn: { code: 'request-stands' } } })
    server.on(`GET ${base}/byexternalref/${wanted.systemId}/${wanted.partyOrgNo}/${wanted.partyOrgNo}`, () => ({ body: request() }))
    expect(await approval().ask(wanted)).toMatchObject({ ok: false, failure: { signIn: { code: 'request-stands' } } })
    expect(server.asked.some(({ method }) => method === 'DELETE')).toBe(false)
  })
})

describe('what is kept of it', () => {
  it('is unreadable on disk', async () => {
    await approval().ask(wanted)
    const sealed = readFileSync(join(folder, 'secrets.sealed'), 'utf8')
    expect(sealed).not.toContain(id)
    expect(sealed).not.toContain('approve')
  })

  it('a person\'s login is kept until it is over', async () => {
    let now = 1000
    const shelf = sealedSession(folder, keys, accountUuid, () => now)
    expect(await shelf.get()).toBeNull()
    await shelf.put({ accessToken: 'secret-access', expiresAt: 5000, refreshToken: null, endsAt: null })
    expect(await shelf.get()).toMatchObject({ accessToken: 'secret-access' })
    expect(readFileSync(join(folder, 'secrets.sealed'), 'utf8')).not.toContain('secret-access')
    now = 6000
    expect(await shelf.get()).toBeNull()
    await shelf.put({ accessToken: 'a', expiresAt: 5000, refreshToken: 'r', endsAt: 9000 })
    expect(await shelf.get()).toMatchObject({ refreshToken: 'r', endsAt: 9000 })
    await shelf.remove()
    expect(await shelf.get()).toBeNull()
  })
})
