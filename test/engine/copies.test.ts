import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCopies } from '../../main/engine/copies.ts'
import { Refusal } from '../../main/engine/errors.ts'
import { markFromInternet } from '../../main/engine/from-internet.ts'
import { newFileIn, saveTo } from '../../main/engine/saving.ts'
import { copyOpener } from '../../main/shell/electron/copies.ts'
import { isOurCopy, openCopy } from '../../main/shell/open-copy.ts'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'meldingsboks-copies-test-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

async function* of(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text))
}
async function* breaks(text: string, error: Error): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text))
  throw error
}
const places = (name = 'memory') => [join(folder, name), join(folder, 'run')]
const begin = (writes = true) => openCopies({ profile: join(folder, 'profile'), writes, parents: places() })
const noRoom = Object.assign(new Error('no room'), { code: 'ENOSPC' })

describe('copies for other programs', () => {
  it('are read-only, for this user alone, keep their name, and go when the run ends', async () => {
    mkdirSync(join(folder, 'memory'))
    const copies = begin()
    const path = await copies.make('1 a', 'Årsregnskap.pdf', of('%PDF-', '1.7'))
    expect(basename(path)).toBe('Årsregnskap.pdf')
    expect(readFileSync(path, 'utf8')).toBe('%PDF-1.7')
    expect([path, dirname(path), dirname(dirname(path))].map((one) => (statSync(one).mode & 0o777).toString(8))).toEqual(['400', '700', '700'])
    expect(dirname(dirname(dirname(path)))).toBe(join(folder, 'memory'))
    // The same file is one copy; another of the same name has a folder of its own.
    expect(await copies.make('1 a', 'Årsregnskap.pdf', of('x'))).toBe(path)
    expect(await copies.make('1 b', 'Årsregnskap.pdf', of('x'))).not.toBe(path)
    await copies.close()
    expect(readdirSync(join(folder, 'memory'))).toEqual([])
    expect(await copies.left()).toEqual([])
  })

  it('lie beside the profile where there is no memory to keep them in', async () => {
    const copies = begin()
    expect(dirname(dirname(dirname(await copies.make('1 a', 'a.txt', of('a')))))).toBe(join(folder, 'run'))
    await copies.close()
  })

  it('leave nothing when the disk is full', async () => {
    mkdirSync(join(folder, 'memory'))
    const copies = begin()
    await expect(copies.make('1 a', 'a.pdf', breaks('half', noRoom))).rejects.toEqual(new Refusal('disk-full', 'The file could not be saved'))
    expect(readdirSync(join(folder, 'memory'), { recursive: true }).filter((name) => String(name).endsWith('.pdf'))).toEqual([])
    expect(readFileSync(await copies.make('1 a', 'a.pdf', of('whole')), 'utf8')).toBe('whole')
    await copies.close()
  })

  it('of a process that was ended by force are deleted by the next start, those of others are not', async () => {
    mkdirSync(join(folder, 'memory'))
    const module = new URL('../../main/engine/copies.ts', import.meta.url).href
    const program = `const { openCopies } = await import(${JSON.stringify(module)}); const copies = openCopies({ profile: ${JSON.stringify(join(folder, 'profile'))}, writes: true, parents: ${JSON.stringify(places())} }); console.log(await copies.make('1 a', 'a.pdf', (async function* () { yield Buffer.from('readable') })())); process.kill(process.pid, 'SIGKILL')`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    const left = stdout.trim()
    expect(existsSync(left)).toBe(true)
    const other = openCopies({ profile: join(folder, 'another'), writes: true, parents: places() })
    const kept = await other.make('1 a', 'b.pdf', of('b'))
    const next = begin()
    expect(await next.left()).toEqual([])
    expect([existsSync(left), existsSync(kept)]).toEqual([false, true])
    await next.close()
    await other.close()
  })

  it.skipIf(process.platform === 'win32')('are opened only as what they are', async () => {
    mkdirSync(join(folder, 'memory'))
    const copies = begin()
    const path = await copies.make('1 a', 'a.pdf', of('a'))
    expect(await isOurCopy(path)).toBe(true)
    const asked: string[] = []
    const open = (answer: string) => copyOpener({ openPath: (one) => { asked.push(one); return Promise.resolve(answer) } })
    expect([await open('')(path), await open('no program')(path)]).toEqual([true, false])
    expect(asked).toEqual([path, path])
    const strange = join(dirname(path), 'b.pdf')
    symlinkSync('/etc/passwd', strange)
    const program = await copies.make('1 c', 'c.sh', of('#!/bin/sh'))
    const elsewhere = join(folder, 'd.pdf')
    writeFileSync(elsewhere, 'd', { mode: 0o400 })
    for (const one of [strange, program, elsewhere, `${dirname(path)}/../1/a.pdf`, 'a.pdf', '/etc/passwd', join(dirname(path), 'missing.pdf')]) expect([one, await open('')(one), await openCopy(one, () => Promise.resolve(true))]).toEqual([one, false, false])
    expect(asked).toHaveLength(2)
    chmodSync(path, 0o600)
    expect(await isOurCopy(path)).toBe(false)
    await copies.close()
  })
})

describe('what is saved', () => {
  it('goes over what was there in one step, and a failure takes nothing away', async () => {
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'before')
    await expect(saveTo(path, breaks('half', noRoom))).rejects.toMatchObject({ code: 'disk-full' })
    expect(readFileSync(path, 'utf8')).toBe('before')
    await saveTo(path, of('after'))
    expect(readFileSync(path, 'utf8')).toBe('after')
    expect(readdirSync(folder)).toEqual(['a.txt'])
    await expect(saveTo(join(folder, 'nowhere', 'a.txt'), of('x'))).rejects.toMatchObject({ code: 'unwritable' })
  })

  it('takes a name that is free, and gives it back when nothing is saved', async () => {
    writeFileSync(join(folder, 'a.txt'), 'mine')
    const target = await newFileIn(folder, 'a.txt')
    expect(target).toEqual({ path: join(folder, 'a (2).txt'), made: true })
    await expect(saveTo(target, breaks('half', noRoom))).rejects.toMatchObject({ code: 'disk-full' })
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  it('is marked as from the internet, without an address, where the system has such a mark', async () => {
    const done: unknown[] = []
    const marker = (platform: NodeJS.Platform) => ({ platform, write: (path: string, text: string) => { done.push([path, text]); return Promise.resolve() }, run: (program: string, args: readonly string[]) => { done.push([program, ...args]); return Promise.resolve() }, now: () => 1_700_000_000_000 })
    for (const platform of ['win32', 'darwin', 'linux'] as const) await markFromInternet('/x/a.pdf', marker(platform))
    expect(done).toEqual([['/x/a.pdf:Zone.Identifier', '[ZoneTransfer]\r\nZoneId=3\r\n'], ['/usr/bin/xattr', '-w', 'com.apple.quarantine', '0081;6553f100;Meldingsboks;', '/x/a.pdf']])
    await expect(markFromInternet('/x/a.pdf', { ...marker('win32'), write: () => Promise.reject(Object.assign(new Error('no streams'), { code: 'EINVAL' })) })).resolves.toBeUndefined()
  })
})
