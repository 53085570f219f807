import { z } from 'zod'
import { StoreError } from '../errors.ts'
import { type JournalEnd, type JournalFrame, type JournalOptions, replayJournal } from '../journal/journal.ts'
import type { Db } from '../sqlite.ts'
import { eventTypes, ledgerEvent, type LedgerEvent } from './events.ts'
import { LedgerRefusal } from './ledger.ts'

/**
 * How journal and ledger.db stand to each other (security.md 17, durability.md 1 and 5):
 *
 * - goes-on: at most the last write of an unclean end was missing in ledger.db
 * - ledger-missing: ledger.db was made anew from a journal that has a history
 * - ledger-replaced: ledger.db told another story and was made anew from the journal
 * - ledger-behind: ledger.db is from a run that the journal's last one does not know: an older copy was put back
 * - journal-behind: ledger.db knows events the journal lacks: an older journal was put back, or its end was lost
 */
const verdict = z.enum(['goes-on', 'ledger-missing', 'ledger-replaced', 'ledger-behind', 'journal-behind'])
export type Verdict = z.infer<typeof verdict>
const restoring = z.object({ verdict, agreedSeq: z.number().int().nonnegative() })

export interface History {
  readonly verdict: Verdict
  readonly end: JournalEnd
  /** Events applied now. */
  readonly replayed: number
  /** Last sequence number both agree on; what changed after it is younger than the copy that was put back. */
  readonly agreedSeq: number
}

/** ledger.db is not what the journal's events give: another file, or older pages within the right one. */
export class LedgerReplaced extends Error {
  override readonly name = 'LedgerReplaced'
}

const looseEvent = z.looseObject({ seq: z.number().int().positive(), uuid: z.string(), type: z.string() })
type LooseEvent = z.infer<typeof looseEvent>
const frameContent = z.array(looseEvent).min(1)

function eventsOf(frame: JournalFrame): readonly LooseEvent[] {
  const events = parseOr(frame.firstSeq, () => frameContent.parse(JSON.parse(frame.content.toString('utf8'))))
  if (events.length !== frame.events || events.some(({ seq }, index) => seq !== frame.firstSeq + index)) {
    throw new StoreError('damaged', `the journal's record ${String(frame.firstSeq)} does not hold the events it says`)
  }
  const newer = events.find(({ type }) => !eventTypes.has(type))
  if (newer !== undefined) throw new StoreError('too-new', 'the journal was written by a newer version of Meldingsboks')
  return events
}

function parseOr<T>(seq: number, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new StoreError('damaged', `event ${String(seq)} of the journal does not have its form`)
    throw error
  }
}

/** What the journal alone says of the outbox: the state of each row and the event that last changed it. */
class OutboxWitness {
  readonly #rows = new Map<string, { readonly state: string; readonly changedSeq: number }>()

  see(event: LooseEvent): void {
    const { outboxUuid: uuid, state } = event
    if (typeof uuid !== 'string') return
    const now = event.type === 'outbox-added' ? 'waiting' : event.type === 'outbox-undone' ? 'undone' : state
    this.#rows.set(uuid, { state: String(now), changedSeq: event.seq })
  }

  /** @throws {LedgerReplaced} when a row of ledger.db that no later event changed says something else. */
  compare(db: Db, journalSeq: number): void {
    const rows = db.prepare<[], { uuid: string; state: string; changed_seq: number }>('SELECT uuid, state, changed_seq FROM outbox').all()
    const known = new Map(rows.map((row) => [row.uuid, row]))
    for (const [uuid, { state, changedSeq }] of this.#rows) {
      const row = known.get(uuid)
      if (row === undefined) throw new LedgerReplaced('a receipt of the journal is missing')
      if (row.changed_seq > journalSeq) continue
      if (row.state !== state || row.changed_seq !== changedSeq) throw new LedgerReplaced('a receipt is in another state than the journal says')
    }
    if (rows.some(({ uuid, changed_seq }) => !this.#rows.has(uuid) && changed_seq <= journalSeq)) throw new LedgerReplaced('the journal does not know a receipt')
  }
}

/**
 * Reads the whole journal, proves ledger.db against it and applies what is newer, in one transaction.
 *
 * @param apply applies one event inside that transaction
 * @param replaced whether ledger.db was just made anew because it told another story
 * @throws {LedgerReplaced} when the two tell different stories: ledger.db then has to be made anew from the journal.
 * @throws {StoreError} as `replayJournal`; 'damaged' also where the journal's own events do not follow from each other.
 */
export function bringUp(db: Db, apply: (event: LedgerEvent) => void, journal: JournalOptions, replaced = false): History {
  const fact = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const uuidOf = db.prepare<[number], { uuid: string }>('SELECT uuid FROM event WHERE seq = ?')
  const remember = db.prepare(`INSERT INTO meta (name, value) VALUES ('restoring', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
  const ledgerSeq = Number(fact.get('last_seq')?.value ?? '0')
  const ledgerRuns = [fact.get('run_id')?.value, fact.get('previous_run_id')?.value]
  const begun = fact.get('restoring')?.value
  const witness = new OutboxWitness()
  let compared = false
  let replayed = 0
  let frames = 0
  let journalRuns: readonly string[] = []

  const verdictOf = (end: JournalEnd): Pick<History, 'verdict' | 'agreedSeq'> => {
    if (begun !== undefined) return restoring.parse(JSON.parse(begun))
    const agreedSeq = Math.min(ledgerSeq, end.lastSeq)
    if (replaced) return { verdict: 'ledger-replaced', agreedSeq }
    if (ledgerSeq > end.lastSeq) return { verdict: 'journal-behind', agreedSeq }
    // A commit is on disk before the next record is written, so an unclean end leaves one record at most.
    const overlap = journalRuns.some((run) => ledgerRuns.includes(run))
    if (frames <= 1 || overlap) return { verdict: 'goes-on', agreedSeq }
    return { verdict: ledgerSeq === 0 ? 'ledger-missing' : 'ledger-behind', agreedSeq }
  }

  const frameRead = (frame: JournalFrame): void => {
    let newer = false
    for (const event of eventsOf(frame)) {
      if (event.type === 'run-started') journalRuns = [event['runId'], event['previousRunId']].filter((run) => typeof run === 'string')
      if (event.seq <= ledgerSeq) {
        if (uuidOf.get(event.seq)?.uuid !== event.uuid) throw new LedgerReplaced(`event ${String(event.seq)} is another one`)
        witness.see(event)
        continue
      }
      if (!compared) witness.compare(db, ledgerSeq)
      compared = true
      newer = true
      replay(event, ledgerSeq > 0, apply)
      replayed += 1
    }
    if (newer) frames += 1
  }

  return db.transaction(() => {
    const end = replayJournal(journal, frameRead)
    if (!compared) witness.compare(db, end.lastSeq)
    const found = verdictOf(end)
    // Remembered until the receipts concerned are parked, should this process end before (apply.ts takes it away).
    if (found.verdict !== 'goes-on') remember.run(JSON.stringify(found))
    return { end, replayed, ...found }
  }).immediate()
}

function replay(event: LooseEvent, hasHistory: boolean, apply: (event: LedgerEvent) => void): void {
  const parsed = parseOr(event.seq, () => ledgerEvent.parse(event))
  try {
    apply(parsed)
  } catch (error) {
    if (!(error instanceof LedgerRefusal)) throw error
    // Every event of the journal was allowed when it was written: then what it is applied to is not what it was.
    if (hasHistory) throw new LedgerReplaced(`event ${String(event.seq)} does not follow: ${error.message}`)
    throw new StoreError('damaged', `event ${String(event.seq)} of the journal does not follow from those before it`, { cause: error })
  }
}
