import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { file, letter, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

/** What people, backup programs and file systems leave in folders. */
const foreign: Readonly<Record<string, Buffer>> = {
  '.DS_Store': randomBytes(6000),
  'Thumbs.db': randomBytes(3000),
  'desktop.ini': Buffer.from('[.ShellClassInfo]'),
  'Notater om klienten.txt': Buffer.from('Ring på mandag'),
  'mail.db (konflikt 2026-03-01).db': randomBytes(9000),
  'ledger.db.bak': randomBytes(9000),
  'mail.db.restoring': randomBytes(9000),
  'keys.json.tmp': Buffer.from('{'),
  'ledger.journal/LESMEG.txt': Buffer.from('hei'),
  'ledger.journal/00000001.journal.bak': randomBytes(400),
  'vault/notat.txt': Buffer.from('hei'),
  'vault/zz/fil.pdf': randomBytes(500),
  'vault/ab/kort': randomBytes(500),
  [`vault/ab/ab${'0'.repeat(62)}`]: randomBytes(30_000),
  [`vault/cd/cd${'1'.repeat(62)}.sb-12345`]: randomBytes(300),
  'vault/ef/ef00000000000000.pack': randomBytes(500),
  'copies/gammel kopi.db': randomBytes(5000),
  'mappe/under/mappe/fil': Buffer.from('x'),
}

describe('files of others in the folder of a profile', () => {
  it('are neither used nor touched, and nothing stops for them', async () => {
    course = await Course.begin(smallWorld((at) => [1, 2, 3].map((n) => letter(n, at - n * day, { attachments: [file(n, 'a.pdf', Buffer.from(`fil ${String(n)} `.repeat(3000)))] }))))
    await course.consent()
    await course.engine.close()
    for (const [name, content] of Object.entries(foreign)) {
      mkdirSync(dirname(join(course.profile, name)), { recursive: true })
      writeFileSync(join(course.profile, name), content)
    }
    const outside = join(course.folder, 'utenfor.txt')
    writeFileSync(outside, 'skal ikke røres')
    symlinkSync(outside, join(course.profile, 'vault', 'ab', `ab${'2'.repeat(62)}`))
    await course.startEngine()
    expect((await course.sync())).toMatchObject({ messages: 3, attachments: 3, failed: 0 })
    expect((await course.call('profile.notices', {})).notices).toEqual([])
    await course.engine.close()
    await course.startEngine()
    const { rows } = await course.call('messages.list', { view: 'all', limit: 10 })
    expect(rows.filter((row) => row.state === 'fetched')).toHaveLength(3)
    expect((await course.call('messages.search', { text: 'innhold', limit: 10 })).rows).toHaveLength(3)
    // Only what bears the name of an unfinished file of our own may go.
    const ours = ['mail.db.restoring', 'keys.json.tmp']
    for (const [name, content] of Object.entries(foreign)) {
      if (!ours.includes(name)) expect([name, existsSync(join(course.profile, name)) && readFileSync(join(course.profile, name)).equals(content)]).toEqual([name, true])
    }
    expect(readFileSync(outside, 'utf8')).toBe('skal ikke røres')
  })

  it('a folder that stands where a file of ours belongs is told, and not removed', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day)]))
    await course.engine.close()
    const path = join(course.profile, 'index.db')
    for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
    mkdirSync(path)
    writeFileSync(join(path, 'viktig.txt'), 'ikke slett')
    const refused: unknown = await course.startEngine().then(() => null, (error: unknown) => error)
    expect(readFileSync(join(path, 'viktig.txt'), 'utf8')).toBe('ikke slett')
    rmSync(path, { recursive: true })
    await course.startEngine()
    expect(refused).toMatchObject({ code: 'unwritable' })
    expect((await course.sync()).dialogs).toBe(1)
  })
})
