import { Button, Checkbox } from '@digdir/designsystemet-react'
import { type ReactElement, useEffect, useState } from 'react'
import { type EngineError, type EventOf, maxPrinted, type PrintLeftOut } from '../../preload/contract/index.ts'
import { useModal } from '../app/modal.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, shown, useWords, type Words } from '../texts/words.ts'
import { printFrame } from './print-frame.ts'

/** The first of these are named; a list as long as the messages helps nobody. */
const namedLeftOut = 20

function progressText({ t }: Words, { stage, done, total }: EventOf<'print.progress'>): string {
  return stage === 'reading' ? t('print.reading', { done, total }) : t(stage === 'making' ? 'print.making' : 'print.joining')
}

function LeftOut({ rows }: { readonly rows: readonly PrintLeftOut[] }): ReactElement | null {
  const { t } = useWords()
  if (rows.length === 0) return null
  return (
    <>
      <p>{t('print.not-all')}</p>
      <ul className="print-left-out">
        {rows.slice(0, namedLeftOut).map((row, at) => <li key={at}><bdi>{shown(row.file ?? row.title ?? t('word.confidential'))}</bdi> {t(`print.left-out.${row.why}`)}</li>)}
        {rows.length > namedLeftOut && <li>… {rows.length - namedLeftOut}</li>}
      </ul>
    </>
  )
}

interface PrintDialogProps {
  readonly ids: readonly number[]
  /** Whether any of them has files at all. */
  readonly hasFiles: boolean
  readonly onClose: () => void
}

/** Prints messages, or saves them as one PDF with bookmarks. No sender is told. */
export function PrintDialog({ ids, hasFiles, onClose }: PrintDialogProps): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const dialog = useModal()
  const [attachments, setAttachments] = useState(false)
  const [progress, setProgress] = useState<EventOf<'print.progress'> | null>(null)
  const [busy, setBusy] = useState<'print' | 'save' | null>(null)
  const [error, setError] = useState<EngineError | null>(null)
  const [done, setDone] = useState<{ readonly saved: string | null; readonly leftOut: readonly PrintLeftOut[] } | null>(null)
  const { t, language } = words
  const chosen = ids.slice(0, maxPrinted)
  useEffect(() => engine.on('print.progress', setProgress), [engine])

  const begin = (what: 'print' | 'save'): void => {
    setBusy(what)
    setError(null)
    setDone(null)
    setProgress(null)
  }
  const print = async (): Promise<void> => {
    begin('print')
    const result = await engine.call('print.document', { ids: chosen, language })
    if (result.ok) {
      await printFrame(result.value.html)
      if (result.value.leftOut.length === 0) dialog.current?.close()
      else setDone({ saved: null, leftOut: result.value.leftOut })
    } else setError(result.error)
    setBusy(null)
  }
  const save = async (): Promise<void> => {
    begin('save')
    const result = await engine.call('print.save', { ids: chosen, attachments: attachments && hasFiles, language })
    if (!result.ok) setError(result.error)
    else if (result.value.path !== null) setDone({ saved: t('print.saved', { count: result.value.pages, path: result.value.path }), leftOut: result.value.leftOut })
    setBusy(null)
  }
  const close = (): void => {
    if (busy === 'save') void engine.call('print.cancel', {})
    dialog.current?.close()
  }
  return (
    <dialog ref={dialog} className="dialog print-dialog" aria-labelledby="print-title" onClose={onClose} onCancel={() => { if (busy === 'save') void engine.call('print.cancel', {}) }}>
      <h2 id="print-title">{t('print.dialog', { count: ids.length })}</h2>
      <p>{t('print.what')} {t('print.silent')}</p>
      {ids.length > maxPrinted && <p className="notice">{t('print.limit', { max: maxPrinted })}</p>}
      {hasFiles && <Checkbox label={t('print.with-files')} description={t('print.with-files.more')} checked={attachments} disabled={busy !== null} onChange={(event) => { setAttachments(event.target.checked) }} />}
      <div role="status">
        {busy !== null && progress !== null && <p className="print-progress">{progressText(words, progress)} …{progress.stage === 'reading' && progress.total > 1 && <progress value={progress.done} max={progress.total} aria-label={progressText(words, progress)} />}</p>}
        {done !== null && <>{done.saved !== null && <p className="print-saved"><bdi>{done.saved}</bdi></p>}<LeftOut rows={done.leftOut} /></>}
      </div>
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      <div className="buttons end">
        <Button variant="secondary" disabled={busy !== null} onClick={() => void print()}>{t('print.print')}</Button>
        <Button variant="secondary" disabled={busy !== null} onClick={() => void save()}>{t('print.save')}</Button>
        <Button variant="tertiary" data-first onClick={close}>{t(done === null ? 'do.cancel' : 'do.close')}</Button>
      </div>
    </dialog>
  )
}
