import { rememberProfile } from '../profiles.ts'
import type { EngineState } from '../../preload/contract/frames.ts'

/** Remembers the profile that a window has open, for the next start; one after the other, and only what has changed. */
export function lastOpened(data: string, told: (error: unknown) => void): (state: EngineState) => void {
  let known: string | null = null
  let writing: Promise<void> = Promise.resolve()
  return ({ state, profile }) => {
    if (state !== 'ready' || profile === known) return
    known = profile
    // What cannot be remembered keeps nobody from working; the next start then opens another profile.
    writing = writing.then(() => rememberProfile(data, profile)).catch(told)
  }
}
