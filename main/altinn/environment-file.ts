import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { type Environment, loopbackHosts, presetOf } from './environment.ts'

function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'is not an address'
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHosts.includes(url.hostname))) return 'must begin with https:// (http:// only for this machine)'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name'
  if (url.search !== '' || url.hash !== '') return 'must not hold ? or #'
  return null
}

/** A proxy is spoken to in the clear before TLS begins; its address may be plain HTTP on any host. */
function proxyProblem(text: string): string | null {
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol)) return 'must be "system", "none" or http://host:port'
  const { pathname, username, password, search, hash } = new URL(text)
  return pathname === '/' && username === '' && password === '' && search === '' && hash === '' ? null : 'must be http://host:port, without a user name or a path'
}

const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g
/** More than any company's chain, and far below what would be felt. */
const longestCa = 1024 * 1024

function caProblem(text: string): string | null {
  const found = text.length > longestCa ? null : text.match(certificate)
  if (found === null) return 'must hold certificates as PEM'
  try {
    for (const one of found) new X509Certificate(one)
    return null
  } catch {
    // OpenSSL's reasons speak of its own insides; that it is no certificate is all there is to say.
    return 'holds a certificate that cannot be read'
  }
}

const checked = (problemOf: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const problem = problemOf(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
const address = checked(addressProblem)
const withoutSlash = (text: string): string => text.replace(/\/+$/, '')
const withSlash = (text: string): string => `${withoutSlash(text)}/`
const plain = address.transform(withoutSlash)

const environmentFile = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens').default('own'),
  platform: plain,
  maskinporten: z.union([
    address.transform((base) => ({ issuer: withSlash(base), token: `${withoutSlash(base)}/token` })),
    z.object({ issuer: address.transform(withSlash), token: plain }),
  ]),
  // The issuer stays as it is written: it is compared letter by letter (OpenID Connect Discovery 1.0 section 4.3).
  idporten: z.object({ issuer: address, clientId: z.string().min(1).max(200).optional(), login: plain.optional(), authorizationLifetime: z.number().int().min(60).max(366 * 86_400).optional() }).optional(),
  accessManagementUi: plain.optional(),
  webInbox: plain.optional(),
  subscriptionKey: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters').optional(),
  extraCa: checked(caProblem).optional(),
  proxy: z.union([z.enum(['system', 'none']), checked(proxyProblem).transform((url) => ({ url: withoutSlash(url) })), z.object({ url: checked(proxyProblem) })]).optional(),
})

/** An address file that cannot be used; the message names the key and what is wrong with it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/** The innermost reason: a union tells only that none of its forms fits. */
function reasonOf(issue: z.core.$ZodIssue | undefined): { readonly path: readonly PropertyKey[]; readonly message: string } {
  if (issue === undefined) return { path: [], message: 'cannot be used' }
  if (issue.code === 'invalid_union') {
    const told = issue.errors.flat().find((one) => one.code === 'custom') ?? issue.errors.at(-1)?.[0]
    if (told !== undefined) return { path: [...issue.path, ...told.path], message: told.message }
  }
  return issue
}

/**
 * Reads the base URLs of an environment: `{ name, platform, maskinporten, idporten?, accessManagementUi?, webInbox?,
 * subscriptionKey?, extraCa?, proxy? }`, where `maskinporten` is a base URL (issuer and `/token` are derived from it) or
 * `{ issuer, token }`, `idporten` is `{ issuer, clientId?, login?, authorizationLifetime? }` (seconds), `extraCa` PEM certificates, `proxy` "system", "none" or an
 * address. What is left out is taken from the preset of the same platform.
 * @throws {EnvironmentError} a sentence that names what is missing or wrong.
 */
export function parseEnvironment(json: unknown): Environment {
  const parsed = environmentFile.safeParse(json)
  if (parsed.success) {
    const preset = presetOf(parsed.data)
    return preset === null ? parsed.data : { ...preset, ...parsed.data, ...idportenOf(preset, parsed.data) }
  }
  const { path, message } = reasonOf(parsed.error.issues[0])
  const key = path.join('.')
  throw new EnvironmentError(key === '' ? 'The file with base URLs must be a JSON object' : `"${key}": ${message}`)
}

/** The client of this program is configuration also where the addresses are the preset's. */
function idportenOf(preset: Environment, own: z.infer<typeof environmentFile>): Pick<Environment, 'idporten'> {
  if (own.idporten === undefined) return preset.idporten === undefined ? {} : { idporten: preset.idporten }
  return { idporten: own.idporten.issuer === preset.idporten?.issuer ? { ...preset.idporten, ...own.idporten } : own.idporten }
}
