import { z } from 'zod'
import type { AltinnClient, NewSystemUserRequest, SystemUserRequest } from '../altinn/client.ts'
import type { Failure, Outcome } from '../altinn/outcome.ts'
import { pause } from '../altinn/pause.ts'
import { requestStatuses } from '../altinn/system-user-requests.ts'
import type { IdentityTokens } from '../altinn/tokens.ts'

/** A request that is under way, as it is remembered: days may pass until somebody approves it. */
export interface PendingRequest extends SystemUserRequest {
  /** ms since 1970. */
  readonly askedAt: number
}

export const pendingRequest: z.ZodType<PendingRequest> = z.object({
  id: z.guid(),
  kind: z.enum(['standard', 'agent']),
  systemId: z.string(),
  partyOrgNo: z.string(),
  externalRef: z.string().nullable(),
  status: z.enum(requestStatuses),
  confirmUrl: z.string().nullable(),
  askedAt: z.number().int(),
})

/** Where the request of an identity is remembered across restarts. */
export interface RequestMemory {
  remember(request: PendingRequest): Promise<void>
  /** null when none is under way. */
  remembered(): Promise<PendingRequest | null>
  forget(): Promise<void>
}

/** What asking needs of the client. */
export type RequestService = Pick<AltinnClient, 'createSystemUserRequest' | 'systemUserRequest' | 'systemUserRequestBefore' | 'withdrawSystemUserRequest'>

/** How a request ended, or why it is not known: `timed-out` at the service, which nobody approved in time. */
export type RequestEnd =
  | { readonly end: 'accepted' | 'refused' | 'timed-out'; readonly request: PendingRequest }
  | { readonly end: 'waiting'; readonly request: PendingRequest }
  | { readonly end: 'failed'; readonly request: PendingRequest | null; readonly failure: Failure }

/** Statuses of altinn3.md 1.4: both words for a no are one to the user. */
export function endOf(status: SystemUserRequest['status']): 'accepted' | 'refused' | 'timed-out' | null {
  switch (status) {
    case 'New':
      return null
    case 'Accepted':
      return 'accepted'
    case 'Rejected':
    case 'Denied':
      return 'refused'
    case 'Timedout':
      return 'timed-out'
  }
}

/** First wait between two looks, growth and longest wait: somebody who approves at once sees it at once, one who takes days costs a call in five minutes. */
export const pollRules = { firstMs: 3000, factor: 1.5, longestMs: 300_000 } as const

const isOver = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

export interface PollOptions {
  readonly signal?: AbortSignal
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** Does each look, where others look at the same request too. */
  readonly looking?: (look: () => Promise<RequestEnd | null>) => Promise<RequestEnd | null>
  /** Told of each answer. */
  readonly seen?: (request: PendingRequest) => void
}

/** A system user asked for and waited for, over restarts. */
export class SystemUserApproval {
  readonly #service: RequestService
  readonly #identity: IdentityTokens
  readonly #memory: RequestMemory
  readonly #now: () => number

  constructor(service: RequestService, identity: IdentityTokens, memory: RequestMemory, now: () => number = Date.now) {
    this.#service = service
    this.#identity = identity
    this.#memory = memory
    this.#now = now
  }

  /**
   * Asks for a system user. The service makes no second request for the same system, party and reference, so a request whose
   * answer was lost is asked for again. One that was turned down, of which nothing is remembered here, is taken back first: the
   * service wants that before it takes another (altinn3.md 1.4).
   */
  async ask(wanted: NewSystemUserRequest): Promise<Outcome<PendingRequest>> {
    const first = await this.#service.createSystemUserRequest(this.#identity, wanted)
    const stands = !first.ok && first.failure.signIn?.code === 'request-stands'
    const made = stands && (await this.#clear(wanted)) ? await this.#service.createSystemUserRequest(this.#identity, wanted) : first
    if (!made.ok) return made
    const before = await this.#memory.remembered()
    const request = { ...made.value, askedAt: before?.id === made.value.id ? before.askedAt : this.#now() }
    await this.#memory.remember(request)
    return { ...made, value: request }
  }

  /** The request that is under way, as it was seen last. */
  async pending(): Promise<PendingRequest | null> {
    return await this.#memory.remembered()
  }

  /**
   * Looks once. What has ended is forgotten: it is told this once, and the system user itself says the rest. A request that was
   * refused stands in the way of another one at the service until it is taken back; until that is done it is told again.
   */
  async look(signal?: AbortSignal): Promise<RequestEnd | null> {
    const pending = await this.#memory.remembered()
    if (pending === null) return null
    const seen = await this.#service.systemUserRequest(this.#identity, pending.kind, pending.id, signal)
    // A look that was ended by whoever waits says nothing of the request.
    if (!seen.ok) return seen.failure.kind === 'cancelled' ? { end: 'waiting', request: pending } : { end: 'failed', request: pending, failure: seen.failure }
    const request = { ...seen.value, askedAt: pending.askedAt, confirmUrl: seen.value.confirmUrl ?? pending.confirmUrl }
    const end = endOf(request.status)
    if (end === null) {
      if (request.status !== pending.status || request.confirmUrl !== pending.confirmUrl) await this.#memory.remember(request)
      return { end: 'waiting', request }
    }
    const isFree = end === 'accepted' || (await this.#takenBack(request.id)).ok
    if (isFree) await this.#memory.forget()
    return { end, request }
  }

  /** Waits until somebody has approved or refused, however long that takes; `waiting` when the signal ended the waiting. */
  async wait(options: PollOptions = {}): Promise<RequestEnd | null> {
    const { signal, sleep = pause, looking = (look: () => Promise<RequestEnd | null>) => look(), seen } = options
    for (let ms: number = pollRules.firstMs; ; ms = Math.min(ms * pollRules.factor, pollRules.longestMs)) {
      const end = await looking(() => this.look(signal))
      if (end?.request != null) seen?.(end.request)
      const goesOn = end?.end === 'waiting' || (end?.end === 'failed' && (end.failure.signIn?.passing ?? ['server', 'unreachable', 'throttled', 'paused'].includes(end.failure.kind)))
      if (!goesOn || isOver(signal)) return end
      await sleep(end.end === 'failed' ? (end.failure.retryAfterMs ?? ms) : ms, signal)
      if (isOver(signal)) return end
    }
  }

  /** Takes the request back; it is forgotten only when the service has done so, or knows it no more. */
  async withdraw(): Promise<Outcome<null> | null> {
    const pending = await this.#memory.remembered()
    if (pending === null) return null
    const done = await this.#takenBack(pending.id)
    if (done.ok) await this.#memory.forget()
    return done
  }

  /** Takes back an earlier request that somebody turned down; one that still waits, or was accepted, stays. */
  async #clear(wanted: NewSystemUserRequest): Promise<boolean> {
    const before = await this.#service.systemUserRequestBefore(this.#identity, wanted)
    return before.ok && endOf(before.value.status) === 'refused' && (await this.#takenBack(before.value.id)).ok
  }

  /** One that the service knows no more is taken back too. */
  async #takenBack(id: string): Promise<Outcome<null>> {
    const done = await this.#service.withdrawSystemUserRequest(this.#identity, id)
    return !done.ok && done.failure.kind === 'not-found' ? { ok: true, value: null, exchange: done.exchange } : done
  }
}
