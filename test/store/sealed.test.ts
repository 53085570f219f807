import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { openSecret, removeSecret, sealSecret } from '../../main/store/sealed.ts'

let folder = ''
let keys: ProfileKeys
const secret = Buffer.from('{"kty":"RSA","d":"hemmelig"}')
const path = () => join(folder, 'secrets.sealed')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meldingsboks-sealed-'))
  keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
})
afterEach(() => rm(folder, { recursive: true }))

describe('a sealed secret', () => {
  it('opens under its name, and another name has none', async () => {
    await sealSecret(folder, keys, 'a', secret)
    await sealSecret(folder, keys, 'b', Buffer.from('other'))
    expect(await openSecret(folder, keys, 'a')).toEqual(secret)
    expect(await openSecret(folder, keys, 'b')).toEqual(Buffer.from('other'))
    expect(await openSecret(folder, keys, 'c')).toBeNull()
  })

  it('is replaced, and taken away', async () => {
    await sealSecret(folder, keys, 'a', secret)
    await sealSecret(folder, keys, 'a', Buffer.from('new'))
    expect(await openSecret(folder, keys, 'a')).toEqual(Buffer.from('new'))
    await removeSecret(folder, 'a')
    await removeSecret(folder, 'a')
    expect(await openSecret(folder, keys, 'a')).toBeNull()
  })

  it('stands nowhere in the clear, for this user only, and sealed anew looks different', async () => {
    await sealSecret(folder, keys, 'a', secret)
    const first = await readFile(path(), 'utf8')
    expect(first).not.toContain('hemmelig')
    expect(first).not.toContain(secret.toString('base64'))
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    await sealSecret(folder, keys, 'a', secret)
    expect(await readFile(path(), 'utf8')).not.toBe(first)
  })

  it('does not open for another profile, under another name, changed or cut', async () => {
    await sealSecret(folder, keys, 'a', secret)
    const other = await createKeys(join(folder, 'other'), { kind: 'demo-file' }, { name: 'demo', loopback: true })
    await expect(openSecret(folder, other, 'a')).rejects.toMatchObject({ code: 'damaged' })
    interface File { version: number; secrets: Record<string, { sealed: string }> }
    const file = JSON.parse(await readFile(path(), 'utf8')) as File
    const sealed = Buffer.from(file.secrets['a']?.sealed ?? '', 'base64')
    const put = (name: string, bytes: Buffer) => writeFile(path(), JSON.stringify({ version: 1, secrets: { [name]: { ...file.secrets['a'], sealed: bytes.toString('base64') } } }))
    await put('b', sealed)
    await expect(openSecret(folder, keys, 'b')).rejects.toMatchObject({ code: 'damaged' })
    for (const bytes of [sealed.subarray(1), sealed.subarray(0, 4), sealed.subarray(0, 0), Buffer.concat([sealed, Buffer.alloc(1)])]) {
      await put('a', bytes)
      await expect(openSecret(folder, keys, 'a')).rejects.toMatchObject({ code: 'damaged' })
    }
    await put('a', sealed)
    expect(await openSecret(folder, keys, 'a')).toEqual(secret)
  })

  it('is never lost in a file that cannot be read: nothing is written over it', async () => {
    await writeFile(path(), '{ "version"')
    await expect(sealSecret(folder, keys, 'a', secret)).rejects.toMatchObject({ code: 'damaged' })
    await writeFile(path(), '{"version":2,"secrets":{}}')
    await expect(sealSecret(folder, keys, 'a', secret)).rejects.toMatchObject({ code: 'too-new' })
    expect(await readFile(path(), 'utf8')).toBe('{"version":2,"secrets":{}}')
  })
})
