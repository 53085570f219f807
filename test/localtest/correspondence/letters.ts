import type { LocalAltinn } from '../../../main/localtest/index.ts'
import type { World } from '../../../main/localtest/world/model.ts'
import { Service } from '../service.ts'
import { letterId } from '../small-world.ts'

export interface Answered {
  readonly status: number
  /** `errorCode` of a refusal. */
  readonly code: number | null
  readonly text: string
  readonly bytes: Buffer
  readonly headers: Headers
}

interface More {
  readonly token?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** The letters of a small world by their numbers, as Correspondence tells of them. */
export class Letters {
  readonly #service: Service

  private constructor(service: Service) {
    this.#service = service
  }

  static async start(world: (seed: number, anchorAt: number) => World): Promise<Letters> {
    const service = new Service({ world, delays: { confirm: [3200, 3300], reminder: 60_000 }, durable: false })
    await service.start()
    return new Letters(service)
  }

  get altinn(): LocalAltinn {
    return this.#service.altinn
  }

  wait(seconds: number): void {
    this.#service.offset += seconds * 1000
  }

  async restart(): Promise<void> {
    await this.#service.restart()
  }

  async stop(): Promise<void> {
    await this.#service.end()
  }

  /** @param path below `/correspondence/api/v1`, or a letter's number and what follows it: `7/details` */
  async call(method: string, path: string, { token = this.#service.token, body, headers = {} }: More = {}): Promise<Answered> {
    const [number, ...rest] = path.split('/')
    const full = path.startsWith('/') ? path : `/correspondence/${[letterId(Number(number)), ...rest].join('/')}`
    const answer = await fetch(`${this.altinn.platform}/correspondence/api/v1${full}`, {
      method, body: body === undefined ? null : JSON.stringify(body), headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, redirect: 'manual',
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const text = bytes.toString('utf8')
    const code = /"errorCode":(\d+)/.exec(text)?.[1]
    return { status: answer.status, code: code === undefined ? null : Number(code), text, bytes, headers: answer.headers }
  }

  /** Status, or the code of a refusal. */
  async asks(method: string, path: string, more: More = {}): Promise<number> {
    const { status, code } = await this.call(method, path, more)
    return code ?? status
  }

  async json(path: string, more: More = {}): Promise<Record<string, unknown>> {
    return JSON.parse((await this.call('GET', path, more)).text) as Record<string, unknown>
  }

  /** The history a letter has, as details tells it; details itself adds the last Fetched. */
  async history(n: number, more: More = {}): Promise<readonly { readonly status: string; readonly statusText: string }[]> {
    return (await this.json(`${String(n)}/details`, more))['statusHistory'] as { status: string; statusText: string }[]
  }

  async ids(query: string, more: More = {}): Promise<readonly string[]> {
    return (await this.json(`/correspondence?${query}`, more))['ids'] as readonly string[]
  }
}
