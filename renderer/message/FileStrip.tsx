import { type ReactElement, useEffect, useState } from 'react'
import type { FileLook, MessageView, ResponseOf, Result } from '../../preload/contract/index.ts'
import type { Tab } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { preparePdfFrame } from './pdf-frames.ts'
import { Tabs } from './Tabs.tsx'

interface FileStripProps {
  readonly message: MessageView
  readonly looks: ReadonlyMap<string, FileLook>
  readonly tab: Tab
  readonly onTab: (tab: Tab) => void
}

/** The tabs of a message, and what became of saving all its files. */
export function FileStrip({ message, looks, tab, onTab }: FileStripProps): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const [saved, setSaved] = useState<Result<ResponseOf<'files.save-all'>> | null>(null)
  const { id, attachments } = message
  const hasPdf = [...looks.values()].some(({ kind }) => kind === 'pdf')
  // While a PDF is drawn nothing else is loaded: its own tab makes the next page ready, afterwards.
  const isPdfShown = tab !== 'letter' && looks.get(tab.attachmentId)?.kind === 'pdf'
  useEffect(() => { if (hasPdf && !isPdfShown) preparePdfFrame(engine.pdfOrigin) }, [engine.pdfOrigin, hasPdf, isPdfShown])
  const saveAll = async (): Promise<void> => {
    setSaved(null)
    setSaved(await engine.call('files.save-all', { id }))
  }
  const nameOf = (attachmentId: string): string => {
    const found = attachments.find((one) => one.attachmentId === attachmentId)
    return shown(found?.displayName ?? found?.fileName ?? '')
  }
  const done = saved?.ok === true && saved.value.folder !== null ? saved.value : null
  return (
    <>
      <Tabs files={attachments} looks={looks} tab={tab} onTab={onTab} onSaveAll={attachments.filter(({ state }) => state === 'stored').length > 1 ? () => void saveAll() : null} />
      {saved?.ok === false && <p className="files-saved error-text" role="alert">{errorText(t, saved.error)}</p>}
      {done !== null && (
        <div className="files-saved" role={done.failed.length > 0 ? 'alert' : 'status'}>
          <p>{t('files.saved', { count: done.saved, path: done.folder ?? '' })}</p>
          {done.failed.map((one) => <p key={one.attachmentId} className="error-text">{t('files.saved.failed', { name: nameOf(one.attachmentId), why: errorText(t, { code: one.code, canRetry: false, detail: '' }) })}</p>)}
          {done.notHere > 0 && <p>{t('files.saved.not-here', { count: done.notHere })}</p>}
        </div>
      )}
    </>
  )
}
