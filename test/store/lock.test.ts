import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock } from '../../main/store/lock.ts'

const module = new URL('../../main/store/lock.ts', import.meta.url).href
const program = `
  const { acquireLock } = await import(${JSON.stringify(module)})
  try {
    const lock = acquireLock(process.argv[1])
    console.log('held')
    process.stdin.once('data', () => { lock.release(); console.log('released'); process.stdin.once('data', () => process.exit()) })
  } catch (error) {
    console.log(error.code)
    process.exit()
  }`

let folder = ''
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  rmSync(folder, { recursive: true })
})

/** Another process that tries for the lock. @returns it and what it says first */
async function other(): Promise<{ readonly child: ChildProcess; readonly says: () => Promise<string> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const says = async (): Promise<string> => {
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    return text.toString().trim()
  }
  await once(child, 'spawn')
  return { child, says }
}

describe('the lock of a profile', () => {
  it('is refused to a second process at once, until the first lets go', async () => {
    const first = await other()
    expect(await first.says()).toBe('held')
    const began = performance.now()
    expect(() => acquireLock(folder)).toThrow(expect.objectContaining({ name: 'StoreError', code: 'locked' }))
    expect(performance.now() - began).toBeLessThan(1000)
    expect(await (await other()).says()).toBe('locked')
    first.child.stdin?.write('go\n')
    expect(await first.says()).toBe('released')
    const lock = acquireLock(folder)
    expect(await (await other()).says()).toBe('locked')
    lock.release()
  })

  it('is free when its holder was killed', async () => {
    const first = await other()
    expect(await first.says()).toBe('held')
    first.child.kill('SIGKILL')
    await once(first.child, 'close')
    expect(await (await other()).says()).toBe('held')
  })

  it('is refused within one process too, and that does not free it', async () => {
    const lock = acquireLock(folder)
    expect(() => acquireLock(folder)).toThrow(expect.objectContaining({ code: 'locked' }))
    expect(await (await other()).says()).toBe('locked')
    lock.release()
    acquireLock(folder).release()
  })

  it('is lost by nobody reading the file: the engine itself must never open it', async () => {
    // Why durability.md 3 forbids it: any close of the file drops a POSIX lock of the whole process.
    const first = await other()
    await first.says()
    readFileSync(join(folder, 'lock.db'))
    expect(() => acquireLock(folder)).toThrow(expect.objectContaining({ code: 'locked' }))
  })

  it('says that the folder cannot be written where there is none', () => {
    expect(() => acquireLock(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'unwritable' }))
  })
})
