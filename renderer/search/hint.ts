import { useEffect, useState } from 'react'
import { useEngine } from '../engine/hooks.ts'
import type { Rows } from '../list/rows.ts'
import type { Searched } from './chips.ts'

export interface Hint {
  readonly word: string
  /** The place of the typed word that it would stand for. */
  readonly at: readonly [number, number]
}

/** The vocabulary is gone through a little at a time, when nobody types: ms before and between, and how often. */
const beforeMs = 400
const betweenMs = 40
const mostTimes = 150
/** With more hits than these there is no need for other words. */
const fewHits = 50

const none: readonly Hint[] = []

/** Compounds that the typed words stand in, asked for only where there are few hits. */
export function useHint({ search, filters }: Searched, party: string | null, rows: Rows): readonly Hint[] {
  const engine = useEngine()
  const [known, setKnown] = useState<{ readonly key: string; readonly words: readonly Hint[] } | null>(null)
  const key = JSON.stringify([search, filters, party])
  const wanted = search !== '' && rows.loaded && rows.isWhole && rows.error === null && rows.rows.length < fewHits
  useEffect(() => {
    if (!wanted) return undefined
    const ended = new AbortController()
    const isOver = (): boolean => ended.signal.aborted
    const ask = async (): Promise<void> => {
      for (let n = 0; n < mostTimes && !isOver(); n += 1) {
        await new Promise((resolve) => setTimeout(resolve, n === 0 ? beforeMs : betweenMs))
        // Something else may have been typed meanwhile.
        const answer = isOver() ? null : await engine.call('messages.search-hint', { text: search, filters: [...filters], ...(party === null ? {} : { party }) })
        if (answer?.ok !== true) return
        const { words, isDone } = answer.value
        if (words.length > 0) setKnown((before) => (before?.key === key && JSON.stringify(before.words) === JSON.stringify(words) ? before : { key, words }))
        if (isDone || words.length >= 3) return
      }
    }
    void ask()
    return () => { ended.abort() }
  }, [engine, filters, key, party, search, wanted])
  return wanted && known?.key === key ? known.words : none
}
