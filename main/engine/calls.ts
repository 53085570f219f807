import type { z } from 'zod'
import { contract, type EngineApi, type EngineError, type EventName, type EventOf, type RequestName, type ResponseOf, type Result } from '../../preload/contract/index.ts'
import { engineErrorOf } from './errors.ts'

/** What answers requests, by name; every feature brings some. */
export type Handlers = { readonly [Name in RequestName]?: (request: z.output<(typeof contract.requests)[Name]['request']>) => Promise<ResponseOf<Name>> }

export class Listeners {
  readonly #byName = new Map<EventName, Set<(event: never) => void>>()

  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void {
    const set = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, set)
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  }

  emit<Name extends EventName>(name: Name, event: EventOf<Name>): void {
    for (const listener of this.#byName.get(name) ?? []) (listener as (event: EventOf<Name>) => void)(event)
  }
}

/** Validates a request, runs its handler, and turns what went wrong into a value. */
export function caller(handlers: Handlers, missing: EngineError, failed: (error: unknown) => void): EngineApi['call'] {
  return async <Name extends RequestName>(name: Name, request: unknown): Promise<Result<ResponseOf<Name>>> => {
    const parsed = contract.requests[name].request.safeParse(request)
    if (!parsed.success) return { ok: false, error: { code: 'invalid', canRetry: false, detail: `${name}: ${parsed.error.issues[0]?.path.join('.') ?? ''}` } }
    const handler = handlers[name] as ((request: unknown) => Promise<ResponseOf<Name>>) | undefined
    if (handler === undefined) return { ok: false, error: missing }
    try {
      return { ok: true, value: await handler(parsed.data) }
    } catch (error) {
      const known = engineErrorOf(error)
      if (known !== null) return { ok: false, error: known }
      failed(error)
      return { ok: false, error: { code: 'internal', canRetry: false, detail: error instanceof Error ? error.name : 'unknown' } }
    }
  }
}
