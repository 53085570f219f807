import type { Label } from '../world/model.ts'

/** The server's enumeration: numbers are accepted in place of names. */
export const labelNumbers: Readonly<Record<Label, number>> = { Default: 1, Bin: 2, Archive: 3, MarkedAsUnopened: 4, Sent: 5 }
const labelNames = Object.keys(labelNumbers) as readonly Label[]

/** A label by its name in any case or by its number. */
export function labelOf(value: unknown): Label | null {
  return labelNames.find((name) => (typeof value === 'string' ? name.toLowerCase() === value.toLowerCase() || String(labelNumbers[name]) === value : labelNumbers[name] === value)) ?? null
}

export interface Relabelled {
  readonly labels: readonly Label[]
  readonly log: readonly { readonly label: Label; readonly action: 'set' | 'remove' }[]
}

const excluding: readonly Label[] = ['Default', 'Bin', 'Archive']

/**
 * What labels become (altinn3.md 3.4): Default, Bin and Archive exclude each other, the last one added counts; taking Bin or
 * Archive away restores Default; removing comes before adding. Default itself is never logged.
 */
export function relabelled(current: readonly Label[], add: readonly Label[], remove: readonly Label[]): Relabelled {
  const before = current.find((label) => excluding.includes(label)) ?? 'Default'
  const added = add.findLast((label) => excluding.includes(label))
  const place = added ?? (remove.includes(before) ? 'Default' : before)
  const wasMarked = current.includes('MarkedAsUnopened')
  const isMarked = add.includes('MarkedAsUnopened') || (wasMarked && !remove.includes('MarkedAsUnopened'))
  const log: { readonly label: Label; readonly action: 'set' | 'remove' }[] = []
  if (place !== before) {
    if (place !== 'Default') log.push({ label: place, action: 'set' })
    if (before !== 'Default') log.push({ label: before, action: 'remove' })
  }
  if (isMarked !== wasMarked) log.push({ label: 'MarkedAsUnopened', action: isMarked ? 'set' : 'remove' })
  const labels: Label[] = [place, ...(isMarked ? ['MarkedAsUnopened' as const] : []), ...(current.includes('Sent') ? ['Sent' as const] : [])]
  return { labels, log }
}
