import type { ResponseOf } from '../../preload/contract/index.ts'
import type { OutboxRow } from '../store/ledger/events.ts'
import type { LetterFacts } from '../store/reader/api.ts'
import type { Store } from '../store/open.ts'
import type { Outbox } from '../sync/outbox/outbox.ts'
import { receiptDocument } from '../export/receipt.ts'
import { translator } from '../../resources/locales/index.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import type { Reporter } from './reporters.ts'
import { saveTo } from './saving.ts'
import { type Contact, inDanger } from './danger.ts'
import { Refusal } from './errors.ts'

type View = ResponseOf<'receipts.wait'>
type OutgoingView = ResponseOf<'receipts.outgoing'>['rows'][number]

/** What the views of receipts are made from. */
export interface ReceiptParts {
  readonly store: Pick<Store, 'ledger' | 'reader'>
  /** How Altinn is reached as the identity of a row. */
  readonly contact: (accountUuid: string) => Contact
  readonly now: () => number
}

/** Rows of the outbox as windows and the command line see them. */
export class ReceiptViews {
  readonly #parts: ReceiptParts

  constructor(parts: ReceiptParts) {
    this.#parts = parts
  }

  async views(rows: readonly OutboxRow[]): Promise<View[]> {
    const facts = await this.#facts(rows)
    return rows.map((row) => this.#view(row, facts.get(row.correspondenceId)))
  }

  async one(row: OutboxRow): Promise<View> {
    const facts = await this.#facts([row])
    return this.#view(row, facts.get(row.correspondenceId))
  }

  async outgoing(filter: { readonly party?: string | undefined; readonly correspondenceId?: string | undefined; readonly limit: number }): Promise<OutgoingView[]> {
    const { ledger } = this.#parts.store
    const rows = await ledger.outgoing({ party: filter.party ?? null, correspondenceId: filter.correspondenceId ?? null, limit: filter.limit })
    return await this.withLetters(rows)
  }

  /** Receipts with the facts of their letters and who asked for them. */
  async withLetters(rows: readonly OutboxRow[]): Promise<OutgoingView[]> {
    const facts = await this.#facts(rows)
    const names = new Map((await this.#parts.store.ledger.accounts()).map((account) => [account.uuid, account.name]))
    return rows.map((row) => {
      const letter = facts.get(row.correspondenceId)
      return {
        ...this.#view(row, letter),
        messageId: letter?.id ?? null,
        title: letter?.title ?? null,
        sender: letter?.sender ?? '',
        partyName: letter?.partyName ?? row.party,
        dueAt: letter?.dueAt ?? null,
        accountName: names.get(row.accountUuid) ?? '',
        person: row.person,
        versionShown: row.versionShown,
        forwardText: row.forwardText,
      }
    })
  }

  /** Confirmations that may come too late. */
  async endangered(): Promise<readonly { readonly row: OutboxRow; readonly messageId: number | null; readonly dueAt: number }[]> {
    const rows = (await this.#parts.store.ledger.outbox({ states: ['waiting', 'sending', 'undecided'] })).filter((row) => row.kind === 'confirm')
    if (rows.length === 0) return []
    const facts = await this.#facts(rows)
    return rows.flatMap((row) => {
      const letter = facts.get(row.correspondenceId)
      const dueAt = letter?.dueAt ?? null
      return dueAt !== null && inDanger(row, dueAt, this.#parts.contact(row.accountUuid), this.#parts.now()) ? [{ row, messageId: letter?.id ?? null, dueAt }] : []
    })
  }

  async #facts(rows: readonly OutboxRow[]): Promise<ReadonlyMap<string, LetterFacts>> {
    if (rows.length === 0) return new Map()
    return new Map((await this.#parts.store.reader.letterFacts([...new Set(rows.map((row) => row.correspondenceId))])).map((one) => [one.correspondenceId, one]))
  }

  #view(row: OutboxRow, letter: LetterFacts | undefined): View {
    return {
      uuid: row.uuid,
      kind: row.kind,
      state: row.state,
      correspondenceId: row.correspondenceId,
      dialogId: row.dialogId,
      party: row.party,
      clickedAt: row.clickedAt,
      notBeforeAt: row.notBeforeAt,
      sentAt: row.sendingBeganAt,
      provenAt: row.provenAt,
      reason: row.reason,
      answerStatus: row.answerStatus,
      answerCode: row.answerCode,
      traceId: row.traceId,
      attempts: row.attempt,
      forwardTo: row.forwardTo,
      inDanger: inDanger(row, letter?.dueAt ?? null, this.#parts.contact(row.accountUuid), this.#parts.now()),
    }
  }
}

const open: readonly OutboxRow['state'][] = ['waiting', 'sending', 'accepted', 'undecided']

/** What is sent to Altinn for letters and how it stands; each by the outbox, exactly once. */
export function receiptHandlers({ store, outbox, views, desk, now, reporters }: { readonly store: Store; readonly outbox: Outbox; readonly views: ReceiptViews; readonly desk: Desk; readonly now: () => number; readonly reporters: (message: { readonly id: number; readonly party: string }) => Promise<readonly Reporter[]> }): Handlers {
  const letterOf = async (id: number) => {
    const message = await store.reader.show(id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    const { correspondenceId } = message
    if (correspondenceId === null) throw new Refusal('not-possible', 'no-message')
    // With several identities the one whose right is proven, and from then on no other.
    const [reporter] = await reporters({ id, party: message.party })
    if (reporter === undefined) throw (await store.ledger.accounts()).length === 0 ? new Refusal('sign-in', 'There is no identity') : new Refusal('not-possible', 'no-access')
    return { message, letter: { accountUuid: reporter.account.uuid, dialogId: message.dialogId, correspondenceId, party: message.party } }
  }
  type Letter = Awaited<ReturnType<typeof letterOf>>
  const fetched = ({ message }: Letter): void => {
    if (message.state !== 'fetched') throw new Refusal('not-here', 'The message is only in Altinn')
  }
  const report = async (kind: 'read' | 'confirm', request: { readonly id: number; readonly waitMs: number; readonly versionShown: string | null }): Promise<View> => {
    const found = await letterOf(request.id)
    fetched(found)
    const { message, letter } = found
    const versionShown = request.versionShown ?? message.version
    // Reporting on a letter that is not the one that was on screen would be a report on something unread (durability.md 10).
    if (versionShown !== message.version || (kind === 'confirm' && (await store.mail.isStale(letter.correspondenceId)))) throw new Refusal('changed', 'The message changed since it was shown')
    return await views.one(await outbox.add({ kind, ...letter, versionShown, waitMs: request.waitMs }))
  }
  const ownDialog = ({ message }: Letter): void => {
    if (message.dialogId === null || message.kind === 'transmission') throw new Refusal('not-possible', 'in-other-dialog')
    if (message.removedAt !== null) throw new Refusal('not-possible', 'removed')
  }
  return {
    'receipts.read': (request) => report('read', request),
    'receipts.confirm': (request) => report('confirm', request),
    'receipts.label': async ({ id, to, waitMs }) => {
      const found = await letterOf(id)
      ownDialog(found)
      const kind = to === 'archive' ? 'archive' : to === 'bin' ? 'bin' : 'restore'
      return await views.one(await outbox.add({ kind, ...found.letter, versionShown: null, waitMs }))
    },
    'receipts.purge': async ({ id, waitMs }) => {
      const found = await letterOf(id)
      ownDialog(found)
      fetched(found)
      const { message, letter } = found
      // Altinn refuses it until Confirmed is written (altinn3.md trap 21), and a confirmation under way would be lost.
      if (message.needsConfirmation && message.confirmedAt === null) throw new Refusal('confirm-first', 'A confirmation that Altinn asks for is not registered')
      return await views.one(await outbox.add({ kind: 'purge', ...letter, versionShown: message.version, waitMs }))
    },
    'receipts.forward': async ({ id, to, text, waitMs }) => {
      const found = await letterOf(id)
      fetched(found)
      const { message, letter } = found
      if (!message.allowForwarding) throw new Refusal('not-possible', 'no-forwarding')
      if (message.readAt === null && message.readReceipt?.state !== 'proven') throw new Refusal('read-first', 'It was not reported as read')
      return await views.one(await outbox.add({ kind: 'forward', ...letter, versionShown: message.version, forwardTo: to, forwardText: text, waitMs }))
    },
    'receipts.undo': async ({ uuid }) => await views.one(await outbox.undo(uuid)),
    'receipts.send-again': async ({ uuid }) => {
      const row = await outbox.sendAgain(uuid)
      if (row === null) throw new Refusal('not-possible', 'not-asked-yet')
      return await views.one(row)
    },
    'receipts.give-up': async ({ uuid }) => {
      const row = await outbox.giveUp(uuid)
      if (row === null) throw new Refusal('not-possible', 'decided')
      return await views.one(row)
    },
    'receipts.save': async ({ uuid, language }) => {
      const row = await store.ledger.outboxOne(uuid)
      if (row === null) throw new Refusal('not-found', 'There is no such receipt')
      const [facts] = await views.withLetters([row])
      if (facts === undefined) throw new Refusal('not-found', 'There is no such receipt')
      const content = await receiptDocument(facts, language, now())
      const target = await desk.saveTarget(`${translator(language)('document.title')}-${row.correspondenceId}.pdf`)
      if (target === null) return { path: null }
      await saveTo(target, [content])
      return { path: target.path }
    },
    'receipts.wait': async ({ uuid, timeoutMs }) => {
      const row = await outbox.settled(uuid, timeoutMs)
      if (row === null) throw new Refusal('not-found', 'There is no such receipt')
      return await views.one(row)
    },
    'receipts.list': async (request) => ({ rows: await views.views(await store.ledger.outbox(request.open ? { states: open } : {})) }),
    'receipts.outgoing': async (request) => ({ rows: await views.outgoing(request) }),
  }
}
