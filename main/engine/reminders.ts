import { decideReminders, type ReminderInput } from '../reminders/decide.ts'
import type { AccountRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import type { FinishedRun } from '../sync/syncer.ts'
import type { Handlers } from './calls.ts'
import type { ConnectRecord } from './connect-record.ts'
import { answerKey } from './connect-requests.ts'
import { moments } from './reading.ts'
import type { ReceiptViews } from './receipts.ts'

const toldSetting = 'reminders.told'

/** The oldest message that reminds: older ones than the user chose to fetch never do. */
async function remindFrom(store: Store, accounts: readonly AccountRow[]): Promise<{ readonly consented: boolean; readonly fromAt: number | null }> {
  const consents = (await Promise.all(accounts.map((account) => store.ledger.consent(account.uuid)))).filter((one) => one !== null)
  const bounds = consents.map((one) => one.fromAt)
  return { consented: consents.length > 0, fromAt: bounds.includes(null) ? null : bounds.length === 0 ? null : Math.min(...bounds.map((at) => at ?? 0)) }
}

function toldChange(told: unknown, generation: string): number | null {
  return typeof told === 'object' && told !== null && 'generation' in told && 'changeNo' in told && told.generation === generation && typeof told.changeNo === 'number' ? told.changeNo : null
}

interface Parts {
  readonly store: Store
  readonly runs: ReadonlyMap<string, FinishedRun>
  readonly views: ReceiptViews
  readonly now: () => number
  /** When a person's login ends, as far as its tokens tell; null where they do not. */
  readonly endsAt: (accountUuid: string) => number | null
  /** Requests for system users, answered or not. */
  readonly requests: () => Promise<readonly NonNullable<ConnectRecord['request']>[]>
}

/** What there is to tell of letters and receipts; nothing before the user has agreed to anything. */
async function mailInput({ store, views, now }: Parts, accounts: readonly AccountRow[]): Promise<Pick<ReminderInput, 'fresh' | 'freshKey' | 'due' | 'receipts' | 'undelivered' | 'first'>> {
  const { consented, fromAt } = await remindFrom(store, accounts)
  if (!consented) return { fresh: [], freshKey: '', due: [], receipts: [], undelivered: [], first: true }
  const { generation } = await store.mail.runIds()
  const since = toldChange(await store.ledger.setting(toldSetting), generation)
  const fresh = await store.mail.newSince(since ?? 0, fromAt)
  const troubled = (await store.ledger.outbox({ states: ['refused', 'undecided'] })).filter((row) => row.reason !== 'given-up')
  return {
    fresh: fresh.byParty,
    freshKey: `new:${generation}:${String(fresh.changeNo)}`,
    due: await store.mail.dueBefore(now() + 8 * 86_400_000, fromAt),
    receipts: await Promise.all(troubled.map(async (row) => ({ outboxUuid: row.uuid, party: row.party, messageId: await store.reader.find(row.correspondenceId) }))),
    undelivered: (await views.endangered()).map(({ row, messageId, dueAt }) => ({ outboxUuid: row.uuid, party: row.party, messageId, dueAt })),
    first: since === null,
  }
}

/** Whether somebody has to sign in again; who logged out by their own word knows. */
const isSignedOut = (account: AccountRow, run: FinishedRun | undefined): boolean =>
  account.kind === 'person' && account.signIn.state === 'out' ? account.signIn.reason === 'ended' : run?.stopped?.kind === 'token'

/** Which notifications are due, and that one was shown. */
export function reminderHandlers(parts: Parts): Handlers {
  const { store, runs, now, endsAt, requests } = parts
  return {
    'reminders.due': async () => {
      const accounts = await store.ledger.accounts()
      const reminders = decideReminders({
        ...(await mailInput(parts, accounts)),
        now: now(),
        signedOut: accounts.filter((account) => isSignedOut(account, runs.get(account.uuid))).map((account) => account.uuid),
        signInEnds: accounts.flatMap((account) => {
          const ends = account.kind === 'person' && account.signIn.state === 'in' ? (endsAt(account.uuid) ?? account.signIn.endsAt) : null
          return account.kind === 'person' && ends !== null ? [{ account: account.uuid, sinceAt: account.signIn.at, endsAt: ends }] : []
        }),
        answered: (await requests()).flatMap((request) => (request.state === 'waiting' ? [] : [{ key: answerKey(request), accepted: request.state === 'accepted' }])),
        shrunk: await store.mail.untoldLosses(),
        notified: new Set(await store.ledger.notifiedKeys()),
      })
      if (reminders.length === 0) return { reminders: [] }
      const names = new Map((await store.reader.recipients(moments(now()))).map((row) => [row.party, row.name]))
      return { reminders: reminders.map(({ parties, keys, ...one }) => ({ ...one, keys: [...keys], recipients: parties.map((party) => names.get(party) ?? party) })) }
    },
    'reminders.shown': async ({ what, count, keys }) => {
      const seen = keys.map((key) => ({ type: 'notified', key, what, count }) as const)
      const fresh = keys.map((key) => /^new:([^:]+):(\d+)$/.exec(key)).find((match) => match !== null)
      const told = fresh === undefined ? [] : [{ type: 'setting-changed', name: toldSetting, value: { generation: fresh[1] ?? '', changeNo: Number(fresh[2]) } } as const]
      await store.ledger.appendAll([...seen, ...told])
      return {}
    },
  }
}
