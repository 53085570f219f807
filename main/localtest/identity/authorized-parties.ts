import { type Call, type Handler, json } from '../http.ts'
import type { LocalState } from '../state.ts'
import { type Caller, type Tokens, unauthorized } from '../tokens.ts'
import type { WorldParty } from '../world/model.ts'

export const authorizedPartiesPath = '/accessmanagement/api/v1/enduser/authorizedparties'
const scope = 'altinn:accessmanagement/authorizedparties'

/** What a caller may see of a party: everything, some services (bare ids), or nothing (null). */
export function holdingOf(state: LocalState, caller: Caller, party: string): 'all' | readonly string[] | null {
  if (caller.systemUserId !== '') return state.systemUsers.held(caller.systemUserId, party)
  return caller.person === null ? null : state.personHolds(caller.person, party)
}

/** Values of a query parameter, whatever its case, repeated or with commas. */
const valuesOf = (call: Call, name: string): readonly string[] => [...call.query].filter(([key]) => key.toLowerCase() === name.toLowerCase()).flatMap(([, value]) => value.split(',')).filter((value) => value !== '')
const isOn = (call: Call, name: string): boolean => valuesOf(call, name)[0]?.toLowerCase() === 'true'
const isOff = (call: Call, name: string): boolean => valuesOf(call, name)[0]?.toLowerCase() === 'false'

const bareName = (urn: string): string => urn.split(':').at(-1) ?? urn

/**
 * `GET /accessmanagement/api/v1/enduser/authorizedparties`: whom a person or a system user may act for, sub-units below their main
 * units, with packages and services where they are asked for (altinn3.md 1.7). Takes Altinn's own token only.
 */
export function authorizedParties(state: LocalState, tokens: Tokens): Handler {
  const wire = (call: Call, caller: Caller, party: WorldParty, subunits: readonly unknown[]) => {
    const held = holdingOf(state, caller, party.urn)
    const user = state.systemUsers.user(caller.systemUserId)
    // Access to everything comes with packages or a role; access to single services is a delegation of each.
    const packages = user === null ? [] : held === 'all' || (held !== null && user.inWorld === null) ? user.accessPackages.map(bareName) : []
    const viaRole = caller.person !== null && held === 'all' && party.kind === 'Organization'
    const resources = held === null || held === 'all' ? [] : user === null || user.inWorld !== null ? held : user.rights.filter((id) => held.includes(id))
    return {
      partyUuid: party.partyUuid,
      name: party.name,
      ...(party.kind === 'Organization' ? { organizationNumber: party.number } : { personId: party.number }),
      partyId: party.partyId,
      type: party.kind,
      ...(party.kind === 'Organization' ? { unitType: party.parentUrn === null ? 'AS' : 'BEDR' } : {}),
      isDeleted: party.isDeleted,
      onlyHierarchyElementWithNoAccess: held === null,
      authorizedResources: isOn(call, 'includeResources') ? resources : [],
      authorizedRoles: isOn(call, 'includeRoles') && viaRole ? ['daglig-leder'] : [],
      authorizedAccessPackages: isOn(call, 'includeAccessPackages') ? packages : [],
      authorizedInstances: [],
      subunits,
    }
  }

  const list = (call: Call, caller: Caller) => {
    const services = valuesOf(call, 'anyOfResourceIds').map((id) => id.replace(/^urn:altinn:resource:/, ''))
    const reaches = (party: WorldParty): boolean => caller.may(party.urn, null) && (services.length === 0 || services.some((id) => caller.may(party.urn, id)))
    const shown = (party: WorldParty): boolean => reaches(party) && !(party.isDeleted && isOff(call, 'includeInactiveParties'))
    const mine = state.world.parties.filter(shown)
    const subsOf = new Map<string, WorldParty[]>()
    if (!isOff(call, 'includeSubParties')) for (const party of mine) if (party.parentUrn !== null) subsOf.set(party.parentUrn, [...(subsOf.get(party.parentUrn) ?? []), party])
    const own = new Set(mine.map(({ urn }) => urn))
    const wanted = valuesOf(call, 'partyFilter').map((id) => id.toLowerCase())
    return state.world.parties
      .filter((party) => party.parentUrn === null && (own.has(party.urn) || subsOf.has(party.urn)))
      .filter((party) => wanted.length === 0 || [party, ...(subsOf.get(party.urn) ?? [])].some(({ partyUuid }) => wanted.includes(partyUuid)))
      .map((party) => wire(call, caller, party, (subsOf.get(party.urn) ?? []).map((sub) => wire(call, caller, sub, []))))
  }

  return async (call) => {
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    const caller = await tokens.caller(call)
    if ('problem' in caller) return unauthorized(caller, 1)
    if (caller.kind !== 'altinn') return unauthorized({ problem: 'invalid' }, 1)
    if (!caller.scopes.includes(scope) || (caller.systemUserId === '' && caller.person === null)) return { status: 403 }
    return json(200, { links: { next: null }, data: list(call, caller) })
  }
}
