import { fromBufferPromise } from 'yauzl'
import { extensionOf, type FileKind, isProgramName, safeFileName } from './file-kinds.ts'

/** Types that another program may be given, by the extension that the copy gets. Everything else is saved only (security.md 23). */
export const openedExtensions = new Set('pdf png jpg jpeg gif webp txt csv log md json docx xlsx pptx odt ods odp'.split(' '))
const packed = new Set('docx xlsx pptx odt ods odp'.split(' '))
/** A document that is larger is saved only: all of it is looked through in memory. */
export const maxOfficeBytes = 64 * 1024 * 1024
const maxParts = 5000
const maxRelations = 1024 * 1024

/** The name of a copy for another program, or null where no copy may be made. By name and first bytes only. */
export function copyName(fileName: string, kind: FileKind, head: Uint8Array): string | null {
  if (isProgramName(fileName)) return null
  const name = safeFileName(fileName, kind)
  const named = kind === 'text' && extensionOf(name) === '' ? `${name}.txt` : name
  const extension = extensionOf(named)
  if (!openedExtensions.has(extension)) return null
  switch (kind) {
    case 'pdf':
      // Some systems go by the first bytes: they must be the PDF's own.
      return Buffer.from(head.subarray(0, 5)).toString('latin1') === '%PDF-' ? named : null
    case 'png':
    case 'jpeg':
    case 'gif':
    case 'webp':
      return named
    case 'text':
      return packed.has(extension) ? null : named
    case 'office':
      // The older formats and RTF hold programs and objects in ways that cannot be told for sure.
      return packed.has(extension) && Buffer.from(head.subarray(0, 4)).toString('latin1') === 'PK\x03\x04' ? named : null
    default:
      return null
  }
}

/** Parts of a document that hold program code, or a file of another kind that a click opens. */
const activePart = /vbaproject|vbadata|macrosheets|activex|\/embeddings\/|oleobject|^basic\/|^scripts\/|^object [^/]*\/|dialogsheets|customui|\.(exe|dll|js|vbs|bat|cmd|ps1|hta|lnk|bin)$/i
const printerOrImage = /printersettings\d*\.bin$/i
/** What a document fetches by itself when it is opened. */
const fetches = /attachedTemplate|oleObject|\/frame"|externalLink(?:Path)?"|subDocument/i

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Whether an office document of today's formats holds no macro, no object and nothing that it fetches when opened. What
 * cannot be read to its end is not harmless.
 * @param bytes the whole file
 */
export async function isHarmlessOffice(bytes: Buffer): Promise<boolean> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true })
    if (zip.entryCount > maxParts) return false
    let isDocument = false
    for await (const entry of zip.eachEntry()) {
      const { fileName: name } = entry
      if (name === '[Content_Types].xml' || name === 'mimetype') isDocument = true
      if (activePart.test(name) && !printerOrImage.test(name)) return false
      if (!name.endsWith('.rels') && name !== '[Content_Types].xml') continue
      if (entry.uncompressedSize > maxRelations) return false
      const text = await textOf(await zip.openReadStreamPromise(entry))
      if (name === '[Content_Types].xml' ? /macroEnabled|vbaProject|ms-office\.activeX/i.test(text) : /TargetMode\s*=\s*["']External/i.test(text) && fetches.test(text)) return false
    }
    return isDocument
  } catch (error) {
    // A package that its own rules do not fit is somebody's trick, or damaged.
    if (error instanceof Error) return false
    throw error
  }
}
