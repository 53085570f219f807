import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { LedgerEvent, NewLedgerEvent, OutboxState } from '../../../main/store/ledger/events.ts'
import { type LedgerApi, type LedgerOptions, openLedger } from '../../../main/store/ledger/ledger-db.ts'
import type { MailApi } from '../../../main/store/mail/api.ts'
import { mailName, openMail } from '../../../main/store/mail/mail-db.ts'
import type { DialogRecord, FetchedMessage } from '../../../main/store/mail/records.ts'
import { harnessOptions } from '../../harness/arguments.ts'
import { seeded } from '../../harness/random.ts'
import type { Harness } from '../../harness/run.ts'

/** What a life is told: where it writes, how long, and how it ends. */
export const powerTask = z.object({ folder: z.string(), seed: z.number(), life: z.number(), steps: z.number(), ends: z.enum(['closes', 'killed']) })
export type PowerTask = z.infer<typeof powerTask>

/** What a life says after something was acknowledged to it: numbers of events, and rows of mail.db. */
export const acknowledgement = z.union([
  z.object({ events: z.array(z.object({ seq: z.number(), uuid: z.string() })) }),
  z.object({ found: z.array(z.string()) }),
  z.object({ fetched: z.array(z.string()) }),
  z.object({ ended: z.literal(true) }),
])
export type Acknowledgement = z.infer<typeof acknowledgement>

/** Keys that both the life and whoever opens its files afterwards know. */
export const powerKey = (seed: number, purpose: string): Buffer => createHash('sha256').update(`${String(seed)} ${purpose}`).digest()

export const ledgerIn = (folder: string, seed: number): LedgerOptions => ({
  path: join(folder, 'ledger.db'), key: powerKey(seed, 'ledger'), journalFolder: join(folder, 'ledger.journal'),
  journalKeys: [{ epoch: 1, key: powerKey(seed, 'journal'), headerKey: powerKey(seed, 'journal-header') }], profileId: 'power', person: 'harness',
})

export const mailIn = (folder: string): string => join(folder, mailName)

const accountUuid = '00000000-0000-4000-8000-0000000000aa'
const party = 'urn:altinn:organization:identifier-no:310000108'

const tell = (line: Acknowledgement): void => {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

/** What a receipt goes through; each is one event. */
const course: readonly Exclude<OutboxState, 'undone'>[] = ['sending', 'accepted', 'proven']

/** Clicks as they come: settings, notes of any length, receipts step by step, several at once. */
class Clicks {
  readonly #ledger: LedgerApi
  readonly #random: () => number
  readonly #open: { readonly uuid: string; at: number }[] = []

  constructor(ledger: LedgerApi, random: () => number) {
    this.#ledger = ledger
    this.#random = random
    for (const row of ledger.outbox({ states: ['waiting', 'sending', 'accepted'] })) this.#open.push({ uuid: row.uuid, at: course.findIndex((state) => state === row.state) + 1 })
  }

  #one(): NewLedgerEvent {
    const kind = this.#random()
    const letter = { dialogId: randomUUID(), correspondenceId: null }
    if (kind < 0.3) return { type: 'setting-changed', name: `s${String(Math.floor(this.#random() * 50))}`, value: randomUUID() }
    if (kind < 0.5) return { type: 'noted', ...letter, note: 'notat '.repeat(1 + Math.floor(this.#random() ** 3 * 8000)) }
    if (kind < 0.6) return { type: 'handled', ...letter, handledAt: Date.now() }
    const open = this.#open[Math.floor(this.#random() * this.#open.length)]
    const state = open === undefined ? undefined : course[open.at]
    if (open !== undefined && state !== undefined && kind < 0.9) {
      open.at += 1
      return { type: 'outbox-changed', outboxUuid: open.uuid, state, ...(state === 'sending' ? { attempt: 1, sendingBeganAt: Date.now() } : {}) }
    }
    const uuid = randomUUID()
    this.#open.push({ uuid, at: 0 })
    return { type: 'outbox-added', outboxUuid: uuid, kind: 'confirm', accountUuid, dialogId: null, correspondenceId: randomUUID(), party, notBeforeAt: 1, versionShown: null, clickedAt: 1 }
  }

  click(): readonly LedgerEvent[] {
    const several = this.#random() < 0.2 ? 1 + Math.floor(this.#random() * 20) : 1
    return this.#ledger.appendAll(Array.from({ length: several }, () => this.#one()))
  }
}

function dialog(life: number, n: number): DialogRecord {
  const at = Date.parse('2026-03-01T08:00:00Z') + life * 3_600_000 + n * 1000
  return {
    dialogId: randomUUID(), party, serviceResource: 'skd-brev', org: 'skd', kind: 'correspondence', createdAt: at, updatedAt: at, updatedAtText: new Date(at).toISOString().replace('Z', '0000Z'), contentUpdatedAt: at,
    dueAt: null, status: 'NotApplicable', title: `Brev ${String(n)}`, summary: null, senderName: null, language: 'nb', level: 3, labels: ['Default'], revision: randomUUID(), transmissionsCount: 0,
    externalReference: null, isApiOnly: false, original: JSON.stringify({ n, filler: 'x'.repeat((n * 97) % 5000) }),
  }
}

const fetched = (of: DialogRecord): FetchedMessage => ({
  messageId: null, accountUuid, via: 'overview', fetchedAt: of.createdAt + 1000, original: of.original, correspondenceId: randomUUID(), dialogId: of.dialogId, isTransmissionOf: null, resourceId: of.serviceResource,
  recipient: party, sender: party, messageSender: null, title: of.title, summary: null, body: of.original, language: 'nb', createdAt: of.createdAt, publishedAt: of.createdAt, requestedPublishAt: of.createdAt,
  dueAt: null, readAt: null, confirmedAt: null, needsConfirmation: false, confidential: false, allowForwarding: false, altinn2Id: null, replyOptions: [], propertyList: {}, attachments: [], statusHistory: null,
})

/** A page of a search, and the letters of some of its dialogs. */
function mailStep(mail: MailApi, life: number, n: number, random: () => number): void {
  const page = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, at) => dialog(life, n * 10 + at))
  mail.applySearchPage({ accountUuid, groupKey: 'g', parties: [party], dialogs: page, rejected: [], position: { updatedAfter: page[0]?.updatedAtText ?? '', startedServerDateAt: null }, at: 1 })
  tell({ found: page.map((one) => one.dialogId) })
  const letters = page.filter(() => random() < 0.7).map(fetched)
  if (letters.length === 0) return
  mail.storeFetched(letters)
  tell({ fetched: letters.map((one) => one.correspondenceId) })
}

/** Writes to a ledger and a mail.db, and says what was acknowledged. Its parent records every call of it to the disk. */
export const powerLife: Harness = async (args) => {
  harnessOptions(args, {})
  const { folder, seed, life, steps, ends } = powerTask.parse(JSON.parse(process.env['MELDINGSBOKS_POWER_TASK'] ?? '{}'))
  const random = seeded(seed + life)
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  const ledger = openLedger(ledgerIn(folder, seed))
  const { runId, previousRunId } = ledger.api.generation()
  const mail = openMail(mailIn(folder), powerKey(seed, 'mail'), { runId, previousRunId })
  const clicks = new Clicks(ledger.api, random)
  if (life === 0) {
    tell({ events: [ledger.api.append({ type: 'account-added', account: { uuid: accountUuid, kind: 'system-user', clientId: 'c', kid: 'k', organisation: '310000108', scopes: [], name: 'Harness' } })].map(({ seq, uuid }) => ({ seq, uuid })) })
    mail.api.partiesAnswered({ accountUuid, source: 'dialogporten', parties: [{ urn: party, uuid: randomUUID(), name: 'Klient', kind: 'organisation', parentUrn: null, isDeleted: false, headingOnly: false }], at: 1, believeShrunkMs: 0 })
  }
  for (let n = 0; n < steps; n += 1) {
    tell({ events: clicks.click().map(({ seq, uuid }) => ({ seq, uuid })) })
    if (n % 4 === 3) mailStep(mail.api, life, n, random)
  }
  if (ends === 'killed') process.kill(process.pid, 'SIGKILL')
  mail.close()
  ledger.close()
  return await Promise.resolve({ result: { ended: true }, passed: true })
}
