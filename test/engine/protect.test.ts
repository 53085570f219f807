import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caller } from '../../main/engine/calls.ts'
import { keyHandlers } from '../../main/engine/keys.ts'
import type { SecretKeeper, SecretTrouble } from '../../main/secrets/port.ts'
import { addKeySlot, createKeys, type KeyHolder, keyWays, openKeys } from '../../main/store/keys.ts'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'meldingsboks-protect-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

/** A keychain in memory that may get into trouble, or forget what it is given. */
function keychain() {
  const entries = new Map<string, Buffer>()
  const state: { trouble: SecretTrouble | null; forgets: boolean } = { trouble: null, forgets: false }
  const keeper: SecretKeeper = {
    kind: 'keychain',
    probe: () => Promise.resolve(state.trouble ?? { state: 'available', reason: '' }),
    read: (name) => Promise.resolve(state.trouble ?? (entries.has(name) ? { state: 'found', value: Buffer.from(entries.get(name) ?? '') } : { state: 'missing' })),
    write: (name, value) => {
      if (state.trouble !== null) return Promise.resolve(state.trouble)
      entries.set(name, state.forgets ? Buffer.alloc(32) : Buffer.from(value))
      return Promise.resolve({ state: 'written' })
    },
    remove: (name) => Promise.resolve(state.trouble ?? (entries.delete(name) ? { state: 'removed' } : { state: 'missing' })),
  }
  return { entries, state, keeper }
}

const phrase = (text: string): KeyHolder & { kind: 'passphrase' } => ({ kind: 'passphrase', passphrase: Buffer.from(text) })
const kinds = async (): Promise<readonly string[]> => (await keyWays(folder)).ways.map(({ kind }) => kind)

async function begin(how: Exclude<KeyHolder, { kind: 'recovery-code' }>, keeper: SecretKeeper) {
  const keys = await createKeys(folder, how, { name: 'egen', loopback: true })
  const changes: string[] = []
  const call = caller(keyHandlers({ folder, keys, keeper, changed: () => { changes.push('changed') } }), { code: 'invalid', canRetry: false, detail: 'no such request' }, (error) => { throw error })
  const protect = async (wanted: { by: 'keychain' } | { by: 'passphrase'; passphrase: string }) => {
    const answer = await call('keys.protect', { protect: wanted })
    return answer.ok ? answer.value.problem : answer.error.code
  }
  return { keys, protect, changes }
}

describe('what opens a profile, changed from the window', () => {
  it('goes from a passphrase to the keychain and back; the old way opens it no more, and another one stays', async () => {
    const { entries, keeper } = keychain()
    const { keys, protect, changes } = await begin(phrase('riktig hest batteri'), keeper)
    const secret = Buffer.from('0123456789abcdef0123456789abcdef')
    await addKeySlot(folder, keys, { kind: 'host-secret', secret })
    expect(await protect({ by: 'keychain' })).toBeNull()
    expect([await kinds(), entries.size]).toEqual([['host-secret', 'keychain'], 1])
    await expect(openKeys(folder, phrase('riktig hest batteri'))).rejects.toMatchObject({ code: 'missing-keys' })
    expect((await openKeys(folder, { kind: 'keychain', keeper })).derive('mail').equals(keys.derive('mail'))).toBe(true)
    expect(await protect({ by: 'passphrase', passphrase: 'en helt annen frase' })).toBeNull()
    expect([await kinds(), entries.size]).toEqual([['host-secret', 'passphrase'], 0])
    expect((await openKeys(folder, phrase('en helt annen frase'))).derive('mail').equals(keys.derive('mail'))).toBe(true)
    expect(changes).toHaveLength(2)
  })

  it('says which state of the keychain keeps it from that, and everything opens as before', async () => {
    const { state, keeper, entries } = keychain()
    const { protect, changes } = await begin(phrase('riktig hest batteri'), keeper)
    for (const name of ['locked', 'absent', 'changed', 'denied'] as const) {
      state.trouble = { state: name, reason: 'test' }
      expect(await protect({ by: 'keychain' })).toBe(`keychain-${name}`)
    }
    // Written, and not what was written: it is not taken into use.
    Object.assign(state, { trouble: null, forgets: true })
    expect(await protect({ by: 'keychain' })).toMatch(/^(keychain-changed|damaged|wrong-key)$/)
    expect(await protect({ by: 'passphrase', passphrase: '1234567' })).toBe('passphrase')
    expect([await kinds(), entries.size, changes]).toEqual([['passphrase'], 0, []])
    await openKeys(folder, phrase('riktig hest batteri'))
  })

  it('is the demo\'s own where it is the demo', async () => {
    const { protect } = await begin({ kind: 'demo-file' }, keychain().keeper)
    expect(await protect({ by: 'passphrase', passphrase: 'riktig hest batteri' })).toBe('not-possible')
    expect(await kinds()).toEqual(['demo-file'])
  })
})
