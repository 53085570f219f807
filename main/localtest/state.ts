import { createHash } from 'node:crypto'
import { type Effect, type EffectJournal, JournalError, type SentThroughDoor } from './effects.ts'
import { Agenda } from './agenda.ts'
import { Dialogs } from './dialogporten/dialogs.ts'
import { Clients } from './identity/clients.ts'
import { SystemUsers } from './identity/system-users.ts'
import { Reminders } from './reminders.ts'
import { isStuck } from './stuck.ts'
import { share } from './times.ts'
import type { OtherDialog, SentAttachment, SentMessage, World, WorldParty, WorldResource } from './world/model.ts'

/** How long things take, ms (altinn3.md 3.8 and 2.3); tests shorten them. */
export interface Delays {
  /** From the sender's call until search finds the dialog. */
  readonly dialog: number
  /** From the sender's call until the message is published by itself: at least and at most. */
  readonly publish: readonly [number, number]
  /** From an inline publication until the other calls answer. */
  readonly open: number
  /** From a confirm until its job has written Confirmed: at least and at most. */
  readonly confirm: readonly [number, number]
  /** From the sending of a confidential message that nobody opens until Altinn reminds of it. */
  readonly reminder: number
  /** How long Correspondence takes to tell Dialogporten of a reading or a download. */
  readonly tell: number
  /** How long a change of labels is under way: another one within it is a conflict. */
  readonly labels: number
  /** From a forwarding until its e-mail is reported delivered: at least and at most. */
  readonly forward: readonly [number, number]
}

const week = 7 * 86_400_000

/** Most bytes of attachments that are kept in memory. */
const keptContentBytes = 64 * 1024 * 1024

export const realDelays: Delays = { dialog: 300, publish: [500, 4600], open: 200, confirm: [3200, 8000], forward: [60_000, 62_000], reminder: week, tell: 100, labels: 5 }

/** The same order of events within a fraction of a second, for harnesses. */
export const quickDelays: Delays = { dialog: 0, publish: [50, 150], open: 50, confirm: [150, 300], forward: [150, 300], reminder: 2000, tell: 20, labels: 2 }

export interface HistoryRow {
  readonly status: string
  readonly at: number
  readonly caller: string
}

/** A message and everything that happened to it. */
export interface MessageState {
  readonly sent: SentMessage
  /** When it came into the world. */
  readonly bornAt: number
  /** Published by an overview before its time. */
  publishedInline: number | null
  readonly fetched: HistoryRow[]
  readonly reads: HistoryRow[]
  /** When its text was first asked for: Read, told by Correspondence to Dialogporten. */
  openedAt: HistoryRow | null
  readonly confirms: { readonly at: number; readonly caller: string; readonly afterMs: number }[]
  /** `attachment: null`: all of them as one zip. */
  readonly downloads: (HistoryRow & { readonly attachment: string | null })[]
  readonly purges: HistoryRow[]
  readonly forwards: { readonly at: number; readonly caller: string; readonly to: string; readonly afterMs: number }[]
}

const between = ([least, most]: readonly [number, number], part: number): number => least + (most - least) * part

function fromDoor({ transmission, ...sent }: SentThroughDoor): SentMessage {
  return {
    ...sent,
    altinn2Id: null,
    ignoreReservation: false,
    publishedAt: null,
    dialogUpdatedAt: Math.max(sent.createdAt, sent.requestedPublishAt) + Math.round(50 + 800 * share(`${sent.id} settle`)),
    externalReferences: [
      { referenceValue: sent.dialogId, referenceType: 'DialogportenDialogId' },
      ...(transmission === null ? [] : [{ referenceValue: transmission.id, referenceType: 'DialogportenTransmissionId' as const }]),
    ],
    alreadyFetched: null,
    alreadyRead: null,
    alreadyConfirmed: null,
    alreadyDownloaded: [],
    systemLabel: 'Default',
    serviceOwnerLabel: true,
    transmissionOf: transmission?.dialogId ?? null,
    attachments: sent.attachments.map(({ content, times, ...file }) => ({
      ...file,
      sendersReference: file.id,
      checksum: 'md5',
      createdAt: sent.createdAt,
      content: () => {
        const once = Buffer.from(content, 'base64')
        return Promise.resolve(times === 1 ? once : Buffer.alloc(once.length * times, once))
      },
    })),
  }
}

/** The whole state of a local Altinn: a world and the effects since it began. Everything changes through `record`. */
export class LocalState {
  readonly world: World
  readonly delays: Delays
  readonly #journal: EffectJournal
  readonly #clock: () => number
  readonly #messages = new Map<string, MessageState>()
  readonly #byDialog = new Map<string, MessageState>()
  readonly #others = new Map<string, OtherDialog>()
  readonly #parties: ReadonlyMap<string, WorldParty>
  readonly #resources: ReadonlyMap<string, WorldResource>
  readonly #effects: Effect[] = []
  readonly #agenda = new Agenda()
  /** By the URN of a person, whom the world lets him act for. */
  readonly #persons: ReadonlyMap<string, ReadonlyMap<string, 'all' | readonly string[]>>
  readonly clients = new Clients()
  readonly systemUsers: SystemUsers
  readonly dialogs: Dialogs
  readonly reminders: Reminders
  readonly #ofParty = new Map<string, MessageState[]>()
  /** Contents made lately, oldest first, up to `keptContentBytes`; checksums are kept of all. */
  readonly #contents = new Map<string, Promise<Buffer>>()
  readonly #md5s = new Map<string, string>()
  #contentBytes = 0
  #arrivals = 0

  constructor(options: { readonly world: World; readonly journal: EffectJournal; readonly before: readonly Effect[]; readonly clock: () => number; readonly delays: Delays }) {
    this.world = options.world
    this.delays = options.delays
    this.#journal = options.journal
    this.#clock = options.clock
    this.#parties = new Map(options.world.parties.map((party) => [party.urn, party]))
    this.#resources = new Map(options.world.resources.map((resource) => [resource.id, resource]))
    this.#persons = new Map((options.world.persons ?? []).map(({ urn, rights }) => [urn, new Map(rights.map(({ party, resources }) => [party, resources]))]))
    this.systemUsers = new SystemUsers(options.world, () => this.now())
    this.dialogs = new Dialogs(this)
    this.reminders = new Reminders(this)
    for (const sent of options.world.messages) this.#add(sent, sent.createdAt)
    for (const other of options.world.otherDialogs) this.addOther(other)
    for (const message of this.#messages.values()) if (message.sent.confidential) this.reminders.watch(message)
    for (const one of options.before) this.#apply(one)
  }

  now(): number {
    return this.#clock()
  }

  /** How many letters have arrived since the world began. */
  get arrivals(): number {
    return this.#arrivals
  }

  get effects(): readonly Effect[] {
    return this.#effects
  }

  messages(): IterableIterator<MessageState> {
    return this.#messages.values()
  }

  others(): IterableIterator<OtherDialog> {
    return this.#others.values()
  }

  message(id: string): MessageState | undefined {
    return this.#messages.get(id)
  }

  messageOfDialog(id: string): MessageState | undefined {
    return this.#byDialog.get(id)
  }

  other(id: string): OtherDialog | undefined {
    return this.#others.get(id)
  }

  party(urn: string): WorldParty | undefined {
    return this.#parties.get(urn)
  }

  resource(id: string): WorldResource | undefined {
    return this.#resources.get(id)
  }

  /** Whether a person may read for a party: one service (bare id), or any of them (null). Everybody acts for himself. */
  personMay(person: string, party: string, resource: string | null): boolean {
    const held = person === party ? 'all' : this.#persons.get(person)?.get(party)
    return held !== undefined && (resource === null || held === 'all' || held.includes(resource))
  }

  /** What a person may see of a party: everything, some services (bare ids), or nothing (null). */
  personHolds(person: string, party: string): 'all' | readonly string[] | null {
    return person === party ? 'all' : (this.#persons.get(person)?.get(party) ?? null)
  }

  addOther(other: OtherDialog): void {
    this.#others.set(other.id, other)
    this.dialogs.add(other)
    if (other.reminderFor !== null) this.reminders.track(other)
  }

  /** Lets happen what time alone brings about, up to now. */
  settle(): void {
    this.#agenda.run(this.now())
  }

  /** Something that happens at a time without anybody's call. */
  plan(at: number, run: (at: number) => void): void {
    this.#agenda.add(at, run)
  }

  /** Writes what happened to disk, then lets it have happened. */
  record(one: Effect): void {
    this.#journal.append(one)
    this.#apply(one)
  }

  /** Messages of some recipients. */
  messagesOf(parties: readonly string[]): readonly MessageState[] {
    return [...new Set(parties)].flatMap((party) => this.#ofParty.get(party) ?? [])
  }

  /** Bytes of an attachment; made again when they were last asked for long ago. */
  async content(message: MessageState, attachmentId: string): Promise<Buffer> {
    const known = this.#contents.get(attachmentId)
    if (known !== undefined) return await known
    const file = message.sent.attachments.find((one) => one.id === attachmentId)
    if (file === undefined) throw new Error('The message has no such attachment')
    const made = file.content()
    this.#contents.set(attachmentId, made)
    const content = await made
    this.#contentBytes += content.length
    for (const [oldest, bytes] of this.#contents) {
      if (this.#contentBytes <= keptContentBytes || oldest === attachmentId) break
      this.#contents.delete(oldest)
      this.#contentBytes -= (await bytes).length
    }
    return content
  }

  /** MD5 of an attachment, 32 lower-case hex digits, made once. */
  async md5(message: MessageState, attachmentId: string): Promise<string> {
    const known = this.#md5s.get(attachmentId)
    if (known !== undefined) return known
    const made = createHash('md5').update(await this.content(message, attachmentId)).digest('hex')
    this.#md5s.set(attachmentId, made)
    return made
  }

  /** Whether its dialog exists and is visible: with a publish time to come it is not (altinn3.md 3.8). */
  dialogExists(message: MessageState): boolean {
    return !isStuck(message.sent) && this.now() >= Math.max(message.bornAt + this.delays.dialog, message.sent.requestedPublishAt)
  }

  /** When it was or will be published by itself. */
  publishAt({ sent, bornAt, publishedInline }: MessageState): number {
    if (sent.publishedAt !== null) return sent.publishedAt
    const byItself = Math.max(bornAt + between(this.delays.publish, share(sent.id)), sent.requestedPublishAt)
    return publishedInline === null ? byItself : Math.min(byItself, publishedInline)
  }

  /** Whether list, details, download, markasread and confirm answer. */
  isOpen(message: MessageState): boolean {
    const { publishedInline } = message
    if (isStuck(message.sent)) return false
    if (message.sent.publishedAt !== null) return this.now() >= message.sent.publishedAt
    const inline = publishedInline !== null && this.now() >= publishedInline + this.delays.open
    return inline || this.now() >= Math.max(message.bornAt + between(this.delays.publish, share(message.sent.id)), message.sent.requestedPublishAt)
  }

  /** Confirmations that their jobs have written, each with the time of its POST (altinn3.md 2.3). */
  confirmed(message: MessageState): readonly HistoryRow[] {
    return message.confirms.filter((one) => this.now() >= one.at + one.afterMs).map((one) => ({ status: 'Confirmed', at: one.at, caller: one.caller }))
  }

  /** Forwardings whose e-mails were reported delivered, each with the time of the report. */
  forwarded(message: MessageState): readonly HistoryRow[] {
    return message.forwards.filter((one) => this.now() >= one.at + one.afterMs).map((one) => ({ status: 'Forwarded', at: one.at + one.afterMs, caller: one.caller }))
  }

  /** When it was deleted for good, ms; null when it was not. From then on its dialog is soft-deleted (altinn3.md 3.8). */
  purgedAt(message: MessageState): number | null {
    return message.purges[0]?.at ?? null
  }

  /**
   * Since when an attachment is gone, ms; null while it is there. Purging a message purges its files, except those that
   * other messages hold as well (altinn3.md 2.3).
   */
  attachmentPurgedAt(message: MessageState, file: SentAttachment): number | null {
    if (file.changed?.status === 'Purged') return file.changed.at
    const holders = file.shared === true ? [...this.#messages.values()].filter(({ sent }) => sent.attachments.some((one) => one.id === file.id)) : [message]
    const purged = holders.map((one) => this.purgedAt(one))
    return purged.every((at) => at !== null) ? Math.max(...purged) : null
  }

  /** That its text was asked for, as far as its dialog knows of it: Correspondence tells a moment later (altinn3.md 3.8). */
  openedInDialog({ openedAt }: MessageState): HistoryRow | null {
    return openedAt !== null && this.now() >= openedAt.at + this.delays.tell ? openedAt : null
  }

  /** Whether the dialog no longer asks for a confirmation: from the POST on, before the job has run. */
  confirmAsked(message: MessageState): boolean {
    return message.confirms.length > 0
  }

  confirmDelay(messageId: string): number {
    return Math.round(between(this.delays.confirm, share(`${messageId} confirm`)))
  }

  forwardDelay(eventId: string): number {
    return Math.round(between(this.delays.forward, share(`${eventId} forward`)))
  }

  #add(sent: SentMessage, bornAt: number): void {
    const before = (status: string, at: number | null): HistoryRow[] => (at === null ? [] : [{ status, at, caller: 'before' }])
    const reads = before('Read', sent.alreadyRead)
    const message: MessageState = {
      sent,
      bornAt,
      publishedInline: null,
      fetched: before('Fetched', sent.alreadyFetched),
      reads,
      confirms: sent.alreadyConfirmed === null ? [] : [{ at: sent.alreadyConfirmed, caller: 'before', afterMs: 0 }],
      openedAt: reads[0] ?? null,
      downloads: sent.alreadyDownloaded.map(({ attachmentId, at }) => ({ status: 'AttachmentsDownloaded', at, caller: 'before', attachment: attachmentId })),
      purges: [],
      forwards: [],
    }
    this.#messages.set(sent.id, message)
    const others = this.#ofParty.get(sent.recipient)
    if (others === undefined) this.#ofParty.set(sent.recipient, [message])
    else others.push(message)
    // A transmission has no dialog of its own (altinn3.md 3.8).
    if (sent.transmissionOf !== null) return
    this.#byDialog.set(sent.dialogId, message)
    this.dialogs.add(message)
  }

  /** A message sent while the world runs. */
  #arrived(sent: SentMessage, at: number): void {
    this.#add(sent, at)
    const message = this.#known(sent.id)
    const transmissionId = sent.externalReferences.find((one) => one.referenceType === 'DialogportenTransmissionId')?.referenceValue
    if (transmissionId !== undefined) this.plan(Math.max(at + this.delays.dialog, sent.requestedPublishAt), (when) => { this.dialogs.transmissionArrived(message, transmissionId, when) })
    if (sent.confidential) this.reminders.watch(message)
  }

  #known(id: string): MessageState {
    const message = this.#messages.get(id)
    if (message === undefined) throw new JournalError('The world in this folder was made by another version of Meldingsboks')
    return message
  }

  #apply(one: Effect): void {
    this.#agenda.run(one.at)
    this.#effects.push(one)
    if (this.dialogs.apply(one) || this.systemUsers.apply(one) || this.clients.apply(one)) return
    const row = (status: string): HistoryRow => ({ status, at: one.at, caller: one.caller })
    switch (one.kind) {
      case 'Arrived':
        this.#arrivals = Math.max(this.#arrivals, one.n + 1)
        this.#arrived(this.world.arrival(one.n, one.at), one.at)
        return
      case 'Sent':
        this.#arrived(fromDoor(one.sent), one.at)
        return
      case 'Published':
        this.#known(one.message).publishedInline ??= one.at
        return
      case 'Fetched':
        this.#known(one.message).fetched.push(row('Fetched'))
        return
      case 'Read':
        this.#known(one.message).reads.push(row('Read'))
        return
      case 'ConfirmRequested':
        this.#known(one.message).confirms.push({ at: one.at, caller: one.caller, afterMs: one.afterMs })
        return
      case 'AttachmentsDownloaded':
        this.#known(one.message).downloads.push({ ...row('AttachmentsDownloaded'), attachment: one.attachment })
        return
      case 'Opened':
        this.#known(one.message).openedAt ??= row('Read')
        return
      case 'Purged':
        this.#known(one.message).purges.push(row(one.by))
        return
      case 'ForwardRequested':
        this.#known(one.message).forwards.push({ at: one.at, caller: one.caller, to: one.to, afterMs: one.afterMs })
        return
      case 'ReminderEnded':
        this.reminders.ended(this.#known(one.message), one.at)
    }
  }
}
