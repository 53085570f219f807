import { ESLint } from 'eslint'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** Messages of the rule for a file that would stand at this path. */
async function arrows(path: string, code: string): Promise<readonly string[]> {
  const { roomsPlugin } = (await import(join(root, 'eslint.rooms.mjs'))) as { roomsPlugin: ESLint.Plugin }
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: [{ files: ['**/*.ts'], plugins: { rooms: roomsPlugin }, rules: { 'rooms/arrows': 'error' } }] })
  const [result] = await eslint.lintText(code, { filePath: join(root, path) })
  return result?.messages.map((message) => message.message) ?? []
}

/** A forbidden import for every room, and one it may have beside it. */
const rooms = [
  ['preload/contract/x.ts', '../../main/store/errors.ts', 'zod'],
  ['preload/contract/x.ts', 'node:fs', './shapes.ts'],
  ['preload/contract/x.ts', 'react', 'zod'],
  ['resources/locales/x.ts', '../../main/engine.ts', 'i18next'],
  ['main/secrets/x.ts', '../store/errors.ts', 'keytar'],
  ['main/altinn/x.ts', '../store/errors.ts', 'undici'],
  ['main/altinn/x.ts', '../localtest/tokens.ts', './limits.ts'],
  ['main/store/x.ts', '../altinn/limits.ts', '../secrets/port.ts'],
  ['main/store/x.ts', 'keytar', 'better-sqlite3'],
  ['main/accounts/x.ts', '../sync/rules.ts', '../altinn/client.ts'],
  ['main/reading/x.ts', '../altinn/client.ts', '../store/errors.ts'],
  ['main/sync/x.ts', '../engine.ts', '../altinn/client.ts'],
  ['main/sync/x.ts', 'better-sqlite3', '../store/mail/api.ts'],
  ['main/reminders/x.ts', '../sync/rules.ts', '../../resources/locales/index.ts'],
  ['main/export/x.ts', '../sync/rules.ts', '../reading/x.ts'],
  ['main/localtest/x.ts', '../altinn/client.ts', './state.ts'],
  ['main/engine.ts', './shell/demo.ts', './store/open.ts'],
  ['main/engine/x.ts', '../shell/demo.ts', '../store/errors.ts'],
  ['main/profiles.ts', './localtest/index.ts', './accounts/profile-file.ts'],
  ['main/shell/cli/x.ts', '../../store/open.ts', '../../engine.ts'],
  ['main/shell/cli/x.ts', '../../localtest/index.ts', '../demo.ts'],
  ['main/shell/cli/x.ts', 'electron', '../../profiles.ts'],
  ['main/shell/demo.ts', '../engine.ts', '../localtest/index.ts'],
  ['main/shell/electron/x.ts', '../../altinn/client.ts', 'electron'],
  ['preload/index.ts', '../main/engine.ts', 'electron'],
  ['renderer/list/x.ts', '../../main/engine.ts', '../../preload/contract/index.ts'],
  ['main/elsewhere/x.ts', '../engine.ts', 'zod'],
  ['main/engine.ts', '../test/course/harness.ts', './store/open.ts'],
] as const

describe('the arrows of the house', () => {
  it.each(rooms)('%s may not import %s, but %s', async (path, forbidden, allowed) => {
    expect(await arrows(path, `import '${forbidden}'\n`)).toEqual([expect.stringContaining('A forbidden arrow')])
    expect(await arrows(path, `import '${allowed}'\n`)).toEqual([])
  })

  it('sees re-exports and dynamic imports', async () => {
    expect(await arrows('main/altinn/x.ts', `export * from '../store/errors.ts'\n`)).toHaveLength(1)
    expect(await arrows('main/altinn/x.ts', `export { a } from '../store/errors.ts'\n`)).toHaveLength(1)
    expect(await arrows('main/altinn/x.ts', `await import('../store/errors.ts')\n`)).toHaveLength(1)
  })

  it('lets tests import everything', async () => {
    expect(await arrows('test/x.test.ts', `import '../main/store/open.ts'\nimport '../main/altinn/client.ts'\n`)).toEqual([])
  })
})
