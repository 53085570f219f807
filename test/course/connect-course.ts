import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ConnectionView, RequestName, RequestOf, ResponseOf, Result } from '../../preload/contract/index.ts'
import { parseEnvironment } from '../../main/altinn/environment-file.ts'
import { type Engine, type EngineOptions, openEngine } from '../../main/engine.ts'
import { noDesk } from '../../main/engine/desk.ts'
import { addressesOf } from '../../main/localtest/identity/entrances.ts'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { createKeys, openKeys } from '../../main/store/keys.ts'
import { openStore } from '../../main/store/open.ts'
import { identityWorld } from '../localtest/identity/identity-world.ts'
import { Browser, logIn } from '../localtest/identity/person.ts'

/** An empty profile beside a local Altinn that can be entered each way, and the browser of whoever sits there. */
export class ConnectCourse {
  readonly folder = mkdtempSync(join(tmpdir(), 'meldingsboks-connect-'))
  /** Addresses that were opened outside, in their order. */
  readonly opened: string[] = []
  /** Errors that are no answer of the service. */
  readonly faults: unknown[] = []
  options: Partial<EngineOptions> = {}
  browser = new Browser()
  altinn: LocalAltinn
  engine: Engine

  private constructor() {
    this.altinn = undefined as unknown as LocalAltinn
    this.engine = undefined as unknown as Engine
  }

  static async begin(letters: Parameters<typeof identityWorld>[0]): Promise<ConnectCourse> {
    const course = new ConnectCourse()
    await createKeys(course.profile, { kind: 'demo-file' }, { name: 'lokal', loopback: true })
    course.altinn = await startLocalAltinn({ folder: join(course.folder, 'altinn'), world: identityWorld(letters), seed: 1, keepKeys: true, delays: { dialog: 0, publish: [50, 100], open: 50 } })
    await course.start()
    return course
  }

  get profile(): string {
    return join(this.folder, 'profile')
  }

  async start(): Promise<void> {
    const { platform, maskinporten, idPorten } = this.altinn
    this.engine = await openEngine({
      folder: this.profile,
      keys: await openKeys(this.profile, { kind: 'demo-file' }),
      environment: parseEnvironment(addressesOf(platform, maskinporten, idPorten)),
      person: 'kari',
      userAgent: 'Meldingsboks test',
      room: { reserveBytes: 256 * 1024 },
      limits: { tries: 1 },
      desk: {
        ...noDesk,
        openOutside: (address) => {
          this.opened.push(address)
          return Promise.resolve(true)
        },
      },
      ...this.options,
      failed: (error) => { this.faults.push(error) },
    })
  }

  async restart(): Promise<void> {
    await this.engine.close()
    await this.start()
  }

  /** The ledger's whole trail as text, and what is sealed under its names, between two runs of the engine. */
  async trail(): Promise<{ readonly types: readonly string[]; readonly text: string; readonly sealed: string }> {
    await this.engine.close()
    const store = await openStore(this.profile, await openKeys(this.profile, { kind: 'demo-file' }), 'kari')
    const events = await store.ledger.audit({ limit: 10_000 })
    await store.close()
    const sealed = await readFile(join(this.profile, 'secrets.sealed'), 'utf8')
    await this.start()
    return { types: events.map(({ type }) => type), text: JSON.stringify(events), sealed }
  }

  async end(): Promise<void> {
    await this.engine.close()
    await this.altinn.close()
    rmSync(this.folder, { recursive: true })
  }

  ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Result<ResponseOf<Name>>> {
    return this.engine.call(name, request)
  }

  /** A request that must succeed. */
  async call<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    const result = await this.ask(name, request)
    if (!result.ok) throw new Error(`${name}: ${result.error.code} (${result.error.detail})`)
    return result.value
  }

  async connection(uuid: string): Promise<ConnectionView> {
    const found = (await this.call('connect.list', {})).connections.find((one) => one.uuid === uuid)
    if (found === undefined) throw new Error('There is no such connection')
    return found
  }

  /** Each step with how it went. */
  async check(uuid: string): Promise<readonly string[]> {
    return (await this.call('connect.check', { uuid })).results.map(({ step, result, problem }) => `${step} ${result}${problem === null ? '' : ` ${problem.kind === 'sign-in' ? problem.problem.code : problem.kind === 'key' ? problem.code : problem.kind}`}`)
  }

  /** Asks the side door of the local Altinn. @throws with what it says when it refuses */
  async door(path: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.altinn.platform}/localtest/${path}`, { method: 'POST', body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${text}`)
    return text === '' ? null : (JSON.parse(text) as unknown)
  }

  /** Presses a button of the approval page that was opened last. */
  async decide(choice: 'godkjenn' | 'avvis'): Promise<void> {
    const address = this.opened.at(-1) ?? ''
    const html = await (await fetch(address)).text()
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ merke: /name="merke" value="([0-9a-f]+)"/.exec(html)?.[1] ?? '', valg: choice }) })
    expect(answer.status).toBe(200)
  }

  /** Logs a person in on the page that `connect.login` opens; null: the person breaks off. */
  async logIn(uuid: string, person: string | null): Promise<ResponseOf<'connect.login'>['problem']> {
    const before = this.opened.length
    const login = this.call('connect.login', { uuid, level: 'substantial', language: 'nb' })
    await expect.poll(() => this.opened.length, { timeout: 60_000 }).toBeGreaterThan(before)
    const address = this.opened.at(-1) ?? ''
    expect((await this.connection(uuid)).login).toMatchObject({ state: 'under-way', address })
    const redirect = new URL(address).searchParams.get('redirect_uri') ?? ''
    if (person === null) {
      const first = await this.browser.follow(address, redirect)
      const back = await this.browser.follow(first.address, redirect, { valg: 'avbryt' })
      await this.browser.go(back.address)
    } else {
      const back = await logIn(this.browser, { address, redirect, verifier: '' }, person)
      await this.browser.go(back.href)
    }
    return (await login).problem
  }

  /** Waits until mail was searched to the end as this identity, and lists what there is. */
  async firstList(accountUuid: string): Promise<readonly string[]> {
    await expect.poll(async () => (await this.call('sync.state', {})).accounts.find((one) => one.accountUuid === accountUuid)?.lastDoneAt ?? null, { timeout: 60_000 }).not.toBeNull()
    return (await this.call('messages.list', { view: 'inbox', limit: 50 })).rows.map(({ title }) => title ?? '')
  }
}

/** Text as `connect.key` takes a file. */
export const base64 = (content: string | object): string => Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64')
