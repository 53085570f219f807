import { Caller } from './call.ts'
import { Correspondence, type Downloaded, type DownloadSink, type ListQuery, type Received } from './correspondence.ts'
import type { DetailsWire, OverviewWire } from './correspondence-wire.ts'
import { type DialogQuery, Dialogporten, type PartyWire, type PlaceLabel, type SearchPage } from './dialogporten.ts'
import type { LookupWire } from './dialogporten-wire.ts'
import type { Environment } from './environment.ts'
import { Http, type HttpLogLine } from './http.ts'
import { type Limits, defaultLimits } from './limits.ts'
import type { SystemUserGrant } from './maskinporten.ts'
import type { Outcome } from './outcome.ts'
import { type ConfidentialResources, confidentialResources } from './registry.ts'
import { type IdentityTokens, systemUserTokens } from './tokens.ts'
import type { ProxyResolver } from './transport.ts'

/** What the public services say to a recipient; nothing here touches the disk. */
export interface AltinnClient {
  readonly environment: Environment
  /** A way to tokens for a system user; many identities may share one client. */
  systemUser(id: string, grant: SystemUserGrant): IdentityTokens
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

export type { DialogQuery, Downloaded, DownloadSink, ListQuery, PartyWire, PlaceLabel, Received, SearchPage }

/** Makes a client. Its `urgent` twin shares tokens, limits and counters, and goes before it where both wait. */
export function createAltinnClient(options: ClientOptions): AltinnClient {
  const { environment, userAgent } = options
  const limits = { ...defaultLimits, ...options.limits }
  const http = new Http({ environment, limits, userAgent, ...(options.log === undefined ? {} : { log: options.log }), ...(options.now === undefined ? {} : { now: options.now }), ...(options.proxyFor === undefined ? {} : { proxyFor: options.proxyFor }) })
  const identities = (id: string, grant: SystemUserGrant): IdentityTokens => systemUserTokens({ id, grant, environment, http, limits })
  const clientOf = (urgent: boolean): Omit<AltinnClient, 'urgent'> => {
    const caller = new Caller({ http, limits, urgent, ...(options.sleep === undefined ? {} : { sleep: options.sleep }) })
    const dialogporten = new Dialogporten(caller, environment.platform)
    const correspondence = new Correspondence(caller, environment.platform, limits)
    return {
      environment,
      systemUser: identities,
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
      counters: () => http.counters(),
      reopen: () => {
        http.reopen()
      },
      close: () => http.close(),
    }
  }
  return { ...clientOf(false), urgent: clientOf(true) }
}
