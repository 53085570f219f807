import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ProfileKeys } from '../../../main/store/keys.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'

const files = ['ledger.db', 'mail.db', 'index.db'] as const
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
    return (statSync(join(this.#kept, 'mail.db-wal'), { throwIfNoEntry: false })?.size ?? 0) > 0
  }

  /** Copies the files as they lie there now, each with its -wal. */
  keep(): void {
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
   * @returns false when no such -wal was kept yet
   */
  leaveWal(): boolean {
    if (!this.keepsWal) return false
    const path = join(this.#folder, 'mail.db')
    // The last connection that closes moves everything from the -wal into the file.
    openDatabase(path, 'mail.db', this.#keys.derive('mail')).close()
    for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
    copyFileSync(join(this.#kept, 'mail.db-wal'), `${path}-wal`)
    this.staleWal += 1
    return true
  }
}
