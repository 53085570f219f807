import { type KeyboardEvent, type ReactElement, useEffect, useState } from 'react'
import { languages } from '../../resources/locales/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { titleOf } from '../list/Row.tsx'
import { useActions } from '../message/actions.ts'
import { useReceipts } from '../message/receipts.ts'
import { organisationNumber, shown, useWords } from '../texts/words.ts'
import { getMessages } from './accounts.ts'
import { views } from './Rail.tsx'
import { useShared } from './shared.ts'
import { usePlace } from './state.ts'
import { useModal } from './modal.ts'

interface Command {
  readonly key: string
  readonly group: string
  readonly text: string
  readonly detail: string
  readonly run: () => void
}

const shownCommands = 24

/** Go to a recipient or a view, or do something, by typing a part of its name. */
export function Palette(): ReactElement {
  const words = useWords()
  const { t } = words
  const engine = useEngine()
  const { recipients, accounts } = useShared()
  const [{ open }, go] = usePlace()
  const { value: message } = useAsk('messages.show', open === null ? null : { id: open })
  const receipts = useReceipts(message?.correspondenceId)
  const actions = useActions(message, receipts, message === null ? '' : titleOf(words, message))
  const dialog = useModal()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const plain = typed.trim().toLowerCase()
  const all: readonly Command[] = [
    // What cannot be done now is left out here; the menu of the message says why.
    ...actions.filter(({ obstacle }) => obstacle === null).map((action) => ({ key: `message-${action.name}`, group: t('palette.message'), text: action.text, detail: action.shortcut ?? '', run: () => { void action.run() } })),
    ...recipients.map((row) => ({ key: row.party, group: t('rail.recipients'), text: shown(row.name), detail: organisationNumber(row.party) ?? '', run: () => { go({ to: 'party', party: row.party }) } })),
    ...[...views, 'recipients' as const, 'settings' as const, 'connect' as const].map((page) => ({ key: page, group: t('palette.views'), text: t(`nav.${page}`), detail: '', run: () => { go({ to: 'page', page }) } })),
    { key: 'all', group: t('palette.views'), text: t('rail.all'), detail: '', run: () => { go({ to: 'party', party: null }) } },
    { key: 'fetch', group: t('palette.actions'), text: t('do.get-messages'), detail: '', run: () => { getMessages(engine, accounts) } },
    ...languages.map((language) => ({ key: language, group: t('palette.actions'), text: t('palette.language', { name: { nb: 'bokmål', nn: 'nynorsk', en: 'English' }[language] }), detail: '', run: () => { void engine.call('settings.set', { language }) } })),
    ...(['light', 'dark', 'system'] as const).map((theme) => ({ key: theme, group: t('palette.actions'), text: t('palette.theme', { name: t(`settings.theme.${theme}`).toLowerCase() }), detail: '', run: () => { void engine.call('settings.set', { theme }) } })),
    { key: 'keys', group: t('palette.actions'), text: t('keys.title'), detail: '', run: () => { go({ to: 'dialog', dialog: 'keys' }) } },
  ]
  const found = all.filter((command) => plain === '' ? command.group !== t('rail.recipients') : command.text.toLowerCase().split(/\s+/).some((word) => word.startsWith(plain)) || command.text.toLowerCase().includes(plain) || (plain.length > 2 && command.detail.replace(/\s/g, '').includes(plain.replace(/\s/g, '')))).slice(0, shownCommands)
  const chosen = Math.min(at, Math.max(0, found.length - 1))
  const chosenKey = found[chosen]?.key ?? null
  useEffect(() => {
    if (chosenKey !== null) document.getElementById(`command-${chosenKey}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosenKey])
  const run = (command: Command | undefined): void => {
    dialog.current?.close()
    command?.run()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((chosen + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(found[chosen])
    }
  }
  const groups = [...new Set(found.map((command) => command.group))]
  return (
    <dialog ref={dialog} className="dialog palette" aria-label={t('top.palette')} onClose={() => { go({ to: 'dialog', dialog: null }) }}>
      <input data-first role="combobox" autoComplete="off" spellCheck={false} maxLength={100} aria-expanded aria-controls="palette-list" aria-activedescendant={found[chosen] === undefined ? undefined : `command-${found[chosen].key}`} aria-label={t('top.palette')} placeholder={t('palette.placeholder')} value={typed} onChange={(event) => { setTyped(event.target.value); setAt(0) }} onKeyDown={press} />
      <div id="palette-list" role="listbox" aria-label={t('top.palette')} className="palette-list">
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group}>
            <div role="presentation" className="palette-group">{group}</div>
            {found.filter((command) => command.group === group).map((command) => (
              <div key={command.key} id={`command-${command.key}`} role="option" aria-selected={found[chosen] === command} className="palette-option" onClick={() => { run(command) }}><bdi>{command.text}</bdi><span className="quiet">{command.detail}</span></div>
            ))}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="quiet" role="status">{t('palette.none')}</p>}
    </dialog>
  )
}
