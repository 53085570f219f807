import type { ConnectProblem } from '../../preload/contract/index.ts'
import type { AltinnClient } from '../altinn/client.ts'
import { HostList } from '../altinn/hosts.ts'
import type { Failure } from '../altinn/outcome.ts'
import { KeyFileError } from '../accounts/key-problem.ts'
import { sealedMemory } from '../accounts/request-memory.ts'
import { problemOf } from '../accounts/sign-in-check.ts'
import type { KeyShelf } from '../accounts/signing-key.ts'
import { type PendingRequest, type RequestEnd, SystemUserApproval } from '../accounts/system-user-request.ts'
import type { ProfileKeys } from '../store/keys.ts'
import type { NewLedgerEvent } from '../store/ledger/events.ts'
import { vendorOfRecord } from './connect-key.ts'
import type { ConnectRecord, ConnectRecords } from './connect-record.ts'
import { Refusal, signInView } from './errors.ts'
import { Turns } from './turns.ts'

export interface RequestParts {
  readonly folder: string
  readonly keys: ProfileKeys
  readonly client: AltinnClient
  readonly records: ConnectRecords
  readonly shelf: KeyShelf
  readonly now: () => number
  readonly failed: (error: unknown) => void
  readonly changed: () => void
  /** A request that nobody looked at was answered: worth a word on the desktop. */
  readonly answered: () => void
}

export const answerKey = (request: Pick<NonNullable<ConnectRecord['request']>, 'id' | 'state'>): string => `system-user:${request.id}:${request.state}`

/** A problem on the way to a system user, for the window. */
export function requestProblem(failure: Failure): ConnectProblem {
  const problem = problemOf('systemuser/request', failure)
  return problem.kind === 'sign-in' ? { kind: 'sign-in', problem: signInView(problem.problem) } : problem
}

type End = RequestEnd & { readonly end: 'accepted' | 'refused' | 'timed-out' }
const isEnd = (end: RequestEnd | null): end is End => end !== null && end.end !== 'waiting' && end.end !== 'failed'

/** System users that were asked for: each request is looked at by itself until it is answered, over restarts. */
export class ConnectRequests {
  readonly #parts: RequestParts
  readonly #hosts: HostList
  readonly #turns = new Turns()
  readonly #seenAt = new Map<string, number>()
  readonly #watched = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>()
  #closed = false

  constructor(parts: RequestParts) {
    this.#parts = parts
    this.#hosts = new HostList(parts.client.environment)
  }

  /** Goes on looking at what waited when the program ended. */
  async start(): Promise<void> {
    for (const [uuid, { request }] of await this.#parts.records.all()) if (request?.state === 'waiting') this.watch(uuid)
  }

  /** Where a waiting request is approved; null where none waits, or its page is not the environment's own. */
  async confirmUrl(uuid: string): Promise<string | null> {
    const pending = await this.#memory(uuid).remembered()
    return pending?.confirmUrl == null ? null : this.#hosts.approvalPage(pending.confirmUrl)
  }

  /** When a request was looked at last since the start, ms since 1970; null where it was not. */
  seenAt(uuid: string): number | null {
    return this.#seenAt.get(uuid) ?? null
  }

  /** @returns what stands in the way, or null. @throws {Refusal} 'not-possible' while something is not filled in */
  async ask(uuid: string, record: ConnectRecord): Promise<ConnectProblem | null> {
    const { systemId, organisation, externalRef, packages, resources, way } = record
    const kind = way === 'clients' ? 'agent' : 'standard'
    // Single services are for an organisation's own system user only (altinn3.md 1.5).
    const asked = { packages, resources: kind === 'agent' ? [] : resources }
    if (systemId === null || organisation === null || asked.packages.length + asked.resources.length === 0) throw new Refusal('not-possible', 'incomplete')
    await this.unwatch(uuid)
    return await this.#withApproval(uuid, async (approval) => {
      const made = await approval.ask({ kind, systemId, partyOrgNo: organisation, resources: asked.resources, accessPackages: asked.packages, externalRef: externalRef ?? undefined })
      if (!made.ok) return requestProblem(made.failure)
      const { id, askedAt } = made.value
      const event: NewLedgerEvent = { type: 'system-user-asked', accountUuid: uuid, requestId: id, kind, systemId, organisation, externalRef, ...asked }
      await this.#parts.records.change(uuid, (now) => ({ ...now, request: { id, state: 'waiting', askedAt, seenAt: this.#parts.now() } }), record.request?.id === id && record.request.state === 'waiting' ? [] : [event])
      this.watch(uuid)
      return null
    })
  }

  /** Looks now, on a person's word. */
  async look(uuid: string): Promise<ConnectProblem | null> {
    return await this.#withApproval(uuid, async (approval) => {
      const end = await approval.look()
      if (end?.end === 'failed') return requestProblem(end.failure)
      if (end !== null) await this.#seen(uuid, end.request, isEnd(end) ? end : null, true)
      if (isEnd(end)) this.#watched.get(uuid)?.stop.abort()
      return null
    })
  }

  async withdraw(uuid: string): Promise<ConnectProblem | null> {
    await this.unwatch(uuid)
    return await this.#withApproval(uuid, async (approval) => {
      const done = await approval.withdraw()
      if (done?.ok === false) {
        this.watch(uuid)
        return requestProblem(done.failure)
      }
      const request = (await this.#parts.records.find(uuid))?.request
      if (request != null) await this.#parts.records.change(uuid, (now) => ({ ...now, request: null }), [{ type: 'system-user-answered', accountUuid: uuid, requestId: request.id, answer: 'withdrawn' }])
      this.#parts.changed()
      return null
    })
  }

  /** Looks at a request by itself from now on; nothing happens when that is done already. */
  watch(uuid: string): void {
    if (this.#closed || this.#watched.has(uuid)) return
    const stop = new AbortController()
    const ended = this.#wait(uuid, stop.signal)
      .catch(this.#parts.failed)
      .finally(() => {
        if (this.#watched.get(uuid)?.stop === stop) this.#watched.delete(uuid)
      })
    this.#watched.set(uuid, { stop, ended })
  }

  async unwatch(uuid: string): Promise<void> {
    const watched = this.#watched.get(uuid)
    watched?.stop.abort()
    await watched?.ended
  }

  /** What was kept of a request is forgotten here; at the service it times out by itself. */
  async forget(uuid: string): Promise<void> {
    await this.unwatch(uuid)
    await this.#memory(uuid).forget()
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#watched.keys()].map((uuid) => this.unwatch(uuid)))
  }

  #memory(uuid: string) {
    return sealedMemory(this.#parts.folder, this.#parts.keys, uuid)
  }

  async #approval(uuid: string): Promise<SystemUserApproval | null> {
    const { client, records, shelf, now } = this.#parts
    const record = await records.find(uuid)
    const key = record === null ? null : await vendorOfRecord(shelf, uuid, record, now())
    return key === null ? null : new SystemUserApproval(client, client.vendor(uuid, key), this.#memory(uuid), now)
  }

  async #withApproval(uuid: string, work: (approval: SystemUserApproval) => Promise<ConnectProblem | null>): Promise<ConnectProblem | null> {
    return await this.#turns.take(uuid, async () => {
      try {
        const approval = await this.#approval(uuid)
        if (approval === null) throw new Refusal('not-possible', 'incomplete')
        return await work(approval)
      } catch (error) {
        if (!(error instanceof KeyFileError)) throw error
        return { kind: 'key', code: error.code, detail: error.detail }
      }
    })
  }

  async #wait(uuid: string, signal: AbortSignal): Promise<void> {
    let approval: SystemUserApproval | null
    try {
      approval = await this.#approval(uuid)
    } catch (error) {
      // A key that cannot be used any more is told by the test of the steps; until it is another one nothing can be asked.
      if (error instanceof KeyFileError) return
      throw error
    }
    // One look at a time: the other would find a request that was just taken back.
    await approval?.wait({
      signal,
      looking: (look) =>
        this.#turns.take(uuid, async () => {
          const end = await look()
          if (end !== null && end.end !== 'failed') await this.#seen(uuid, end.request, isEnd(end) ? end : null, false)
          return end
        }),
    })
  }

  /** @param byHand a person looks at the answer: it is not told on the desktop as well */
  async #seen(uuid: string, { id }: PendingRequest, end: End | null, byHand: boolean): Promise<void> {
    const { records, now, changed, answered } = this.#parts
    const before = (await records.find(uuid))?.request
    // Both ways of looking may see the same answer; the first counts.
    if (before?.id !== id || before.state !== 'waiting') return
    this.#seenAt.set(uuid, now())
    // A look of its own that found nothing new writes nothing: days may pass.
    if (end === null && !byHand) return
    const request = { ...before, seenAt: now(), ...(end === null ? {} : { state: end.end }) }
    const events: NewLedgerEvent[] = end === null ? [] : [
      { type: 'system-user-answered', accountUuid: uuid, requestId: id, answer: end.end },
      ...(byHand ? [{ type: 'notified' as const, key: answerKey(request), what: end.end === 'accepted' ? ('system-user-accepted' as const) : ('system-user-refused' as const), count: 1 }] : []),
    ]
    await records.change(uuid, (record) => ({ ...record, request }), events)
    changed()
    if (end !== null && !byHand) answered()
  }
}
