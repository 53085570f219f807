import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultDataFolder, isProfileName, type Profile, ProfileFileError, profileNames, readProfile, removeDemo, writeProfile } from '../../main/accounts/profile-file.ts'
import { grantFrom, isOrganisationNumber, sealedShelf } from '../../main/accounts/signing-key.ts'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { createKeys, openKeys } from '../../main/store/keys.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-accounts-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})
const profile: Profile = { name: 'firma', environment: { name: 'own', platform: 'https://p.example', maskinporten: { issuer: 'https://m.example/', token: 'https://m.example/token' } }, holder: 'passphrase', createdAt: 5 }
const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

describe('profile files', () => {
  it('are written for this user only, and read back', async () => {
    await writeProfile(join(folder, 'firma'), profile)
    expect(await readProfile(join(folder, 'firma'))).toEqual(profile)
    expect(statSync(join(folder, 'firma', 'profile.json')).mode & 0o077).toBe(0)
    expect(statSync(join(folder, 'firma')).mode & 0o077).toBe(0)
    expect(await readProfile(join(folder, 'other'))).toBeNull()
    expect(await profileNames(folder)).toEqual(['firma'])
    expect(await profileNames(join(folder, 'nowhere'))).toEqual([])
  })

  it.each(['{', '[]', JSON.stringify({ version: 2 }), JSON.stringify({ version: 1, name: 'x', holder: 'passphrase', createdAt: 1, environment: { platform: 'http://evil.example', maskinporten: 'https://m.example' } })])('a damaged one is told: %s', async (content) => {
    mkdirSync(join(folder, 'firma'))
    writeFileSync(join(folder, 'firma', 'profile.json'), content)
    await expect(readProfile(join(folder, 'firma'))).rejects.toThrow(ProfileFileError)
    expect(readFileSync(join(folder, 'firma', 'profile.json'), 'utf8')).toBe(content)
  })

  it('have names that are safe folders everywhere', () => {
    expect(['firma', 'a', 'klient-2'].every(isProfileName)).toBe(true)
    expect(['', 'Firma', '../x', 'a/b', 'demo', 'demo-altinn', 'con', 'lpt1', '-a', 'x'.repeat(31), 'æ'].some(isProfileName)).toBe(false)
  })

  it('lie where the system keeps local data', () => {
    expect(defaultDataFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/Meldingsboks')
    expect(defaultDataFolder({}, 'linux')).toMatch(/\.local\/share\/Meldingsboks$/)
    expect(defaultDataFolder({}, 'darwin')).toMatch(/Library\/Application Support\/Meldingsboks$/)
    expect(defaultDataFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe('/l/Meldingsboks')
  })

  it('resetting the demo touches nothing else', async () => {
    for (const name of ['demo', 'demo-altinn', 'firma']) mkdirSync(join(folder, name))
    await removeDemo(folder)
    expect(readdirSync(folder)).toEqual(['firma'])
  })
})

describe('signing keys', () => {
  it('sealed: found with the right keys only, and unreadable on disk', async () => {
    const keys = await createKeys(folder, { kind: 'passphrase', passphrase: Buffer.from('riktig hest') }, { name: 'own', loopback: false })
    const uuid = randomUUID()
    await sealedShelf(folder, keys).put(uuid, jwk)
    const again = await openKeys(folder, { kind: 'passphrase', passphrase: Buffer.from('riktig hest') })
    expect(await sealedShelf(folder, again).get(uuid)).toMatchObject({ d: jwk.d })
    expect(await sealedShelf(folder, again).get(randomUUID())).toBeNull()
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toContain(jwk.d)
    const file = join(folder, 'secrets.sealed')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"sealed":"..../, '"sealed":"AAAA'))
    await expect(sealedShelf(folder, again).get(uuid)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('under a keychain: long keys fit, and a locked keychain opens nothing', async () => {
    const entries = new Map<string, Buffer>()
    const keeper = (open: boolean): SecretKeeper => ({
      kind: 'keychain',
      probe: () => Promise.resolve({ state: open ? 'available' : 'locked', reason: 'locked' }),
      read: (name) => Promise.resolve(open ? (entries.has(name) ? { state: 'found', value: Buffer.from(entries.get(name) ?? Buffer.alloc(0)) } : { state: 'missing' }) : { state: 'locked', reason: 'locked' }),
      write: (name, value) => Promise.resolve(open ? (entries.set(name, Buffer.from(value)), { state: 'written' }) : { state: 'locked', reason: 'locked' }),
      remove: () => Promise.resolve({ state: 'missing' }),
    })
    const long = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' })
    const uuid = randomUUID()
    await sealedShelf(folder, await createKeys(folder, { kind: 'keychain', keeper: keeper(true) }, { name: 'own', loopback: false })).put(uuid, long)
    await expect(openKeys(folder, { kind: 'keychain', keeper: keeper(false) })).rejects.toThrow('locked')
    const shelf = sealedShelf(folder, await openKeys(folder, { kind: 'keychain', keeper: keeper(true) }))
    const account = { uuid, kind: 'system-user', clientId: 'c', kid: 'k', organisation: '310000108', scopes: [], name: 'x', externalRef: null, addedAt: 0 } as const
    expect(await grantFrom(shelf)(account)).toMatchObject({ clientId: 'c', key: { d: long.d } })
    expect(await grantFrom(shelf)({ ...account, uuid: randomUUID() })).toBeNull()
  })

  it('organisation numbers have their check digit', () => {
    expect(['310000108', '974761076'].every(isOrganisationNumber)).toBe(true)
    expect(['310000109', '31000010', '3100001080', 'abcdefghi', ''].some(isOrganisationNumber)).toBe(false)
  })
})
