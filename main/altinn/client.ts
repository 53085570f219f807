import { AccessManagement, type AgentClient, type AuthorizedParty } from './access-management.ts'
import { Caller } from './call.ts'
import { ServiceClock } from './clock.ts'
import { Correspondence, type Downloaded, type DownloadSink, type ListQuery, type Received } from './correspondence.ts'
import type { DetailsWire, OverviewWire } from './correspondence-wire.ts'
import { type DialogQuery, Dialogporten, type PartyWire, type PlaceLabel, type SearchPage } from './dialogporten.ts'
import type { LookupWire } from './dialogporten-wire.ts'
import type { Environment } from './environment.ts'
import { Http, type HttpLogLine } from './http.ts'
import { beginLogin, type LoginRequest, type PersonLogin, type PersonSession } from './idporten.ts'
import { type Limits, defaultLimits } from './limits.ts'
import type { ClientKey, Grant, SystemUserGrant } from './maskinporten.ts'
import type { Outcome } from './outcome.ts'
import { personTokens } from './person-tokens.ts'
import { type ConfidentialResources, confidentialResources, type ServiceName, serviceName, servicesBySubject } from './registry.ts'
import { type NewSystemUserRequest, type SystemUserKind, type SystemUserRequest, SystemUserRequests } from './system-user-requests.ts'
import { exchangeToken } from './token-exchange.ts'
import { grantInTime, type IdentityTokens, systemUserTokens, vendorTokens } from './tokens.ts'
import type { ProxyResolver } from './transport.ts'

/** What the public services say to a recipient; nothing here touches the disk. */
export interface AltinnClient {
  readonly environment: Environment
  /**
   * A way to tokens for a system user; many identities may share one client.
   * @param workedBefore whether it has had a token in its life: what is missing now was then taken away
   */
  systemUser(id: string, grant: SystemUserGrant, workedBefore?: boolean): IdentityTokens
  /** The same for a Maskinporten client itself, which asks for system users. */
  vendor(id: string, key: ClientKey): IdentityTokens
  /** The same for a person who has logged in. */
  person(id: string, session: PersonSession, renewed?: (session: PersonSession) => Promise<void>): IdentityTokens
  /** Begins a person's login; nothing is sent but to ID-porten. */
  beginLogin(request: LoginRequest): Promise<Outcome<PersonLogin>>
  /** A grant alone, without the exchange: to find out which step fails. */
  grant(grant: SystemUserGrant): Promise<Outcome<Grant>>
  /** The exchange alone. */
  exchange(maskinportenToken: string): Promise<Outcome<string>>
  createSystemUserRequest(identity: IdentityTokens, wanted: NewSystemUserRequest): Promise<Outcome<SystemUserRequest>>
  systemUserRequest(identity: IdentityTokens, kind: SystemUserKind, id: string, signal?: AbortSignal): Promise<Outcome<SystemUserRequest>>
  /** The request of before for the same system, party and reference. */
  systemUserRequestBefore(identity: IdentityTokens, wanted: NewSystemUserRequest): Promise<Outcome<SystemUserRequest>>
  withdrawSystemUserRequest(identity: IdentityTokens, id: string): Promise<Outcome<null>>
  authorizedParties(identity: IdentityTokens, signal?: AbortSignal): Promise<Outcome<readonly AuthorizedParty[]>>
  agentClients(identity: IdentityTokens, agent: string, which: 'delegated' | 'available', signal?: AbortSignal): Promise<Outcome<readonly AgentClient[]>>
  parties(identity: IdentityTokens, signal?: AbortSignal): Promise<Outcome<readonly PartyWire[]>>
  searchDialogs(identity: IdentityTokens, query: DialogQuery, signal?: AbortSignal): Promise<Outcome<SearchPage>>
  /** Which correspondence a dialog is: `correspondenceIdOf` reads the answer. */
  lookupDialog(identity: IdentityTokens, dialogId: string, signal?: AbortSignal): Promise<Outcome<LookupWire>>
  listCorrespondences(identity: IdentityTokens, query: ListQuery, signal?: AbortSignal): Promise<Outcome<readonly string[]>>
  overview(identity: IdentityTokens, correspondenceId: string, signal?: AbortSignal): Promise<Outcome<Received<OverviewWire>>>
  details(identity: IdentityTokens, correspondenceId: string, signal?: AbortSignal): Promise<Outcome<Received<DetailsWire>>>
  markAsRead(identity: IdentityTokens, correspondenceId: string): Promise<Outcome<string>>
  confirm(identity: IdentityTokens, correspondenceId: string): Promise<Outcome<string>>
  /** Deletes the letter at the service for good. */
  purge(identity: IdentityTokens, correspondenceId: string): Promise<Outcome<string>>
  forward(identity: IdentityTokens, correspondenceId: string, to: string, text: string | null): Promise<Outcome<string>>
  /** Correspondences that a dialog's transmissions carry. */
  transmitted(identity: IdentityTokens, dialogId: string, signal?: AbortSignal): Promise<Outcome<readonly string[]>>
  place(identity: IdentityTokens, dialogId: string, label: PlaceLabel, revision: string | null): Promise<Outcome<string | null>>
  download(identity: IdentityTokens, correspondenceId: string, attachmentId: string, sink: DownloadSink, signal?: AbortSignal): Promise<Outcome<Downloaded>>
  confidentialResources(signal?: AbortSignal): Promise<Outcome<ConfidentialResources>>
  /** @param subjects URNs of access packages */
  servicesBySubject(subjects: readonly string[], signal?: AbortSignal): Promise<Outcome<ReadonlyMap<string, ReadonlySet<string>>>>
  serviceName(resource: string, signal?: AbortSignal): Promise<Outcome<ServiceName>>
  /** Requests sent since the client was made, token calls included. */
  counters(): { readonly requests: number; readonly byRoute: Readonly<Record<string, number>> }
  /** Hosts that were left alone after many failures are asked again at once. */
  reopen(): void
  close(): Promise<void>
  /** The same for what a person waits for: before everything that sync asks for by itself. */
  readonly urgent: Omit<AltinnClient, 'urgent'>
}

/** What a stage of sync or the outbox calls, whichever of the two it is. */
export type AltinnCalls = Omit<AltinnClient, 'urgent'>

export interface ClientOptions {
  readonly environment: Environment
  /** Names the program and its version to the services. */
  readonly userAgent: string
  readonly limits?: Partial<Limits>
  readonly log?: (line: HttpLogLine) => void
  /** ms since 1970; for tests. */
  readonly now?: () => number
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** The host's own proxy settings (transport.ts). */
  readonly proxyFor?: ProxyResolver
}

export type { AgentClient, AuthorizedParty, ClientKey, Grant, LoginRequest, NewSystemUserRequest, PersonLogin, PersonSession, SystemUserKind, SystemUserRequest }
export type { DialogQuery, Downloaded, DownloadSink, ListQuery, PartyWire, PlaceLabel, Received, SearchPage }

/** Makes a client. Its `urgent` twin shares tokens, limits and counters, and goes before it where both wait. */
export function createAltinnClient(options: ClientOptions): AltinnClient {
  const { environment, userAgent } = options
  const limits = { ...defaultLimits, ...options.limits }
  const http = new Http({ environment, limits, userAgent, ...(options.log === undefined ? {} : { log: options.log }), ...(options.now === undefined ? {} : { now: options.now }), ...(options.proxyFor === undefined ? {} : { proxyFor: options.proxyFor }) })
  const shared = { environment, http, limits }
  const clientOf = (urgent: boolean): Omit<AltinnClient, 'urgent'> => {
    const caller = new Caller({ http, limits, urgent, ...(options.sleep === undefined ? {} : { sleep: options.sleep }) })
    const dialogporten = new Dialogporten(caller, environment.platform)
    const requests = new SystemUserRequests(caller, environment.platform, http.allowed)
    const access = new AccessManagement(caller, environment.platform, http.allowed)
    const correspondence = new Correspondence(caller, environment.platform, limits)
    return {
      environment,
      systemUser: (id, grant, workedBefore = false) => systemUserTokens({ ...shared, id, grant, workedBefore }),
      vendor: (id, key) => vendorTokens({ ...shared, id, key }),
      person: (id, session, renewed) => personTokens({ ...shared, id, session, ...(renewed === undefined ? {} : { renewed }) }),
      beginLogin: (request) => beginLogin(http, environment, request),
      grant: (grant) => grantInTime(shared, grant, new ServiceClock(), false),
      exchange: (token) => exchangeToken(http, environment, 'maskinporten', token),
      createSystemUserRequest: (identity, wanted) => requests.create(identity, wanted),
      systemUserRequest: (identity, kind, id, signal) => requests.status(identity, kind, id, signal),
      systemUserRequestBefore: (identity, wanted) => requests.byReference(identity, wanted),
      withdrawSystemUserRequest: (identity, id) => requests.withdraw(identity, id),
      authorizedParties: (identity, signal) => access.authorizedParties(identity, signal),
      agentClients: (identity, agent, which, signal) => access.agentClients(identity, agent, which, signal),
      parties: (identity, signal) => dialogporten.parties(identity, signal),
      searchDialogs: (identity, query, signal) => dialogporten.search(identity, query, signal),
      lookupDialog: (identity, dialogId, signal) => dialogporten.lookup(identity, `urn:altinn:dialog-id:${dialogId}`, signal),
      listCorrespondences: (identity, query, signal) => correspondence.list(identity, query, signal),
      overview: (identity, id, signal) => correspondence.overview(identity, id, signal),
      details: (identity, id, signal) => correspondence.details(identity, id, signal),
      markAsRead: (identity, id) => correspondence.markAsRead(identity, id),
      confirm: (identity, id) => correspondence.confirm(identity, id),
      purge: (identity, id) => correspondence.purge(identity, id),
      forward: (identity, id, to, text) => correspondence.forward(identity, id, to, text),
      transmitted: (identity, dialogId, signal) => dialogporten.transmitted(identity, dialogId, environment.platform, signal),
      place: (identity, dialogId, label, revision) => dialogporten.place(identity, dialogId, label, revision),
      download: (identity, id, attachmentId, sink, signal) => correspondence.download(identity, id, attachmentId, sink, signal),
      confidentialResources: (signal) => confidentialResources(caller, environment.platform, signal),
      servicesBySubject: (subjects, signal) => servicesBySubject(caller, environment.platform, subjects, signal),
      serviceName: (resource, signal) => serviceName(caller, environment.platform, resource, signal),
      counters: () => http.counters(),
      reopen: () => {
        http.reopen()
      },
      close: () => http.close(),
    }
  }
  return { ...clientOf(false), urgent: clientOf(true) }
}
