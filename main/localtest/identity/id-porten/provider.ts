import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import Provider, { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { pageHeaders } from '../../html.ts'
import type { Lifetimes } from '../lifetimes.ts'
import { organisation } from '../maskinporten.ts'
import { acrValues, idPortenPath, personClientId, personClientName, personScopes, standardAcr, withoutConsent } from './client.ts'
import { errorPage } from './pages.ts'
import type { Person } from './persons.ts'
import type { LoginStore } from './store.ts'

/** The resource that every access token is for: it makes them JWTs, as ID-porten's are. */
const resource = 'urn:altinn'

export interface IdPortenOptions {
  /** Without a trailing slash. */
  readonly issuer: string
  /** Private RS256 key with `kid`. */
  readonly key: JWK
  readonly persons: readonly Person[]
  /** Organisation that owns the client, 9 digits. */
  readonly clientOwner: string
  readonly lifetimes: Lifetimes
  /** ms since 1970 */
  readonly clock: () => number
  readonly logins: LoginStore
  readonly report: (error: unknown) => void
}

/** An earlier login is not enough where a higher level is asked for. */
function stepUp(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  // A login at ID-porten asks for nothing more where no consent is needed, whatever kind of program began it.
  policy.get('consent')?.checks.remove('native_client_prompt')
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('level', 'a higher level was asked for', 'login_required', ({ oidc }) => {
      const wanted = wantedAcr(oidc.params?.['acr_values'])
      return wanted === 'idporten-loa-high' && oidc.session?.acr !== wanted
    }),
  )
  return policy
}

/** The level of a login: the highest that was asked for, substantial where nothing was. */
export function wantedAcr(asked: unknown): (typeof acrValues)[number] {
  const values = typeof asked === 'string' ? asked.split(' ') : []
  return values.includes('idporten-loa-high') ? 'idporten-loa-high' : standardAcr
}

/** Rules of the authorize request that the standard leaves open: state for public clients, registered scopes, known levels (altinn3.md 1.6). */
function checkRequest({ oidc }: KoaContextWithOIDC): void {
  const { state, scope, acr_values: asked } = oidc.params ?? {}
  if (typeof state !== 'string' || state === '') throw new errors.InvalidRequest('state is required for public clients')
  const refused = (typeof scope === 'string' ? scope.split(' ') : []).find((one) => !personScopes.includes(one))
  if (refused !== undefined) throw new errors.InvalidScope('the client is not registered for the scope', refused)
  const unknown = (typeof asked === 'string' ? asked.split(' ') : []).find((one) => !acrValues.some((known) => known === one))
  if (unknown !== undefined) throw new errors.InvalidRequest('acr_values holds an unknown level')
}

/** What a person is given without being asked: the login itself. The rest is asked for on a page. */
async function grantOfLogin(ctx: KoaContextWithOIDC, provider: Provider) {
  const { client, session, result } = ctx.oidc
  if (client === undefined || session?.accountId === undefined) return undefined
  const kept = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const found = kept === undefined ? undefined : await provider.Grant.find(kept)
  if (found !== undefined) return found
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid profile')
  grant.addResourceScope(resource, withoutConsent.join(' '))
  await grant.save()
  return grant
}

/** Gives what was asked for beyond the login; the grant's id goes back into the interaction. */
export async function consented(provider: Provider, interaction: Awaited<ReturnType<Provider['interactionDetails']>>): Promise<string> {
  const { grantId, prompt, params, session } = interaction
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = found ?? new provider.Grant({ clientId: String(params['client_id']), ...(session === undefined ? {} : { accountId: session.accountId }) })
  const missing = prompt.details as { readonly missingOIDCScope?: readonly string[]; readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>> }
  if (missing.missingOIDCScope !== undefined) grant.addOIDCScope(missing.missingOIDCScope.join(' '))
  for (const [indicator, scopes] of Object.entries(missing.missingResourceScopes ?? {})) grant.addResourceScope(indicator, scopes.join(' '))
  return await grant.save()
}

/** The scopes a consent page is about. */
export const scopesToGrant = (details: Readonly<Record<string, unknown>>): readonly string[] => {
  const { missingOIDCScope = [], missingResourceScopes = {} } = details as { readonly missingOIDCScope?: readonly string[]; readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>> }
  return [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()]
}

/**
 * ID-porten as an OpenID provider: authorization code with PKCE for one public native client (RFC 7636, RFC 8252), access tokens
 * as JWT with pid and acr (altinn3.md 1.6). The provider is `oidc-provider`; only rules, persons and pages are ours.
 */
export function createProvider(options: IdPortenOptions): Provider {
  const { issuer, key, persons, lifetimes, clock, logins } = options
  const secondsNow = (): number => Math.floor(clock() / 1000)
  const configuration: Configuration = {
    clients: [
      {
        client_id: personClientId, client_name: personClientName, application_type: 'native', token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'], post_logout_redirect_uris: ['http://127.0.0.1/'], response_types: ['code'], grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'RS256',
      },
    ],
    jwks: { keys: [key] },
    adapter: logins.adapter,
    scopes: ['openid', 'profile'],
    claims: { acr: null, amr: null, auth_time: null, iss: null, sid: null, openid: ['sub', 'pid'], profile: ['name', 'birthdate'] },
    // ID-porten writes pid into the id token itself, not only into what userinfo answers.
    conformIdTokenClaims: false,
    acrValues: [...acrValues],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none'],
    cookies: { keys: [logins.cookieKey], names: { session: 'idporten_session', interaction: 'idporten_interaction', resume: 'idporten_resume' } },
    findAccount: (_, id) => {
      const person = persons.find((one) => one.id === id)
      return person === undefined ? undefined : { accountId: id, claims: () => ({ sub: id, pid: person.pid, name: person.name, ...(person.dateOfBirth === null ? {} : { birthdate: person.dateOfBirth }) }) }
    },
    interactions: { policy: stepUp(), url: (_, { uid }) => `${idPortenPath}/innlogging/${uid}` },
    loadExistingGrant: (ctx) => grantOfLogin(ctx, provider),
    extraParams: { onbehalfof: (ctx) => { checkRequest(ctx) } },
    issueRefreshToken: (_, client) => Promise.resolve(lifetimes.personRefresh > 0 && client.grantTypeAllowed('refresh_token')),
    extraTokenClaims: ({ oidc }, token) => {
      if (!('accountId' in token)) return {}
      const person = persons.find((one) => one.id === token.accountId)
      const acr = oidc.entities.AuthorizationCode?.acr ?? oidc.entities.RefreshToken?.acr ?? standardAcr
      return { ...(person === undefined ? {} : { pid: person.pid }), acr, amr: ['TestID'], token_type: 'Bearer', consumer: organisation(options.clientOwner) }
    },
    formats: {
      customizers: {
        // The world has a clock of its own, which tests move; the library knows only the system's.
        jwt: (_, token, { payload }) => {
          const iat = secondsNow()
          Object.assign(payload, { iat, exp: iat + token.remainingTTL })
        },
      },
    },
    ttl: {
      AccessToken: () => lifetimes.personAccess, AuthorizationCode: 120, IdToken: 600, Interaction: 600,
      Session: () => lifetimes.personSession, Grant: () => Math.max(lifetimes.personRefresh, lifetimes.personSession, lifetimes.personAccess), RefreshToken: () => Math.max(1, lifetimes.personRefresh),
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: personScopes.join(' '), audience: 'unspecified', accessTokenFormat: 'jwt', accessTokenTTL: lifetimes.personAccess, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    routes: { authorization: '/authorize', token: '/token', end_session: '/logout', jwks: '/jwks', revocation: '/revoke' },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.set(pageHeaders)
      ctx.body = errorPage(error, description ?? '')
    },
  }
  const provider: Provider = new Provider(issuer, configuration)
  // Any port and path of the machine itself, never `localhost` (altinn3.md 1.6, RFC 8252 sections 7.3 and 8.3).
  provider.Client.prototype.redirectUriAllowed = (address: string): boolean => /^http:\/\/127\.0\.0\.1(:\d{1,5})?(\/[^#]*)?$/.test(address)
  provider.on('server_error', (_, error) => { options.report(error) })
  provider.use(async (ctx, next) => {
    await next()
    const body: unknown = ctx.body
    // The id token has the library's times; it says those of the world instead.
    if (ctx.path === '/token' && typeof body === 'object' && body !== null && 'id_token' in body && typeof body.id_token === 'string') {
      const claims = decodeJwt(body.id_token)
      const shift = secondsNow() - (claims.iat ?? 0)
      if (Math.abs(shift) > 1) {
        const shifted = { ...claims, iat: (claims.iat ?? 0) + shift, exp: (claims.exp ?? 0) + shift, ...(typeof claims['auth_time'] === 'number' ? { auth_time: claims['auth_time'] + shift } : {}) }
        ctx.body = { ...body, id_token: await new SignJWT(shifted).setProtectedHeader({ alg: 'RS256', ...(key.kid === undefined ? {} : { kid: key.kid }) }).sign(await importJWK(key, 'RS256')) }
      }
    }
  })
  return provider
}
