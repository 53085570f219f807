import { z } from 'zod'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { diskFile, type WholeFile } from './disk-file.ts'

const entriesForm = z.record(z.string(), z.base64())

/** A keeper whose entries lie in the clear: quick, outlives its process, and is written as the program writes its own files. */
export function plainKeeper(path: string): SecretKeeper {
  const file: WholeFile = diskFile(path)
  const entries = async (): Promise<Readonly<Record<string, string>>> => {
    const content = await file.read()
    return content === null ? {} : entriesForm.parse(JSON.parse(content.toString('utf8')))
  }
  const replace = (next: Readonly<Record<string, string>>): Promise<void> => file.replace(Buffer.from(JSON.stringify(next)))
  return {
    kind: 'keychain',
    probe: () => Promise.resolve({ state: 'available', reason: '' }),
    read: async (name) => {
      const found = (await entries())[name]
      return found === undefined ? { state: 'missing' } : { state: 'found', value: Buffer.from(found, 'base64') }
    },
    write: async (name, value) => {
      await replace({ ...(await entries()), [name]: value.toString('base64') })
      return { state: 'written' }
    },
    remove: async (name) => {
      const before = await entries()
      if (before[name] === undefined) return { state: 'missing' }
      await replace(Object.fromEntries(Object.entries(before).filter(([other]) => other !== name)))
      return { state: 'removed' }
    },
  }
}

/** The same keeper in a process that is gone after so many questions, before the next one is asked. */
export function dyingKeeper(keeper: SecretKeeper, left: { questions: number }): SecretKeeper {
  const step = async <T>(answer: Promise<T>): Promise<T> => {
    const given = await answer
    left.questions -= 1
    if (left.questions === 0) process.kill(process.pid, 'SIGKILL')
    return given
  }
  return { kind: keeper.kind, probe: () => keeper.probe(), read: (name) => step(keeper.read(name)), write: (name, value) => step(keeper.write(name, value)), remove: (name) => step(keeper.remove(name)) }
}
