import { z } from 'zod'
import { mostSaved } from '../../preload/contract/search.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'

const setting = 'window.saved-searches'
const list = z.array(z.string())

/**
 * Searches that a person saved by hand; like the remembered ones they are in the encrypted ledger (security.md 14).
 * @param changed told of the list after each change
 */
export function savedSearchHandlers(ledger: Pick<Ledger, 'setting' | 'append'>, changed: (saved: readonly string[]) => void): Handlers {
  const read = async (): Promise<string[]> => {
    const stored = list.safeParse(await ledger.setting(setting))
    return stored.success ? stored.data : []
  }
  // One after another, so that two in the same moment do not write over each other.
  let writing: Promise<unknown> = Promise.resolve()
  const save = async (text: string, isSaved: boolean): Promise<{ saved: string[] }> => {
    const before = await read()
    if (before.includes(text) === isSaved) return { saved: before }
    if (isSaved && before.length >= mostSaved) throw new Refusal('not-possible', 'too-many-searches')
    const saved = isSaved ? [...before, text] : before.filter((one) => one !== text)
    await ledger.append({ type: 'setting-changed', name: setting, value: saved })
    changed(saved)
    return { saved }
  }
  return {
    'searches.saved': async () => ({ saved: await read() }),
    'searches.save': ({ text, saved }) => {
      const done = writing.then(() => save(text, saved))
      writing = done.catch(() => undefined)
      return done
    },
  }
}
