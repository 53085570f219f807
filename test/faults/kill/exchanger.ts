import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProfileKeys } from '../../../main/store/keys.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'

const files = ['ledger.db', 'mail.db', 'index.db'] as const
const hasSomething = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0

export type ExchangedFile = (typeof files)[number]

/** Puts older files in the place of newer ones, as people with backups do. No process may have the profile open. */
export class Exchanger {
  readonly #folder: string
  readonly #kept: string
  readonly #random: () => number
  readonly #keys: ProfileKeys
  exchanged = 0
  staleWal = 0

  /** @param kept a folder for the older files */
  constructor(folder: string, kept: string, keys: ProfileKeys, random: () => number) {
    this.#folder = folder
    this.#kept = kept
    this.#keys = keys
    this.#random = random
    mkdirSync(kept, { recursive: true })
  }

  get keeps(): boolean {
    return existsSync(join(this.#kept, 'mail.db'))
  }

  /** Whether what is kept came with a -wal that has something in it. */
  get keepsWal(): boolean {
    return hasSomething(join(this.#kept, 'mail.db-wal'))
  }

  /**
   * Copies the files as they lie there now, each with its -wal. Lives often end with nothing in the -wal of mail.db, on
   * some machines all of them: until one was left behind, the last letters are written once more, as they are, and copied
   * before they are moved into the file.
   */
  keep(): void {
    const path = join(this.#folder, 'mail.db')
    if (this.staleWal > 0 || !hasSomething(path) || hasSomething(`${path}-wal`)) {
      this.#copy()
      return
    }
    const db = openDatabase(path, 'mail.db', this.#keys.derive('mail'))
    try {
      // A life that was killed while it made the profile leaves a file without tables.
      if (db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'message'`).get() !== undefined) db.exec('UPDATE message SET title = title WHERE id IN (SELECT id FROM message ORDER BY id DESC LIMIT 50)')
      this.#copy()
    } finally {
      db.close()
    }
  }

  #copy(): void {
    for (const name of files) {
      for (const ending of ['', '-wal']) {
        const path = join(this.#folder, name + ending)
        rmSync(join(this.#kept, name + ending), { force: true })
        if (existsSync(path)) copyFileSync(path, join(this.#kept, name + ending))
      }
    }
  }

  /** The whole older file with its own -wal. */
  exchange(): ExchangedFile {
    const name = files[Math.floor(this.#random() * files.length)] ?? 'mail.db'
    for (const ending of ['', '-wal', '-shm']) rmSync(join(this.#folder, name + ending), { force: true })
    for (const ending of ['', '-wal']) if (existsSync(join(this.#kept, name + ending))) copyFileSync(join(this.#kept, name + ending), join(this.#folder, name + ending))
    this.exchanged += 1
    return name
  }

  /**
   * The -wal of another time beside a mail.db that has all of its own in it: SQLite then lays old pages over new ones.
   * Such a one was kept before.
   */
  leaveWal(): void {
    const path = join(this.#folder, 'mail.db')
    // The last connection that closes moves everything from the -wal into the file.
    openDatabase(path, 'mail.db', this.#keys.derive('mail')).close()
    for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
    copyFileSync(join(this.#kept, 'mail.db-wal'), `${path}-wal`)
    this.staleWal += 1
  }
}
