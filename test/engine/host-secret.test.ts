import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unlockKeys, waysAfter, waysInto } from '../../main/engine/unlock.ts'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { addKeySlot, createKeys, openKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { plainKeeper } from '../secrets/plain-keeper.ts'

const tt02 = { name: 'tt02', loopback: false }
let folder = ''
let directory: string | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-unattended-'))
  directory = process.env['CREDENTIALS_DIRECTORY']
  process.env['CREDENTIALS_DIRECTORY'] = folder
})
afterEach(() => {
  if (directory === undefined) delete process.env['CREDENTIALS_DIRECTORY']
  else process.env['CREDENTIALS_DIRECTORY'] = directory
  rmSync(folder, { recursive: true })
})

const put = (name: string, content: Buffer, mode = 0o400): void => {
  writeFileSync(join(folder, name), content)
  chmodSync(join(folder, name), mode)
}
const credential = (name: string) => ({ kind: 'credential', name }) as const
const open = (name: string): Promise<ProfileKeys> => unlockKeys(folder, { passphraseFile: null, hostSecret: credential(name) })
const passphrase = () => ({ kind: 'passphrase', passphrase: Buffer.from('riktig hest batteri') }) as const

describe('a profile on a machine without a person', () => {
  it('opens with what the host gives, and says what is wrong with it', async () => {
    const keys = await createKeys(folder, passphrase(), tt02)
    const ways = waysInto(folder, keys)
    put('maskin', randomBytes(32))
    await expect(open('maskin')).rejects.toMatchObject({ code: 'no-host-secret', values: { ways: '--passphrase-file' } })
    await expect(ways.setHostSecret(credential('nowhere'))).rejects.toMatchObject({ code: 'host-secret-absent' })
    put('kort', randomBytes(31))
    await expect(ways.setHostSecret(credential('kort'))).rejects.toMatchObject({ code: 'host-secret-weak', values: { detail: 'short' } })
    put('like', Buffer.alloc(64, 'a'))
    await expect(ways.setHostSecret(credential('like'))).rejects.toMatchObject({ code: 'host-secret-weak', values: { detail: 'uniform' } })
    put('alle', randomBytes(32), 0o444)
    await expect(ways.setHostSecret(credential('alle'))).rejects.toMatchObject({ code: 'host-secret-denied' })
    expect((await ways.list()).map(({ kind }) => kind)).toEqual(['passphrase'])

    await ways.setHostSecret(credential('maskin'))
    expect((await open('maskin')).derive('mail')).toEqual(keys.derive('mail'))
    put('annen', randomBytes(32))
    await expect(open('annen')).rejects.toMatchObject({ code: 'wrong-host-secret' })
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'host-secret-absent' })
    await expect(open('alle')).rejects.toMatchObject({ code: 'host-secret-denied' })
    await expect(open('kort')).rejects.toMatchObject({ code: 'host-secret-weak' })
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).not.toContain(readFileSync(join(folder, 'maskin')).toString('base64'))
  })

  it('takes a new secret in the place of the old, and may be left with that way alone', async () => {
    const keys = await createKeys(folder, passphrase(), tt02)
    const ways = waysInto(folder, keys)
    for (const name of ['forste', 'neste']) {
      put(name, randomBytes(40))
      await ways.setHostSecret(credential(name))
    }
    await expect(open('forste')).rejects.toMatchObject({ code: 'wrong-host-secret' })
    const [first] = await ways.list()
    await ways.remove(first?.id ?? '')
    expect((await open('neste')).profileId).toBe(keys.profileId)
    await expect(unlockKeys(folder, { passphraseFile: null })).rejects.toMatchObject({ code: 'needs-host-secret' })
    // A person at a window cannot type it.
    const closed: unknown = await unlockKeys(folder, { passphraseFile: null }).catch((error: unknown) => error)
    expect(await waysAfter(closed, folder)).toEqual({ typed: '', keychain: 'no' })
    const [last] = await ways.list()
    await expect(ways.remove(last?.id ?? '')).rejects.toMatchObject({ code: 'last-way' })
  })

  it('a slot cannot be passed off as another\'s: changed, or under another kind, it does not open', async () => {
    const keys = await createKeys(folder, passphrase(), tt02)
    const secret = randomBytes(32)
    await addKeySlot(folder, keys, { kind: 'host-secret', secret })
    await expect(openKeys(folder, { kind: 'recovery-code', bits: secret })).rejects.toMatchObject({ code: 'missing-keys' })
    await expect(openKeys(folder, { kind: 'host-secret', secret: randomBytes(32) })).rejects.toMatchObject({ code: 'wrong-key' })
    await expect(addKeySlot(folder, keys, { kind: 'host-secret', secret: Buffer.alloc(8, 1) })).rejects.toThrow(RangeError)
    expect((await openKeys(folder, { kind: 'host-secret', secret })).derive('vault')).toEqual(keys.derive('vault'))
  })
})

describe('a new way in', () => {
  const keychain = (entries: Map<string, Buffer>, give: (value: Buffer) => Buffer = (value) => value): SecretKeeper => ({
    kind: 'keychain',
    probe: () => Promise.resolve({ state: 'available', reason: '' }),
    read: (name) => {
      const value = entries.get(name)
      return Promise.resolve(value === undefined ? { state: 'missing' } : { state: 'found', value: give(Buffer.from(value)) })
    },
    write: (name, value) => {
      entries.set(name, Buffer.from(value))
      return Promise.resolve({ state: 'written' })
    },
    remove: (name) => Promise.resolve(entries.delete(name) ? { state: 'removed' } : { state: 'missing' }),
  })

  it('that does not open the profile is taken out again, and the old one stays', async () => {
    const keys = await createKeys(folder, passphrase(), tt02)
    const slots = (): unknown => JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'))
    const before = slots()
    const entries = new Map<string, Buffer>()
    const lying = keychain(entries, () => randomBytes(32))
    await expect(waysInto(folder, keys, lying).addKeychain()).rejects.toMatchObject({ code: 'keychain' })
    expect(slots()).toEqual(before)
    expect(entries.size).toBe(0)
  })

  it('is cut off between any two steps: the profile opens, and the same again ends it', { timeout: 240_000 }, async () => {
    const program = join(import.meta.dirname, 'replace-child.ts')
    const ring = join(folder, 'ring')
    const keeper = plainKeeper(ring)
    const keys = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    // Written, read back for the proof, and the old entry removed: three questions to the keychain, between which keys.json is replaced twice.
    for (let dieAfter = 1; dieAfter <= 3; dieAfter += 1) {
      const run = (after: number) => spawnSync(process.execPath, [program, folder, ring, String(after)], { encoding: 'utf8' })
      expect(run(dieAfter)).toMatchObject({ signal: 'SIGKILL', stdout: '' })
      expect((await openKeys(folder, { kind: 'keychain', keeper })).derive('mail')).toEqual(keys.derive('mail'))
      expect(run(0)).toMatchObject({ status: 0, stdout: 'keychain' })
      expect((await openKeys(folder, { kind: 'keychain', keeper })).derive('mail')).toEqual(keys.derive('mail'))
    }
  })
})
