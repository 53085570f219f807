import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Engine, EngineOptions } from '../../../main/engine.ts'
import type { Fault } from '../../../main/localtest/faults.ts'
import { type RunningDemo, startLocalAltinn } from '../../../main/shell/demo.ts'
import { makeProfile, must, openProfile } from '../../harness/profile.ts'
import { type SeenRequest, serverUsage } from '../../harness/usage.ts'

/** What a case expected and did not find. */
export class Unmet extends Error {
  override readonly name = 'Unmet'
}

export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Unmet(what)
}

/** Waits are short, so that a case takes a second; what follows from what is as always. */
const short: Partial<EngineOptions> = {
  outboxRules: { firstProofMs: 250, proofMs: [150, 300, 600], retryMs: [100, 200], afterCutMs: 500, afterErrorMs: 300, betweenDenialsMs: 200, readAgainMs: 200, undecidedAfterMs: 60_000, askHourlyMs: 300 },
  rules: { retryMs: [20], birthRetryMs: [50, 100], silentAgainMs: 0 },
  limits: { tries: 2, firstBackoffMs: 30, longestBackoffMs: 100, connectMs: 1000, answerMs: 1500, slowAnswerMs: 1500, downloadAnswerMs: 1500, silenceMs: 700, longestWaitMs: 4000 },
}

export const worldMessages = 12

/** A profile and a local Altinn of its own. */
export class Scene {
  readonly folder: string
  readonly altinn: RunningDemo
  engine: Engine
  readonly accountUuid: string
  readonly #options: Partial<EngineOptions>

  private constructor(folder: string, altinn: RunningDemo, engine: Engine, accountUuid: string, options: Partial<EngineOptions>) {
    this.folder = folder
    this.altinn = altinn
    this.engine = engine
    this.accountUuid = accountUuid
    this.#options = options
  }

  static async begin(seed: number, options: Partial<EngineOptions> = {}, profile?: string): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-service-'))
    const altinn = await startLocalAltinn(['--folder', join(folder, 'altinn'), '--seed', String(seed), '--recipients', '3', '--messages', String(worldMessages), '--attachment-kb', '10', '--quick', '--record-requests'])
    const own = profile ?? join(folder, 'profile')
    await makeProfile(own)
    const all = { ...short, ...options }
    const { engine, accountUuid } = await openProfile(own, altinn.altinn, all)
    return new Scene(folder, altinn, engine, accountUuid, { ...all, folder: own })
  }

  get profile(): string {
    return this.#options.folder ?? ''
  }

  async fault(one: Partial<Fault> & Pick<Fault, 'kind'>): Promise<void> {
    const answer = await fetch(`${this.altinn.altinn.platform}/localtest/faults`, { method: 'POST', body: JSON.stringify(one) })
    if (answer.status !== 204) throw new Error(await answer.text())
  }

  async well(): Promise<void> {
    await fetch(`${this.altinn.altinn.platform}/localtest/faults`, { method: 'DELETE' })
  }

  sync() {
    return must(this.engine, 'sync.run', { accountUuid: this.accountUuid })
  }

  async restart(): Promise<void> {
    await this.engine.close()
    this.engine = (await openProfile(this.profile, this.altinn.altinn, this.#options)).engine
  }

  async requests(): Promise<readonly SeenRequest[]> {
    return (await serverUsage(this.altinn.altinn)).requests
  }

  async fetched() {
    return (await must(this.engine, 'messages.list', { view: 'all', limit: 100 })).rows.filter((row) => row.state === 'fetched')
  }

  /** How often the service recorded something of a message. */
  async effects(message: string, status: string): Promise<number> {
    const text = await (await fetch(`${this.altinn.altinn.platform}/localtest/effects`)).text()
    const line = z.object({ message: z.string().optional(), status: z.string() })
    return text.split('\n').filter((one) => one !== '').map((one) => line.parse(JSON.parse(one))).filter((one) => one.message === message && one.status === status).length
  }

  /** Everything of the world is here, once, with its file whole. */
  async whole(): Promise<void> {
    const rows = await this.fetched()
    expect(rows.length === worldMessages, `${String(rows.length)} of ${String(worldMessages)} letters are here`)
    expect(new Set(rows.map((row) => row.correspondenceId)).size === rows.length, 'a letter is there twice')
    for (const row of rows) {
      const { attachments, body } = await must(this.engine, 'messages.show', { id: row.id })
      expect(body !== null && body.split(' ').length === 120, 'a body is not what was sent')
      expect(attachments.length === 1 && attachments.every((file) => file.state === 'stored' && file.bytes === 10_240 && file.md5Matches === true), `a file is ${attachments.map((file) => `${file.state} ${file.reason ?? ''}`).join()}`)
    }
  }

  /** Until the service is well again everything that was put off comes in. */
  async recovers(): Promise<void> {
    await this.well()
    for (let n = 0; n < 4; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      const { summary, stopped } = await this.sync()
      if (stopped === null && summary.total.failed === 0 && (await this.fetched()).length === worldMessages && summary.total.attachments === worldMessages) break
    }
    await this.whole()
  }

  /** Sends a letter through the side door. @returns its correspondence id */
  async send(letter: { readonly title: string; readonly body: string } & Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await fetch(`${this.altinn.altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: this.altinn.altinn.client.organisation, ...letter }) })
    if (answer.status !== 201) throw new Error(await answer.text())
    return z.object({ correspondenceId: z.string() }).parse(await answer.json()).correspondenceId
  }

  /** Syncs until a letter is here. @returns its id in the list */
  async arrives(correspondenceId: string): Promise<number> {
    for (let n = 0; n < 20; n += 1) {
      await this.sync()
      const { id } = await must(this.engine, 'messages.find', { id: correspondenceId })
      if (id !== null && (await must(this.engine, 'messages.show', { id })).state === 'fetched') return id
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Unmet('a letter did not arrive')
  }

  /** A letter that asks to be confirmed by nobody else yet. */
  async toConfirm(): Promise<{ readonly id: number; readonly correspondenceId: string }> {
    const correspondenceId = await this.send({ title: 'Bekreft', body: 'Bekreft dette', needsConfirmation: true, dueAt: new Date(Date.now() + 86_400_000).toISOString() })
    return { id: await this.arrives(correspondenceId), correspondenceId }
  }

  confirm(id: number, timeoutMs = 8000) {
    return must(this.engine, 'receipts.confirm', { id, waitMs: 0, versionShown: null }).then((row) => must(this.engine, 'receipts.wait', { uuid: row.uuid, timeoutMs }))
  }

  async end(): Promise<void> {
    await this.engine.close()
    await this.altinn.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
