import { fromBufferPromise } from 'yauzl'
import { baseName, isCabinet, type PackageFile, readCabinet } from './cabinet.ts'
import { FormError, formLimits } from './problems.ts'

export type { PackageFile } from './cabinet.ts'

/** A template as it arrives: one packed file (.xsn or zip), or the files of a folder. */
export type TemplateSource = { readonly packed: Uint8Array } | { readonly files: readonly PackageFile[] }

/** The files of a template by their names; names are compared without regard to case (xml-forms.md 3). */
export type Package = ReadonlyMap<string, PackageFile>

export const manifestName = 'manifest.xsf'
const unreadable = (detail: string, cause?: unknown): FormError => new FormError('template-unreadable', detail, cause)
const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04

/** The names of a zip's files in the folder that its manifest lies in; a template has no folders below. */
function besideManifest(names: readonly string[]): string | null {
  const manifest = names.filter((name) => name.toLowerCase() === manifestName || name.toLowerCase().endsWith(`/${manifestName}`)).sort((a, b) => a.length - b.length)[0]
  return manifest === undefined ? null : manifest.slice(0, manifest.length - manifestName.length)
}

/** Reads a zip: sizes are those that were counted, not those that it says (security.md 24). */
async function readZip(bytes: Uint8Array): Promise<readonly PackageFile[]> {
  const found: { readonly path: string; readonly bytes: Uint8Array }[] = []
  let total = 0
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { lazyEntries: true, strictFileNames: true, validateEntrySizes: true })
    if (zip.entryCount > formLimits.files) throw new FormError('template-too-big', 'files')
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      if (entry.isEncrypted()) throw unreadable('a zip with a password')
      if (total + entry.uncompressedSize > formLimits.bytes) throw new FormError('template-too-big', 'bytes')
      const chunks: Buffer[] = []
      for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        total += chunk.length
        if (total > formLimits.bytes) throw new FormError('template-too-big', 'bytes')
        chunks.push(chunk)
      }
      found.push({ path: entry.fileName, bytes: Buffer.concat(chunks) })
    }
  } catch (error) {
    throw error instanceof FormError ? error : unreadable('a damaged zip', error)
  }
  if (total > bytes.length * formLimits.ratio) throw new FormError('template-too-big', 'ratio')
  const folder = besideManifest(found.map(({ path }) => path))
  if (folder === null) throw new FormError('template-incomplete', 'no manifest')
  return found.filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes('/')).map(({ path, bytes: content }) => ({ name: baseName(path.slice(folder.length)), bytes: content }))
}

/**
 * The files of a template, from whatever it came as.
 * @throws {FormError}
 */
export async function loadPackage(source: TemplateSource): Promise<Package> {
  let files: readonly PackageFile[]
  if ('files' in source) files = source.files
  else {
    if (source.packed.length > formLimits.packed) throw new FormError('template-too-big', 'bytes')
    if (isCabinet(source.packed)) files = readCabinet(source.packed)
    else if (isZip(source.packed)) files = await readZip(source.packed)
    else throw unreadable('neither cabinet nor zip')
  }
  if (files.length > formLimits.files || files.reduce((sum, { bytes }) => sum + bytes.length, 0) > formLimits.bytes) throw new FormError('template-too-big', 'files')
  const found = new Map<string, PackageFile>()
  for (const file of files) {
    const key = baseName(file.name).toLowerCase()
    if (found.has(key)) throw unreadable('two files of one name')
    found.set(key, file)
  }
  if (!found.has(manifestName)) throw new FormError('template-incomplete', 'no manifest')
  return found
}
