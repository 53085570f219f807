import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** A browser that is driven over two pipes: no port that anybody else on the machine could dial. */
export interface DevtoolsPipe {
  /** @throws when the browser refuses, or ends before it answers */
  call(method: string, params: Readonly<Record<string, unknown>>, sessionId?: string): Promise<unknown>
}

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message?: string }
}

/** An answer holds a whole document in base64; more than this is no document of ours. */
const maxAnswerBytes = 512 * 1024 * 1024

/**
 * Speaks the debugging protocol over descriptors 3 and 4 of a child that was started with `--remote-debugging-pipe`:
 * JSON, each message ended by a zero byte.
 */
export function devtoolsPipe(child: Pick<ChildProcess, 'stdio' | 'once' | 'kill'>): DevtoolsPipe {
  const [, , , toBrowser, fromBrowser] = child.stdio as readonly (Readable | Writable | null)[]
  const input = toBrowser as Writable
  const output = fromBrowser as Readable
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>()
  let next = 1
  let ended: Error | null = null
  const end = (why: string): void => {
    ended ??= new Error(why)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  let parts: Buffer[] = []
  let size = 0
  const take = (text: string): void => {
    const answer = JSON.parse(text) as Answer
    const one = answer.id === undefined ? undefined : waiting.get(answer.id)
    if (answer.id === undefined || one === undefined) return
    waiting.delete(answer.id)
    if (answer.error === undefined) one.resolve(answer.result)
    else one.reject(new Error(answer.error.message ?? 'The browser refused'))
  }
  output.on('data', (chunk: Buffer) => {
    let from = 0
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, from)) {
      parts.push(chunk.subarray(from, at))
      take(Buffer.concat(parts).toString())
      parts = []
      size = 0
      from = at + 1
    }
    parts.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > maxAnswerBytes) {
      child.kill('SIGKILL')
      end('The browser answered with too much')
    }
  })
  for (const stream of [input, output]) stream.on('error', () => { end('The browser closed its pipe') })
  child.once('exit', () => { end('The browser ended') })
  child.once('error', () => { end('The browser could not be started') })
  return {
    call: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(ended)
          return
        }
        const id = next
        next += 1
        waiting.set(id, { resolve, reject })
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`)
      }),
  }
}
