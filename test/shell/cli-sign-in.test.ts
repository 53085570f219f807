import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { SmallServer } from '../altinn/small-server.ts'
import { firm, letter, smallWorld } from '../localtest/small-world.ts'

const program = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js')

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

async function cli(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'en_GB' } })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

let data = ''
let altinn: LocalAltinn
let world = ''
beforeAll(async () => {
  world = mkdtempSync(join(tmpdir(), 'meldingsboks-world-'))
  altinn = await startLocalAltinn({ folder: world, seed: 1, world: smallWorld((at) => [letter(1, at - 86_400_000)]) })
})
afterAll(async () => {
  await altinn.close()
  rmSync(world, { recursive: true })
})
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'meldingsboks-cli-'))
  writeFileSync(join(data, 'passphrase'), 'riktig hest batteri\n')
})
afterEach(() => {
  rmSync(data, { recursive: true, force: true })
})

const put = (name: string, content: unknown): string => {
  const path = join(data, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const shared = (): readonly string[] => ['--data', data, '--passphrase-file', join(data, 'passphrase')]
const add = (addresses: unknown, keyFile: string, ...more: readonly string[]): Promise<Ended> =>
  cli('profile', 'add', 'firma', '--environment', put('addresses.json', addresses), '--client-id', altinn.client.clientId, '--key-file', keyFile, '--org', firm, ...more, ...shared())
const local = (): object => ({ name: 'local', platform: altinn.platform, maskinporten: altinn.maskinporten })

describe('a profile\'s sign-in is tested', () => {
  it('step by step, from the key to a message, and no sender sees it', async () => {
    expect(await add(local(), put('key.json', { ...altinn.client.key, kid: altinn.client.kid }))).toMatchObject({ code: 0 })
    const tested = await cli('profile', 'test', 'firma', ...shared())
    expect(tested).toMatchObject({ code: 0, err: '' })
    expect(tested.out.split('\n').slice(0, 3)).toEqual(['The key can be read: fine', 'Maskinporten gives access: fine', 'Altinn accepts the sign-in: fine'])
    expect(tested.out).toContain('Access to messages: fine (1)')
    expect([...altinn.state.effects]).toEqual([])
  })

  it('another client\'s key is told with what to do and a code, and what follows was not tried', async () => {
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hemmelig' }).toString()
    const key = put('key.pem', pem)
    expect(await add(local(), key, '--kid', 'other')).toMatchObject({ code: 1, err: 'The key is protected by a password. Give the password.\n' })
    expect(await add(local(), key, '--kid', 'other', '--key-password-file', put('wrong', 'feil'))).toMatchObject({ code: 1, err: 'The password of the key is wrong.\n' })
    expect(await add(local(), key, '--key-password-file', put('right', 'hemmelig\n'))).toMatchObject({ code: 1, err: expect.stringContaining('(kid)') as string })
    expect(await add(local(), key, '--kid', 'other', '--key-password-file', put('right', 'hemmelig\n'))).toMatchObject({ code: 0 })
    const tested = await cli('profile', 'test', 'firma', '--json', ...shared())
    expect(tested.code).toBe(1)
    const lines = tested.out.trim().split('\n').map((line) => JSON.parse(line) as { step: string; result: string; problem?: { problem?: { code: string; supportCode: string } } })
    expect(lines.map(({ step, result }) => `${step} ${result}`)).toEqual(['key ok', 'grant failed', 'exchange not-reached', 'parties not-reached', 'dialogporten not-reached', 'correspondence not-reached'])
    expect(lines[1]?.problem?.problem?.supportCode).toBe('MP-100')
    expect((await cli('profile', 'test', 'firma', ...shared())).out).toContain('Code: MP-100')
  })
})

describe('a system user is asked for', () => {
  it('waited for over restarts, and told when it is approved', async () => {
    const server = await SmallServer.start()
    try {
      const base = '/authentication/api/v1/systemuser/request/vendor'
      const id = '00000001-0000-4000-8000-00000000000a'
      let status = 'New'
      const answer = () => ({ body: { id, systemId: 's', partyOrgNo: firm, status, confirmUrl: `${server.base}/approve?id=${id}` } })
      server.on('POST /token', () => ({ body: { access_token: 'raw.raw.raw', expires_in: 120 } }))
      server.on(`POST ${base}`, answer)
      server.on(`GET ${base}/${id}`, answer)
      expect(await add({ name: 'own', platform: server.base, maskinporten: server.base, accessManagementUi: server.base }, put('key.json', altinn.client.key), '--kid', 'k')).toMatchObject({ code: 0 })
      const ask = (...more: readonly string[]): Promise<Ended> => cli('profile', 'request-system-user', 'firma', '--timeout', '1', ...more, ...shared())
      expect(await ask()).toMatchObject({ code: 64 })
      expect(await ask('--system', 's', '--packages', 'urn:altinn:accesspackage:post')).toMatchObject({ code: 4, err: expect.stringContaining(`${server.base}/approve?id=${id}`) as string })
      status = 'Accepted'
      expect(await ask()).toMatchObject({ code: 0, err: expect.stringContaining('has been approved') as string })
      expect(server.count(base)).toBe(1)
    } finally {
      await server.close()
    }
  })
})
