import { z } from 'zod'
import { openLedger } from '../../../main/store/ledger/ledger-db.ts'
import { type OutboxState, mayBecome } from '../../../main/store/ledger/outbox.ts'
import { mailName, openMail } from '../../../main/store/mail/mail-db.ts'
import { type Db, openDatabase } from '../../../main/store/sqlite.ts'
import { type Acknowledgement, ledgerIn, mailIn, powerKey } from './life.ts'

/** What was acknowledged before the power went. */
export class Acknowledged {
  /** Uuid of each event, by its number. */
  readonly events = new Map<number, string>()
  readonly found = new Set<string>()
  readonly fetched = new Set<string>()

  add(line: Acknowledgement): void {
    if ('events' in line) for (const { seq, uuid } of line.events) this.events.set(seq, uuid)
    else if ('found' in line) for (const id of line.found) this.found.add(id)
    else if ('fetched' in line) for (const id of line.fetched) this.fetched.add(id)
  }
}

export interface PowerVerdict {
  readonly lost: number
  readonly doubled: number
  readonly damaged: number
  /** Something that no course of events can lead to. */
  readonly impossible: number
  readonly details: readonly string[]
}

const stored = z.looseObject({ seq: z.number(), uuid: z.string(), type: z.string() })

const isWhole = (db: Db): boolean => db.pragma('quick_check(1)', { simple: true }) === 'ok'

/** Opens what the power cut left, as the program would, and holds it against what was acknowledged. */
export function judgePower(folder: string, seed: number, known: Acknowledged): PowerVerdict {
  const details: string[] = []
  const count = { lost: 0, doubled: 0, damaged: 0, impossible: 0 }
  const found = (what: keyof typeof count, detail: string): void => {
    count[what] += 1
    details.push(detail)
  }
  try {
    judgeLedger(folder, seed, known, found)
  } catch (error) {
    found('damaged', `the ledger does not open: ${error instanceof Error ? error.message : 'unknown'}`)
  }
  try {
    judgeMail(folder, seed, known, found)
  } catch (error) {
    found('damaged', `mail.db does not open: ${error instanceof Error ? error.message : 'unknown'}`)
  }
  return { ...count, details }
}

type Found = (what: 'lost' | 'doubled' | 'damaged' | 'impossible', detail: string) => void

function judgeLedger(folder: string, seed: number, known: Acknowledged, found: Found): void {
  const options = ledgerIn(folder, seed)
  // Twice: what the first start writes must be whole for the second.
  for (const start of ['first', 'second']) {
    const ledger = openLedger(options)
    const { restored } = ledger.api.opening()
    if (restored !== null) found('impossible', `the ${start} start takes a power cut for ${restored}`)
    ledger.api.append({ type: 'setting-changed', name: 'power', value: start })
    ledger.close()
  }
  const db = openDatabase(options.path, 'ledger.db', options.key, { readonly: true })
  try {
    if (!isWhole(db)) found('damaged', 'ledger.db is damaged')
    const events = db.prepare<[], { content: string }>('SELECT content FROM event ORDER BY seq').all().map(({ content }) => stored.parse(JSON.parse(content)))
    const times = new Map<string, number>()
    for (const { uuid } of events) times.set(uuid, (times.get(uuid) ?? 0) + 1)
    const bySeq = new Map(events.map((event) => [event.seq, event.uuid]))
    for (const [seq, uuid] of known.events) {
      const often = times.get(uuid) ?? 0
      if (often === 0) found('lost', `event ${String(seq)} was acknowledged and is not there`)
      else if (often > 1) found('doubled', `event ${String(seq)} is there ${String(often)} times`)
      else if (bySeq.get(seq) !== uuid) found('impossible', `event ${String(seq)} has another number`)
    }
    events.forEach(({ seq }, index) => {
      if (seq !== index + 1) found('impossible', `event ${String(seq)} stands at ${String(index + 1)}`)
    })
    judgeReceipts(db, events, found)
  } finally {
    db.close()
  }
}

/** Each receipt went only where it may go, and its row says what its last event says. */
function judgeReceipts(db: Db, events: readonly z.infer<typeof stored>[], found: Found): void {
  const states = new Map<string, OutboxState>()
  for (const event of events) {
    const uuid = event['outboxUuid']
    if (typeof uuid !== 'string') continue
    if (event.type === 'outbox-added') {
      if (states.has(uuid)) found('doubled', 'a receipt was added twice')
      states.set(uuid, 'waiting')
      continue
    }
    const [from, to] = [states.get(uuid), event['state'] as OutboxState]
    if (from === undefined || !mayBecome(from, to)) found('impossible', `a receipt went from ${from ?? 'nothing'} to ${to}`)
    states.set(uuid, to)
  }
  const rows = db.prepare<[], { uuid: string; state: OutboxState }>('SELECT uuid, state FROM outbox').all()
  for (const { uuid, state } of rows) if (states.get(uuid) !== state) found('impossible', `a receipt is ${state}, its events say ${states.get(uuid) ?? 'nothing'}`)
  if (rows.length !== states.size) found('lost', `${String(states.size - rows.length)} receipts have no row`)
}

function judgeMail(folder: string, seed: number, known: Acknowledged, found: Found): void {
  const key = powerKey(seed, 'mail')
  const runs = openDatabase(ledgerIn(folder, seed).path, 'ledger.db', powerKey(seed, 'ledger'), { readonly: true })
  const fact = runs.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const run = { runId: fact.get('run_id')?.value ?? '', previousRunId: fact.get('previous_run_id')?.value ?? null }
  runs.close()
  openMail(mailIn(folder), key, run).close()
  const db = openDatabase(mailIn(folder), mailName, key, { readonly: true })
  try {
    if (!isWhole(db)) found('damaged', 'mail.db is damaged')
    // The two ids are unique in their tables: there or not there.
    const byDialog = db.prepare<[string], { id: number }>('SELECT m.id FROM message m JOIN dialog d ON d.dialog_id = m.dialog_id WHERE m.dialog_id = ?')
    const byLetter = db.prepare<[string], { id: number }>(`SELECT m.id FROM message m JOIN body b ON b.message_id = m.id WHERE m.correspondence_id = ? AND m.state = 'fetched'`)
    for (const id of known.found) if (byDialog.get(id) === undefined) found('lost', 'a dialog was acknowledged and is not there')
    for (const id of known.fetched) if (byLetter.get(id) === undefined) found('lost', 'a letter was acknowledged and is not there')
    const rows = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM message WHERE is_placed').get()?.n ?? 0
    const counted = db.prepare<[], { n: number }>('SELECT ifnull(sum(messages), 0) AS n FROM party_count').get()?.n ?? 0
    if (rows !== counted) found('impossible', `${String(counted)} messages are counted, ${String(rows)} are there`)
  } finally {
    db.close()
  }
}
