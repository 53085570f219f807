import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Call, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { Caller } from '../tokens.ts'
import type { Label } from '../world/model.ts'
import { serviceOwner, user } from './actors.ts'
import type { Dialog } from './dialog.ts'
import { labelOf, relabelled } from './labels.ts'
import { notFound, preconditionFailed, problem } from './problems.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const enumeration = 'Digdir.Domain.Dialogporten.Domain.DialogEndUserContexts.Entities.SystemLabel+Values'
const sentMessage = "Cannot manually add or remove system label Sent. It is added automatically when a transmissions of type 'Submission or 'Correction' is added to the dialog."
const conflict = 'The request conflicted with a concurrent operation. Please try again.'
const largestBulk = 100

interface Wish {
  readonly add: readonly Label[]
  readonly remove: readonly Label[]
  readonly body: Readonly<Record<string, unknown>>
}

/** Where a value of the body ends, as the server's parser counts it. */
function endOf(raw: string, value: unknown): number {
  const text = JSON.stringify(value)
  return raw.indexOf(text) + text.length
}

/** Reads which labels to add and remove; a body in another form is refused as the server's binding does. */
function readWish(call: Call): Wish | Reply {
  if (call.body.length === 0 || call.headers['content-type']?.toLowerCase().startsWith('application/json') !== true) return { status: 415 }
  const raw = call.body.toString('utf8')
  let parsed: unknown
  try {
    parsed = JSON.parse(raw)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return problem(call, 400, { addLabels: [`Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. LineNumber: 0 | BytePositionInLine: ${String(call.body.length)}.`] })
  }
  const body: Readonly<Record<string, unknown>> = typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {}
  const wishes: Record<'addLabels' | 'removeLabels' | 'systemLabels', Label[]> = { addLabels: [], removeLabels: [], systemLabels: [] }
  for (const field of ['addLabels', 'removeLabels', 'systemLabels'] as const) {
    const values = body[field]
    if (values === undefined || values === null) continue
    const unconverted = (type: string, path: string, value: unknown): Reply =>
      problem(call, 400, { [path]: [`The JSON value could not be converted to ${type}. Path: $.${path} | LineNumber: 0 | BytePositionInLine: ${String(endOf(raw, value))}.`] })
    if (!Array.isArray(values)) return unconverted(`System.Collections.Generic.IReadOnlyCollection\`1[${enumeration}]`, field, values)
    for (const [index, value] of values.entries()) {
      const label = labelOf(value)
      if (label === null) return unconverted(enumeration, `${field}[${String(index)}]`, value)
      if (label === 'Sent') return problem(call, 400, { [`${field}[${String(index)}]`]: [sentMessage] })
      wishes[field].push(label)
    }
  }
  // `systemLabels` is the older name of what is added.
  return { add: [...wishes.systemLabels, ...wishes.addLabels], remove: wishes.removeLabels, body }
}

const isReply = (value: object): value is Reply => 'status' in value

/** Labels of dialogs, shared by all who act for the party (altinn3.md 3.4). */
export class LabelRoutes {
  readonly #state: LocalState

  constructor(state: LocalState) {
    this.#state = state
  }

  /** `PUT /dialogs/{id}/context/systemlabels` */
  async put(call: Call, caller: Caller, id: string): Promise<Reply> {
    const wish = readWish(call)
    const ifMatch = call.headers['if-match']
    if (ifMatch !== undefined && !guid.test(ifMatch)) return problem(call, 400, { 'If-Match': [`Unable to bind header value [${ifMatch}] to a [Nullable\`1] property!`] })
    if (isReply(wish)) return wish
    const dialog = this.#state.dialogs.get(id)
    if (dialog === null || dialog.isDeleted) return notFound(call, 'DialogEntity', id)
    if (!caller.may(dialog.party, dialog.resourceId)) return problem(call, 403, { Forbidden: [`The following dialog ids are unauthorized and/or missing: (${id}).`] })
    if (ifMatch !== undefined && ifMatch.toLowerCase() !== dialog.labelRevision) return preconditionFailed(call)
    const written = await this.#write(call, caller, [dialog], wish)
    return written ?? { status: 204, headers: { etag: this.#state.dialogs.get(id)?.labelRevision ?? '' } }
  }

  /** `POST /dialogs/context/systemlabels/actions/bulkset`: all or nothing, without ETag; If-Match counts for nothing. */
  async bulk(call: Call, caller: Caller): Promise<Reply> {
    const wish = readWish(call)
    if (isReply(wish)) return wish
    const listed: readonly unknown[] = Array.isArray(wish.body['dialogs']) ? wish.body['dialogs'] : []
    const wanted = listed.flatMap((one) => {
      if (typeof one !== 'object' || one === null || !('dialogId' in one) || typeof one.dialogId !== 'string' || !guid.test(one.dialogId)) return []
      return [{ id: one.dialogId.toLowerCase(), revision: 'endUserContextRevision' in one && typeof one.endUserContextRevision === 'string' ? one.endUserContextRevision.toLowerCase() : null }]
    })
    if (listed.length === 0) return problem(call, 400, { dialogs: ["'Dialogs' must not be empty."] })
    if (wanted.length !== listed.length) return problem(call, 400, { dialogs: ['The JSON value could not be converted to System.Guid.'] })
    if (wanted.length > largestBulk) return problem(call, 400, { dialogs: [`'Dialogs' must contain at most ${String(largestBulk)} items.`] })
    if (new Set(wanted.map(({ id }) => id)).size !== wanted.length) return problem(call, 400, { dialogs: ['Every dialog id must be unique.'] })
    const found = wanted.map(({ id, revision }) => ({ id, revision, dialog: this.#state.dialogs.get(id) }))
    const missing = found.filter(({ dialog }) => dialog === null || dialog.isDeleted || !caller.may(dialog.party, dialog.resourceId))
    if (missing.length > 0) return notFound(call, 'DialogEntity', missing.map(({ id }) => id).join(', '))
    if (found.some(({ dialog, revision }) => revision !== null && dialog?.labelRevision !== revision)) return preconditionFailed(call)
    return (await this.#write(call, caller, found.flatMap(({ dialog }) => dialog ?? []), wish)) ?? { status: 204 }
  }

  /** `GET /dialogs/{id}/context/labellog`; also of what is hidden or expired, not of what is deleted. */
  log(call: Call, caller: Caller, id: string): Reply {
    const dialog = this.#state.dialogs.get(id)
    if (dialog === null || dialog.isDeleted || !caller.may(dialog.party, dialog.resourceId)) return notFound(call, 'DialogEntity', id)
    const rows = [...(dialog.hasSent ? [{ at: dialog.createdAt, label: 'Sent', action: 'set', caller: null }] : []), ...(dialog.life?.labelLog ?? [])]
    return json(200, rows.map((row) => ({ createdAt: dialogTime(row.at), name: `systemlabel:${row.label}`, action: row.action, performedBy: row.caller === null ? serviceOwner : user(this.#state, row.caller) })))
  }

  /** A change takes its time; another that is written meanwhile is a conflict, whatever If-Match said (recorded: eight at once). */
  async #write(call: Call, caller: Caller, dialogs: readonly Dialog[], { add, remove }: Wish): Promise<Reply | null> {
    const changes = dialogs.map((dialog) => ({ id: dialog.id, before: dialog.labelRevision, ...relabelled(dialog.labels, add, remove) })).filter(({ log }) => log.length > 0)
    if (changes.length === 0) return null
    await pause(this.#state.delays.labels)
    if (changes.some(({ id, before }) => this.#state.dialogs.get(id)?.labelRevision !== before)) return problem(call, 409, { '': [conflict] })
    for (const { id, labels, log } of changes) {
      this.#state.record({ kind: 'Labelled', at: this.#state.now(), caller: caller.id, dialog: id, labels: [...labels], revision: randomUUID(), log: [...log] })
    }
    return null
  }
}
