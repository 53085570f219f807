import { type Language, type Translate, translator } from '../../resources/locales/index.ts'
import { csvField, csvTime } from './outgoing-csv.ts'

/** A recipient as a row of the file; times are ms since 1970 UTC. */
export interface CoverageLine {
  readonly party: string
  readonly name: string
  readonly kind: 'organisation' | 'person'
  /** Name of its main unit, or null. */
  readonly mainUnit: string | null
  readonly isDeleted: boolean
  readonly current: boolean
  readonly identities: readonly string[]
  readonly firstSeenAt: number | null
  readonly packages: readonly string[]
  readonly roles: readonly string[]
  /** Single services, bare ids. */
  readonly single: readonly string[]
  /** Services that can be seen, and such as have sent something. */
  readonly sees: number | null
  readonly sent: number
  readonly messages: number
  readonly unread: number
  readonly lastMessageAt: number | null
  readonly askedAt: number | null
  readonly updatedAt: number | null
  readonly loss: { readonly kind: 'gone' | 'unlisted' | 'fewer'; readonly since: number } | null
  readonly canBeAdded: boolean
}

export interface CoverageFile {
  readonly language: Language
  /** Whether national numbers of persons are written out. */
  readonly personNumbers: boolean
}

/** The number of a party; of a person the date of birth stays and the rest is hidden, unless it is asked for. */
export function numberOf(party: string, personNumbers: boolean): string {
  const number = party.split(':').at(-1) ?? ''
  return !party.startsWith('urn:altinn:person:') || personNumbers ? number : `${number.slice(0, 6)}*****`
}

function stateOf(t: Translate, { current, canBeAdded, loss, messages }: CoverageLine): string {
  if (canBeAdded) return t('coverage.can-be-added')
  if (!current) return t('coverage.gone')
  if (loss?.kind === 'fewer') return t('coverage.fewer')
  if (loss !== null) return t('coverage.unlisted')
  return t(messages === 0 ? 'coverage.no-message' : 'coverage.csv.in-order')
}

/** A name in the file has nothing but its own letters; a number that a spreadsheet would shorten stays as it is. */
function columns({ language, personNumbers }: CoverageFile): readonly (readonly [name: string, value: (line: CoverageLine) => string])[] {
  const t = translator(language)
  const list = (all: readonly string[]): string => all.join(', ')
  const count = (value: number | null): string => (value === null ? '' : String(value))
  return [
    [t('field.recipient'), (line) => line.name],
    [t('coverage.csv.number'), (line) => numberOf(line.party, personNumbers)],
    [t('coverage.csv.kind'), (line) => t(line.kind === 'person' ? 'coverage.csv.person' : line.mainUnit === null ? 'coverage.csv.organisation' : 'coverage.csv.sub-unit')],
    [t('coverage.csv.main-unit'), (line) => line.mainUnit ?? ''],
    [t('coverage.deleted'), (line) => (line.isDeleted ? t('coverage.csv.yes') : '')],
    [t('outgoing.column.status'), (line) => stateOf(t, line)],
    [t('coverage.csv.since'), (line) => csvTime(line.loss?.since ?? null)],
    [t('coverage.csv.identities'), (line) => list(line.identities)],
    [t('coverage.csv.known-since'), (line) => csvTime(line.firstSeenAt)],
    [t('coverage.details.packages'), (line) => list(line.packages)],
    [t('coverage.details.roles'), (line) => list(line.roles)],
    [t('coverage.details.single'), (line) => list(line.single)],
    [t('coverage.csv.sees'), (line) => count(line.sees)],
    [t('coverage.csv.sent'), (line) => count(line.sent)],
    [t('coverage.csv.messages'), (line) => count(line.messages)],
    [t('nav.unread'), (line) => count(line.unread)],
    [t('coverage.csv.last-message'), (line) => csvTime(line.lastMessageAt)],
    [t('coverage.asked'), (line) => csvTime(line.askedAt)],
    [t('coverage.updated'), (line) => csvTime(line.updatedAt)],
  ]
}

const row = (fields: readonly string[]): string => `${fields.map(csvField).join(';')}\r\n`

/** The table of recipients for a Norwegian spreadsheet: UTF-8 with a byte order mark, semicolons, CRLF, formulas made harmless. */
export function* coverageCsv(lines: readonly CoverageLine[], file: CoverageFile): Generator<string> {
  const all = columns(file)
  yield `\ufeff${row(all.map(([name]) => name))}`
  for (const line of lines) yield row(all.map(([, value]) => value(line)))
}
