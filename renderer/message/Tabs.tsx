import { DownloadIcon, EnvelopeOpenIcon, ExclamationmarkTriangleIcon } from '@navikt/aksel-icons'
import { type KeyboardEvent, type ReactElement, useLayoutEffect, useRef, useState } from 'react'
import type { FileLook, MessageView } from '../../preload/contract/index.ts'
import { Menu } from '../app/Menu.tsx'
import type { Tab } from '../app/state.ts'
import { shown, useWords, type Words } from '../texts/words.ts'
import { fileIcon, type Icon } from './file-icon.ts'
import { useKnownPages } from './known-pages.ts'

type Attachment = MessageView['attachments'][number]

export const tabKey = (tab: Tab): string => (tab === 'letter' ? 'letter' : tab.attachmentId)

/** One word or figure after a name: pages or size, or why it is not here. */
function detailOf({ t, size }: Words, file: Attachment, look: FileLook | undefined, pages: number | null): string {
  if (file.state === 'gone') return t('file.state.gone')
  if (file.state === 'wanted') return t('file.state.not-here')
  if (look?.damaged === true) return t('file.state.damaged')
  return pages !== null ? t('file.pages', { count: pages }) : file.bytes === null ? '' : size(file.bytes)
}

interface OneTab {
  readonly tab: Tab
  readonly name: string
  readonly detail: string
  readonly warned: boolean
  readonly icon: Icon
}

/** Room for the button behind which the tabs stand that have none, and for the one that saves all, px. */
const moreWidth = 64
const saveWidth = 40

/** The tabs that have no room: the letter and the open one always have. */
function useOverflow(all: readonly OneTab[], open: string, savesAll: boolean): { readonly strip: React.RefObject<HTMLDivElement | null>; readonly over: ReadonlySet<string> } {
  const strip = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState('')
  const shape = all.map(({ tab, name, detail, warned }) => `${tabKey(tab)} ${name} ${detail} ${String(warned)}`).join('\n')
  useLayoutEffect(() => {
    const element = strip.current
    const row = element?.parentElement
    if (element === null || row == null) return undefined
    const measure = (): void => {
      const tabs = [...element.querySelectorAll<HTMLElement>('[role=tab]')].map((one) => ({ key: one.id.slice('tab-'.length), width: one.offsetWidth + 4 }))
      // Of the whole row, which does not change when the button comes or goes.
      const style = getComputedStyle(row)
      const room = row.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight) - (savesAll ? saveWidth : 0)
      let left = tabs.reduce((sum, { width }) => sum + width, 0) <= room ? Infinity : room - moreWidth
      const must = tabs.filter(({ key }) => key === 'letter' || key === open)
      left -= must.reduce((sum, { width }) => sum + width, 0)
      const hidden: string[] = []
      for (const one of tabs) {
        if (must.includes(one)) continue
        left -= one.width
        if (left < 0) hidden.push(one.key)
      }
      setOver(hidden.join(' '))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(row)
    return () => { observer.disconnect() }
  }, [open, savesAll, shape])
  return { strip, over: new Set(over === '' ? [] : over.split(' ')) }
}

interface TabsProps {
  readonly files: readonly Attachment[]
  readonly looks: ReadonlyMap<string, FileLook>
  readonly tab: Tab
  readonly onTab: (tab: Tab) => void
  /** Saves all that are kept here; null where there are not several. */
  readonly onSaveAll: (() => void) | null
}

/** Letter and attachments as tabs: arrow keys move, Enter or Space opens; what has no room stands behind a button. */
export function Tabs({ files, looks, tab, onTab, onSaveAll }: TabsProps): ReactElement {
  const words = useWords()
  const { t } = words
  const pagesOf = useKnownPages()
  const all: readonly OneTab[] = [
    { tab: 'letter', name: t('tab.letter'), detail: '', warned: false, icon: EnvelopeOpenIcon },
    ...files.map((file) => {
      const look = looks.get(file.attachmentId)
      return { tab: { attachmentId: file.attachmentId }, name: shown(file.displayName ?? file.fileName), detail: detailOf(words, file, look, pagesOf(file.attachmentId)), warned: look !== undefined && look.warning !== null, icon: fileIcon(file.fileName, look?.kind ?? null) }
    }),
  ]
  const { strip, over } = useOverflow(all, tabKey(tab), onSaveAll !== null)
  const press = (event: KeyboardEvent): void => {
    const buttons = [...(strip.current?.querySelectorAll<HTMLElement>('[role=tab]:not([data-over=true])') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    buttons[(to + buttons.length) % buttons.length]?.focus()
  }
  const hidden = all.filter(({ tab: one }) => over.has(tabKey(one)))
  return (
    <div className="tab-row">
      <div className="tabs" role="tablist" aria-label={t('region.tabs')} ref={strip} onKeyDown={press}>
        {all.map(({ tab: one, name, detail, warned, icon: Drawing }) => {
          const isOpen = tabKey(one) === tabKey(tab)
          return (
            <button key={tabKey(one)} id={`tab-${tabKey(one)}`} type="button" role="tab" className="tab" aria-selected={isOpen} aria-controls="tab-panel" tabIndex={isOpen ? 0 : -1} data-over={over.has(tabKey(one))} title={name} onClick={() => { onTab(one) }}>
              <Drawing aria-hidden /><bdi>{name}</bdi>
              {warned && <span className="tab-warning"><ExclamationmarkTriangleIcon aria-hidden />{t('file.state.warned')}</span>}
              {detail !== '' && <span className="tab-detail">{detail}</span>}
            </button>
          )
        })}
      </div>
      {hidden.length > 0 && (
        <Menu
          className="tabs-more" label={t('files.more.name', { count: hidden.length })}
          items={hidden.map(({ tab: one, name, detail, warned, icon }) => ({ name: tabKey(one), text: [name, ...(warned ? [t('file.state.warned')] : []), ...(detail === '' ? [] : [detail])].join(' · '), icon, obstacle: null, run: () => { onTab(one) } }))}
        >{t('files.more', { count: hidden.length })}</Menu>
      )}
      {onSaveAll !== null && <button type="button" className="icon-button" aria-label={t('files.save-all')} title={t('files.save-all')} onClick={onSaveAll}><DownloadIcon aria-hidden /></button>}
    </div>
  )
}
