import { type Language, translator } from '../../resources/locales/index.ts'
import { type ListedReceipt, listedReceipts } from './outgoing.ts'
import { norwegian } from './printable.ts'
import type { ReceiptFacts } from './receipt.ts'

/** A moment (ms since 1970 UTC) as a spreadsheet takes it for a date: `2026-11-23 09:12:00`, Norwegian time. */
export function csvTime(at: number | null): string {
  if (at === null) return ''
  const { date, time, offset } = norwegian(at)
  return [date, time, ...(offset === '' ? [] : [offset])].join(' ')
}

/**
 * A field of the file (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV
 * injection); line breaks and direction characters become spaces, so that a row is a line.
 */
export function csvField(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  const guarded = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(plain) ? `'${plain}` : plain
  return /[";]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const line = (fields: readonly string[]): string => `${fields.map(csvField).join(';')}\r\n`

/** Columns in the order in which they are read; who and when before what machines ask for. */
function columns(language: Language): readonly (readonly [name: string, value: (row: ListedReceipt, facts: ReceiptFacts) => string])[] {
  const t = translator(language)
  return [
    [t('receipt.field.action'), (row) => row.action],
    [t('receipt.field.state'), (row) => row.state],
    [t('receipt.field.reason'), (row) => row.reason],
    [t('field.title'), (row) => row.title],
    [t('field.sender'), (row) => row.sender],
    [t('field.recipient'), (row) => row.recipient],
    [t('outgoing.number'), (row) => row.number],
    [t('receipt.field.to'), (row) => row.to],
    [t('receipt.field.person'), (row) => row.person],
    [t('receipt.field.identity'), (row) => row.identity],
    [t('receipt.field.clicked'), (row) => csvTime(row.clickedAt)],
    [t('receipt.field.sent'), (row) => csvTime(row.sentAt)],
    [t('receipt.field.registered'), (row) => csvTime(row.provenAt)],
    [t('receipt.field.answer'), (row) => row.answer],
    [t('receipt.field.attempts'), (_, facts) => String(facts.attempts)],
    [t('field.due'), (_, facts) => csvTime(facts.dueAt)],
    [t('receipt.field.trace'), (_, facts) => facts.traceId ?? ''],
    [t('receipt.field.reference'), (_, facts) => facts.correspondenceId],
    [t('receipt.field.receipt'), (_, facts) => facts.uuid],
  ]
}

/**
 * The list as a file that a Norwegian spreadsheet opens by itself: UTF-8 with a byte order mark, semicolons, CRLF. Made while
 * it is written, batch by batch.
 */
export async function* outgoingCsv(batches: AsyncIterable<readonly ReceiptFacts[]>, language: Language): AsyncGenerator<Buffer> {
  const [all, listed] = [columns(language), listedReceipts(language)]
  yield Buffer.from(`\ufeff${line(all.map(([name]) => name))}`)
  for await (const batch of batches) {
    yield Buffer.from(batch.map((facts) => {
      const row = listed(facts)
      return line(all.map(([, value]) => value(row, facts)))
    }).join(''))
  }
}
