import type { EngineError } from '../../preload/contract/index.ts'
import { nameServices } from '../accounts/coverage.ts'
import type { AltinnCalls } from '../altinn/client.ts'
import type { Store } from '../store/open.ts'
import { PassStopped, type SyncContext } from '../sync/context.ts'
import { refreshCoverage, refreshRecipients } from '../sync/recipients.ts'
import type { Handlers } from './calls.ts'
import { failureError, Refusal } from './errors.ts'

interface Parts {
  readonly store: Pick<Store, 'ledger' | 'mail'>
  readonly client: Pick<AltinnCalls, 'servicesBySubject' | 'serviceName' | 'agentClients'>
  readonly now: () => number
  readonly failed: (error: unknown) => void
  /** null for an identity that is not signed in. */
  readonly contextOf: (accountUuid: string) => Promise<SyncContext | null>
  /** What is seen of recipients is another now. */
  readonly changed: () => void
}

/** Names asked for because a person looks at them, at a time. */
const mostNames = 60

/** What is done about coverage at a person's word: asking anew, remembering what was seen, names of what is on screen. */
export function coverageWork({ store, client, now, failed, contextOf, changed }: Parts): { readonly handlers: Handlers; name(resources: readonly string[]): void; close(): Promise<void> } {
  const closing = new AbortController()
  let naming: Promise<void> | null = null
  const refresh = async (accountUuid: string): Promise<EngineError | null> => {
    const context = await contextOf(accountUuid)
    if (context === null) return { code: 'sign-in', canRetry: false, detail: 'The identity\'s key cannot be had' }
    try {
      const failure = await refreshRecipients(context).then(({ failure: one }) => one)
      await refreshCoverage(context)
      return failure === null ? null : failureError(failure)
    } catch (error) {
      if (!(error instanceof PassStopped)) throw error
      return failureError(error.failure)
    }
  }
  return {
    handlers: {
      'recipients.seen': async ({ parties }) => {
        await store.mail.lossesSeen(parties, now())
        changed()
        return {}
      },
      'recipients.refresh': async () => {
        const accounts = await store.ledger.accounts()
        if (accounts.length === 0) throw new Refusal('sign-in', 'There is no identity to ask for')
        let failure: EngineError | null = null
        for (const { uuid } of accounts) failure ??= await refresh(uuid)
        changed()
        return { failed: failure }
      },
    },
    name: (resources) => {
      // One list at a time: what is still missing is wanted again when it is looked at again.
      if (resources.length === 0 || naming !== null || closing.signal.aborted) return
      naming = nameServices({ client, mail: store.mail, now, signal: closing.signal }, resources.slice(0, mostNames))
        .then((any) => { if (any) changed() }, failed)
        .finally(() => { naming = null })
    },
    close: async () => {
      closing.abort()
      await naming
    },
  }
}
