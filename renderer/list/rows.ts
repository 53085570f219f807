import { useCallback, useEffect, useRef, useState } from 'react'
import type { EngineError, EventName, ListRow, Snippet } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import type { ListView } from '../app/state.ts'

const pageRows = 100
const refreshMs = 400
/** Hits are counted when nobody types any more, ms. */
const countMs = 400

export interface Rows {
  readonly rows: readonly ListRow[]
  readonly snippets: ReadonlyMap<number, Snippet>
  /** Hits of a search, up to a thousand, or null while they are not counted; null for a view, whose number is among the counts. */
  readonly total: number | null
  /** null while the first page is asked for. */
  readonly loaded: boolean
  readonly error: EngineError | null
  readonly more: () => void
}

interface Held {
  readonly key: string
  /** Which asking from the beginning it is of. */
  readonly turn: number
  readonly rows: readonly ListRow[]
  readonly snippets: readonly Snippet[]
  readonly total: number | null
  readonly next: { readonly at: number; readonly id: number } | number | null
  readonly error: EngineError | null
}

const changes: readonly EventName[] = ['messages.changed', 'receipts.changed']

/** Rows of a view or a search by keyset pages; what is loaded is asked for again when something changed. */
export function useRows(view: ListView, party: string | null, search: string, handled: boolean | null): Rows {
  const engine = useEngine()
  const key = JSON.stringify([view, party, search, handled])
  const [held, setHeld] = useState<Held | null>(null)
  const [counted, setCounted] = useState<{ readonly key: string; readonly total: number } | null>(null)
  const turn = useRef(0)
  const current = useRef<Held | null>(null)
  useEffect(() => {
    current.current = held
  }, [held])

  const ask = useCallback(
    async (after: Held['next'], limit: number): Promise<Omit<Held, 'key' | 'turn'>> => {
      const who = { ...(party === null ? {} : { party }), ...(handled === null ? {} : { handled }) }
      const nothing = { rows: [], snippets: [], total: null, next: null }
      if (search !== '') {
        const result = await engine.call('messages.search', { text: search, ...who, limit, ...(typeof after === 'number' ? { before: after } : {}) })
        return result.ok ? { ...result.value, error: null } : { ...nothing, error: result.error }
      }
      const result = await engine.call('messages.list', { view, ...who, limit, ...(after !== null && typeof after === 'object' ? { after } : {}) })
      return result.ok ? { ...result.value, snippets: [], total: null, error: null } : { ...nothing, error: result.error }
    },
    [engine, handled, party, search, view],
  )

  useEffect(() => {
    const load = async (): Promise<void> => {
      turn.current += 1
      const mine = turn.current
      const have = current.current?.key === key ? current.current.rows.length : 0
      const answer = await ask(null, Math.min(1000, Math.max(pageRows, have)))
      // What was lost with the engine is asked for again when it is back; until then the rows stay.
      if (mine === turn.current && (answer.error === null || engine.state.link === 'ready')) setHeld({ key, turn: mine, ...answer })
    }
    void load()
    let timer: ReturnType<typeof setTimeout> | null = null
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        void load()
      }, refreshMs)
    }
    const back = engine.onBack(() => { void load() })
    const ends = [back, ...changes.map((event) => engine.on(event, soon))]
    return () => {
      if (timer !== null) clearTimeout(timer)
      turn.current += 1
      for (const end of ends) end()
    }
  }, [ask, engine, key])

  // How many there are in all, once the first of them are shown; what was counted before stands until then.
  const isUncounted = search !== '' && held?.key === key && held.total === null && held.next !== null
  const askedAnew = held?.turn
  useEffect(() => {
    if (!isUncounted) return
    let isOver = false
    const timer = setTimeout(() => {
      const who = { ...(party === null ? {} : { party }), ...(handled === null ? {} : { handled }) }
      void engine.call('messages.search-count', { text: search, ...who }).then((answer) => {
        if (!isOver && answer.ok) setCounted({ key, total: answer.value.total })
      })
    }, countMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [askedAnew, engine, handled, isUncounted, key, party, search])

  const asking = useRef(false)
  const more = useCallback(() => {
    const before = current.current
    if (before === null || before.next === null || before.key !== key || asking.current) return
    asking.current = true
    const mine = turn.current
    void ask(before.next, pageRows).then((answer) => {
      asking.current = false
      if (mine !== turn.current || answer.error !== null) return
      const known = new Set(before.rows.map((row) => row.id))
      setHeld({ ...before, rows: [...before.rows, ...answer.rows.filter((row) => !known.has(row.id))], snippets: [...before.snippets, ...answer.snippets], next: answer.next })
    })
  }, [ask, key])

  const mine = held?.key === key ? held : null
  return { rows: mine?.rows ?? [], snippets: new Map((mine?.snippets ?? []).map((one) => [one.id, one])), total: mine?.total ?? (counted?.key === key ? counted.total : null), loaded: mine !== null, error: mine?.error ?? null, more }
}
