// The arrows of the house as a lint rule: a room imports only from the rooms its row names (CONTRIBUTING.md, "The map").
import { dirname, relative, resolve, sep } from 'node:path'

/** Room by folder or file, the more exact first; the rooms and packages each may import. `*`: any package. */
export const rooms = [
  { name: 'contract', path: 'preload/contract/', rooms: [], packages: ['zod'] },
  { name: 'locales', path: 'resources/locales/', rooms: [], packages: ['*'] },
  { name: 'secrets', path: 'main/secrets/', rooms: [], packages: ['*', 'keytar'] },
  { name: 'altinn', path: 'main/altinn/', rooms: [], packages: ['*'] },
  { name: 'store', path: 'main/store/', rooms: ['secrets'], packages: ['*', 'better-sqlite3'] },
  { name: 'accounts', path: 'main/accounts/', rooms: ['secrets', 'altinn', 'store'], packages: ['*'] },
  { name: 'reading', path: 'main/reading/', rooms: ['store'], packages: ['*'] },
  { name: 'sync', path: 'main/sync/', rooms: ['altinn', 'store', 'accounts', 'reading'], packages: ['*'] },
  { name: 'reminders', path: 'main/reminders/', rooms: ['store', 'locales'], packages: ['*'] },
  { name: 'export', path: 'main/export/', rooms: ['store', 'reading', 'locales'], packages: ['*'] },
  { name: 'localtest', path: 'main/localtest/', rooms: [], packages: ['*', 'better-sqlite3'] },
  // The composition root: the engine, and the profiles it is opened with.
  ...['main/engine.ts', 'main/engine/', 'main/profiles.ts'].map((path) => ({
    name: 'engine',
    path,
    rooms: ['contract', 'locales', 'secrets', 'altinn', 'store', 'accounts', 'reading', 'sync', 'reminders', 'export'],
    packages: ['*'],
  })),
  { name: 'electron shell', path: 'main/shell/electron/', rooms: ['contract', 'engine', 'locales', 'demo', 'shell'], packages: ['*', 'electron'] },
  { name: 'demo', path: 'main/shell/demo.ts', rooms: ['localtest'], packages: ['*'] },
  { name: 'shell', path: 'main/shell/', rooms: ['contract', 'engine', 'locales', 'demo'], packages: ['*'] },
  { name: 'preload', path: 'preload/', rooms: ['contract'], packages: ['electron'] },
  { name: 'renderer', path: 'renderer/', rooms: ['contract', 'locales'], packages: ['*'] },
]

/** Packages that only a room which names them may import. */
const reserved = ['electron', 'keytar', 'better-sqlite3']

/** The list of entries is read by the build and names files of several rooms; tests may import everything. */
const free = ['main/entries.ts', 'test/', 'vite.', 'vitest.config.ts', 'playwright.config.ts']

const packageOf = (source) => (source.startsWith('@') ? source.split('/').slice(0, 2).join('/') : source.split('/')[0])
const roomOf = (path) => rooms.find((room) => (room.path.endsWith('/') ? path.startsWith(room.path) : path === room.path))

/** Why a file may not import something, or null when it may. Paths are relative to the project, with forward slashes. */
export function forbidden(file, source) {
  if (free.some((path) => file.startsWith(path))) return null
  const own = roomOf(file)
  if (source.startsWith('node:')) return own?.name === 'contract' ? 'the contract runs in windows, where there is no Node' : null
  if (!source.startsWith('.')) {
    if (own === undefined) return null
    const name = packageOf(source)
    const allowed = own.packages.includes(name) || (own.packages.includes('*') && !reserved.includes(name))
    return allowed ? null : `${own.name} may not import the package ${name}`
  }
  const target = relative('/', resolve('/', dirname(file), source)).split(sep).join('/')
  if (own === undefined) return target.startsWith('test/') ? null : 'this file belongs to no room'
  const other = roomOf(target)
  if (other === undefined) return target.startsWith('test/') ? 'only tests import tests' : `${target} belongs to no room`
  return other.name === own.name || own.rooms.includes(other.name) ? null : `${own.name} may not import from ${other.name}`
}

export const roomsPlugin = {
  rules: {
    arrows: {
      meta: { type: 'problem', schema: [], messages: { forbidden: 'A forbidden arrow: {{why}}.' } },
      create(context) {
        const file = relative(context.cwd, context.filename).split(sep).join('/')
        const check = (node) => {
          const source = node?.source?.value
          if (typeof source !== 'string') return
          const why = forbidden(file, source)
          if (why !== null) context.report({ node, messageId: 'forbidden', data: { why } })
        }
        return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check }
      },
    },
  },
}
