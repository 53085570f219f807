import type { Db } from '../sqlite.ts'

/** Small facts of the file itself, and its change numbers: every change of a message's row takes the next one. */
export interface Meta {
  get(name: string): string | null
  set(name: string, value: string): void
  nextChange(): number
  changeNo(): number
}

export function metaOf(db: Db): Meta {
  const read = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?')
  const write = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const get = (name: string): string | null => read.get(name)?.value ?? null
  const changeNo = (): number => Number(get('change_no') ?? '0')
  return {
    get,
    set: (name, value) => {
      write.run(name, value)
    },
    changeNo,
    nextChange: () => {
      const next = changeNo() + 1
      write.run('change_no', String(next))
      return next
    },
  }
}
