import { createHash, randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Environment } from '../../main/altinn/environment.ts'
import { type Asked, type Reply, SmallServer } from './small-server.ts'

/** How a test bends what the provider does. */
export interface Bends {
  /** Overrides of the discovery document. */
  metadata?: Readonly<Record<string, unknown>>
  idToken?: Readonly<Record<string, unknown>>
  refreshToken?: string
  expiresIn?: number
  /** Signs with a key that is not published. */
  foreignKey?: boolean
  token?: Reply
}

/** A small OpenID provider with Altinn's exchange beside it; the person logs in by a call of the test. */
export class FakeIdporten {
  readonly server: SmallServer
  readonly bends: Bends = {}
  readonly #codes = new Map<string, URLSearchParams>()
  readonly #key: CryptoKey
  readonly #other: CryptoKey

  private constructor(server: SmallServer, key: CryptoKey, other: CryptoKey) {
    this.server = server
    this.#key = key
    this.#other = other
  }

  get issuer(): string {
    return `${this.server.base}/idporten`
  }

  get environment(): Environment {
    const { base } = this.server
    return { name: 'test', platform: base, maskinporten: { issuer: `${base}/`, token: `${base}/token` }, idporten: { issuer: this.issuer, clientId: 'desktop' } }
  }

  static async start(): Promise<FakeIdporten> {
    const server = await SmallServer.start()
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const one = new FakeIdporten(server, privateKey, (await generateKeyPair('RS256')).privateKey)
    const jwk = { ...(await exportJWK(publicKey)), kid: 'op', alg: 'RS256', use: 'sig' }
    server.on('GET /idporten/.well-known/openid-configuration', () => ({
      body: {
        issuer: one.issuer,
        authorization_endpoint: `${one.issuer}/authorize`,
        token_endpoint: `${one.issuer}/token`,
        jwks_uri: `${one.issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
        ...one.bends.metadata,
      },
    }))
    server.on('GET /idporten/jwks', () => ({ body: { keys: [jwk] } }))
    server.on('POST /idporten/token', (asked) => one.#token(asked))
    server.on('GET /authentication/api/v1/exchange/id-porten', async ({ headers }) =>
      headers.authorization?.startsWith('Bearer access-') === true ? { body: await one.sign({ 'urn:altinn:authlevel': '3' }, one.bends.expiresIn ?? 600) } : { status: 401 })
    return one
  }

  async sign(claims: Record<string, unknown>, seconds: number): Promise<string> {
    const now = Math.floor(this.server.clock() / 1000)
    return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'op' }).setIssuer(typeof claims['iss'] === 'string' ? claims['iss'] : this.issuer).setIssuedAt(now).setExpirationTime(now + seconds).sign(this.bends.foreignKey === true ? this.#other : this.#key)
  }

  /** What the person's browser is sent back to after the login page. */
  logIn(address: string, bend: Readonly<Record<string, string>> = {}): URL {
    const asked = new URL(address).searchParams
    const code = randomUUID()
    this.#codes.set(code, asked)
    const back = new URL(asked.get('redirect_uri') ?? '')
    const answer = { code, state: asked.get('state') ?? '', iss: this.issuer, ...bend }
    for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value)
    return back
  }

  async #token({ body }: Asked): Promise<Reply> {
    const { token } = this.bends
    if (token !== undefined) return token
    const form = new URLSearchParams(body)
    const shared = { access_token: `access-${randomUUID()}`, token_type: 'Bearer', expires_in: this.bends.expiresIn ?? 600, ...(this.bends.refreshToken === undefined ? {} : { refresh_token: this.bends.refreshToken }) }
    if (form.get('grant_type') === 'refresh_token') return form.get('refresh_token') === 'spent' ? { status: 400, body: { error: 'invalid_grant' } } : { body: shared }
    const asked = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
    if (asked === undefined || asked.get('code_challenge') !== challenge || asked.get('code_challenge_method') !== 'S256' || asked.get('redirect_uri') !== form.get('redirect_uri')) return { status: 400, body: { error: 'invalid_grant' } }
    const idToken = await this.sign({ sub: 'person', aud: 'desktop', nonce: asked.get('nonce'), acr: asked.get('acr_values'), ...this.bends.idToken }, 120)
    return { body: { ...shared, id_token: idToken } }
  }
}
