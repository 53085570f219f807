import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import type { EngineError, FileKind, MessageView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { FormTab } from './FormTab.tsx'
import { loadFile, type Loaded } from './bytes.ts'
import { PdfTab } from './PdfTab.tsx'
import { markWhole, shownKey } from './shown.ts'

type Attachment = MessageView['attachments'][number]
const images: Partial<Record<FileKind, string>> = { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' }
/** Longer text is cut on screen; the whole of it can be saved. */
const shownText = 200_000

/** A picture by its own bytes; its address is taken back when it goes. */
function Picture({ loaded, type, name }: { readonly loaded: Extract<Loaded, { ok: true }>; readonly type: string; readonly name: string }): ReactElement {
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([...loaded.pieces], { type }))
    if (image.current !== null) image.current.src = made
    return () => { URL.revokeObjectURL(made) }
  }, [loaded, type])
  return <img ref={image} className="picture" alt={name} />
}

/** The panel of one attachment: shown, offered to be saved, or offered to be fetched. Moving between tabs fetches nothing. */
export function FileTab({ message, file, scheme }: { readonly message: MessageView; readonly file: Attachment; readonly scheme: 'light' | 'dark' }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [saved, setSaved] = useState<{ readonly path: string } | { readonly error: EngineError } | null>(null)
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
  useEffect(() => {
    if (loaded?.ok === true && loaded.kind !== 'pdf' && loaded.pieces.length > 0) opened()
  }, [loaded, opened])

  const save = async (): Promise<void> => {
    const result = await engine.call('files.save', { id, attachmentId })
    if (!result.ok) setSaved({ error: result.error })
    else if (result.value.path !== null) setSaved({ path: result.value.path })
  }
  const fetchFile = async (): Promise<void> => {
    setFetching(true)
    const result = await engine.call('files.fetch', { id, attachmentId })
    setFetching(result.ok ? false : result.error)
  }
  const result = saved === null ? null : 'path' in saved ? <p className="saved" role="status">{t('file.saved', { path: saved.path })}</p> : <p className="saved error-text" role="alert">{errorText(t, saved.error)}</p>

  if (state === 'gone') return <div className="tab-message"><h3>{t('file.gone')}</h3><p>{t('file.gone.more')}</p></div>
  if (state === 'wanted') {
    const problem = typeof fetching === 'object' ? fetching : null
    return (
      <div className="tab-message">
        <h3>{t('file.not-here')}</h3>
        <p>{t('file.not-here.more')}{file.expiresAt === null ? '' : ` ${t('file.expires', { date: words.day(file.expiresAt, now) })}`}</p>
        {problem !== null && <p role="alert" className="error-text">{errorText(t, problem)}</p>}
        <Button variant="secondary" loading={fetching === true} onClick={() => void fetchFile()}>{t('file.fetch')}</Button>
      </div>
    )
  }
  if (loaded === null) return <p className="tab-message quiet" role="status">{t('file.opening')}</p>
  if (!loaded.ok) return <div className="tab-message" role="alert"><h3>{t('file.unreadable')}</h3><p>{errorText(t, loaded.error)}</p></div>
  const saveBar = <div className="file-bar"><span className="quiet">{words.size(loaded.bytes)}{file.md5Matches === null ? ` · ${t('file.unchecked')}` : ''}</span><Button variant="secondary" data-size="sm" onClick={() => void save()}>{t('do.save')}</Button></div>
  const image = images[loaded.kind]
  if (loaded.kind === 'pdf' && loaded.pieces.length > 0) return <>{result}<PdfTab name={name} pieces={loaded.pieces} bytes={loaded.bytes} scheme={scheme} onOpened={opened} onSave={() => void save()} /></>
  if (image !== undefined) return <div className="tab-body">{saveBar}{result}<Picture loaded={loaded} type={image} name={name} /></div>
  if (loaded.kind === 'xml') return <div className="tab-body">{saveBar}{result}<FormTab message={message} attachmentId={attachmentId} scheme={scheme} onShown={opened} /></div>
  if (loaded.kind === 'text') {
    const decoder = new TextDecoder()
    const text = loaded.pieces.map((piece) => decoder.decode(piece, { stream: true })).join('')
    return <div className="tab-body">{saveBar}{result}<pre className="file-text" tabIndex={0}>{text.slice(0, shownText)}</pre></div>
  }
  return (
    <div className="tab-message">
      <h3><bdi>{name}</bdi></h3>
      <p>{t(loaded.kind === 'program' ? 'file.program' : loaded.kind === 'html' ? 'file.html' : 'file.other', { size: words.size(loaded.bytes) })}</p>
      {result}
      <Button variant="secondary" onClick={() => void save()}>{t('do.save')}</Button>
    </div>
  )
}
