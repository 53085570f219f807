import { arrivalOf } from './arrivals.ts'
import { compose } from './compose.ts'
import { uuid } from './ids.ts'
import { everyday } from './letters/index.ts'
import type { World, WorldIdentity } from './model.ts'
import { otherDialogs } from './others.ts'
import { clients, firm, manager, organisations, organisationUrn, person } from './parties.ts'
import { ordinary } from './plan.ts'
import { seededRandom } from './random.ts'
import { resources } from './senders.ts'
import { specials } from './specials.ts'

/** Letters in the demo world when it begins, confidential ones not counted. */
export const letterCount = 400

const vendor = '312345676'

/** The firm's system user for clients: every service of the firm, its clients and their sub-units. The person is seen, not more. */
function systemUser(seed: number, parties: readonly string[]): WorldIdentity {
  const random = seededRandom(seed, 'system-user')
  return {
    kind: 'system-user',
    organisation: firm.number,
    systemId: `${vendor}_meldingsboks-demo`,
    systemUserId: uuid(random),
    vendorOrganisation: vendor,
    clientId: uuid(random),
    rights: parties.map((party) => ({ party, resources: 'all' })),
  }
}

/** Who can log in: the manager of the firm, for everybody the firm acts for, and the owner of one business, for that. */
function persons(seed: number, parties: readonly string[]): NonNullable<World['persons']> {
  const owner = person(seed)
  const business = clients.find(({ manager: name }) => name.toUpperCase() === owner.name)
  return [
    { urn: manager(seed).urn, rights: parties.map((party) => ({ party, resources: 'all' })) },
    { urn: owner.urn, rights: business === undefined ? [] : [{ party: organisationUrn(business.number), resources: 'all' }] },
  ]
}

/**
 * The world of the demo: an accounting firm with twelve clients and 400 letters of the eighteen months before `anchorAt`.
 * Everything follows from the two arguments, to the byte; the content of attachments is made when asked for.
 *
 * @param seed any whole number
 * @param anchorAt ms UTC, whole minutes; the moment the world begins to run
 */
export function demoWorld(seed: number, anchorAt: number): World {
  const recipients = organisations(seed)
  const placed = specials(seed, anchorAt, recipients)
  // Mail of the services that are confidential throughout comes besides: no client fetches it by itself.
  const besides = placed.filter(({ kind }) => resources.some((resource) => resource.confidential && resource.id === kind.resource)).length
  const orders = [...placed, ...ordinary(seed, anchorAt, letterCount + besides - placed.length, recipients, everyday)]
  const messages = orders.map((order) => compose(seed, order)).sort((a, b) => a.createdAt - b.createdAt)
  return {
    name: 'demo',
    seed,
    anchorAt,
    parties: [...recipients.map(({ party }) => party), manager(seed), person(seed)],
    resources,
    identities: [systemUser(seed, recipients.map(({ party }) => party.urn))],
    persons: persons(seed, recipients.map(({ party }) => party.urn)),
    messages,
    otherDialogs: otherDialogs(seed, anchorAt, messages),
    arrival: (n, at) => arrivalOf(seed, recipients, n, at),
  }
}
