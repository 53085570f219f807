import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalAltinn, type LocalAltinnOptions, startLocalAltinn } from '../../main/localtest/index.ts'
import { altinnToken } from './sign.ts'

export const enduser = '/dialogporten/api/v1/enduser'
export const correspondence = '/correspondence/api/v1/correspondence'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A local Altinn in a folder of its own, a clock that a test moves, and a signed-in system user. */
export class Service {
  readonly folder = mkdtempSync(join(tmpdir(), 'meldingsboks-service-'))
  readonly #options: Omit<LocalAltinnOptions, 'folder' | 'seed'>
  #altinn: LocalAltinn | null = null
  #token = ''
  /** How far the service's clock is ahead, ms. */
  offset = 0

  constructor(options: Omit<LocalAltinnOptions, 'folder' | 'seed'>) {
    this.#options = options
  }

  get altinn(): LocalAltinn {
    if (this.#altinn === null) throw new Error('The local Altinn was not started')
    return this.#altinn
  }

  /** The system user's token. */
  get token(): string {
    return this.#token
  }

  get now(): number {
    return this.altinn.state.now()
  }

  async start(): Promise<void> {
    this.#altinn = await startLocalAltinn({ clock: () => Date.now() + this.offset, ...this.#options, folder: this.folder, seed: 1 })
    await this.signIn()
  }

  /** A new token, for a clock that was moved far. */
  async signIn(): Promise<void> {
    this.#token = await altinnToken(this.altinn)
  }

  /** Calls with another token from now on. */
  useToken(token: string): void {
    this.#token = token
  }

  async restart(): Promise<void> {
    await this.altinn.close()
    await this.start()
  }

  async end(): Promise<void> {
    await this.altinn.close()
    rmSync(this.folder, { recursive: true })
  }

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const raw = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body)
    const answer = await fetch(`${this.altinn.platform}${path}`, {
      method, body: raw, headers: { 'accept-language': '', authorization: `Bearer ${this.#token}`, ...(raw === null ? {} : { 'content-type': 'application/json' }), ...headers },
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true
    return { status: answer.status, headers: answer.headers, body: isJson ? (JSON.parse(text) as unknown) : text }
  }

  async get<T>(path: string): Promise<T> {
    return (await this.call('GET', path)).body as T
  }

  async status(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return (await this.call(method, path, body, headers)).status
  }
}
