import { z } from 'zod'

/** Where the services of one environment are (altinn3.md section 0). Addresses have no trailing slash, the issuer has one. */
export interface Environment {
  /** Short name, shown beside everything that is not production. */
  readonly name: string
  /** Altinn's platform gateway: Correspondence, Dialogporten, token exchange, registers. */
  readonly platform: string
  readonly maskinporten: {
    /** Issuer identifier: the only accepted audience of a grant, trailing slash included (altinn3.md 1.1). */
    readonly issuer: string
    readonly token: string
  }
  /** Sent as Ocp-Apim-Subscription-Key to the platform only (altinn3.md section 5). */
  readonly subscriptionKey?: string | undefined
}

export const environments = {
  tt02: {
    name: 'tt02',
    platform: 'https://platform.tt02.altinn.no',
    maskinporten: { issuer: 'https://test.maskinporten.no/', token: 'https://test.maskinporten.no/token' },
  },
  prod: {
    name: 'prod',
    platform: 'https://platform.altinn.no',
    maskinporten: { issuer: 'https://maskinporten.no/', token: 'https://maskinporten.no/token' },
  },
} as const satisfies Record<string, Environment>

/** Altinn's own web inbox of the same environment (altinn3.md section 0); null where none is known. */
export function webInbox({ platform }: Environment): string | null {
  if (platform === environments.prod.platform) return 'https://af.altinn.no'
  return platform === environments.tt02.platform ? 'https://af.tt02.altinn.no' : null
}

const loopbackHosts: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'is not an address'
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHosts.includes(url.hostname))) return 'must begin with https:// (http:// only for this machine)'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name'
  if (url.search !== '' || url.hash !== '') return 'must not hold ? or #'
  return null
}

const address = z.string().superRefine((text, context) => {
  const problem = addressProblem(text)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})
const withoutSlash = (text: string): string => text.replace(/\/+$/, '')
const withSlash = (text: string): string => `${withoutSlash(text)}/`

const environmentFile = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens').default('own'),
  platform: address.transform(withoutSlash),
  maskinporten: z.union([
    address.transform((base) => ({ issuer: withSlash(base), token: `${withoutSlash(base)}/token` })),
    z.object({ issuer: address.transform(withSlash), token: address.transform(withoutSlash) }),
  ]),
  subscriptionKey: z.string().min(1).optional(),
})

/** An address file that cannot be used; the message names the key and what is wrong with it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/**
 * Reads the base URLs of an environment: `{ name, platform, maskinporten }`, where `maskinporten` is a base URL (issuer
 * and `/token` are derived from it) or `{ issuer, token }`.
 * @throws {EnvironmentError} a sentence that names what is missing or wrong.
 */
export function parseEnvironment(json: unknown): Environment {
  const parsed = environmentFile.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const key = issue?.path.join('.') ?? ''
  throw new EnvironmentError(key === '' ? 'The file with base URLs must be a JSON object' : `"${key}": ${issue?.message ?? 'cannot be used'}`)
}

/** Whether every address of the environment is on this machine; others are never given a key that lies in a file (security.md 21). */
export function isLoopback(environment: Environment): boolean {
  return [environment.platform, environment.maskinporten.issuer, environment.maskinporten.token].every((text) => loopbackHosts.includes(new URL(text).hostname))
}
