import { type KeyboardEvent, type PointerEvent, type ReactElement, useState } from 'react'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'

/** Bounds of the dragged columns, rem; the reading pane keeps at least 30. */
const bounds = { rail: { min: 13, max: 22 }, list: { min: 20, max: 40 } } as const
const step = 0.5

/** Drags the right edge of a column; the width is remembered with the profile. Arrow keys do the same. */
export function Divider({ column, width }: { readonly column: 'rail' | 'list'; readonly width: number | null }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const [from, setFrom] = useState<{ readonly x: number; readonly width: number } | null>(null)
  const { min, max } = bounds[column]
  const clamped = (wanted: number): number => Math.round(Math.min(max, Math.max(min, wanted)) * 4) / 4
  const remSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const shellOf = (element: Element): HTMLElement | null => element.closest<HTMLElement>('.shell')
  const drawn = (element: Element): number => width ?? Number.parseFloat(getComputedStyle(shellOf(element) ?? document.body).getPropertyValue(`--${column}`))
  const save = (wanted: number): void => { void engine.call('settings.set', column === 'rail' ? { railWidth: clamped(wanted) } : { listWidth: clamped(wanted) }) }
  const widthAt = (event: PointerEvent): number => (from === null ? 0 : clamped(from.width + (event.clientX - from.x) / remSize()))
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -step, ArrowRight: step }[event.key]
    if (by === undefined) return
    event.preventDefault()
    save(drawn(event.currentTarget) + by)
  }
  return (
    <div
      className="divider" data-column={column} role="separator" aria-orientation="vertical" aria-label={t(`divider.${column}`)} aria-valuemin={min} aria-valuemax={max} aria-valuenow={width ?? min} tabIndex={0}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setFrom({ x: event.clientX, width: drawn(event.currentTarget) })
      }}
      onPointerMove={(event) => { if (from !== null) shellOf(event.currentTarget)?.style.setProperty(`--${column}`, `${String(widthAt(event))}rem`) }}
      onPointerUp={(event) => {
        if (from === null) return
        save(widthAt(event))
        setFrom(null)
      }}
    />
  )
}
