import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startLocalAltinn } from '../../main/localtest/index.ts'
import type { SentMessage } from '../../main/localtest/world/model.ts'
import { createKeys, openKeys } from '../../main/store/keys.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { must, openProfile } from '../harness/profile.ts'
import { clients, file, letter, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { pdf } from '../reading/texts/pdfs.ts'
import { Course } from './harness.ts'

let course: Course | null = null
/** What senders had seen when everything was fetched and nothing read. */
let seenBySenders: readonly string[] = []
const folders: string[] = []
afterEach(async () => {
  await course?.end()
  course = null
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Until something is so; the engine reads in the background. */
async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 50))
}
const found = (one: Course, text: string) => one.call('messages.search', { text, limit: 50 })
const isFound = (one: Course, text: string, times = 1): Promise<void> => until(async () => (await found(one, text)).rows.length === times)

async function withLetters(letters: (at: number) => readonly SentMessage[]): Promise<Course> {
  const one = course = await Course.begin(smallWorld(letters))
  await one.consent()
  await one.sync()
  seenBySenders = one.effects()
  await until(async () => (await one.call('texts.state', {})).waiting === 0)
  return one
}

/** Every text that is kept in a profile that nobody has open. */
async function keptTexts(profile: string): Promise<readonly { readonly content_key: string; readonly state: string }[]> {
  const db = openDatabase(join(profile, 'mail.db'), 'mail.db', (await openKeys(profile, { kind: 'demo-file' })).derive('mail'), { readonly: true })
  try {
    return db.prepare<[], { content_key: string; state: string }>('SELECT content_key, state FROM file_text').all()
  } finally {
    db.close()
  }
}

describe('the text of attachments', () => {
  it('is found by a word of a page, which the hit names, also after a restart', async () => {
    const document = await pdf([`Innledning ${'og mer tekst '.repeat(150)}`, 'Her står blåbærsyltetøy på side to'])
    const one = await withLetters((at) => [letter(1, at - 1000, { title: 'Årsrapport', body: 'Se vedlegget.', attachments: [file(1, 'rapport.pdf', document)] })])
    await isFound(one, 'blåbærsylt')
    const { snippets, rows } = await found(one, 'blåbærsylt')
    const { attachments } = await one.call('messages.show', { id: rows[0]?.id ?? 0 })
    const hit = { where: 'attachment', fileName: 'rapport.pdf', attachmentId: attachments[0]?.attachmentId, page: 2 }
    expect(attachments[0]?.text).toBe('text')
    expect(snippets[0]).toMatchObject(hit)
    expect(snippets[0]?.marks.map(([from, to]) => snippets[0]?.text.slice(from, to))).toEqual(['blåbærsyltetøy'])
    await one.engine.close()
    await one.startEngine()
    expect((await found(one, 'blåbærsylt')).snippets[0]).toMatchObject(hit)
    expect(await one.call('texts.state', {})).toEqual({ files: 1, waiting: 0, none: 0, unreadable: 0 })
  })

  it('of the same file sent to many is read once; what is deleted here takes it along with the last of them', async () => {
    const document = await pdf(['Rundskriv om tyttebær'])
    const one = await withLetters((at) => Array.from({ length: 12 }, (_, n) => letter(n + 1, at - n * 1000, { recipient: orgUrn(clients[n % 2] ?? clients[0]), attachments: [file(n + 1, 'rundskriv.pdf', document)] })))
    await isFound(one, 'tyttebær', 12)
    const ids = (await found(one, 'tyttebær')).rows.map((row) => row.id)
    await one.engine.close()
    expect(await keptTexts(one.profile)).toHaveLength(1)
    await one.startEngine()
    for (const id of ids.slice(1)) await one.call('messages.delete-here', { id })
    expect((await found(one, 'tyttebær')).rows.map((row) => row.id)).toEqual([ids[0]])
    await one.call('messages.delete-here', { id: ids[0] ?? 0 })
    await one.engine.close()
    expect(await keptTexts(one.profile)).toEqual([])
    await one.startEngine()
    expect((await found(one, 'tyttebær')).rows).toEqual([])
  })

  it('that cannot be read is said to be, holds nothing up, and is not asked of Altinn again', async () => {
    const locked = await pdf(['Lukket'], { userPassword: 'ord' })
    const scanned = await pdf([''])
    const one = await withLetters((at) => [letter(1, at - 1000, { attachments: [file(1, 'lukket.pdf', locked), file(2, 'skannet.pdf', scanned), file(3, 'bilde.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])), file(4, 'liste.csv', Buffer.from('navn;sum\nTyttebær;12'))] })])
    await isFound(one, 'tyttebær')
    expect(await one.call('texts.state', {})).toEqual({ files: 4, waiting: 0, none: 1, unreadable: 1 })
    const { snippets, rows } = await found(one, 'tyttebær')
    expect(snippets[0]).toMatchObject({ where: 'attachment', fileName: 'liste.csv', page: null })
    expect((await one.call('messages.show', { id: rows[0]?.id ?? 0 })).attachments.map((one) => one.text)).toEqual(['unreadable', 'none', 'none', 'text'])
    expect(one.effects()).toEqual(seenBySenders)
  })

  it('is read to its end after a kill in the middle, nothing twice and nothing left out', { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-texts-'))
    folders.push(folder)
    const profile = join(folder, 'profile')
    await createKeys(profile, { kind: 'demo-file' }, { name: 'local', loopback: true })
    const documents = await Promise.all(Array.from({ length: 40 }, (_, n) => pdf([`Felles ord, og eget: tyttebær${String(n)}z`, 'side to '.repeat(400)])))
    const altinn = await startLocalAltinn({ folder: join(folder, 'altinn'), seed: 1, world: smallWorld((at) => documents.map((document, n) => letter(n + 1, at - n * 60_000, { attachments: [file(n + 1, `fil-${String(n)}.pdf`, document)] }))) })
    try {
      const { platform, maskinporten, client } = altinn
      const address = { ready: true as const, platform, maskinporten, page: platform, client: { ...client, scopes: [...client.scopes] } }
      for (const least of [1, 20]) {
        const child = spawn(process.execPath, [join(import.meta.dirname, 'texts-child.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
        child.stdin.end(JSON.stringify({ folder: profile, altinn: address }))
        let read = 0
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          for (const [, count] of text.matchAll(/^read (\d+) of 40$/gm)) read = Math.max(read, Number(count))
          if (read >= least) child.kill('SIGKILL')
        })
        await new Promise((resolve) => child.once('close', resolve))
        expect(read).toBeGreaterThanOrEqual(least)
      }
      const { engine } = await openProfile(profile, address)
      try {
        await until(async () => (await must(engine, 'texts.state', {})).waiting === 0)
        await until(async () => (await must(engine, 'messages.search', { text: 'felles', limit: 50 })).rows.length === 40)
        for (let n = 0; n < 40; n += 1) expect((await must(engine, 'messages.search', { text: `tyttebær${String(n)}z`, limit: 50 })).rows).toHaveLength(1)
      } finally {
        await engine.close()
      }
      const texts = await keptTexts(profile)
      expect(new Set(texts.map((text) => text.content_key)).size).toBe(40)
      expect(texts.every((text) => text.state === 'text')).toBe(true)
    } finally {
      await altinn.close()
    }
  })
})
