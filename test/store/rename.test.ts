import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renameFile, renameFileNow } from '../../main/store/rename.ts'

const refusal = (code: string): Error => Object.assign(new Error(code), { code })

/** A clock that only moves when somebody waits, and a rename that refuses so many times. */
function scene(code: string, refusals: number) {
  let now = 0
  let tries = 0
  const rename = (): void => {
    tries += 1
    if (tries <= refusals) throw refusal(code)
  }
  return {
    clock: () => now,
    pass: (ms: number) => { now += ms },
    rename,
    get tries() { return tries },
    get now() { return now },
  }
}

/** Both forms of it must behave alike. */
const forms = [
  ['that waits', async (one: ReturnType<typeof scene>, platform: NodeJS.Platform) => {
    await renameFile('a', 'b', { platform, clock: one.clock, rename: () => Promise.resolve().then(one.rename), wait: (ms) => Promise.resolve().then(() => { one.pass(ms) }) })
  }],
  ['on a thread', (one: ReturnType<typeof scene>, platform: NodeJS.Platform) => Promise.resolve().then(() => {
    renameFileNow('a', 'b', { platform, clock: one.clock, rename: one.rename, wait: one.pass })
  })],
] as const

describe.each(forms)('a rename %s', (_, rename) => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])('is tried again on Windows after %s', async (code) => {
    const one = scene(code, 5)
    await rename(one, 'win32')
    expect(one.tries).toBe(6)
    expect(one.now).toBeLessThan(10_000)
  })

  it('gives up after ten seconds with the system\'s word', async () => {
    const one = scene('EBUSY', 1000)
    await expect(rename(one, 'win32')).rejects.toMatchObject({ code: 'EBUSY' })
    expect(one.now).toBeGreaterThanOrEqual(10_000)
    expect(one.now).toBeLessThan(11_000)
  })

  it('is not tried again for what waiting does not mend, nor elsewhere', async () => {
    for (const [code, platform] of [['ENOENT', 'win32'], ['ENOSPC', 'win32'], ['EPERM', 'linux'], ['EACCES', 'darwin']] as const) {
      const one = scene(code, 1)
      await expect(rename(one, platform)).rejects.toMatchObject({ code })
      expect(one.tries).toBe(1)
    }
  })
})

describe('a rename of the system\'s', () => {
  it('replaces what stood there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-rename-'))
    try {
      const [a, b] = [join(folder, 'a'), join(folder, 'b')]
      for (const rename of [renameFile, renameFileNow]) {
        writeFileSync(a, 'new')
        writeFileSync(b, 'old')
        await rename(a, b)
        expect([existsSync(a), readFileSync(b, 'utf8')]).toEqual([false, 'new'])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
