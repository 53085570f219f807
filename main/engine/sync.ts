import { statfs } from 'node:fs/promises'
import type { EngineError, ResponseOf } from '../../preload/contract/index.ts'
import { signInProblem } from '../altinn/sign-in-problem.ts'
import type { AccountRow } from '../store/ledger/events.ts'
import type { Store } from '../store/open.ts'
import type { FinishedRun, Syncer } from '../sync/syncer.ts'
import type { Handlers } from './calls.ts'
import type { Contact } from './danger.ts'
import { engineErrorOf, failureError, Refusal, signInView } from './errors.ts'

type Trouble = ResponseOf<'sync.state'>['accounts'][number]['trouble']

/** What is known about the runs of each identity since the start. */
export class Runs {
  readonly finished = new Map<string, FinishedRun>()
  /** Runs that ended with an error that is no answer of the service. */
  readonly #broken = new Map<string, EngineError['code']>()

  /** Since when an identity's runs have not reached the service. */
  readonly #awaySince = new Map<string, number>()

  ended(run: FinishedRun): void {
    this.finished.set(run.accountUuid, run)
    this.#broken.delete(run.accountUuid)
    // One that a person stopped says nothing of the way there.
    if (run.stopped?.kind === 'cancelled') return
    if (run.stopped === null) this.#awaySince.delete(run.accountUuid)
    else if (!this.#awaySince.has(run.accountUuid)) this.#awaySince.set(run.accountUuid, run.startedAt)
  }

  /** How the service is reached as an identity, as far as its runs tell. */
  contact(accountUuid: string): Omit<Contact, 'nextTryAt'> {
    return { awaySince: this.#awaySince.get(accountUuid) ?? null, signedOut: this.trouble(accountUuid) === 'sign-in' }
  }

  /** An identity signs in anew: what its runs met before is over. */
  forget(accountUuid: string): void {
    if (this.finished.get(accountUuid)?.stopped != null) this.finished.delete(accountUuid)
    this.#broken.delete(accountUuid)
  }

  broke(accountUuid: string, error: unknown): void {
    this.#broken.set(accountUuid, engineErrorOf(error)?.code ?? 'internal')
  }

  /** What the last run met on its way to a token; null where it ended otherwise. */
  signIn(accountUuid: string): NonNullable<EngineError['signIn']> | null {
    const stopped = this.#broken.has(accountUuid) ? null : (this.finished.get(accountUuid)?.stopped ?? null)
    return stopped?.signIn === undefined ? null : signInView(stopped.signIn)
  }

  trouble(accountUuid: string): Trouble {
    const broken = this.#broken.get(accountUuid)
    if (broken !== undefined) return broken === 'disk-full' || broken === 'sign-in' ? broken : 'internal'
    const stopped = this.finished.get(accountUuid)?.stopped ?? null
    // Stopped by a person is no trouble.
    if (stopped === null || stopped.kind === 'cancelled') return null
    const { code } = failureError(stopped)
    return code === 'sign-in' || code === 'offline' ? code : 'service'
  }
}

export async function summaryOf(store: Store, run: FinishedRun): Promise<ResponseOf<'sync.run'>['summary']> {
  const total = await store.mail.totals(run.accountUuid)
  const { recipients, dialogs, messages, attachments, bytes, skipped, requests } = run
  return {
    recipients, dialogs, messages, attachments, bytes,
    skipped: { ...skipped },
    failed: run.failed + (run.stopped === null ? 0 : 1),
    requests,
    seconds: Math.round((run.endedAt - run.startedAt) / 10) / 100,
    total: { ...total, skipped: { ...total.skipped } },
  }
}

async function fullPassOf(store: Store, accountUuid: string): Promise<ResponseOf<'sync.state'>['accounts'][number]['fullPass']> {
  const state = await store.mail.fullPass(accountUuid)
  return state === null ? null : { beganAt: state.beganAt, endedAt: state.endedAt, done: state.done, total: state.total }
}

/** A message with its attachments takes about this much where nothing is here yet to tell; the service names no sizes. */
const guessedMessageBytes = 150_000
/** Databases and index beside the files, bytes a message. */
const rowBytes = 12_000

async function aboutBytes(store: Store, accountUuid: string, messages: number): Promise<number> {
  const here = await store.mail.totals(accountUuid)
  const each = here.messages < 20 ? guessedMessageBytes : here.bytes / here.messages + rowBytes
  return messages * each
}

/** Bytes that may still be written in a folder; null where the system does not say. */
async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** A person who has to log in before anything is fetched again, also after a restart. */
const isOver = (account: AccountRow): boolean => account.kind === 'person' && account.signIn.state === 'out'
const loginEnded = signInProblem('login-ended', 'EXPIRED idporten')

const declinedSetting = (accountUuid: string): string => `consent.declined.${accountUuid}`

/** Getting mail, and the consent it needs. */
export function syncHandlers(parts: {
  readonly store: Store
  readonly syncer: Syncer
  readonly runs: Runs
  readonly folder: string
  readonly signedIn: (accountUuid: string) => Promise<boolean>
  /** When a person has to log in again; null where that is not known. */
  readonly endsAt: (accountUuid: string) => number | null
  readonly now: () => number
  /** Ends the back-off of what waits to be sent. */
  readonly hurry: () => void
}): Handlers {
  const { store, syncer, runs, signedIn } = parts
  return {
    'sync.run': async ({ accountUuid }) => {
      if (!(await signedIn(accountUuid))) {
        const error = new Refusal('sign-in', 'The identity\'s key cannot be had')
        runs.broke(accountUuid, error)
        throw error
      }
      const run = await syncer.run(accountUuid, true)
      return { summary: await summaryOf(store, run), stopped: run.stopped === null ? null : failureError(run.stopped) }
    },
    'sync.stop': async () => {
      await syncer.stop()
      return {}
    },
    'sync.state': async () => {
      const accounts = (await store.ledger.accounts()).map(async (account) => {
        const { uuid, name, kind } = account
        const over = isOver(account)
        return {
          accountUuid: uuid, name, kind,
          organisation: kind === 'person' ? null : account.organisation,
          signInEndsAt: kind === 'person' && account.signIn.state === 'in' ? (parts.endsAt(uuid) ?? account.signIn.endsAt) : null,
          consented: (await store.ledger.consent(uuid)) !== null,
          busy: syncer.isRunning(uuid),
          lastEndedAt: runs.finished.get(uuid)?.endedAt ?? null,
          lastDoneAt: await store.reader.lastPassAt(uuid),
          nextAt: syncer.nextAt,
          fullPass: await fullPassOf(store, uuid),
          trouble: over ? ('sign-in' as const) : runs.trouble(uuid),
          signIn: over ? signInView(loginEnded) : runs.signIn(uuid),
        }
      })
      return { accounts: await Promise.all(accounts) }
    },
    'sync.wake': () => {
      syncer.wake()
      parts.hurry()
      return Promise.resolve({})
    },
    'sync.full-pass': async ({ accountUuid }) => {
      if (!(await signedIn(accountUuid))) throw new Refusal('sign-in', 'The identity\'s key cannot be had')
      syncer.lookThrough(accountUuid)
      return {}
    },
    'accounts.add': async (account) => {
      await store.ledger.append({ type: 'account-added', account: { ...account, kind: 'system-user' } })
      await signedIn(account.uuid)
      return {}
    },
    'consent.preview': async ({ accountUuid, fromAt, parties }) => {
      const { byParty, ...numbers } = await store.mail.consentNumbers(accountUuid, fromAt, parties)
      return { ...numbers, byParty: [...byParty], aboutBytes: Math.round(await aboutBytes(store, accountUuid, numbers.messages)), freeBytes: await freeBytes(parts.folder) }
    },
    'consent.give': async ({ accountUuid, fromAt, parties, attachments, by }) => {
      await store.ledger.append({ type: 'consent-given', accountUuid, fromAt, parties, attachments, by })
      return {}
    },
    'consent.decline': async ({ accountUuid }) => {
      await store.ledger.append({ type: 'setting-changed', name: declinedSetting(accountUuid), value: parts.now() })
      return {}
    },
    'consent.state': async ({ accountUuid }) => {
      const consent = await store.ledger.consent(accountUuid)
      const declined = await store.ledger.setting(declinedSetting(accountUuid))
      return {
        givenAt: consent?.givenAt ?? null,
        declinedAt: consent === null && typeof declined === 'number' ? declined : null,
        parties: consent?.parties == null ? null : [...consent.parties],
        fromAt: consent?.fromAt ?? null,
        attachments: consent?.attachments ?? false,
      }
    },
  }
}
