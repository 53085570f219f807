import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeWay } from '../../main/engine/keys.ts'
import { ProfileError } from '../../main/engine/profile-error.ts'
import { unlockKeys, waysAfter, waysInto } from '../../main/engine/unlock.ts'
import { type Keytar, keychainKeeper } from '../../main/secrets/keychain.ts'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'

const tt02 = { name: 'tt02', loopback: false }
let folder = ''
/** What the keychain holds; null: it is locked. */
let entries: Map<string, string> | null = new Map()

const keytar: Keytar = {
  getPassword: (_, account) => entries === null ? Promise.reject(new Error('Cannot get secret of a locked object: is locked')) : Promise.resolve(entries.get(account) ?? null),
  setPassword: (_, account, password) => {
    if (entries === null) return Promise.reject(new Error('is locked'))
    entries.set(account, password)
    return Promise.resolve()
  },
  deletePassword: (_, account) => Promise.resolve(entries?.delete(account) ?? false),
}
const keeper = keychainKeeper({ load: () => Promise.resolve(keytar) })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-unlock-'))
  entries = new Map()
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const open = (passphraseFile: string | null = null, recoveryCodeFile: string | null = null): Promise<ProfileKeys> => unlockKeys(folder, { passphraseFile, recoveryCodeFile }, keeper)
const kinds = async (keys: ProfileKeys): Promise<readonly string[]> => (await waysInto(folder, keys, keeper).list()).map(({ kind }) => kind)

describe('a profile that the keychain opens', () => {
  it('names the other ways when the keychain is closed or no longer has the key, and opens with each of them', async () => {
    const keys = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    const ways = waysInto(folder, keys, keeper)
    const had = new Map(entries)
    entries = null
    await expect(open()).rejects.toMatchObject({ code: 'keychain-closed' })
    entries = new Map()
    await expect(open()).rejects.toMatchObject({ code: 'keychain-lost' })
    entries = had
    const code = ways.offerCode()
    await code.add()
    await ways.setPassphrase(file('passphrase', 'riktig hest batteri\n'))
    expect(await kinds(keys)).toEqual(['keychain', 'recovery-code', 'passphrase'])
    entries = null
    await expect(open()).rejects.toMatchObject({ code: 'keychain-or', values: { ways: '--passphrase-file / --recovery-code-file' } })
    entries = new Map()
    await expect(open()).rejects.toMatchObject({ code: 'keychain-changed' })
    for (const opened of [await open(join(folder, 'passphrase')), await open(null, file('code', ` ${code.text.toLowerCase()}\n`))]) expect(opened.derive('mail')).toEqual(keys.derive('mail'))
  })

  it('gets a new entry in the keychain after it was opened in another way, and the old one goes', async () => {
    const keys = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    await waysInto(folder, keys, keeper).setPassphrase(file('passphrase', 'riktig hest batteri'))
    entries = new Map([['profile/other', 'x']])
    const again = await open(join(folder, 'passphrase'))
    await waysInto(folder, again, keeper).addKeychain()
    expect((await open()).derive('mail')).toEqual(keys.derive('mail'))
    expect(await kinds(again)).toEqual(['passphrase', 'keychain'])
    expect(entries.size).toBe(2)
    const [, way] = await waysInto(folder, again, keeper).list()
    await removeWay(folder, again, way?.id ?? '', keeper)
    expect([...entries.keys()]).toEqual(['profile/other'])
  })
})

describe('a profile that a passphrase opens', () => {
  it('says what is wrong with what was given', async () => {
    const passphrase = file('passphrase', 'riktig hest batteri')
    const keys = await createKeys(folder, { kind: 'passphrase', passphrase: Buffer.from('riktig hest batteri') }, tt02)
    await expect(open()).rejects.toMatchObject({ code: 'needs-passphrase' })
    await expect(open(file('wrong', 'feil passordfrase'))).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'no-file' })
    await expect(open(null, file('code', 'AAAA'))).rejects.toMatchObject({ code: 'no-recovery-code', values: { ways: '--passphrase-file' } })
    const ways = waysInto(folder, keys, keeper)
    const [first, second] = [ways.offerCode(), ways.offerCode()]
    await first.add()
    await expect(open(null, file('code', 'AAAA'))).rejects.toMatchObject({ code: 'recovery-code' })
    await expect(open(null, file('code', second.text))).rejects.toMatchObject({ code: 'wrong-recovery-code' })
    expect((await open(passphrase)).profileId).toBe(keys.profileId)
  })

  it('takes a new passphrase or code in the place of the old, and never ends without a way in', async () => {
    const keys = await createKeys(folder, { kind: 'passphrase', passphrase: Buffer.from('riktig hest batteri') }, tt02)
    const ways = waysInto(folder, keys, keeper)
    const code = ways.offerCode()
    expect(code.matches(code.text.replace(/-/g, ' ').toLowerCase())).toBe(true)
    expect(code.matches(`${code.text.slice(0, -1)}${code.text.endsWith('0') ? '1' : '0'}`)).toBe(false)
    await code.add()
    const newer = ways.offerCode()
    await newer.add()
    await expect(open(null, file('code', code.text))).rejects.toMatchObject({ code: 'wrong-recovery-code' })
    expect((await open(null, file('code', newer.text))).profileId).toBe(keys.profileId)
    await ways.setPassphrase(file('new', 'gal hest batteri'))
    await expect(open(file('old', 'riktig hest batteri'))).rejects.toMatchObject({ code: 'wrong-passphrase' })
    expect(await kinds(await open(join(folder, 'new')))).toEqual(['recovery-code', 'passphrase'])
    const [codeWay, passphraseWay] = await ways.list()
    await expect(ways.remove(passphraseWay?.id ?? '')).rejects.toMatchObject({ code: 'last-way' })
    await expect(ways.remove('6f1f3a52-2a0f-4d39-9d3c-0d6f6d3f2f11')).rejects.toMatchObject({ code: 'no-way' })
    await ways.remove(codeWay?.id ?? '')
    expect(await kinds(keys)).toEqual(['passphrase'])
  })
})

describe('the demo', () => {
  it('has only the key beside it', async () => {
    const keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
    expect((await open()).profileId).toBe(keys.profileId)
    const ways = waysInto(folder, keys, keeper)
    expect(() => ways.offerCode()).toThrow(expect.objectContaining({ code: 'demo-keys' }))
    await expect(ways.addKeychain()).rejects.toMatchObject({ code: 'demo-keys' })
  })
})

describe('what a person types in the window', () => {
  const typed = (kind: 'passphrase' | 'recovery-code', text: string): Promise<ProfileKeys> => unlockKeys(folder, { passphraseFile: null, secret: { kind, text } }, keeper)

  it('opens the profile whatever state the keychain is in, and tells a slip of the pen from a wrong code', async () => {
    const keys = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    const ways = waysInto(folder, keys, keeper)
    const code = ways.offerCode()
    await code.add()
    await ways.setPassphrase(file('passphrase', 'riktig hest batteri'))
    entries = null
    for (const opened of [await typed('passphrase', 'riktig hest batteri'), await typed('recovery-code', code.text.toLowerCase())]) expect(opened.derive('mail')).toEqual(keys.derive('mail'))
    await expect(typed('passphrase', 'feil')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(typed('recovery-code', ways.offerCode().text)).rejects.toMatchObject({ code: 'wrong-recovery-code' })
    await expect(typed('recovery-code', code.text.slice(1))).rejects.toMatchObject({ code: 'recovery-code', values: { slip: 'length' } })
    await expect(typed('recovery-code', `U${code.text.slice(1)}`)).rejects.toMatchObject({ code: 'recovery-code', values: { slip: 'sign' } })
  })

  it('is asked for only where it helps, in the ways that the profile has', async () => {
    const keys = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    expect(await waysAfter(new ProfileError('keychain-lost'), folder)).toEqual({ typed: '', keychain: 'yes' })
    await waysInto(folder, keys, keeper).setPassphrase(file('passphrase', 'riktig hest batteri'))
    expect(await waysAfter(new ProfileError('keychain-or'), folder)).toEqual({ typed: 'passphrase', keychain: 'yes' })
    await waysInto(folder, keys, keeper).offerCode().add()
    expect(await waysAfter(new ProfileError('wrong-passphrase'), folder)).toEqual({ typed: 'passphrase recovery-code', keychain: 'yes' })
    expect(await waysAfter(new ProfileError('profile-file'), folder)).toEqual({})
    expect(await waysAfter(new Error('damaged'), folder)).toEqual({})
  })
})
