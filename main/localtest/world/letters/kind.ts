import { accountNumber, withModulus10 } from '../check-digits.ts'
import { endOfDay, longDate, onWorkday, osloDate, shortDate } from '../calendar.ts'
import type { Language, ReplyOption, WorldResource } from '../model.ts'
import type { Recipient } from '../parties.ts'
import type { Random } from '../random.ts'
import { seededRandom } from '../random.ts'
import { house } from '../senders.ts'
import { amount, kroner, number, organisationNumber } from '../words.ts'

/** One kind of letter that a public body sends: when it applies, and how it is written. */
export interface LetterKind {
  readonly id: string
  /** Bare resource id, or one for each municipality. */
  readonly resource: string | ((recipient: Recipient) => string)
  readonly languages: readonly Language[]
  /** How often it is sent, against the others. */
  readonly weight: number
  readonly applies?: (recipient: Recipient) => boolean
  /** Days from sending to the deadline, both ends included; without it the letter has none. */
  readonly due?: readonly [number, number]
  /** How likely it asks for a confirmation (0-1); needs `due`. */
  readonly confirm?: number
  /** Sent as a confidential one. */
  readonly confidential?: boolean
  write(facts: Facts): Draft
}

export interface Draft {
  readonly title: string
  readonly summary: string | null
  /** Markdown of the kind that `markdown.ts` reads. */
  readonly body: string
  readonly reference: string
  /** Department that signs in place of the organisation. */
  readonly messageSender?: string
  readonly replyOptions?: readonly ReplyOption[]
  readonly properties?: Readonly<Record<string, string>>
  readonly attachments?: readonly AttachmentDraft[]
  readonly allowForwarding?: boolean
}

export interface AttachmentDraft {
  readonly fileName: string
  readonly displayName?: string
  content(): Promise<Buffer> | Buffer
}

/** What a letter may draw on. Every method is decided by the letter's own random stream. */
export interface Facts {
  readonly language: Language
  readonly random: Random
  /** When it is sent. */
  readonly at: number
  readonly recipient: Recipient
  /** Name of the recipient, and its number in threes. */
  readonly name: string
  readonly orgNumber: string
  readonly resource: WorldResource
  /** Name of the sender in the letter's language. */
  readonly owner: string
  readonly site: string
  readonly colour: string
  readonly dueAt: number | null
  /** The deadline in words; only in kinds that have one. */
  readonly due: string
  readonly confirm: boolean
  readonly year: number
  /** The last year whose accounts and tax are settled when the letter is sent. */
  readonly settledYear: number
  /** 1-12 */
  readonly month: number
  /** The day `days` after sending (negative: before), `23. november 2026`. */
  date(days: number): string
  /** As `date`, moved from a weekend to the Monday after: when people meet. */
  workday(days: number): string
  /** The same day as `23.11.2026`. */
  day(days: number): string
  kroner(value: number): string
  number(value: number): string
  /** Øre, two decimals, no unit. */
  amount(ore: number): string
  /** Case number in the habit of archives: `2026/12345`. */
  caseNumber(): string
  employee(): string
  /** Case handler at the sender. */
  officer(): string
  /** Ten digits of account and payment reference as they stand on an invoice. */
  payment(): { readonly account: string; readonly reference: string }
  /** Chooses the text of the letter's language; a kind need only have those it lists. */
  say<T>(texts: Partial<Readonly<Record<Language, () => T>>>): T
  /** A stream for the content of a file: drawing from it leaves the letter as it is. */
  stream(label: string): Random
}

const officers = [
  'Marianne Holte', 'Espen Rødland', 'Nina Bergseth', 'Kristoffer Aas', 'Torill Engen', 'Bjørn Tore Moen', 'Ida Sofie Lunde', 'Farida Karim', 'Sigurd Nes', 'Elin Tveit', 'Hege Sørensen', 'Aksel Furuseth',
]

/** @param seedPath where the letter stands in the world; its own random stream and those of its files start there */
export function factsOf(options: {
  readonly seed: number
  readonly seedPath: readonly (string | number)[]
  readonly at: number
  readonly language: Language
  readonly recipient: Recipient
  readonly resource: WorldResource
  readonly dueAt: number | null
  readonly confirm: boolean
}): Facts {
  const { at, language, recipient, resource, dueAt } = options
  const random = seededRandom(options.seed, ...options.seedPath, 'text')
  const look = house[resource.owner.code] ?? { colour: '#1e2b3c', site: 'https://avsender.example' }
  const { year, month } = osloDate(at)
  return {
    language,
    random,
    at,
    recipient,
    name: recipient.party.name,
    orgNumber: organisationNumber(recipient.party.number),
    resource,
    owner: resource.owner.name[language],
    site: look.site,
    colour: look.colour,
    dueAt,
    due: dueAt === null ? '' : longDate(dueAt, language),
    confirm: options.confirm,
    year,
    settledYear: month >= 8 ? year - 1 : year - 2,
    month,
    date: (days) => longDate(endOfDay(at, days), language),
    workday: (days) => longDate(onWorkday(endOfDay(at, days)), language),
    day: (days) => shortDate(endOfDay(at, days), language),
    kroner: (value) => kroner(value, language),
    number: (value) => number(value, language),
    amount: (ore) => amount(ore, language),
    caseNumber: () => `${String(year)}/${String(random.int(1200, 98_999))}`,
    employee: () => random.pick(recipient.business.employees),
    officer: () => random.pick(officers),
    payment: () => {
      const account = accountNumber(1_200_000_000 + random.int(0, 899_999_999))
      return {
        account: `${account.slice(0, 4)} ${account.slice(4, 6)} ${account.slice(6)}`,
        reference: withModulus10(String(random.int(1_000_000, 9_999_999)) + String(random.int(10_000_000, 99_999_999))),
      }
    },
    say: (texts) => {
      const text = texts[language]
      if (text === undefined) throw new RangeError(`Not written in ${language}`)
      return text()
    },
    stream: (label) => seededRandom(options.seed, ...options.seedPath, 'file', label),
  }
}
