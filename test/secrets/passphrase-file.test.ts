import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { passphraseFileKeeper } from '../../main/secrets/passphrase-file.ts'
import { longestSecret, type SecretKeeper } from '../../main/secrets/port.ts'
import { scryptCost } from '../../main/secrets/stretch.ts'
import { diskFile } from './disk-file.ts'

/** The least that is accepted, so that many questions do not take long. */
const cheap = { N: 2 ** 15, r: 8, p: 1 }
let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-sealed-'))
  path = join(folder, 'secrets.file')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const keeper = (passphrase = 'riktig hest batteri', at = path): SecretKeeper => passphraseFileKeeper({ file: diskFile(at), passphrase: Buffer.from(passphrase), cost: cheap })
const change = (edit: (json: Record<string, unknown>) => void): void => {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  edit(json)
  writeFileSync(path, JSON.stringify(json))
}

describe('a file that a passphrase opens', () => {
  it('keeps secrets by name, for this user only, and nothing of them or their names is readable', async () => {
    expect(await keeper().probe()).toMatchObject({ state: 'available' })
    expect(await keeper().read('profil/æøå')).toEqual({ state: 'missing' })
    expect(existsSync(path)).toBe(false)
    const value = Buffer.from('sju hemmelege ord')
    expect(await keeper().write('profil/æøå', value)).toEqual({ state: 'written' })
    expect(await keeper().write('annen', Buffer.alloc(longestSecret, 7))).toEqual({ state: 'written' })
    expect(await keeper().read('profil/æøå')).toEqual({ state: 'found', value })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const text = readFileSync(path, 'latin1')
    for (const part of ['hemmelege', value.toString('base64').slice(0, 12), 'profil', 'annen', 'riktig hest']) expect(text).not.toContain(part)
    expect(await keeper().remove('profil/æøå')).toEqual({ state: 'removed' })
    expect(await keeper().remove('profil/æøå')).toEqual({ state: 'missing' })
    expect(await keeper().read('annen')).toMatchObject({ state: 'found' })
  })

  it('names such as those of every object are names like others', async () => {
    expect(await keeper().read('constructor')).toEqual({ state: 'missing' })
    expect(await keeper().write('__proto__', Buffer.from('a'))).toEqual({ state: 'written' })
    expect(await keeper().read('__proto__')).toEqual({ state: 'found', value: Buffer.from('a') })
    expect(await keeper().remove('toString')).toEqual({ state: 'missing' })
  })

  it('is sealed with the cost of security.md 20 by default, and takes none from a file that is out of bounds', async () => {
    const own = passphraseFileKeeper({ file: diskFile(path), passphrase: Buffer.from('riktig hest batteri') })
    expect(await own.write('a', Buffer.from('b'))).toEqual({ state: 'written' })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1, kdf: { name: 'scrypt', ...scryptCost } })
    expect(scryptCost).toEqual({ N: 131_072, r: 8, p: 1 })
    for (const kdf of [{ name: 'scrypt', N: 2 ** 24, r: 8, p: 1 }, { name: 'scrypt', N: 2, r: 8, p: 1 }, { name: 'scrypt', N: 2 ** 17, r: 8, p: 1000 }, { name: 'scrypt', N: 2 ** 17, r: 800, p: 1 }]) {
      change((json) => { json['kdf'] = kdf })
      expect(await own.read('a')).toMatchObject({ state: 'changed' })
    }
    expect(() => passphraseFileKeeper({ file: diskFile(path), passphrase: Buffer.from('x'), cost: { N: 4, r: 8, p: 1 } })).toThrow(RangeError)
    expect(() => passphraseFileKeeper({ file: diskFile(path), passphrase: Buffer.alloc(0) })).toThrow(RangeError)
    await expect(keeper().write('a', Buffer.alloc(longestSecret + 1))).rejects.toThrow(RangeError)
  })

  it('never reads as empty: a wrong passphrase is denied, a changed, cut, foreign or newer file is said to be changed', async () => {
    await keeper().write('a', Buffer.from('b'))
    const whole = readFileSync(path)
    const wrong = keeper('galt passord')
    for (const answer of [await wrong.read('a'), await wrong.read('other'), await wrong.remove('a'), await wrong.write('c', Buffer.from('d')), await wrong.probe()]) expect(answer).toMatchObject({ state: 'denied' })
    expect(readFileSync(path)).toEqual(whole)
    const other = { salt: Buffer.alloc(32, 1).toString('base64'), nonce: Buffer.alloc(12, 1).toString('base64'), sealed: Buffer.alloc(40, 1).toString('base64') }
    for (const [name, value] of Object.entries(other)) {
      writeFileSync(path, whole)
      change((json) => { json[name] = value })
      expect(await keeper().read('a')).toMatchObject({ state: 'denied' })
    }
    writeFileSync(path, whole)
    change((json) => { json['kdf'] = { name: 'scrypt', N: 2 ** 16, r: 8, p: 1 } })
    expect(await keeper().read('a')).toMatchObject({ state: 'denied' })
    for (const content of [whole.subarray(0, 80), Buffer.from(''), Buffer.from('{}'), Buffer.alloc(2 * 1024 * 1024, 32)]) {
      writeFileSync(path, content)
      for (const answer of [await keeper().read('a'), await keeper().probe(), await keeper().write('c', Buffer.from('d'))]) expect(answer).toMatchObject({ state: 'changed' })
      expect(readFileSync(path)).toEqual(content)
    }
    writeFileSync(path, whole)
    change((json) => { json['version'] = 2 })
    expect(await keeper().read('a')).toMatchObject({ state: 'changed', reason: expect.stringContaining('newer') as string })
  })

  it('says what stands in the way of its file, and never its path', async () => {
    const unreadable = passphraseFileKeeper({ file: { read: () => Promise.reject(Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' })), replace: () => Promise.resolve() }, passphrase: Buffer.from('x'), cost: cheap })
    expect(await unreadable.read('a')).toEqual({ state: 'denied', reason: 'the file with the secrets: EACCES' })
    mkdirSync(join(folder, 'fil'))
    expect(await keeper('x', join(folder, 'fil')).read('a')).toMatchObject({ state: 'absent' })
    expect(await keeper('x', join(folder, 'nowhere', 'file')).write('a', Buffer.from('b'))).toMatchObject({ state: 'absent' })
    const full = passphraseFileKeeper({ file: { read: () => Promise.resolve(null), replace: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) }, passphrase: Buffer.from('x'), cost: cheap })
    expect(await full.write('a', Buffer.from('b'))).toMatchObject({ state: 'denied', reason: 'the file with the secrets: ENOSPC' })
    const forgetful = passphraseFileKeeper({ file: { read: () => Promise.resolve(null), replace: () => Promise.resolve() }, passphrase: Buffer.from('x'), cost: cheap })
    expect(await forgetful.write('a', Buffer.from('b'))).toMatchObject({ state: 'changed' })
  })

  it('takes several questions at a time and loses none of them', async () => {
    const one = keeper()
    await Promise.all(Array.from({ length: 6 }, (_, n) => one.write(`n${String(n)}`, Buffer.from([n]))))
    for (let n = 0; n < 6; n += 1) expect(await one.read(`n${String(n)}`)).toEqual({ state: 'found', value: Buffer.from([n]) })
  })
})
