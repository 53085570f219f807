import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What a process told the disk, one entry a system call that succeeded, in the order they ended. Files are numbered as
 * they were made, so that a file is the same one under every name; `began` is the entry before which a sync was asked for.
 */
export type DiskCall =
  | { readonly kind: 'write'; readonly file: number; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'cut'; readonly file: number; readonly length: number }
  | { readonly kind: 'sync'; readonly file: number; readonly began: number }
  | { readonly kind: 'make'; readonly file: number; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'sync-folder'; readonly path: string; readonly began: number }
  /** A line on standard output: the moment at which something was acknowledged. */
  | { readonly kind: 'said'; readonly text: string }

/** A call that the model of the disk does not know was made on one of the files: what it rebuilds would be wrong. */
export class UnknownCall extends Error {
  override readonly name = 'UnknownCall'
}

const traced = [
  'write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'lseek', 'fsync', 'fdatasync', 'sync_file_range', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'ftruncate', 'truncate', 'fallocate',
  'open', 'openat', 'creat', 'mkdir', 'mkdirat', 'link', 'linkat', 'close', 'dup', 'dup2', 'dup3', 'sendfile', 'copy_file_range',
].map((name) => `?${name}`).join(',')

/** Why processes cannot be traced here, or null when they can. */
export function whyNoTrace(): string | null {
  if (process.platform !== 'linux') return 'only Linux has strace'
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=write', 'true'], { encoding: 'utf8' })
  if (tried.error !== undefined) return 'strace is not installed'
  return tried.status === 0 ? null : `tracing is not allowed: ${tried.stderr.trim().split('\n')[0] ?? ''}`
}

/** Runs a program under strace until it ends in any way. @returns how it ended */
export async function runTraced(trace: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  const child = spawn('strace', ['-f', '--seccomp-bpf', '-qq', '-xx', '-s', '100000000', '-e', 'signal=none', '-o', trace, '-e', `trace=${traced}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env })
  return await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code, signal })
    })
  })
}

const bytesOf = (quoted: string): Buffer => Buffer.from(quoted.replaceAll('\\x', ''), 'hex')
const textOf = (quoted: string | undefined): string => bytesOf((quoted ?? '').replace(/^"|"$/g, '')).toString('utf8')

interface OpenFile {
  readonly file: number
  readonly path: string
  readonly appends: boolean
  position: number
}

/** Follows the calls of one process after another on the files below a folder. */
export class Tracer {
  readonly calls: DiskCall[] = []
  readonly #root: string
  readonly #names = new Map<string, number>()
  readonly #folders = new Set<string>()
  readonly #lengths = new Map<number, number>()
  #made = 0

  /** @param root the folder whose files are followed; it must be empty when the first process starts */
  constructor(root: string) {
    this.#root = root
    this.#folders.add(root)
  }

  /** Takes in the trace of one process that has ended; the next one goes on with the files that it left. */
  add(trace: string): void {
    const open = new Map<number, OpenFile>()
    const folders = new Map<number, string>()
    const unfinished = new Map<string, { readonly text: string; readonly began: number }>()
    for (const line of readFileSync(trace, 'latin1').split('\n')) {
      const begun = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/.exec(line)
      if (begun !== null) {
        unfinished.set(`${begun[1] ?? ''} ${begun[2] ?? ''}`, { text: begun[3] ?? '', began: this.calls.length })
        continue
      }
      const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/.exec(line)
      const before = resumed === null ? undefined : unfinished.get(`${resumed[1] ?? ''} ${resumed[2] ?? ''}`)
      const whole = resumed === null ? line : `${resumed[1] ?? ''} ${resumed[2] ?? ''}(${before?.text ?? ''}${resumed[3] ?? ''}`
      const call = /^\d+ +(\w+)\((.*)\) += (-?\d+)/.exec(whole)
      if (call === null || Number(call[3]) < 0) continue
      this.#take(call[1] ?? '', call[2] ?? '', Number(call[3]), before?.began ?? this.calls.length, open, folders)
    }
  }

  #take(name: string, args: string, result: number, began: number, open: Map<number, OpenFile>, folders: Map<number, string>): void {
    const paths = [...args.matchAll(/"(?:\\x[0-9a-f]{2})*"/g)].map(([quoted]) => quoted)
    const fd = Number(/^\d+/.exec(args)?.[0] ?? '-1')
    const file = open.get(fd)
    /** Paths are absolute, or relative to an open folder. */
    const path = (n: number): string => {
      const text = textOf(paths[n])
      if (text.startsWith('/')) return text
      const at = [...args.matchAll(/(AT_FDCWD|\b\d+), "/g)][n]?.[1] ?? ''
      return `${folders.get(Number(at)) ?? ''}/${text}`
    }
    const ours = (one: string): boolean => one.startsWith(`${this.#root}/`) || one === this.#root
    switch (name) {
      case 'open':
      case 'openat':
      case 'creat':
        this.#open(path(0), args, result, open, folders)
        return
      case 'close':
        open.delete(fd)
        folders.delete(fd)
        return
      case 'lseek':
        if (file !== undefined) file.position = result
        return
      case 'write':
        if (fd === 1) this.#say(textOf(paths[0]))
        if (file !== undefined) this.#write(file, file.appends ? (this.#lengths.get(file.file) ?? 0) : file.position, bytesOf((paths[0] ?? '').slice(1, -1)).subarray(0, result), true)
        return
      case 'pwrite64':
        if (file !== undefined) this.#write(file, Number(/, (\d+)$/.exec(args)?.[1]), bytesOf((paths[0] ?? '').slice(1, -1)).subarray(0, result), false)
        return
      case 'writev':
      case 'pwritev':
      case 'pwritev2': {
        if (file === undefined) return
        const data = Buffer.concat(paths.map((one) => bytesOf(one.slice(1, -1)))).subarray(0, result)
        const position = name === 'writev' ? (file.appends ? (this.#lengths.get(file.file) ?? 0) : file.position) : Number(/\], \d+, (\d+)/.exec(args)?.[1])
        this.#write(file, position, data, name === 'writev')
        return
      }
      case 'fsync':
      case 'fdatasync': {
        const folder = folders.get(fd)
        if (file !== undefined) this.calls.push({ kind: 'sync', file: file.file, began })
        else if (folder !== undefined) this.calls.push({ kind: 'sync-folder', path: folder, began })
        return
      }
      case 'ftruncate':
        if (file !== undefined) this.#cut(file.file, Number(/, (\d+)$/.exec(args)?.[1]))
        return
      case 'rename':
      case 'renameat':
      case 'renameat2':
        if (ours(path(0)) || ours(path(1))) this.#rename(path(0), path(1))
        return
      case 'unlink':
      case 'unlinkat':
      case 'rmdir':
        if (!ours(path(0))) return
        this.#names.delete(path(0))
        this.#folders.delete(path(0))
        this.calls.push({ kind: 'remove', path: path(0) })
        return
      case 'mkdir':
      case 'mkdirat':
        if (!ours(path(0))) return
        this.#folders.add(path(0))
        this.calls.push({ kind: 'folder', path: path(0) })
        return
      case 'link':
      case 'linkat': {
        const linked = this.#names.get(path(0))
        if (linked === undefined) return
        this.#names.set(path(1), linked)
        this.calls.push({ kind: 'link', from: path(0), to: path(1) })
        return
      }
      default:
        if (file !== undefined || paths.some((_, n) => ours(path(n)))) throw new UnknownCall(`${name} was called on a file of the folder`)
    }
  }

  #open(path: string, args: string, fd: number, open: Map<number, OpenFile>, folders: Map<number, string>): void {
    open.delete(fd)
    folders.delete(fd)
    if (this.#folders.has(path)) {
      folders.set(fd, path)
      return
    }
    if (!path.startsWith(`${this.#root}/`)) return
    let file = this.#names.get(path)
    if (file === undefined) {
      if (!args.includes('O_CREAT')) throw new UnknownCall('a file was opened that nobody made')
      file = this.#made
      this.#made += 1
      this.#names.set(path, file)
      this.#lengths.set(file, 0)
      this.calls.push({ kind: 'make', file, path })
    } else if (args.includes('O_TRUNC')) this.#cut(file, 0)
    open.set(fd, { file, path, appends: args.includes('O_APPEND'), position: 0 })
  }

  #write(file: OpenFile, at: number, data: Buffer, moves: boolean): void {
    if (!Number.isSafeInteger(at)) throw new UnknownCall('a write has no place')
    this.#lengths.set(file.file, Math.max(this.#lengths.get(file.file) ?? 0, at + data.length))
    if (moves) file.position = at + data.length
    this.calls.push({ kind: 'write', file: file.file, at, data })
  }

  #cut(file: number, length: number): void {
    this.#lengths.set(file, length)
    this.calls.push({ kind: 'cut', file, length })
  }

  #rename(from: string, to: string): void {
    const file = this.#names.get(from)
    if (file !== undefined) {
      this.#names.delete(from)
      this.#names.set(to, file)
    } else if (this.#folders.delete(from)) {
      this.#folders.add(to)
      for (const [name, one] of [...this.#names]) {
        if (!name.startsWith(`${from}/`)) continue
        this.#names.delete(name)
        this.#names.set(to + name.slice(from.length), one)
      }
    }
    this.calls.push({ kind: 'rename', from, to })
  }

  #say(text: string): void {
    for (const line of text.split('\n')) if (line !== '') this.calls.push({ kind: 'said', text: line })
  }
}
