import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { z } from 'zod'

const readyLine = z.object({
  ready: z.literal(true),
  platform: z.url(),
  maskinporten: z.url(),
  page: z.url(),
  client: z.object({ clientId: z.string(), kid: z.string(), key: z.record(z.string(), z.unknown()), organisation: z.string(), scopes: z.array(z.string()) }),
})
export type DemoAltinn = z.infer<typeof readyLine>

/** The local Altinn did not start; `busy` when another process runs it. */
export class DemoStartError extends Error {
  override readonly name = 'DemoStartError'
  readonly busy: boolean
  constructor(message: string, busy: boolean) {
    super(message)
    this.busy = busy
  }
}

/** A running local Altinn of the demo: it ends when `end` is called or this process does. */
export interface RunningDemo {
  readonly altinn: DemoAltinn
  end(): Promise<void>
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

const startMs = 30_000

/** The program beside this one: built where the build runs, the source where tests run that. */
function programPath(): string {
  const here = import.meta.url
  return fileURLToPath(here.endsWith('.ts') ? new URL('../localtest/main.ts', here) : new URL('./localtest.js', here))
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => child.once('exit', () => { resolve() }))
}

/** Starts the demo's local Altinn in `<data>/demo-altinn`. @throws {DemoStartError} */
export async function startDemo(data: string, program = programPath()): Promise<RunningDemo> {
  return await startLocalAltinn(['--folder', join(data, 'demo-altinn')], program)
}

/**
 * Starts a local Altinn as a process of its own, with the arguments of its program.
 * @throws {DemoStartError} with the sentence it said.
 */
export async function startLocalAltinn(args: readonly string[], program = programPath()): Promise<RunningDemo> {
  const child = spawn(process.execPath, [program, ...args, '--until-stdin-ends'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000)
  })
  const altinn = await new Promise<DemoAltinn>((resolve, reject) => {
    let line = ''
    const timer = setTimeout(() => {
      child.kill()
      reject(new DemoStartError('it did not answer in time', false))
    }, startMs)
    const settle = (work: () => void): void => {
      clearTimeout(timer)
      work()
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      line += text
      if (!line.includes('\n')) return
      const parsed = readyLine.safeParse(JSON.parse(line.slice(0, line.indexOf('\n'))))
      settle(() => {
        if (parsed.success) resolve(parsed.data)
        else {
          child.kill()
          reject(new DemoStartError('it answered something else than expected', false))
        }
      })
    })
    child.on('error', (error) => {
      settle(() => {
        reject(new DemoStartError(error.message, false))
      })
    })
    child.on('exit', (code) => {
      settle(() => {
        reject(new DemoStartError(said.trim().split('\n').at(-1) ?? 'it ended at once', code === 75))
      })
    })
  })
  return {
    altinn,
    end: async () => {
      child.stdin.end()
      await ended(child)
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}
