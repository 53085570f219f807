import { PadlockLockedIcon, PaperclipIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import type { ListRow, Snippet } from '../../preload/contract/index.ts'
import { osloDaysBetween } from '../../resources/locales/oslo-day.ts'
import { shown, useWords, type Words } from '../texts/words.ts'
import { DueBadge, isPressing, plainWord, RowMarks, underWayWord } from './badges.tsx'

/** The title as it is shown: confidential mail that is only in Altinn has none. */
export function titleOf({ t }: Words, row: Pick<ListRow, 'title'>): string {
  if (row.title === null) return t('word.confidential')
  return row.title.trim() === '' ? t('word.no-title') : shown(row.title)
}

/** What a screen reader says of a row. */
export function rowName(words: Words, row: ListRow, now: number, inDanger = false): string {
  const { t } = words
  const parts = [
    row.unread ? t('row.unread') : '',
    shown(row.sender),
    titleOf(words, row),
    t('row.to', { recipient: shown(row.partyName) }),
    plainWord(words, row) ?? '',
    row.handledAt !== null && plainWord(words, row) !== t('row.handled') ? t('row.handled') : '',
    underWayWord(words, row, inDanger)?.text ?? '',
    row.dueAt !== null && isPressing(row) ? t('badge.full', { day: words.weekday(row.dueAt), time: words.time(row.dueAt) }) : '',
    row.attachmentCount > 0 ? t('row.attachments', { count: row.attachmentCount }) : '',
    words.moment(row.sortAt, now),
  ]
  return parts.filter((part) => part !== '').join('. ')
}

const rowTime = (words: Words, at: number, now: number): string => (osloDaysBetween(at, now) <= 0 ? words.time(at) : words.day(at, now))

function Attachments({ count }: { readonly count: number }): ReactElement | null {
  return count === 0 ? null : <span className="row-files"><PaperclipIcon aria-hidden />{count}</span>
}

function Title({ row }: { readonly row: ListRow }): ReactElement {
  const words = useWords()
  return (
    <span className="row-title">
      {row.title === null && <PadlockLockedIcon aria-hidden />}
      <bdi>{titleOf(words, row)}</bdi>
    </span>
  )
}

/** Some words with the hits marked; the text is ours to cut, the marks come with it. */
function Hit({ snippet }: { readonly snippet: Snippet }): ReactElement {
  const pieces: ReactElement[] = []
  let at = 0
  for (const [from, to] of snippet.marks) {
    pieces.push(<span key={`t${String(at)}`}>{snippet.text.slice(at, from)}</span>, <mark key={`m${String(from)}`}>{snippet.text.slice(from, to)}</mark>)
    at = to
  }
  return <bdi className="row-snippet">{pieces}{snippet.text.slice(at)}</bdi>
}

/** The attachment a hit is in, and its page; a hit in the name already shows it. */
function HitFile({ snippet }: { readonly snippet: Snippet }): ReactElement {
  const { t, number } = useWords()
  if (snippet.fileName === null || snippet.fileName === snippet.text) return <span className="row-hit"><PaperclipIcon aria-hidden />{t('search.in-attachment')}</span>
  return <span className="row-hit"><PaperclipIcon aria-hidden /><bdi>{shown(snippet.fileName)}</bdi>{snippet.page !== null && <span>{t('texts.page', { page: number(snippet.page) })}</span>}</span>
}

export interface RowProps {
  readonly row: ListRow
  readonly now: number
  /** work: the client first, with its deadline; hit: with some words around the hit; one: the recipient is known. */
  readonly form: 'mail' | 'work' | 'hit' | 'one'
  readonly compact: boolean
  readonly snippet: Snippet | null
  readonly selected: boolean
  readonly isChoosing: boolean
}

/** The inside of a row; the option around it belongs to the list. */
export function RowContent({ row, now, form, compact, snippet, selected, isChoosing }: RowProps): ReactElement {
  const words = useWords()
  const time = <time className="row-time">{rowTime(words, row.sortAt, now)}</time>
  const box = isChoosing ? <span className="row-box" data-on={selected} aria-hidden /> : null
  if (compact) {
    return (
      <span className="row row-compact">
        {box}
        <span className="row-line"><bdi className="row-sender">{shown(row.sender)}</bdi>{time}</span>
        <span className="row-line"><Title row={row} /><RowMarks row={row} now={now} /></span>
      </span>
    )
  }
  if (form === 'work') {
    return (
      <span className="row" data-form="work">
        {box}
        <span className="row-line">
          <bdi className="row-client">{shown(row.partyName)}</bdi>
          {row.dueAt !== null && <DueBadge dueAt={row.dueAt} now={now} />}
        </span>
        <span className="row-line"><Title row={row} /><Attachments count={row.attachmentCount} /></span>
        <span className="row-line row-quiet"><bdi className="row-sender">{shown(row.sender)}</bdi><RowMarks row={row} now={now} due={false} /></span>
      </span>
    )
  }
  if (form === 'hit') {
    return (
      <span className="row" data-form="hit">
        {box}
        <span className="row-line"><span className="row-sender"><bdi>{shown(row.sender)}</bdi> <span className="row-quiet">{words.t('search.to')} <bdi>{shown(row.partyName)}</bdi></span></span>{time}</span>
        <span className="row-line"><Title row={row} /></span>
        {snippet !== null && snippet.text !== '' && <Hit snippet={snippet} />}
        <span className="row-line row-quiet">{snippet?.where === 'attachment' ? <HitFile snippet={snippet} /> : <span>{words.t('search.in-letter')}</span>}<RowMarks row={row} now={now} /></span>
      </span>
    )
  }
  return (
    <span className="row">
      {box}
      <span className="row-line"><bdi className="row-sender">{shown(row.sender)}</bdi>{time}</span>
      <span className="row-line"><Title row={row} /><Attachments count={row.attachmentCount} /></span>
      <span className="row-line row-quiet">
        <bdi className="row-recipient">{form === 'one' ? shown((row.summary ?? '').replace(/<[^<>]*>|[*_#`]/g, ' ')) : shown(row.partyName)}</bdi>
        <RowMarks row={row} now={now} />
      </span>
    </span>
  )
}
