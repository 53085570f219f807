import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import type { Service } from '../service.ts'

/** A client of Maskinporten that a test has registered, with the key it signs with. */
export interface TestClient {
  readonly clientId: string
  readonly organisation: string
  readonly kid: string
  readonly key: JWK
}

export const vendorScopes = ['altinn:authentication/systemuser.request.write', 'altinn:authentication/systemuser.request.read', 'altinn:authentication/systemregister.write'] as const
export const readScopes = ['altinn:correspondence.read', 'digdir:dialogporten', 'altinn:accessmanagement/authorizedparties'] as const

/** One pair for all clients of a test file: making them takes long, and their ids differ. */
let pair: ReturnType<typeof generateKeyPair> | null = null

/** Registers a client through the side door, as its owner would at the real service. */
export async function registerClient(service: Service, organisation: string, scopes: readonly string[] = [...vendorScopes, ...readScopes], more: Readonly<Record<string, unknown>> = {}): Promise<TestClient> {
  const { privateKey, publicKey } = await (pair ??= generateKeyPair('RS256', { extractable: true }))
  const kid = randomUUID()
  const answer = await service.call('POST', '/localtest/clients', { organisation, scopes, jwk: { ...(await exportJWK(publicKey)), kid }, ...more })
  if (answer.status !== 201) throw new Error(`The client was not registered: ${JSON.stringify(answer.body)}`)
  return { clientId: (answer.body as { clientId: string }).clientId, organisation, kid, key: await exportJWK(privateKey) }
}

export interface GrantAnswer {
  readonly status: number
  readonly body: { readonly access_token: string; readonly expires_in: number; readonly scope: string; readonly error?: string; readonly error_description?: string }
}

/** An assertion with every claim right; `claims` and `header` change or (undefined) remove some. */
export async function assertionOf(service: Service, client: Pick<TestClient, 'clientId' | 'kid' | 'key'>, claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const iat = Math.floor(service.now / 1000)
  const whole = { aud: `${service.altinn.maskinporten}/`, iss: client.clientId, iat, exp: iat + 100, jti: randomUUID(), scope: readScopes[0], ...claims }
  const alg = typeof header['alg'] === 'string' ? header['alg'] : 'RS256'
  return await new SignJWT(whole).setProtectedHeader({ kid: client.kid, ...header, alg }).sign(await importJWK(client.key, alg))
}

export async function grantWith(service: Service, assertion: string): Promise<GrantAnswer> {
  const answer = await fetch(`${service.altinn.maskinporten}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) })
  return { status: answer.status, body: (await answer.json()) as GrantAnswer['body'] }
}

export const systemUserOf = (organisation: string, externalRef?: string) => ({
  authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${organisation}` }, ...(externalRef === undefined ? {} : { externalRef }) }],
})

/** A raw Maskinporten token. */
export async function rawToken(service: Service, client: TestClient, scopes: readonly string[], claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { status, body } = await grantWith(service, await assertionOf(service, client, { scope: scopes.join(' '), ...claims }))
  if (status !== 200) throw new Error(`No token: ${body.error_description ?? ''}`)
  return body.access_token
}

/** An Altinn token of a system user. */
export async function systemUserToken(service: Service, client: TestClient, organisation: string): Promise<string> {
  const raw = await rawToken(service, client, readScopes, systemUserOf(organisation))
  return await (await fetch(`${service.altinn.platform}/authentication/api/v1/exchange/maskinporten`, { headers: { authorization: `Bearer ${raw}` } })).text()
}
