import { extensionOf, type FileKind, isProgramName } from './file-kinds.ts'

export type FileWarning = 'program' | 'double-extension' | 'other-kind'

/** What a name of an extension says that the file is; extensions that say nothing are not here. */
const said: Readonly<Record<string, readonly FileKind[]>> = {
  pdf: ['pdf'], png: ['png'], jpg: ['jpeg'], jpeg: ['jpeg'], gif: ['gif'], webp: ['webp'],
  xml: ['xml', 'text'], xsd: ['xml'], html: ['html', 'xml'], htm: ['html', 'xml'],
  txt: ['text'], csv: ['text'], json: ['text'], md: ['text'], log: ['text'], zip: ['archive'],
  ...Object.fromEntries('doc docx dot dotx rtf odt xls xlsx xlt xltx ods ppt pptx pps ppsx odp'.split(' ').map((one) => [one, ['office'] as const])),
}
/** What is run, obeyed, shown as a page or unpacked by a double click. */
const active = (extension: string): boolean => isProgramName(`x.${extension}`) || ['html', 'htm', 'xml', 'xhtml', 'zip', 'rar', '7z', 'gz', 'tar'].includes(extension)

/** A name that shows one type and ends in another: `faktura.pdf.exe`, `faktura.pdf      .exe`. */
function isDouble(name: string): boolean {
  const last = extensionOf(name)
  if (last === '' || !active(last)) return false
  const before = extensionOf(name.slice(0, name.toLowerCase().lastIndexOf(`.${last}`)))
  return before !== '' && before !== last && Object.hasOwn(said, before)
}

/**
 * Why a person should look twice at a file, or null (security.md 23).
 * @param kind by its content; null where that is not here
 */
export function warningOf(name: string, kind: FileKind | null): FileWarning | null {
  // Direction characters are taken out first: `fakturafdp.exe` with one of them in it is shown as `fakturaexe.pdf`.
  const plain = name.replace(/\p{Cf}/gu, '')
  if (isDouble(plain)) return 'double-extension'
  if (kind === 'program' || isProgramName(plain)) return 'program'
  const expected = said[extensionOf(plain)]
  return kind === null || expected === undefined || expected.includes(kind) ? null : 'other-kind'
}
