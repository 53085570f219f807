import { detectKind, type FileKind } from '../file-kinds.ts'
import { type Isolated, type StartIsolated, startNodeProcess } from '../isolated.ts'
import { type TextAnswer, type TextJob, type TextKind, textKinds, textReply } from './answer.ts'
import { textLimits } from './limits.ts'

/** A file whose text is wanted. */
export interface TextFile {
  readonly bytes: number
  /** From its beginning, each time it is asked for. Errors are the caller's own and come back to it. */
  readonly content: () => AsyncIterable<Uint8Array>
}

export interface ReadFile {
  readonly kind: FileKind
  readonly answer: TextAnswer
}

/** Reads the text of one file after the other. */
export interface TextReader {
  /**
   * Ends for every file, whatever is in it, after the limits' time at the latest.
   * @returns null when the reader was closed meanwhile
   * @throws what the file's content throws
   */
  read(file: TextFile): Promise<ReadFile | null>
  close(): void
}

/** Bytes by which a kind is told. */
const headBytes = 4096

const isTextKind = (kind: FileKind): kind is TextKind & FileKind => (textKinds as readonly string[]).includes(kind)

/**
 * What a file is for its text: by its content alone, so that the same content is read the same whatever it is called.
 * Formats that only look like text have none.
 */
export function textKindOf(head: Uint8Array): FileKind {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    const text = new TextDecoder(head[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(head)
    return detectKind('', Buffer.from(text.toWellFormed()))
  }
  const kind = detectKind('', head)
  return kind === 'text' && Buffer.from(head.subarray(0, 16)).toString('latin1').startsWith('{\\rtf') ? 'other' : kind
}

type Outcome = TextAnswer | 'failed' | 'too-slow' | 'closed'

/**
 * The one process that reads, started for the first file and ended when there are none, by force when one takes too long;
 * the next file gets a new one.
 */
export function textReader(start: StartIsolated = startNodeProcess, fileMs: number = textLimits.fileMs): TextReader {
  let process: Isolated | null = null
  let idle: NodeJS.Timeout | null = null
  let next = 1
  let closed = false
  /** Ends what is under way; null while nothing is. */
  let stop: (() => void) | null = null

  const drop = (one: Isolated): void => {
    if (process === one) process = null
    one.kill()
  }
  const started = (): Isolated => {
    if (process !== null) return process
    const made = start('text-worker', textLimits.heapMb)
    process = made
    made.onExit(() => {
      if (process === made) process = null
    })
    return made
  }

  /** One try. What is read of the file while the process ends is thrown away. */
  const attempt = async (kind: TextKind, file: TextFile, limit: number): Promise<Outcome> => {
    const one = started()
    const id = next
    next += 1
    let settle: (outcome: Outcome) => void = () => undefined
    const outcome = new Promise<Outcome>((resolve) => { settle = resolve })
    const state = { isOver: false }
    const end = (value: Outcome): void => {
      state.isOver = true
      settle(value)
    }
    one.onMessage((message) => {
      const reply = textReply.safeParse(message)
      if (!reply.success) end('failed')
      else if (reply.data.id === id) end(reply.data.answer)
    })
    one.onExit(() => { end('failed') })
    stop = () => { end('closed') }
    const timer = setTimeout(() => { end('too-slow') }, fileMs)
    const post = (job: TextJob): void => { one.post(job) }
    try {
      post({ step: 'begin', id, kind })
      let sent = 0
      for await (const chunk of file.content()) {
        if (state.isOver || sent >= limit) break
        const data = chunk.subarray(0, limit - sent)
        sent += data.length
        post({ step: 'piece', id, data })
      }
      post({ step: 'end', id })
      const found = await outcome
      if (typeof found === 'string') drop(one)
      return found
    } catch (error) {
      drop(one)
      throw error
    } finally {
      clearTimeout(timer)
      stop = null
    }
  }

  const headOf = async (file: TextFile): Promise<Uint8Array> => {
    for await (const chunk of file.content()) return chunk.subarray(0, headBytes)
    return new Uint8Array()
  }

  const readWell = async (file: TextFile): Promise<ReadFile | null> => {
    const kind = textKindOf(await headOf(file))
    if (!isTextKind(kind) || file.bytes === 0) return { kind, answer: { state: 'none', pageCount: 0 } }
    if (kind === 'pdf' && file.bytes > textLimits.pdfBytes) return { kind, answer: { state: 'unreadable', reason: 'too-large' } }
    const limit = kind === 'pdf' ? textLimits.pdfBytes : textLimits.textBytes
    let last: Outcome = 'failed'
    for (let tries = 0; tries < textLimits.failures; tries += 1) {
      last = await attempt(kind, file, limit)
      if (last === 'closed') return null
      if (typeof last === 'object') return { kind, answer: last }
    }
    return { kind, answer: { state: 'unreadable', reason: last === 'too-slow' ? 'too-slow' : 'failed' } }
  }

  return {
    read: async (file) => {
      if (closed) return null
      if (idle !== null) clearTimeout(idle)
      try {
        return await readWell(file)
      } finally {
        idle = setTimeout(() => {
          if (process !== null) drop(process)
        }, textLimits.idleMs)
        idle.unref()
      }
    },
    close: () => {
      closed = true
      stop?.()
      if (idle !== null) clearTimeout(idle)
      if (process !== null) drop(process)
    },
  }
}
