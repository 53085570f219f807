import type { Call, Reply } from '../http.ts'
import { actionHeaders } from './problems.ts'

/**
 * The Accept check of an action (altinn3.md 2.1): one media range must literally be the action's type or a lone star;
 * parameters are ignored, a missing header is fine.
 */
export function notAcceptable(call: Call, type: string): Reply | null {
  const accept = call.headers['accept']
  if (accept === undefined || accept.trim() === '') return null
  const ranges = accept.split(',').map((range) => (range.split(';')[0] ?? '').trim().toLowerCase())
  if (ranges.includes(type) || ranges.includes('*/*')) return null
  return {
    status: 406,
    headers: { ...actionHeaders, 'transfer-encoding': 'chunked' },
    body: `This endpoint does not support the requested Accept header. Supported Accept headers are: ${type}, */*.`,
  }
}
