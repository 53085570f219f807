import { share } from '../times.ts'

/** An id that always is the same for the same part of the same dialog, UUIDv7 with the dialog's time. */
export function partId(dialogId: string, part: string): string {
  const hex = Array.from({ length: 3 }, (_, index) => Math.floor(share(`${dialogId} ${part} ${String(index)}`) * 2 ** 32).toString(16).padStart(8, '0')).join('')
  return `${dialogId.slice(0, 14)}7${hex.slice(1, 4)}-8${hex.slice(4, 7)}-${hex.slice(7, 19)}`
}

/** A version 4 id, for revisions, that always is the same for the same state of the same dialog. */
export function revisionId(dialogId: string, state: string): string {
  const hex = Array.from({ length: 4 }, (_, index) => Math.floor(share(`${dialogId} ${state} ${String(index)}`) * 2 ** 32).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
