import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { noDesk } from '../../main/engine/desk.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { file, letter, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

/** Names that a sender may give a file, and that must not become a path anywhere. */
const names: readonly string[] = [
  '../../../../tmp/utenfor.txt', '..', '.', '/etc/passwd', 'C:\\Windows\\system32\\evil.dll', '\\\\server\\share\\fil.txt', 'mappe/under/fil.pdf', 'linje\nbrudd\r.txt', 'null\u0000tegn.txt', 'ret\u202excod.exe',
  'CON', 'con.txt', 'NUL.pdf', 'COM1.csv', 'LPT9', 'aux.', '   ', '....', '.skjult', 'avsluttes med punktum.', 'avsluttes med mellomrom ', 'fil:strøm.txt', 'a"b<c>d|e?f*.txt', `${'æ'.repeat(150)}.pdf`, `${'n'.repeat(300)}.txt`, 'm'.repeat(300),
  'likt navn.txt', 'likt navn.txt', 'LIKT NAVN.TXT', 'a\u030a.txt', 'å.txt', '-rf', '$(id).txt', '`id`.txt', '~', '%00.txt', 'file:///etc/passwd', '\ufffd.txt',
]

const content = (n: number): Buffer => Buffer.from(`${n % 2 === 0 ? 'Et stort' : 'Et lite'} vedlegg nummer ${String(n)}\n`.repeat(n % 2 === 0 ? 1000 : 1))

/** Every file below a folder. */
const below = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))

async function bytes(id: number, attachmentId: string): Promise<Buffer> {
  const { handle } = await course.call('files.begin', { id, attachmentId })
  const pieces: Buffer[] = []
  for (;;) {
    const { data } = await course.call('files.next', { handle })
    if (data === '') return Buffer.concat(pieces)
    pieces.push(Buffer.from(data, 'base64'))
  }
}

describe('file names as senders write them', () => {
  it('become no path: every file is kept whole, once, and nothing is written outside of the vault', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day, { attachments: names.map((name, n) => file(n + 1, name, content(n), { dataType: 'text/plain' })) })]))
    await course.consent()
    const before = below(course.folder).filter((path) => !path.startsWith(course.profile))
    await course.sync()
    const { rows } = await course.call('messages.list', { view: 'all', limit: 5 })
    const id = rows[0]?.id ?? 0
    const { attachments } = await course.call('messages.show', { id })
    expect(attachments.filter((one) => one.state !== 'stored').map(({ fileName, reason }) => ({ fileName, reason }))).toEqual([])
    expect(attachments).toHaveLength(names.length)
    for (const [n, one] of attachments.entries()) expect((await bytes(id, one.attachmentId)).equals(content(n))).toBe(true)
    // Beside the profile nothing has come but what the local Altinn itself keeps.
    expect(below(course.folder).filter((path) => !path.startsWith(course.profile) && !path.startsWith(join(course.folder, 'altinn')))).toEqual(before.filter((path) => !path.startsWith(join(course.folder, 'altinn'))))
    for (const path of below(course.profile)) {
      expect(relative(course.profile, path)).toMatch(/^(vault\/[0-9a-f]{2}\/([0-9a-f]{64}|[0-9a-f]{16}\.pack)|(ledger|mail|index|lock)\.db(-wal|-shm|-journal)?|keys\.json(\.1)?|ledger\.journal\/\d+\.journal|[a-z.-]+)$/)
    }
    expect(existsSync('/tmp/utenfor.txt')).toBe(false)
  })

  it('saved by a person, stay in the folder that was chosen, under a name every system takes', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day, { attachments: names.map((name, n) => file(n + 1, name, content(n), { dataType: 'text/plain' })) })]))
    await course.consent()
    await course.sync()
    await course.engine.close()
    const chosen = join(course.folder, 'valgt')
    mkdirSync(chosen)
    const suggested: string[] = []
    await course.startEngine({
      ...noDesk,
      saveTarget: (name) => {
        suggested.push(name)
        return Promise.resolve({ path: join(chosen, name) })
      },
    })
    const { rows } = await course.call('messages.list', { view: 'all', limit: 5 })
    const id = rows[0]?.id ?? 0
    const { attachments } = await course.call('messages.show', { id })
    for (const [n, one] of attachments.entries()) {
      const { path } = await course.call('files.save', { id, attachmentId: one.attachmentId })
      expect(dirname(path ?? '')).toBe(chosen)
      expect(readFileSync(path ?? '').equals(content(n))).toBe(true)
      expect(statSync(path ?? '').mode & 0o777).toBe(0o600)
    }
    for (const name of suggested) {
      expect(basename(name)).toBe(name)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120)
      expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cf}]|^\s|[.\s]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu)
      expect(name).not.toBe('')
    }
  })
})
