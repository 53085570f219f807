import type { LinkState } from '../engine/client.ts'

/** What of the window outlives an engine that was started anew: the open message, the search, what is being typed. */
export interface Kept {
  /** Counts the windows; another number is a window that begins anew. null: there is none. */
  readonly window: number | null
  readonly last: number
  /** Why the engine was away, said until a person has seen it. */
  readonly back: 'silent' | 'ended' | null
  readonly link: LinkState['link']
  /** Whose window it is, as far as the shell has said. */
  readonly profile: string | null
}

export const nothingKept: Kept = { window: null, last: 0, back: null, link: 'connecting', profile: null }

/**
 * The window stays while the same data comes back. It begins anew where data may be other data under the same numbers:
 * a profile that was opened again on purpose (`starting` after `ready`), or whose mail was put back from a copy. Nothing of
 * it outlives a change to another profile.
 */
export function keptAfter(kept: Kept, next: LinkState | 'seen'): Kept {
  if (next === 'seen') return { ...kept, back: null }
  const { link, trouble, recovering, profile } = next
  const before: Kept = profile === null || profile === kept.profile ? kept : kept.profile === null ? { ...kept, profile } : { ...kept, window: null, back: null, profile }
  const gone = { ...before, window: null, back: null, link }
  switch (link) {
    case 'ready':
      return before.window !== null ? { ...before, link } : { ...before, window: before.last + 1, last: before.last + 1, link }
    case 'gone':
      if (recovering?.what === 'mail') return gone
      return before.window === null ? { ...before, link } : { ...before, back: trouble?.code === 'engine-silent' ? 'silent' : (before.back ?? 'ended'), link }
    case 'starting':
      // After `stopped` it is the same profile, started once more on a person's word.
      return before.link === 'ready' || recovering?.what === 'mail' ? gone : { ...before, link }
    case 'connecting':
    case 'stopped':
      return { ...before, link }
    case 'refused':
      return gone
  }
}
