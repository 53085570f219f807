import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ResponseOf, RequestName, RequestOf } from '../../preload/contract/index.ts'
import { type Desk, type Engine, type EngineOptions, openEngine } from '../../main/engine.ts'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import type { Delays } from '../../main/localtest/state.ts'
import type { World } from '../../main/localtest/world/model.ts'
import { effectLines } from '../../main/localtest/side-door.ts'
import { createKeys, openKeys } from '../../main/store/keys.ts'
import { type Change, Meddler } from './meddler.ts'
import type { OutboxRules } from '../../main/sync/outbox/rules.ts'

/** Quick enough for a test, with every order of events as in reality. */
const quick: Partial<Delays> = { dialog: 0, publish: [200, 300], open: 50, confirm: [300, 400], reminder: 60_000, tell: 20, labels: 2 }
const quickOutbox: Partial<OutboxRules> = { firstProofMs: 200, proofMs: [200], retryMs: [100], readAgainMs: 300 }

/** A local Altinn and an engine beside it, over real HTTP, threads and files. */
export class Course {
  readonly folder = mkdtempSync(join(tmpdir(), 'meldingsboks-course-'))
  readonly accountUuid = randomUUID()
  readonly #world: (seed: number, anchorAt: number) => World
  altinn: LocalAltinn
  engine: Engine
  /** For the next start of the engine. */
  options: Partial<EngineOptions> = {}
  /** Stands between engine and local Altinn where a test begins one. */
  meddler: Meddler | null = null

  private constructor(world: (seed: number, anchorAt: number) => World, altinn: LocalAltinn, engine: Engine) {
    this.#world = world
    this.altinn = altinn
    this.engine = engine
  }

  /** @param change what a meddler between the two makes of the service's answers */
  static async begin(world: (seed: number, anchorAt: number) => World, change?: Change): Promise<Course> {
    const course = new Course(world, undefined as unknown as LocalAltinn, undefined as unknown as Engine)
    await createKeys(course.profile, { kind: 'demo-file' }, { name: 'local', loopback: true })
    await course.startAltinn()
    if (change !== undefined) {
      course.meddler = await Meddler.before(course.altinn.platform)
      course.meddler.change = change
    }
    await course.startEngine()
    const { clientId, kid, organisation, scopes } = course.altinn.client
    await course.call('accounts.add', { uuid: course.accountUuid, clientId, kid, organisation, scopes: [...scopes], name: 'Fjordregnskap' })
    return course
  }

  /** Asks the side door of the local Altinn. @throws with what it says when it refuses */
  async door(path: string, body: object | null, method = 'POST'): Promise<void> {
    const answer = await fetch(`${this.altinn.platform}/localtest/${path}`, { method, ...(body === null ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`)
  }

  get profile(): string {
    return join(this.folder, 'profile')
  }

  async startAltinn(port = 0): Promise<void> {
    this.altinn = await startLocalAltinn({ folder: join(this.folder, 'altinn'), world: this.#world, seed: 1, port, delays: quick })
  }

  async startEngine(desk?: Desk): Promise<void> {
    const keys = await openKeys(this.profile, { kind: 'demo-file' })
    const { maskinporten } = this.altinn
    const platform = this.meddler?.platform ?? this.altinn.platform
    const faults: unknown[] = []
    this.engine = await openEngine({
      folder: this.profile,
      keys,
      environment: { name: 'local', platform, maskinporten: { issuer: `${maskinporten}/`, token: `${maskinporten}/token` } },
      grantOf: ({ clientId, organisation, scopes }) => Promise.resolve({ clientId, organisation, scopes, kid: this.altinn.client.kid, key: this.altinn.client.key }),
      person: 'kari',
      ...(desk === undefined ? {} : { desk }),
      userAgent: 'Meldingsboks test',
      room: { reserveBytes: 256 * 1024 },
      limits: { tries: 1 },
      ...this.options,
      outboxRules: { ...quickOutbox, ...this.options.outboxRules },
      failed: (error) => {
        faults.push(error)
        console.error(error)
      },
    })
  }

  /** A request that must succeed. */
  async call<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    const result = await this.engine.call(name, request)
    if (!result.ok) throw new Error(`${name}: ${result.error.code} (${result.error.detail})`)
    return result.value
  }

  consent(fromAt: number | null = null): Promise<unknown> {
    return this.call('consent.give', { accountUuid: this.accountUuid, fromAt, parties: null, attachments: true, by: 'demo' })
  }

  async sync(): Promise<ResponseOf<'sync.run'>['summary']> {
    return (await this.call('sync.run', { accountUuid: this.accountUuid })).summary
  }

  /** What happened at the service, by status, for one message or all. */
  effects(message?: string): readonly string[] {
    const lines = effectLines(this.altinn.state).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { message?: string; status: string })
    return lines.filter((line) => message === undefined || line.message === message).map((line) => line.status)
  }

  async end(): Promise<void> {
    await this.engine.close()
    await this.meddler?.end()
    await this.altinn.close()
    rmSync(this.folder, { recursive: true })
  }
}
