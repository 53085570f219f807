import { type ChildProcess, spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DemoStartError, startDemo } from '../../main/shell/demo.ts'

const program = join(import.meta.dirname, '..', '..', 'out', 'main', 'localtest.js')
let folder = ''
let children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-process-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const start = (...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  children.push(child)
  return child
}
const line = (child: ChildProcess): Promise<{ platform: string }> => new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => { resolve(JSON.parse(text.toString()) as { platform: string }) }))
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly err: string }> {
  let err = ''
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, err }
}

describe('the local Altinn as a program', () => {
  it('prints one line when it listens, and ends when its parent\'s pipe does', async () => {
    const child = start('--folder', join(folder, 'w'), '--until-stdin-ends', '--arrivals', '0', '--seed', '2147483647')
    const { platform } = await line(child)
    expect((await fetch(`${platform}/localtest/effects`)).status).toBe(200)
    const end = ended(child)
    child.stdin?.end()
    expect((await end).code).toBe(0)
  })

  it('leaves the addresses of its services and the keys of its clients in its folder, for their owner only, the same after a restart', async () => {
    const at = join(folder, 'w')
    const key = (name: string): string => readFileSync(join(at, 'keys', `${name}.jwk.json`), 'utf8')
    const run = async (): Promise<{ readonly platform: string; readonly told: string }> => {
      const child = start('--folder', at, '--arrivals', '0')
      const told = ended(child)
      const { platform } = await line(child)
      child.kill('SIGTERM')
      return { platform, told: (await told).err }
    }
    const first = await run()
    expect(JSON.parse(readFileSync(join(at, 'addresses.json'), 'utf8'))).toEqual({
      name: 'lokal', platform: first.platform, maskinporten: { issuer: `${first.platform}/maskinporten/`, token: `${first.platform}/maskinporten/token` },
      idporten: { issuer: `${first.platform}/idporten`, clientId: 'meldingsboks-lokal', authorizationLifetime: 28_800 }, accessManagementUi: first.platform,
    })
    expect(first.told).toContain('INGRID MOE or TURID SOLBAKKEN')
    expect(first.told).toContain('organisation 312845679')
    const kept = [key('klientforhold'), key('egen-virksomhet')]
    expect(JSON.parse(kept[1] ?? '')).toMatchObject({ kty: 'RSA', alg: 'RS256', kid: expect.any(String) as string })
    const files = ['klientforhold.jwk.json', 'klientforhold.pem', 'egen-virksomhet.jwk.json', 'egen-virksomhet.pem']
    expect(files.map((name) => statSync(join(at, 'keys', name)).mode & 0o777)).toEqual(files.map(() => 0o600))
    const asPem = createPrivateKey(readFileSync(join(at, 'keys', 'egen-virksomhet.pem'))).export({ format: 'jwk' })
    expect(JSON.parse(kept[1] ?? '')).toMatchObject({ n: asPem.n, d: asPem.d })
    for (const one of kept) expect(first.told).not.toContain((JSON.parse(one) as { d: string }).d)
    await run()
    expect([key('klientforhold'), key('egen-virksomhet')]).toEqual(kept)
    writeFileSync(join(at, 'keys', 'klientforhold.jwk.json'), '{"d":"hemmelig')
    const damaged = await ended(start('--folder', at, '--arrivals', '0'))
    expect(damaged).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read; delete it') as string })
    expect(damaged.err).not.toContain('hemmelig')
  })

  it('a second one in the folder ends with 75, a port in use with a sentence', async () => {
    await line(start('--folder', join(folder, 'w'), '--arrivals', '0'))
    expect(await ended(start('--folder', join(folder, 'w')))).toMatchObject({ code: 75, err: expect.stringContaining('already runs') as string })
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    expect(await ended(start('--folder', join(folder, 'x'), '--port', String(port)))).toMatchObject({ code: 1, err: `Port ${String(port)} is in use. Choose another with --port, or 0 for any free one.\n` })
    taken.close()
  })

  it('damage is told with a way on; wrong use is 64', async () => {
    const child = start('--folder', join(folder, 'w'), '--until-stdin-ends', '--arrivals', '0')
    await line(child)
    const end = ended(child)
    child.stdin?.end()
    await end
    writeFileSync(join(folder, 'w', 'effects.jsonl'), 'nonsense\n')
    expect(await ended(start('--folder', join(folder, 'w')))).toMatchObject({ code: 1, err: expect.stringContaining('demo --reset') as string })
    expect((await ended(start('--port', 'x'))).code).toBe(64)
    expect((await ended(start('--clock-offset=soon'))).code).toBe(64)
  })
})

describe('sending to one that runs', () => {
  it('takes the message of the command line, and prints its ids', async () => {
    await line(start('--folder', join(folder, 'w'), '--arrivals', '0'))
    const sending = start('send', '--folder', join(folder, 'w'), '--to', 'Nordlys Bakeri AS', '--title', 'Hei', '--body', 'Brødtekst')
    let told = ''
    sending.stdout?.on('data', (text: Buffer) => (told += text.toString()))
    expect(await ended(sending)).toEqual({ code: 0, err: '' })
    expect(JSON.parse(told)).toMatchObject({ correspondenceId: expect.any(String) as string, dialogId: expect.any(String) as string, page: expect.stringContaining('/localtest') as string })
    expect(await ended(start('send', '--folder', join(folder, 'w'), '--title', 'Hei'))).toMatchObject({ code: 64, err: expect.stringContaining('text is missing') as string })
    expect((await ended(start('send', '--folder', join(folder, 'x'), '--to', 'a', '--title', 'Hei', '--body', 'b'))).code).toBe(1)
  })
})

describe('starting it for the demo', () => {
  it('gives its addresses and client, and ends it', async () => {
    const demo = await startDemo(folder, program)
    expect(demo.altinn.client.scopes).toContain('altinn:correspondence.read')
    await expect(startDemo(folder, program)).rejects.toMatchObject({ busy: true })
    await demo.end()
    await expect(fetch(demo.altinn.page)).rejects.toThrow()
    expect(existsSync(join(folder, 'demo-altinn', 'world.json'))).toBe(true)
    expect(existsSync(join(folder, 'demo-altinn', 'address.json'))).toBe(false)
  })

  it('a program that says something else, or nothing, is an error with its last words', async () => {
    const other = join(folder, 'other.mjs')
    writeFileSync(other, 'console.log("{}")\nsetInterval(() => {}, 1000)\nprocess.stdin.on("end", () => process.exit(0)).resume()')
    await expect(startDemo(folder, other)).rejects.toThrow(DemoStartError)
    writeFileSync(other, 'console.error("no room")\nprocess.exit(1)')
    await expect(startDemo(folder, other)).rejects.toThrow('no room')
  })
})
