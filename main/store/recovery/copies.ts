import { copyFileSync, existsSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { asStoreError, syncFolderNow } from '../disk.ts'
import { StoreError } from '../errors.ts'
import { copiedKeysName, keysName } from '../keys-file.ts'
import { ledgerName } from '../ledger/ledger-db.ts'
import { mailName } from '../mail/mail-db.ts'
import { renameFileNow } from '../rename.ts'
import { type Db, guarded, openDatabase } from '../sqlite.ts'
import { asideOf, copiesFolder, ownFolder, putBack, setAside, syncFileNow } from './files.ts'

export type CopiedFile = 'ledger' | 'mail'

/** Verified copies of the databases that cannot be made anew, in 'copy-thread'. Errors: StoreError. */
export interface CopyApi {
  /** Whether SQLite finds the file whole. Takes as long as reading it. */
  check(which: CopiedFile): boolean
  /** A verified copy; `no-room` when the disk has not 1.2 times the file's size free (durability.md 18). */
  copy(which: CopiedFile): 'copied' | 'no-room'
  /** Sets a damaged mail.db aside and puts its newest whole copy in its place; nobody may have it open. */
  restoreMail(at: number): 'copy' | 'empty'
}

export const copyMethods = ['check', 'copy', 'restoreMail'] as const satisfies readonly (keyof CopyApi)[]

export interface CopyOptions {
  readonly profile: string
  readonly ledgerKey: Buffer
  readonly mailKey: Buffer
}

const names: Readonly<Record<CopiedFile, string>> = { ledger: ledgerName, mail: mailName }
/** How many copies of a file are kept. mail.db is too large for two. */
const kept: Readonly<Record<CopiedFile, number>> = { ledger: 2, mail: 1 }

/** Path of the n-th newest copy, counted from 1. */
export const copyPath = (profile: string, which: CopiedFile, n = 1): string => join(copiesFolder(profile), `${which}-${String(n)}.db`)

/** When the newest copy was made, ms since 1970, or null. */
export const copiedAt = (profile: string, which: CopiedFile): number | null => statSync(copyPath(profile, which), { throwIfNoEntry: false })?.mtimeMs ?? null

/** When the oldest kept copy was made, ms since 1970, or null. */
export const oldestCopyAt = (profile: string, which: CopiedFile): number | null =>
  Array.from({ length: kept[which] }, (_, index) => statSync(copyPath(profile, which, index + 1), { throwIfNoEntry: false })?.mtimeMs ?? null).reduce((oldest, at) => (oldest === null || (at !== null && at < oldest) ? at : oldest), null)

/** Whether something in the folder may still hold what mail.db held at a time: its copy, or a file set aside. */
export const mayStillHold = (profile: string, at: number): boolean => (oldestCopyAt(profile, 'mail') ?? Infinity) <= at || asideOf(join(profile, mailName)).some((one) => one.at <= at)

/** Removes what was set aside in place of mail.db up to a time, and with `copies` the copies as well. */
export function removeOld(profile: string, at: number, copies: boolean): void {
  for (const one of asideOf(join(profile, mailName))) if (one.at <= at) rmSync(one.path, { force: true })
  if (copies && (oldestCopyAt(profile, 'mail') ?? Infinity) <= at) rmSync(copyPath(profile, 'mail'), { force: true })
}

/** How often each table's rows were counted, and where in its history a file stands. */
interface Facts {
  readonly version: number
  readonly generation: string
  readonly position: number
  readonly counts: Readonly<Record<string, number>>
}

function factsOf(db: Db, which: CopiedFile): Facts {
  const meta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all()
  return {
    version: Number(db.pragma('user_version', { simple: true })),
    generation: meta.get('generation')?.value ?? '',
    position: Number(meta.get(which === 'ledger' ? 'last_seq' : 'change_no')?.value ?? '0'),
    counts: Object.fromEntries(tables.map(({ name }) => [name, db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0])),
  }
}

const between = (value: number, a: number, b: number): boolean => value >= Math.min(a, b) && value <= Math.max(a, b)

/** Whether a copy is what its source was between two looks at it. */
function fits(copy: Facts, before: Facts, after: Facts): boolean {
  if (copy.version !== before.version || copy.generation !== before.generation || !between(copy.position, before.position, after.position)) return false
  return Object.keys(before.counts).every((table) => {
    const [was, is, has] = [before.counts[table], after.counts[table], copy.counts[table]]
    return was !== undefined && is !== undefined && has !== undefined && between(has, was, is)
  })
}

const isWhole = (db: Db): boolean => db.pragma('quick_check(1)', { simple: true }) === 'ok'

/**
 * Whether a database opens with its key and is whole.
 * @returns false for a damaged one, or one that no key of this profile opens
 */
export function isWholeFile(path: string, name: string, key: Buffer): boolean {
  try {
    const db = openDatabase(path, name, key, { readonly: true })
    try {
      return guarded(name, () => isWhole(db))
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof StoreError && (error.code === 'damaged' || error.code === 'wrong-key')) return false
    throw error
  }
}

/** The keys' file goes with every copy of the ledger (durability.md 6): what opens one opens the other. */
function copyKeys(profile: string): void {
  const [from, to] = [join(profile, keysName), join(profile, copiedKeysName)]
  if (!existsSync(from)) return
  copyFileSync(from, `${to}.new`)
  syncFileNow(`${to}.new`)
  renameFileNow(`${to}.new`, to)
}

/** What stands in the place of a damaged mail.db afterwards: a copy, or nothing. */
function restoreMail(profile: string, key: Buffer, at: number): 'copy' | 'empty' {
  const path = join(profile, mailName)
  setAside(path, at)
  const copy = copyPath(profile, 'mail')
  if (!existsSync(copy) || !isWholeFile(copy, mailName, key)) return 'empty'
  putBack(copy, path)
  return 'copy'
}

/** Opens the copier. Blocks while it works: it belongs into a thread of its own. */
export function openCopies(options: CopyOptions): CopyApi {
  const keyOf = (which: CopiedFile): Buffer => (which === 'ledger' ? options.ledgerKey : options.mailKey)
  const pathOf = (which: CopiedFile): string => join(options.profile, names[which])

  const copy = (which: CopiedFile): 'copied' | 'no-room' => {
    const source = pathOf(which)
    const folder = copiesFolder(options.profile)
    ownFolder(folder)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < statSync(source).size * 1.2) return 'no-room'
    const temporary = `${copyPath(options.profile, which)}.new`
    rmSync(temporary, { force: true })
    const db = openDatabase(source, names[which], keyOf(which), { readonly: true })
    let before: Facts
    let after: Facts
    try {
      before = factsOf(db, which)
      guarded(names[which], () => db.prepare('VACUUM INTO ?').run(temporary))
      after = factsOf(db, which)
    } finally {
      db.close()
    }
    // A copy that was broken off opens, says "ok" and has no tables (durability.md 4): so it is counted, then checked.
    const made = openDatabase(temporary, names[which], keyOf(which), { readonly: true })
    try {
      if (!fits(factsOf(made, which), before, after) || !isWhole(made)) throw new StoreError('damaged', `a copy of ${names[which]} is not what it was made from`)
    } finally {
      made.close()
    }
    syncFileNow(temporary)
    for (let n = kept[which]; n > 1; n -= 1) {
      const newer = copyPath(options.profile, which, n - 1)
      if (existsSync(newer)) renameFileNow(newer, copyPath(options.profile, which, n))
    }
    renameFileNow(temporary, copyPath(options.profile, which))
    if (which === 'ledger') copyKeys(options.profile)
    syncFolderNow(folder)
    return 'copied'
  }

  return {
    check: (which) => isWholeFile(pathOf(which), names[which], keyOf(which)),
    copy: (which) => {
      try {
        return copy(which)
      } catch (error) {
        rmSync(`${copyPath(options.profile, which)}.new`, { force: true })
        throw asStoreError(error, `copying ${names[which]}`)
      }
    },
    restoreMail: (at) => restoreMail(options.profile, options.mailKey, at),
  }
}
