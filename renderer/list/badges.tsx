import { CheckmarkCircleIcon, ExternalLinkIcon, HourglassIcon, TasklistIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import type { ListRow } from '../../preload/contract/index.ts'
import { osloDaysBetween } from '../../resources/locales/oslo-day.ts'
import { useShared } from '../app/shared.ts'
import { useWords, type Words } from '../texts/words.ts'

export type BadgeTone = 'late' | 'soon' | 'quiet'

export interface DueText {
  readonly text: string
  readonly tone: BadgeTone
}

/** Days before a due date from which it is to be acted on. */
const soonDays = 3

/** A due date as a badge: filled when it is late or near, outlined when it is not. */
export function dueText({ t, day, time }: Words, dueAt: number, now: number): DueText {
  if (dueAt < now) return { text: t('badge.late', { date: day(dueAt, now) }), tone: 'late' }
  const days = osloDaysBetween(now, dueAt)
  if (days === 0) return { text: t('badge.today', { time: time(dueAt) }), tone: 'soon' }
  if (days === 1) return { text: t('badge.tomorrow'), tone: 'soon' }
  if (days <= soonDays) return { text: t('badge.days', { count: days }), tone: 'soon' }
  return { text: t('badge.due', { date: day(dueAt, now) }), tone: 'quiet' }
}

/** Whether a due date still asks for something. */
export const isPressing = (row: ListRow): boolean => row.dueAt !== null && row.confirmedAt === null && row.handledAt === null && !row.archived && !row.binned

export function DueBadge({ dueAt, now, wide = false }: { readonly dueAt: number; readonly now: number; readonly wide?: boolean }): ReactElement {
  const words = useWords()
  const { text, tone } = dueText(words, dueAt, now)
  const full = words.t('badge.full', { day: words.weekday(dueAt), time: words.time(dueAt) })
  return (
    <span className="badge" data-tone={tone} title={full}>
      {wide && tone !== 'quiet' && dueAt >= now ? `${text}: ${words.day(dueAt, now)}` : text}
    </span>
  )
}

/** The state of a confirmation under way, or null when there is nothing to say. */
export function receiptWord({ t }: Words, row: ListRow): { readonly text: string; readonly tone: BadgeTone } | null {
  switch (row.confirmReceipt?.state) {
    case 'waiting':
    case 'accepted':
      return { text: t('badge.waiting'), tone: 'quiet' }
    case 'sending':
    case 'undecided':
      return { text: t('badge.undecided'), tone: 'quiet' }
    case 'refused':
      return row.confirmedAt === null ? { text: t('badge.refused'), tone: 'late' } : null
    default:
      return null
  }
}

/** How a move or a deletion at Altinn stands, or null when it is done or nothing was asked for. */
export function moveWord({ t }: Words, row: ListRow): { readonly text: string; readonly tone: BadgeTone } | null {
  const { moveReceipt } = row
  if (moveReceipt === null || row.removedAt !== null) return null
  const what = moveReceipt.kind === 'purge' ? 'delete' : 'move'
  switch (moveReceipt.state) {
    case 'waiting':
    case 'sending':
    case 'accepted':
      return { text: t(`badge.${what}.waiting`), tone: 'quiet' }
    case 'undecided':
      return { text: t(`badge.${what}.undecided`), tone: 'quiet' }
    case 'refused':
      return { text: t(`badge.${what}.refused`), tone: 'late' }
    case 'proven':
    case 'done-elsewhere':
    case 'undone':
      return null
  }
}

/** What a person is to know of reports and moves on their way: the confirmation first, because it has a deadline. */
export function underWayWord(words: Words, row: ListRow, inDanger: boolean): { readonly text: string; readonly tone: BadgeTone } | null {
  const confirmation = receiptWord(words, row)
  if (confirmation !== null && inDanger) return { text: words.t('badge.in-danger'), tone: 'soon' }
  return confirmation ?? moveWord(words, row)
}

/** The one plain word a row says about itself. */
export function plainWord({ t }: Words, row: ListRow): string | null {
  if (row.removedAt !== null) return t('row.removed')
  if (row.kind === 'other') return t('row.other')
  if (row.confirmedAt !== null) return t('row.confirmed')
  if (row.handledAt !== null) return t('row.handled')
  if (row.state !== 'fetched') return t('row.only-in-altinn')
  if (row.needsConfirmation) return t('row.needs-confirmation')
  return row.readAt === null ? null : t('row.reported')
}

/**
 * Right end of a row: one plain word, then at most two badges, the sender's deadline last.
 * @param due false in the work lists, where the deadline stands above and that it must be confirmed goes without saying
 */
export function RowMarks({ row, now, due = true }: { readonly row: ListRow; readonly now: number; readonly due?: boolean }): ReactElement {
  const words = useWords()
  const word = plainWord(words, row)
  const { inDanger } = useShared()
  const receipt = underWayWord(words, row, row.correspondenceId !== null && inDanger.has(row.correspondenceId))
  const showsDue = due && row.dueAt !== null && isPressing(row)
  const isRead = word === words.t('row.reported')
  const isKnown = !due && word === words.t('row.needs-confirmation')
  return (
    <span className="row-marks">
      {receipt === null && word !== null && !isKnown && !(showsDue && isRead) && (
        <span className="row-word" data-done={row.confirmedAt !== null}>
          {row.confirmedAt !== null && <CheckmarkCircleIcon aria-hidden />}
          {row.kind === 'other' && <ExternalLinkIcon aria-hidden />}
          {word}
        </span>
      )}
      {row.handledAt !== null && word !== words.t('row.handled') && <span className="row-word" title={words.t('row.handled')}><TasklistIcon aria-hidden /></span>}
      {receipt !== null && (
        <span className="badge" data-tone={receipt.tone}>
          {receipt.tone === 'quiet' && <HourglassIcon aria-hidden />}
          {receipt.text}
        </span>
      )}
      {showsDue && <DueBadge dueAt={row.dueAt ?? 0} now={now} />}
    </span>
  )
}
