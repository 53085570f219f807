import { createHash } from 'node:crypto'
import { constants, rmSync } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { extensionOf } from '../reading/file-kinds.ts'
import { openedExtensions } from '../reading/openable.ts'
import { markFromInternet } from './from-internet.ts'
import { savingRefusal } from './saving.ts'

/** Every folder of copies begins with this; a shell opens nothing else. */
export const copiesPrefix = 'meldingsboks-copies-'

/** Whether a copy of this name may be given to another program at all; for a shell, which looks for itself. */
export const isOpenedName = (name: string): boolean => openedExtensions.has(extensionOf(name))

/** Readable copies of files for other programs: one folder a run, deleted with it (security.md 23). */
export interface Copies {
  /**
   * Makes a read-only copy under this name, or gives the one that is there.
   * @param key names the file, so that opening it twice makes one copy
   * @throws {Refusal} when the disk refuses; then nothing of it stays
   */
  make(key: string, name: string, content: AsyncIterable<Buffer>): Promise<string>
  /** Deletes every copy. */
  clear(): Promise<void>
  /** Paths that could not be deleted, of this run and earlier ones. */
  left(): Promise<readonly string[]>
  close(): Promise<void>
}

interface CopiesOptions {
  /** The profile's folder. */
  readonly profile: string
  /** Only one process writes a profile: whatever an earlier one left is nobody's any more. */
  readonly writes: boolean
  /** Where folders of copies lie, the best place first; the first that may be written is used. */
  readonly parents?: readonly string[]
}

/** In memory where there is such a place; else beside the profile, in a folder of the user's alone. */
const usualParents = (profile: string): readonly string[] => [...[process.env['XDG_RUNTIME_DIR'], process.platform === 'linux' ? '/dev/shm' : undefined].filter((one) => one !== undefined), join(dirname(profile), 'run')]

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

async function isUsable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK)
    return (await stat(folder)).isDirectory()
  } catch (error) {
    if (codeOf(error) === null) throw error
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Deletes a folder and says what of it is still there. Read-only files are made writable first: Windows deletes no others. */
async function removed(folder: string): Promise<readonly string[]> {
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o600)
    await rm(folder, { recursive: true, force: true, maxRetries: 2, retryDelay: 100 })
    return []
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    if (codeOf(error) === null) throw error
    return await remaining(folder)
  }
}

async function remaining(folder: string): Promise<readonly string[]> {
  try {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    return files.length === 0 ? [folder] : files
  } catch (error) {
    if (codeOf(error) === null) throw error
    return codeOf(error) === 'ENOENT' ? [] : [folder]
  }
}

/** Opens the place for copies of a profile, and deletes what earlier runs left when they were ended by force. */
export function openCopies({ profile, writes, parents = usualParents(profile) }: CopiesOptions): Copies {
  const own = `${copiesPrefix}${createHash('sha256').update(profile).digest('hex').slice(0, 16)}-`
  const mark = `${writes ? 'w' : 'r'}-`
  const stale = (name: string): boolean => {
    if (!name.startsWith(own)) return false
    const [kind, pid] = name.slice(own.length).split('-')
    return (kind === 'w' && writes) || !isRunning(Number(pid))
  }
  let folder: string | null = null
  let made = new Map<string, Promise<string>>()
  let undeleted: readonly string[] = []
  let copies = 0

  const sweep = async (): Promise<void> => {
    for (const parent of parents) {
      if (!(await isUsable(parent))) continue
      for (const name of await readdir(parent)) if (stale(name)) undeleted = [...undeleted, ...(await removed(join(parent, name)))]
    }
  }
  const swept = sweep()
  // Told by whatever asks for it next; nothing else waits for it.
  swept.catch(() => undefined)

  const runFolder = async (): Promise<string> => {
    if (folder !== null) return folder
    await swept
    for (const [at, parent] of parents.entries()) {
      if (at === parents.length - 1) await mkdir(parent, { recursive: true, mode: 0o700 })
      else if (!(await isUsable(parent))) continue
      folder = await mkdtemp(join(parent, `${own}${mark}${String(process.pid)}-`))
      await chmod(folder, 0o700)
      return folder
    }
    throw new RangeError('There is no place for copies')
  }

  const write = async (name: string, content: AsyncIterable<Buffer>): Promise<string> => {
    let place: string | null = null
    try {
      copies += 1
      place = join(await runFolder(), String(copies))
      // A folder each, so that every copy keeps its name.
      await mkdir(place, { mode: 0o700 })
      const path = join(place, name)
      const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW as number | undefined ?? 0), 0o600)
      try {
        for await (const chunk of content) await file.writeFile(chunk)
      } finally {
        await file.close()
      }
      await markFromInternet(path)
      await chmod(path, 0o400)
      return path
    } catch (error) {
      if (place !== null) await rm(place, { recursive: true, force: true })
      throw savingRefusal(error) ?? error
    }
  }

  const clear = async (): Promise<void> => {
    const open = [...made.values()]
    made = new Map()
    await Promise.allSettled(open)
    if (folder === null) return
    const gone = folder
    folder = null
    undeleted = [...undeleted, ...(await removed(gone))]
  }
  /** The process ends without having closed: what can be deleted at once is. */
  const atExit = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', atExit)

  const there = async (paths: readonly string[]): Promise<readonly string[]> => {
    const found = await Promise.all(paths.map(async (path) => ((await stat(path).then(() => true, () => false)) ? [path] : [])))
    return found.flat()
  }
  return {
    make: async (key, name, content) => {
      const before = await made.get(key)
      if (before !== undefined && (await there([before])).length > 0) return before
      const path = write(name, content)
      made.set(key, path)
      try {
        return await path
      } catch (error) {
        made.delete(key)
        throw error
      }
    },
    clear,
    left: async () => {
      await swept
      undeleted = await there(undeleted)
      return undeleted
    },
    close: async () => {
      await clear()
      process.off('exit', atExit)
    },
  }
}
