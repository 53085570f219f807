import { ArrowLeftIcon, ExternalLinkIcon, EyeIcon, PrinterSmallIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { EngineError, MessageView, Place } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { useWords } from '../texts/words.ts'
import type { Action, ActionName } from './actions.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { useCountdown } from './ConfirmBar.tsx'
import { MoreMenu } from './MoreMenu.tsx'
import { isUnderWay, type Receipts } from './receipts.ts'

/** With their words where there is room. */
const named: readonly ActionName[] = ['report-read', 'handled']
/** As icons with tooltips; in the menu where the pane is narrow. */
const drawn: readonly ActionName[] = ['restore', 'archive', 'bin']

interface ToolbarProps {
  readonly message: MessageView
  readonly receipts: Receipts
  readonly actions: readonly Action[]
  readonly onError: (error: EngineError | null) => void
}

export function Toolbar({ message, receipts, actions, onError }: ToolbarProps): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [here, go] = usePlace()
  const [place, setPlace] = useState<Place | null>(null)
  const { read } = receipts
  const seconds = useCountdown(read?.state === 'waiting' ? read.notBeforeAt : null)
  const run = (action: Action): void => { void action.run().then(onError) }
  const undo = async (uuid: string): Promise<void> => {
    const result = await engine.call('receipts.undo', { uuid })
    onError(result.ok ? null : result.error)
  }
  const button = (action: Action): ReactElement => {
    const Icon = action.icon
    const isNamed = named.includes(action.name)
    const tip = action.obstacle ?? (action.shortcut === null ? action.text : `${action.text} (${action.shortcut})`)
    // What is pressed keeps its name; that it is on is said by its state.
    const text = action.name === 'handled' ? t('do.handled') : action.text
    return (
      <button
        key={action.name} type="button" className={isNamed ? 'tool' : 'icon-button tool-icon'} id={action.name === 'report-read' ? 'read-button' : undefined} data-name={action.name} title={tip} aria-label={isNamed ? undefined : text} disabled={action.obstacle !== null}
        aria-pressed={action.name === 'handled' ? message.handledAt !== null : undefined} onClick={() => { run(action) }}
      ><Icon aria-hidden />{isNamed && <span className="tool-text">{text}</span>}</button>
    )
  }
  const of = (names: readonly ActionName[]): readonly Action[] => names.flatMap((name) => actions.find((action) => action.name === name) ?? [])
  return (
    <div className="toolbar" role="toolbar" aria-label={t('region.toolbar')}>
      <button type="button" className="icon-button back-button" aria-label={t('do.back')} onClick={() => { go({ to: 'open', id: null }) }}><ArrowLeftIcon aria-hidden /></button>
      <h1 className="pane-title">{t(`nav.${here.page}`)}</h1>
      {read !== null && isUnderWay(read) && (read.state === 'waiting' && seconds > 0
        ? <button type="button" className="tool tool-undo" title={t('read.undo', { count: seconds })} onClick={() => void undo(read.uuid)}><EyeIcon aria-hidden /><span>{t('read.undo', { count: seconds })}</span></button>
        : <span className="tool quiet"><EyeIcon aria-hidden /><span className="tool-text">{t('read.under-way')}</span></span>)}
      {of(named).map(button)}
      {of(drawn).length > 0 && <span className="tool-line" aria-hidden />}
      {of(drawn).map(button)}
      <button type="button" className="icon-button" aria-label={t('do.print')} title={`${t('do.print')} (Ctrl+P)`} onClick={() => { go({ to: 'dialog', dialog: 'print' }) }}><PrinterSmallIcon aria-hidden /></button>
      <span className="bar-space" />
      {profile?.hasSenderPage === true ? (
        <button type="button" className="tool tool-away" title={t('do.sender-page')} onClick={() => { setPlace({ kind: 'sender-page' }) }}><ExternalLinkIcon aria-hidden /><span className="tool-text">{t('do.sender-page')}</span></button>
      ) : (
        <button type="button" className="tool tool-away" title={t('do.open-in-altinn')} onClick={() => { setPlace({ kind: 'altinn', id: message.id }) }}><ExternalLinkIcon aria-hidden /><span className="tool-text">{t('do.open-in-altinn')}</span></button>
      )}
      <MoreMenu actions={of([...drawn, 'mark-unread', 'forward', 'save-receipt', 'delete-here', 'purge'])} narrow={drawn} onRun={run} />
      {place !== null && <AddressDialog place={place} onClose={() => { setPlace(null) }} />}
    </div>
  )
}
