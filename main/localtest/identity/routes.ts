import type { Handler } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Tokens } from '../tokens.ts'
import { approvalPages, approvalPath, requestsDoor } from './approval.ts'
import { authorizedParties, authorizedPartiesPath } from './authorized-parties.ts'
import { clientRoutes, clientsPath, delegationsDoor, systemUsersDoor } from './client-routes.ts'
import { clientsDoor } from './clients.ts'
import { exchangePath, exchangeRoutes, openIdPath, openIdRoutes } from './exchange.ts'
import type { Person } from './id-porten/persons.ts'
import type { TokenKeys } from './keys.ts'
import { type Lifetimes, lifetimesDoor } from './lifetimes.ts'
import { Maskinporten, maskinportenPath } from './maskinporten.ts'
import { changePath, requestPath, requestRoutes, systemUserPath } from './request-routes.ts'
import { registerPath, registerRoutes } from './system-register.ts'

/** Handlers by the prefix of their addresses; the first that fits answers. */
export type Routes = readonly (readonly [prefix: string, handler: Handler])[]

/** Everything by which somebody becomes a caller of the services, and finds out for whom. */
export function identityRoutes(state: LocalState, tokens: Tokens, keys: TokenKeys, persons: readonly Person[], lifetimes: Lifetimes): Routes {
  const maskinporten = new Maskinporten(state, keys.services.maskinporten, lifetimes, () => tokens.platform)
  const requests = requestRoutes(state, tokens)
  return [
    [maskinportenPath, maskinporten.routes],
    // Where RFC 8414 section 3.1 puts the metadata of an issuer that has a path.
    [`/.well-known/oauth-authorization-server${maskinportenPath}`, maskinporten.metadata],
    [exchangePath, exchangeRoutes(state, tokens, persons, lifetimes)],
    [openIdPath, openIdRoutes(tokens)],
    [registerPath, registerRoutes(state, tokens)],
    [requestPath, requests],
    [changePath, requests],
    [systemUserPath, requests],
    [clientsPath, clientRoutes(state, tokens)],
    [authorizedPartiesPath, authorizedParties(state, tokens)],
    [approvalPath, approvalPages(state)],
  ]
}

/** The side door's part of the same: what owners, parties and administrators would do at the real services. */
export function identityDoors(state: LocalState, lifetimes: Lifetimes): Routes {
  return [
    ['/localtest/lifetimes', lifetimesDoor(lifetimes)],
    ['/localtest/clients', clientsDoor(state)],
    ['/localtest/requests', requestsDoor(state)],
    ['/localtest/delegations', delegationsDoor(state)],
    ['/localtest/system-users', systemUsersDoor(state)],
  ]
}
