import type { LocalAltinn } from '../../main/localtest/index.ts'
import { signAssertion } from '../localtest/sign.ts'
import { person, recipient, sender } from './world.ts'

/** Kinds of tokens that requests were recorded with. */
export const tokenKinds = [
  'altinn', 'maskinporten', 'none', 'garbage', 'foreign', 'expired', 'no-scope',
  'early', 'issuer', 'audience', 'scopeless', 'dialog', 'dialog-expired', 'sender', 'read-write', 'portal', 'person', 'forward-check', 'no-user', 'no-consent', 'service-owner',
] as const
export type TokenKind = (typeof tokenKinds)[number]

const read = 'altinn:correspondence.read'
const write = 'altinn:correspondence.write'
const minute = 60_000

/** Tokens that the world's own client cannot get, signed by the platform for whoever else calls. */
async function issued(altinn: LocalAltinn, kind: TokenKind): Promise<string | null> {
  const now = altinn.state.now()
  const [identity] = altinn.state.world.identities
  const systemUser = {
    authorization_details: [{ type: 'urn:altinn:systemuser', systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${identity?.organisation ?? ''}` }, systemuser_id: [identity?.systemUserId ?? ''], system_id: identity?.systemId ?? '' }],
    consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${identity?.vendorOrganisation ?? ''}` },
  }
  const ofDialog = { l: 3, c: recipient, y: `urn:altinn:systemuser:uuid:${identity?.systemUserId ?? ''}`, p: recipient, s: 'urn:altinn:resource:rec-main', i: '01a20000-0000-7000-8000-000000000001', a: 'read;write' }
  const ofPerson = { pid: person.slice(-11), 'urn:altinn:authlevel': '3' }
  switch (kind) {
    case 'early':
      return await altinn.issue('altinn', { ...systemUser, scope: read }, { notBefore: now + minute })
    case 'issuer':
      return await altinn.issue('altinn', { ...systemUser, scope: read }, { issuer: 'https://other.example/' })
    case 'audience':
      return await altinn.issue('altinn', { ...systemUser, scope: read, aud: 'https://somebody.example/' })
    case 'scopeless':
      return await altinn.issue('altinn', systemUser)
    case 'read-write':
      return await altinn.issue('altinn', { ...systemUser, scope: `${read} ${write}` })
    case 'no-user':
      return await altinn.issue('altinn', { consumer: systemUser.consumer, scope: 'digdir:dialogporten' })
    case 'no-consent':
      return await altinn.issue('altinn', { ...systemUser, scope: 'digdir:dialogporten.noconsent' })
    case 'service-owner':
      return await altinn.issue('altinn', { consumer: systemUser.consumer, scope: 'digdir:dialogporten.serviceprovider' })
    case 'forward-check':
      return await altinn.issue('altinn', { ...systemUser, scope: 'altinn:correspondence.forward.check' })
    case 'sender':
      return await altinn.issue('altinn', { 'urn:altinn:orgNumber': sender.slice(-9), scope: `${write} altinn:serviceowner` })
    case 'person':
      return await altinn.issue('altinn', { ...ofPerson, scope: read })
    case 'portal':
      return await altinn.issue('altinn', { ...ofPerson, scope: 'altinn:portal/enduser' })
    case 'dialog':
      return await altinn.issue('dialog', ofDialog)
    case 'dialog-expired':
      return await altinn.issue('dialog', ofDialog, { notBefore: now - 11 * minute, expiresAt: now - minute })
    default:
      return null
  }
}

/**
 * The token of a request.
 * @param later moves the clock of the service, ms
 */
export async function tokenOf(altinn: LocalAltinn, kind: TokenKind, later: (ms: number) => void): Promise<string | null> {
  if (kind === 'none') return null
  if (kind === 'garbage') return 'garbage'
  const other = await issued(altinn, kind)
  if (other !== null) return other
  const scope = kind === 'no-scope' ? 'altinn:accessmanagement/authorizedparties' : `${read} digdir:dialogporten`
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await signAssertion(altinn, { scope }) })
  const granted = (await (await fetch(`${altinn.maskinporten}/token`, { method: 'POST', body })).json()) as { access_token: string }
  if (kind === 'maskinporten') return granted.access_token
  const exchanged = await (await fetch(`${altinn.platform}/authentication/api/v1/exchange/maskinporten`, { headers: { authorization: `Bearer ${granted.access_token}` } })).text()
  if (kind === 'expired') later(31 * minute)
  // The last character of a signature may carry unused bits, so one in its middle is changed.
  return kind === 'foreign' ? exchanged.replace(/(.{20})$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1)) : exchanged
}
