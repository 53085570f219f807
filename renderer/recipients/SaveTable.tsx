import { FileCsvIcon, FileExportIcon, PersonIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import { Menu } from '../app/Menu.tsx'
import { useEngine } from '../engine/hooks.ts'
import type { SavedList } from '../outgoing/SaveList.tsx'
import { useWords } from '../texts/words.ts'

/** Saves the table as a file; the shell asks where. National numbers of persons only where that is what was chosen. */
export function SaveTable({ hasPersons, onSaved }: { readonly hasPersons: boolean; readonly onSaved: (saved: SavedList) => void }): ReactElement {
  const { t, language } = useWords()
  const engine = useEngine()
  const [busy, setBusy] = useState(false)
  const save = async (personNumbers: boolean): Promise<void> => {
    setBusy(true)
    onSaved('under-way')
    const result = await engine.call('recipients.save-list', { language, personNumbers })
    setBusy(false)
    onSaved(!result.ok ? { error: result.error } : result.value.path === null ? null : { path: result.value.path })
  }
  const items = [
    { name: 'csv', text: t('coverage.save.csv'), icon: FileCsvIcon, obstacle: null, run: () => void save(false) },
    ...(hasPersons ? [{ name: 'csv-persons', text: t('coverage.save.persons'), icon: PersonIcon, obstacle: null, run: () => void save(true) }] : []),
  ]
  return <Menu className="tool export-button" label={t('coverage.save')} disabled={busy} items={items}><FileExportIcon aria-hidden /><span>{t('coverage.save')}</span></Menu>
}
