import { join } from 'node:path'

/**
 * Where content stands in the vault, as rows of mail.db name it: 64 hex digits, the HMAC-SHA256 of the content, for a file
 * of its own; those, a dot and the 16 hex digits of a pack for one of many small ones in a pack (decision 0016).
 */
export interface Place {
  /** 64 hex digits. */
  readonly name: string
  /** 16 hex digits, or null for a file of its own. */
  readonly pack: string | null
}

const placeForm = /^(?<name>[0-9a-f]{64})(?:\.(?<pack>[0-9a-f]{16}))?$/
const packFileForm = /^(?<pack>[0-9a-f]{16})\.pack$/
const ownFileForm = /^[0-9a-f]{64}$/

/** Ending of a file that is being written, beside its place. */
export const unfinished = '.unfinished'
/** Ending of a file that is kept aside, because it is damaged. */
export const damaged = '.damaged'

/** @throws {RangeError} for what is no place: nothing else may become a path. */
export function placeOf(text: string): Place {
  const { name, pack } = placeForm.exec(text)?.groups ?? {}
  if (name === undefined) throw new RangeError('A place in the vault is 64 hex digits, or those and a pack')
  return { name, pack: pack ?? null }
}

export const placeText = ({ name, pack }: Place): string => (pack === null ? name : `${name}.${pack}`)

/** Whether a name in a folder is that of a file of its own. */
export const isOwnFile = (fileName: string): boolean => ownFileForm.test(fileName)
/** The pack a file is, or null. */
export const packOfFile = (fileName: string): string | null => packFileForm.exec(fileName)?.groups?.['pack'] ?? null

const fileOf = ({ name, pack }: Place): string => (pack === null ? name : `${pack}.pack`)
/** The folder of a file: one of 256 by its first letters (decision 0010). */
export const folderIn = (folder: string, place: Place): string => join(folder, fileOf(place).slice(0, 2))
/** The file that holds the content. */
export const pathIn = (folder: string, place: Place): string => join(folderIn(folder, place), fileOf(place))
