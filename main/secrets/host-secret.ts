import { constants, fstat, read, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { isAbsolute, join } from 'node:path'
import type { SecretRead, SecretTrouble } from './port.ts'

/**
 * A secret that the host gives an unattended process: a credential of the service manager (systemd.exec(5),
 * LoadCredential=), or a file descriptor that is open already. Never an argument or the value of an environment variable:
 * everybody may read the one, and every child inherits the other.
 */
export type HostSecretSource =
  | { readonly kind: 'credential'; readonly name: string }
  | { readonly kind: 'descriptor'; readonly descriptor: number }

export interface HostSecretOptions {
  /** Where credentials lie: $CREDENTIALS_DIRECTORY, a path and no secret. */
  readonly directory?: string | undefined
  /** Longest wait for a descriptor to end, ms. */
  readonly timeoutMs?: number
}

/** 256 bits where they are random. */
export const shortestHostSecret = 32
const longestHostSecret = 64 * 1024
/** 32 random bytes, hexadecimal digits as well, have more; a repeated sign or an empty device has not. */
const fewestDifferentBytes = 8
const answerTimeoutMs = 5000

/** Why a secret is too weak to open a profile without stretching; null when it is not. */
export function weaknessOf(secret: Buffer): 'short' | 'uniform' | null {
  if (secret.length < shortestHostSecret) return 'short'
  return new Set(secret).size < fewestDifferentBytes ? 'uniform' : null
}

/** Whether a name may be a credential's: one part of a path, as systemd takes it. */
export const isCredentialName = (name: string): boolean => /^[A-Za-z0-9_.-]{1,255}$/.test(name) && name !== '.' && name !== '..'

const trouble = (state: SecretTrouble['state'], reason: string): SecretTrouble => ({ state, reason })
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown')

/** An error of the operating system as a state; the path does not stand in it. */
function refusalOf(error: unknown, what: string): SecretTrouble {
  const code = codeOf(error)
  if (code === 'unknown') throw error
  return trouble(['EACCES', 'EPERM', 'ELOOP'].includes(code) ? 'denied' : 'absent', `${what}: ${code}`)
}

/**
 * Whether others than this user and the administrator could read or change a file. systemd gives a service's user its right
 * by an access list where it can; its mask shows as the group's bits, and the group is the administrator's (0).
 */
function openTo({ uid, gid, mode }: Stats, what: string): SecretTrouble | null {
  const own = process.getuid?.()
  // Windows has no such bits.
  if (own === undefined) return null
  if (uid !== own && uid !== 0) return trouble('denied', `${what} belongs to another user`)
  if ((mode & 0o007) !== 0) return trouble('denied', `${what} is open to every user of this machine`)
  if ((mode & 0o020) !== 0 || ((mode & 0o050) !== 0 && gid !== 0)) return trouble('denied', `${what} is open to a group`)
  return null
}

async function readCredential(name: string, directory: string | undefined): Promise<SecretRead> {
  if (!isCredentialName(name)) return trouble('absent', 'this cannot be the name of a credential')
  if (directory === undefined || !isAbsolute(directory)) return trouble('absent', 'there is no credentials directory: not started with LoadCredential')
  let handle: FileHandle | null = null
  try {
    const around = openTo(await stat(directory), 'the credentials directory')
    if (around !== null) return around
    // Not through a link, and not waiting for somebody to write into a pipe that lies there.
    handle = await open(join(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const facts = await handle.stat()
    if (!facts.isFile()) return trouble('denied', 'the credential is not a file')
    const open_ = openTo(facts, 'the credential')
    if (open_ !== null) return open_
    if (facts.size > longestHostSecret) return trouble('changed', 'the credential is too long')
    return { state: 'found', value: await handle.readFile() }
  } catch (error) {
    return refusalOf(error, 'the credential')
  } finally {
    await handle?.close()
  }
}

const statOf = (descriptor: number): Promise<Stats> =>
  new Promise((resolve, reject) => {
    fstat(descriptor, (error, stats) => {
      if (error === null) resolve(stats)
      else reject(error)
    })
  })

const readOnce = (descriptor: number, into: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    read(descriptor, into, 0, into.length, null, (error, count) => {
      if (error === null) resolve(count)
      else reject(error)
    })
  })

/** Pieces that are collected and wiped. */
class Pieces {
  readonly #pieces: Buffer[] = []
  #length = 0

  /** @returns whether there is room for it */
  add(piece: Buffer): boolean {
    this.#pieces.push(piece)
    this.#length += piece.length
    return this.#length <= longestHostSecret
  }

  whole(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  wipe(): void {
    for (const piece of this.#pieces) piece.fill(0)
  }
}

const tooLong = trouble('changed', 'what the descriptor gives is too long')

async function readFileDescriptor(descriptor: number): Promise<SecretRead> {
  const pieces = new Pieces()
  try {
    for (;;) {
      const piece = Buffer.alloc(4096)
      const count = await readOnce(descriptor, piece)
      if (count === 0) return { state: 'found', value: pieces.whole() }
      if (!pieces.add(piece.subarray(0, count))) return tooLong
    }
  } finally {
    pieces.wipe()
  }
}

/** A pipe may stay open for ever, so it is read without a thread that waits for it. */
function readPipe(descriptor: number, timeoutMs: number): Promise<SecretRead> {
  return new Promise((resolve) => {
    const pieces = new Pieces()
    const socket = new Socket({ fd: descriptor, readable: true, writable: false })
    const settle = (answer: SecretRead): void => {
      clearTimeout(timer)
      pieces.wipe()
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => { settle(trouble('locked', 'nobody finished writing to the descriptor in time')) }, timeoutMs)
    socket.on('data', (piece: Buffer) => {
      if (!pieces.add(piece)) settle(tooLong)
    })
    socket.on('end', () => { settle({ state: 'found', value: pieces.whole() }) })
    socket.on('error', (error) => { settle(trouble('absent', `the descriptor: ${codeOf(error)}`)) })
  })
}

async function readDescriptor(descriptor: number, timeoutMs: number): Promise<SecretRead> {
  if (!Number.isInteger(descriptor) || descriptor < 0 || descriptor === 1 || descriptor === 2) return trouble('absent', 'standard input (0), or a descriptor from 3 on')
  try {
    const facts = await statOf(descriptor)
    if (facts.isFile()) return openTo(facts, 'the file of the descriptor') ?? (await readFileDescriptor(descriptor))
    // A terminal would show what is typed, and a device gives no secret.
    if (!facts.isFIFO() && !facts.isSocket()) return trouble('denied', 'the descriptor is neither a file nor a pipe')
    return await readPipe(descriptor, timeoutMs)
  } catch (error) {
    return refusalOf(error, 'the descriptor')
  }
}

/**
 * Reads what the host gives, byte for byte: a line break at the end is part of it. Never 'missing' and never hangs: 'absent'
 * when there is no such credential or descriptor, 'denied' when it may not be read or others could read it too, 'locked' when
 * nobody finished writing it in time, 'changed' when it is longer than 64 KiB. The caller wipes it.
 */
export async function readHostSecret(source: HostSecretSource, options: HostSecretOptions = {}): Promise<Exclude<SecretRead, { state: 'missing' }>> {
  const answer = source.kind === 'credential'
    ? await readCredential(source.name, 'directory' in options ? options.directory : process.env['CREDENTIALS_DIRECTORY'])
    : await readDescriptor(source.descriptor, options.timeoutMs ?? answerTimeoutMs)
  return answer.state === 'missing' ? trouble('absent', 'there is nothing') : answer
}
