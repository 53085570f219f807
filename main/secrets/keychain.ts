import { randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { longestSecret, type SecretKeeper, type SecretRead, type SecretRemove, type SecretState, type SecretTrouble, type SecretWrite } from './port.ts'

/** The part of keytar that is used. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}

export interface KeychainOptions {
  /** Loads keytar; by default the optional package, which may be absent. */
  readonly load?: () => Promise<Keytar>
  /** Longest wait for one answer, ms. */
  readonly timeoutMs?: number
}

/** Name under which the operating system's keychain shows our entries. */
export const keychainService = 'Meldingsboks'

const answerTimeoutMs = 3000
const mark = 'mb1:'

async function loadKeytar(): Promise<Keytar> {
  const module: { readonly default?: Keytar } & Keytar = await import('keytar')
  return module.default ?? module
}

const sentences: readonly (readonly [RegExp, SecretTrouble['state']])[] = [
  [/is locked|isLocked|interaction is not allowed|locked collection/i, 'locked'],
  [/dismissed|cancell?ed|denied|not permitted|authorization|passphrase you entered is not correct/i, 'denied'],
]

/** keytar's errors carry no usable code (platform.md 6), so their sentence is all there is; what is not understood means "no keychain here". */
function troubleOf(error: unknown): SecretTrouble {
  const reason = error instanceof Error ? error.message : String(error)
  return { state: sentences.find(([pattern]) => pattern.test(reason))?.[1] ?? 'absent', reason }
}

const hung: SecretTrouble = { state: 'locked', reason: 'the keychain did not answer in time; it may be waiting for someone to unlock it' }

type Asked<T> = { readonly answer: T } | { readonly trouble: SecretTrouble }

/**
 * The operating system's keychain through keytar (Secret Service, macOS Keychain, Windows credentials).
 *
 * Every call is raced with a time-out, since keytar waits for ever on an unlock prompt nobody answers. A call that hangs
 * holds a thread of the process's pool, so no other one is started until it ends.
 */
export function keychainKeeper(options: KeychainOptions = {}): SecretKeeper {
  const load = options.load ?? loadKeytar
  const timeoutMs = options.timeoutMs ?? answerTimeoutMs
  let hanging = 0

  async function ask<T>(question: (keytar: Keytar) => Promise<T>): Promise<Asked<T>> {
    if (hanging > 0) return { trouble: hung }
    const timer = new AbortController()
    const call = load().then(question)
    const settled = call.then(
      (answer): Asked<T> => ({ answer }),
      (error: unknown): Asked<T> => ({ trouble: troubleOf(error) }),
    )
    const late = after(timeoutMs, null, { signal: timer.signal }).catch((error: unknown) => {
      if (timer.signal.aborted) return null
      throw error
    })
    const first = await Promise.race([settled, late])
    timer.abort()
    if (first !== null) return first
    hanging += 1
    void settled.then(() => {
      hanging -= 1
    })
    return { trouble: hung }
  }

  /** Writes, reads back and removes an entry of its own: the only way to learn through keytar that the keychain is open. */
  async function probe(): Promise<SecretState> {
    const name = `probe/${randomBytes(8).toString('hex')}`
    const written = await store(name, randomBytes(16))
    if (written.state !== 'written') return written
    const removed = await ask((keytar) => keytar.deletePassword(keychainService, name))
    return 'trouble' in removed ? removed.trouble : { state: 'available', reason: 'written, read back and removed' }
  }

  async function store(name: string, value: Buffer): Promise<SecretWrite> {
    if (value.length > longestSecret) throw new RangeError(`a keychain entry holds at most ${String(longestSecret)} bytes`)
    const text = mark + value.toString('base64')
    const set = await ask((keytar) => keytar.setPassword(keychainService, name, text))
    if ('trouble' in set) return set.trouble
    const back = await ask((keytar) => keytar.getPassword(keychainService, name))
    if ('trouble' in back) return back.trouble
    return back.answer === text ? { state: 'written' } : { state: 'changed', reason: 'what was written does not read back' }
  }

  /** libsecret answers "nothing" also when an unlock prompt was turned down: only an open keychain may say "missing". */
  async function missing(): Promise<{ readonly state: 'missing' } | SecretTrouble> {
    const state = await probe()
    return state.state === 'available' ? { state: 'missing' } : { state: state.state, reason: state.reason }
  }

  return {
    kind: 'keychain',
    probe,
    write: store,

    async read(name): Promise<SecretRead> {
      const asked = await ask((keytar) => keytar.getPassword(keychainService, name))
      if ('trouble' in asked) return asked.trouble
      if (asked.answer === null) return await missing()
      const text = asked.answer.slice(mark.length)
      const value = Buffer.from(text, 'base64')
      if (!asked.answer.startsWith(mark) || value.toString('base64') !== text) return { state: 'changed', reason: 'the entry was not written by this program' }
      return { state: 'found', value }
    },

    async remove(name): Promise<SecretRemove> {
      const asked = await ask((keytar) => keytar.deletePassword(keychainService, name))
      if ('trouble' in asked) return asked.trouble
      return asked.answer ? { state: 'removed' } : await missing()
    },
  }
}
