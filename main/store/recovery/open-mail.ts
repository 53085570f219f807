import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { indexName } from '../index/index-db.ts'
import type { ProfileKeys } from '../keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MailApi } from '../mail/api.ts'
import { mailMethods, mailName } from '../mail/mail-db.ts'
import { type Remote, startThread, type Thread } from '../threads/rpc.ts'
import { type CopyApi, copyMethods, copyPath } from './copies.ts'
import { removeDatabase, restoringName } from './files.ts'
import { bytesOf, type TellRecovering, told } from './progress.ts'
import { clearMark, isDamage, isMarkedForCheck } from './restore.ts'
import { withReserveLater } from './room.ts'

export const mailData = (folder: string, keys: ProfileKeys): { readonly path: string; readonly key: Buffer } => ({ path: join(folder, mailName), key: keys.derive('mail') })

/** Work for the copier, in a thread that lives only as long as the work. */
export type Copying = <T>(work: (copies: Remote<CopyApi>) => Promise<T>) => Promise<T>

export function copier(profile: string, keys: ProfileKeys): Copying {
  return async (work) => {
    const thread = await startThread<CopyApi>('copy-thread', { profile, ledgerKey: keys.derive('ledger'), mailKey: keys.derive('mail') }, copyMethods)
    try {
      return await work(thread.api)
    } finally {
      await thread.close()
    }
  }
}

export interface OpenedMail {
  readonly thread: Thread<MailApi>
  /** What mail.db was put back from; null when it simply opened. */
  readonly restored: 'copy' | 'empty' | null
  /** It was looked at whole at this start, because something had been found damaged. */
  readonly wasChecked: boolean
}

/**
 * Opens mail.db; a damaged one is set aside and its newest whole copy takes its place, or nothing does.
 * @param willRestore told before that, so that it is known even if the process is killed right afterwards
 */
export async function openMailThread(folder: string, keys: ProfileKeys, ledger: Ledger, copying: Copying, tell: TellRecovering, refused: (error: Error) => void, willRestore: () => Promise<void>): Promise<OpenedMail> {
  const { runId, previousRunId } = await ledger.generation()
  const data = { ...mailData(folder, keys), run: { runId, previousRunId } }
  const start = (): Promise<Thread<MailApi>> => withReserveLater(folder, () => startThread<MailApi>('mail-thread', data, mailMethods, undefined, refused))
  const restore = async (): Promise<'copy' | 'empty'> => {
    await willRestore()
    const total = bytesOf(copyPath(folder, 'mail'))
    return await told(tell, () => ({ what: 'mail', done: bytesOf(restoringName(data.path)), total }), () => copying((copies) => copies.restoreMail(Date.now())))
  }
  let restored: 'copy' | 'empty' | null = null
  const wasChecked = isMarkedForCheck(folder)
  if (wasChecked) {
    const whole = !existsSync(data.path) || (await told(tell, () => ({ what: 'check', done: 0, total: null }), () => copying((copies) => copies.check('mail'))))
    if (!whole) restored = await restore()
    // What was damaged may have been the index as well, and that can be made anew.
    removeDatabase(join(folder, indexName))
    clearMark(folder)
  }
  try {
    return { thread: await start(), restored, wasChecked }
  } catch (error) {
    if (!isDamage(error) || restored !== null) throw error
    return { restored: await restore(), thread: await start(), wasChecked: true }
  }
}
