import type { ProxyResolver } from '../altinn/transport.ts'

/** How an address is reached by the system's settings. */
export type ProxyAnswer =
  | { readonly way: 'direct' }
  | { readonly way: 'proxy'; readonly url: string }
  /** Only by a kind of proxy that this program does not speak to. */
  | { readonly way: 'unsupported'; readonly kinds: readonly string[] }

/** A proxy that the system names and this program cannot use; `code` goes into failures and to support. */
export class ProxyUnsupported extends Error {
  override readonly name = 'ProxyUnsupported'
  readonly code = 'PROXY_SOCKS'
}

const schemes: Readonly<Record<string, string>> = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }

/**
 * The first way of a PAC answer that can be used: `PROXY host:port; HTTPS host:port; SOCKS host:port; DIRECT`, in the
 * order they are to be tried (MDN, "Proxy Auto-Configuration file", return value format). What cannot be read is passed
 * over; where nothing is named at all the address is reached directly.
 */
export function proxyOf(pac: string): ProxyAnswer {
  const kinds: string[] = []
  for (const part of pac.split(';')) {
    const [kind = '', place = '', ...more] = part.trim().split(/\s+/)
    const name = kind.toUpperCase()
    if (name === 'DIRECT') return { way: 'direct' }
    const scheme = schemes[name]
    // Host and port only: a user name or a path has no place here.
    const url = scheme === undefined || more.length > 0 || !/^(\[[0-9A-Fa-f:.]+\]|[^\s/@:?#]+):\d{1,5}$/.test(place) ? null : `${scheme}://${place}`
    if (url !== null && URL.canParse(url)) return { way: 'proxy', url }
    if (name !== '') kinds.push(name)
  }
  return kinds.some((kind) => kind.startsWith('SOCKS')) ? { way: 'unsupported', kinds } : { way: 'direct' }
}

/** How long the system may take to say it, ms: a PAC script is fetched and run there. */
export const proxyAnswerMs = 5000

/**
 * Asks the shell which proxy the system's settings name. One that does not answer in time names none: the connection is
 * tried directly, as browsers do when a PAC script cannot be had.
 * @param ask a PAC answer; null where the shell has none
 */
export function systemProxy(ask: (url: string) => Promise<unknown>, timeoutMs = proxyAnswerMs): ProxyResolver {
  return async (url) => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => { timer = setTimeout(() => { resolve(null) }, timeoutMs) })
    const answered = await Promise.race([ask(url), late])
    clearTimeout(timer)
    const answer = proxyOf(typeof answered === 'string' ? answered : '')
    switch (answer.way) {
      case 'direct':
        return null
      case 'proxy':
        return answer.url
      case 'unsupported':
        throw new ProxyUnsupported(`The system's settings name only ${answer.kinds.join(', ')}`)
    }
  }
}
