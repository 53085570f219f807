import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useEffect, useRef } from 'react'
import type { OutgoingRow } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { organisationNumber, shown, useWords } from '../texts/words.ts'

/** The proof of what was reported: who, as whom, when, and what the service answered. */
export function ReceiptDialog({ row, onClose }: { readonly row: OutgoingRow; readonly onClose: () => void }): ReactElement {
  const words = useWords()
  const { now } = useShared()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => { dialog.current?.showModal() }, [])
  const { t, moment } = words
  const facts: readonly (readonly [string, string])[] = [
    [t('receipt.field.action'), t(row.kind === 'confirm' ? 'do.confirm' : 'do.report-read')],
    [t('field.title'), shown(row.title ?? '')],
    [t('field.sender'), shown(row.sender)],
    [t('field.recipient'), `${shown(row.partyName)} ${organisationNumber(row.party) ?? ''}`],
    [t('receipt.field.person'), row.person],
    [t('receipt.field.identity'), row.accountName],
    [t('receipt.field.clicked'), moment(row.clickedAt, now)],
    [t('receipt.field.sent'), row.sentAt === null ? '–' : moment(row.sentAt, now)],
    [t('receipt.field.registered'), row.provenAt === null ? '–' : moment(row.provenAt, now)],
    [t('receipt.field.state'), t(`receipt.${row.state}`)],
    [t('receipt.field.reference'), row.correspondenceId],
  ]
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="receipt-title" onClose={onClose}>
      <h2 id="receipt-title">{t('receipt.title')}</h2>
      <dl className="receipt">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>
      <div className="buttons end"><Button variant="secondary" autoFocus onClick={() => { dialog.current?.close() }}>{t('do.close')}</Button></div>
    </dialog>
  )
}
