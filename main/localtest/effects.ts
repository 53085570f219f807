import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { dialogEffects } from './dialogporten/effects.ts'
import { identityEffects } from './identity/effects.ts'

const letter = z.object({ message: z.guid() })
const attachment = z.object({ id: z.guid(), fileName: z.string(), displayName: z.string().nullable(), dataType: z.string(), expiresAt: z.number().nullable(), content: z.base64(), times: z.number().int().default(1) })

/** A message handed in through the side door, with all it needs to be there again after a restart. */
export const sentThroughDoor = z.object({
  id: z.guid(),
  dialogId: z.guid(),
  recipient: z.string(),
  resourceId: z.string(),
  sender: z.string(),
  messageSender: z.string(),
  sendersReference: z.string(),
  language: z.enum(['nb', 'nn', 'en']),
  title: z.string(),
  summary: z.string().nullable(),
  body: z.string(),
  createdAt: z.number(),
  requestedPublishAt: z.number(),
  dueAt: z.number().nullable(),
  needsConfirmation: z.boolean(),
  confidential: z.boolean(),
  allowForwarding: z.boolean(),
  replyOptions: z.array(z.object({ linkURL: z.string(), linkText: z.string().nullable() })),
  propertyList: z.record(z.string(), z.string()),
  attachments: z.array(attachment),
  /** The dialog it was sent into, and the id of its transmission there; a message of its own has neither. */
  transmission: z.object({ dialogId: z.guid(), id: z.guid() }).nullable().default(null),
})
export type SentThroughDoor = z.infer<typeof sentThroughDoor>

/** Everything that ever happens in a world; `caller` is a system user's or a person's id, or says what kind of token called, or `sender`. */
export const effect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('Arrived'), at: z.number(), caller: z.string(), n: z.number().int() }),
  z.object({ kind: z.literal('Sent'), at: z.number(), caller: z.string(), sent: sentThroughDoor }),
  z.object({ kind: z.literal('Published'), at: z.number(), caller: z.string(), ...letter.shape }),
  z.object({ kind: z.literal('Fetched'), at: z.number(), caller: z.string(), ...letter.shape }),
  z.object({ kind: z.literal('Read'), at: z.number(), caller: z.string(), ...letter.shape }),
  /** The job that writes Confirmed runs `afterMs` later. */
  z.object({ kind: z.literal('ConfirmRequested'), at: z.number(), caller: z.string(), afterMs: z.number(), ...letter.shape }),
  /** One file, or `null`: all of them as a zip. */
  z.object({ kind: z.literal('AttachmentsDownloaded'), at: z.number(), caller: z.string(), attachment: z.guid().nullable(), ...letter.shape }),
  /** The text was asked for, for the first time: what Correspondence tells Dialogporten as opened (altinn3.md 3.8). */
  z.object({ kind: z.literal('Opened'), at: z.number(), caller: z.string(), ...letter.shape }),
  /** Deleted for good, by its recipient, or by its sender before it was published. */
  z.object({ kind: z.literal('Purged'), at: z.number(), caller: z.string(), by: z.enum(['PurgedByRecipient', 'PurgedByAltinn']), ...letter.shape }),
  /** Sent on by e-mail; reported delivered `afterMs` later, which writes Forwarded. */
  z.object({ kind: z.literal('ForwardRequested'), at: z.number(), caller: z.string(), id: z.guid(), to: z.string(), afterMs: z.number(), ...letter.shape }),
  z.object({ kind: z.literal('ReminderEnded'), at: z.number(), caller: z.string(), ...letter.shape }),
  z.object({ kind: z.literal('Seen'), at: z.number(), caller: z.string(), dialog: z.guid() }),
  ...dialogEffects,
  ...identityEffects,
])
export type Effect = z.infer<typeof effect>

/** The journal cannot be read; the folder has to be reset. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}

/** Effects as JSON lines, each on disk before the answer that tells of it. */
export class EffectJournal {
  readonly #file: number
  readonly #durable: boolean

  private constructor(file: number, durable: boolean) {
    this.#file = file
    this.#durable = durable
  }

  /**
   * @param durable whether each line is synced; a crash may cost the last lines otherwise
   * @throws {JournalError} for a line in the middle that cannot be read; an unfinished last line is cut.
   */
  static open(path: string, durable = true): { readonly journal: EffectJournal; readonly effects: readonly Effect[] } {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const whole = text.lastIndexOf('\n') + 1
    const effects = text
      .slice(0, whole)
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        try {
          return effect.parse(JSON.parse(line))
        } catch (error) {
          throw new JournalError(`Line ${String(index + 1)} of effects.jsonl cannot be read`, { cause: error })
        }
      })
    const file = openSync(path, 'a', 0o600)
    if (whole < text.length) ftruncateSync(file, Buffer.byteLength(text.slice(0, whole)))
    return { journal: new EffectJournal(file, durable), effects }
  }

  append(one: Effect): void {
    const bytes = Buffer.from(`${JSON.stringify(one)}\n`)
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done)
    if (this.#durable) fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}
