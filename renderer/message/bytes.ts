import type { EngineError, FileKind } from '../../preload/contract/index.ts'
import type { EngineClient } from '../engine/client.ts'

export type Loaded = {
  readonly ok: true
  readonly kind: FileKind
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
  /** Of the whole file. */
  readonly bytes: number
  /** Larger than what is shown of its kind: nothing of it is here. */
  readonly tooLarge: boolean
} | { readonly ok: false; readonly error: EngineError }

/** Bytes of a file that is shown whole or not at all; larger ones are saved. */
const wholeLimits: Partial<Record<FileKind, number>> = { pdf: 200_000_000, png: 50_000_000, jpeg: 50_000_000, gif: 50_000_000, webp: 50_000_000 }
/** Text is shown from its beginning: no more than this is asked for. */
const textBytes = 4 * 1024 * 1024

/**
 * The bytes of a stored file that the window draws itself, piece by piece by a handle: a file has no address (security.md 9).
 * @param wanted asked before each piece; false ends it
 */
export async function loadFile(engine: EngineClient, id: number, attachmentId: string, wanted: () => boolean): Promise<Loaded> {
  const begun = await engine.call('files.begin', { id, attachmentId })
  if (!begun.ok) return begun
  const { handle, bytes, kind } = begun.value
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const whole = wholeLimits[kind]
  const tooLarge = whole !== undefined && bytes > whole
  const limit = tooLarge ? 0 : (whole ?? (kind === 'text' ? textBytes : 0))
  let got = 0
  while (got < limit && wanted()) {
    const next = await engine.call('files.next', { handle })
    if (!next.ok) return next
    if (next.value.data === '') break
    const piece = Uint8Array.fromBase64(next.value.data)
    got += piece.length
    pieces.push(piece)
  }
  await engine.call('files.end', { handle })
  return { ok: true, kind, pieces, bytes, tooLarge }
}

/** Pieces as one run of bytes, at most `limit` of them. */
export function joined(pieces: readonly Uint8Array[], limit: number): Uint8Array {
  const size = Math.min(limit, pieces.reduce((sum, piece) => sum + piece.length, 0))
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    const part = piece.subarray(0, size - at)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
export const maxTextBytes = textBytes
