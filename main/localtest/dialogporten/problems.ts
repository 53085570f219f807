import { randomBytes } from 'node:crypto'
import type { Call, Reply } from '../http.ts'

const kinds = {
  400: ['6.5.1', 'One or more validation errors occurred.'],
  403: ['6.5.3', 'Forbidden.'],
  404: ['6.5.4', 'Resource not found.'],
  409: ['6.5.8', 'Conflict.'],
  410: ['6.5.9', 'Resource no longer available.'],
} as const

/** A refusal of Dialogporten: problem+json with `errors` by field (altinn3.md 3.9). */
export function problem(call: Call, status: keyof typeof kinds, errors: Readonly<Record<string, readonly string[]>>): Reply {
  const [section, title] = kinds[status]
  const body = {
    type: `https://datatracker.ietf.org/doc/html/rfc7231#section-${section}`,
    title,
    status,
    instance: call.rawPath.replace(/^\/dialogporten/i, ''),
    errors,
    traceId: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  }
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: JSON.stringify(body) }
}

/** `/parties` alone looks at Accept; its refusal is plain JSON (altinn3.md 3.9). */
export function notAcceptable(call: Call): Reply {
  const body = {
    type: 'https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.6',
    title: 'Requested content type is not acceptable.',
    status: 406,
    detail: 'The Accept header must allow JSON responses.',
    instance: call.rawPath.replace(/^\/dialogporten/i, ''),
    errors: { Accept: ['The request must accept application/json responses.'] },
    traceId: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  }
  return { status: 406, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) }
}

/** A precondition of If-Match that does not hold: without `errors`. */
export function preconditionFailed(call: Call): Reply {
  const body = {
    type: 'https://datatracker.ietf.org/doc/html/rfc7232#section-4.2',
    title: 'Precondition failed.',
    status: 412,
    instance: call.rawPath.replace(/^\/dialogporten/i, ''),
    traceId: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  }
  return { status: 412, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: JSON.stringify(body) }
}

/** A token of neither a person nor a system user; plain JSON as well (altinn3.md 3.9). */
export function wrongUser(call: Call): Reply {
  const refusal = problem(call, 403, {
    Type: ['The request was authenticated, but we were unable to determine valid user type in order to authorize the request. Valid user types for this endpoint are: Person, SystemUser, IdportenEmailIdentifiedUser'],
  })
  return { ...refusal, headers: { 'content-type': 'application/json; charset=utf-8' } }
}

export const removed = (call: Call, id: string): Reply => problem(call, 410, { DialogEntity: [`Entity 'DialogEntity' with the following key(s) is removed: (${id}).`] })

export const notFound = (call: Call, entity: string, key: string): Reply => problem(call, 404, { [entity]: [`Entity '${entity}' with the following key(s) was not found: (${key}).`] })
