import { join } from 'node:path'
import { z } from 'zod'
import type { DemoAltinn } from '../../../main/shell/demo.ts'
import { openKeys } from '../../../main/store/keys.ts'
import { isWholeFile } from '../../../main/store/recovery/copies.ts'
import { FolderVault } from '../../../main/store/vault/folder-vault.ts'
import { must, openProfile } from '../../harness/profile.ts'
import { forgetRequests, serverUsage } from '../../harness/usage.ts'
import { hurried } from './child.ts'
import type { Refetches } from './refetches.ts'

/** What a person was told is done, and what went wrong. */
export interface Ledgered {
  readonly confirmed: Set<string>
  readonly read: Set<string>
  readonly failed: string[]
}

export interface Verdict {
  readonly lost: number
  readonly doubled: number
  readonly damaged: number
  readonly doubleConfirms: number
  /** Letters fetched once more though every process before had ended well. */
  readonly refetchedCleanly: number
  readonly messages: number
  /** Receipts that nobody knows the end of: shown to the person, never silent. */
  readonly undecided: number
  readonly details: readonly string[]
}

const effectLine = z.object({ message: z.string().optional(), status: z.string() })

/** What happened at the service, by status, for each message. */
async function effectsOf(altinn: DemoAltinn): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await (await fetch(`${altinn.platform}/localtest/effects`)).text()
  const byMessage = new Map<string, string[]>()
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { message, status } = effectLine.parse(JSON.parse(line))
    if (message === undefined) continue
    const known = byMessage.get(message)
    if (known === undefined) byMessage.set(message, [status])
    else known.push(status)
  }
  return byMessage
}

/** Ids of every letter that the service lists for the recipients of the world. */
async function everything(engine: Awaited<ReturnType<typeof openProfile>>['engine']): Promise<Map<string, { readonly id: number; readonly state: string; readonly files: number }[]>> {
  const found = new Map<string, { id: number; state: string; files: number }[]>()
  let after: { at: number; id: number } | null = null
  do {
    const page: Awaited<ReturnType<typeof must<'messages.list'>>> = await must(engine, 'messages.list', { view: 'all', limit: 200, ...(after === null ? {} : { after }) })
    for (const row of page.rows) {
      const key = row.correspondenceId ?? row.dialogId ?? ''
      found.set(key, [...(found.get(key) ?? []), { id: row.id, state: row.state, files: row.attachmentCount }])
    }
    after = page.next
  } while (after !== null)
  return found
}

/** Two more starts that end well, with a sync each: nothing may be fetched again. */
async function cleanStarts(profile: string, altinn: DemoAltinn, refetches: Refetches): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    await forgetRequests(altinn)
    const { engine, accountUuid } = await openProfile(profile, altinn, hurried)
    try {
      await must(engine, 'sync.run', { accountUuid })
    } finally {
      await engine.close()
    }
    refetches.life((await serverUsage(altinn)).requests)
  }
}

/** Opens the profile once more, lets everything come to its end, and compares it with the service. */
export async function judge(profile: string, altinn: DemoAltinn, acknowledged: Ledgered, refetches: Refetches): Promise<Verdict> {
  const details: string[] = []
  let [lost, doubled, damaged] = [0, 0, 0]
  const { engine, accountUuid } = await openProfile(profile, altinn, hurried)
  let undecided = 0
  let closed = false
  try {
    if ((await must(engine, 'recovery.state', {})).held !== null) await must(engine, 'recovery.agree', {})
    for (let n = 0; n < 10; n += 1) {
      const { summary } = await must(engine, 'sync.run', { accountUuid })
      if (n >= 2 && summary.messages + summary.attachments + summary.failed === 0 && [...(await everything(engine)).values()].flat().every((row) => row.state === 'fetched')) break
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    // What is put off is tried again at the next run; receipts are given time to be proven.
    for (let n = 0; n < 40; n += 1) {
      const { rows } = await must(engine, 'receipts.list', { open: true })
      if (rows.every((row) => row.state === 'undecided')) break
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    for (const row of (await must(engine, 'receipts.list', { open: true })).rows) {
      // Parked by a restore: the person says "send it" where the service denies it.
      if (row.state === 'undecided') await engine.call('receipts.send-again', { uuid: row.uuid })
    }
    for (let n = 0; n < 60; n += 1) {
      const { rows } = await must(engine, 'receipts.list', { open: true })
      undecided = rows.length
      if (undecided === 0) break
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    const effects = await effectsOf(altinn)
    const rows = await everything(engine)
    const messages = rows.size
    for (const [key, same] of rows) if (same.length > 1) {
      doubled += same.length - 1
      details.push(`${key} is there ${String(same.length)} times`)
    }
    for (const [key, [row]] of rows) {
      if (row === undefined) continue
      if (row.state !== 'fetched') {
        lost += 1
        details.push(`${key} is only ${row.state}`)
        continue
      }
      const view = await must(engine, 'messages.show', { id: row.id })
      for (const file of view.attachments) {
        if (file.state !== 'stored') {
          lost += 1
          details.push(`a file of ${key} is ${file.state}: ${file.reason ?? ''}`)
          continue
        }
        const opened = await engine.call('files.begin', { id: row.id, attachmentId: file.attachmentId })
        if (!opened.ok) {
          damaged += 1
          details.push(`a file of ${key} cannot be read: ${opened.error.code}`)
        }
      }
    }
    for (const id of acknowledged.confirmed) {
      if (!rows.has(id)) lost += 1
      else if (!(effects.get(id) ?? []).includes('Confirmed')) {
        const receipts = (await must(engine, 'receipts.list', { open: false })).rows.filter((row) => row.correspondenceId === id && row.kind === 'confirm')
        // Somebody else who acts for the recipient had confirmed it before the world began.
        if (receipts.some((row) => row.state === 'done-elsewhere')) continue
        lost += 1
        details.push(`${id} was confirmed by a person and is not at the service: ${receipts.map((row) => `${row.state} ${row.reason ?? ''}`).join(', ')}`)
      }
    }
    for (const id of acknowledged.read) {
      if (!(effects.get(id) ?? []).includes('Read')) {
        lost += 1
        details.push(`${id} was reported as read by a person and is not at the service`)
      }
    }
    let doubleConfirms = 0
    for (const [id, statuses] of effects) {
      const confirms = statuses.filter((status) => status === 'ConfirmRequested').length
      if (confirms > 1) {
        doubleConfirms += confirms - 1
        details.push(`${id} was confirmed ${String(confirms)} times`)
      }
      const reads = statuses.filter((status) => status === 'Read').length
      if (reads > 1) doubled += reads - 1
      // Every letter that came through the side door or was in the world and had happened something.
      if (statuses.includes('Sent') && !rows.has(id)) {
        lost += 1
        details.push(`${id} is not here`)
      }
    }
    const keys = await openKeys(profile, { kind: 'demo-file' })
    const vault = new FolderVault(join(profile, 'vault'), keys)
    for await (const { name } of vault.adoptable()) if (!(await vault.verify(name))) damaged += 1
    closed = true
    await engine.close()
    refetches.life((await serverUsage(altinn)).requests)
    const before = refetches.count
    await cleanStarts(profile, altinn, refetches)
    const refetchedCleanly = refetches.count - before
    for (const [name, purpose] of [['ledger.db', 'ledger'], ['mail.db', 'mail'], ['index.db', 'index']] as const) {
      if (!isWholeFile(join(profile, name), name, keys.derive(purpose))) {
        damaged += 1
        details.push(`${name} is damaged`)
      }
    }
    return { lost, doubled, damaged, doubleConfirms, refetchedCleanly, messages, undecided, details }
  } finally {
    if (!closed) await engine.close()
  }
}
