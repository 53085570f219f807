import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { machineId } from '../../main/store/recovery/machine.ts'

let folder = ''
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'meldingsboks-machine-')), 'settings')
})
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true })
})

describe('who a machine is', () => {
  it('is the same at every start, another for every profile and machine, and says nothing of its name', async () => {
    const on = (name: string, profile: string) => machineId(profile, { folder, system: () => Promise.resolve(name) })
    const one = await on('fe9a1c', 'p1')
    expect(one).toMatch(/^[0-9a-f]{64}$/)
    expect(await on('FE9A1C', 'p1')).toBe(one)
    expect(new Set([one, await on('fe9a1c', 'p2'), await on('fe9a1d', 'p1')]).size).toBe(3)
  })

  it('without a name of the system\'s is a random one, kept outside of every profile for this user only', async () => {
    const here = () => machineId('p', { folder, system: () => Promise.resolve(null) })
    const one = await here()
    expect(await here()).toBe(one)
    expect(readdirSync(folder)).toEqual(['machine'])
    expect(statSync(join(folder, 'machine')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'machine'), 'utf8')).not.toContain(one)
    rmSync(folder, { recursive: true })
    expect(await here()).not.toBe(one)
  })

  it('is found here', async () => {
    const one = await machineId('p', { folder })
    expect(await machineId('p', { folder })).toBe(one)
  })
})
