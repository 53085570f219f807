import { type ReactElement, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { errorText, shown, useWords } from '../texts/words.ts'
import { ImportButton, useImport, useImportText } from './ImportButton.tsx'
import { droppedTemplates } from './import.ts'

/** The library of form templates: what was imported, a place to drop more, and taking one away. */
export function TemplatesSection({ readOnly }: { readonly readOnly: boolean }): ReactElement {
  const words = useWords()
  const { t } = words
  const engine = useEngine()
  const { value, error } = useAsk('forms.templates', {}, ['forms.changed'])
  const { run, busy, outcome } = useImport()
  const importText = useImportText()
  const [isOver, setOver] = useState(false)
  const [failure, setFailure] = useState<EngineError | null>(null)
  const remove = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      const result = await engine.call('forms.remove', { id })
      setFailure(result.ok ? null : result.error)
    }
  }
  const problem = failure ?? error
  const templates = value?.templates ?? []
  const damaged = value?.damaged ?? []
  return (
    <section
      className="templates" data-over={isOver}
      onDragOver={(event) => {
        if (readOnly || !event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
        setOver(true)
      }}
      onDragLeave={() => { setOver(false) }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (!readOnly) void Promise.all(droppedTemplates(event.dataTransfer)).then(run)
      }}
    >
      <h2>{t('forms.title')}</h2>
      <p className="quiet">{t('forms.more')}</p>
      {problem !== null && <p role="alert" className="error-text">{errorText(t, problem)}</p>}
      {templates.length === 0 && value !== null ? <p>{t('forms.none')}</p> : (
        <ul className="plain-list">
          {templates.map(({ id, name, version, bytes }) => (
            <li key={id}>
              <span><bdi>{shown(name)}</bdi> <span className="quiet">{[version === null ? '' : t('forms.version', { version }), words.size(bytes)].filter((part) => part !== '').join(' · ')}</span></span>
              {!readOnly && <button type="button" className="text-link" aria-label={t('forms.remove', { name })} onClick={() => void remove([id])}>{t('forms.remove.short')}</button>}
            </li>
          ))}
        </ul>
      )}
      {damaged.length > 0 && (
        <p className="notice" role="status">{t('forms.damaged', { count: damaged.length })} {!readOnly && <button type="button" className="text-link" onClick={() => void remove(damaged)}>{t('forms.remove.short')}</button>}</p>
      )}
      {!readOnly && (
        <div className="template-drop">
          <ImportButton text={t('forms.import')} busy={busy} onFiles={(files) => void run(files.map((file) => [{ name: file.name, blob: file }]))} />
          <span className="quiet">{t('forms.drop')}</span>
        </div>
      )}
      {outcome !== null && <p role={outcome.outcome === 'error' || outcome.outcome === 'rejected' ? 'alert' : 'status'} className={outcome.outcome === 'error' || outcome.outcome === 'rejected' ? 'error-text' : 'saved'}>{importText(outcome)}</p>}
    </section>
  )
}
