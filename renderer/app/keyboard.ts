import { type Dispatch, useEffect, useRef } from 'react'
import type { ListRow } from '../../preload/contract/index.ts'
import type { EngineClient } from '../engine/client.ts'
import { getMessages } from './accounts.ts'
import type { Shared } from './shared.ts'
import { isSearch, type Move, type Page, type Place } from './state.ts'

const goTo: Readonly<Record<string, Page>> = { i: 'inbox', b: 'needs-confirmation', f: 'due', u: 'unread', o: 'outgoing', a: 'archive' }
/** How long the second key of "g then i" may take, ms. */
const sequenceMs = 1500
const regions = ['#search', '.views .nav-item[aria-current=page], .views .nav-item', '#message-list', '#message', '.footer button']

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** The next place F6 goes to; regions that are not there are left out. */
function nextRegion(back: boolean): void {
  const found = regions.map((selector) => document.querySelector<HTMLElement>(selector)).filter((element) => element !== null && element.offsetParent !== null) as HTMLElement[]
  const active = document.activeElement
  const at = found.findIndex((element) => element === active || element.contains(active))
  const next = found[(at + (back ? -1 : 1) + found.length) % found.length]
  next?.focus()
}

/** The key map of the window (single letters only outside of text fields, and only while they are switched on). */
export function useKeyboard(engine: EngineClient, shared: Shared, place: Place, go: Dispatch<Move>, rows: readonly ListRow[]): void {
  const sequence = useRef(0)
  useEffect(() => {
    const { cursor, open, dialog, selected } = place
    const step = (by: number, extend: boolean): void => {
      const at = rows.findIndex((row) => row.id === cursor)
      const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]
      if (next === undefined) return
      if (extend) go({ to: 'select', ids: [...(cursor === null ? [] : [cursor]), next.id], on: true })
      go({ to: 'cursor', id: next.id })
      document.getElementById('message-list')?.focus({ preventScroll: true })
    }
    const back = (): void => {
      if (selected.size > 0) go({ to: 'select-none' })
      else if (open !== null) {
        go({ to: 'open', id: null })
        go({ to: 'cursor', id: open })
        requestAnimationFrame(() => document.getElementById('message-list')?.focus({ preventScroll: true }))
      } else if (isSearch(place)) go({ to: 'search', text: '', filters: [] })
    }
    const tab = (by: number): void => {
      const tabs = [...document.querySelectorAll<HTMLElement>('.tabs [role=tab]')]
      const at = tabs.findIndex((one) => one.getAttribute('aria-selected') === 'true')
      tabs[at + by]?.click()
    }
    const letters: Readonly<Record<string, () => void>> = {
      j: () => { step(1, false) },
      k: () => { step(-1, false) },
      J: () => { step(1, true) },
      K: () => { step(-1, true) },
      x: () => { if (cursor !== null) go({ to: 'select', ids: [cursor], on: !selected.has(cursor) }) },
      e: () => {
        const row = rows.find((one) => one.id === (open ?? cursor))
        if (row !== undefined && shared.profile?.readOnly === false) void engine.call('messages.set-handled', { id: row.id, handled: row.handledAt === null })
      },
      r: () => { document.getElementById('read-button')?.click() },
      // Never presses it: a confirmation is given by hand.
      c: () => { document.getElementById('confirm-button')?.focus() },
      u: () => { if (open !== null) { void engine.call('messages.mark-unread', { id: open }); go({ to: 'open', id: null }) } },
      '[': () => { tab(-1) },
      ']': () => { tab(1) },
      '?': () => { go({ to: 'dialog', dialog: 'keys' }) },
      '/': () => { document.getElementById('search')?.focus() },
      g: () => { sequence.current = performance.now() },
    }
    const press = (event: KeyboardEvent): void => {
      const { key } = event
      const handle = (work: () => void): void => {
        event.preventDefault()
        work()
      }
      if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'k') handle(() => { go({ to: 'dialog', dialog: dialog === 'palette' ? null : 'palette' }) })
      else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'p') handle(() => {
        // A receipt or a code that is on screen prints as it is; messages are asked about first.
        if (document.querySelector('.receipt-page') !== null || (open === null && selected.size === 0)) window.print()
        else if (document.querySelector('dialog[open]') === null) go({ to: 'dialog', dialog: 'print' })
      })
      else if (key === 'F5') handle(() => { getMessages(engine, shared.accounts) })
      else if (key === 'F6') handle(() => { nextRegion(event.shiftKey) })
      else if (document.querySelector('dialog[open], :popover-open') !== null) return
      else if (key === 'Escape') {
        if (event.target instanceof HTMLInputElement && event.target.id === 'search') {
          handle(() => { go({ to: 'search', text: '', filters: [] }); document.getElementById('message-list')?.focus({ preventScroll: true }) })
        } else handle(back)
      } else if (isTyping(event.target)) {
        if (event.target instanceof HTMLElement && event.target.id === 'search' && (key === 'Enter' || key === 'ArrowDown')) handle(() => { step(0, false) })
      } else if ((key === 'ArrowDown' || key === 'ArrowUp') && event.target instanceof HTMLElement && (event.target.id === 'message-list' || event.target === document.body)) handle(() => { step(key === 'ArrowDown' ? 1 : -1, event.shiftKey) })
      else if (!event.ctrlKey && !event.metaKey && !event.altKey && shared.settings.letterKeys) {
        const page = goTo[key]
        if (page !== undefined && performance.now() - sequence.current < sequenceMs) {
          sequence.current = 0
          handle(() => { go({ to: 'page', page }) })
        } else if (letters[key] !== undefined) handle(letters[key])
      }
    }
    document.addEventListener('keydown', press)
    return () => { document.removeEventListener('keydown', press) }
  }, [engine, shared, place, go, rows])
}
