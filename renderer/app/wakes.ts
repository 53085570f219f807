import { useEffect } from 'react'
import { useEngine } from '../engine/hooks.ts'

/** A window that nobody looked at for so long may have slept or changed networks meanwhile, ms. */
const awayMs = 5 * 60_000

/** Tells the engine what the browser notices of the network: that it is there again, or that somebody came back to the window. */
export function useWakes(isOn: boolean): void {
  const engine = useEngine()
  useEffect(() => {
    if (!isOn) return undefined
    let hiddenAt: number | null = document.visibilityState === 'hidden' ? Date.now() : null
    const wake = (): void => { void engine.call('sync.wake', { why: 'network' }) }
    const changed = (): void => {
      if (document.visibilityState === 'hidden') {
        hiddenAt = Date.now()
        return
      }
      if (hiddenAt !== null && Date.now() - hiddenAt > awayMs) wake()
      hiddenAt = null
    }
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', changed)
    return () => {
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', changed)
    }
  }, [engine, isOn])
}
