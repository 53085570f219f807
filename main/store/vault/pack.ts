import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { StoreError } from '../errors.ts'
import { exactly, PackDamage } from './damage.ts'

/**
 * Many small vault files in one file, because making a file costs more than all else that is done with it (decision
 * 0016). Numbers are big-endian.
 *
 *   directory   'MBVPACK' | form u8 | members u32 | check 16 | (name 32 | bytes u32) x members
 *   members     each as it would stand in a file of its own (form.ts), one after another
 *   directory   once more, and its length u32: a bad sector in the first takes no other member with it
 *
 * `check` is the beginning of the SHA-256 of the rest of the directory. It guards against chance only: a member is bound to
 * its name by its key and to its length by its records, so a directory that was changed gives nothing that was not written.
 */
const magic = Buffer.from('MBVPACK')
const form = 1
const headBytes = 12
const checkBytes = 16
const entriesAt = headBytes + checkBytes
const nameBytes = 32
const entryBytes = nameBytes + 4
const trailerBytes = 4
/** Far more than any that is written; a number above it is damage. */
const mostMembers = 100_000

export interface PackMember {
  /** 64 hex digits. */
  readonly name: string
  /** Where it begins in the pack. */
  readonly at: number
  readonly bytes: number
}

function checkOf(head: Buffer, entries: Buffer): Buffer {
  return createHash('sha256').update(head).update(entries).digest().subarray(0, checkBytes)
}

/** The directory of members that follow in this order, and its other copy with which the pack ends. */
export function packDirectory(members: readonly { readonly name: string; readonly bytes: number }[]): readonly [Buffer, Buffer] {
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeUInt8(form, 7)
  head.writeUInt32BE(members.length, 8)
  const entries = Buffer.alloc(members.length * entryBytes)
  for (const [index, { name, bytes }] of members.entries()) {
    entries.write(name, index * entryBytes, 'hex')
    entries.writeUInt32BE(bytes, index * entryBytes + nameBytes)
  }
  const directory = Buffer.concat([head, checkOf(head, entries), entries])
  const length = Buffer.alloc(trailerBytes)
  length.writeUInt32BE(directory.length)
  return [directory, Buffer.concat([directory, length])]
}

/** null when it is not what was written. @throws {StoreError} 'too-new' for a form this program does not know. */
async function directoryAt(file: FileHandle, at: number, size: number): Promise<readonly PackMember[] | null> {
  if (at < 0 || at + entriesAt > size) return null
  const head = await exactly(file, entriesAt, at)
  if (!head.subarray(0, magic.length).equals(magic)) return null
  if (head.readUInt8(7) > form) throw new StoreError('too-new', 'attachments were written by a newer version of Meldingsboks')
  const count = head.readUInt32BE(8)
  if (count > mostMembers || at + entriesAt + count * entryBytes > size) return null
  const entries = await exactly(file, count * entryBytes, at + entriesAt)
  if (!checkOf(head.subarray(0, headBytes), entries).equals(head.subarray(headBytes))) return null
  const members: PackMember[] = []
  let begins = entriesAt + entries.length
  for (let entry = 0; entry < entries.length; entry += entryBytes) {
    const bytes = entries.readUInt32BE(entry + nameBytes)
    members.push({ name: entries.toString('hex', entry, entry + nameBytes), at: begins, bytes })
    begins += bytes
  }
  return members
}

/** What a pack holds. @throws {PackDamage} when neither of its directories is whole. */
export async function membersOf(file: FileHandle): Promise<readonly PackMember[]> {
  const { size } = await file.stat()
  const first = await directoryAt(file, 0, size)
  if (first !== null) return first
  if (size < trailerBytes) throw new PackDamage('the pack ends too early')
  const length = (await exactly(file, trailerBytes, size - trailerBytes)).readUInt32BE()
  const last = await directoryAt(file, size - trailerBytes - length, size)
  if (last === null) throw new PackDamage('the pack has lost its directory')
  return last
}
