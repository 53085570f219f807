import { MenuElipsisHorizontalIcon } from '@navikt/aksel-icons'
import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from 'react'
import { useWords } from '../texts/words.ts'
import type { Action, ActionName } from './actions.ts'

interface MoreMenuProps {
  readonly actions: readonly Action[]
  /** Those that have a place in the toolbar where there is room for it. */
  readonly narrow: readonly ActionName[]
  readonly onRun: (action: Action) => void
}

/** Actions that have no room in the toolbar, or are seldom wanted; what cannot be done says why. */
export function MoreMenu({ actions, narrow, onRun }: MoreMenuProps): ReactElement | null {
  const { t } = useWords()
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  if (actions.length === 0) return null
  const items = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])].filter((item) => item.checkVisibility())
  const press = (event: KeyboardEvent): void => {
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      all[(to + all.length) % all.length]?.focus()
    } else if (event.key === 'Tab') menu.current?.hidePopover()
  }
  return (
    <>
      <button ref={button} type="button" className="icon-button more-button" data-narrow={actions.every(({ name }) => narrow.includes(name))} popoverTarget={id} aria-haspopup="menu" aria-expanded={open} aria-label={t('do.more')} title={t('do.more')}><MenuElipsisHorizontalIcon aria-hidden /></button>
      <div
        ref={menu} id={id} popover="auto" role="menu" className="menu" aria-label={t('do.more')} onKeyDown={press}
        onToggle={(event) => {
          setOpen(event.newState === 'open')
          if (event.newState === 'open') items()[0]?.focus()
          else if (menu.current?.contains(document.activeElement) === true) button.current?.focus()
        }}
      >
        {actions.map((action) => {
          const Icon = action.icon
          return (
            <button
              key={action.name} type="button" role="menuitem" tabIndex={-1} className="menu-item" data-name={action.name} data-narrow={narrow.includes(action.name)} aria-disabled={action.obstacle !== null}
              onClick={() => {
                if (action.obstacle !== null) return
                menu.current?.hidePopover()
                onRun(action)
              }}
            >
              <Icon aria-hidden />
              <span>{action.text}{action.obstacle !== null && <span className="menu-why">{action.obstacle}</span>}</span>
            </button>
          )
        })}
      </div>
    </>
  )
}
