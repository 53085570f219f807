import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { LocalAltinn } from '../../../main/localtest/index.ts'

/** A browser of the simplest kind: it keeps cookies and follows where a login leads until the program's own address. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  async go(address: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const answer = await fetch(address, {
      redirect: 'manual',
      // A kept connection would not notice that the service was started again.
      headers: { connection: 'close', cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }

  /** Follows redirects until a page is shown or the address is the program's own. */
  async follow(address: string, own: string, form?: Readonly<Record<string, string>>): Promise<{ readonly address: string; readonly status: number; readonly html: string }> {
    let at = address
    let answer = await this.go(at, form)
    for (let steps = 0; steps < 10; steps += 1) {
      const next = answer.headers.get('location')
      if (next === null) return { address: at, status: answer.status, html: await answer.text() }
      at = new URL(next, at).href
      if (at.startsWith(own)) return { address: at, status: answer.status, html: '' }
      answer = await this.go(at)
    }
    throw new Error('The login leads in circles')
  }
}

export interface Login {
  readonly verifier: string
  readonly redirect: string
  readonly address: string
}

export const personScope = 'openid profile digdir:dialogporten altinn:correspondence.read altinn:accessmanagement/authorizedparties'

/** An authorize request as a native program makes it (RFC 7636, RFC 8252); `changes` with an empty value leave a parameter out. */
export function beginLogin(altinn: LocalAltinn, changes: Readonly<Record<string, string>> = {}): Login {
  const verifier = randomBytes(32).toString('base64url')
  const redirect = changes['redirect_uri'] ?? 'http://127.0.0.1:45678/innlogging'
  const query = new URLSearchParams({
    response_type: 'code', client_id: altinn.idPorten.clientId, redirect_uri: redirect, scope: personScope, state: 'tilstand', nonce: 'engang', code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256', acr_values: 'idporten-loa-substantial', ui_locales: 'nb', ...changes,
  })
  for (const [name, value] of Object.entries(changes)) if (value === '') query.delete(name)
  return { verifier, redirect, address: `${altinn.idPorten.issuer}/authorize?${query.toString()}` }
}

export interface TokenAnswer {
  readonly status: number
  readonly body: { readonly access_token: string; readonly id_token: string; readonly refresh_token?: string; readonly expires_in: number; readonly scope: string; readonly error?: string; readonly error_description?: string }
}

export async function tokenCall(altinn: LocalAltinn, form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const answer = await fetch(`${altinn.idPorten.issuer}/token`, { method: 'POST', headers: { connection: 'close' }, body: new URLSearchParams({ client_id: altinn.idPorten.clientId, ...form }) })
  return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] }
}

/** The code for a token. */
export const redeem = (altinn: LocalAltinn, login: Login, code: string, changes: Readonly<Record<string, string>> = {}): Promise<TokenAnswer> =>
  tokenCall(altinn, { grant_type: 'authorization_code', code, redirect_uri: login.redirect, code_verifier: login.verifier, ...changes })

/** Logs a person in with everything allowed; the address the program is sent to. */
export async function logIn(browser: Browser, login: Login, person: string): Promise<URL> {
  const first = await browser.follow(login.address, login.redirect)
  if (first.html === '') return new URL(first.address)
  const second = await browser.follow(first.address, login.redirect, { person })
  if (second.html === '') return new URL(second.address)
  return new URL((await browser.follow(second.address, login.redirect, { valg: 'tillat' })).address)
}

export const claimsOf = (token: string): Readonly<Record<string, unknown>> => decodeJwt(token)

export const exchange = (altinn: LocalAltinn, provider: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${altinn.platform}/authentication/api/v1/exchange/${provider}`, { headers: { authorization: `Bearer ${token}`, ...headers } })
