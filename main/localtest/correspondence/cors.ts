import type { Call, Reply } from '../http.ts'

/** Altinn's own inboxes, whose pages call Correspondence from the browser. */
const inboxes: ReadonlySet<string> = new Set(['https://af.tt02.altinn.no', 'https://af.altinn.no'])

const headersFor = (origin: string) => ({ vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' })

function originOf(call: Call): string | null {
  const origin = call.headers['origin']
  return origin !== undefined && inboxes.has(origin) ? origin : null
}

/** The answer to a browser that asks beforehand, or null when the call is no such question. */
export function preflight(call: Call): Reply | null {
  if (call.method !== 'OPTIONS' || call.headers['origin'] === undefined || call.headers['access-control-request-method'] === undefined) return null
  const origin = originOf(call)
  return { status: 204, headers: origin === null ? {} : headersFor(origin) }
}

/** Lets the inbox's pages read an answer of an action; others get it without the headers, and so do redirects. */
export function shared(call: Call, reply: Reply): Reply {
  const origin = originOf(call)
  return origin === null ? reply : { ...reply, headers: { ...reply.headers, ...headersFor(origin) } }
}
