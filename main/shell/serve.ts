import { contract, type EngineApi, type EventName, type RequestName } from '../../preload/contract/index.ts'
import { type FrameToWindow, frameToEngine, maxCallsUnderWay } from '../../preload/contract/frames.ts'
import { contractVersion } from '../../preload/contract/version.ts'

/** One connection of a window: frames of `preload/contract/frames.ts` go both ways. */
export interface FramePort {
  post(frame: FrameToWindow): void
  onFrame(listener: (frame: unknown) => void): void
  onClose(listener: () => void): void
}

const requestNames: ReadonlySet<string> = new Set(Object.keys(contract.requests))
const eventNames = Object.keys(contract.events) as EventName[]
const isRequest = (name: string): name is RequestName => requestNames.has(name)

/**
 * Answers the calls of one window and tells it every event. What does not fit the protocol is dropped: the other side is
 * a window of ours or nobody we answer. At most 64 calls are under way at once; one more is refused.
 * @param ignored told of frames that were dropped
 */
export function serveEngine(api: EngineApi, port: FramePort, ignored: (what: string) => void = () => undefined): () => void {
  const underWay = new Set<number>()
  const ends = eventNames.map((name) =>
    api.on(name, (event) => {
      port.post({ kind: 'event', name, event })
    }),
  )
  let open = true
  const end = (): void => {
    open = false
    for (const one of ends) one()
  }
  port.onClose(end)
  port.onFrame((frame) => {
    const parsed = frameToEngine.safeParse(frame)
    if (!parsed.success) {
      ignored('a frame of another protocol')
      return
    }
    const { data } = parsed
    if (data.kind === 'cancel') underWay.delete(data.id)
    if (data.kind !== 'call') return
    const { id, name, request } = data
    const answer = (result: unknown): void => {
      if (underWay.delete(id) && open) port.post({ kind: 'answer', id, result })
    }
    if (underWay.has(id)) {
      ignored('a call with the number of another one')
      return
    }
    const refused = underWay.size >= maxCallsUnderWay
    underWay.add(id)
    if (refused) answer({ ok: false, error: { code: 'invalid', canRetry: true, detail: 'too many calls at once' } })
    else if (!isRequest(name)) answer({ ok: false, error: { code: 'invalid', canRetry: false, detail: 'There is no such request' } })
    else {
      // The engine validates the request itself; the type is what the contract promises of the other side.
      api.call(name, request as never).then(answer, (error: unknown) => {
        ignored(error instanceof Error ? error.name : 'unknown')
        answer({ ok: false, error: { code: 'internal', canRetry: false, detail: 'unknown' } })
      })
    }
  })
  port.post({ kind: 'hello', contract: contractVersion })
  return end
}
