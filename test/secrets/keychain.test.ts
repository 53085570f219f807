import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keychainKeeper, keychainService, type Keytar } from '../../main/secrets/keychain.ts'
import { longestSecret } from '../../main/secrets/port.ts'

function memory(): Keytar & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>()
  const key = (service: string, account: string): string => `${service}\n${account}`
  return {
    entries,
    getPassword: (service, account) => Promise.resolve(entries.get(key(service, account)) ?? null),
    setPassword: (service, account, password) => {
      entries.set(key(service, account), password)
      return Promise.resolve()
    },
    deletePassword: (service, account) => Promise.resolve(entries.delete(key(service, account))),
  }
}

const keeperOf = (keytar: Keytar, timeoutMs = 200) => keychainKeeper({ load: () => Promise.resolve(keytar), timeoutMs })
const failing = (message: string): Keytar => {
  const fail = (): Promise<never> => Promise.reject(new Error(message))
  return { getPassword: fail, setPassword: fail, deletePassword: fail }
}
const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

describe('the keychain', () => {
  it('gives back every byte that was written, under the product\'s name', async () => {
    const keytar = memory()
    const keeper = keeperOf(keytar)
    const value = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    expect(await keeper.write('profile/a', value)).toEqual({ state: 'written' })
    expect(await keeper.read('profile/a')).toEqual({ state: 'found', value })
    expect([...keytar.entries.keys()]).toEqual([`${keychainService}\nprofile/a`])
    expect(await keeper.remove('profile/a')).toEqual({ state: 'removed' })
    expect(await keeper.remove('profile/a')).toEqual({ state: 'missing' })
    expect(await keeper.read('profile/a')).toEqual({ state: 'missing' })
  })

  it('probes without leaving anything behind', async () => {
    const keytar = memory()
    expect((await keeperOf(keytar).probe()).state).toBe('available')
    expect(keytar.entries.size).toBe(0)
  })

  it.each([
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'absent'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'absent'],
    ['Object does not exist at path "/org/freedesktop/secrets/collection/login"', 'absent'],
    ['Cannot create an item in a locked collection', 'locked'],
    ['User interaction is not allowed.', 'locked'],
    ['Prompt was dismissed', 'denied'],
    ['User canceled the operation.', 'denied'],
  ])('reads "%s" as %s, from every call', async (message, state) => {
    const keeper = keeperOf(failing(message))
    for (const answer of [await keeper.probe(), await keeper.read('x'), await keeper.write('x', Buffer.alloc(1)), await keeper.remove('x')]) {
      expect(answer).toEqual({ state, reason: message })
    }
  })

  it('is absent where keytar is not installed', async () => {
    const keeper = keychainKeeper({ load: () => Promise.reject(new Error("Cannot find package 'keytar'")) })
    expect(await keeper.read('x')).toMatchObject({ state: 'absent' })
  })

  it.runIf(process.platform === 'linux')('is absent on a machine without a session bus, with the real keytar or without it', async () => {
    const module = new URL('../../main/secrets/keychain.ts', import.meta.url).href
    const program = `const { keychainKeeper } = await import(${JSON.stringify(module)}); console.log(JSON.stringify([await keychainKeeper().probe(), await keychainKeeper().read('x')]))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => { child.kill('SIGKILL') })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    expect(JSON.parse(said.toString())).toMatchObject([{ state: 'absent' }, { state: 'absent' }])
  })

  it('never hangs, and starts nothing more while a call hangs', async () => {
    let calls = 0
    let answer: (value: null) => void = () => undefined
    const keytar = memory()
    const keeper = keeperOf({
      ...keytar,
      getPassword: () => {
        calls += 1
        return calls === 1 ? new Promise<null>((resolve) => { answer = resolve }) : Promise.resolve(null)
      },
    }, 30)
    expect((await keeper.read('x')).state).toBe('locked')
    expect((await keeper.read('x')).state).toBe('locked')
    expect((await keeper.write('x', Buffer.alloc(1))).state).toBe('locked')
    expect(calls).toBe(1)
    answer(null)
    await new Promise((resolve) => setImmediate(resolve))
    await keeper.read('x')
    expect(calls).toBeGreaterThan(1)
  })

  it('never reads a locked keychain as empty', async () => {
    const dismissed = keeperOf({ ...memory(), setPassword: () => Promise.reject(new Error('Prompt was dismissed')) })
    expect((await dismissed.read('x')).state).toBe('denied')
    expect((await dismissed.remove('x')).state).toBe('denied')
    const waiting = keeperOf({ ...memory(), setPassword: () => never<undefined>() }, 30)
    expect((await waiting.read('x')).state).toBe('locked')
  })

  it('notices what somebody else wrote, and what does not read back', async () => {
    const keytar = memory()
    await keytar.setPassword(keychainService, 'x', 'not ours')
    expect((await keeperOf(keytar).read('x')).state).toBe('changed')
    await keytar.setPassword(keychainService, 'x', 'mb1:not*base64')
    expect((await keeperOf(keytar).read('x')).state).toBe('changed')
    const forgetful = keeperOf({ ...memory(), setPassword: () => Promise.resolve() })
    expect((await forgetful.write('x', Buffer.alloc(4))).state).toBe('changed')
  })

  it('refuses a secret that Windows could not hold', async () => {
    await expect(keeperOf(memory()).write('x', Buffer.alloc(longestSecret + 1))).rejects.toThrow(RangeError)
  })
})
