import { randomBytes } from 'node:crypto'
import type { Call, Reply } from '../http.ts'

/** Headers of every answer of an action (altinn3.md 2.1). */
export const actionHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/** A trace of its own, or the caller's, which comes back with another span (recorded: http-traceparent). */
function traceId(call: Call | null): string {
  const given = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(call?.headers['traceparent'] ?? '')?.[1]
  return `00-${given ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
}

/** Codes with their sentences. Those of 1064, 1067, 2023 and 3027 were not recorded: the codes are the service's, the words are ours. */
const codes = {
  1001: [404, 'The requested correspondence was not found'],
  1013: [400, 'Sender cannot delete correspondence that has been published'],
  1014: [400, 'Correspondence has already been purged'],
  1024: [400, 'Correspondence must be fetched before it can be read'],
  1025: [400, 'Correspondence must be fetched before it can be confirmed'],
  1026: [400, 'Cannot archive or delete a correspondence which has not been confirmed when confirmation is required'],
  1027: [400, 'From date cannot be after to date'],
  1040: [400, 'Correspondence is already marked as read'],
  1041: [400, 'Correspondence has already been confirmed'],
  1043: [400, 'Cannot purge correspondence linked to a Dialogporten Transmission'],
  1062: [404, 'No unread confidential correspondences found'],
  1063: [400, 'Correspondence does not allow forwarding'],
  1064: [400, 'Correspondence has already been forwarded to this recipient'],
  1065: [400, 'Correspondence must be read before it can be forwarded'],
  1066: [400, 'Forwarding text cannot exceed 200 characters'],
  1067: [400, 'Forwarding text must be plain text'],
  2001: [404, 'The requested attachment was not found'],
  2019: [400, 'The attachment has been purged and cannot be downloaded'],
  2020: [400, 'The attachment has expired and cannot be downloaded'],
  2023: [400, 'The total size of the attachments exceeds the limit of 25 MB'],
  3011: [400, 'Invalid email provided for custom recipient.'],
  3027: [400, 'The email address is too long'],
  4001: [401, 'You must use an Altinn token, DialogToken or log in to IDPorten as someone with access to the resource and organization in Altinn Authorization'],
  4006: [401, 'Could not determine caller'],
} as const
export type ProblemCode = keyof typeof codes

const titles: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 415: 'Unsupported Media Type' }
const sections: Readonly<Record<number, string>> = { 400: '15.5.1', 401: '15.5.2', 404: '15.5.5', 415: '15.5.16' }

/** How a refusal goes out: the media type of content and downloads is problem+json, of all else json (altinn3.md 2.8). */
export interface Form {
  readonly call: Call | null
  readonly file: boolean
}
const plainForm: Form = { call: null, file: false }

const headOf = (status: number) => ({ type: `https://tools.ietf.org/html/rfc9110#section-${sections[status] ?? ''}`, title: titles[status] ?? '', status })
const written = (status: number, body: string, { file }: Form): Reply => ({
  status,
  headers: { ...actionHeaders, 'content-type': `application/${file ? 'problem+json' : 'json'}; charset=utf-8`, 'transfer-encoding': 'chunked' },
  body,
})
/** The key `traceId` a second time, as the real service writes it. */
const traced = (head: object, trace: string, rest = ''): string => `${JSON.stringify(head).slice(0, -1)},"traceId":${JSON.stringify(trace)}${rest}}`

/** A refusal as a problem document. */
export function problem(code: ProblemCode, form: Form = plainForm): Reply {
  const [status, detail] = codes[code]
  const trace = traceId(form.call)
  const head = { ...headOf(status), detail, code: `CORR-${String(code).padStart(5, '0')}`, traceId: trace, statusDescription: titles[status] ?? '' }
  return written(status, traced(head, trace, `,"errorCode":${String(code)}`), form)
}

/** A refusal of the framework itself: no code of the service's, the trace once (recorded: 415, downloadall switched off). */
export function bareProblem(status: 404 | 415, detail: string | null, form: Form): Reply {
  return written(status, JSON.stringify({ ...headOf(status), ...(detail === null ? {} : { detail }), traceId: traceId(form.call) }), form)
}

/**
 * A request that does not bind. The legacy `errors` list innocent fields as well.
 * @param errors by field: messages of the wrong ones, empty lists of those that were fine
 */
export function invalid(errors: Readonly<Record<string, readonly string[]>>, form: Form = plainForm): Reply {
  const trace = traceId(form.call)
  const head = {
    ...headOf(400),
    code: 'STD-00000',
    traceId: trace,
    statusDescription: 'Bad Request',
    validationErrors: Object.entries(errors).flatMap(([field, messages]) => messages.map((title) => ({ code: 'CORR.VLD-00000', title, paths: [field] }))),
    errors,
  }
  return written(400, traced(head, trace), form)
}
