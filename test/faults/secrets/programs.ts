import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Collected } from './collected.ts'

/** Folders of one run. Only `inputs` may hold secrets: it is what a person or the host hands to the program. */
export interface Places {
  readonly root: string
  readonly inputs: string
  readonly data: string
  /** Everything else a program could write to: home, temporary and runtime folders, and where it was started. */
  readonly elsewhere: string
}

export function makePlaces(root: string): Places {
  const places = { root, inputs: join(root, 'inputs'), data: join(root, 'data'), elsewhere: join(root, 'elsewhere') }
  for (const folder of [places.inputs, places.data, ...['home', 'tmp', 'run', 'work', 'shared'].map((name) => join(places.elsewhere, name))]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return places
}

/** An environment whose every folder belongs to the run. */
export function environmentOf({ elsewhere }: Places, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const tmp = join(elsewhere, 'tmp')
  const home = join(elsewhere, 'home')
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'nb_NO.UTF-8', HOME: home, TMPDIR: tmp, TMP: tmp, TEMP: tmp, SQLITE_TMPDIR: tmp, XDG_RUNTIME_DIR: join(elsewhere, 'run'), XDG_DATA_HOME: join(elsewhere, 'shared'), XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, ...more }
}

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** Given on standard input. */
  readonly input?: string
  /** An open file that the program inherits as descriptor 3. */
  readonly descriptor?: number
  /** Kinds of secrets that it is asked to say, on standard output. */
  readonly says?: ReadonlySet<string>
}

/** Runs programs of the build in a run's folders and keeps what they say. */
export class Programs {
  readonly #places: Places
  readonly #collected: Collected
  #count = 0

  constructor(places: Places, collected: Collected) {
    this.#places = places
    this.#collected = collected
  }

  start(name: string, args: readonly string[], { env = {}, input, descriptor, says }: Options = {}): { readonly child: ChildProcess; readonly said: () => string; readonly ended: Promise<Said> } {
    this.#count += 1
    const place = `${String(this.#count)} ${name} ${args.slice(0, 2).join(' ')}`
    const program = join(import.meta.dirname, `${name}.js`)
    const child = spawn(process.execPath, [program, ...args], { cwd: join(this.#places.elsewhere, 'work'), env: environmentOf(this.#places, env), stdio: ['pipe', 'pipe', 'pipe', ...(descriptor === undefined ? [] : [descriptor])] })
    let [out, err] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input ?? '')
    const ended = new Promise<Said>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => {
        this.#collected.keep(`standard output of ${place}`, out, says)
        this.#collected.keep(`standard error of ${place}`, err)
        resolve({ code, out, err })
      })
    })
    return { child, said: () => out, ended }
  }

  async run(name: string, args: readonly string[], options: Options = {}): Promise<Said> {
    return await this.start(name, args, options).ended
  }
}
