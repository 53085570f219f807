import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'
import type { EngineError, EventName, RequestName, RequestOf, ResponseOf, Result } from '../../preload/contract/index.ts'
import type { EngineClient } from './client.ts'

export const EngineContext = createContext<EngineClient | null>(null)

/** The engine. @throws outside of the window's root. */
export function useEngine(): EngineClient {
  const engine = useContext(EngineContext)
  if (engine === null) throw new Error('There is no engine here')
  return engine
}

export interface Asked<Value> {
  /** The newest answer; stays while it is asked anew. */
  readonly value: Value | null
  readonly error: EngineError | null
  readonly again: () => void
}

/** Answers come in bursts while mail is being fetched; asked anew at most this often, ms. */
const refreshMs = 300

/** Whether an answer says the same as the one before, so that nothing is drawn anew for it. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * Asks the engine and asks anew when one of the events says that the answer may have changed.
 * @param request null: nothing is asked
 */
export function useAsk<Name extends RequestName>(name: Name, request: RequestOf<Name> | null, events: readonly EventName[] = []): Asked<ResponseOf<Name>> {
  const engine = useEngine()
  const key = request === null ? null : JSON.stringify(request)
  const [answer, setAnswer] = useState<{ readonly key: string; readonly result: Result<ResponseOf<Name>> } | null>(null)
  const turn = useRef(0)
  const ask = useCallback(() => {
    if (key === null) return
    turn.current += 1
    const mine = turn.current
    void engine.call(name, JSON.parse(key) as RequestOf<Name>).then((result) => {
      // An answer that a later question has overtaken is old. One that was lost with the engine is asked for again when
      // it is back; until then what is known stays.
      if (mine !== turn.current || (!result.ok && engine.state.link !== 'ready')) return
      setAnswer((before) => (before?.key === key && isSame(before.result, result) ? before : { key, result }))
    })
  }, [engine, key, name])
  const eventKey = events.join(' ')
  useEffect(() => {
    ask()
    let timer: ReturnType<typeof setTimeout> | null = null
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        ask()
      }, refreshMs)
    }
    const back = engine.onBack(ask)
    const ends = [back, ...(eventKey === '' ? [] : eventKey.split(' ').map((event) => engine.on(event as EventName, soon)))]
    return () => {
      turn.current += 1
      if (timer !== null) clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [ask, engine, eventKey])
  // What was asked for ahead is there at once; the question above tells whether it still holds.
  const ahead = key === null || answer?.key === key ? null : engine.ahead.known(name, key)
  if (key !== null && ahead !== null) setAnswer({ key, result: ahead })
  const result = ahead ?? (answer !== null && answer.key === key ? answer.result : null)
  return { value: result?.ok === true ? result.value : null, error: result?.ok === false ? result.error : null, again: ask }
}
