import { extensionOf, maxNameBytes } from './file-kinds.ts'

/** Names that are the same file to some system: letters in another case, or composed in another way. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase()

/** The same name with a number before its extension, still of at most 120 bytes. */
export function numbered(name: string, n: number): string {
  const own = extensionOf(name)
  const extension = own === '' ? '' : name.slice(name.length - own.length - 1)
  const mark = ` (${String(n)})${extension}`
  let stem = extension === '' ? name : name.slice(0, name.length - extension.length)
  while (Buffer.byteLength(stem + mark) > maxNameBytes) stem = stem.replace(/.$/su, '')
  return stem + mark
}

/** Gives each safe name once: the second of a kind gets a number. */
export class UniqueNames {
  readonly #taken = new Set<string>()

  take(name: string): string {
    let one = name
    for (let n = 2; this.#taken.has(folded(one)); n += 1) one = numbered(name, n)
    this.#taken.add(folded(one))
    return one
  }
}
