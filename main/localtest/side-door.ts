import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SentThroughDoor } from './effects.ts'
import { colleagueDoor, rightsDoor } from './colleague-door.ts'
import { handedIn } from './door.ts'
import { type Call, type Handler, json, type Reply } from './http.ts'
import { ownerDoor } from './owner-door.ts'
import type { LocalState } from './state.ts'
import { senderPage } from './page.ts'
import type { WorldResource } from './world/model.ts'
import { reminderResource } from './world/senders.ts'

const facts = z.strictObject({
  /** Organisation number or party URN; left out of a message into a dialog, it is that of the dialog. */
  recipient: z.string().optional(),
  /** A dialog that is there already: the message becomes a transmission in it. */
  intoDialog: z.guid().optional(),
  resourceId: z.string().optional(),
  messageSender: z.string().max(255).default(''),
  sendersReference: z.string().max(4096).default(''),
  language: z.enum(['nb', 'nn', 'en']).default('nb'),
  title: z.string().min(1).max(255),
  summary: z.string().max(255).nullable().default(null),
  body: z.string().min(1).max(30_000),
  dueAt: z.iso.datetime({ offset: true }).nullable().default(null),
  needsConfirmation: z.boolean().default(false),
  confidential: z.boolean().default(false),
  allowForwarding: z.boolean().default(false),
  publishInSeconds: z.number().min(-1e9).max(1e9).default(0),
  replyOptions: z.array(z.object({ linkURL: z.url(), linkText: z.string().nullable().default(null) })).default([]),
  propertyList: z.record(z.string(), z.string()).default({}),
  attachments: z
    .array(z.object({ fileName: z.string().min(1).max(255), displayName: z.string().nullable().default(null), contentBase64: z.base64(), dataType: z.string().default('application/octet-stream'), /** The content so many times over: a large file need not be handed in. */ times: z.number().int().min(1).max(10_000_000).default(1), expiresAt: z.iso.datetime({ offset: true }).nullable().default(null) }))
    .max(100)
    .default([]),
  /** The dialog comes into the world with this time in place of today's, as a migrated one does (altinn3.md 3.7). */
  backDateTo: z.iso.datetime({ offset: true }).optional(),
})
/** The recipient is asked for before anything else is found wrong. */
const sendRequest = z.looseObject({}).refine((raw) => 'recipient' in raw || 'intoDialog' in raw, { path: ['recipient'], message: 'whom the message is for must be given' }).pipe(facts)

/** Whether somebody sends messages through it; Altinn's own reminders are none. */
const isSender = ({ id, type }: WorldResource): boolean => type === 'correspondenceservice' && id !== reminderResource

/** UUIDv7 (RFC 9562 section 5.7) of a moment. */
function uuidV7(at: number): string {
  const hex = at.toString(16).padStart(12, '0')
  const random = randomBytes(10)
  random.writeUInt8((random.readUInt8(0) & 0x0f) | 0x70, 0)
  random.writeUInt8((random.readUInt8(2) & 0x3f) | 0x80, 2)
  const rest = random.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`
}

function send(state: LocalState, call: Call): Reply {
  const asked = handedIn(sendRequest, call)
  if ('refusal' in asked) return asked.refusal
  const request = asked.value
  const parent = request.intoDialog === undefined ? null : state.dialogs.get(request.intoDialog.toLowerCase())
  if (request.intoDialog !== undefined && (parent === null || parent.isDeleted)) return json(400, { error: 'intoDialog: there is no such dialog in this world' })
  const to = request.recipient ?? parent?.party ?? ''
  const recipient = /^\d{9}$/.test(to) ? `urn:altinn:organization:identifier-no:${to}` : to
  if (state.party(recipient) === undefined) return json(400, { error: 'recipient: nobody in this world has that number' })
  if (parent !== null && parent.party !== recipient) return json(400, { error: 'intoDialog: the dialog belongs to another recipient' })
  const suits = (one: WorldResource): boolean => one.mixed || one.confidential === request.confidential
  const resource = state.world.resources.find((one) => isSender(one) && (request.resourceId === undefined ? suits(one) : one.id === request.resourceId))
  if (resource === undefined) return json(400, { error: 'resourceId: this world has no such service for messages' })
  if (!suits(resource)) return json(400, { error: 'confidential: the flag and the service must agree (1060, 1061)' })
  if (request.needsConfirmation && request.dueAt === null) return json(400, { error: 'dueAt: a message that needs confirmation needs a due date (1016)' })
  const at = state.now()
  const { publishInSeconds, attachments, dueAt } = request
  const sent: SentThroughDoor = {
    messageSender: request.messageSender,
    sendersReference: request.sendersReference,
    language: request.language,
    title: request.title,
    summary: request.summary,
    body: request.body,
    needsConfirmation: request.needsConfirmation,
    confidential: request.confidential,
    allowForwarding: request.allowForwarding,
    replyOptions: request.replyOptions,
    propertyList: request.propertyList,
    id: randomUUID(),
    dialogId: parent?.id ?? uuidV7(at),
    transmission: parent === null ? null : { dialogId: parent.id, id: uuidV7(at) },
    recipient,
    resourceId: resource.id,
    sender: `urn:altinn:organization:identifier-no:${resource.owner.orgNumber}`,
    createdAt: at,
    requestedPublishAt: at + publishInSeconds * 1000,
    dueAt: dueAt === null ? null : Date.parse(dueAt),
    attachments: attachments.map(({ contentBase64, expiresAt, ...file }) => ({ ...file, id: randomUUID(), expiresAt: expiresAt === null ? null : Date.parse(expiresAt), content: contentBase64 })),
  }
  state.record({ kind: 'Sent', at, caller: 'sender', sent })
  if (request.backDateTo !== undefined && parent === null) state.record({ kind: 'DialogBackDated', at, caller: 'sender', dialog: sent.dialogId, to: Date.parse(request.backDateTo) })
  return json(201, { correspondenceId: sent.id, dialogId: sent.dialogId, ...(sent.transmission === null ? {} : { transmissionId: sent.transmission.id }) })
}

/** Every effect as a JSON line, in the order it happened; Confirmed once its job has written it, with the time of its POST. */
export function effectLines(state: LocalState): string {
  const lines: object[] = []
  for (const one of state.effects) {
    const common = { time: new Date(one.at).toISOString(), caller: one.caller }
    switch (one.kind) {
      case 'Arrived':
        lines.push({ message: state.world.arrival(one.n, one.at).id, status: 'Sent', ...common })
        break
      case 'Sent':
        lines.push({ message: one.sent.id, status: 'Sent', ...common })
        break
      case 'ConfirmRequested':
        lines.push({ message: one.message, status: 'ConfirmRequested', ...common })
        if (state.now() >= one.at + one.afterMs) lines.push({ message: one.message, status: 'Confirmed', ...common })
        break
      case 'Seen':
        lines.push({ dialog: one.dialog, status: 'Seen', ...common })
        break
      case 'AttachmentsDownloaded':
        lines.push({ message: one.message, status: one.kind, attachment: one.attachment, ...common })
        break
      case 'RightChanged':
        lines.push({ party: one.party, status: one.kind, held: one.held, ...common })
        break
      case 'Labelled':
        lines.push({ dialog: one.dialog, status: one.kind, labels: one.labels, ...common })
        break
      case 'DialogChanged':
      case 'DialogDeleted':
      case 'DialogRestored':
      case 'DialogErased':
      case 'DialogBackDated':
        lines.push({ dialog: one.dialog, status: one.kind, ...common })
        break
      case 'Purged':
        lines.push({ message: one.message, status: one.by, ...common })
        break
      case 'ForwardRequested':
        lines.push({ message: one.message, status: 'ForwardRequested', ...common })
        if (state.now() >= one.at + one.afterMs) lines.push({ message: one.message, status: 'Forwarded', ...common, time: new Date(one.at + one.afterMs).toISOString() })
        break
      case 'ClientRegistered':
      case 'ClientRemoved':
      case 'SystemRegistered':
        lines.push({ status: one.kind, ...common })
        break
      case 'SystemUserRequested':
        lines.push({ request: one.request.id, status: one.kind, ...common })
        break
      case 'RequestDecided':
      case 'RequestWithdrawn':
        lines.push({ request: one.request, status: one.kind === 'RequestDecided' ? `Request${one.status}` : one.kind, ...common })
        break
      case 'SystemUserHeld':
      case 'ClientDelegated':
        lines.push({ systemUser: one.systemUser, status: one.kind, held: one.held, ...common })
        break
      case 'Published':
      case 'Fetched':
      case 'Read':
      case 'Opened':
      case 'ReminderEnded':
        lines.push({ message: one.message, status: one.kind, ...common })
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Who can be written to and through which services. */
const worldWire = ({ world }: LocalState) => ({
  name: world.name,
  parties: world.parties.map(({ urn, number, name }) => ({ urn, number, name })),
  services: world.resources.filter(isSender).map(({ id, title, confidential, mixed }) => ({ id, name: title.nb, kind: confidential ? 'confidential' : mixed ? 'mixed' : 'ordinary' })),
})

/** The door for people, tests and harnesses; no client of the services ever uses it. */
export function sideDoor(state: LocalState, power: { pause(): void; resume(): void }): Handler {
  const routes: Readonly<Record<string, { readonly method: string; readonly run: Handler }>> = {
    '/localtest': { method: 'GET', run: (call) => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'` }, body: senderPage(state, call.query) }) },
    '/localtest/effects': { method: 'GET', run: () => ({ status: 200, headers: { 'content-type': 'application/x-ndjson; charset=utf-8' }, body: effectLines(state) }) },
    '/localtest/world': { method: 'GET', run: () => json(200, worldWire(state)) },
    '/localtest/send': { method: 'POST', run: (call) => send(state, call) },
    '/localtest/colleague': { method: 'POST', run: colleagueDoor(state) },
    '/localtest/rights': { method: 'POST', run: rightsDoor(state) },
    '/localtest/pause': {
      method: 'POST',
      run: () => {
        power.pause()
        return { status: 204 }
      },
    },
    '/localtest/resume': {
      method: 'POST',
      run: () => {
        power.resume()
        return { status: 204 }
      },
    },
  }
  const owner = ownerDoor(state)
  return (call) => {
    state.settle()
    if (call.path.startsWith('/localtest/dialogs/')) return owner(call)
    const route = routes[call.path]
    if (route === undefined) return { status: 404 }
    return call.method === route.method ? route.run(call) : { status: 405, headers: { allow: route.method } }
  }
}
