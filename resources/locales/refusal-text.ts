import type { TextKey, Translate } from './index.ts'

interface Refused {
  readonly kind: 'read' | 'confirm' | 'archive' | 'bin' | 'restore' | 'purge' | 'forward'
  readonly reason: string | null
  readonly answerCode: number | null
  readonly answerStatus: number | null
}

/** Altinn's own codes that a person can do something about (altinn3.md 2.3). */
const byCode: Readonly<Record<number, TextKey>> = {
  1026: 'reason.confirm-first',
  1043: 'reason.transmission',
  1063: 'reason.no-forwarding',
  1065: 'reason.read-first',
  1066: 'reason.forward-text',
  1067: 'reason.forward-text',
  2019: 'reason.not-found',
  3011: 'reason.forward-address',
  3027: 'reason.forward-address',
  4001: 'reason.no-access',
}
const byReason: ReadonlyMap<string, TextKey> = new Map(Object.entries<TextKey>({
  'given-up': 'reason.given-up',
  'no-access': 'reason.no-access',
  'not-found': 'reason.not-found',
  'no-dialog': 'reason.not-found',
  'sign-in': 'reason.sign-in',
  changed: 'reason.changed',
  'moved-by-another': 'reason.moved-by-another',
  'confirm-first': 'reason.confirm-first',
  'read-first': 'reason.read-first',
  'not-forwardable': 'reason.no-forwarding',
  transmission: 'reason.transmission',
  text: 'reason.forward-text',
  address: 'reason.forward-address',
}))

/** Why something was refused, and what that means for the letter: two sentences. */
export function refusalText(t: Translate, row: Refused): string {
  // What a person decided stands over what the service once answered.
  const why = (row.reason === 'given-up' ? byReason.get(row.reason) : undefined) ?? byCode[row.answerCode ?? 0] ?? byReason.get(row.reason ?? '')
  const detail = String(row.answerCode ?? row.answerStatus ?? row.reason ?? '–')
  return `${why === undefined ? t('reason.other', { detail }) : t(why)} ${t(`outgoing.not.${row.kind}`)}`
}
