import { Button } from '@digdir/designsystemet-react'
import { DownloadIcon, ExternalLinkIcon } from '@navikt/aksel-icons'
import { type ReactElement, useCallback, useEffect, useState } from 'react'
import type { EngineError, FileLook, MessageView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { FilePreview, isPreviewed } from '../preview/FilePreview.tsx'
import { errorText, shown, useWords, type Words } from '../texts/words.ts'
import { FileWarning } from './FileWarning.tsx'
import { FormTab } from './FormTab.tsx'
import { knowPages } from './known-pages.ts'
import { loadFile, type Loaded } from './bytes.ts'
import { PdfTab } from './PdfTab.tsx'
import { markWhole, shownKey } from './shown.ts'

type Attachment = MessageView['attachments'][number]

/** Why a kept file is not drawn here, and what can be done with it. */
function whyNot({ t, size }: Words, loaded: Extract<Loaded, { ok: true }>, fileName: string, opens: boolean): string {
  const values = { size: size(loaded.bytes) }
  if (loaded.tooLarge) return t('file.too-large', values)
  if (/\.(eml|msg)\s*$/i.test(fileName)) return t('file.mail', values)
  if (loaded.kind === 'html') return t('file.html', values)
  if (loaded.kind === 'archive') return t('file.archive', values)
  if (loaded.kind === 'office') return t(opens ? 'file.office' : 'file.office.old', values)
  return t('file.other', values)
}

/** Where a kept file stands at Altinn. */
function stateText({ t, day }: Words, file: Attachment, now: number): string {
  if (file.expiresAt === null) return t('file.kept')
  return t(file.expiresAt <= now ? 'file.kept.expired' : 'file.kept.expires', { date: day(file.expiresAt, now) })
}

interface FileTabProps {
  readonly message: MessageView
  readonly file: Attachment
  readonly look: FileLook | null
  readonly scheme: 'light' | 'dark'
  /** Page of a PDF to begin at, and words to find in it. */
  readonly page: number | null
  readonly search: string
}

/** The panel of one attachment: shown, offered to be saved or opened elsewhere, or offered to be fetched. Moving between tabs fetches nothing. */
export function FileTab({ message, file, look, scheme, page, search }: FileTabProps): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [done, setDone] = useState<{ readonly text: string; readonly bad: boolean } | null>(null)
  const [fetching, setFetching] = useState<EngineError | boolean>(false)
  const { t } = words
  const { id } = message
  const { attachmentId, state } = file
  const name = shown(file.displayName ?? file.fileName)

  useEffect(() => {
    let wanted = true
    if (state !== 'stored') return undefined
    void loadFile(engine, id, attachmentId, () => wanted).then((result) => {
      if (wanted) setLoaded(result)
    })
    return () => { wanted = false }
  }, [attachmentId, engine, id, state])

  const opened = useCallback(() => { markWhole(shownKey(id, message.version)) }, [id, message.version])
  const pdfOpened = useCallback((pages: number) => {
    knowPages(attachmentId, pages)
    opened()
  }, [attachmentId, opened])
  useEffect(() => {
    if (loaded?.ok === true && loaded.kind !== 'pdf' && loaded.pieces.length > 0) opened()
  }, [loaded, opened])

  const save = async (): Promise<void> => {
    const result = await engine.call('files.save', { id, attachmentId })
    if (!result.ok) setDone({ text: errorText(t, result.error), bad: true })
    else if (result.value.path !== null) setDone({ text: t('file.saved', { path: result.value.path }), bad: false })
  }
  const openElsewhere = async (): Promise<void> => {
    const result = await engine.call('files.open', { id, attachmentId })
    setDone(result.ok ? { text: t('file.opened'), bad: false } : { text: result.error.code === 'not-opened' ? t('file.no-program') : errorText(t, result.error), bad: true })
  }
  const fetchFile = async (): Promise<void> => {
    setFetching(true)
    const result = await engine.call('files.fetch', { id, attachmentId })
    setFetching(result.ok ? false : result.error)
  }
  const result = done === null ? null : <p className={done.bad ? 'saved error-text' : 'saved'} role={done.bad ? 'alert' : 'status'}>{done.text}</p>
  const warning = look === null ? null : <FileWarning look={look} fileName={file.fileName} />

  if (state === 'gone') return <div className="tab-message"><h3>{t('file.gone')}</h3><p>{t('file.gone.more')}</p></div>
  if (state === 'wanted') {
    const problem = typeof fetching === 'object' ? fetching : null
    return (
      <div className="tab-message">
        <h3>{t('file.not-here')}</h3>
        {warning}
        <p>{t('file.not-here.more')}{file.expiresAt === null ? '' : ` ${t('file.expires', { date: words.day(file.expiresAt, now) })}`}</p>
        {problem !== null && <p role="alert" className="error-text">{errorText(t, problem)}</p>}
        <Button variant="secondary" loading={fetching === true} onClick={() => void fetchFile()}>{t('file.fetch')}</Button>
      </div>
    )
  }
  if (loaded === null) return <p className="tab-message quiet" role="status">{t('file.opening')}</p>
  if (!loaded.ok) return <div className="tab-message" role="alert"><h3>{t('file.unreadable')}</h3><p>{errorText(t, loaded.error)}</p></div>
  const opens = look?.opens === true
  const buttons = (
    <span className="buttons">
      {opens && <Button variant="tertiary" data-size="sm" onClick={() => void openElsewhere()}><ExternalLinkIcon aria-hidden />{t('file.open')}</Button>}
      <Button variant="secondary" data-size="sm" onClick={() => void save()}><DownloadIcon aria-hidden />{t('do.save')}</Button>
    </span>
  )
  const facts = [words.size(loaded.bytes), stateText(words, file, now), ...(file.md5Matches === null ? [t('file.unchecked')] : [])].join(' · ')
  const note = file.text === 'none' || file.text === 'unreadable' ? <span className="quiet" title={t(file.text === 'none' ? 'texts.none.more' : 'texts.unreadable.more')}>{t('texts.none')}</span> : null
  const saveBar = <div className="file-bar"><span>{facts}{note !== null && <> · {note}</>}</span>{buttons}</div>
  if (loaded.kind === 'pdf' && !loaded.tooLarge) {
    const above = warning === null && result === null ? null : <div className="file-above">{warning}{result}</div>
    return <>{above}<PdfTab key={`${String(page)} ${search}`} name={name} note={note} pieces={loaded.pieces} bytes={loaded.bytes} scheme={scheme} page={page} search={search} onOpened={pdfOpened} onSave={() => void save()} onOpen={opens ? () => void openElsewhere() : null} /></>
  }
  if (loaded.kind === 'xml') return <div className="tab-body">{saveBar}{result}{warning}<FormTab message={message} attachmentId={attachmentId} scheme={scheme} search={search} onShown={opened} /></div>
  if (isPreviewed(loaded)) return <div className="tab-body">{saveBar}{result}{warning}<FilePreview loaded={loaded} fileName={file.fileName} name={name} /></div>
  return (
    <div className="tab-message">
      <h3><bdi>{name}</bdi></h3>
      {warning}
      {(look?.warning ?? null) === null && <p>{whyNot(words, loaded, file.fileName, opens)}</p>}
      <p className="quiet">{facts}</p>
      {result}
      {buttons}
    </div>
  )
}
