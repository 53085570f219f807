import { dropPieceBytes, type EngineError, type ImportedForm } from '../../preload/contract/index.ts'
import type { EngineClient } from '../engine/client.ts'

/** One file of a template, read when its turn comes. */
export interface TemplateFile {
  readonly name: string
  readonly blob: Blob
}

export type ImportOutcome = ImportedForm | { readonly outcome: 'error'; readonly error: EngineError }

/** More is no template; the engine says so of everything larger, this keeps a dropped disk from being read. */
const maxFiles = 200

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** Hands a template over to the engine, piece by piece: the window names no path. */
export async function importTemplate(engine: EngineClient, files: readonly TemplateFile[]): Promise<ImportOutcome> {
  const begun = await engine.call('forms.import-begin', { files: files.map(({ name, blob }) => ({ name, bytes: blob.size })) })
  if (!begun.ok) return { outcome: 'error', error: begun.error }
  const { handle } = begun.value
  for (const { blob } of files) {
    for (let at = 0; at < blob.size; at += dropPieceBytes) {
      const sent = await engine.call('forms.import-bytes', { handle, data: await base64(blob.slice(at, at + dropPieceBytes)) })
      if (!sent.ok) return { outcome: 'error', error: sent.error }
    }
  }
  const ended = await engine.call('forms.import-end', { handle })
  return ended.ok ? ended.value : { outcome: 'error', error: ended.error }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => { entry.file(resolve, reject) })

/** The files right in a folder that was dropped; those of folders below are none of a template's. */
async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly TemplateFile[]> {
  const reader = folder.createReader()
  const found: TemplateFile[] = []
  for (;;) {
    const entries = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject) })
    if (entries.length === 0 || found.length > maxFiles) return found.slice(0, maxFiles)
    for (const entry of entries) if (entry.isFile) found.push({ name: entry.name, blob: await fileOf(entry as FileSystemFileEntry) })
  }
}

/** The templates in what was dropped: each packed file is one, each folder is one. To be called while the event is handled. */
export function droppedTemplates(transfer: DataTransfer): readonly Promise<readonly TemplateFile[]>[] {
  return [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    if (entry?.isDirectory === true) return [filesIn(entry as FileSystemDirectoryEntry)]
    const file = item.kind === 'file' ? item.getAsFile() : null
    return file === null ? [] : [Promise.resolve([{ name: file.name, blob: file }])]
  })
}
