import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useCallback, useEffect, useState } from 'react'
import type { FormView, MessageView, Place } from '../../preload/contract/index.ts'
import { usePlace } from '../app/state.ts'
import { useShared } from '../app/shared.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { ImportButton, useImport, useImportText } from '../forms/ImportButton.tsx'
import { errorText, shown, useWords } from '../texts/words.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { LetterFrame } from './LetterFrame.tsx'
import { calmSource, formPdf } from './form-place.ts'

interface FormTabProps {
  readonly message: MessageView
  /** null: the message's own text is the form. */
  readonly attachmentId: string | null
  readonly scheme: 'light' | 'dark'
  readonly search?: string
  readonly onHits?: (ranges: readonly Range[]) => void
  /** It is on the screen, readable: as laid out, or as a listing of all there is. */
  readonly onShown: () => void
}

const nothing = (): void => undefined

/** What is said of the template: which one it is, how sure that is, what is missing. */
function Notices({ form, mode }: { readonly form: FormView; readonly mode: 'form' | 'plain' }): ReactElement {
  const { t } = useWords()
  const { template, quality, problem, notices } = form
  const { run, busy, outcome } = useImport()
  const { profile } = useShared()
  const importText = useImportText()
  const isMissing = template === null && problem === null
  return (
    <>
      {form.mode === 'form' && quality !== null && quality !== 'exact' && <p className="notice" role="status">{t(`form.match.${quality}`, { template: template?.version ?? t('form.unknown-version'), document: form.version ?? t('form.unknown-version') })}</p>}
      {form.mode === 'form' && notices.map(({ kind, names }) => <p key={kind} className="notice" role="status">{t(`form.notice.${kind}`, { names: names.join(', ') })}</p>)}
      {isMissing && (
        <div className="notice form-missing" role="status">
          <p><strong>{t('form.missing')}</strong></p>
          <p>{t('form.missing.more')}</p>
          {profile?.readOnly !== true && <ImportButton text={t('form.import')} busy={busy} onFiles={(files) => void run(files.map((file) => [{ name: file.name, blob: file }]))} />}
          {outcome !== null && <p role={outcome.outcome === 'added' || outcome.outcome === 'known' ? 'status' : 'alert'}>{importText(outcome)}</p>}
        </div>
      )}
      {problem !== null && (
        <div className="notice form-missing" role="status">
          <p><strong>{t('form.failed')}</strong></p>
          <p>{t('form.failed.more', { reason: t(`form.problem.${problem}`) })}</p>
        </div>
      )}
      {mode === 'plain' && template !== null && problem === null && <p className="quiet">{t('form.plain.more')}</p>}
    </>
  )
}

/** The source of a form, asked for when somebody wants to see it. */
function Source({ id, attachmentId }: { readonly id: number; readonly attachmentId: string | null }): ReactElement {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  const { value, error } = useAsk('forms.source', isOpen ? { id, attachmentId } : null)
  return (
    <details className="form-source" onToggle={(event) => { setOpen(event.currentTarget.open) }}>
      <summary>{t('form.raw')}</summary>
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      {value?.isCut === true && <p className="quiet">{t('form.raw.cut')}</p>}
      {value !== null && <pre className="file-text" tabIndex={0} dir="ltr">{calmSource(value.text)}</pre>}
    </details>
  )
}

/** A form: laid out as its sender made it, or as a plain listing; the pages of it, the files in it, its source. */
export function FormTab({ message, attachmentId, scheme, search = '', onHits = nothing, onShown }: FormTabProps): ReactElement {
  const words = useWords()
  const { t } = words
  const engine = useEngine()
  const [, go] = usePlace()
  const [mode, setMode] = useState<'form' | 'plain'>('form')
  const [view, setView] = useState<string | null>(null)
  const [link, setLink] = useState<Place | null>(null)
  const [saved, setSaved] = useState<{ readonly text: string; readonly failed: boolean } | null>(null)
  const { id } = message
  const { value: form, error } = useAsk('forms.show', { id, attachmentId, view, mode }, ['forms.changed'])
  const onLink = useCallback((at: number) => { setLink({ kind: 'form', id, attachmentId, view, link: at }) }, [attachmentId, id, view])
  const isReadable = form?.letter.mode === 'html'
  useEffect(() => { if (isReadable) onShown() }, [isReadable, onShown])
  const pdf = formPdf(message, attachmentId)
  const saveEmbedded = async (at: number): Promise<void> => {
    const result = await engine.call('forms.save-embedded', { id, attachmentId, at })
    if (!result.ok) setSaved({ text: errorText(t, result.error), failed: true })
    else if (result.value.path !== null) setSaved({ text: t('file.saved', { path: result.value.path }), failed: false })
  }

  if (error !== null) return <p className="tab-message error-text" role="alert">{errorText(t, error)}</p>
  if (form === null) return <p className="tab-message quiet" role="status">{t('form.opening')}</p>
  const { template, views } = form
  return (
    <div className="form-tab">
      <div className="form-bar">
        {template !== null && (
          <span className="segments" role="group" aria-label={t('form.modes')}>
            {(['form', 'plain'] as const).map((one) => <button key={one} type="button" aria-pressed={form.mode === one} disabled={one === 'form' && form.problem !== null} onClick={() => { setMode(one) }}>{t(`form.mode.${one}`)}</button>)}
          </span>
        )}
        {form.mode === 'form' && views.length > 1 && (
          <select className="plain-select" aria-label={t('form.view')} value={form.view ?? ''} onChange={(event) => { setView(event.target.value) }}>
            {views.map(({ name, caption }) => <option key={name} value={name}>{shown(caption)}</option>)}
          </select>
        )}
        {form.mode === 'form' && template !== null && form.quality === 'exact' && <span className="quiet form-origin">{t(`form.with.${template.from}`, { name: shown(template.name) })}</span>}
        {template === null && <span className="quiet form-origin">{t('form.mode.plain')}</span>}
        {pdf !== null && <button type="button" className="text-link" title={t('form.pdf.more')} onClick={() => { go({ to: 'tab', tab: { attachmentId: pdf } }) }}>{t('form.pdf')}</button>}
      </div>
      <Notices form={form} mode={mode} />
      {form.letter.problem !== null && <p className="notice" role="status">{t(`letter.problem.${form.letter.problem}`)}</p>}
      <div className="form-frame" data-mode={form.mode}>
        <LetterFrame key={`${form.mode} ${form.view ?? ''}`} letter={form.letter} title={t('form.frame')} scheme={scheme} search={search} onLink={onLink} onHits={onHits} onReady={nothing} />
      </div>
      {form.embedded.length > 0 && (
        <section className="form-files">
          <h3>{t('form.embedded')}</h3>
          <ul className="plain-list">{form.embedded.map(({ name, bytes }, at) => (
            <li key={`${String(at)} ${name}`}><span><bdi>{shown(name)}</bdi> <span className="quiet">{words.size(bytes)}</span></span><Button variant="secondary" data-size="sm" aria-label={t('form.embedded.save', { name: shown(name) })} onClick={() => void saveEmbedded(at)}>{t('do.save')}</Button></li>
          ))}</ul>
          {saved !== null && <p className={saved.failed ? 'saved error-text' : 'saved'} role={saved.failed ? 'alert' : 'status'}>{saved.text}</p>}
        </section>
      )}
      <Source id={id} attachmentId={attachmentId} />
      {link !== null && <AddressDialog place={link} onClose={() => { setLink(null) }} />}
    </div>
  )
}
