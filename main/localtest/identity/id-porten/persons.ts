import type { World } from '../../world/model.ts'

/** A test person who can log in. */
export interface Person {
  /** Opaque: what `sub` says, and what the pages name the person by. Never the national number. */
  readonly id: string
  /** 11 digits. */
  readonly pid: string
  readonly name: string
  /** ISO date. */
  readonly dateOfBirth: string | null
  readonly partyId: number
}

/** Everybody of the world who can log in: those it says may act for others, and every other person in it. */
export function personsOf(world: World): readonly Person[] {
  const acting = new Set((world.persons ?? []).map(({ urn }) => urn))
  return world.parties
    .filter((party) => party.kind === 'Person' && !party.isDeleted)
    .sort((a, b) => Number(acting.has(b.urn)) - Number(acting.has(a.urn)))
    .map((party) => ({ id: party.partyUuid, pid: party.number, name: party.name, dateOfBirth: party.dateOfBirth, partyId: party.partyId }))
}
