import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import type { LocalAltinn } from '../../main/localtest/index.ts'

/** A grant's assertion for the local Altinn's client, made by hand: tests of the service share no code with the client. */
export async function signAssertion(altinn: LocalAltinn, changes: Readonly<Record<string, unknown>> = {}, header: { readonly kid?: string } = {}): Promise<string> {
  const { client, maskinporten } = altinn
  const iat = Math.floor(altinn.state.now() / 1000)
  const claims = {
    aud: `${maskinporten}/`,
    iss: client.clientId,
    iat,
    exp: iat + 100,
    jti: randomUUID(),
    scope: client.scopes.join(' '),
    authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${client.organisation}` } }],
    ...changes,
  }
  return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: header.kid ?? client.kid }).sign(await importJWK(client.key, 'RS256'))
}

/** A token as a client gets it: grant, then exchange. */
export async function altinnToken(altinn: LocalAltinn, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await signAssertion(altinn, changes) })
  const granted = (await (await fetch(`${altinn.maskinporten}/token`, { method: 'POST', body })).json()) as { access_token: string }
  return await (await fetch(`${altinn.platform}/authentication/api/v1/exchange/maskinporten`, { headers: { authorization: `Bearer ${granted.access_token}` } })).text()
}
