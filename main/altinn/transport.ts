import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici'
import { type Environment, loopbackHosts } from './environment.ts'
import type { Limits } from './limits.ts'

/**
 * Which proxy the host's own settings name for an address: `http://host:port`, or null to go straight there. Electron knows
 * what Windows and macOS are set to; elsewhere HTTPS_PROXY and NO_PROXY say it.
 */
export type ProxyResolver = (url: string) => Promise<string | null>

/** How connections to an environment are made: time-outs, trusted certificates, proxy. */
export class Transport {
  readonly #environment: Environment
  readonly #resolver: ProxyResolver | null
  readonly #options: Agent.Options
  readonly #tls: { readonly ca?: string[]; readonly timeout: number }
  readonly #made = new Map<string, Dispatcher>()

  constructor(environment: Environment, limits: Limits, resolver: ProxyResolver | null) {
    this.#environment = environment
    this.#resolver = resolver
    // A CA of the profile's own is trusted beside the others, in this profile only: nothing global, and never no check at all.
    this.#tls = { timeout: limits.connectMs, ...(environment.extraCa === undefined ? {} : { ca: [...rootCertificates, environment.extraCa] }) }
    this.#options = { connect: this.#tls, connections: limits.parallel, bodyTimeout: limits.silenceMs, keepAliveTimeout: 20_000, pipelining: 1 }
  }

  /** What a request to this address is sent with. */
  async dispatcher(url: string): Promise<Dispatcher> {
    const proxy = this.#environment.proxy ?? 'system'
    // This machine is reached without anybody between.
    if (proxy === 'none' || loopbackHosts.includes(new URL(url).hostname)) return this.#direct()
    if (proxy !== 'system') return this.#through(proxy.url)
    if (this.#resolver === null) return this.#kept('environment', () => new EnvHttpProxyAgent({ ...this.#options, proxyTls: this.#tls, requestTls: this.#tls }))
    const found = await this.#resolver(url)
    return found === null ? this.#direct() : this.#through(found)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((one) => one.destroy()))
  }

  #direct(): Dispatcher {
    return this.#kept('direct', () => new Agent(this.#options))
  }

  #through(uri: string): Dispatcher {
    return this.#kept(uri, () => new ProxyAgent({ ...this.#options, uri, proxyTls: this.#tls, requestTls: this.#tls }))
  }

  #kept(name: string, make: () => Dispatcher): Dispatcher {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const made = make()
    this.#made.set(name, made)
    return made
  }
}
