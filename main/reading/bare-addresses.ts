/** A piece of text; with `address` where it is one that can be opened. */
export interface TextPart {
  readonly text: string
  readonly address?: string
}

/** Addresses as people write them: with a scheme, from `www.`, a host of a usual domain, or a mail box. */
const address = /(?<![\p{L}\p{N}@./-])(?:(https?:\/\/[^\s<>"'«»“”\u00a0]+)|([\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+[a-z]{2,})|((?:www\.(?:[\p{L}\p{N}-]+\.)+[a-z]{2,}|(?:[a-zæøå0-9-]+\.)+(?:no|com|org|net|eu|info))(?![\p{L}\p{N}@-]|\.\p{L})(?:\/[^\s<>"'«»“”\u00a0]*)?))/giu
/** What ends a sentence does not belong to the address in it. */
const trailing = /[.,;:!?…*_~]+$/

function trimmed(text: string): string {
  let end = text.replace(trailing, '')
  // A closing bracket belongs to it only when one was opened in it.
  while (end.endsWith(')') && end.split(')').length > end.split('(').length) end = end.slice(0, -1).replace(trailing, '')
  return end
}

/** A text cut at the addresses that stand in it. */
export function addressesIn(text: string): readonly TextPart[] {
  if (!/[.@]/.test(text)) return [{ text }]
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    const [whole, web, mail] = match
    const own = trimmed(whole)
    if (own === '') continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: own, address: web !== undefined ? own : mail !== undefined ? `mailto:${own}` : `https://${own}` })
    from = match.index + own.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}
