import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong between the program and the local Altinn. */
export type Fault = 'none' | 'exchange-503' | 'exchange-401' | 'exchange-cut' | 'maskinporten-503' | 'captive-portal' | 'revoked' | 'tokens-refused'

const exchangePath = '/authentication/api/v1/exchange/'
const tokenPath = '/maskinporten/token'

/**
 * A door before a local Altinn: lets requests through, with the simulated time in the Date header, or does what a fault does
 * in its place. Counts what the harness wants to know.
 */
export class Door {
  readonly #server: Server
  readonly #behind: string
  readonly #clock: () => number
  fault: Fault = 'none'
  /** Token calls at Maskinporten and the exchange that succeeded. */
  renewals = 0
  /** Most calls to the exchange under way at once: more than one would be two renewals beside each other. */
  mostAtOnce = 0
  #atOnce = 0
  base = ''

  private constructor(behind: string, clock: () => number) {
    this.#behind = behind
    this.#clock = clock
    this.#server = createServer((request, response) => { this.#handle(request, response) })
  }

  static async open(behind: string, clock: () => number): Promise<Door> {
    const door = new Door(behind, clock)
    await new Promise<void>((resolve) => door.#server.listen(0, '127.0.0.1', resolve))
    door.base = `http://127.0.0.1:${String((door.#server.address() as AddressInfo).port)}`
    return door
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => { resolve() }))
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    const exchange = path.startsWith(exchangePath)
    if (exchange) {
      this.#atOnce += 1
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce)
      response.once('close', () => {
        this.#atOnce -= 1
      })
    }
    if (this.#broken(path, request, response)) return
    const through = forward(`${this.#behind}${path}`, { method: request.method, headers: { ...request.headers, host: new URL(this.#behind).host }, agent: false }, (answer) => {
      if (exchange && answer.statusCode === 200) this.renewals += 1
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date: this.#date() })
      answer.pipe(response)
    })
    through.on('error', () => response.destroy())
    request.pipe(through)
  }

  #date(): string {
    return new Date(this.#clock()).toUTCString()
  }

  /** @returns whether the fault answered */
  #broken(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const say = (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): true => {
      request.resume()
      response.writeHead(status, { date: this.#date(), ...headers }).end(body)
      return true
    }
    const exchange = path.startsWith(exchangePath)
    switch (this.fault) {
      case 'none':
        return false
      case 'exchange-503':
        return exchange && say(503)
      case 'exchange-401':
        return exchange && say(401)
      case 'exchange-cut':
        if (exchange) response.destroy()
        return exchange
      case 'maskinporten-503':
        return path === tokenPath && say(503)
      case 'captive-portal':
        return say(302, { location: 'http://login.hotel.example/', date: 'Thu, 01 Jan 2015 00:00:00 GMT' })
      case 'revoked':
        return path === tokenPath && say(400, { 'content-type': 'application/json' }, JSON.stringify({ error: 'invalid_altinn_customer_configuration', error_description: 'MP-303: System user not found (trace_id: t)' }))
      case 'tokens-refused':
        return !exchange && path !== tokenPath && say(401, { 'www-authenticate': 'Bearer' })
    }
  }
}
