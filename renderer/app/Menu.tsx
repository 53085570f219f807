import { type ComponentType, type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef, useState } from 'react'

export interface MenuItem {
  readonly name: string
  readonly text: string
  readonly icon: ComponentType<{ 'aria-hidden': true }>
  /** Why it cannot be done now, or null. */
  readonly obstacle: string | null
  /** It has a place elsewhere where there is room for it. */
  readonly narrow?: boolean
  readonly run: () => void
}

interface MenuProps {
  readonly items: readonly MenuItem[]
  readonly label: string
  readonly className: string
  readonly disabled?: boolean
  /** What stands on the button. */
  readonly children: ReactNode
}

/** A button with a menu below it; arrow keys move in it, and what cannot be done says why. */
export function Menu({ items, label, className, disabled = false, children }: MenuProps): ReactElement {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const shown = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])].filter((item) => item.checkVisibility())
  const press = (event: KeyboardEvent): void => {
    const all = shown()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      all[(to + all.length) % all.length]?.focus()
    } else if (event.key === 'Tab') menu.current?.hidePopover()
  }
  return (
    <>
      <button ref={button} type="button" className={`${className} menu-anchor`} data-narrow={items.every(({ narrow }) => narrow === true)} disabled={disabled} popoverTarget={id} aria-haspopup="menu" aria-expanded={open} aria-label={label} title={label}>{children}</button>
      <div
        ref={menu} id={id} popover="auto" role="menu" className="menu" aria-label={label} onKeyDown={press}
        onToggle={(event) => {
          setOpen(event.newState === 'open')
          if (event.newState === 'open') shown()[0]?.focus()
          else if (menu.current?.contains(document.activeElement) === true) button.current?.focus()
        }}
      >
        {items.map((item) => {
          const Icon = item.icon
          return (
            <button
              key={item.name} type="button" role="menuitem" tabIndex={-1} className="menu-item" data-name={item.name} data-narrow={item.narrow === true} aria-disabled={item.obstacle !== null}
              onClick={() => {
                if (item.obstacle !== null) return
                menu.current?.hidePopover()
                item.run()
              }}
            >
              <Icon aria-hidden />
              <span>{item.text}{item.obstacle !== null && <span className="menu-why">{item.obstacle}</span>}</span>
            </button>
          )
        })}
      </div>
    </>
  )
}
