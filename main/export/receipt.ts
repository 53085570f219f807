import { type Language, translator } from '../../resources/locales/index.ts'
import { clock, organisationOf, printable } from './printable.ts'

/** What a receipt tells; times are ms since 1970 UTC. */
export interface ReceiptFacts {
  readonly uuid: string
  readonly kind: 'read' | 'confirm' | 'archive' | 'bin' | 'restore' | 'purge' | 'forward'
  readonly state: 'waiting' | 'sending' | 'accepted' | 'proven' | 'done-elsewhere' | 'refused' | 'undecided' | 'undone'
  readonly reason: string | null
  /** null: confidential mail whose title is not shown. */
  readonly title: string | null
  readonly sender: string
  readonly partyName: string
  readonly party: string
  readonly dueAt: number | null
  readonly person: string
  readonly accountName: string
  readonly clickedAt: number
  readonly sentAt: number | null
  readonly provenAt: number | null
  readonly answerStatus: number | null
  readonly answerCode: number | null
  readonly attempts: number
  readonly forwardTo: string | null
  readonly versionShown: string | null
  readonly correspondenceId: string
  readonly dialogId: string | null
  readonly traceId: string | null
}

const longestTitle = 500

/** The lines of a receipt: what was asked for, by whom and as whom, when, and what Altinn says of it. */
export function receiptLines(facts: ReceiptFacts, language: Language): readonly (readonly [label: string, value: string])[] {
  const t = translator(language)
  const at = clock(language)
  const answer = [facts.answerStatus, facts.answerCode].filter((code) => code !== null).join(' / ')
  const number = organisationOf(facts.party)
  const recipient = number === null ? facts.partyName : `${facts.partyName} (${number})`
  const lines: readonly (readonly [string, string | null])[] = [
    [t('document.state'), t(`receipt.${facts.state}`) + (facts.reason === null ? '' : ` (${facts.reason})`)],
    [t('document.message'), facts.title === null ? t('document.confidential') : facts.title.slice(0, longestTitle)],
    [t('document.sender'), facts.sender],
    [t('document.recipient'), recipient],
    [t('document.to'), facts.forwardTo],
    [t('document.due'), facts.dueAt === null ? null : at(facts.dueAt)],
    [t('document.person'), facts.person],
    [t('document.identity'), facts.accountName],
    [t('document.clicked'), at(facts.clickedAt)],
    [t('document.sent'), facts.sentAt === null ? t('document.none') : at(facts.sentAt)],
    [t('document.proven'), facts.provenAt === null ? t('document.none') : at(facts.provenAt)],
    [t('document.answer'), answer === '' ? null : answer],
    [t('document.attempts'), String(facts.attempts)],
    [t('document.version'), facts.versionShown],
    [t('document.correspondence'), facts.correspondenceId],
    [t('document.dialog'), facts.dialogId],
    [t('document.trace'), facts.traceId],
    [t('document.uuid'), facts.uuid],
  ]
  return lines.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]))
}

const labelWidth = 150

/**
 * A receipt as a PDF of its own.
 * @param nowAt when it is made, ms since 1970 UTC
 */
export async function receiptDocument(facts: ReceiptFacts, language: Language, nowAt: number): Promise<Buffer> {
  const { default: Pdf } = await import('pdfkit')
  const t = translator(language)
  const document = new Pdf({ size: 'A4', margin: 62, lang: language, info: { Title: t('document.title'), CreationDate: new Date(nowAt) } })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => { resolve(Buffer.concat(chunks)) })
    document.on('error', reject)
  })
  const { left } = document.page.margins
  const valueWidth = document.page.width - 2 * left - labelWidth
  document.font('Helvetica').fontSize(10).fillColor('#595959').text(t('document.title'))
  document.font('Helvetica-Bold').fontSize(18).fillColor('#1b1b1b').text(t(`document.kind.${facts.kind}`)).moveDown(1)
  for (const [label, value] of receiptLines(facts, language)) {
    const { y } = document
    document.font('Helvetica').fontSize(10).fillColor('#595959').text(printable(label), left, y, { width: labelWidth - 10 })
    const below = document.y
    document.fillColor('#1b1b1b').text(printable(value), left + labelWidth, y, { width: valueWidth })
    document.y = Math.max(below, document.y) + 6
    document.x = left
  }
  document.moveDown(1).fontSize(8).fillColor('#595959').text(t('document.made', { at: clock(language)(nowAt) }), left)
  document.end()
  return await done
}
