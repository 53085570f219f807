import { useSyncExternalStore } from 'react'

/** Pages of PDFs that were opened in this window, by attachment; nothing of it outlives the window. */
const known = new Map<string, number>()
const listeners = new Set<() => void>()
let turn = 0

/** Another profile's attachments are others. */
export function forgetPages(): void {
  known.clear()
  turn += 1
}

export function knowPages(attachmentId: string, pages: number): void {
  if (known.get(attachmentId) === pages) return
  known.set(attachmentId, pages)
  turn += 1
  for (const listener of listeners) listener()
}

/** Pages of an attachment, or null before it was opened. */
export function useKnownPages(): (attachmentId: string) => number | null {
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => { listeners.delete(listener) }
  }, () => turn)
  return (attachmentId) => known.get(attachmentId) ?? null
}
