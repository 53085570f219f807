import { request } from 'node:http'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ListenerPages, listenForLogin } from '../../main/accounts/loopback-listener.ts'
import { LoginDesk, type LoginOptions } from '../../main/accounts/person-login.ts'
import { type AltinnClient, createAltinnClient } from '../../main/altinn/client.ts'
import type { PersonSession } from '../../main/altinn/idporten.ts'
import type { Outcome } from '../../main/altinn/outcome.ts'
import { FakeIdporten } from '../altinn/fake-idporten.ts'

const pages: ListenerPages = { done: { language: 'nb', title: 'Ferdig', text: 'Du kan lukke vinduet.' }, other: { language: 'nb', title: 'Nei', text: 'Ikke <her>.' } }
let provider: FakeIdporten
let client: AltinnClient
let desk: LoginDesk
let now = Date.now()

beforeEach(async () => {
  now = Date.now()
  provider = await FakeIdporten.start()
  provider.server.clock = () => now
  client = createAltinnClient({ environment: provider.environment, userAgent: 'Meldingsboks test', now: () => now, sleep: () => Promise.resolve() })
  desk = new LoginDesk(client)
})
afterEach(async () => {
  await client.close()
  await provider.server.close()
})

interface Visited {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

/** A browser that follows nothing by itself. */
async function visit(url: string | URL, options: { readonly host?: string; readonly method?: string } = {}): Promise<Visited> {
  return await new Promise((resolve, reject) => {
    const { host, method = 'GET' } = options
    const sent = request(url, { method, agent: false, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      }).on('end', () => { resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }) })
    })
    sent.on('error', reject).end()
  })
}

/** A login during which the browser does what a test says. */
function login(browser: (address: string) => Promise<unknown>, more: Partial<LoginOptions> = {}): Promise<Outcome<PersonSession>> {
  const failed: unknown[] = []
  return desk.login({ level: 'substantial', language: 'nb', pages, open: (address) => {
    void browser(address).catch((error: unknown) => failed.push(error))
    return Promise.resolve(failed.length === 0)
  }, ...more })
}

const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'none' : (outcome.failure.signIn?.code ?? outcome.failure.kind))

describe('a person logs in', () => {
  it('in the browser, and the last page has no code in its address', async () => {
    const seen: Visited[] = []
    const outcome = await login(async (address) => {
      const asked = new URL(address).searchParams
      expect(Object.fromEntries(asked)).toMatchObject({ response_type: 'code', client_id: 'desktop', code_challenge_method: 'S256', acr_values: 'idporten-loa-substantial', ui_locales: 'nb', scope: 'openid profile digdir:dialogporten altinn:correspondence.read altinn:accessmanagement/authorizedparties' })
      expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/innlogging$/)
      const back = provider.logIn(address)
      const first = await visit(back)
      seen.push(first, await visit(new URL(first.location ?? '', back)))
    })
    expect(outcome).toMatchObject({ ok: true, value: { refreshToken: null } })
    await expect.poll(() => seen.length).toBe(2)
    expect(seen).toMatchObject([{ status: 303, location: '/innlogging/ferdig' }, { status: 200 }])
    expect(seen[1]?.body).toContain('lang="nb"')
    expect(seen[1]?.body).toContain('Du kan lukke vinduet.')
    const token = await client.person('p', outcome.ok ? outcome.value : { accessToken: '', expiresAt: 0, refreshToken: null, endsAt: null }).altinnToken()
    expect(token).toMatchObject({ ok: true })
    expect(provider.server.asked.every(({ headers }) => headers['user-agent'] === 'Meldingsboks test')).toBe(true)
  })

  it('who ends it at the login page has given nothing', async () => {
    const outcome = await login(async (address) => {
      const back = provider.logIn(address, { error: 'access_denied' })
      back.searchParams.delete('code')
      await visit(back)
    })
    expect(codeOf(outcome)).toBe('login-refused')
    expect(provider.server.count('/idporten/token')).toBe(0)
  })

  it.each<readonly [string, string, () => void]>([
    ['a nonce of another login', 'login-invalid', () => { provider.bends.idToken = { nonce: 'other' } }],
    ['an id token for another client', 'login-invalid', () => { provider.bends.idToken = { aud: 'other' } }],
    ['an id token of another issuer', 'login-invalid', () => { provider.bends.idToken = { iss: 'https://evil.example' } }],
    ['an id token signed by somebody else', 'login-invalid', () => { provider.bends.foreignKey = true }],
    ['a lower level than was asked for', 'login-level', () => { provider.bends.idToken = { acr: 'idporten-loa-low' } }],
    ['a token endpoint elsewhere', 'wrong-issuer', () => { provider.bends.metadata = { token_endpoint: 'https://evil.example/token' } }],
    ['keys elsewhere', 'wrong-issuer', () => { provider.bends.metadata = { jwks_uri: 'https://evil.example/jwks' } }],
    ['a login page elsewhere', 'wrong-issuer', () => { provider.bends.metadata = { authorization_endpoint: 'https://evil.example/authorize' } }],
    ['another issuer', 'login-invalid', () => { provider.bends.metadata = { issuer: 'https://evil.example' } }],
    ['a token endpoint that sends us on', 'captive-portal', () => { provider.bends.token = { status: 307, headers: { location: 'https://evil.example/token' } } }],
    ['a provider that is down', 'idporten-down', () => { provider.bends.token = { status: 503 } }],
    ['a code that is not taken', 'login-invalid', () => { provider.bends.token = { status: 400, body: { error: 'invalid_grant' } } }],
  ])('%s is told: %s', async (_, code, bend) => {
    bend()
    expect(codeOf(await login((address) => visit(provider.logIn(address))))).toBe(code)
  })

  it('an answer of another issuer is none of this login (RFC 9207)', async () => {
    expect(codeOf(await login((address) => visit(provider.logIn(address, { iss: 'https://evil.example' }))))).toBe('login-invalid')
    expect(provider.server.count('/idporten/token')).toBe(0)
  })

  it('without a client id nothing is opened', async () => {
    const { idporten, ...rest } = provider.environment
    const bare = createAltinnClient({ environment: { ...rest, idporten: { issuer: idporten?.issuer ?? '' } }, userAgent: 'x' })
    expect(codeOf(await new LoginDesk(bare).login({ level: 'high', language: 'nn', pages, open: () => Promise.reject(new Error('opened')) }))).toBe('login-not-configured')
    await bare.close()
  })

  it('a second login ends the first, and time ends one that nobody answers', async () => {
    const first = login(() => Promise.resolve())
    const second = login(async (address) => await visit(provider.logIn(address)))
    expect(codeOf(await first)).toBe('login-replaced')
    expect(await second).toMatchObject({ ok: true })
    desk = new LoginDesk(client, 20)
    expect(codeOf(await login(() => Promise.resolve()))).toBe('login-timed-out')
    desk = new LoginDesk(client)
    const third = login(() => {
      desk.cancel()
      return Promise.resolve()
    })
    expect(codeOf(await third)).toBe('login-refused')
  })
})

describe('the listener', () => {
  it('takes one answer with the login\'s own state, and nothing else ends it', async () => {
    const listener = await listenForLogin(pages)
    const { redirectUri } = listener
    const answer = listener.answer('right')
    const { host } = new URL(redirectUri)
    expect(await visit(`${redirectUri}?code=x&state=wrong`)).toMatchObject({ status: 400 })
    expect((await visit(`${redirectUri}?code=x`)).body).toContain('Ikke &#60;her&#62;.')
    expect(await visit(`${redirectUri}?code=x&state=wrong&state=right`)).toMatchObject({ status: 400 })
    expect(await visit(`${redirectUri}?code=x&state=right`, { method: 'POST' })).toMatchObject({ status: 405 })
    expect(await visit(`${redirectUri}?code=x&state=right`, { host: `localhost:${host.split(':')[1] ?? ''}` })).toMatchObject({ status: 400 })
    expect(await visit(`http://${host}/favicon.ico`)).toMatchObject({ status: 404 })
    expect(await visit(`${redirectUri}?code=first&state=right`)).toMatchObject({ status: 303 })
    expect(await visit(`${redirectUri}?code=second&state=right`)).toMatchObject({ status: 400 })
    expect((await answer)?.get('code')).toBe('first')
    await listener.close()
    await expect(visit(redirectUri)).rejects.toThrow()
  })

  it('holds its port on the other loopback address too', async () => {
    const listener = await listenForLogin(pages)
    const port = Number(new URL(listener.redirectUri).port)
    const other = createServer()
    const code = await new Promise((resolve) => {
      other.once('error', (error: NodeJS.ErrnoException) => { resolve(error.code) }).listen({ port, host: '::1', ipv6Only: true }, () => { resolve('free') })
    })
    // Taken by us, or not there at all on a machine without IPv6.
    expect(code).not.toBe('free')
    await listener.close()
  })
})

describe('a login\'s life', () => {
  const sessionOf = async (): Promise<PersonSession> => {
    const outcome = await login((address) => visit(provider.logIn(address)))
    if (!outcome.ok) throw new Error('not logged in')
    return outcome.value
  }

  it('without a refresh token it ends with its access token, and says when', async () => {
    const session = await sessionOf()
    const person = client.person('p', session)
    expect(await person.altinnToken()).toMatchObject({ ok: true })
    expect(person.state().endsAt).toBe(session.expiresAt)
    now += 700_000
    expect(codeOf(await person.altinnToken())).toBe('login-ended')
    expect(person.state()).toMatchObject({ state: 'sign-in', problem: { code: 'login-ended' } })
  })

  it('with one it goes on, keeps the newest, and ends when that is not taken', async () => {
    provider.bends.refreshToken = 'next'
    const kept: PersonSession[] = []
    const person = client.person('p', await sessionOf(), (session) => {
      kept.push(session)
      return Promise.resolve()
    })
    await person.altinnToken()
    now += 700_000
    provider.bends.refreshToken = 'spent'
    expect(await person.altinnToken()).toMatchObject({ ok: true })
    expect(kept.map(({ refreshToken }) => refreshToken)).toEqual(['spent'])
    expect(person.state()).toMatchObject({ state: 'signed-in', endsAt: null })
    now += 700_000
    expect(codeOf(await person.altinnToken())).toBe('login-ended')
  })

  it('ends when the client is registered to have it end, however often it is continued', async () => {
    provider.bends.refreshToken = 'next'
    const { idporten, ...rest } = provider.environment
    if (idporten === undefined) throw new Error('no ID-porten')
    const own = createAltinnClient({ environment: { ...rest, idporten: { ...idporten, authorizationLifetime: 36_000 } }, userAgent: 'Meldingsboks test', now: () => now, sleep: () => Promise.resolve() })
    desk = new LoginDesk(own)
    const began = now
    const person = own.person('p', await sessionOf())
    now += 700_000
    expect(await person.altinnToken()).toMatchObject({ ok: true })
    expect(person.state().endsAt).toBe(began + 36_000_000)
    await own.close()
  })
})
