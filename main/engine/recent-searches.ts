import { z } from 'zod'
import { mostSearches } from '../../preload/contract/search.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { Handlers } from './calls.ts'

/** Each in a place of its own in the ledger's settings, so that remembering one writes only that one. */
const placeName = (at: number): string => `window.search.${String(at)}`
const kept = z.object({ text: z.string(), at: z.number() })

interface Place {
  readonly name: string
  readonly search: z.infer<typeof kept> | null
}

async function placesOf(ledger: Pick<Ledger, 'settings'>): Promise<readonly Place[]> {
  const settings = await ledger.settings()
  return Array.from({ length: mostSearches }, (_, at) => {
    const stored = kept.safeParse(settings[placeName(at)])
    return { name: placeName(at), search: stored.success ? stored.data : null }
  })
}

/** Forgets one remembered search, or all. */
export async function forgetSearches(ledger: Ledger, text: string | null): Promise<void> {
  for (const { name, search } of await placesOf(ledger)) if (search !== null && (text === null || search.text === text)) await ledger.append({ type: 'setting-changed', name, value: null })
}

/**
 * The searches of the person, in the encrypted ledger and never in a browser's storage (security.md 14).
 * @param isOn whether they are remembered
 */
export function recentSearchHandlers(ledger: Ledger, isOn: () => Promise<boolean>, now: () => number): Handlers {
  const list = async (): Promise<{ searches: string[] }> => {
    if (!(await isOn())) return { searches: [] }
    const found = (await placesOf(ledger)).flatMap(({ search }) => search ?? [])
    return { searches: found.sort((a, b) => b.at - a.at).map(({ text }) => text) }
  }
  // One after another: two that are remembered in the same moment take two places.
  let writing: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = writing.then(work)
    writing = result.catch(() => undefined)
    return result
  }
  return {
    'searches.list': list,
    'searches.keep': ({ text }) =>
      inTurn(async () => {
        const { searches } = await list()
        if (!(await isOn()) || searches[0] === text) return { searches }
        const places = await placesOf(ledger)
        const oldest = places.reduce((a, b) => ((b.search?.at ?? 0) < (a.search?.at ?? 0) ? b : a))
        const { name } = places.find(({ search }) => search?.text === text) ?? oldest
        // A clock that was set back still leaves the newest first.
        const newest = Math.max(0, ...places.map(({ search }) => search?.at ?? 0))
        await ledger.append({ type: 'setting-changed', name, value: { text, at: Math.max(now(), newest + 1) } })
        return list()
      }),
    'searches.forget': ({ text }) =>
      inTurn(async () => {
        await forgetSearches(ledger, text)
        return list()
      }),
  }
}
