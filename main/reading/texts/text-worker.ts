import { constants, setPriority } from 'node:os'
import { type TextAnswer, type TextJob, type TextKind, textReady } from './answer.ts'
import { textLimits } from './limits.ts'
import { readText } from './read-text.ts'

/** In Electron the process hears through a port, elsewhere through Node's own channel. */
interface ElectronPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
}

/**
 * A buffer that is far larger than any text needs is refused: a stream of a PDF that unpacks without end would take all of
 * the machine's memory, which no limit of the heap sees.
 */
function limitBuffers(): () => number {
  let refused = 0
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct: (target, args: unknown[], newTarget) => {
      if (typeof args[0] === 'number' && args[0] > textLimits.bufferBytes) {
        refused += 1
        throw new RangeError('The file unpacks to more than it may')
      }
      return Reflect.construct(target, args, newTarget) as object
    },
  })
  return () => refused
}

/** The library goes on without what was refused: what is missing is said all the same. */
function withRefused(answer: TextAnswer): TextAnswer {
  if (answer.state === 'text') return { ...answer, cut: answer.cut ?? 'damaged' }
  return answer.state === 'none' ? { state: 'unreadable', reason: 'damaged' } : answer
}

interface Open {
  readonly kind: TextKind
  readonly pieces: Uint8Array[]
}

function run(refused: () => number, send: (message: unknown) => void): (message: unknown) => void {
  const open = new Map<number, Open>()
  const answer = async (id: number, { kind, pieces }: Open): Promise<TextAnswer> => {
    open.delete(id)
    const whole = Buffer.concat(pieces)
    const before = refused()
    try {
      const text = await readText(kind, new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength))
      return refused() === before ? text : withRefused(text)
    } catch {
      // Whatever a reader stumbles over is the file's fault; what it was may hold words of the file.
      return { state: 'unreadable', reason: 'failed' }
    }
  }
  return (message) => {
    const job = message as TextJob
    switch (job.step) {
      case 'begin':
        open.set(job.id, { kind: job.kind, pieces: [] })
        break
      case 'piece':
        open.get(job.id)?.pieces.push(job.data)
        break
      case 'end': {
        const file = open.get(job.id)
        if (file !== undefined) void answer(job.id, file).then((text) => { send({ id: job.id, answer: text }) })
      }
    }
  }
}

// A person's work goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const refused = limitBuffers()
const electron = (process as { readonly parentPort?: ElectronPort }).parentPort
if (electron !== undefined) {
  const job = run(refused, (message) => { electron.postMessage(message) })
  electron.on('message', ({ data }) => { job(data) })
  electron.postMessage(textReady)
} else {
  process.on('message', run(refused, (message) => { process.send?.(message) }))
  process.once('disconnect', () => process.exit())
  process.send?.(textReady)
}
