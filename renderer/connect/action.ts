import { useRef, useState } from 'react'
import type { EngineError, Result } from '../../preload/contract/index.ts'

export interface Action {
  readonly busy: boolean
  readonly error: EngineError | null
  /** Does one thing at a time; a second press while it is under way does nothing. */
  readonly run: <Value>(work: () => Promise<Result<Value>>) => Promise<Value | null>
}

/** One thing that is asked of the engine, with what became of it. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<EngineError | null>(null)
  const underWay = useRef(false)
  return {
    busy,
    error,
    run: async (work) => {
      if (underWay.current) return null
      underWay.current = true
      setBusy(true)
      setError(null)
      const result = await work()
      underWay.current = false
      setBusy(false)
      if (result.ok) return result.value
      setError(result.error)
      return null
    },
  }
}
