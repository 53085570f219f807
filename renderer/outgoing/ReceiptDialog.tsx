import { DownloadIcon, PrinterSmallIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useState } from 'react'
import type { EngineError, OutgoingRow } from '../../preload/contract/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { Paper } from '../app/Paper.tsx'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { errorText, organisationNumber, shown, useWords, type Words } from '../texts/words.ts'
import { useModal } from '../app/modal.ts'

/** What the service answered last: its codes, for whoever asks Altinn about it. */
function answerText({ t }: Words, row: OutgoingRow): string {
  const parts = [row.answerStatus === null ? null : `HTTP ${String(row.answerStatus)}`, row.answerCode === null ? null : t('receipt.code', { code: row.answerCode })].filter((part) => part !== null)
  return parts.length === 0 ? '–' : parts.join(' · ')
}

/** Every fact of a receipt, in the order in which it is read; what is not known is said by a dash. */
export function receiptFacts(words: Words, row: OutgoingRow): readonly (readonly [name: string, value: string])[] {
  const { t, exact } = words
  const at = (time: number | null): string => (time === null ? '–' : exact(time))
  return [
    [t('receipt.field.action'), t(`act.${row.kind}`)],
    ...(row.forwardTo === null ? [] : [[t('receipt.field.to'), shown(row.forwardTo)] as const]),
    [t('receipt.field.state'), t(`receipt.${row.state}`)],
    ...(row.state === 'refused' ? [[t('receipt.field.reason'), refusalText(t, row)] as const] : []),
    [t('field.title'), row.title === null ? '–' : shown(row.title)],
    [t('field.sender'), shown(row.sender)],
    [t('field.recipient'), [shown(row.partyName), organisationNumber(row.party) ?? ''].join(' ').trim()],
    [t('receipt.field.person'), row.person === '' ? '–' : shown(row.person)],
    [t('receipt.field.identity'), shown(row.accountName)],
    [t('receipt.field.clicked'), exact(row.clickedAt)],
    [t('receipt.field.sent'), at(row.sentAt)],
    [t('receipt.field.registered'), at(row.provenAt)],
    [t('receipt.field.answer'), answerText(words, row)],
    [t('receipt.field.attempts'), words.number(row.attempts)],
    [t('receipt.field.trace'), row.traceId === null ? '–' : shown(row.traceId)],
    ...(row.versionShown === null ? [] : [[t('receipt.field.version'), shown(row.versionShown)] as const]),
    [t('receipt.field.reference'), row.correspondenceId],
    [t('receipt.field.receipt'), row.uuid],
  ]
}

/** The proof of what was reported: who, as whom, when, and what the service answered. It prints as a document of its own. */
export function ReceiptDialog({ row, onClose }: { readonly row: OutgoingRow; readonly onClose: () => void }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now } = useShared()
  const dialog = useModal()
  const [saved, setSaved] = useState<{ readonly path: string } | { readonly error: EngineError } | null>(null)
  const { t, exact, language } = words
  const facts = receiptFacts(words, row)
  const list = <dl className="receipt">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>
  const save = async (): Promise<void> => {
    const result = await engine.call('receipts.save', { uuid: row.uuid, language })
    if (!result.ok) setSaved({ error: result.error })
    else if (result.value.path !== null) setSaved({ path: result.value.path })
  }
  return (
    <>
      <dialog ref={dialog} className="dialog" aria-labelledby="receipt-title" onClose={onClose}>
        <h2 id="receipt-title">{t('receipt.title')}</h2>
        {list}
        {saved !== null && ('path' in saved ? <p className="saved" role="status">{t('file.saved', { path: saved.path })}</p> : <p role="alert" className="error-text">{errorText(t, saved.error)}</p>)}
        <div className="buttons end">
          <Button variant="tertiary" onClick={() => { window.print() }}><PrinterSmallIcon aria-hidden />{t('do.print')}</Button>
          <Button variant="tertiary" onClick={() => void save()}><DownloadIcon aria-hidden />{t('receipt.save')}</Button>
          <Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.close')}</Button>
        </div>
      </dialog>
      <Paper title={t('receipt.title')} footer={t('receipt.printed', { when: exact(now) })}>{list}</Paper>
    </>
  )
}
