export type FileKind = 'pdf' | 'png' | 'jpeg' | 'gif' | 'webp' | 'xml' | 'html' | 'text' | 'program' | 'archive' | 'office' | 'other'

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte)
const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')]

/** What a system would run or obey, whatever its content says (security.md 23). */
const programs = new Set(
  'exe com scr pif bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh msi msp msix appx dll sys cpl lnk url desktop scf hta jar apk app command sh bash zsh csh py pl rb run bin deb rpm dmg pkg iso img vhd vhdx reg inf chm hlp docm dotm xlsm xltm xlam pptm potm ppam sldm svg'.split(' '),
)
const office = new Set('doc docx dot dotx rtf odt xls xlsx xlt xltx ods csv ppt pptx pps ppsx odp'.split(' '))
const texts = new Set('txt csv json md log'.split(' '))

export const extensionOf = (name: string): string => /\.([^.\s]{1,10})\s*$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Whether the system would run or obey a file of this name, whatever is in it. */
export const isProgramName = (name: string): boolean => programs.has(extensionOf(name))

function signature(head: Uint8Array): FileKind | null {
  // Before PDF: what the system runs by its first bytes is run, whatever comes after them.
  if (startsWith(head, ascii('MZ')) || startsWith(head, [0x7f, 0x45, 0x4c, 0x46]) || startsWith(head, ascii('#!')) || startsWith(head, [0xcf, 0xfa, 0xed, 0xfe])) return 'program'
  // A PDF may begin with some bytes that are not its own.
  const beginning = Buffer.from(head.subarray(0, 1024)).toString('latin1')
  if (beginning.includes('%PDF-')) return 'pdf'
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(head, ascii('GIF8'))) return 'gif'
  if (startsWith(head, ascii('RIFF')) && beginning.slice(8, 12) === 'WEBP') return 'webp'
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, ascii('Rar!')) || startsWith(head, [0x37, 0x7a, 0xbc, 0xaf]) || startsWith(head, [0x1f, 0x8b])) return 'archive'
  return null
}

/** Each character is two bytes: a byte of zero says nothing there. */
const isWide = (head: Uint8Array): boolean => startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])

/** Text of a file's beginning, whatever of the usual encodings it is in. */
function opening(head: Uint8Array): string {
  const encoding = startsWith(head, [0xff, 0xfe]) ? 'utf-16le' : startsWith(head, [0xfe, 0xff]) ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(head).replace(/^\ufeff/, '').trimStart().slice(0, 200)
}

/**
 * What a file is, by its first bytes; its name only makes it more dangerous or more exact, never harmless.
 * @param head its first bytes, some kilobytes
 */
export function detectKind(fileName: string, head: Uint8Array): FileKind {
  const extension = extensionOf(fileName)
  if (programs.has(extension)) return 'program'
  const found = signature(head)
  if (found === 'archive') return office.has(extension) ? 'office' : 'archive'
  if (found !== null) return found
  // The older office formats are compound files.
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) return office.has(extension) ? 'office' : 'other'
  const text = opening(head)
  if (/^(<!doctype html|<html|<head|<body|<script)/i.test(text)) return 'html'
  if (/^<(\?xml|[a-z_][\w.-]*(:[a-z_][\w.-]*)?[\s/>])/i.test(text)) return 'xml'
  if ((head.includes(0) && !isWide(head)) || /\p{Cc}/u.test(text.replace(/\s/g, ''))) return 'other'
  return texts.has(extension) || extension === '' || extension === 'xml' ? 'text' : office.has(extension) ? 'office' : 'other'
}

/** The extension a saved file of a kind gets where its own says something else. */
const extensions: Partial<Record<FileKind, readonly string[]>> = {
  pdf: ['pdf'], png: ['png'], jpeg: ['jpg', 'jpeg'], gif: ['gif'], webp: ['webp'], xml: ['xml', 'xsd', 'xsl', 'xslt'], html: ['html', 'htm'],
}
const reserved = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i
export const maxNameBytes = 120

/**
 * A name for a copy outside: one path part, composed letters, no control or direction characters, none that a system
 * reserves, at most 120 bytes, and an extension that says what the file is (security.md 23).
 */
export function safeFileName(name: string, kind: FileKind): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\ud800-\udfff]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const own = extensionOf(clean)
  const wanted = extensions[kind]
  const suffix = wanted === undefined || wanted.includes(own) ? '' : `.${wanted[0] ?? ''}`
  const extension = suffix !== '' ? suffix : own === '' ? '' : `.${own}`
  let stem = suffix !== '' ? clean : own === '' ? clean : clean.slice(0, clean.length - own.length - 1)
  while (Buffer.byteLength(stem + extension) > maxNameBytes) stem = stem.replace(/.$/su, '')
  const whole = `${stem.replace(/[.\s]+$/, '') || 'vedlegg'}${extension}`
  return reserved.test(whole) ? `_${whole}` : whole
}
