import type { LocalState, MessageState } from '../state.ts'
import { isStuck } from '../stuck.ts'
import type { DialogStatus, Label, OtherDialog } from '../world/model.ts'
import type { DialogLife } from './life.ts'
import { revisionId } from './part-id.ts'

/** What a dialog stands for: a correspondence, or something else. */
export type Entry = MessageState | OtherDialog

export type Texts = Readonly<Record<string, string>>

/** A transmission, whether it was there from the beginning or came since. */
export interface Transmission {
  readonly id: string
  readonly createdAt: number
  readonly type: string
  readonly by: 'ServiceOwner' | 'PartyRepresentative'
  readonly title: Texts
  readonly summary: Texts | null
  readonly externalReference: string | null
  /** The correspondence it carries. */
  readonly message: MessageState | null
}

const isMessage = (entry: Entry): entry is MessageState => 'sent' in entry
/** Labels of transmissions that a party sent (altinn3.md 3.4). */
const sentTypes: readonly string[] = ['Submission', 'Correction']

/** A dialog as it is now. Everything is worked out when it is asked for: a search looks at far more dialogs than it shows. */
export class Dialog {
  readonly #state: LocalState
  readonly #entry: Entry
  readonly #life: DialogLife | undefined

  constructor(state: LocalState, entry: Entry, life: DialogLife | undefined) {
    this.#state = state
    this.#entry = entry
    this.#life = life
  }

  get entry(): Entry {
    return this.#entry
  }

  get life(): DialogLife | undefined {
    return this.#life
  }

  get message(): MessageState | null {
    return isMessage(this.#entry) ? this.#entry : null
  }

  get other(): OtherDialog | null {
    return isMessage(this.#entry) ? null : this.#entry
  }

  get id(): string {
    return isMessage(this.#entry) ? this.#entry.sent.dialogId : this.#entry.id
  }

  get party(): string {
    return isMessage(this.#entry) ? this.#entry.sent.recipient : this.#entry.party
  }

  get resourceId(): string {
    return isMessage(this.#entry) ? this.#entry.sent.resourceId : this.#entry.resourceId
  }

  /** A publish time to come becomes all three times; one in the past back-dates nothing (altinn3.md 3.7, 3.8). */
  get createdAt(): number {
    const { sent } = isMessage(this.#entry) ? this.#entry : { sent: null }
    return this.#life?.createdAt ?? (sent === null ? (this.#entry as OtherDialog).createdAt : Math.max(sent.createdAt, sent.requestedPublishAt))
  }

  get updatedAt(): number {
    const changed = this.#life?.updatedAt ?? null
    if (changed !== null) return changed
    return isMessage(this.#entry) ? Math.max(this.#entry.sent.dialogUpdatedAt, this.createdAt) : this.#entry.updatedAt
  }

  get contentUpdatedAt(): number {
    const changed = this.#life?.contentUpdatedAt ?? null
    if (changed !== null) return changed
    return isMessage(this.#entry) ? Math.max(this.#entry.sent.dialogUpdatedAt, this.createdAt) : this.#entry.contentUpdatedAt
  }

  get dueAt(): number | null {
    const changed = this.#life?.change.dueAt
    if (changed !== undefined) return changed
    return isMessage(this.#entry) ? this.#entry.sent.dueAt : this.#entry.dueAt
  }

  get expiresAt(): number | null {
    const changed = this.#life?.change.expiresAt
    if (changed !== undefined) return changed
    return isMessage(this.#entry) ? null : this.#entry.expiresAt
  }

  /** From when on it can be found, or null where that is past. */
  get hiddenUntil(): number | null {
    const from = isMessage(this.#entry) ? this.#entry.sent.requestedPublishAt : -Infinity
    return from > this.#state.now() ? from : null
  }

  /** Whether Dialogporten knows of it at all: a moment passes between the sender's call and the dialog (altinn3.md 3.8). */
  get exists(): boolean {
    if (this.#life?.erased === true) return false
    return !isMessage(this.#entry) || (!isStuck(this.#entry.sent) && this.#state.now() >= this.#entry.bornAt + this.#state.delays.dialog)
  }

  get isDeleted(): boolean {
    return (this.#life?.deletedAt ?? null) !== null || (isMessage(this.#entry) && this.#state.purgedAt(this.#entry) !== null)
  }

  get isExpired(): boolean {
    const at = this.expiresAt
    return at !== null && at <= this.#state.now()
  }

  /** Whether a search may find it. */
  get isFound(): boolean {
    return this.exists && !this.isDeleted && this.hiddenUntil === null && !this.isExpired
  }

  get status(): DialogStatus {
    const changed = this.#life?.change.status
    if (!isMessage(this.#entry)) return changed ?? this.#entry.status
    // A confirm takes effect in the dialog at once, before its job has run (altinn3.md 3.8).
    if (this.#state.confirmAsked(this.#entry)) return 'NotApplicable'
    return changed ?? (this.#entry.sent.needsConfirmation ? 'RequiresAttention' : 'NotApplicable')
  }

  get externalReference(): string | null {
    const changed = this.#life?.change.externalReference
    if (changed !== undefined) return changed
    const own = isMessage(this.#entry) ? this.#entry.sent.sendersReference : this.#entry.externalReference
    return own === '' ? null : own
  }

  get title(): Texts {
    return this.#text(this.#life?.change.title, isMessage(this.#entry) ? this.#entry.sent.title : this.#entry.title)
  }

  get summary(): Texts | null {
    const changed = this.#life?.change.summary
    if (changed !== undefined) return changed === null ? null : this.#text(changed, this.#entryTitle())
    if (!isMessage(this.#entry)) return this.#entry.summary
    const { summary, language } = this.#entry.sent
    const plain = summary?.replace(/<[^>]*>/g, '') ?? ''
    return plain === '' ? null : { [language]: plain }
  }

  get senderName(): Texts | null {
    if (!isMessage(this.#entry)) return this.#entry.senderName
    const { messageSender, language } = this.#entry.sent
    return messageSender === '' ? null : { [language]: messageSender }
  }

  get extendedStatus(): { readonly code: string; readonly text: Texts } | null {
    const changed = this.#life?.change.extendedStatus
    if (changed !== undefined) return changed === null ? null : { code: changed.code, text: { nb: changed.text } }
    return isMessage(this.#entry) ? null : this.#entry.extendedStatus
  }

  get progress(): number | null {
    const changed = this.#life?.change.progress
    if (changed !== undefined) return changed
    return isMessage(this.#entry) ? null : this.#entry.progress
  }

  get process(): string | null {
    return isMessage(this.#entry) ? null : this.#entry.process
  }

  get isApiOnly(): boolean {
    return isMessage(this.#entry) ? false : this.#entry.isApiOnly
  }

  /** Code of the service owner. */
  get org(): string {
    return this.#state.resource(this.resourceId)?.owner.code ?? ''
  }

  /** What activities say in words. */
  get descriptions(): readonly Texts[] {
    const early = isMessage(this.#entry) ? [] : this.#entry.activities.flatMap(({ description }) => description ?? [])
    return [...early, ...(this.#life?.activities ?? []).flatMap(({ description }) => (description === null ? [] : [{ nb: description }]))]
  }

  get searchTags(): readonly string[] {
    return this.#life?.change.searchTags ?? []
  }

  get hasAttachments(): boolean {
    return this.#life?.change.withoutAttachments !== true
  }

  /** The zip of all files is counted as well (altinn3.md trap 33). */
  get guiAttachments(): number {
    if (!isMessage(this.#entry) || !this.hasAttachments) return 0
    const files = this.#entry.sent.attachments.length
    return files > 1 ? files + 1 : files
  }

  /** In the order of the server's enumeration: Default, Bin, Archive, MarkedAsUnopened, Sent. */
  get labels(): readonly Label[] {
    const set = this.#life?.labels ?? null
    if (set !== null) return set
    const own = isMessage(this.#entry) ? this.#entry.sent.systemLabel : this.#entry.systemLabel
    return this.hasSent ? [own, 'Sent'] : [own]
  }

  /** Whether it carried Sent from the beginning. */
  get hasSent(): boolean {
    return !isMessage(this.#entry) && this.#entry.transmissions.some((one) => one.by === 'PartyRepresentative' && sentTypes.includes(one.type))
  }

  /** Revision of the end user's context: it moves with labels only. */
  get labelRevision(): string {
    return this.#life?.labelRevision ?? revisionId(this.id, 'labels')
  }

  /** Revision of the dialog: every write of its owner moves it, Correspondence's silent ones too; labels and looks do not. */
  get revision(): string {
    const { message } = this
    const told = message === null ? 0 : message.confirms.length + message.downloads.length + (this.#state.openedInDialog(message) === null ? 0 : 1)
    return revisionId(this.id, `${String(this.#life?.writes ?? 0)} ${String(told)} ${String(this.transmissions.filter((one) => one.message !== null && this.#state.openedInDialog(one.message) !== null).length)}`)
  }

  /** Oldest first. */
  get transmissions(): readonly Transmission[] {
    const early = isMessage(this.#entry) ? [] : this.#entry.transmissions.map(({ id, createdAt, type, by, title, summary, correspondenceId }) => {
      const message = correspondenceId === null ? null : (this.#state.message(correspondenceId) ?? null)
      return { id, createdAt, type, by, title, summary, message, externalReference: message === null || message.sent.sendersReference === '' ? null : message.sent.sendersReference }
    })
    const late = (this.#life?.transmissions ?? []).map((one) => {
      const message = one.messageId === null ? null : (this.#state.message(one.messageId) ?? null)
      const language = message?.sent.language ?? 'nb'
      const summary = message?.sent.summary ?? null
      return { id: one.id, createdAt: one.at, type: one.type, by: one.by, title: { [language]: one.title }, summary: summary === null || summary === '' ? null : { [language]: summary }, message, externalReference: one.externalReference }
    })
    return [...early, ...late]
  }

  /** Asked for often: how many there are of each side. */
  count(by: Transmission['by']): number {
    const early = isMessage(this.#entry) ? 0 : this.#entry.transmissions.filter((one) => one.by === by).length
    return early + (this.#life?.transmissions ?? []).filter((one) => one.by === by).length
  }

  /**
   * Says nothing of "read" (altinn3.md 3.8): the text of the correspondence was never asked for, or a transmission of the
   * service owner was not opened.
   */
  get hasUnopenedContent(): boolean {
    const { message } = this
    if (message !== null && this.#state.openedInDialog(message) === null) return true
    if (message === null && this.#state.resource(this.resourceId)?.type === 'correspondenceservice') return true
    return this.transmissions.some((one) => one.by === 'ServiceOwner' && (one.message === null || this.#state.openedInDialog(one.message) === null))
  }

  /** Whether somebody looked at it since its content last changed, and it was not marked as unopened since. */
  get isContentSeen(): boolean {
    if (this.labels.includes('MarkedAsUnopened')) return false
    const since = this.contentUpdatedAt
    return (this.#life?.seen ?? []).some((row) => row.at >= since)
  }

  #entryTitle(): string | Texts {
    return isMessage(this.#entry) ? this.#entry.sent.title : this.#entry.title
  }

  /** A text in the languages the dialog has: one of a correspondence, three of the rest. */
  #text(changed: string | undefined, own: string | Texts): Texts {
    if (typeof own === 'string') return { [isMessage(this.#entry) ? this.#entry.sent.language : 'nb']: changed ?? own }
    return changed === undefined ? own : Object.fromEntries(Object.keys(own).map((language) => [language, changed]))
  }
}
