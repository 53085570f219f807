import type { World, WorldParty } from '../../../main/localtest/world/model.ts'
import { syntheticPersonNumber } from '../../../main/localtest/world/check-digits.ts'
import { clients, orgUrn, smallWorld } from '../small-world.ts'

const pad = (n: number): string => String(n).padStart(12, '0')
const person = (n: number, birth: string, name: string): WorldParty => {
  const number = syntheticPersonNumber(birth, 100 + n)
  return { urn: `urn:altinn:person:identifier-no:${number}`, number, name, kind: 'Person', dateOfBirth: birth, partyId: 7000 + n, partyUuid: `00000009-0000-4000-8000-${pad(700 + n)}`, parentUrn: null, isDeleted: false }
}
const unit = (number: string, n: number, name: string, parent: string | null): WorldParty => ({
  urn: orgUrn(number), number, name, kind: 'Organization', dateOfBirth: null, partyId: 8000 + n, partyUuid: `00000009-0000-4000-8000-${pad(800 + n)}`, parentUrn: parent === null ? null : orgUrn(parent), isDeleted: false,
})

/** Acts for the first client. */
export const owner = person(1, '1974-03-18', 'TURID SOLBAKKEN')
/** Acts for nobody but himself. */
export const other = person(2, '1990-11-02', 'OLE NORDMANN')
/** A sub-unit of the first client, a client that could be delegated with its sub-unit, and a business that is nobody's client. */
export const subUnit = '310000221'
export const available = '310000248'
export const availableUnit = '310000256'
export const stranger = '310000264'

/** The small world with persons, sub-units, a client that is only available, and a business of its own. */
export const identityWorld = (letters: Parameters<typeof smallWorld>[0] = () => []): ((seed: number, anchorAt: number) => World) => (seed, anchorAt) => {
  const base = smallWorld(letters)(seed, anchorAt)
  return {
    ...base,
    parties: [...base.parties, unit(subUnit, 1, 'Klient 1 AS avd. Torget', clients[0]), unit(available, 2, 'Tilgjengelig AS', null), unit(availableUnit, 3, 'Tilgjengelig AS avd. Kaia', available), unit(stranger, 4, 'Egen Bedrift AS', null), owner, other],
    persons: [{ urn: owner.urn, rights: [{ party: orgUrn(clients[0]), resources: 'all' }, { party: orgUrn(clients[1]), resources: ['skd-brev'] }] }],
    identities: base.identities.map((identity) => ({ ...identity, rights: [...identity.rights, { party: orgUrn(subUnit), resources: 'all' as const }], available: [orgUrn(available)] })),
  }
}
