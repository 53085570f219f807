import { type Call, type Handler, json } from './http.ts'

/**
 * What a harness asks of a local Altinn about itself: the processor time it has used, and, where it was started to
 * record, the requests it got (method, address, Accept; nothing else), so that they can be made again.
 */
export class Recorder {
  readonly #recording: boolean
  #requests: { readonly method: string; readonly url: string; readonly accept: string; readonly body: string }[] = []
  #count = 0

  constructor(recording: boolean) {
    this.#recording = recording
  }

  saw(call: Call): void {
    this.#count += 1
    if (!this.#recording) return
    const query = call.query.toString()
    this.#requests.push({ method: call.method, url: query === '' ? call.rawPath : `${call.rawPath}?${query}`, accept: call.headers['accept'] ?? '*/*', body: call.headers['content-type']?.startsWith('application/json') === true ? call.body.toString('utf8') : '' })
  }

  /** `GET /localtest/usage`; `DELETE` begins anew. */
  readonly door: Handler = (call) => {
    if (call.method === 'DELETE') {
      this.#requests = []
      this.#count = 0
      return { status: 204 }
    }
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET, DELETE' } }
    const { user, system } = process.cpuUsage()
    return json(200, { cpuMs: (user + system) / 1000, count: this.#count, requests: this.#requests })
  }
}
