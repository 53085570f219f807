import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactElement, useEffect, useMemo, useRef } from 'react'
import type { Snippet } from '../../preload/contract/index.ts'
import { hasOneRecipient, useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { isSearch, type ListView, type Tab, usePlace } from '../app/state.ts'
import { Stopped } from '../search/SearchBar.tsx'
import { useWords } from '../texts/words.ts'
import { type ListItem, withHeadings, withMoved } from './headings.ts'
import { MovedStrip } from './MovedStrip.tsx'
import { RowContent, rowName, type RowProps } from './Row.tsx'
import type { Rows } from './rows.ts'

/** Heights by the measures of the window; rows that wrap are measured. */
const heights = { heading: 30, row: 78, compact: 50, hit: 116, moved: 45 } as const

/** A row that is only passed on the way is not asked for, ms. */
const restMs = 50

/** How many messages the whole list has, for screen readers; -1 where it is not known. */
function useTotal(view: ListView, searches: boolean, rows: Rows): number {
  const { counts } = useShared()
  const [{ party, handled }] = usePlace()
  if (searches) return rows.total ?? -1
  if (counts === null || party !== null || handled !== null) return -1
  const totals = { inbox: counts.inbox, 'needs-confirmation': counts.needsConfirmation.count, due: counts.due.count, unread: counts.unread, handled: counts.handled, archive: counts.archive, bin: counts.bin }
  return totals[view]
}

/** What a hit opens: the letter, or the attachment it is in, at its page and with its word. */
function tabOfHit(snippet: Snippet | undefined): Tab {
  if (snippet?.where !== 'attachment' || snippet.attachmentId === null) return 'letter'
  const [from, to] = snippet.marks[0] ?? [0, 0]
  return { attachmentId: snippet.attachmentId, page: snippet.page, search: snippet.text === snippet.fileName ? '' : snippet.text.slice(from, to) }
}

/** Virtualised list: one tab stop, headings as groups, the active row told by its id. */
export function MessageList({ view, rows, name }: { readonly view: ListView; readonly rows: Rows; readonly name: string }): ReactElement {
  const words = useWords()
  const shared = useShared()
  const [place, go] = usePlace()
  const { cursor, open, selected, party } = place
  const searches = isSearch(place)
  const { now, settings, counts } = shared
  const scroller = useRef<HTMLDivElement>(null)
  const isWork = !searches && (view === 'needs-confirmation' || view === 'due')
  const form: RowProps['form'] = searches ? 'hit' : isWork ? 'work' : hasOneRecipient(shared) ? 'one' : 'mail'
  const compact = settings.density === 'compact' && form !== 'hit'
  const { justMoved } = place
  const items = useMemo(() => withMoved(withHeadings(words, rows.rows, searches ? 'none' : isWork ? 'due' : 'date', now), justMoved), [words, rows.rows, searches, isWork, now, justMoved])
  const total = useTotal(view, searches, rows)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'heading' ? heights.heading : items[index]?.kind === 'moved' ? heights.moved : compact ? heights.compact : form === 'hit' ? heights.hit : heights.row),
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : item.kind === 'row' ? item.row.id : item.key
    },
    overscan: 8,
  })
  const visible = virtual.getVirtualItems()
  const lastVisible = visible.at(-1)?.index ?? 0
  useEffect(() => {
    if (items.length > 0 && lastVisible >= items.length - 20) rows.more()
  }, [items.length, lastVisible, rows])

  // The row the keys stand on is always in sight.
  const cursorAt = items.findIndex((item) => item.kind === 'row' && item.row.id === cursor)
  useEffect(() => {
    if (cursorAt >= 0) virtual.scrollToIndex(cursorAt, { align: 'auto' })
  }, [cursorAt, virtual])

  // The row that the keys stand on, or the pointer rests on, is the one that is opened next.
  const engine = useEngine()
  const resting = useRef<ReturnType<typeof setTimeout> | null>(null)
  const leave = (): void => { if (resting.current !== null) clearTimeout(resting.current) }
  const rest = (id: number): void => {
    leave()
    resting.current = setTimeout(() => { void engine.ahead.message(id) }, restMs)
  }
  useEffect(() => {
    if (cursor === null) return undefined
    const timer = setTimeout(() => { void engine.ahead.message(cursor) }, restMs)
    return () => { clearTimeout(timer) }
  }, [cursor, engine])
  useEffect(() => leave, [])

  const toggle = (id: number): void => { go({ to: 'select', ids: [id], on: !selected.has(id) }) }
  const clicked = (event: MouseEvent, id: number): void => {
    if (event.ctrlKey || event.metaKey || (event.target instanceof Element && event.target.closest('.row-box') !== null)) {
      toggle(id)
      go({ to: 'cursor', id })
    } else if (event.shiftKey && cursor !== null) {
      const ids = rows.rows.map((row) => row.id)
      const [from, to] = [ids.indexOf(cursor), ids.indexOf(id)].sort((a, b) => a - b)
      go({ to: 'select', ids: ids.slice(from, (to ?? 0) + 1), on: true })
    } else go({ to: 'open', id, tab: tabOfHit(rows.snippets.get(id)) })
  }
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && cursor !== null) {
      event.preventDefault()
      go({ to: 'open', id: cursor, tab: tabOfHit(rows.snippets.get(cursor)), focus: true })
    }
  }
  const isChoosing = selected.size > 0 || isWork

  const groups: { readonly text: string; readonly items: (typeof visible)[number][] }[] = []
  for (const one of visible) {
    const item = items[one.index]
    if (item?.kind === 'moved') continue
    const text = item === undefined ? '' : item.kind === 'heading' ? item.text : item.group
    const last = groups.at(-1)
    if (last?.text === text) last.items.push(one)
    else groups.push({ text, items: [one] })
  }
  const shiftedTo = (start: number) => ({ transform: `translateY(${String(start)}px)` })
  const option = (item: Extract<ListItem, { kind: 'row' }>, at: (typeof visible)[number]): ReactElement => {
    const { row } = item
    return (
      <div
        key={row.id} id={`row-${String(row.id)}`} role="option" ref={virtual.measureElement} data-index={at.index} className="option" style={shiftedTo(at.start)}
        aria-selected={selected.has(row.id)} aria-current={open === row.id ? 'true' : undefined} aria-setsize={total < 0 ? undefined : Math.max(total, rows.rows.length)} aria-posinset={item.at + 1}
        data-unread={row.unread} data-open={open === row.id} data-cursor={cursor === row.id} data-selected={selected.has(row.id)}
        // A press of the mouse must not move the list under the pointer before it is a click.
        onMouseDown={(event) => { event.preventDefault() }}
        onPointerEnter={() => { rest(row.id) }} onPointerLeave={leave}
        onClick={(event) => { clicked(event, row.id); document.getElementById('message-list')?.focus({ preventScroll: true }) }}
      >
        <span className="only-read">{rowName(words, row, now, row.correspondenceId !== null && shared.inDanger.has(row.correspondenceId))}</span>
        <span aria-hidden><RowContent row={row} now={now} form={form} compact={compact} snippet={rows.snippets.get(row.id) ?? null} selected={selected.has(row.id)} isChoosing={isChoosing} /></span>
      </div>
    )
  }
  return (
    <div className="list-scroll" ref={scroller}>
      <div
        id="message-list" className="listbox" role="listbox" tabIndex={0} aria-label={name} aria-multiselectable="true" aria-activedescendant={cursorAt >= 0 ? `row-${String(cursor)}` : undefined}
        style={{ height: `${String(virtual.getTotalSize())}px` }} onKeyDown={pressed}
        onFocus={(event) => { if (rows.rows[0] !== undefined && event.currentTarget.matches(':focus-visible')) go({ to: 'first', id: rows.rows[0].id }) }}
      >
        {groups.map((group) => (
          <div key={group.text} role="group" aria-label={group.text === '' ? name : group.text}>
            {group.items.map((at) => {
              const item = items[at.index]
              if (item === undefined || item.kind === 'moved') return null
              if (item.kind === 'row') return option(item, at)
              const fresh = view === 'inbox' && party === null && place.handled === null && at.index === 0 && (counts?.newToday ?? 0) > 0
              return (
                <div key={item.key} role="presentation" ref={virtual.measureElement} data-index={at.index} className="date-heading" data-tone={item.tone} style={shiftedTo(at.start)}>
                  <span>{item.text}</span>
                  <span>{fresh ? words.t('heading.new', { count: counts?.newToday ?? 0 }) : isWork ? words.number(item.count) : ''}</span>
                </div>
              )
            })}
          </div>
        ))}
      </div>
      <Stopped rows={rows} />
      {/* Beside the listbox, because a button has no place in one; drawn where the row was. */}
      {visible.map((at) => (items[at.index]?.kind === 'moved' ? <div key={at.key} ref={virtual.measureElement} data-index={at.index} className="moved-place" style={shiftedTo(at.start)}><MovedStrip /></div> : null))}
    </div>
  )
}
