import type { MessageView } from '../../../preload/contract/index.ts'
import { exit } from '../failure.ts'
import { dueText } from './list.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { ask, openForReading, type Session } from './session.ts'
import { safe, safeLines, sizeOf } from './terminal.ts'

type AttachmentView = MessageView['attachments'][number]

/** The message an id on the command line means. */
export async function messageOf(session: Session, options: Options): Promise<MessageView> {
  const [id, ...more] = options.words
  if (id === undefined || more.length > 0) throw new UsageError(`${options.command} <id>.`)
  const found = await ask(session.engine, session.folder, 'messages.find', { id: id.slice(0, 100) })
  return await ask(session.engine, session.folder, 'messages.show', { id: found.id ?? -1 })
}

export function titleOf({ t }: Output, message: Pick<MessageView, 'title'>): string {
  return message.title === null ? t('word.confidential') : message.title === '' ? t('word.no-title') : safe(message.title)
}

/** The four facts, each by itself with who knows it (design.md, "What nobody else gives them", 2). */
function factLines({ t, dates }: Output, message: MessageView): readonly string[] {
  const line = (name: string, at: number | null, who: string, missing: string): string => `  ${name}: ${at === null ? missing : `${dates.full(at)} (${who})`}`
  const readTime = message.readAt
  const confirmed = message.confirmedBy === 'elsewhere' ? t('fact.confirmed.elsewhere') : t('fact.confirmed')
  const receipt = message.confirmReceipt === null ? null : t(`receipt.${message.confirmReceipt.state}`)
  const pending = receipt ?? (message.needsConfirmation ? t('fact.needs-confirmation') : t('fact.not-asked'))
  return [
    line(t('fact.fetched'), message.fetchedAt, t('fact.fetched.who'), t('fact.not-yet')),
    line(t('fact.opened'), message.openedHereAt, t('fact.opened.who'), t('fact.not-yet')),
    line(t('fact.read'), readTime, t('fact.read.who'), message.readReceipt === null ? t('fact.not-reported') : t(`receipt.${message.readReceipt.state}`)),
    line(confirmed, message.confirmedAt, t('fact.confirmed.who'), pending),
  ]
}

function attachmentLine({ t, dates }: Output, file: AttachmentView): string {
  const name = file.displayName === null || file.displayName === file.fileName ? safe(file.fileName) : `${safe(file.displayName)} (${safe(file.fileName)})`
  const size = file.bytes === null ? '' : `, ${sizeOf(file.bytes)}`
  const expiry = file.expiresAt !== null && file.state !== 'gone' ? `, ${t('attachment.expires', { date: dates.day(file.expiresAt) })}` : ''
  const state = file.state === 'stored' && file.md5Matches === null ? t('attachment.stored.unchecked') : t(`attachment.${file.state}`)
  return `  ${name}${size} – ${state}${expiry}`
}

/** A message as text for a terminal: header, facts, attachments, reply options, and the body exactly as it was sent. */
export function messageLines(output: Output, message: MessageView, now: number): readonly string[] {
  const { t, dates } = output
  const field = (name: string, value: string): string => `${name}: ${value}`
  const missing =
    message.body !== null ? [] : [message.confidential ? t('show.confidential') : t('show.only-in-altinn', { reason: safe(message.deferral?.detail ?? message.state) })]
  return [
    field(t('field.title'), titleOf(output, message)),
    field(t('field.sender'), safe(message.sender)),
    field(t('field.recipient'), safe(message.partyName)),
    field(t('field.published'), dates.full(message.publishedAt ?? message.sortAt)),
    ...(message.dueAt === null ? [] : [field(t('field.due'), `${dates.full(message.dueAt)}${Math.abs(message.dueAt - now) < 15 * 86_400_000 ? ` (${dueText(output, message.dueAt, now)})` : ''}`)]),
    ...(message.altinn2Id === null ? [] : [t('field.altinn2')]),
    ...(message.kind === 'other' ? [t('word.other-in-altinn')] : factLines(output, message)),
    ...(message.attachments.length === 0 ? [] : [`${t('field.attachments')}:`, ...message.attachments.map((file) => attachmentLine(output, file))]),
    ...(message.replyOptions.length === 0 ? [] : [`${t('field.replies')}:`, ...message.replyOptions.map((reply) => `  ${safe(reply.text ?? '')} ${safe(reply.url)}`)]),
    '',
    ...(message.summary === null || message.summary === '' ? [] : [safeLines(message.summary), '']),
    ...missing,
    ...(message.body === null ? [] : [safeLines(message.body)]),
  ]
}

/** `show`: reads beside a running process, and without Altinn; reports nothing to the sender. */
export async function show(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const session = await openForReading(options, failed)
  try {
    const message = await messageOf(session, options)
    if (output.json) output.out(JSON.stringify(message))
    else for (const line of messageLines(output, message, Date.now())) output.out(line)
    return exit.done
  } finally {
    await session.close()
  }
}
