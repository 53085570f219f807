import { ReaderCannotStart, type TextReader } from '../reading/texts/text-reader.ts'
import { StoreError } from '../store/errors.ts'
import type { ReadText, TextTask } from '../store/mail/texts.ts'
import type { Store } from '../store/open.ts'
import { VaultFileMissing } from '../store/vault/damage.ts'
import type { Handlers } from './calls.ts'

/** Files asked for at once. */
const atOnce = 20
/** Texts are kept together until so many are there, or so many letters, or so long has gone by, ms: each time waits for the disk. */
const keptTogether = { files: 10, letters: 1_000_000, ms: 1000 } as const
/** Between two files nobody's click waits; so long, ms, after a person asked for something nothing new is begun. */
const politeMs = 300
const mostPoliteMs = 1500
/** The window is told at most so often, ms. */
const tellMs = 1000
/** A window that opens has the machine to itself first. */
const startMs = 2000

interface Parts {
  readonly store: Pick<Store, 'mail' | 'reader' | 'vault'>
  readonly reader: TextReader
  /** Mail is being fetched: texts wait for the end of it. */
  readonly busy: () => boolean
  /** Resolves when no copy of a database is being made (durability.md 19). */
  readonly quiet: () => Promise<void>
  readonly now: () => number
  readonly failed: (error: unknown) => void
  /** Texts were kept: the index follows. */
  readonly kept: () => void
  /** The numbers are others now. */
  readonly changed: () => void
  /** Nothing is left to be read, after there was. */
  readonly done: () => void
}

/** Cannot be read now, though nothing is wrong with what stands there. */
class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/**
 * Reads the texts of attachments one after the other, once per content, while nothing is being fetched; what a person opens
 * goes first, and at once. Every text is committed with its links and change numbers, so a kill costs the files that were
 * just being read. Works on what is here and asks Altinn for nothing.
 */
export class Texts {
  readonly #parts: Parts
  readonly #first = new Set<number>()
  /** Contents that could not be reached in this run. */
  readonly #leftOut = new Set<string>()
  #work: Promise<void> | null = null
  #again = false
  #closed = false
  #askedAt = 0
  #told: NodeJS.Timeout | null = null
  #starting: NodeJS.Timeout | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Goes on with what an earlier run left. */
  startSoon(): void {
    this.#starting = setTimeout(() => { this.wake() }, startMs)
    this.#starting.unref()
  }

  /** There may be files to read. */
  wake(): void {
    if (this.#closed) return
    this.#again = true
    this.#work ??= this.#run().catch(this.#parts.failed).finally(() => {
      this.#work = null
    })
  }

  /** A person opened a message: its files are next. */
  first(messageId: number): void {
    this.#askedAt = performance.now()
    this.#first.add(messageId)
    this.wake()
  }

  /** A person waits for something else. */
  asked(): void {
    this.#askedAt = performance.now()
  }

  /** Ends what is under way; what was read and not kept yet is read once more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#parts.reader.close()
    for (const timer of [this.#told, this.#starting]) if (timer !== null) clearTimeout(timer)
    await this.#work
  }

  async #run(): Promise<void> {
    let read = 0
    while (this.#again && !this.#closed) {
      this.#again = false
      read += await this.#all()
    }
    if (read > 0 && !this.#closed) this.#parts.done()
  }

  /** Reads until nothing is left or something more urgent comes. @returns how many files got their text */
  async #all(): Promise<number> {
    const { store: { mail }, busy } = this.#parts
    let read = 0
    while (!this.#closed && !(busy() && this.#first.size === 0)) {
      const first = [...this.#first]
      const { tasks, linked, more } = await mail.nextTexts({ first, leftOut: [...this.#leftOut], limit: atOnce })
      if (linked > 0) this.#kept()
      read += linked
      if (!more) {
        for (const id of first) this.#first.delete(id)
        if (this.#first.size === 0) return read
        continue
      }
      read += await this.#some(tasks, first)
    }
    return read
  }

  async #some(tasks: readonly TextTask[], first: readonly number[]): Promise<number> {
    const { store: { mail }, busy, quiet } = this.#parts
    const texts: ReadText[] = []
    let letters = 0
    let count = 0
    let since = performance.now()
    const keep = async (): Promise<void> => {
      if (texts.length === 0) return
      await quiet()
      await mail.textsRead(texts)
      count += texts.length
      texts.length = 0
      letters = 0
      since = performance.now()
      this.#kept()
    }
    for (const task of tasks) {
      const isAsked = first.includes(task.messageId)
      if (!isAsked) await this.#politely()
      // Somebody opened another message, or mail is being fetched again: the rest is asked for anew.
      if (this.#closed || (!isAsked && (busy() || this.#first.size > first.length))) break
      const text = await this.#read(task)
      if (text === null) continue
      texts.push(text)
      letters += text.found.state === 'text' ? text.found.pages.reduce((sum, page) => sum + page.length, 0) : 0
      if (isAsked || texts.length >= keptTogether.files || letters >= keptTogether.letters || performance.now() - since > keptTogether.ms) await keep()
    }
    await keep()
    // Those of the messages that were asked for are all read, or more of them come with the next question.
    const open = new Set(tasks.map((task) => task.messageId))
    for (const id of first) if (!open.has(id)) this.#first.delete(id)
    return count
  }

  /** Waits while a person is being answered, but not for ever for somebody who asks without end. */
  async #politely(): Promise<void> {
    const last = performance.now() + mostPoliteMs
    for (;;) {
      const wait = Math.min(this.#askedAt + politeMs, last) - performance.now()
      if (wait <= 0 || this.#closed || this.#first.size > 0) return
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  async #read(task: TextTask): Promise<ReadText | null> {
    const { store: { mail }, reader, now, failed } = this.#parts
    const { key, messageId, attachmentId } = task
    try {
      const file = await reader.read({ bytes: task.bytes, content: () => this.#content(task) })
      return file === null ? null : { key, messageId, attachmentId, kind: file.kind, found: file.answer, at: now() }
    } catch (error) {
      if (error instanceof VaultFileMissing || (error instanceof StoreError && error.code === 'damaged')) {
        // Every row that refers to it wants it again, so it is no longer among what is to be read.
        if (task.vaultName !== null) await mail.vaultFileLost(task.vaultName)
        return null
      }
      // Then no file can be read, and none is to blame.
      if (error instanceof ReaderCannotStart) throw error
      this.#leftOut.add(key)
      await mail.textsPutOff([messageId])
      failed(new Unreachable('An attachment cannot be read now', { cause: error }))
      return null
    }
  }

  async *#content({ vaultName, content }: TextTask): AsyncGenerator<Uint8Array> {
    if (vaultName === null) yield content ?? new Uint8Array()
    else yield* this.#parts.store.vault.read(vaultName)
  }

  #kept(): void {
    this.#parts.kept()
    this.#told ??= setTimeout(() => {
      this.#told = null
      this.#parts.changed()
    }, tellMs)
  }
}

/** How far the reading has come; a profile that is open for reading only tells it as well. */
export function textHandlers(reader: Store['reader']): Handlers {
  return { 'texts.state': async () => await reader.textCounts() }
}
