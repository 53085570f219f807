import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parsedOrNull } from '../json.ts'
import type { LocalState } from '../state.ts'
import { clientScopes, type DemoClient, vendorScopes } from '../tokens.ts'
import { uuid } from '../world/ids.ts'
import { seededRandom } from '../world/random.ts'
import { type ClientKey, makeClientKey } from './keys.ts'
import { accountantPackage, confidentialPackage } from './system-users.ts'

const keyFile = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string(), kid: z.string() })

/** Where the keys of the clients lie, below the folder of a local Altinn. */
const keysFolder = (folder: string): string => join(folder, 'keys')
const fileOf = { clients: 'klientforhold', own: 'egen-virksomhet' } as const

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function keep(path: string, content: string): void {
  writeFileSync(`${path}.tmp`, content, { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/** @throws {Error} whose words hold nothing of the file */
function readKey(path: string): ClientKey {
  const parsed = keyFile.safeParse(parsedOrNull(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`the key in ${path} cannot be read; delete it, and a new one is made`)
  const { kid, ...kept } = parsed.data
  return { kid, private: kept }
}

/**
 * The key of a client, kept in the folder (as JWK and as PEM) so that a profile made with it goes on working after a restart.
 * @param first the key to begin with; a new one when left out
 */
export async function keptKey(folder: string, which: keyof typeof fileOf, first?: ClientKey): Promise<ClientKey> {
  const path = join(keysFolder(folder), `${fileOf[which]}.jwk.json`)
  if (existsSync(path)) return readKey(path)
  const key = first ?? (await makeClientKey())
  mkdirSync(keysFolder(folder), { recursive: true, mode: 0o700 })
  keep(join(keysFolder(folder), `${fileOf[which]}.pem`), createPrivateKey({ key: key.private, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString())
  keep(path, text({ ...key.private, kid: key.kid, alg: 'RS256' }))
  return key
}

/**
 * A client of an organisation that has a system of its own and no system user yet: the second way in (altinn3.md 1.4, "eget system").
 * Null in a world where the firm is alone.
 */
export function ownOrganisationClient(state: LocalState, key: ClientKey): (DemoClient & { readonly systemId: string }) | null {
  const { world } = state
  const firm = world.identities[0]?.organisation
  const party = world.parties.find(({ kind, number, parentUrn, isDeleted }) => kind === 'Organization' && parentUrn === null && !isDeleted && number !== firm)
  if (party === undefined) return null
  const clientId = uuid(seededRandom(world.seed, 'own organisation'))
  const systemId = `${party.number}_meldingsboks`
  const { n = '', e = '' } = key.private
  state.clients.add({ clientId, organisation: party.number, scopes: [...clientScopes, ...vendorScopes], keys: [{ kid: key.kid, jwk: { kty: 'RSA', n, e }, expiresAt: null }] })
  const name = { nb: 'Meldingsboks', nn: 'Meldingsboks', en: 'Meldingsboks' }
  state.systemUsers.add({
    id: systemId, vendor: party.number, name, description: name, clientIds: [clientId], rights: world.resources.map(({ id }) => id),
    accessPackages: ['urn:altinn:accesspackage:post-til-virksomheten', confidentialPackage, accountantPackage], redirectUrls: ['http://127.0.0.1'], isVisible: true,
  })
  return { clientId, kid: key.kid, key: key.private, organisation: party.number, scopes: clientScopes, systemId }
}

/** Base URLs as a program is pointed at another Altinn by a file; the name is short, in small letters. */
interface PersonClient {
  readonly issuer: string
  readonly clientId: string
  /** As the client is registered, seconds: for how long a login may be continued. */
  readonly authorizationLifetime?: number
}

export interface Addresses {
  readonly name: string
  readonly platform: string
  readonly maskinporten: { readonly issuer: string; readonly token: string }
  readonly idporten: PersonClient
  readonly accessManagementUi: string
}

export const addressesOf = (platform: string, maskinporten: string, idPorten: PersonClient): Addresses => ({
  name: 'lokal', platform, maskinporten: { issuer: `${maskinporten}/`, token: `${maskinporten}/token` }, idporten: idPorten, accessManagementUi: platform,
})

/** What somebody needs to enter in each of the three ways: files for a program, and lines for a person. */
export function leaveEntrances(folder: string, state: LocalState, addresses: Addresses, client: DemoClient, own: ReturnType<typeof ownOrganisationClient>): readonly string[] {
  const path = join(folder, 'addresses.json')
  keep(path, text(addresses))
  const persons = (state.world.persons ?? []).map(({ urn }) => state.party(urn)?.name ?? '').filter((name) => name !== '')
  return [
    `Addresses of the services: ${path}`,
    `Person: client ${addresses.idporten.clientId}, log in as ${persons.length === 0 ? 'any person of the world' : persons.join(' or ')}`,
    ...(own === null
      ? []
      : [`System user, own organisation: client ${own.clientId}, key ${join(keysFolder(folder), fileOf.own)}.jwk.json or .pem (key id ${own.kid}), organisation ${own.organisation}, system ${own.systemId}; its system user is asked for first`]),
    `System user for clients: client ${client.clientId}, key ${join(keysFolder(folder), fileOf.clients)}.jwk.json or .pem (key id ${client.kid}), organisation ${client.organisation}, system ${state.world.identities[0]?.systemId ?? ''}`,
    'Any other client: POST /localtest/clients (organisation, scopes, jwk or pem)',
  ]
}
