import { readFileSync } from 'node:fs'
import { openForWriting } from '../../../main/profiles.ts'
import { harnessOptions } from '../../harness/arguments.ts'
import { must } from '../../harness/profile.ts'
import type { Harness } from '../../harness/run.ts'

/** What the parent tells the engine that it ends by force; from a file, because everybody may read arguments and environments. */
export interface EngineTask {
  readonly data: string
  readonly profile: string
  readonly passphraseFile: string
  /** Parties whose mail is agreed to. */
  readonly parties: readonly string[]
  /** What is searched for. */
  readonly words: readonly string[]
}

const tell = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** A day of work with a profile, said step by step, and then again and again until it is killed. */
export const secretsChild: Harness = async (args) => {
  harnessOptions(args, {})
  const { data, profile, passphraseFile, parties, words } = JSON.parse(readFileSync(0, 'utf8')) as EngineTask
  const failed = (error: unknown): void => {
    tell({ failed: error instanceof Error ? `${error.name}: ${error.message} ${error.stack ?? ''}` : 'unknown' })
  }
  const engine = await openForWriting({ data, name: profile, passphraseFile, failed })
  const { accounts } = await must(engine, 'sync.state', {})
  const accountUuid = accounts[0]?.accountUuid ?? ''
  await must(engine, 'consent.give', { accountUuid, fromAt: null, parties: [...parties], attachments: true, by: 'command-line' })
  for (let n = 0; ; n += 1) {
    const { summary } = await must(engine, 'sync.run', { accountUuid })
    const { waiting } = await must(engine, 'texts.state', {})
    let [hits, letters, receipts] = [0, 0, 0]
    for (const word of words) hits += (await must(engine, 'messages.search', { text: word, limit: 50 })).rows.length
    for (const view of ['inbox', 'due', 'needs-confirmation', 'unread', 'outgoing'] as const) {
      for (const { id, state, needsConfirmation, confirmReceipt, readReceipt } of (await must(engine, 'messages.list', { view, limit: 50 })).rows) {
        if (state !== 'fetched') continue
        letters += 1
        await must(engine, 'letters.body', { id })
        await must(engine, 'messages.opened', { id })
        const { attachments } = await must(engine, 'messages.show', { id })
        for (const { attachmentId } of attachments) {
          const { handle } = await must(engine, 'files.begin', { id, attachmentId })
          while ((await must(engine, 'files.next', { handle })).data !== '');
        }
        if (receipts >= 6) continue
        if (needsConfirmation && confirmReceipt === null) {
          receipts += 1
          await engine.call('receipts.confirm', { id, waitMs: 0, versionShown: null })
        } else if (readReceipt === null) {
          receipts += 1
          await engine.call('receipts.read', { id, waitMs: 0, versionShown: null })
        }
      }
    }
    await must(engine, 'recipients.list', {})
    await must(engine, 'reminders.due', {})
    // Refused by the engine, and worded: ids, names and parties that there are none of.
    for (const party of parties) await engine.call('messages.list', { view: 'inbox', limit: 1, party: `${party}0` })
    await engine.call('messages.show', { id: -1 })
    await engine.call('messages.search', { text: `til:${parties[0] ?? ''} "`, limit: 1 })
    tell({ round: n, failedFetches: summary.failed, total: summary.total.messages, waiting, hits, letters, receipts })
  }
}
