import { createHash, randomBytes } from 'node:crypto'
import type { LocalState } from '../state.ts'

/** Who did something, as Dialogporten shows it. */
export interface Actor {
  readonly actorType: 'ServiceOwner' | 'PartyRepresentative'
  readonly actorName?: string
  readonly actorId?: string
}

/** The caller of what the side door does in a colleague's name. */
export const colleague = 'colleague'
const colleagueName = 'KARI KOLLEGA'

/** Persons are named by a hash that changes when the server starts anew: never a key (altinn3.md 3.2). */
const salt = randomBytes(16)
const ephemeral = (caller: string): string => `urn:altinn:person:identifier-ephemeral:${createHash('sha256').update(salt).update(caller).digest('hex').slice(0, 10)}`

export const serviceOwner: Actor = { actorType: 'ServiceOwner' }

/** The organisation behind a system user; the world's first one for what happened before the world began. */
function owner(state: LocalState, systemUser: string): { readonly urn: string; readonly name: string } {
  const number = state.systemUsers.ownerOf(systemUser) ?? state.world.identities[0]?.organisation ?? ''
  const urn = `urn:altinn:organization:identifier-no:${number}`
  return { urn, name: state.party(urn)?.name ?? number }
}

/** Who opened a dialog or set a label: a system user by its id, a person by its hash. */
export function user(state: LocalState, caller: string): Actor {
  const id = state.world.identities[0]?.systemUserId ?? ''
  if (caller !== 'before' && !state.systemUsers.isUser(caller)) {
    const name = caller === colleague ? colleagueName : (state.world.parties.find(({ partyUuid }) => partyUuid === caller)?.name ?? 'UKJENT PERSON')
    return { actorType: 'PartyRepresentative', actorName: name, actorId: ephemeral(caller) }
  }
  return { actorType: 'PartyRepresentative', actorName: owner(state, caller).name, actorId: `urn:altinn:systemuser:uuid:${caller === 'before' ? id : caller}` }
}

/** Who read, confirmed or downloaded: of a system user its organisation, of a person the person (altinn3.md 3.8). */
export function performer(state: LocalState, caller: string): Actor {
  if (caller !== 'before' && !state.systemUsers.isUser(caller)) return user(state, caller)
  const { urn, name } = owner(state, caller)
  return { actorType: 'PartyRepresentative', actorName: name, actorId: urn }
}
