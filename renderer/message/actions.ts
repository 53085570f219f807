import { ArchiveIcon, ArrowForwardIcon, DownloadIcon, EnvelopeClosedIcon, EyeIcon, InboxIcon, TasklistIcon, TrashIcon } from '@navikt/aksel-icons'
import { type ComponentType, useContext } from 'react'
import type { EngineError, MessageView } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { RowsContext, useShared } from '../app/shared.ts'
import { type Moved, usePlace } from '../app/state.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { undoMs } from './ConfirmBar.tsx'
import { isUnderWay, type Receipts } from './receipts.ts'

export type ActionName = 'report-read' | 'mark-unread' | 'handled' | 'archive' | 'bin' | 'restore' | 'forward' | 'purge' | 'delete-here' | 'save-receipt'

/** Something that can be done with the open message, the same in the toolbar, its menu and the palette. */
export interface Action {
  readonly name: ActionName
  readonly text: string
  readonly icon: ComponentType<{ 'aria-hidden': true }>
  /** The key that does it too, or null. */
  readonly shortcut: string | null
  /** Why it cannot be done now, or null. */
  readonly obstacle: string | null
  readonly run: () => Promise<EngineError | null>
}

const nothingWrong = Promise.resolve(null)
const icons = { 'report-read': EyeIcon, 'mark-unread': EnvelopeClosedIcon, handled: TasklistIcon, archive: ArchiveIcon, bin: TrashIcon, restore: InboxIcon, forward: ArrowForwardIcon, purge: TrashIcon, 'delete-here': TrashIcon, 'save-receipt': DownloadIcon } as const
const shortcuts: Partial<Record<ActionName, string>> = { 'report-read': 'r', 'mark-unread': 'u', handled: 'e' }

/** Moves letters, says so where they were, and goes on at the row after them. */
export function useMove(): (kind: Moved['kind'], letters: readonly { readonly id: number; readonly title: string }[]) => Promise<EngineError | null> {
  const engine = useEngine()
  const rows = useContext(RowsContext)
  const [, go] = usePlace()
  return async (kind, letters) => {
    const uuids: string[] = []
    const ids: number[] = []
    let until = 0
    let error: EngineError | null = null
    for (const { id } of letters) {
      const result = await engine.call('receipts.label', { id, waitMs: undoMs, to: kind === 'restore' ? 'inbox' : kind })
      if (result.ok) {
        uuids.push(result.value.uuid)
        ids.push(id)
        until = result.value.notBeforeAt
      } else error = result.error
    }
    if (ids.length > 0) {
      const first = rows.findIndex((row) => ids.includes(row.id))
      const rest = (row: { readonly id: number }): boolean => !ids.includes(row.id)
      const next = rows.slice(Math.max(0, first)).find(rest) ?? rows.slice(0, Math.max(0, first)).findLast(rest)
      const [only] = letters
      go({ to: 'moved', moved: { kind, uuids, ids, title: letters.length === 1 ? (only?.title ?? null) : null, after: first <= 0 ? null : (rows[first - 1]?.id ?? null), until }, next: next?.id ?? null })
      requestAnimationFrame(() => document.getElementById('message-list')?.focus({ preventScroll: true }))
    }
    return error
  }
}

/**
 * What can be done with a message now, in the order in which it is offered. What belongs to Altinn's mailbox alone is left
 * out of transmissions and of what was removed there.
 */
export function useActions(message: MessageView | null, receipts: Receipts, title: string): readonly Action[] {
  const { t, language } = useWords()
  const engine = useEngine()
  const { profile } = useShared()
  const [, go] = usePlace()
  const move = useMove()
  if (message === null || profile?.readOnly !== false) return []
  const { id } = message
  const isMail = message.kind !== 'other' && message.state === 'fetched'
  // A transmission has no place of its own in the mailbox (altinn3.md 3.5).
  const hasPlace = message.kind === 'correspondence' && message.dialogId !== null && message.correspondenceId !== null && message.removedAt === null
  const told = async (result: Promise<{ readonly ok: true } | { readonly ok: false; readonly error: EngineError }>): Promise<EngineError | null> => {
    const answer = await result
    return answer.ok ? null : answer.error
  }
  const readUnderWay = isUnderWay(receipts.read)
  const anyUnderWay = [receipts.read, receipts.confirm, receipts.forward, receipts.move].some(isUnderWay)
  const deleting = receipts.move?.kind === 'purge' && isUnderWay(receipts.move)
  const action = (name: ActionName, text: TextKey, run: Action['run'], obstacle: string | null = null): Action => ({ name, text: t(text), icon: icons[name], shortcut: shortcuts[name] ?? null, obstacle, run })
  const moving = (kind: Moved['kind']): Action => action(kind, `act.${kind}`, () => move(kind, [{ id, title }]), deleting ? t('act.purge.under-way') : null)
  const settled = [receipts.confirm, receipts.forward, receipts.move, receipts.read].find((row) => row?.state === 'proven' || row?.state === 'done-elsewhere') ?? null
  const needsConfirmation = message.needsConfirmation && message.confirmedAt === null
  return [
    ...(isMail && message.readAt === null && !readUnderWay ? [action('report-read', 'do.report-read', () => told(engine.call('receipts.read', { id, waitMs: undoMs, versionShown: message.version })))] : []),
    ...(isMail && message.readAt === null && !readUnderWay && message.openedHereAt !== null
      ? [action('mark-unread', 'do.mark-unread', () => { go({ to: 'open', id: null }); return told(engine.call('messages.mark-unread', { id })) })]
      : []),
    action('handled', message.handledAt === null ? 'do.handled' : 'do.not-handled', () => told(engine.call('messages.set-handled', { id, handled: message.handledAt === null }))),
    ...(hasPlace && (message.archived || message.binned) ? [moving('restore')] : []),
    ...(hasPlace && !message.archived ? [moving('archive')] : []),
    ...(hasPlace && !message.binned ? [moving('bin')] : []),
    ...(isMail && message.allowForwarding && message.removedAt === null ? [action('forward', 'act.forward', () => { go({ to: 'dialog', dialog: 'forward' }); return nothingWrong })] : []),
    ...(settled === null
      ? []
      : [action('save-receipt', 'receipt.save', () => told(engine.call('receipts.save', { uuid: settled.uuid, language })))]),
    ...(isMail ? [action('delete-here', 'act.delete-here', () => { go({ to: 'dialog', dialog: 'delete-here' }); return nothingWrong }, anyUnderWay ? t('delete-here.under-way') : null)] : []),
    ...(isMail && hasPlace
      ? [action('purge', 'act.purge', () => { go({ to: 'dialog', dialog: 'purge' }); return nothingWrong }, needsConfirmation ? t('purge.confirm-first') : deleting ? t('act.purge.under-way') : null)]
      : []),
  ]
}
