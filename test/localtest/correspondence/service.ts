import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalAltinn, makeTokenKeys, startLocalAltinn, type TokenKeys } from '../../../main/localtest/index.ts'
import type { World } from '../../../main/localtest/world/model.ts'
import { altinnToken } from '../sign.ts'
import { letterId } from '../small-world.ts'

const prefix = '/correspondence/api/v1'
let keys: Promise<TokenKeys> | null = null

export interface Answered {
  readonly status: number
  /** `errorCode` of a refusal. */
  readonly code: number | null
  readonly text: string
  readonly bytes: Buffer
  readonly headers: Headers
}

/** A running local Altinn and its system user, asked over HTTP; the clock is the test's. */
export class Service {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meldingsboks-correspondence-'))
  readonly #world: (seed: number, anchorAt: number) => World
  #later = 0
  #altinn: LocalAltinn | null = null
  #token = ''

  private constructor(world: (seed: number, anchorAt: number) => World) {
    this.#world = world
  }

  static async start(world: (seed: number, anchorAt: number) => World): Promise<Service> {
    const service = new Service(world)
    await service.#open()
    return service
  }

  async #open(): Promise<void> {
    keys ??= makeTokenKeys()
    this.#altinn = await startLocalAltinn({ folder: this.#folder, world: this.#world, seed: 1, clock: () => Date.now() + this.#later, delays: { confirm: [3200, 3300] }, keys: await keys, durable: false })
    this.#token = await altinnToken(this.#altinn)
  }

  get altinn(): LocalAltinn {
    if (this.#altinn === null) throw new Error('The service is not running')
    return this.#altinn
  }

  wait(seconds: number): void {
    this.#later += seconds * 1000
  }

  /** Stops and starts again in the same folder. */
  async restart(): Promise<void> {
    await this.altinn.close()
    await this.#open()
  }

  async stop(): Promise<void> {
    await this.altinn.close()
    rmSync(this.#folder, { recursive: true })
  }

  /** @param path below `/correspondence/api/v1`, or a letter's number and what follows it: `7/details` */
  async call(method: string, path: string, more: { readonly token?: string; readonly body?: object; readonly headers?: Record<string, string> } = {}): Promise<Answered> {
    const [number, ...rest] = path.split('/')
    const full = path.startsWith('/') ? path : `/correspondence/${letterId(Number(number))}${rest.length === 0 ? '' : `/${rest.join('/')}`}`
    const body = more.body === undefined ? null : JSON.stringify(more.body)
    const headers = { authorization: `Bearer ${more.token ?? this.#token}`, ...(body === null ? {} : { 'content-type': 'application/json' }), ...more.headers }
    const answer = await fetch(`${this.altinn.platform}${prefix}${full}`, { method, headers, body, redirect: 'manual' })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const text = bytes.toString('utf8')
    const code = /"errorCode":(\d+)/.exec(text)?.[1]
    return { status: answer.status, code: code === undefined ? null : Number(code), text, bytes, headers: answer.headers }
  }

  /** Status, or the code of a refusal. */
  async asks(method: string, path: string, more: { readonly token?: string; readonly body?: object } = {}): Promise<number> {
    const { status, code } = await this.call(method, path, more)
    return code ?? status
  }

  /** The history a message has, as details tells it; details itself adds the last Fetched. */
  async history(n: number, token?: string): Promise<readonly { readonly status: string; readonly statusText: string }[]> {
    const { text } = await this.call('GET', `${String(n)}/details`, token === undefined ? {} : { token })
    return (JSON.parse(text) as { statusHistory: { status: string; statusText: string }[] }).statusHistory
  }

  async json(path: string, token?: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.call('GET', path, token === undefined ? {} : { token })).text) as Record<string, unknown>
  }

  async ids(query: string, token?: string): Promise<readonly string[]> {
    return (await this.json(`/correspondence?${query}`, token))['ids'] as readonly string[]
  }
}
