import { ArchiveIcon, InboxIcon, TrashIcon } from '@navikt/aksel-icons'
import { type ReactElement, useEffect, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { useCountdown } from '../message/ConfirmBar.tsx'
import { errorText, useWords } from '../texts/words.ts'

const icons = { archive: ArchiveIcon, bin: TrashIcon, restore: InboxIcon } as const

/** Where rows were that were just moved: what happened to them, and a way back for as long as nothing was sent. */
export function MovedStrip(): ReactElement | null {
  const { t } = useWords()
  const engine = useEngine()
  const [{ justMoved: moved }, go] = usePlace()
  const [error, setError] = useState<EngineError | null>(null)
  const seconds = useCountdown(moved?.until ?? null)
  const isOver = moved !== null && seconds === 0 && error === null
  useEffect(() => {
    if (!isOver) return undefined
    // The countdown shows zero for a moment, or the clock has passed it while the window slept.
    const timer = setTimeout(() => { go({ to: 'moved-done', moved }) }, 500)
    return () => { clearTimeout(timer) }
  }, [go, isOver, moved])
  if (moved === null) return null
  const Icon = icons[moved.kind]
  const undo = async (): Promise<void> => {
    let wrong: EngineError | null = null
    for (const uuid of moved.uuids) {
      const result = await engine.call('receipts.undo', { uuid })
      if (!result.ok) wrong = result.error
    }
    setError(wrong)
    if (wrong !== null) return
    go({ to: 'moved-done', moved })
    const [first] = moved.ids
    if (first !== undefined) go({ to: 'cursor', id: first })
    document.getElementById('message-list')?.focus({ preventScroll: true })
  }
  const text = moved.title === null ? t(`moved.several.${moved.kind}`, { count: moved.ids.length }) : t(`moved.${moved.kind}`, { title: moved.title })
  return (
    <div className="moved-strip" role="status">
      <Icon aria-hidden />
      <span><bdi>{text}</bdi>{error !== null && <span role="alert" className="error-text"> {errorText(t, error)}</span>}</span>
      {seconds > 0 && <button type="button" className="text-link" onClick={() => void undo()}>{t('do.undo')}<span aria-hidden> ({seconds})</span></button>}
    </div>
  )
}
