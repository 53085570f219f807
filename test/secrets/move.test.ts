import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { moveSecrets } from '../../main/secrets/move.ts'
import { passphraseFileKeeper } from '../../main/secrets/passphrase-file.ts'
import type { SecretKeeper, SecretTrouble } from '../../main/secrets/port.ts'
import { diskFile } from './disk-file.ts'
import { plainKeeper } from './plain-keeper.ts'

const names = ['profile/a', 'profile/b']
const valueOf = (name: string): Buffer => Buffer.from(`verdien til ${name}`)
const always = () => Promise.resolve(true)

/** A keeper in memory that tells what it was asked, and gives one answer in place of its own. */
function memory(entries: Map<string, Buffer>, asked: string[] = [], instead: Readonly<Partial<Record<'read' | 'write' | 'remove', SecretTrouble>>> = {}): SecretKeeper {
  const tell = (what: 'read' | 'write' | 'remove', name: string): void => { asked.push(`${what} ${name}`) }
  return {
    kind: 'keychain',
    probe: () => Promise.resolve({ state: 'available', reason: '' }),
    read: (name) => {
      tell('read', name)
      const value = entries.get(name)
      return Promise.resolve(instead.read ?? (value === undefined ? { state: 'missing' } : { state: 'found', value: Buffer.from(value) }))
    },
    write: (name, value) => {
      tell('write', name)
      if (instead.write !== undefined) return Promise.resolve(instead.write)
      entries.set(name, Buffer.from(value))
      return Promise.resolve({ state: 'written' })
    },
    remove: (name) => {
      tell('remove', name)
      return Promise.resolve(instead.remove ?? (entries.delete(name) ? { state: 'removed' } : { state: 'missing' }))
    },
  }
}
const full = (): Map<string, Buffer> => new Map(names.map((name) => [name, valueOf(name)]))

describe('moving secrets to another keeper', () => {
  it('removes nothing before everything was written, read back and proven', async () => {
    const [here, there, asked] = [full(), new Map<string, Buffer>(), [] as string[]]
    const proved: string[] = []
    const moved = await moveSecrets(memory(here, asked), memory(there, asked), names, (name, value) => {
      expect(value).toEqual(valueOf(name))
      expect(here.size).toBe(2)
      proved.push(name)
      return Promise.resolve(true)
    })
    expect(moved).toEqual({ state: 'moved', names })
    expect(proved).toEqual(names)
    expect(asked).toEqual(['read profile/a', 'write profile/a', 'read profile/a', 'read profile/b', 'write profile/b', 'read profile/b', 'remove profile/a', 'remove profile/b'])
    expect(here.size).toBe(0)
    expect(there).toEqual(full())
  })

  it('keeps the old entries when either keeper is locked, absent or denies, and when the new one does not prove itself', async () => {
    for (const state of ['locked', 'absent', 'denied', 'changed'] as const) {
      const trouble: SecretTrouble = { state, reason: 'så' }
      const here = full()
      expect(await moveSecrets(memory(here, [], { read: trouble }), memory(new Map()), names, always)).toEqual({ state: 'kept', at: 'from', trouble })
      expect(await moveSecrets(memory(here), memory(new Map(), [], { write: trouble }), names, always)).toEqual({ state: 'kept', at: 'to', trouble })
      expect(await moveSecrets(memory(here), memory(new Map(), [], { read: trouble }), names, always)).toEqual({ state: 'kept', at: 'to', trouble })
      expect(await moveSecrets(memory(here, [], { remove: trouble }), memory(new Map()), names, always)).toEqual({ state: 'kept', at: 'from', trouble })
      expect(here).toEqual(full())
    }
    const here = full()
    expect(await moveSecrets(memory(here), memory(new Map()), names, (name) => Promise.resolve(name === 'profile/a'))).toMatchObject({ state: 'kept', at: 'to', trouble: { state: 'changed' } })
    const other = memory(new Map([['profile/a', Buffer.from('noe annet')]]))
    expect(await moveSecrets(memory(here), { ...other, write: () => Promise.resolve({ state: 'written' }) }, names, always)).toMatchObject({ state: 'kept', at: 'to', trouble: { state: 'changed' } })
    expect(await moveSecrets(memory(here), memory(new Map()), ['profile/unknown'], always)).toMatchObject({ state: 'kept', at: 'from', trouble: { state: 'changed' } })
    expect(here).toEqual(full())
  })

  it('from the keychain into a file that a passphrase opens, and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-move-'))
    try {
      const file = passphraseFileKeeper({ file: diskFile(join(folder, 'file')), passphrase: Buffer.from('riktig hest batteri'), cost: { N: 2 ** 15, r: 8, p: 1 } })
      const [here, back] = [full(), new Map<string, Buffer>()]
      expect(await moveSecrets(memory(here), file, names, always)).toEqual({ state: 'moved', names })
      expect(here.size).toBe(0)
      expect(await moveSecrets(file, memory(back), names, always)).toEqual({ state: 'moved', names })
      expect(back).toEqual(full())
      expect(await file.read('profile/a')).toEqual({ state: 'missing' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  describe('is killed', () => {
    let folder = ''
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'meldingsboks-move-'))
    })
    afterEach(() => {
      rmSync(folder, { recursive: true })
    })

    it('between any two of its steps: each secret is whole at one keeper at least, and the same move again ends it', { timeout: 120_000 }, async () => {
      const steps = 4 * names.length
      const before = join(folder, 'before')
      for (const name of names) expect(await plainKeeper(before).write(name, valueOf(name))).toEqual({ state: 'written' })
      for (let dieAfter = 1; dieAfter <= steps; dieAfter += 1) {
        const [from, to] = [join(folder, `from-${String(dieAfter)}`), join(folder, `to-${String(dieAfter)}`)]
        copyFileSync(before, from)
        const run = (after: number) => spawnSync(process.execPath, [join(import.meta.dirname, 'move-child.ts'), from, to, names.join(), String(after)], { encoding: 'utf8' })
        expect(run(dieAfter)).toMatchObject({ signal: 'SIGKILL', stdout: '' })
        for (const name of names) {
          const found = (await Promise.all([plainKeeper(from).read(name), plainKeeper(to).read(name)])).filter((one) => one.state === 'found')
          expect(found.length).toBeGreaterThan(0)
          for (const one of found) expect(one).toEqual({ state: 'found', value: valueOf(name) })
        }
        expect(JSON.parse(run(0).stdout)).toEqual({ state: 'moved', names })
        for (const name of names) {
          expect(await plainKeeper(from).read(name)).toEqual({ state: 'missing' })
          expect(await plainKeeper(to).read(name)).toEqual({ state: 'found', value: valueOf(name) })
        }
      }
    })
  })
})
