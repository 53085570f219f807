import { type Language, type TextKey, translator } from '../../resources/locales/index.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { organisationOf } from './printable.ts'
import type { ReceiptFacts } from './receipt.ts'

/** What is said of the list as a whole. */
export interface ListAbout {
  readonly language: Language
  /** Which part of it this is. */
  readonly group: 'all' | 'refused' | 'waiting' | 'given-up' | 'done'
  /** Name of the only recipient whose rows these are; null for all. */
  readonly recipient: string | null
  readonly count: number
  /** When it is made, ms since 1970 UTC. */
  readonly nowAt: number
}

/** One row of the list in words; times are ms since 1970 UTC. */
export interface ListedReceipt {
  readonly action: string
  readonly state: string
  /** Why it was refused, and what that means for the letter; empty otherwise. */
  readonly reason: string
  readonly title: string
  readonly sender: string
  readonly recipient: string
  /** Organisation number; empty for persons. */
  readonly number: string
  /** Of what was forwarded: the e-mail address. */
  readonly to: string
  readonly person: string
  readonly identity: string
  readonly clickedAt: number
  readonly sentAt: number | null
  readonly provenAt: number | null
  /** `HTTP 200`, with Altinn's own code where it gave one; empty before there is an answer. */
  readonly answer: string
}

/** The longest text of somebody else's that a row shows, as in the window. */
const longest = 300
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Makes rows of the list; confidential titles stay hidden as in the window. */
export function listedReceipts(language: Language): (facts: ReceiptFacts) => ListedReceipt {
  const t = translator(language)
  return (facts) => ({
    action: t(`act.${facts.kind}`),
    state: facts.state === 'refused' && facts.reason === 'given-up' ? t('outgoing.given-up') : capital(t(`receipt.${facts.state}`)),
    reason: facts.state === 'refused' ? refusalText(t, facts) : '',
    title: facts.title === null ? t('word.confidential') : cut(facts.title),
    sender: cut(facts.sender),
    recipient: cut(facts.partyName === facts.party ? '' : facts.partyName),
    number: organisationOf(facts.party) ?? '',
    to: facts.forwardTo ?? '',
    person: facts.person,
    identity: facts.accountName,
    clickedAt: facts.clickedAt,
    sentAt: facts.sentAt,
    provenAt: facts.provenAt,
    answer: [facts.answerStatus === null ? null : `HTTP ${String(facts.answerStatus)}`, facts.answerCode === null ? null : t('receipt.code', { code: facts.answerCode })].filter((part) => part !== null).join(' · '),
  })
}

const groupTexts: Readonly<Record<ListAbout['group'], TextKey>> = {
  all: 'outgoing.group.all', refused: 'outgoing.group.refused', waiting: 'outgoing.group.waiting', 'given-up': 'outgoing.group.given-up', done: 'outgoing.group.done',
}

/** Which rows these are: `Vis: Avvist · Mottaker: Nordlys Bakeri AS · 12 rader`. */
export function aboutText({ language, group, recipient, count }: ListAbout): string {
  const t = translator(language)
  return [`${t('outgoing.filter')}: ${t(groupTexts[group])}`, `${t('field.recipient')}: ${recipient ?? t('rail.all')}`, t('outgoing.rows', { count })].join(' · ')
}
