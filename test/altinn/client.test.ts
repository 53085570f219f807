import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { parseEnvironment } from '../../main/altinn/environment-file.ts'
import { type Environment, environments, isLoopback } from '../../main/altinn/environment.ts'
import { retryAfterMs } from '../../main/altinn/retry-after.ts'
import { Limiter } from '../../main/altinn/limiter.ts'
import { defaultLimits } from '../../main/altinn/limits.ts'
import { assertionOf } from '../../main/altinn/maskinporten.ts'
import { bareToken } from '../../main/altinn/tokens.ts'
import { TestServer } from './server.ts'

let server: TestServer | null = null
const start = async (...options: Parameters<typeof TestServer.start>): Promise<TestServer> => {
  server = await TestServer.start(...options)
  return server
}
afterEach(async () => {
  await server?.close()
  server = null
})
const id = '00000001-0000-4000-8000-000000000001'
const list = { resourceId: 'skd-brev', onBehalfOf: 'urn:altinn:organization:identifier-no:310000108' }
const ids = { 'content-type': 'application/json' }

describe('addresses of an environment', () => {
  it('are read from a file, with a Maskinporten base or both of its addresses', () => {
    const expected: Environment = { name: 'own', platform: 'https://p.example', maskinporten: { issuer: 'https://m.example/x/', token: 'https://m.example/x/token' } }
    expect(parseEnvironment({ platform: 'https://p.example/', maskinporten: 'https://m.example/x' })).toEqual(expected)
    expect(parseEnvironment({ name: 'own', platform: 'https://p.example', maskinporten: { issuer: 'https://m.example/x', token: 'https://m.example/x/token' } })).toEqual(expected)
  })

  it.each([
    ['nothing', null, 'JSON object'],
    ['no platform', { maskinporten: 'https://m.example' }, '"platform"'],
    ['plain HTTP to another machine', { platform: 'http://p.example', maskinporten: 'https://m.example' }, 'https'],
    ['a user name', { platform: 'https://u:p@p.example', maskinporten: 'https://m.example' }, 'user name'],
    ['a query', { platform: 'https://p.example?x', maskinporten: 'https://m.example' }, '? or #'],
    ['another scheme', { platform: 'file:///etc', maskinporten: 'https://m.example' }, 'https'],
    ['a name that is none', { name: 'A B', platform: 'https://p.example', maskinporten: 'https://m.example' }, '"name"'],
  ])('%s is refused with a reason', (_, json, sentence) => {
    expect(() => parseEnvironment(json)).toThrow(sentence)
  })

  it('know whether they are on this machine', () => {
    expect(isLoopback(environments.tt02)).toBe(false)
    expect(isLoopback(parseEnvironment({ platform: 'http://127.0.0.1:1', maskinporten: 'http://127.0.0.1:1' }))).toBe(true)
    expect(isLoopback(parseEnvironment({ platform: 'http://127.0.0.1:1', maskinporten: 'https://m.example' }))).toBe(false)
  })
})

describe('the assertion of a grant', () => {
  it('has exactly the claims that Maskinporten knows', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(200, ids).end('{"ids":[]}'))
    await one.client.listCorrespondences(one.identity, list)
    const form = new URLSearchParams(one.asked.find((asked) => asked.path === '/token')?.body)
    const assertion = form.get('assertion') ?? ''
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })
    const claims = decodeJwt(assertion)
    expect(Object.keys(claims).sort()).toEqual(['aud', 'authorization_details', 'exp', 'iat', 'iss', 'jti', 'scope'])
    expect(claims).toMatchObject({ aud: `${one.platform}/`, iss: 'client', authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: '0192:310000108' } }] })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(120)
  })

  it('never asks for the scope that would make us the sender', async () => {
    const grant = { clientId: 'c', kid: 'k', key: {}, organisation: '310000108', scopes: ['altinn:correspondence.write'] }
    await expect(assertionOf(grant, environments.tt02, defaultLimits, 0)).rejects.toThrow('must never be asked for')
  })

  it('an exchanged token may come in quotation marks, and nothing else is one', () => {
    expect([bareToken('"a.b.c"\n'), bareToken('a.b.c'), bareToken('<html>'), bareToken('')]).toEqual(['a.b.c', 'a.b.c', null, null])
  })
})

describe('tokens', () => {
  it('many waiting callers share one renewal', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(200, ids).end('{"ids":[]}'))
    await Promise.all(Array.from({ length: 8 }, () => one.client.listCorrespondences(one.identity, list)))
    expect(one.tokens).toBe(1)
  })

  it('one about to expire is renewed before the call', async () => {
    const one = await start()
    one.tokenLifeSeconds = 20
    one.answer((_request, response) => response.writeHead(200, ids).end('{"ids":[]}'))
    await one.client.listCorrespondences(one.identity, list)
    await one.client.listCorrespondences(one.identity, list)
    expect(one.tokens).toBe(2)
  })

  it('an empty 401 is the token: renewed once, then given up', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end())
    expect(await one.client.listCorrespondences(one.identity, list)).toMatchObject({ ok: false, failure: { kind: 'token' } })
    expect(one.tokens).toBe(2)
  })

  it('a 401 with a body is a missing right: no renewal', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(401, ids).end('{"errorCode":4001,"traceId":"t","traceId":"t2"}'))
    expect(await one.client.listCorrespondences(one.identity, list)).toMatchObject({ ok: false, failure: { kind: 'no-access', errorCode: 4001, traceId: 't2' } })
    expect(one.tokens).toBe(1)
  })
})

describe('what is tried again', () => {
  it('GET on 5xx and broken lines, with growing pauses, up to its limit', async () => {
    const one = await start()
    let calls = 0
    one.answer((_request, response) => {
      calls += 1
      if (calls === 1) response.writeHead(500).end()
      else if (calls === 2) response.destroy()
      else response.writeHead(200, ids).end(`{"ids":["${id}"]}`)
    })
    expect(await one.client.listCorrespondences(one.identity, list)).toMatchObject({ ok: true, value: [id] })
    expect(one.waits).toHaveLength(2)
    expect(one.waits[1] ?? 0).toBeGreaterThanOrEqual(1000)
    calls = -100
    one.answer((_request, response) => response.writeHead(503).end())
    expect(await one.client.listCorrespondences(one.identity, list)).toMatchObject({ ok: false, failure: { kind: 'server', effect: 'no' } })
    expect(one.paths().filter((path) => path.startsWith('/correspondence'))).toHaveLength(3 + defaultLimits.tries)
  })

  it('waits as long as the service asks, or hands it on when that is long', async () => {
    const one = await start()
    let seconds = '3'
    one.answer((_request, response) => response.writeHead(429, { 'retry-after': seconds }).end())
    await one.client.listCorrespondences(one.identity, list)
    expect(one.waits).toEqual([3000, 3000, 3000, 3000])
    seconds = '600'
    expect(await one.client.listCorrespondences(one.identity, list)).toMatchObject({ ok: false, failure: { kind: 'throttled', retryAfterMs: 600_000 } })
  })

  it('reads both forms of Retry-After', () => {
    const now = Date.parse('2026-11-24T10:00:00Z')
    expect([retryAfterMs('5', now), retryAfterMs('Tue, 24 Nov 2026 10:01:00 GMT', now), retryAfterMs('soon', now), retryAfterMs(undefined, now)]).toEqual([5000, 60_000, null, null])
  })

  it('confirm never: a 500 and a cut line leave its effect unknown, a refused connection does not', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(500).end())
    expect(await one.client.confirm(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'server', effect: 'unknown', status: 500 } })
    one.answer((_request, response) => response.destroy())
    expect(await one.client.confirm(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'unreachable', effect: 'unknown', status: null } })
    expect(one.asked.filter((asked) => asked.method === 'POST' && asked.path.endsWith('/confirm'))).toHaveLength(2)
    expect(one.asked.find((asked) => asked.path.endsWith('/confirm'))?.headers['content-length']).toBe('0')
    one.answer((_request, response) => response.writeHead(400, ids).end('{"errorCode":1041}'))
    expect(await one.client.confirm(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'already-done', effect: 'no' } })
    one.answer((_request, response) => response.writeHead(200, ids).end('{}'))
    expect(await one.client.confirm(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'schema', effect: 'unknown' } })
  })

  it('a connection that was never made had no effect', async () => {
    const one = await start()
    await one.client.listCorrespondences(one.identity, list)
    const { client, identity } = one
    await one.stopListening()
    // The first finds the old connection dead and cannot know; the second is refused one.
    expect(await client.confirm(identity, id)).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
    expect(await client.confirm(identity, id)).toMatchObject({ ok: false, failure: { kind: 'unreachable', effect: 'no' } })
  })
})

describe('what is no answer of the service', () => {
  it('redirects are never followed, web pages never read', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(302, { location: `${one.platform}/elsewhere` }).end())
    expect(await one.client.overview(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'unexpected-content' } })
    expect(one.paths()).not.toContain('/elsewhere')
    one.answer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'))
    expect(await one.client.overview(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'unexpected-content' } })
    one.answer((_request, response) => response.writeHead(200, ids).end('not json'))
    expect(await one.client.overview(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'schema' } })
  })

  it('an error body cut in its middle still is that error', async () => {
    const one = await start()
    one.answer((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).write('{"title":"IDX10205')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await one.client.markAsRead(one.identity, id)).toMatchObject({ ok: false, failure: { kind: 'no-access', status: 403, effect: 'no' } })
  })

  it('one dialog that does not fit is set aside, the rest goes on', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(200, ids).end(JSON.stringify({ items: [{ id, title: 'no' }, 7], hasNextPage: false, orderBy: '' })))
    expect(await one.client.searchDialogs(one.identity, { parties: [list.onBehalfOf] })).toMatchObject({ ok: true, value: { items: [], rejected: [{ id }, { id: null }] } })
  })
})

describe('downloads', () => {
  const download = async (one: TestServer): Promise<{ readonly outcome: unknown; readonly got: Buffer }> => {
    const chunks: Buffer[] = []
    const outcome = await one.client.download(one.identity, id, id, { write: (chunk) => void chunks.push(Buffer.from(chunk)) })
    return { outcome, got: Buffer.concat(chunks) }
  }
  const content = randomBytes(300_000)

  it('stream into the sink with their MD5', async () => {
    const one = await start()
    one.answer((_request, response) => response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': content.length }).end(content))
    const { outcome, got } = await download(one)
    expect(outcome).toMatchObject({ ok: true, value: { bytes: content.length, expectedBytes: content.length, md5: createHash('md5').update(content).digest('hex') } })
    expect(got.equals(content)).toBe(true)
    expect(one.asked.at(-1)?.headers.accept).toBe('*/*')
  })

  it('a cut one is a failure, a login page never a file, an HTML attachment is one', async () => {
    const one = await start()
    one.answer((_request, response) => {
      response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 1000))
      setTimeout(() => response.destroy(), 20)
    })
    expect((await download(one)).outcome).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
    one.answer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'))
    expect((await download(one)).outcome).toMatchObject({ ok: false, failure: { kind: 'unexpected-content' } })
    one.answer((_request, response) => response.writeHead(200, { 'content-type': 'text/html', 'content-disposition': 'attachment; filename=side.html' }).end('<html>'))
    expect((await download(one)).outcome).toMatchObject({ ok: true, value: { bytes: 6, expectedBytes: null } })
    one.answer((_request, response) => response.writeHead(400, { 'content-type': 'application/problem+json' }).end('{"errorCode":2020}'))
    expect((await download(one)).outcome).toMatchObject({ ok: false, failure: { kind: 'refused', errorCode: 2020 } })
  })
})

describe('what leaves the machine', () => {
  it('names the program; the subscription key goes to the platform only', async () => {
    const one = await start({}, 'secret-key')
    one.answer((_request, response) => response.writeHead(200, ids).end('{"ids":[]}'))
    await one.client.listCorrespondences(one.identity, list)
    expect(one.asked.map((asked) => asked.headers['user-agent'])).toEqual(['Meldingsboks test', 'Meldingsboks test', 'Meldingsboks test'])
    expect(one.asked.at(-1)?.headers).toMatchObject({ 'ocp-apim-subscription-key': 'secret-key', accept: 'application/json', authorization: expect.stringMatching(/^Bearer /) as string })
    expect(one.client.counters()).toMatchObject({ requests: 3, byRoute: { 'maskinporten/token': 1, 'exchange/maskinporten': 1, correspondence: 1 } })
  })
})

describe('the limiter', () => {
  it('lets so many through at once, of whom so many downloads', async () => {
    const limiter = new Limiter(3, 1)
    let [running, downloads, most, mostDownloads] = [0, 0, 0, 0]
    const work = (download: boolean) => async (): Promise<void> => {
      running += 1
      downloads += Number(download)
      most = Math.max(most, running)
      mostDownloads = Math.max(mostDownloads, downloads)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running -= 1
      downloads -= Number(download)
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => limiter.run({ download: index % 2 === 0, urgent: false }, work(index % 2 === 0))))
    expect([most, mostDownloads, running]).toEqual([3, 1, 0])
  })
})
