import { randomUUID } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreError } from '../errors.ts'
import { type Journal, JournalDamage, type JournalKey, type JournalOptions, replayJournal, startSegment } from '../journal/journal.ts'
import { migrate } from '../migrate.ts'
import { putBack, setAside } from '../recovery/files.ts'
import { withReserve } from '../recovery/room.ts'
import { type WalKeeper, walKeeper } from '../recovery/wal.ts'
import { renameFileNow } from '../rename.ts'
import { asDatabaseError, assertEncrypted, type Db, guarded, openDatabase } from '../sqlite.ts'
import { eventApplier } from './apply.ts'
import { type AnyEvent, type GenerationReason, type LedgerEvent, type NewLedgerEvent, newLedgerEvent, type OutboxRow } from './events.ts'
import { bringUp, type History, LedgerReplaced } from './history.ts'
import { type Ledger, type LedgerOpening, type LedgerPosition, LedgerRefusal } from './ledger.ts'
import { openStates } from './outbox.ts'
import { ledgerReads } from './read.ts'
import { ledgerMigrations } from './schema.ts'

export const ledgerName = 'ledger.db'

export interface LedgerOptions {
  /** Path of ledger.db. */
  readonly path: string
  readonly key: Buffer
  /** Folder of the journal's segments. */
  readonly journalFolder: string
  readonly journalKeys: readonly JournalKey[]
  readonly profileId: string
  /** Local user of the operating system. */
  readonly person: string
  /** ms since 1970. */
  readonly now?: () => number
}

/** The ledger as its own thread sees it: the same methods, without promises. */
export type LedgerApi = { readonly [Name in keyof Ledger]: (...args: Parameters<Ledger[Name]>) => Awaited<ReturnType<Ledger[Name]>> }

export const ledgerMethods = [
  'append',
  'appendAll',
  'accounts',
  'account',
  'consent',
  'outbox',
  'outgoing',
  'outgoingCounts',
  'outboxOne',
  'outboxDue',
  'notified',
  'notifiedKeys',
  'openedHere',
  'letter',
  'letters',
  'setting',
  'settings',
  'audit',
  'generation',
  'opening',
  'reportRestored',
] as const satisfies readonly (keyof Ledger)[]

/** Events one record of the journal gets when they are written again. */
const eventsAgain = 200

function openFile(path: string, key: Buffer): Db {
  if (!existsSync(path)) {
    const made = openDatabase(path, ledgerName, key)
    migrate(made, ledgerName, ledgerMigrations)
    made.close()
    assertEncrypted(path, ledgerName)
  }
  const db = openDatabase(path, ledgerName, key)
  try {
    migrate(db, ledgerName, ledgerMigrations)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The journal cannot be read in its middle. On its way out of a thread it is a plain StoreError. */
class JournalDamaged extends StoreError {}

function fileIsWhole(path: string, key: Buffer): boolean {
  if (!existsSync(path)) return false
  try {
    const db = openDatabase(path, ledgerName, key, { readonly: true })
    try {
      return db.pragma('quick_check(1)', { simple: true }) === 'ok'
    } finally {
      db.close()
    }
  } catch (error) {
    const known = asDatabaseError(error, ledgerName)
    if (known instanceof StoreError) return false
    throw error
  }
}

interface Opened {
  readonly db: Db
  readonly apply: (event: LedgerEvent) => void
  readonly history: History
  /** Why ledger.db was made anew from the journal; null when it was not. */
  readonly replaced: string | null
}

function openOnce(options: LedgerOptions, journal: JournalOptions, replaced: string | null): Opened {
  const isNew = !existsSync(options.path)
  const db = openFile(options.path, options.key)
  try {
    // Small, and what only we hold: it is looked at whole before it is used (durability.md 20).
    if (guarded(ledgerName, () => db.pragma('quick_check(1)', { simple: true })) !== 'ok') throw new StoreError('damaged', `${ledgerName}: it is damaged`)
    const apply = eventApplier(db)
    return { db, apply, history: bringUp(db, apply, journal, replaced !== null), replaced }
  } catch (error) {
    db.close()
    // An empty file must not be taken for a whole ledger the next time.
    if (isNew) for (const ending of ['-wal', '-shm', '']) rmSync(options.path + ending, { force: true })
    // Only a plain StoreError keeps its kind on the way out of a thread.
    throw error instanceof JournalDamage ? new JournalDamaged(error.code, error.message, { cause: error }) : asDatabaseError(error, ledgerName)
  }
}

/** Whether the journal can be read to its end, so that ledger.db can be made anew from it alone. */
function journalIsWhole(journal: JournalOptions): boolean {
  try {
    return replayJournal(journal, () => undefined).lastSeq > 0
  } catch (error) {
    if (error instanceof StoreError) return false
    throw error
  }
}

/** A damaged ledger.db goes aside: the journal is whole and is the truth of it (durability.md 1). */
function fromJournal(options: LedgerOptions, journal: JournalOptions, at: number, error: StoreError): Opened {
  if (!journalIsWhole(journal)) return fromCopy(options, journal, at, error)
  setAside(options.path, at)
  return openOnce(options, journal, `ledger.db was damaged: ${error.message}`)
}

/** A damaged journal goes aside, and what ledger.db holds is written into a new one; every unfinished receipt is parked. */
function fromLedger(options: LedgerOptions, journal: JournalOptions, at: number): Opened {
  renameFileNow(journal.folder, `${journal.folder}.aside-${String(at)}`)
  return openOnce(options, journal, null)
}

/** Neither the file nor the journal can be used: the newest whole copy is the best there is. */
function fromCopy(options: LedgerOptions, journal: JournalOptions, at: number, error: StoreError): Opened {
  const copies = [1, 2].map((n) => join(dirname(options.path), 'copies', `ledger-${String(n)}.db`))
  const copy = copies.find((path) => existsSync(path) && fileIsWhole(path, options.key))
  if (copy === undefined) throw error
  setAside(options.path, at)
  putBack(copy, options.path)
  return existsSync(journal.folder) ? fromLedger(options, journal, at) : openOnce(options, journal, null)
}

/** ledger.db brought up to the journal; what is damaged or tells another story is set aside and made anew (security.md 17, durability.md 4). */
function openHistory(options: LedgerOptions, journal: JournalOptions, at: number): Opened {
  try {
    return openOnce(options, journal, null)
  } catch (error) {
    if (error instanceof LedgerReplaced) {
      setAside(options.path, at)
      return openOnce(options, journal, error.message)
    }
    if (error instanceof JournalDamaged) return fileIsWhole(options.path, options.key) ? fromLedger(options, journal, at) : fromCopy(options, journal, at, error)
    if (error instanceof StoreError && (error.code === 'damaged' || error.code === 'wrong-key')) return fromJournal(options, journal, at, error)
    throw error
  }
}

/**
 * Opens the ledger: applies what the journal holds beyond ledger.db, starts a segment and a run (durability.md 1 and 5).
 * Only the holder of the profile's lock may call it. Blocks: it belongs into a thread of its own.
 * @throws {StoreError} 'damaged', 'wrong-key', 'too-new', 'full', 'unwritable'.
 */
export function openLedger(options: LedgerOptions): { readonly api: LedgerApi; readonly close: () => void; readonly wal: WalKeeper } {
  return withReserve(dirname(options.path), () => openLedgerOnce(options))
}

function openLedgerOnce(options: LedgerOptions): { readonly api: LedgerApi; readonly close: () => void; readonly wal: WalKeeper } {
  const { person, now = Date.now } = options
  const journalOptions = { folder: options.journalFolder, profileId: options.profileId, keys: options.journalKeys }
  const { db, apply, history, replaced } = openHistory(options, journalOptions, now())
  let journal: Journal | null = null
  try {
    const meta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
    const fact = (name: string): string | null => meta.get(name)?.value ?? null
    const lastSeq = (): number => Number(fact('last_seq') ?? '0')
    const { end } = history
    const segment = startSegment(journalOptions, end, end.lastSeq + 1)
    journal = segment
    // What only ledger.db still knows is written again, so that the journal is the whole truth once more.
    const later = db.prepare<[number, number], { content: string }>('SELECT content FROM event WHERE seq > ? ORDER BY seq LIMIT ?')
    for (let rows = later.all(segment.lastSeq, eventsAgain); rows.length > 0; rows = later.all(segment.lastSeq, eventsAgain)) {
      segment.append(rows.length, Buffer.from(`[${rows.map(({ content }) => content).join(',')}]`))
    }

    const writeOnce = (events: readonly AnyEvent[]): readonly LedgerEvent[] => {
      const at = now()
      let seq = segment.lastSeq
      const stamped = events.map((event): LedgerEvent => {
        seq += 1
        return { seq, uuid: randomUUID(), at, person, ...event }
      })
      // Rules are checked by applying; only what may happen is journalled, and only what is journalled is committed.
      let journalled = false as boolean
      try {
        db.transaction(() => {
          for (const event of stamped) apply(event)
          segment.append(stamped.length, Buffer.from(JSON.stringify(stamped)))
          journalled = true
        }).immediate()
      } catch (error) {
        if (journalled) segment.withdraw()
        throw asDatabaseError(error, ledgerName)
      }
      return stamped
    }
    // A click counts more than the room kept for it.
    const write = (events: readonly AnyEvent[]): readonly LedgerEvent[] => withReserve(dirname(options.path), () => writeOnce(events))

    const reads = ledgerReads(db)
    const beginGeneration = (why: GenerationReason, detail: string | null): AnyEvent => ({ type: 'generation-began', generation: randomUUID(), previous: fact('generation'), why, detail })
    /** After a step back nobody knows what an unfinished receipt became: it is asked about, never sent by itself (security.md 17). */
    const park = (concerned: (row: OutboxRow) => boolean): readonly AnyEvent[] =>
      reads
        .outbox({ states: openStates })
        .filter(concerned)
        .map((row) => ({ type: 'outbox-changed', outboxUuid: row.uuid, state: 'undecided', reason: 'restored', nextAskAt: now(), asks: 0 }))
    const toPark = (): readonly AnyEvent[] => {
      switch (history.verdict) {
        case 'goes-on':
          return []
        case 'ledger-missing':
          // The journal is whole: what it does not show as sent was not sent (durability.md 1).
          return park((row) => row.state !== 'waiting' || row.attempt > 0)
        case 'ledger-behind':
          return park((row) => row.changedSeq > history.agreedSeq)
        case 'ledger-replaced':
        case 'journal-behind':
          return park(() => true)
      }
    }

    const restored = history.verdict === 'goes-on' ? null : history.verdict
    const parked = toPark()
    const why = fact('generation') === null ? 'created' : restored
    write([
      ...(why === null ? [] : [beginGeneration(why, replaced)]),
      ...parked,
      { type: 'run-started', runId: randomUUID(), previousRunId: fact('run_id') },
    ])
    const opening: LedgerOpening = { replayed: history.replayed, cutBytes: end.torn === null ? 0 : end.torn.length - end.torn.keep, restored, parked: parked.length }

    const appendAll = (events: readonly NewLedgerEvent[]): readonly LedgerEvent[] => {
      const checked = events.map((event) => {
        const parsed = newLedgerEvent.safeParse(event)
        if (!parsed.success) throw new LedgerRefusal('invalid-event', `An event is not as it should be at "${parsed.error.issues[0]?.path.join('.') ?? ''}"`)
        return parsed.data
      })
      return checked.length === 0 ? [] : write(checked)
    }

    const api: LedgerApi = {
      ...reads,
      appendAll,
      append: (event) => {
        const [written] = appendAll([event])
        if (written === undefined) throw new Error('An event was not written')
        return written
      },
      generation: (): LedgerPosition => ({ generation: fact('generation') ?? '', runId: fact('run_id') ?? '', previousRunId: fact('previous_run_id'), lastSeq: lastSeq() }),
      opening: () => opening,
      reportRestored: (detail) => {
        const rows = park(() => true)
        write([beginGeneration('reported', detail), ...rows])
        return rows.length
      },
    }
    return {
      api,
      wal: walKeeper(db, ledgerName, options.path),
      close: () => {
        segment.close()
        db.close()
      },
    }
  } catch (error) {
    journal?.close()
    db.close()
    throw asDatabaseError(error, ledgerName)
  }
}
