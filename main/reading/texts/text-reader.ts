import { detectKind, type FileKind } from '../file-kinds.ts'
import { type Isolated, type StartIsolated, startNodeProcess } from '../isolated.ts'
import { type TextAnswer, type TextJob, type TextKind, textKinds, textReady, textReply } from './answer.ts'
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
   * @throws what the file's content throws; ReaderCannotStart, which is no file's fault
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

/** The process that reads does not even start: the program is not whole, or the machine has no room for it. */
export class ReaderCannotStart extends Error {
  override readonly name = 'ReaderCannotStart'
}

type Outcome = TextAnswer | 'failed' | 'too-slow' | 'closed'

interface Started {
  readonly process: Isolated
  /** False: it ended without having listened. */
  readonly listens: Promise<boolean>
  /** The file that is being read. */
  current: { readonly id: number; readonly end: (outcome: Outcome) => void } | null
}

/**
 * The one process that reads, started for the first file and ended when there are none, by force when one takes too long;
 * the next file gets a new one.
 */
export function textReader(start: StartIsolated = startNodeProcess, fileMs: number = textLimits.fileMs): TextReader {
  let running: Started | null = null
  let idle: NodeJS.Timeout | null = null
  let next = 1
  let closed = false
  /** Ends what is under way; null while nothing is. */
  let stop: (() => void) | null = null

  const drop = (one: Started): void => {
    if (running === one) running = null
    one.process.kill()
  }
  const started = (): Started => {
    if (running !== null) return running
    const process = start('text-worker', textLimits.heapMb)
    let listening: (does: boolean) => void = () => undefined
    const listens = new Promise<boolean>((resolve) => { listening = resolve })
    const made: Started = { process, listens, current: null }
    running = made
    process.onMessage((message) => {
      if (message === textReady) {
        listening(true)
        return
      }
      const reply = textReply.safeParse(message)
      if (!reply.success) made.current?.end('failed')
      else if (reply.data.id === made.current?.id) made.current.end(reply.data.answer)
    })
    process.onExit(() => {
      listening(false)
      made.current?.end('failed')
      if (running === made) running = null
    })
    setTimeout(() => { listening(false) }, textLimits.fileMs).unref()
    return made
  }

  /** One try. What is read of the file while the process ends is thrown away. */
  const attempt = async (kind: TextKind, file: TextFile, limit: number): Promise<Outcome> => {
    const made = started()
    if (!(await made.listens)) {
      drop(made)
      if (closed) return 'closed'
      throw new ReaderCannotStart('The process that reads attachments does not start')
    }
    const id = next
    next += 1
    const state = { isOver: false }
    const outcome = new Promise<Outcome>((resolve) => {
      made.current = {
        id,
        end: (value) => {
          state.isOver = true
          resolve(value)
        },
      }
    })
    const end = (value: Outcome): void => { made.current?.end(value) }
    stop = () => { end('closed') }
    const timer = setTimeout(() => { end('too-slow') }, fileMs)
    const post = (job: TextJob): void => { made.process.post(job) }
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
      if (typeof found === 'string') drop(made)
      return found
    } catch (error) {
      drop(made)
      throw error
    } finally {
      clearTimeout(timer)
      made.current = null
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
          if (running !== null) drop(running)
        }, textLimits.idleMs)
        idle.unref()
      }
    },
    close: () => {
      closed = true
      stop?.()
      if (idle !== null) clearTimeout(idle)
      if (running !== null) drop(running)
    },
  }
}
