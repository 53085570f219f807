import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { json, type Reply } from '../http.ts'

/** Problems of Altinn's authentication service by their numbers, with status and words. */
const known = {
  0: [400, "Can't resolve the Organisation Number from the logged in Reportee PartyId."],
  1: [400, 'One or more Right not found or not delegable.'],
  4: [400, 'Failed to create new SystemUser, existing SystemUser tied to the given System-Id.'],
  6: [400, 'The combination of External Ids refer to an already Accepted SystemUser.'],
  8: [400, 'The combination of External Ids refer to a Denied Request, please delete and renew the Request.'],
  9: [400, 'The combination of External Ids refer to a Rejected Request, please delete and renew the Request.'],
  10: [404, 'The Id does not refer to a Request in our system.'],
  11: [404, 'The Id does not refer to a Registered System.'],
  15: [404, 'The SystemUser was not found.'],
  21: [400, 'The RedirectUri was not found or not valid.'],
  23: [401, "Can't resolve the Organisation Number for the Vendor from the Token."],
  25: [400, 'The request id is valid but its not a valid request for creating an agent system user'],
  30: [404, 'The Id does not refer to an AgentRequest in our system.'],
  32: [400, 'Assignment not found.'],
  34: [400, 'The system user type of the provided system user GUID is not an agent.'],
  52: [400, 'One or more access packages are invalid'],
} as const satisfies Readonly<Record<number, readonly [status: number, detail: string]>>

const titles: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' }
const type = { 'content-type': 'application/problem+json' }
const traceId = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`

/** A problem as Altinn's authentication service writes it: `code` is what a program goes by, e.g. `AUTH-00004`. */
export function authProblem(number: keyof typeof known): Reply {
  const [status, detail] = known[number]
  return json(status, { type: 'about:blank', title: titles[status] ?? '', status, detail, code: `AUTH-${String(number).padStart(5, '0')}`, traceId: traceId() }, type)
}

/** What is wrong with a body, field by field. */
export function validationProblem(errors: readonly (readonly [path: string, detail: string])[]): Reply {
  const body = {
    type: 'about:blank', title: 'Bad Request', status: 400, detail: 'One or more validation errors occurred.', code: 'STD-00000', traceId: traceId(),
    validationErrors: errors.map(([path, detail], index) => ({ code: `AUTH.VLD-${String(index).padStart(5, '0')}`, detail, paths: [path] })),
  }
  return json(400, body, type)
}

/** Names of a body without regard to their case, as the service reads them. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), lowered(inner)]))
}

/** A JSON body with lower-case names, checked; or the problem with it. */
export function bodyOf<T extends z.ZodType>(schema: T, body: Buffer): { readonly value: z.infer<T> } | { readonly problem: Reply } {
  let raw: unknown
  try {
    raw = JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: validationProblem([['$', 'The body is no JSON']]) }
    throw error
  }
  const checked = schema.safeParse(lowered(raw))
  return checked.success ? { value: checked.data } : { problem: validationProblem(checked.error.issues.map((issue) => [`$.${issue.path.join('.')}`, issue.message])) }
}
