import type { EngineError, FileKind } from '../../preload/contract/index.ts'
import type { EngineClient } from '../engine/client.ts'

export type Loaded = { readonly ok: true; readonly kind: FileKind; readonly pieces: readonly Uint8Array<ArrayBuffer>[]; readonly bytes: number } | { readonly ok: false; readonly error: EngineError }

const decode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

/** Larger files are saved, not shown. */
export const maxShownBytes = 200_000_000

/**
 * The bytes of a stored file that the window draws itself, piece by piece by a handle: a file has no address (security.md 9).
 * @param wanted asked before each piece; false ends it
 */
export async function loadFile(engine: EngineClient, id: number, attachmentId: string, wanted: () => boolean): Promise<Loaded> {
  const begun = await engine.call('files.begin', { id, attachmentId })
  if (!begun.ok) return begun
  const { handle, bytes, kind } = begun.value
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const isShown = kind !== 'program' && kind !== 'archive' && kind !== 'office' && kind !== 'other' && kind !== 'xml' && bytes <= maxShownBytes
  while (isShown && wanted()) {
    const next = await engine.call('files.next', { handle })
    if (!next.ok) return next
    if (next.value.data === '') break
    pieces.push(decode(next.value.data))
  }
  await engine.call('files.end', { handle })
  return { ok: true, kind, pieces, bytes }
}
