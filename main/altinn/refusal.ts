import { z } from 'zod'

/** Read (1040), confirmed (1041), purged (1014) or forwarded to this address (1064) before: what was wanted is so (altinn3.md 2.3). */
const doneBefore = [1014, 1040, 1041, 1064] as const
type DoneBefore = (typeof doneBefore)[number]

/** What a refusal of the services means to the caller; the HTTP status alone does not tell (altinn3.md 2.2, 2.8, trap 8). */
export type Refusal =
  | { readonly kind: 'token' }
  | { readonly kind: 'no-access'; readonly errorCode: number }
  | { readonly kind: 'not-found'; readonly errorCode: number | null }
  | { readonly kind: 'already-done'; readonly errorCode: DoneBefore }
  | { readonly kind: 'refused'; readonly status: number; readonly errorCode: number | null; readonly title: string | null }

const problem = z.object({ title: z.string().nullish(), detail: z.string().nullish(), errorCode: z.number().int().nullish(), traceId: z.string().nullish(), code: z.string().nullish() })

function parseProblem(text: string): z.infer<typeof problem> | null {
  if (text === '') return null
  try {
    const parsed = problem.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch (error) {
    // HTML or a cut body is not a problem document; the status still is a refusal.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/**
 * Reads a 4xx answer of Correspondence or Dialogporten.
 *
 * A 401 is a missing right only where a JSON body with an error code says so; an empty one is the token
 * (altinn3.md 2.2). Some codes say that what was wanted is so already: success for us.
 */
export function readRefusal(status: number, body: string): Refusal {
  const document = parseProblem(body)
  const errorCode = document?.errorCode ?? null
  if (status === 401) return errorCode === null ? { kind: 'token' } : { kind: 'no-access', errorCode }
  if (status === 404) return { kind: 'not-found', errorCode }
  const done = status === 400 ? doneBefore.find((code) => code === errorCode) : undefined
  if (done !== undefined) return { kind: 'already-done', errorCode: done }
  return { kind: 'refused', status, errorCode, title: document?.title ?? null }
}

/** The code of a problem document as the service writes it, `AUTH-00004`; undefined where there is none. */
export function problemCodeOf(body: string): string | undefined {
  const code = parseProblem(body)?.code
  return code != null && /^[A-Z]{2,10}-\d{3,8}$/.test(code) ? code : undefined
}

/** The trace id of a problem document, for support; error bodies carry the key twice, the last one counts (altinn3.md 2.8). */
export function traceIdOf(body: string): string | null {
  return parseProblem(body)?.traceId ?? null
}
