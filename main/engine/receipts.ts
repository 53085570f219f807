import type { ResponseOf } from '../../preload/contract/index.ts'
import type { OutboxRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import type { Outbox } from '../sync/outbox/outbox.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'

export const receiptView = (row: OutboxRow): ResponseOf<'receipts.wait'> => ({
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
})

const open: readonly OutboxRow['state'][] = ['waiting', 'sending', 'accepted', 'undecided']

/** A refused report stands until another one of its kind was made for the letter, or its effect is there all the same. */
export function troubled(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  const lastOf = new Map(rows.map((row) => [`${row.kind} ${row.correspondenceId}`, row.uuid]))
  return rows.filter((row) => row.state === 'refused' && lastOf.get(`${row.kind} ${row.correspondenceId}`) === row.uuid)
}

/** How many receipts are under way, and how many refused ones wait for a person. */
export async function outgoingCounts(ledger: Store['ledger']): Promise<{ readonly open: number; readonly refused: number }> {
  const rows = await ledger.outbox({})
  return { open: rows.filter((row) => open.includes(row.state)).length, refused: troubled(rows).length }
}

/** Newest first: what is under way or refused, then what is settled, as far as `limit` goes. */
async function outgoing(store: Store, { party, correspondenceId, limit }: { readonly party?: string | undefined; readonly correspondenceId?: string | undefined; readonly limit: number }): Promise<ResponseOf<'receipts.outgoing'>['rows']> {
  const all = (await store.ledger.outbox(correspondenceId === undefined ? {} : { correspondenceId })).filter((row) => row.state !== 'undone' && (party === undefined || row.party === party))
  const current = new Set([...all.filter((row) => open.includes(row.state)), ...troubled(all)].map((row) => row.uuid))
  const settled = all.filter((row) => !current.has(row.uuid) && row.state !== 'refused').reverse().slice(0, limit)
  const rows = [...all.filter((row) => current.has(row.uuid)).reverse(), ...settled]
  const facts = new Map((await store.reader.letterFacts([...new Set(rows.map((row) => row.correspondenceId))])).map((one) => [one.correspondenceId, one]))
  const names = new Map((await store.ledger.accounts()).map((account) => [account.uuid, account.name]))
  return await Promise.all(
    rows.map(async (row) => {
      const letter = facts.get(row.correspondenceId)
      const added = (await store.ledger.audit({ correspondenceId: row.correspondenceId, limit: 200 })).find((event) => event.type === 'outbox-added' && event.outboxUuid === row.uuid)
      return {
        ...receiptView(row),
        messageId: letter?.id ?? null,
        title: letter?.title ?? null,
        sender: letter?.sender ?? '',
        partyName: letter?.partyName ?? row.party,
        dueAt: letter?.dueAt ?? null,
        accountName: names.get(row.accountUuid) ?? '',
        person: added?.person ?? '',
      }
    }),
  )
}

/** Reports to senders and how they stand; each is sent by the outbox, exactly once. */
export function receiptHandlers(store: Store, outbox: Outbox): Handlers {
  const report = async (kind: 'read' | 'confirm', request: { readonly id: number; readonly waitMs: number; readonly versionShown: string | null }): Promise<ResponseOf<'receipts.wait'>> => {
    const message = await store.reader.show(request.id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    if (message.correspondenceId === null) throw new Refusal('not-possible', 'This is no message that can be reported on')
    if (message.state !== 'fetched') throw new Refusal('not-here', 'The message is only in Altinn')
    // The identity that clicked and no other: the one whose rights reached the message.
    const [account] = await store.ledger.accounts()
    if (account === undefined) throw new Refusal('sign-in', 'There is no identity')
    const { dialogId, correspondenceId, party } = message
    const versionShown = request.versionShown ?? message.version
    // Reporting on a letter that is not the one that was on screen would be a report on something unread (durability.md 10).
    if (versionShown !== message.version) throw new Refusal('not-possible', 'The message changed since it was shown')
    return receiptView(await outbox.add({ kind, accountUuid: account.uuid, dialogId, correspondenceId, party, versionShown, waitMs: request.waitMs }))
  }
  return {
    'receipts.read': (request) => report('read', request),
    'receipts.confirm': (request) => report('confirm', request),
    'receipts.undo': async ({ uuid }) => receiptView(await outbox.undo(uuid)),
    'receipts.send-again': async ({ uuid }) => {
      const row = await outbox.sendAgain(uuid)
      if (row === null) throw new Refusal('not-possible', 'The service has not been asked about it yet')
      return receiptView(row)
    },
    'receipts.wait': async ({ uuid, timeoutMs }) => {
      const row = await outbox.settled(uuid, timeoutMs)
      if (row === null) throw new Refusal('not-found', 'There is no such receipt')
      return receiptView(row)
    },
    'receipts.list': async (request) => ({ rows: (await store.ledger.outbox(request.open ? { states: open } : {})).map(receiptView) }),
    'receipts.outgoing': async (request) => ({ rows: await outgoing(store, request) }),
  }
}
