import { EnvelopeOpenIcon, FileCodeIcon, FileExcelIcon, FileIcon, FileImageIcon, FilePdfIcon, FileTextIcon } from '@navikt/aksel-icons'
import { type ComponentType, type KeyboardEvent, type ReactElement, useRef } from 'react'
import type { MessageView } from '../../preload/contract/index.ts'
import type { Tab } from '../app/state.ts'
import { shown, useWords } from '../texts/words.ts'

type Attachment = MessageView['attachments'][number]

export const tabKey = (tab: Tab): string => (tab === 'letter' ? 'letter' : tab.attachmentId)

function iconOf(name: string): ComponentType<{ 'aria-hidden': true }> {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (extension === 'pdf') return FilePdfIcon
  if (['xls', 'xlsx', 'csv', 'ods'].includes(extension)) return FileExcelIcon
  if (['png', 'jpg', 'jpeg', 'gif', 'webp'].includes(extension)) return FileImageIcon
  if (['xml', 'json'].includes(extension)) return FileCodeIcon
  return ['txt', 'doc', 'docx', 'odt'].includes(extension) ? FileTextIcon : FileIcon
}

/** Letter and attachments as tabs: arrow keys move, Enter or Space opens. */
export function Tabs({ files, tab, onTab }: { readonly files: readonly Attachment[]; readonly tab: Tab; readonly onTab: (tab: Tab) => void }): ReactElement {
  const words = useWords()
  const all: readonly { readonly tab: Tab; readonly name: string; readonly detail: string; readonly icon: ComponentType<{ 'aria-hidden': true }> }[] = [
    { tab: 'letter', name: words.t('tab.letter'), detail: '', icon: EnvelopeOpenIcon },
    ...files.map((file) => ({ tab: { attachmentId: file.attachmentId }, name: shown(file.displayName ?? file.fileName), detail: file.bytes === null ? '' : words.size(file.bytes), icon: iconOf(file.fileName) })),
  ]
  const list = useRef<HTMLDivElement>(null)
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    buttons[(at + step + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={words.t('region.tabs')} ref={list} onKeyDown={press}>
      {all.map(({ tab: one, name, detail, icon: Icon }) => {
        const isOpen = tabKey(one) === tabKey(tab)
        return (
          <button key={tabKey(one)} id={`tab-${tabKey(one)}`} type="button" role="tab" className="tab" aria-selected={isOpen} aria-controls="tab-panel" tabIndex={isOpen ? 0 : -1} onClick={() => { onTab(one) }}>
            <Icon aria-hidden /><bdi>{name}</bdi>{detail !== '' && <span className="tab-detail">{detail}</span>}
          </button>
        )
      })}
    </div>
  )
}
