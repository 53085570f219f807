import { readFileSync } from 'node:fs'
import type { DemoAltinn } from '../../main/shell/demo.ts'
import { openKeys } from '../../main/store/keys.ts'
import { openStore } from '../../main/store/open.ts'
import { must, openProfile } from '../harness/profile.ts'

/** Does with a profile what a person's day does, says each step, and then goes on reading until it is killed. */
const { folder, altinn, words } = JSON.parse(readFileSync(0, 'utf8')) as { readonly folder: string; readonly altinn: DemoAltinn; readonly words: readonly string[] }

const tell = (step: string): void => {
  process.stdout.write(`${step}\n`)
}

const { engine, accountUuid } = await openProfile(folder, altinn)
tell('opened')
const { summary } = await must(engine, 'sync.run', { accountUuid })
tell(`synced ${String(summary.messages)} ${String(summary.attachments)} ${String(summary.failed)}`)
let texts = await must(engine, 'texts.state', {})
for (; texts.waiting > 0; texts = await must(engine, 'texts.state', {})) await new Promise((resolve) => setTimeout(resolve, 50))
tell(`texts ${String(texts.files)} ${String(texts.waiting)}`)
await engine.close()
tell('closed')
const store = await openStore(folder, await openKeys(folder, { kind: 'demo-file' }), 'kari')
tell(`copied ${await store.copy('ledger')} ${await store.copy('mail')}`)
await store.close()

const again = await openProfile(folder, altinn)
const views = ['inbox', 'all', 'unread', 'due', 'needs-confirmation', 'archive', 'bin', 'outgoing'] as const
for (let n = 0; ; n += 1) {
  for (const view of views) await must(again.engine, 'messages.list', { view, limit: 200 })
  await must(again.engine, 'messages.counts', {})
  await must(again.engine, 'reminders.due', {})
  let hits = 0
  for (const word of words) hits += (await must(again.engine, 'messages.search', { text: word, limit: 200 })).rows.length
  const { rows } = await must(again.engine, 'messages.list', { view: 'inbox', limit: 20 })
  for (const { id } of rows) {
    await must(again.engine, 'letters.body', { id })
    await must(again.engine, 'messages.set-handled', { id, handled: n % 2 === 0 })
    const { attachments } = await must(again.engine, 'messages.show', { id })
    for (const { attachmentId } of attachments) {
      const { handle } = await must(again.engine, 'files.begin', { id, attachmentId })
      while ((await must(again.engine, 'files.next', { handle })).data !== '');
    }
  }
  tell(`read ${String(hits)}`)
}
