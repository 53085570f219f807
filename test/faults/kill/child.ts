import { openProfile, must } from '../../harness/profile.ts'
import type { Harness } from '../../harness/run.ts'
import { StoreError } from '../../../main/store/errors.ts'
import { harnessOptions } from '../../harness/arguments.ts'
import type { DemoAltinn } from '../../../main/shell/demo.ts'
import { randomBytes } from 'node:crypto'

/** What the parent tells the child that it kills. */
export interface KillTask {
  readonly folder: string
  readonly altinn: DemoAltinn
}

/** Short waits, so that receipts are under way when the process is killed; the rules of durability.md 15 hold all the same. */
export const hurried = {
  outboxRules: { firstProofMs: 250, proofMs: [150, 300, 600], retryMs: [100, 300], afterCutMs: 500, afterErrorMs: 400, betweenDenialsMs: 200, readAgainMs: 300, askHourlyMs: 400 },
  limits: { tries: 2, firstBackoffMs: 50 },
  // What was put off is tried again within the run; by default it would take a minute.
  rules: { retryMs: [200], birthRetryMs: [50, 100, 200] },
} as const

const isDamage = (error: unknown): boolean => error instanceof StoreError && (error.code === 'damaged' || error.code === 'wrong-key')

const tell = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Syncs, confirms and reports for ever, and says what was acknowledged to a person; its parent kills it. */
export const killChild: Harness = async (args) => {
  harnessOptions(args, {})
  const { folder, altinn } = JSON.parse(process.env['MELDINGSBOKS_KILL_TASK'] ?? '{}') as KillTask
  const failed = (error: unknown): void => {
    tell({ [isDamage(error) ? 'damaged' : 'failed']: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' })
  }
  const { engine, accountUuid } = await openProfile(folder, altinn, { ...hurried, failed })
  const { notices } = await must(engine, 'profile.notices', {})
  tell({ opened: notices.map(({ kind }) => kind) })
  if ((await must(engine, 'recovery.state', {})).held !== null) await must(engine, 'recovery.agree', {})
  for (;;) {
    const run = engine.call('sync.run', { accountUuid })
    const { rows } = await must(engine, 'messages.list', { view: 'needs-confirmation', limit: 50 })
    for (const row of rows) {
      if (row.state !== 'fetched' || row.confirmReceipt !== null || randomBytes(1).readUInt8(0) > 90) continue
      const sent = await engine.call('receipts.confirm', { id: row.id, waitMs: 0, versionShown: null })
      if (sent.ok) tell({ confirmed: row.correspondenceId })
    }
    const unread = await must(engine, 'messages.list', { view: 'unread', limit: 50 })
    for (const row of unread.rows) {
      if (row.state !== 'fetched' || row.readReceipt !== null || randomBytes(1).readUInt8(0) > 60) continue
      await must(engine, 'messages.opened', { id: row.id })
      const sent = await engine.call('receipts.read', { id: row.id, waitMs: 0, versionShown: null })
      if (sent.ok) tell({ read: row.correspondenceId })
    }
    await run
  }
}
