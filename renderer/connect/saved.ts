import type { ConnectionView, RequestOf, Result } from '../../preload/contract/index.ts'
import type { EngineClient } from '../engine/client.ts'

/** Keeps what was filled in, and tests anew what was tested before: an old answer says nothing of a new client. */
export async function keepAndTest(engine: EngineClient, { uuid, checked }: ConnectionView, change: Omit<RequestOf<'connect.change'>, 'uuid'>): Promise<Result<unknown>> {
  const kept = await engine.call('connect.change', { uuid, ...change })
  return kept.ok && checked !== null ? await engine.call('connect.check', { uuid }) : kept
}
