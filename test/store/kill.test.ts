import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLedger } from '../../main/store/ledger/ledger-db.ts'
import { acquireLock } from '../../main/store/lock.ts'

describe('a process that is killed', () => {
  it.each([40, 130, 300])('after %i ms keeps every event it acknowledged', async (ms) => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-kill-'))
    const key = randomBytes(32)
    const child = spawn(process.execPath, [join(import.meta.dirname, 'ledger-child.ts'), folder, key.toString('hex')], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => { child.kill('SIGKILL') })
    let acknowledged = ''
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        if (acknowledged === '') setTimeout(() => child.kill('SIGKILL'), ms)
        acknowledged += text.toString()
      })
      child.once('close', () => { resolve() })
    })
    const last = Number(acknowledged.slice(0, acknowledged.lastIndexOf('\n')).split('\n').at(-1))
    const ledger = openLedger({ path: join(folder, 'ledger.db'), key, journalFolder: join(folder, 'ledger.journal'), journalKeys: [{ epoch: 1, key, headerKey: key }], profileId: 'p', person: 'kari' })
    try {
      for (let n = 0; n <= last; n += 1) expect([n, typeof ledger.api.setting(`s${String(n)}`)]).toEqual([n, 'string'])
      expect(ledger.api.opening().restored).toBeNull()
    } finally {
      ledger.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('holds the profile until then, also when its garbage is collected, and frees it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-lock-'))
    const module = new URL('../../main/store/lock.ts', import.meta.url).href
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', `import(${JSON.stringify(module)}).then(({ acquireLock }) => { acquireLock(${JSON.stringify(folder)}); for (let n = 0; n < 20; n += 1) globalThis.gc(); console.log('held'); setInterval(() => {}, 1000) })`], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => { child.kill('SIGKILL') })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(() => acquireLock(folder)).toThrow(expect.objectContaining({ code: 'locked' }))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
    acquireLock(folder).release()
    rmSync(folder, { recursive: true })
  })
})
