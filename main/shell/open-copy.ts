import { lstat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { copiesPrefix, isOpenedName } from '../engine/copies.ts'
import { openOutside } from './outside.ts'

/** Whether only this user may look in; a system without such rights keeps what lies in a user's own folder. */
const isPrivate = (mode: number, uid: number): boolean => process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)

/**
 * Whether a path is a copy that the engine made for another program: a plain read-only file of this user's, of a type that may
 * be opened, two steps below a folder of copies. The engine reads what others sent; its word alone opens nothing (security.md 23).
 */
export async function isOurCopy(path: string): Promise<boolean> {
  if (!isAbsolute(path) || resolve(path) !== path || !isOpenedName(basename(path))) return false
  const place = dirname(path)
  const run = dirname(place)
  if (!basename(run).startsWith(copiesPrefix) || !/^\d+$/.test(basename(place))) return false
  try {
    const [file, ...folders] = await Promise.all([path, place, run].map((one) => lstat(one)))
    if (file?.isFile() !== true || file.nlink !== 1 || !isPrivate(file.mode, file.uid) || (file.mode & 0o222) !== 0) return false
    return folders.every((folder) => folder.isDirectory() && isPrivate(folder.mode, folder.uid))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** Opens a copy in the system's own program; false when the path is none of ours or no program took it. */
export const openCopy = async (path: string, open: (path: string) => Promise<boolean> = openOutside): Promise<boolean> => (await isOurCopy(path)) && (await open(path))
