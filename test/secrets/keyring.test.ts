import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyringUser, noKeyring } from './keyring.ts'

const without = noKeyring()

/** keytar and gnome-keyring themselves, in sessions of their own (platform.md 6). */
describe('the keychain of a Linux desktop', { timeout: 120_000 }, () => {
  let user: KeyringUser
  beforeEach((context) => {
    if (without !== null) context.skip(without)
    user = new KeyringUser()
  })
  afterEach(() => {
    if (without === null) user.remove()
  })
  const profile = (): string => join(user.folder, 'profile')

  it('unlocked: keeps every byte, knows what it does not hold, and opens a profile in the next session too', () => {
    expect(user.run('unlocked', 'use')).toEqual({ probe: { state: 'available', reason: expect.any(String) as string }, written: { state: 'written' }, same: true, unknown: { state: 'missing' }, removed: { state: 'removed' }, again: { state: 'missing' } })
    const made = user.run('unlocked', 'create', profile())
    expect(made).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    expect(user.run('unlocked', 'open', profile())).toEqual(made)
  })

  it('locked: says so to every question, is never empty and never hangs; the profile opens in another way and loses nothing', () => {
    const made = user.run('unlocked', 'create', profile())
    const passphrase = join(user.folder, 'passphrase')
    writeFileSync(passphrase, 'riktig hest batteri\n')
    user.run('unlocked', 'add-passphrase', profile(), passphrase)
    const locked = { state: 'locked', reason: expect.any(String) as string }
    expect(user.run('locked', 'ask')).toEqual({ probe: locked, read: locked, unknown: locked, write: locked, remove: locked })
    expect(user.run('locked', 'open', profile())).toEqual({ code: 'keychain-or', ways: '--passphrase-file' })
    expect(user.run('locked', 'open-else', profile(), passphrase)).toEqual({ closed: { code: 'keychain-or', ways: '--passphrase-file' }, ...(made as object), add: { code: 'keychain' }, ways: ['keychain', 'passphrase'] })
    expect(user.run('unlocked', 'open', profile())).toEqual(made)
  })

  it('absent: without a bus, or with one that knows no keychain, every question is answered at once', () => {
    const absent = { state: 'absent', reason: expect.any(String) as string }
    for (const session of ['no-bus', 'bus-only'] as const) {
      expect(user.run(session, 'ask')).toEqual({ probe: absent, read: absent, unknown: absent, write: absent, remove: absent })
      expect(user.run(session, 'create-fails', profile())).toEqual({ keychain: 'absent' })
      expect(existsSync(join(profile(), 'keys.json'))).toBe(false)
    }
  })

  it('absent after it was there: a profile is not opened, not changed, and opens again with the keychain', () => {
    const made = user.run('unlocked', 'create', profile())
    for (const session of ['no-bus', 'bus-only', 'locked'] as const) expect(user.run(session, 'open', profile())).toEqual({ code: 'keychain-closed' })
    expect(user.run('unlocked', 'open', profile())).toEqual(made)
  })

  it('a new one in the place of the old no longer has the key, and that is said', () => {
    user.run('unlocked', 'create', profile())
    user.forgetKeyring()
    expect(user.run('unlocked', 'open', profile())).toEqual({ code: 'keychain-lost' })
  })
})
