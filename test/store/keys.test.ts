import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { keychainKeeper } from '../../main/secrets/keychain.ts'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { StoreError } from '../../main/store/errors.ts'
import { mendKeysFile } from '../../main/store/keys-file.ts'
import { keyPurposes } from '../../main/store/keys-purposes.ts'
import { makeRecoveryCode, parseRecoveryCode, wordRecoveryCode } from '../../main/store/keys-recovery-code.ts'
import { addKeySlot, createKeys, KeychainError, keyWays, openKeys, removeKeySlot, type KeyHolder } from '../../main/store/keys.ts'

const root = await mkdtemp(join(tmpdir(), 'meldingsboks-keys-'))
afterAll(() => rm(root, { recursive: true }))

let count = 0
let folder = ''
beforeEach(() => {
  count += 1
  folder = join(root, String(count))
})

const demo = { kind: 'demo-file' } as const
const passphrase = (text: string) => ({ kind: 'passphrase', passphrase: Buffer.from(text) }) as const
const here = { name: 'demo', loopback: true }
const tt02 = { name: 'tt02', loopback: false }

function keychain(): { readonly keeper: SecretKeeper; readonly entries: Map<string, string> } {
  const entries = new Map<string, string>()
  const keeper = keychainKeeper({
    load: () => Promise.resolve({
      getPassword: (_, account) => Promise.resolve(entries.get(account) ?? null),
      setPassword: (_, account, password) => {
        entries.set(account, password)
        return Promise.resolve()
      },
      deletePassword: (_, account) => Promise.resolve(entries.delete(account)),
    }),
  })
  return { keeper, entries }
}

/** The code of the error a promise ends with. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(() => null, (reason: unknown) => reason)
  if (error instanceof StoreError) return error.code
  if (error instanceof KeychainError) return `keychain ${error.state}`
  return String(error)
}

interface Json { [name: string]: Json | Json[] | string | number | boolean | undefined }
/** Puts the plain checksum right after a change, as somebody would who wants to pass it off. */
function recheck(json: Json): void {
  const sorted = (value: unknown): string => JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b))) : part)
  json['check'] = createHash('sha256')
    .update(sorted([json['version'], json['profileId'], json['environment'], json['epochs'], json['slots']])).digest('hex')
}

async function change(name: string, edit: (json: Json) => void): Promise<void> {
  const json = JSON.parse(await readFile(join(folder, name), 'utf8')) as Json
  edit(json)
  await writeFile(join(folder, name), JSON.stringify(json))
}

describe('keys of a profile', () => {
  it('are the same at every opening, other for every purpose and every profile', async () => {
    const made = await createKeys(folder, demo, here)
    const opened = await openKeys(folder, demo)
    expect(opened).toMatchObject({ profileId: made.profileId, holder: 'demo-file', environment: 'demo', loopback: true, epoch: 1, recovered: null })
    const seen = new Set<string>()
    for (const purpose of Object.keys(keyPurposes) as (keyof typeof keyPurposes)[]) {
      const key = opened.derive(purpose)
      expect(key).toEqual(made.derive(purpose))
      expect(key).toHaveLength(32)
      seen.add(key.toString('hex'))
    }
    const other = await createKeys(join(folder, 'other'), demo, here)
    seen.add(other.derive('ledger').toString('hex'))
    expect(seen.size).toBe(Object.keys(keyPurposes).length + 1)
  })

  it('give nothing more once they are wiped', async () => {
    const keys = await createKeys(folder, demo, here)
    keys.wipe()
    expect(() => keys.derive('mail')).toThrow(StoreError)
    expect((await openKeys(folder, demo)).derive('mail')).not.toEqual(Buffer.alloc(32))
  })

  it('open with the passphrase and no other', async () => {
    const made = await createKeys(folder, passphrase('riktig hest'), tt02)
    expect((await openKeys(folder, passphrase('riktig hest'))).derive('mail')).toEqual(made.derive('mail'))
    expect(await codeOf(openKeys(folder, passphrase('feil hest')))).toBe('wrong-key')
    expect(await codeOf(openKeys(folder, demo))).toBe('missing-keys')
  })

  it('hold no key in the clear, and can be read by this user only', async () => {
    await createKeys(folder, passphrase('riktig hest'), tt02)
    const text = await readFile(join(folder, 'keys.json'), 'utf8')
    expect(text).not.toContain('riktig hest')
    expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'keys.json.1'))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await keyWays(folder)).toMatchObject({ environment: tt02, ways: [{ kind: 'passphrase' }] })
  })
})

describe('a keychain slot', () => {
  it('opens by the entry whose name stands in keys.json', async () => {
    const { keeper, entries } = keychain()
    const made = await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    expect([...entries.keys()]).toEqual([expect.stringMatching(new RegExp(`^profile/${made.profileId}/`))])
    expect((await openKeys(folder, { kind: 'keychain', keeper })).derive('vault')).toEqual(made.derive('vault'))
  })

  it('says "changed" when the entry is gone or another one, and makes nothing new', async () => {
    const { keeper, entries } = keychain()
    await createKeys(folder, { kind: 'keychain', keeper }, tt02)
    const before = await readFile(join(folder, 'keys.json'))
    const [account] = entries.keys()
    await keeper.write(account ?? '', Buffer.alloc(32, 7))
    expect(await codeOf(openKeys(folder, { kind: 'keychain', keeper }))).toBe('keychain changed')
    entries.clear()
    expect(await codeOf(openKeys(folder, { kind: 'keychain', keeper }))).toBe('keychain changed')
    expect(entries.size).toBe(0)
    expect(await readFile(join(folder, 'keys.json'))).toEqual(before)
  })

  it('passes on that the keychain is locked, and leaves no profile behind when it was so at the start', async () => {
    const locked: SecretKeeper = {
      kind: 'keychain',
      probe: () => Promise.resolve({ state: 'locked', reason: 'test' }),
      read: () => Promise.resolve({ state: 'locked', reason: 'test' }),
      write: () => Promise.resolve({ state: 'locked', reason: 'test' }),
      remove: () => Promise.resolve({ state: 'locked', reason: 'test' }),
    }
    expect(await codeOf(createKeys(folder, { kind: 'keychain', keeper: locked }, tt02))).toBe('keychain locked')
    expect(await codeOf(openKeys(folder, { kind: 'keychain', keeper: locked }))).toBe('missing-keys')
    await createKeys(folder, { kind: 'keychain', keeper: keychain().keeper }, tt02)
    expect(await codeOf(openKeys(folder, { kind: 'keychain', keeper: locked }))).toBe('keychain locked')
  })
})

describe('a key in the file', () => {
  it('is refused for an environment on another machine', async () => {
    await expect(createKeys(folder, demo, tt02)).rejects.toThrow(RangeError)
  })

  it.each([
    ['the environment is renamed', (json: Json) => { json['environment'] = { name: 'prod', loopback: true } }],
    ['the environment stops being local', (json: Json) => { json['environment'] = { name: 'demo', loopback: false } }],
    ['the kind is changed', (json: Json) => { for (const slot of (json['slots'] ?? []) as Json[]) slot['kind'] = 'recovery-code' }],
    ['the profile id is changed', (json: Json) => { json['profileId'] = '6f1f3a52-2a0f-4d39-9d3c-0d6f6d3f2f11' }],
  ])('opens no more when %s', async (_, edit) => {
    await createKeys(folder, demo, here)
    await rm(join(folder, 'keys.json.1'))
    await change('keys.json', edit)
    expect(await codeOf(openKeys(folder, demo))).toBe('damaged')
  })

  it('cannot be given to a profile beside another way in', async () => {
    const keys = await createKeys(folder, demo, here)
    await expect(addKeySlot(folder, keys, passphrase('x'))).rejects.toThrow(RangeError)
  })
})

describe('ways in', () => {
  it('are added and taken away without changing the keys', async () => {
    const { keeper } = keychain()
    const made = await createKeys(folder, passphrase('en'), tt02)
    const code = makeRecoveryCode()
    await addKeySlot(folder, made, { kind: 'recovery-code', bits: code.bits })
    const slot = await addKeySlot(folder, made, { kind: 'keychain', keeper })
    const typed = parseRecoveryCode(code.text.toLowerCase())
    const ways: readonly KeyHolder[] = [passphrase('en'), { kind: 'recovery-code', bits: typed.ok ? typed.bits : Buffer.alloc(16) }, { kind: 'keychain', keeper }]
    for (const way of ways) expect((await openKeys(folder, way)).derive('journal')).toEqual(made.derive('journal'))
    await removeKeySlot(folder, made, slot)
    expect(await codeOf(openKeys(folder, { kind: 'keychain', keeper }))).toBe('missing-keys')
    expect((await keyWays(folder)).ways.map(({ kind }) => kind)).toEqual(['passphrase', 'recovery-code'])
    expect(await codeOf(openKeys(folder, { kind: 'recovery-code', bits: Buffer.alloc(16) }))).toBe('wrong-key')
  })

  it('never end', async () => {
    const keys = await createKeys(folder, passphrase('en'), tt02)
    await addKeySlot(folder, keys, { kind: 'recovery-code', bits: makeRecoveryCode().bits })
    const file = JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8')) as { slots: { id: string }[] }
    await expect(removeKeySlot(folder, keys, file.slots[0]?.id ?? '')).rejects.toThrow(RangeError)
    expect((await openKeys(folder, passphrase('en'))).profileId).toBe(keys.profileId)
  })
})

describe('what a slot authenticates', () => {
  it.each([
    ['the environment', (json: Json) => { json['environment'] = { name: 'prod', loopback: false } }],
    ['whether it is on this machine', (json: Json) => { json['environment'] = { name: 'tt02', loopback: true } }],
    ['the profile', (json: Json) => { json['profileId'] = '6f1f3a52-2a0f-4d39-9d3c-0d6f6d3f2f11' }],
    ['the epochs', (json: Json) => { json['epochs'] = [{ epoch: 2, createdAt: 1 }] }],
    ['the slot itself', (json: Json) => { for (const slot of (json['slots'] ?? []) as Json[]) slot['createdAt'] = 1 }],
  ])('%s: a change is refused even under a right checksum', async (_, edit) => {
    await createKeys(folder, passphrase('en'), tt02)
    await change('keys.json', recheck)
    expect((await openKeys(folder, passphrase('en'))).recovered).toBeNull()
    await change('keys.json', (json) => { edit(json); recheck(json) })
    expect(await codeOf(openKeys(folder, passphrase('en')))).toBe('wrong-key')
  })
})

describe('keys.json', () => {
  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['with one letter changed', (text: string) => text.replace(/"wrapped": "(.)/, (_, sign: string) => `"wrapped": "${sign === 'A' ? 'B' : 'A'}`)],
    ['with scrypt turned down', (text: string) => text.replace('131072', '2')],
    ['with scrypt turned up', (text: string) => text.replace('131072', '1073741824')],
    ['with a zero in place of the slots', (text: string) => text.replace(/"slots": \[[^]*\],/, '"slots": [],')],
  ])('%s: the previous one is read and the fact told; without it nothing opens', async (_, damage) => {
    const made = await createKeys(folder, passphrase('en'), tt02)
    const path = join(folder, 'keys.json')
    await writeFile(path, damage(await readFile(path, 'utf8')))
    const opened = await openKeys(folder, passphrase('en'))
    expect(opened.derive('mail')).toEqual(made.derive('mail'))
    expect(opened.recovered).toMatch(/keys\.json/)
    await rm(join(folder, 'keys.json.1'))
    expect(await codeOf(openKeys(folder, passphrase('en')))).toBe('damaged')
  })

  it('keeps the previous one, and never puts a damaged one in its place', async () => {
    const made = await createKeys(folder, passphrase('en'), tt02)
    const first = await readFile(join(folder, 'keys.json'))
    await addKeySlot(folder, made, passphrase('to'))
    expect(await readFile(join(folder, 'keys.json.1'))).toEqual(first)
    await writeFile(join(folder, 'keys.json'), '{')
    await addKeySlot(folder, made, passphrase('tre'))
    expect(await readFile(join(folder, 'keys.json.1'))).toEqual(first)
    expect((await openKeys(folder, passphrase('tre'))).recovered).toBeNull()
  })

  it('is read from the copy when it is gone', async () => {
    const made = await createKeys(folder, demo, here)
    await rm(join(folder, 'keys.json'))
    const opened = await openKeys(folder, demo)
    expect(opened.profileId).toBe(made.profileId)
    expect(opened.recovered).toBe('keys.json is missing')
  })

  it('is read from beside the copies of the ledger when both are damaged, and put right once it has opened', async () => {
    const made = await createKeys(folder, demo, here)
    await mkdir(join(folder, 'copies'))
    await writeFile(join(folder, 'copies', 'keys.json'), await readFile(join(folder, 'keys.json')))
    for (const name of ['keys.json', 'keys.json.1']) await writeFile(join(folder, name), '{')
    const opened = await openKeys(folder, demo)
    expect(opened.profileId).toBe(made.profileId)
    expect(opened.recovered).toMatch(/keys\.json/)
    await mendKeysFile(folder, 77)
    expect((await openKeys(folder, demo)).recovered).toBeNull()
    expect(await readFile(join(folder, 'keys.json.aside-77'), 'utf8')).toBe('{')
    await mendKeysFile(folder, 78)
    expect(await readdir(folder)).not.toContain('keys.json.aside-78')
  })

  it('of a newer form is refused, not taken for damage', async () => {
    await createKeys(folder, demo, here)
    await change('keys.json', (json) => { json['version'] = 2 })
    expect(await codeOf(openKeys(folder, demo))).toBe('too-new')
  })

  it('is not overwritten by a second set-up', async () => {
    const made = await createKeys(folder, demo, here)
    await expect(createKeys(folder, demo, here)).rejects.toThrow('already has keys')
    expect((await openKeys(folder, demo)).profileId).toBe(made.profileId)
  })

  it.each(['ledger.db', 'mail.db', 'index.db', 'mail.db-wal', 'secrets.sealed', 'ledger.journal/1', 'vault/ab/cd/x'])('missing beside %s never means a new key', async (name) => {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), 'x')
    expect(await codeOf(createKeys(folder, demo, here))).toBe('missing-keys')
    expect(await codeOf(openKeys(folder, demo))).toBe('missing-keys')
  })

  it('may be made beside what needs no key', async () => {
    await mkdir(join(folder, 'vault', '.tmp'), { recursive: true })
    await writeFile(join(folder, 'lock.db'), '')
    await writeFile(join(folder, 'profile.json'), '{}')
    expect((await createKeys(folder, demo, here)).holder).toBe('demo-file')
  })
})

describe('a recovery code', () => {
  it('is 28 signs in fours and reads back whatever way it is typed', () => {
    for (let round = 0; round < 200; round += 1) {
      const { bits, text } = makeRecoveryCode()
      expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/)
      for (const typed of [text, text.toLowerCase(), text.replaceAll('-', ' '), text.replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'l')]) {
        expect(parseRecoveryCode(typed)).toEqual({ ok: true, bits })
      }
    }
  })

  it('keeps leading zeros', () => {
    expect(parseRecoveryCode(wordRecoveryCode(Buffer.alloc(16)))).toEqual({ ok: true, bits: Buffer.alloc(16) })
  })

  it('notices one wrong sign nearly always, two exchanged ones, a missing one and a foreign one', () => {
    const text = wordRecoveryCode(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))
    let noticed = 0
    const plain = text.replaceAll('-', '')
    for (let index = 0; index < plain.length; index += 1) {
      const wrong = plain.slice(0, index) + (plain[index] === '7' ? '8' : '7') + plain.slice(index + 1)
      if (!parseRecoveryCode(wrong).ok) noticed += 1
    }
    expect(noticed).toBe(plain.length)
    expect(parseRecoveryCode(plain.slice(1))).toEqual({ ok: false, why: 'length' })
    expect(parseRecoveryCode(`U${plain.slice(1)}`)).toEqual({ ok: false, why: 'sign' })
    expect(parseRecoveryCode('')).toEqual({ ok: false, why: 'length' })
  })
})
