import { useSyncExternalStore } from 'react'

/** Letters that were on screen to their end in this run: two seconds and scrolled through, or a file of it opened (design.md section 6). */
let whole: ReadonlySet<string> = new Set()
const watchers = new Set<() => void>()

export function markWhole(key: string): void {
  if (whole.has(key)) return
  whole = new Set([...whole, key])
  for (const watcher of watchers) watcher()
}

/** Letters of another profile, or of one whose mail was put back, may stand under the same numbers. */
export function forgetWhole(): void {
  whole = new Set()
}

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher)
  return () => {
    watchers.delete(watcher)
  }
}

/** A letter as it was shown: another version of it has not been. */
export const shownKey = (id: number, version: string | null): string => `${String(id)} ${version ?? ''}`
export const useWhole = (): ReadonlySet<string> => useSyncExternalStore(watch, () => whole)
