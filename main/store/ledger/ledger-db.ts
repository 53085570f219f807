import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { type Journal, type JournalKey, replayJournal, startSegment } from '../journal/journal.ts'
import { StoreError } from '../errors.ts'
import { migrate } from '../migrate.ts'
import { assertEncrypted, openDatabase } from '../sqlite.ts'
import { eventApplier } from './apply.ts'
import { type AnyEvent, type GenerationReason, type LedgerEvent, type NewLedgerEvent, eventTypes, ledgerEvent, newLedgerEvent } from './events.ts'
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

const frame = z.array(z.looseObject({ seq: z.number().int().positive(), type: z.string() }))

function eventsOf(content: Buffer): readonly LedgerEvent[] {
  const raw = frame.parse(JSON.parse(content.toString('utf8')))
  const newer = raw.find((event) => !eventTypes.has(event.type))
  if (newer !== undefined) throw new StoreError('too-new', 'the journal was written by a newer version of Meldingsboks')
  return raw.map((event) => ledgerEvent.parse(event))
}

/**
 * Opens the ledger: applies what the journal holds beyond ledger.db, starts a segment and a run (durability.md 1 and 5).
 * Only the holder of the profile's lock may call it. Blocks: it belongs into a thread of its own.
 * @throws {StoreError} 'damaged', 'wrong-key', 'too-new', 'full', 'unwritable'.
 */
export function openLedger(options: LedgerOptions): { readonly api: LedgerApi; readonly close: () => void } {
  const { path, key, journalFolder, journalKeys, profileId, person, now = Date.now } = options
  const isNew = !existsSync(path)
  if (isNew) {
    const made = openDatabase(path, ledgerName, key)
    migrate(made, ledgerName, ledgerMigrations)
    made.close()
    assertEncrypted(path, ledgerName)
  }
  const db = openDatabase(path, ledgerName, key)
  let journal: Journal | null = null
  try {
    migrate(db, ledgerName, ledgerMigrations)
    const meta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
    const fact = (name: string): string | null => meta.get(name)?.value ?? null
    const lastSeq = (): number => Number(fact('last_seq') ?? '0')
    const apply = eventApplier(db)

    const before = lastSeq()
    let replayed = 0
    const replay = db.transaction(() =>
      replayJournal({ folder: journalFolder, profileId, keys: journalKeys }, ({ content }) => {
        for (const event of eventsOf(content)) {
          // An event seen before is skipped by its number.
          if (event.seq <= lastSeq()) continue
          apply(event)
          replayed += 1
        }
      }),
    )
    const end = replay.immediate()
    const segment = startSegment({ folder: journalFolder, profileId, keys: journalKeys }, end, Math.max(lastSeq(), end.lastSeq) + 1)
    journal = segment

    const write = (events: readonly AnyEvent[]): readonly LedgerEvent[] => {
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
        throw error
      }
      return stamped
    }

    const reads = ledgerReads(db)
    const beginGeneration = (why: GenerationReason, detail: string | null): AnyEvent => ({ type: 'generation-began', generation: randomUUID(), previous: fact('generation'), why, detail })
    /** After a step back nobody knows what an unfinished receipt became: it is asked about, never sent by itself (security.md 17). */
    const parkAll = (): readonly AnyEvent[] =>
      reads.outbox({ states: openStates }).map((row) => ({ type: 'outbox-changed', outboxUuid: row.uuid, state: 'undecided', reason: 'restored', nextAskAt: now(), asks: 0 }))

    const journalBehind = before > end.lastSeq
    const restored: GenerationReason | null = fact('generation') === null ? 'created' : journalBehind ? 'journal-behind' : null
    const parked = journalBehind ? parkAll() : []
    write([
      ...(restored === null ? [] : [beginGeneration(restored, null)]),
      ...parked,
      { type: 'run-started', runId: randomUUID(), previousRunId: fact('run_id') },
    ])
    const opening: LedgerOpening = { replayed, cutBytes: end.torn === null ? 0 : end.torn.length - end.torn.keep, restored: journalBehind ? 'journal-behind' : null, parked: parked.length }

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
        const rows = parkAll()
        write([beginGeneration('reported', detail), ...rows])
        return rows.length
      },
    }
    return {
      api,
      close: () => {
        segment.close()
        db.close()
      },
    }
  } catch (error) {
    journal?.close()
    db.close()
    throw error
  }
}
