import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useRef, useState } from 'react'
import { useEngine } from '../engine/hooks.ts'
import { errorText, useWords } from '../texts/words.ts'
import { type ImportOutcome, importTemplate, type TemplateFile } from './import.ts'

/** What became of an import, in a sentence. */
export function useImportText(): (outcome: ImportOutcome) => string {
  const { t } = useWords()
  return (outcome) => {
    if (outcome.outcome === 'error') return t('forms.rejected', { reason: errorText(t, outcome.error) })
    if (outcome.outcome === 'rejected') return t('forms.rejected', { reason: outcome.problem === null ? '' : t(`form.problem.${outcome.problem}`) })
    return t(outcome.outcome === 'added' ? 'forms.added' : 'forms.known', { name: outcome.name ?? '' })
  }
}

/** Imports templates one after the other, and says what became of the last that failed, else of the last. */
export function useImport(): { readonly run: (templates: readonly (readonly TemplateFile[])[]) => Promise<void>; readonly busy: boolean; readonly outcome: ImportOutcome | null } {
  const engine = useEngine()
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<ImportOutcome | null>(null)
  const run = async (templates: readonly (readonly TemplateFile[])[]): Promise<void> => {
    setBusy(true)
    setOutcome(null)
    const outcomes: ImportOutcome[] = []
    for (const files of templates) if (files.length > 0) outcomes.push(await importTemplate(engine, files))
    setOutcome(outcomes.findLast((one) => one.outcome === 'error' || one.outcome === 'rejected') ?? outcomes.at(-1) ?? null)
    setBusy(false)
  }
  return { run, busy, outcome }
}

/** Chooses template files by the system's own dialog; what is chosen comes as bytes. */
export function ImportButton({ text, busy, onFiles }: { readonly text: string; readonly busy: boolean; readonly onFiles: (files: readonly File[]) => void }): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input} type="file" hidden multiple accept=".xsn,.zip" aria-label={text}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
      <Button variant="secondary" data-size="sm" loading={busy} onClick={() => { input.current?.click() }}>{text}</Button>
    </>
  )
}
