import { defaultSettings, type Settings } from '../../preload/contract/index.ts'
import { settings as settingsForm } from '../../preload/contract/settings.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import type { Handlers } from './calls.ts'
import { forgetSearches } from './recent-searches.ts'

const name = 'window.settings'
const favouritesName = 'window.favourites'

/** What was chosen; what is missing or no longer understood takes its default. */
export async function readSettings(ledger: Pick<Ledger, 'setting'>): Promise<Settings> {
  const stored = settingsForm.partial().safeParse(await ledger.setting(name))
  return stored.success ? { ...defaultSettings, ...Object.fromEntries(Object.entries(stored.data).filter(([, value]) => value !== undefined)) } : defaultSettings
}

export async function readFavourites(ledger: Pick<Ledger, 'setting'>): Promise<ReadonlySet<string>> {
  const stored = await ledger.setting(favouritesName)
  return new Set(Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [])
}

/** Settings and favourites; who changed what and when stands in the ledger's trail. */
export function settingsHandlers(ledger: Ledger, changed: (settings: Settings) => void, rowsChanged: () => void): Handlers {
  // Read, changed and written as one step: two choices made in the same moment both count.
  let writing: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = writing.then(work)
    writing = result.catch(() => undefined)
    return result
  }
  return {
    'settings.get': () => readSettings(ledger),
    'settings.set': (wanted) =>
      inTurn(async () => {
        const next = settingsForm.parse({ ...(await readSettings(ledger)), ...wanted })
        await ledger.append({ type: 'setting-changed', name, value: next })
        if (wanted.keepSearches === false) await forgetSearches(ledger, null)
        changed(next)
        return next
      }),
    'recipients.set-favourite': ({ party, favourite }) =>
      inTurn(async () => {
        const favourites = new Set(await readFavourites(ledger))
        if (favourite) favourites.add(party)
        else favourites.delete(party)
        await ledger.append({ type: 'setting-changed', name: favouritesName, value: [...favourites].sort() })
        rowsChanged()
        return {}
      }),
  }
}
