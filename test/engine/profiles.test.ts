import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { environmentKind, knownProfiles } from '../../main/engine/known-profiles.ts'
import { lastProfile, rememberProfile } from '../../main/engine/last-profile.ts'
import { profilesIn } from '../../main/engine/make-profile.ts'
import { profilesHandlers } from '../../main/engine/profiles.ts'
import { environments } from '../../main/altinn/environment.ts'
import type { SecretKeeper, SecretTrouble } from '../../main/secrets/port.ts'
import { openKeys } from '../../main/store/keys.ts'

const addresses = JSON.stringify({ name: 'egen', platform: 'http://127.0.0.1:5000', maskinporten: 'http://127.0.0.1:5000' })
const passphrase = 'riktig hest batteri'
const byPassphrase = { by: 'passphrase', passphrase } as const

let data = ''
beforeEach(() => { data = mkdtempSync(join(tmpdir(), 'meldingsboks-profiles-')) })
afterEach(() => { rmSync(data, { recursive: true, force: true }) })

/** A keychain in memory, or one that gives only a trouble. */
function keychain(trouble?: SecretTrouble): { readonly keeper: SecretKeeper; readonly entries: Map<string, Buffer> } {
  const entries = new Map<string, Buffer>()
  return {
    entries,
    keeper: {
      kind: 'keychain',
      probe: () => Promise.resolve(trouble ?? { state: 'available', reason: '' }),
      read: (name) => Promise.resolve(trouble ?? (entries.has(name) ? { state: 'found', value: Buffer.from(entries.get(name) ?? '') } : { state: 'missing' })),
      write: (name, value) => {
        if (trouble !== undefined) return Promise.resolve(trouble)
        entries.set(name, Buffer.from(value))
        return Promise.resolve({ state: 'written' })
      },
      remove: (name) => Promise.resolve(trouble ?? (entries.delete(name) ? { state: 'removed' } : { state: 'missing' })),
    },
  }
}

describe('making a profile from the window', () => {
  it('makes one that the passphrase opens, and is listed after the demo', async () => {
    const profiles = profilesIn(data, keychain().keeper)
    expect(await profiles.make({ name: 'firma', environment: { addresses }, protect: byPassphrase })).toEqual({ problem: null, detail: '' })
    expect(await profiles.make({ name: 'annet', environment: 'tt02', protect: byPassphrase })).toEqual({ problem: null, detail: '' })
    expect(await profilesHandlers(profiles, 'firma')['profiles.list']?.({})).toEqual({ profiles: [
      { name: 'demo', environment: 'demo', environmentName: 'demo', current: false },
      { name: 'annet', environment: 'tt02', environmentName: 'tt02', current: false },
      { name: 'firma', environment: 'other', environmentName: 'egen', current: true },
    ] })
    const keys = await openKeys(join(data, 'firma'), { kind: 'passphrase', passphrase: Buffer.from(passphrase) })
    expect(keys).toMatchObject({ environment: 'egen', loopback: true })
    expect(readFileSync(join(data, 'firma', 'profile.json'), 'utf8')).not.toContain(passphrase)
  })

  it('puts the key into the keychain, and says which of its states keeps it from that', async () => {
    const { keeper, entries } = keychain()
    expect(await profilesIn(data, keeper).make({ name: 'firma', environment: 'prod', protect: { by: 'keychain' } })).toMatchObject({ problem: null })
    expect([entries.size, (await openKeys(join(data, 'firma'), { kind: 'keychain', keeper })).environment]).toEqual([1, 'prod'])
    for (const state of ['locked', 'absent', 'changed', 'denied'] as const) {
      const profiles = profilesIn(data, keychain({ state, reason: 'test' }).keeper)
      expect(await profiles.keychain()).toBe(state)
      expect(await profiles.make({ name: 'annet', environment: 'prod', protect: { by: 'keychain' } })).toEqual({ problem: `keychain-${state}`, detail: '' })
    }
    expect(knownProfiles(data).map(({ name }) => name)).toEqual(['demo', 'firma'])
  })

  it('refuses a name that cannot be one or is taken, a short passphrase, and addresses that cannot be used', async () => {
    const profiles = profilesIn(data, keychain().keeper)
    const make = (name: string, environment: Parameters<typeof profiles.make>[0]['environment'] = 'tt02', secret = passphrase) => profiles.make({ name, environment, protect: { by: 'passphrase', passphrase: secret } })
    for (const name of ['', 'Firma', '../firma', 'demo', 'demo-altinn', 'run', 'con', 'a'.repeat(31)]) expect(await make(name)).toEqual({ problem: 'name', detail: '' })
    expect(await make('firma', 'tt02', '1234567')).toEqual({ problem: 'passphrase', detail: '' })
    expect(await make('firma', { addresses: '{' })).toEqual({ problem: 'addresses', detail: 'JSON' })
    expect(await make('firma', { addresses: '[]' })).toMatchObject({ problem: 'addresses' })
    expect(await make('firma', { addresses: addresses.replace('http://127.0.0.1:5000"', 'http://altinn.example"') })).toMatchObject({ problem: 'addresses', detail: expect.stringContaining('"platform"') as string })
    expect(await make('firma', { addresses: JSON.stringify({ ...(JSON.parse(addresses) as object), extraCaFile: 'ca.pem' }) })).toEqual({ problem: 'ca-file', detail: '' })
    expect(existsSync(join(data, 'firma'))).toBe(false)
    expect(await make('firma')).toEqual({ problem: null, detail: '' })
    expect(await make('firma')).toEqual({ problem: 'exists', detail: '' })
  })

  it('begins anew where only keys were left of one, and never where anything needs them', async () => {
    const profiles = profilesIn(data, keychain().keeper)
    await profiles.make({ name: 'firma', environment: 'tt02', protect: byPassphrase })
    rmSync(join(data, 'firma', 'profile.json'))
    expect(knownProfiles(data).map(({ name }) => name)).toEqual(['demo'])
    expect(await profiles.make({ name: 'firma', environment: 'prod', protect: { by: 'passphrase', passphrase: 'en annen frase' } })).toMatchObject({ problem: null })
    expect((await openKeys(join(data, 'firma'), { kind: 'passphrase', passphrase: Buffer.from('en annen frase') })).environment).toBe('prod')
    rmSync(join(data, 'firma', 'profile.json'))
    writeFileSync(join(data, 'firma', 'mail.db'), 'x')
    expect(await profiles.make({ name: 'firma', environment: 'tt02', protect: byPassphrase })).toEqual({ problem: 'exists', detail: '' })
    expect(existsSync(join(data, 'firma', 'keys.json'))).toBe(true)
  })
})

describe('the profiles there are', () => {
  it('wear the badge of where their platform is, whatever they call themselves', () => {
    const local = { platform: 'http://127.0.0.1:1', maskinporten: { issuer: 'http://127.0.0.1:1/', token: 'http://127.0.0.1:1/token' } }
    expect(environmentKind({ ...local, name: 'prod' })).toBe('other')
    expect(environmentKind({ ...local, name: 'demo' })).toBe('demo')
    expect(environmentKind({ ...local, name: 'demo', platform: 'https://altinn.example' })).toBe('other')
    expect(environmentKind({ ...environments.prod, name: 'egen' })).toBe('prod')
    expect(environmentKind({ ...environments.tt02, name: 'prod' })).toBe('tt02')
  })

  it('are named also where a file cannot be read, and without a data folder', () => {
    for (const name of ['ødelagt', 'firma', 'demo-altinn']) {
      mkdirSync(join(data, name))
      writeFileSync(join(data, name, 'profile.json'), '{')
    }
    expect(knownProfiles(data)).toEqual([{ name: 'demo', environment: 'demo', environmentName: 'demo' }, { name: 'firma', environment: 'other', environmentName: '' }])
    expect(knownProfiles(join(data, 'ingen'))).toHaveLength(1)
  })

  it('remember which of them was open last; the demo where that is broken, or gone', async () => {
    expect(lastProfile(data)).toBe('demo')
    await profilesIn(data).make({ name: 'firma', environment: 'tt02', protect: byPassphrase })
    await rememberProfile(data, 'firma')
    expect(lastProfile(data)).toBe('firma')
    rmSync(join(data, 'firma'), { recursive: true })
    expect(lastProfile(data)).toBe('demo')
    for (const text of ['', '{', '[]', '{"version":1,"name":"../firma"}', '{"version":2,"name":"demo"}']) {
      writeFileSync(join(data, 'last-profile.json'), text)
      expect(lastProfile(data)).toBe('demo')
    }
  })
})
