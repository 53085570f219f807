import type { Effect } from '../effects.ts'
import type { LocalState, MessageState } from '../state.ts'
import type { Label } from '../world/model.ts'
import { Dialog, type Entry } from './dialog.ts'
import type { DialogChange } from './effects.ts'
import { type DialogLife, newLife } from './life.ts'
import { revisionId } from './part-id.ts'

export const orderKeys = ['contentUpdatedAt', 'updatedAt', 'createdAt', 'dueAt'] as const
export type OrderKey = (typeof orderKeys)[number]

export interface Order {
  readonly key: OrderKey
  readonly descending: boolean
}

/** A dialog's place in an order. */
export interface Place {
  /** ms; a missing due date comes last in either direction. */
  readonly at: number
  readonly id: string
}

export interface Row extends Place {
  readonly entry: Entry
}

/** Ties go by id, always from the highest down, whatever the direction (recorded: `updatedat_asc,id_desc`). */
export function comparePlaces({ descending }: Order, a: Place, b: Place): number {
  const byKey = a.at === b.at ? 0 : a.at < b.at ? -1 : 1
  if (byKey !== 0) return descending ? -byKey : byKey
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

export const placeOf = (dialog: Dialog, { key, descending }: Order): number => dialog[key] ?? (descending ? -Infinity : Infinity)

/** What moves contentUpdatedAt as well (altinn3.md 3.7). */
const contentKeys: readonly (keyof DialogChange)[] = ['title', 'summary', 'status', 'extendedStatus', 'withoutAttachments']
const sentTypes: readonly string[] = ['Submission', 'Correction']

/** All dialogs and what happened to each; keeps those of a party in the orders that were asked for. */
export class Dialogs {
  readonly #state: LocalState
  readonly #lives = new Map<string, DialogLife>()
  readonly #ofParty = new Map<string, Entry[]>()
  readonly #sorted = new Map<string, Map<string, readonly Row[]>>()

  readonly #resources = new Map<string, { readonly ids: ReadonlySet<string>; readonly count: number }>()

  constructor(state: LocalState) {
    this.#state = state
  }

  add(entry: Entry): void {
    const { party } = this.view(entry)
    const others = this.#ofParty.get(party)
    if (others === undefined) this.#ofParty.set(party, [entry])
    else others.push(entry)
    this.#sorted.delete(party)
  }

  view(entry: Entry): Dialog {
    return new Dialog(this.#state, entry, this.#lives.get('sent' in entry ? entry.sent.dialogId : entry.id))
  }

  /** The dialog with this id, whatever became of it; null where there is none. */
  get(id: string): Dialog | null {
    const entry = this.#state.messageOfDialog(id) ?? this.#state.other(id)
    if (entry === undefined) return null
    const dialog = this.view(entry)
    return dialog.exists ? dialog : null
  }

  of(party: string): readonly Dialog[] {
    return (this.#ofParty.get(party) ?? []).map((entry) => this.view(entry))
  }

  /** Services that ever wrote to a party. */
  resourcesOf(party: string): ReadonlySet<string> {
    const entries = this.#ofParty.get(party) ?? []
    const known = this.#resources.get(party)
    if (known?.count === entries.length) return known.ids
    const ids = new Set(entries.map((entry) => this.view(entry).resourceId))
    this.#resources.set(party, { ids, count: entries.length })
    return ids
  }

  /** The dialogs of a party in an order, made when it is first asked for and again when something moved. */
  sorted(party: string, order: Order): readonly Row[] {
    const kept = this.#sorted.get(party) ?? new Map<string, readonly Row[]>()
    this.#sorted.set(party, kept)
    const name = `${order.key} ${String(order.descending)}`
    const known = kept.get(name)
    if (known !== undefined) return known
    const rows = (this.#ofParty.get(party) ?? []).map((entry) => {
      const dialog = this.view(entry)
      return { at: placeOf(dialog, order), id: dialog.id, entry }
    })
    rows.sort((a, b) => comparePlaces(order, a, b))
    kept.set(name, rows)
    return rows
  }

  /** A message sent into a dialog has come there: its owner's change, and not a silent one (altinn3.md 3.8). */
  transmissionArrived(message: MessageState, id: string, at: number): void {
    const { dialogId, title, sendersReference } = message.sent
    this.#change(dialogId, at, false, true, revisionId(dialogId, `labels ${id}`), (life) => {
      life.transmissions.push({ id, at: message.sent.createdAt, title, type: 'Information', by: 'ServiceOwner', messageId: message.sent.id, externalReference: sendersReference === '' ? null : sendersReference })
    })
  }

  /** Altinn takes a dialog back. */
  remove(id: string, at: number): void {
    this.#life(id).deletedAt = at
  }

  /** Whether the effect was one of dialogs. */
  apply(one: Effect): boolean {
    switch (one.kind) {
      case 'Seen': {
        const { seen } = this.#life(one.dialog)
        seen.push({ id: revisionId(one.dialog, `seen ${String(seen.length)}`), at: one.at, caller: one.caller })
        return true
      }
      case 'Labelled': {
        const life = this.#life(one.dialog)
        life.labels = one.labels
        life.labelRevision = one.revision ?? life.labelRevision
        life.labelLog.push(...one.log.map((row) => ({ ...row, at: one.at, caller: one.caller })))
        return true
      }
      case 'DialogChanged': {
        const { change, transmission, activity } = one
        const content = transmission !== null || contentKeys.some((key) => change[key] !== undefined)
        this.#change(one.dialog, one.at, one.silent, content, one.revision, (life) => {
          life.change = { ...life.change, ...change }
          if (transmission !== null) life.transmissions.push({ ...transmission, at: one.at, messageId: null, externalReference: null })
          if (activity !== null) life.activities.push({ ...activity, at: one.at })
        })
        if (transmission !== null && transmission.by === 'PartyRepresentative' && sentTypes.includes(transmission.type)) this.#addSent(one.dialog, one.at, one.revision)
        return true
      }
      case 'DialogDeleted':
      case 'DialogRestored': {
        const life = this.#life(one.dialog)
        life.deletedAt = one.kind === 'DialogDeleted' ? one.at : null
        life.writes += 1
        return true
      }
      case 'DialogErased':
        this.#life(one.dialog).erased = true
        return true
      case 'DialogBackDated':
        Object.assign(this.#life(one.dialog), { createdAt: one.to, updatedAt: one.to, contentUpdatedAt: one.to })
        this.#moved(one.dialog)
        return true
      default:
        return false
    }
  }

  #life(id: string): DialogLife {
    const known = this.#lives.get(id)
    if (known !== undefined) return known
    const made = newLife()
    this.#lives.set(id, made)
    return made
  }

  #moved(id: string): void {
    const dialog = this.#entryView(id)
    if (dialog !== null) this.#sorted.delete(dialog.party)
  }

  #entryView(id: string): Dialog | null {
    const entry = this.#state.messageOfDialog(id) ?? this.#state.other(id)
    return entry === undefined ? null : this.view(entry)
  }

  #change(id: string, at: number, silent: boolean, content: boolean, revision: string, work: (life: DialogLife) => void): void {
    const life = this.#life(id)
    work(life)
    life.writes += 1
    if (silent) {
      // A due date that moved silently still changes its place among due dates.
      this.#moved(id)
      return
    }
    life.updatedAt = at
    if (content) life.contentUpdatedAt = at
    this.#moved(id)
    // A change that is not silent brings the dialog back from archive and bin (altinn3.md 3.4).
    const labels = this.#entryView(id)?.labels ?? []
    const put = labels.find((label): label is 'Archive' | 'Bin' => label === 'Archive' || label === 'Bin')
    if (put === undefined) return
    life.labels = labels.map((label): Label => (label === put ? 'Default' : label))
    life.labelRevision = revision
    life.labelLog.push({ at, label: put, action: 'remove', caller: null })
  }

  /** A transmission of the party: its label is the owner's doing, and moves the user's context all the same (recorded). */
  #addSent(id: string, at: number, revision: string): void {
    const life = this.#life(id)
    const labels = this.#entryView(id)?.labels ?? []
    if (labels.includes('Sent')) return
    life.labels = [...labels, 'Sent']
    life.labelRevision = revision
    life.labelLog.push({ at, label: 'Sent', action: 'set', caller: null })
  }
}
