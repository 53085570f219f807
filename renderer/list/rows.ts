import { useCallback, useEffect, useRef, useState } from 'react'
import { countedHits, type EngineError, type EventName, type ListRow, type Snippet, type Understood } from '../../preload/contract/index.ts'
import { isSearch, type ListView, type Place } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'

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
  /** How the search was understood; that of the one before while it is asked for, null for a view. */
  readonly understood: Understood | null
  /** Set where the search ended before it had looked at everything: at how many, back to when. */
  readonly stopped: { readonly looked: number; readonly reachedAt: number } | null
  /** Whether every hit is here. */
  readonly isWhole: boolean
  /** Looks further back than `stopped`. */
  readonly further: () => void
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
  readonly understood: Understood | null
  readonly stopped: Rows['stopped']
  /** How often a person asked to look further back. */
  readonly furthers: number
}

type Answer = Omit<Held, 'key' | 'turn' | 'furthers'>

/** An answer with the one that goes on from it. */
function joined<Before extends Answer>(before: Before, answer: Answer): Before {
  const known = new Set(before.rows.map((row) => row.id))
  const stopped = answer.stopped === null ? null : { ...answer.stopped, looked: answer.stopped.looked + (before.stopped?.looked ?? 0) }
  return { ...before, rows: [...before.rows, ...answer.rows.filter((row) => !known.has(row.id))], snippets: [...before.snippets, ...answer.snippets], next: answer.next, stopped }
}

const changes: readonly EventName[] = ['messages.changed', 'receipts.changed']

/** Rows of a view or a search by keyset pages; what is loaded is asked for again when something changed. */
export function useRows(view: ListView, party: string | null, { search, filters }: Pick<Place, 'search' | 'filters'>, handled: boolean | null): Rows {
  const engine = useEngine()
  const searches = isSearch({ search, filters })
  const key = JSON.stringify([view, party, search, filters, handled])
  const [held, setHeld] = useState<Held | null>(null)
  const [counted, setCounted] = useState<{ readonly key: string; readonly total: number; readonly stopped: boolean } | null>(null)
  const turn = useRef(0)
  const current = useRef<Held | null>(null)
  useEffect(() => {
    current.current = held
  }, [held])

  const ask = useCallback(
    async (after: Held['next'], limit: number): Promise<Answer> => {
      const who = { ...(party === null ? {} : { party }), ...(handled === null ? {} : { handled }) }
      const nothing = { rows: [], snippets: [], total: null, next: null, understood: null, stopped: null }
      if (searches) {
        const result = await engine.call('messages.search', { text: search, filters: [...filters], ...who, limit, ...(after === null ? {} : { before: after }) })
        return result.ok ? { ...result.value, error: null } : { ...nothing, error: result.error }
      }
      const result = await engine.call('messages.list', { view, ...who, limit, ...(after !== null && typeof after === 'object' ? { after } : {}) })
      return result.ok ? { ...nothing, ...result.value, error: null } : { ...nothing, error: result.error }
    },
    [engine, filters, handled, party, search, searches, view],
  )

  useEffect(() => {
    const load = async (): Promise<void> => {
      turn.current += 1
      const mine = turn.current
      const before = current.current?.key === key ? current.current : null
      const [have, furthers] = [before?.rows.length ?? 0, before?.furthers ?? 0]
      let answer = await ask(null, Math.min(1000, Math.max(pageRows, have)))
      for (let n = 0; n < furthers && answer.stopped !== null && answer.next !== null && mine === turn.current; n += 1) answer = joined(answer, await ask(answer.next, pageRows))
      // What was lost with the engine is asked for again when it is back; until then the rows stay.
      if (mine === turn.current && (answer.error === null || engine.state.link === 'ready')) setHeld({ key, turn: mine, furthers, ...answer })
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
  const isUncounted = searches && held?.key === key && held.total === null && held.next !== null
  const askedAnew = held?.turn
  useEffect(() => {
    if (!isUncounted) return
    let isOver = false
    const timer = setTimeout(() => {
      const who = { ...(party === null ? {} : { party }), ...(handled === null ? {} : { handled }) }
      void engine.call('messages.search-count', { text: search, filters: [...filters], ...who }).then((answer) => {
        if (!isOver && answer.ok) setCounted({ key, ...answer.value })
      })
    }, countMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [askedAnew, engine, filters, handled, isUncounted, key, party, search])

  const asking = useRef(false)
  const goOn = useCallback((byHand: boolean) => {
    const before = current.current
    if (before === null || before.next === null || before.key !== key || asking.current || (before.stopped !== null && !byHand)) return
    asking.current = true
    const mine = turn.current
    void ask(before.next, pageRows).then((answer) => {
      asking.current = false
      if (mine === turn.current && answer.error === null) setHeld({ ...joined(before, answer), furthers: before.furthers + Number(byHand) })
    })
  }, [ask, key])
  const more = useCallback(() => { goOn(false) }, [goOn])
  const further = useCallback(() => { goOn(true) }, [goOn])

  const mine = held?.key === key ? held : null
  const count = counted?.key === key ? counted : null
  return {
    rows: mine?.rows ?? [], snippets: new Map((mine?.snippets ?? []).map((one) => [one.id, one])), loaded: mine !== null, error: mine?.error ?? null, more, further,
    // A count that ended early says no more than the rows do.
    total: mine?.total ?? (count === null || (count.stopped && count.total < countedHits) ? null : count.total),
    understood: searches ? (mine ?? held)?.understood ?? null : null, stopped: mine?.stopped ?? null, isWhole: mine !== null && mine.next === null,
  }
}
