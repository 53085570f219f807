import { z } from 'zod'
import type { Call, Reply } from '../http.ts'
import { type Tokens, unauthorized } from '../tokens.ts'
import { authProblem } from './problems.ts'

export const authenticationPath = '/authentication/api/v1'

/** Scopes of the vendor's calls (altinn3.md 1.2, 1.4). */
export const vendorScope = {
  read: 'altinn:authentication/systemuser.request.read',
  write: 'altinn:authentication/systemuser.request.write',
  register: 'altinn:authentication/systemregister.write',
} as const

/**
 * The vendor behind a call, 9 digits: a raw Maskinporten token or an exchanged one, by its `consumer` and scope. The write scope
 * reads too.
 */
export async function vendorOf(tokens: Tokens, call: Call, scope: keyof typeof vendorScope): Promise<{ readonly vendor: string } | { readonly reply: Reply }> {
  const caller = await tokens.caller(call)
  if ('problem' in caller) return { reply: unauthorized(caller, 1) }
  const enough: readonly string[] = scope === 'read' ? [vendorScope.read, vendorScope.write] : [vendorScope[scope]]
  if (!caller.scopes.some((one) => enough.includes(one))) return { reply: { status: 403 } }
  return caller.consumer === null ? { reply: authProblem(23) } : { vendor: caller.consumer }
}

/** Parts of an address behind a prefix, in their own case and decoded; null where one cannot be decoded. */
export function partsAfter(call: Call, prefix: string): readonly string[] | null {
  try {
    return call.rawPath.slice(prefix.length).split('/').filter((part) => part !== '').map(decodeURIComponent)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

export const rightWire = (resource: string) => ({ resource: [{ id: 'urn:altinn:resource', value: resource }] })
export const rightShape = z.object({ resource: z.array(z.object({ id: z.literal('urn:altinn:resource'), value: z.string().min(1) })).min(1) })
export const packageShape = z.object({ urn: z.string().regex(/^urn:altinn:accesspackage:[a-z0-9-]+$/) })
/** Bare ids of the services that rights name. */
export const resourcesOf = (rights: readonly z.infer<typeof rightShape>[]): readonly string[] => rights.flatMap(({ resource }) => resource.map(({ value }) => value))

const pageSize = 20

/** One page of a list, with the address of the next (altinn3.md 1.4). `token`: how many came before. */
export function paged<T>(call: Call, platform: string, all: readonly T[]): { readonly links: { readonly next: string | null }; readonly data: readonly T[] } {
  const start = Math.max(0, Math.floor(Number(call.query.get('token') ?? '0')) || 0)
  const end = start + pageSize
  return { links: { next: end < all.length ? `${platform}${call.rawPath}?token=${String(end)}` : null }, data: all.slice(start, end) }
}
