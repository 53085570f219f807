import { readFileSync } from 'node:fs'
import type { DemoAltinn } from '../../main/shell/demo.ts'
import { must, openProfile } from '../harness/profile.ts'

/** Fetches, and says how many files were read as they are, until it is killed. */
const { folder, altinn } = JSON.parse(readFileSync(0, 'utf8')) as { readonly folder: string; readonly altinn: DemoAltinn }

const { engine, accountUuid } = await openProfile(folder, altinn)
await must(engine, 'sync.run', { accountUuid })
for (;;) {
  const { files, waiting } = await must(engine, 'texts.state', {})
  process.stdout.write(`read ${String(files - waiting)} of ${String(files)}\n`)
  await new Promise((resolve) => setTimeout(resolve, 20))
}
