import { randomBytes } from 'node:crypto'
import type { Reply } from '../http.ts'

/** Headers of every answer of an action (altinn3.md 2.1). */
export const actionHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

const traceId = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`

const codes = {
  1001: [404, 'The requested correspondence was not found'],
  1024: [400, 'Correspondence must be fetched before it can be read'],
  1025: [400, 'Correspondence must be fetched before it can be confirmed'],
  1027: [400, 'From date cannot be after to date'],
  1040: [400, 'Correspondence is already marked as read'],
  1041: [400, 'Correspondence has already been confirmed'],
  1062: [404, 'No unread confidential correspondences found'],
  2001: [404, 'The requested attachment was not found'],
  2020: [400, 'The attachment has expired and cannot be downloaded'],
  4001: [401, 'You must use an Altinn token, DialogToken or log in to IDPorten as someone with access to the resource and organization in Altinn Authorization'],
  4006: [401, 'Could not determine caller'],
} as const
export type ProblemCode = keyof typeof codes

const titles: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found' }
const sections: Readonly<Record<number, string>> = { 400: '15.5.1', 401: '15.5.2', 404: '15.5.5' }

/**
 * A refusal as a problem document, with the key `traceId` twice as the real service writes it (altinn3.md 2.8).
 * @param file true for content and downloads, whose media type is problem+json
 */
export function problem(code: ProblemCode, file = false): Reply {
  const [status, detail] = codes[code]
  const trace = traceId()
  const head = {
    type: `https://tools.ietf.org/html/rfc9110#section-${sections[status] ?? ''}`,
    title: titles[status] ?? '',
    status,
    detail,
    code: `CORR-${String(code).padStart(5, '0')}`,
    traceId: trace,
    statusDescription: titles[status] ?? '',
  }
  const body = `${JSON.stringify(head).slice(0, -1)},"traceId":${JSON.stringify(trace)},"errorCode":${String(code)}}`
  return { status, headers: { ...actionHeaders, 'content-type': `application/${file ? 'problem+json' : 'json'}; charset=utf-8`, 'transfer-encoding': 'chunked' }, body }
}

/**
 * A request that does not bind. The legacy `errors` list innocent fields as well.
 * @param errors by field: messages of the wrong ones, empty lists of those that were fine
 */
export function invalid(errors: Readonly<Record<string, readonly string[]>>, file = false): Reply {
  const trace = traceId()
  const head = {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'Bad Request',
    status: 400,
    code: 'STD-00000',
    traceId: trace,
    statusDescription: 'Bad Request',
    validationErrors: Object.entries(errors).flatMap(([field, messages]) => messages.map((title) => ({ code: 'CORR.VLD-00000', title, paths: [field] }))),
    errors,
  }
  const body = `${JSON.stringify(head).slice(0, -1)},"traceId":${JSON.stringify(trace)}}`
  return { status: 400, headers: { ...actionHeaders, 'content-type': `application/${file ? 'problem+json' : 'json'}; charset=utf-8`, 'transfer-encoding': 'chunked' }, body }
}
