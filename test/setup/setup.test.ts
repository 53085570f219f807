import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '..', '..')
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const named = z.record(z.string(), z.string()).default({})

describe('set-up', () => {
  let folder: string
  const setup = (...args: string[]) =>
    spawnSync(process.execPath, [join(folder, 'setup.mjs'), ...args], { encoding: 'utf8', cwd: folder })
  const stamp = () => join(folder, 'node_modules', '.meldingsboks-stamp')

  beforeEach(() => {
    // A clone without dependencies: npm installs it without a network.
    folder = mkdtempSync(join(tmpdir(), 'meldingsboks-setup-'))
    copyFileSync(join(root, 'setup.mjs'), join(folder, 'setup.mjs'))
    const own = { name: 'empty', version: '1.0.0' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(own))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...own, lockfileVersion: 3, requires: true, packages: { '': own } }))
    mkdirSync(join(folder, 'node_modules'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('installs once, and says nothing the second time', () => {
    const first = setup('install')
    expect(first).toMatchObject({ status: 0, stdout: '' })
    expect(first.stderr).toContain('Installing what Meldingsboks needs')
    expect(setup('install')).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it('installs again when the lockfile changed', () => {
    setup('install')
    const before = readFileSync(stamp(), 'utf8')
    writeFileSync(join(folder, 'package-lock.json'), `${readFileSync(join(folder, 'package-lock.json'), 'utf8')}\n`)
    expect(setup('install').stderr).toContain('Installing what Meldingsboks needs')
    expect(readFileSync(stamp(), 'utf8')).not.toBe(before)
  })

  it('an install that fails leaves no stamp and says what to do', () => {
    setup('install')
    writeFileSync(join(folder, 'package-lock.json'), '{')
    const broken = setup('install')
    expect(broken).toMatchObject({ status: 1, stdout: '' })
    expect(broken.stderr).toContain('npm could not install the packages.')
    expect(existsSync(stamp())).toBe(false)
  })

  it('an unknown task is answered with the known ones, before anything is installed', () => {
    expect(setup('toString')).toMatchObject({ status: 64, stdout: '', stderr: 'Usage: node setup.mjs <bench|build|cli|e2e|faults|install|lint|localtest|start|test|typecheck> [arguments]\n' })
    expect(existsSync(stamp())).toBe(false)
  })
})

describe('packages', () => {
  const lock = z.object({
    packages: z.record(z.string(), z.object({ optionalDependencies: named })),
  }).parse(json(join(root, 'package-lock.json')))

  it('every optional entry of the lockfile is there, for the machines of others too', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter((name) =>
        !(`${path}/node_modules/${name}` in lock.packages) && !(`node_modules/${name}` in lock.packages)))
    expect(missing).toEqual([])
  })

  it('every version is pinned exactly', () => {
    const own = z.object({ dependencies: named, devDependencies: named, optionalDependencies: named }).parse(json(join(root, 'package.json')))
    const loose = Object.values(own).flatMap((list) => Object.entries(list)).filter(([, version]) => !/^(npm:[a-z0-9@/-]+@)?\d+\.\d+\.\d+$/.test(version))
    expect(loose).toEqual([])
  })
})
