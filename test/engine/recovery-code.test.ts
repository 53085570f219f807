import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { caller } from '../../main/engine/calls.ts'
import { keyHandlers, offerMs, offerRecoveryCode } from '../../main/engine/keys.ts'
import { createKeys, type KeyHolder, keyWays, openKeys } from '../../main/store/keys.ts'
import { parseRecoveryCode } from '../../main/store/keys-recovery-code.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-code-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const make = async (how: Exclude<KeyHolder, { kind: 'recovery-code' }>, loopback: boolean) => {
  const keys = await createKeys(folder, how, { name: 'tt02', loopback })
  return { keys, call: caller(keyHandlers({ folder, keys, changed: () => undefined }), { code: 'invalid', canRetry: false, detail: 'no such request' }, (error) => { throw error }) }
}
const passphrase = () => ({ kind: 'passphrase', passphrase: Buffer.from('riktig hest batteri') }) as const
const codes = async (): Promise<number> => (await keyWays(folder)).ways.filter(({ kind }) => kind === 'recovery-code').length

describe('a recovery code that is offered', () => {
  it('counts when it was typed back, and the one before it is over', async () => {
    const { keys, call } = await make(passphrase(), false)
    const opens = async (text: string): Promise<boolean> => {
      const parsed = parseRecoveryCode(text)
      if (!parsed.ok) throw new Error('expected a code')
      return await openKeys(folder, { kind: 'recovery-code', bits: parsed.bits }).then((opened) => opened.derive('mail').equals(keys.derive('mail')), () => false)
    }
    const offer = async (): Promise<string> => {
      const answer = await call('keys.offer-recovery-code', {})
      if (!answer.ok) throw new Error(answer.error.detail)
      return answer.value.code
    }
    const first = await offer()
    expect(await codes()).toBe(0)
    expect(await call('keys.keep-recovery-code', { typed: first.slice(0, -1) })).toMatchObject({ ok: true, value: { kept: false } })
    expect(await call('keys.keep-recovery-code', { typed: first.toLowerCase().replaceAll('-', ' ') })).toMatchObject({ ok: true, value: { kept: true } })
    expect(await opens(first)).toBe(true)
    // Only the newest offer can be kept, and one that was given up not at all; the old code opens meanwhile.
    const [left, second] = [await offer(), await offer()]
    expect(await call('keys.keep-recovery-code', { typed: left })).toMatchObject({ ok: true, value: { kept: false } })
    expect(await opens(first)).toBe(true)
    expect(await call('keys.give-up-recovery-code', {})).toMatchObject({ ok: true })
    expect(await call('keys.keep-recovery-code', { typed: second })).toMatchObject({ ok: false, error: { code: 'no-offer' } })
    const third = await offer()
    expect(await call('keys.keep-recovery-code', { typed: third })).toMatchObject({ ok: true, value: { kept: true } })
    expect([await opens(first), await opens(second), await opens(third), await codes()]).toEqual([false, false, true, 1])
    expect(await call('keys.keep-recovery-code', { typed: third })).toMatchObject({ ok: false, error: { code: 'no-offer' } })
  })

  it('is over after half an hour: a window that was closed gives nothing up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { call } = await make(passphrase(), false)
    const offered = await call('keys.offer-recovery-code', {})
    if (!offered.ok) throw new Error(offered.error.detail)
    vi.advanceTimersByTime(offerMs - 1)
    expect(await call('keys.keep-recovery-code', { typed: 'AAAA' })).toMatchObject({ ok: true, value: { kept: false } })
    vi.advanceTimersByTime(1)
    expect(await call('keys.keep-recovery-code', { typed: offered.value.code })).toMatchObject({ ok: false, error: { code: 'no-offer' } })
    expect(await codes()).toBe(0)
  })

  it('that could not be stored stays offered, and is stored at the second try', async () => {
    const { call } = await make(passphrase(), false)
    const offered = await call('keys.offer-recovery-code', {})
    if (!offered.ok) throw new Error(offered.error.detail)
    const away = `${folder}-away`
    renameSync(folder, away)
    await expect(call('keys.keep-recovery-code', { typed: offered.value.code })).resolves.toMatchObject({ ok: false })
    renameSync(away, folder)
    expect(await codes()).toBe(0)
    expect(await call('keys.keep-recovery-code', { typed: offered.value.code })).toMatchObject({ ok: true, value: { kept: true } })
    expect(await codes()).toBe(1)
  })

  it('is wiped when it is forgotten', async () => {
    const { keys } = await make(passphrase(), false)
    const code = offerRecoveryCode(folder, keys)
    expect(code.matches(code.text)).toBe(true)
    code.forget()
    expect(code.matches(code.text)).toBe(false)
  })

  it('is none for the demo, which has its key in a file', async () => {
    const { call } = await make({ kind: 'demo-file' }, true)
    expect(await call('keys.offer-recovery-code', {})).toMatchObject({ ok: false, error: { code: 'not-possible' } })
    expect(await codes()).toBe(0)
  })
})
