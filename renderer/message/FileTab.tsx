import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import type { EngineError, FileKind, MessageView, SafeLetterView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { LetterFrame } from './LetterFrame.tsx'
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
export function FileTab({ message, file, page, search, scheme, onLink }: { readonly message: MessageView; readonly file: Attachment; /** Where a hit of a search is, and its word. */ readonly page: number | null; readonly search: string; readonly scheme: 'light' | 'dark'; readonly onLink: (link: number) => void }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [xml, setXml] = useState<SafeLetterView | null>(null)
  const [saved, setSaved] = useState<{ readonly path: string } | { readonly error: EngineError } | null>(null)
  const [fetching, setFetching] = useState<EngineError | boolean>(false)
  const { t } = words
  const { id } = message
  const { attachmentId, state } = file
  const name = shown(file.displayName ?? file.fileName)

  useEffect(() => {
    let wanted = true
    if (state !== 'stored') return undefined
    void loadFile(engine, id, attachmentId, () => wanted).then(async (result) => {
      if (!wanted) return
      if (result.ok && result.kind === 'xml') {
        const letter = await engine.call('letters.xml', { id, attachmentId })
        if (letter.ok) setXml(letter.value)
      }
      setLoaded(result)
    })
    return () => { wanted = false }
  }, [attachmentId, engine, id, state])

  const opened = useCallback(() => { markWhole(shownKey(id, message.version)) }, [id, message.version])
  useEffect(() => {
    if (loaded?.ok === true && loaded.kind !== 'pdf' && (loaded.pieces.length > 0 || xml?.mode === 'html')) opened()
  }, [loaded, opened, xml])

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
  const note = file.text === 'none' || file.text === 'unreadable' ? <span className="quiet" title={t(file.text === 'none' ? 'texts.none.more' : 'texts.unreadable.more')}>{t('texts.none')}</span> : null
  const saveBar = <div className="file-bar"><span className="quiet">{words.size(loaded.bytes)}{file.md5Matches === null ? ` · ${t('file.unchecked')}` : ''}{note !== null && <> · {note}</>}</span><Button variant="secondary" data-size="sm" onClick={() => void save()}>{t('do.save')}</Button></div>
  const image = images[loaded.kind]
  if (loaded.kind === 'pdf' && loaded.pieces.length > 0) return <>{result}<PdfTab key={`${String(page)} ${search}`} name={name} page={page} search={search} note={note} pieces={loaded.pieces} bytes={loaded.bytes} scheme={scheme} onOpened={opened} onSave={() => void save()} /></>
  if (image !== undefined) return <div className="tab-body">{saveBar}{result}<Picture loaded={loaded} type={image} name={name} /></div>
  if (loaded.kind === 'xml' && xml !== null) {
    return (
      <div className="tab-body">
        {saveBar}{result}
        <p className="quiet">{t('form.plain')}</p>
        <LetterFrame letter={xml} title={name} scheme={scheme} search="" onLink={onLink} onHits={() => undefined} onReady={() => undefined} />
      </div>
    )
  }
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
