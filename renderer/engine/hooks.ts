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
      // An answer that a later question has overtaken is old.
      if (mine === turn.current) setAnswer({ key, result })
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
    const ends = eventKey === '' ? [] : eventKey.split(' ').map((event) => engine.on(event as EventName, soon))
    return () => {
      turn.current += 1
      if (timer !== null) clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [ask, engine, eventKey])
  const result = answer !== null && answer.key === key ? answer.result : null
  return { value: result?.ok === true ? result.value : null, error: result?.ok === false ? result.error : null, again: ask }
}
