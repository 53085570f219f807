import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Caller } from '../callers.ts'
import { type Call, json, type Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import { effectOf } from './access.ts'
import { isPlainText } from './content.ts'
import { actionHeaders, bareProblem, invalid, type ProblemCode } from './problems.ts'
import { highest, isPurge, statusRows } from './status.ts'

const longestAddress = 1000
const longestText = 200
/** An address as the service takes it: names with Norwegian letters, no quoted local part but a wholly quoted one. */
const address = /^(?:"[^"]+"|[a-z0-9æøå!#$%&'*+\-=?^_`{|}~]+(?:\.[a-z0-9æøå!#$%&'*+\-=?^_`{|}~]+)*)@(?:(?:[a-z0-9æøå](?:[a-z0-9æøå-]{0,61}[a-z0-9æøå])?\.){1,9}[a-z]{2,14}|\d{1,3}(?:\.\d{1,3}){3})$/i

const request = z.object({ forwardTo: z.string().nullable().default(null), forwardingText: z.string().nullable().default(null) })

/**
 * `POST /{id}/forward`: a copy by e-mail (altinn3.md 2.3). The status Forwarded comes when the e-mail is reported delivered.
 * @returns the id of the forwarding, or why not
 */
export function forward(state: LocalState, message: MessageState, caller: Caller, call: Call): Reply | ProblemCode {
  const form = { call, file: false }
  if (call.headers['content-type']?.toLowerCase().startsWith('application/json') !== true) return bareProblem(415, null, form)
  let wanted: z.infer<typeof request>
  try {
    wanted = request.parse(JSON.parse(call.body.toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return invalid({ $: ['The JSON value could not be converted to the request.'], request: ['The request field is required.'] }, form)
    throw error
  }
  const { forwardTo, forwardingText } = wanted
  if (isPurge(highest(statusRows(state, message)).status)) return 1001
  if (forwardTo !== null && forwardTo.length > longestAddress) return 3027
  if (forwardTo === null || !address.test(forwardTo)) return 3011
  if (!message.sent.allowForwarding) return 1063
  if (forwardingText !== null && forwardingText.length > longestText) return 1066
  if (forwardingText !== null && !isPlainText(forwardingText)) return 1067
  if (message.reads.length === 0) return 1065
  const same = forwardTo.toLowerCase()
  if (message.forwards.some((one) => one.to.toLowerCase() === same)) return 1064
  const id = randomUUID()
  state.record({ kind: 'ForwardRequested', id, to: forwardTo, afterMs: state.forwardDelay(id), ...effectOf(state, message, caller) })
  return json(200, id, { ...actionHeaders, 'transfer-encoding': 'chunked' })
}
