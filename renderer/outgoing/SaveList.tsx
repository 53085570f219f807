import { FileCsvIcon, FileExportIcon, FilePdfIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { EngineError, OutgoingGroup } from '../../preload/contract/index.ts'
import { Menu } from '../app/Menu.tsx'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'

export type SavedList = { readonly path: string } | { readonly error: EngineError } | 'under-way' | null

interface SaveListProps {
  readonly group: OutgoingGroup | 'all'
  readonly party: string | null
  /** There is nothing to save. */
  readonly isEmpty: boolean
  readonly onSaved: (saved: SavedList) => void
}

/** Saves the list with its filter as a file; the shell asks where. */
export function SaveList({ group, party, isEmpty, onSaved }: SaveListProps): ReactElement {
  const { t, language } = useWords()
  const engine = useEngine()
  const [busy, setBusy] = useState(false)
  const save = async (format: 'pdf' | 'csv'): Promise<void> => {
    setBusy(true)
    onSaved('under-way')
    const result = await engine.call('receipts.save-list', { format, group, language, ...(party === null ? {} : { party }) })
    setBusy(false)
    onSaved(!result.ok ? { error: result.error } : result.value.path === null ? null : { path: result.value.path })
  }
  const item = (format: 'pdf' | 'csv', icon: typeof FilePdfIcon) => ({ name: format, text: t(`outgoing.export.${format}`), icon, obstacle: null, run: () => void save(format) })
  return (
    <Menu className="tool export-button" label={t('outgoing.export')} disabled={isEmpty || busy} items={[item('pdf', FilePdfIcon), item('csv', FileCsvIcon)]}>
      <FileExportIcon aria-hidden /><span>{t('outgoing.export')}</span>
    </Menu>
  )
}
