import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { clients, firm, letter, smallWorld } from '../localtest/small-world.ts'

const root = join(import.meta.dirname, '..', '..')
const program = join(root, 'out', 'main', 'cli.js')
const day = 86_400_000

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The built command line, as a user runs it. */
function start(args: readonly string[], options: { readonly uid?: number } = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'en_GB' }, ...options })
}
async function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}
const cli = (...args: readonly string[]): Promise<Ended> => ended(start(args))

let data = ''
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'meldingsboks-cli-'))
})
afterEach(() => {
  rmSync(data, { recursive: true, force: true })
})

describe('wrong use', () => {
  it('says what is wrong and ends with 64', async () => {
    expect(await cli('fly')).toMatchObject({ code: 64, out: '' })
    expect(await cli('list', '--data', data)).toMatchObject({ code: 64, err: 'Choose --demo or --profile <name>.\n' })
    expect(await cli('list', '--profile', '../x', '--data', data)).toMatchObject({ code: 64 })
    expect((await cli('--help')).out).toContain('sync')
  })

  it('a profile that is not there is named', async () => {
    expect(await cli('list', '--profile', 'firma', '--data', data)).toMatchObject({ code: 1, err: expect.stringContaining('There is no profile “firma”') as string })
    expect(await cli('show', '1', '--demo', '--data', data)).toMatchObject({ code: 1, err: expect.stringContaining('sync --demo') as string })
    expect(readdirSync(data)).toEqual([])
  })
})

describe('a profile of one\'s own, against a server named by a file of base URLs', () => {
  let altinn: LocalAltinn
  let world = ''
  beforeAll(async () => {
    world = mkdtempSync(join(tmpdir(), 'meldingsboks-world-'))
    altinn = await startLocalAltinn({
      folder: world,
      seed: 1,
      world: smallWorld((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + day }), letter(2, at - 40 * day), letter(3, at - 2 * day, { recipient: `urn:altinn:organization:identifier-no:${clients[1]}` })]),
    })
  })
  afterAll(async () => {
    await altinn.close()
    rmSync(world, { recursive: true })
  })

  const files = (): { readonly addresses: string; readonly key: string; readonly passphrase: string } => {
    const [addresses, key, passphrase] = [join(data, 'addresses.json'), join(data, 'key.json'), join(data, 'passphrase')]
    writeFileSync(addresses, JSON.stringify({ name: 'local', platform: altinn.platform, maskinporten: altinn.maskinporten }))
    writeFileSync(key, JSON.stringify(altinn.client.key))
    writeFileSync(passphrase, 'riktig hest batteri\n')
    return { addresses, key, passphrase }
  }
  const add = (changes: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const { addresses, key, passphrase } = files()
    const options = { environment: addresses, 'client-id': altinn.client.clientId, key, kid: altinn.client.kid, org: firm, 'passphrase-file': passphrase, data, ...changes }
    return cli('profile', 'add', 'firma', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]))
  }
  const firma = (...args: readonly string[]): Promise<Ended> => cli(...args, '--profile', 'firma', '--data', data, '--passphrase-file', join(data, 'passphrase'))

  it('asks for consent, fetches the span that was agreed to, confirms with proof, and reads on when Altinn is away', async () => {
    expect(await add()).toMatchObject({ code: 0 })
    const secret = String(altinn.client.key['d'])
    for (const entry of readdirSync(join(data, 'firma'), { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name)).includes(secret)).toBe(false)
    }

    const asked = await firma('sync')
    expect(asked).toMatchObject({ code: 2, out: '' })
    expect(asked.err).toContain('1 senders see that 3 messages to 2 recipients')
    expect([...altinn.state.effects]).toEqual([])
    expect(await firma('sync', '--accept-fetched', '--since', 'i går')).toMatchObject({ code: 64 })

    const since = new Date(Date.now() - 10 * day).toISOString().slice(0, 10)
    const done = await firma('sync', '--accept-fetched', '--since', since, '--json')
    expect(done.code).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({ messages: 2, dialogs: 0, failed: 0, total: { dialogs: 3, messages: 2 } })

    const listed = JSON.parse((await firma('list', '--json', '--view', 'needs-confirmation')).out) as { rows: { id: number; correspondenceId: string }[] }
    expect(listed.rows).toHaveLength(1)
    const id = listed.rows[0]?.correspondenceId ?? ''
    expect(await firma('confirm', id)).toMatchObject({ code: 64, err: expect.stringContaining('cannot be taken back') as string })
    expect(await firma('confirm', id, '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('registered in Altinn') as string })
    expect(await firma('confirm', id, '--yes')).toMatchObject({ code: 0 })
    expect(altinn.state.effects.filter((effect) => effect.kind === 'ConfirmRequested')).toHaveLength(1)

    altinn.pause()
    expect((await firma('show', id)).out).toContain('Confirmed:')
    expect(await firma('read', id, '--yes', '--timeout', '1')).toMatchObject({ code: 4, out: expect.stringContaining('waiting to be sent') as string })
    altinn.resume()
    expect(await firma('sync', '--json')).toMatchObject({ code: 0 })
    expect(altinn.state.effects.filter((effect) => effect.kind === 'Read')).toHaveLength(1)
    // Eleven starts, each with a passphrase to stretch.
  }, 180_000)

  it('says what is seen of each recipient, as rows and as a file', async () => {
    await add()
    // Without a consent recipients are asked for, and nothing is fetched.
    expect(await firma('sync')).toMatchObject({ code: 2 })
    const coverage = JSON.parse((await firma('coverage', '--json')).out) as { recipients: { party: string; messages: number; current: boolean; loss: unknown }[]; available: unknown }
    expect(coverage.recipients.map(({ messages, current, loss }) => [messages, current, loss])).toEqual([[0, true, null], [2, true, null], [1, true, null]])
    const table = (await firma('coverage', '--csv')).out
    expect(table.startsWith('\ufeffRecipient;')).toBe(true)
    expect(table.split('\r\n').filter((line) => line.includes(firm))).toHaveLength(1)
  }, 120_000)

  it('ways in: a recovery code shown once opens it, a new passphrase takes the place of the old, the last way stays', async () => {
    const { passphrase } = files()
    const added = await add()
    const code = /([0-9A-Z]{4}-){6}[0-9A-Z]{4}/.exec(added.err)?.[0] ?? ''
    expect(code).not.toBe('')
    writeFileSync(join(data, 'code'), code)
    writeFileSync(join(data, 'new'), 'gal hest batteri\n')
    const keys = (...args: readonly string[]): Promise<Ended> => cli('profile', 'keys', ...args, '--profile', 'firma', '--data', data)
    const listed = await keys('--recovery-code-file', join(data, 'code'), '--json')
    const ways = (JSON.parse(listed.out) as { ways: { id: string; kind: string }[] }).ways
    expect(ways.map(({ kind }) => kind)).toEqual(['passphrase', 'recovery-code'])
    expect(await keys('remove', ways[0]?.id ?? '', '--passphrase-file', passphrase)).toMatchObject({ code: 1, err: expect.stringContaining('at least one way in') as string })
    expect(await keys('add-passphrase', '--new-passphrase-file', join(data, 'new'), '--recovery-code-file', join(data, 'code'))).toMatchObject({ code: 0, out: 'New way in: passphrase.\n' })
    expect(await keys('--passphrase-file', passphrase)).toMatchObject({ code: 1, err: expect.stringContaining('--recovery-code-file') as string })
    expect(await keys('--passphrase-file', join(data, 'new'))).toMatchObject({ code: 0, out: expect.stringContaining('recovery code') as string })
    expect(await keys('fly', '--passphrase-file', join(data, 'new'))).toMatchObject({ code: 64 })
  })

  it('begins with what the host gives: such a machine never needs a passphrase', async () => {
    const secret = join(data, 'host-secret')
    writeFileSync(secret, randomBytes(32), { mode: 0o600 })
    const given = async (...args: readonly string[]): Promise<Ended> => {
      const descriptor = openSync(secret, 'r')
      try {
        return await ended(spawn(process.execPath, [program, ...args, '--credential-fd', '0', '--data', data], { stdio: [descriptor, 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'en_GB' } }))
      } finally {
        closeSync(descriptor)
      }
    }
    const { addresses, key } = files()
    const added = await given('profile', 'add', 'tjener', '--environment', addresses, '--client-id', altinn.client.clientId, '--key-file', key, '--kid', altinn.client.kid, '--org', firm, '--json')
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(added.out)).toMatchObject({ name: 'tjener', environment: 'local', organisation: firm })
    const listed = JSON.parse((await given('profile', 'keys', '--profile', 'tjener', '--json')).out) as { readonly ways: readonly { readonly kind: string }[] }
    expect(listed.ways.map(({ kind }) => kind)).toEqual(['host-secret', 'recovery-code'])
    expect(await given('sync', '--profile', 'tjener')).toMatchObject({ code: 2 })
    expect(await cli('sync', '--profile', 'tjener', '--data', data)).toMatchObject({ code: 1, err: expect.stringContaining('--credential') as string })
  }, 180_000)

  it('a wrong passphrase, none, and a damaged profile file each have their sentence', async () => {
    await add()
    writeFileSync(join(data, 'wrong'), 'feil passordfrase')
    const open = (...more: readonly string[]): Promise<Ended> => cli('list', '--profile', 'firma', '--data', data, ...more)
    expect(await open('--passphrase-file', join(data, 'wrong'))).toMatchObject({ code: 1, err: expect.stringContaining('The passphrase does not fit this profile.') as string })
    expect(await open()).toMatchObject({ code: 64, err: expect.stringContaining('--passphrase-file') as string })
    expect(await open('--passphrase-file', join(data, 'nowhere'))).toMatchObject({ code: 1, err: expect.stringContaining('ENOENT') as string })
    writeFileSync(join(data, 'firma', 'profile.json'), '{"version":1,')
    expect(await firma('list')).toMatchObject({ code: 1, err: expect.stringContaining('profile.json cannot be read') as string })
  })

  it.each([
    ['a wrong organisation number', { org: '123456789' }, 'not a valid organisation number'],
    ['an address over plain HTTP', { environment: 'PLAIN' }, 'https'],
    ['a file of addresses that is none', { environment: 'BROKEN' }, 'cannot be used'],
    ['a key file that is none', { key: 'BROKEN' }, 'not a key we can read (JSON)'],
    ['a public key', { key: 'PUBLIC' }, 'only the public key'],
    ['a short passphrase', { 'passphrase-file': 'SHORT' }, 'at least 8'],
  ])('%s is refused, and nothing is left behind', async (_, change, sentence) => {
    const made = { PLAIN: JSON.stringify({ platform: 'http://example.org', maskinporten: 'https://example.org' }), BROKEN: '{', PUBLIC: JSON.stringify({ kty: 'RSA', n: 'x', e: 'AQAB' }), SHORT: 'kort' }
    const paths = Object.fromEntries(Object.entries(made).map(([name, content]) => {
      writeFileSync(join(data, name), content)
      return [name, join(data, name)]
    }))
    const values = Object.fromEntries(Object.entries(change as Record<string, string>).map(([name, value]) => [name, paths[value] ?? value]))
    expect(await add(values)).toMatchObject({ code: 1, err: expect.stringContaining(sentence) as string })
    expect(existsSync(join(data, 'firma'))).toBe(false)
  })

  it('a client that Maskinporten does not know is told with the code for support', async () => {
    await add({ 'client-id': 'somebody-else' })
    const asked = await firma('sync')
    expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('MP-100') as string })
  })

  it('while another process holds the profile: 75, and reading goes on', async () => {
    await add()
    await firma('sync', '--accept-fetched', '--since', '2020-01-01')
    const running = start(['run', '--profile', 'firma', '--data', data, '--passphrase-file', join(data, 'passphrase')])
    const end = ended(running)
    await new Promise<void>((resolve) => running.stderr?.once('data', () => { resolve() }))
    expect(await firma('sync')).toMatchObject({ code: 75, out: '' })
    expect(await firma('list')).toMatchObject({ code: 0 })
    // Trying the steps writes nothing; a request for a system user does.
    const beside = (...args: readonly string[]): Promise<Ended> => cli('profile', ...args, '--data', data, '--passphrase-file', join(data, 'passphrase'))
    expect(await beside('test', 'firma')).toMatchObject({ code: 0, err: '' })
    expect(await beside('request-system-user', 'firma', '--system', 'x', '--packages', 'urn:altinn:accesspackage:x')).toMatchObject({ code: 75, out: '' })
    running.kill('SIGTERM')
    expect((await end).code).toBe(0)
  }, 180_000)
})

describe('the demo', () => {
  it('fetches 400 letters, and the second time nothing again', async () => {
    const first = await cli('sync', '--demo', '--data', data, '--json')
    expect(first.code).toBe(0)
    expect(JSON.parse(first.out)).toMatchObject({ failed: 0, total: { failed: 0 } })
    const before = readFileSync(join(data, 'demo-altinn', 'effects.jsonl'), 'utf8')
    const second = await cli('sync', '--demo', '--data', data, '--json')
    expect(JSON.parse(second.out)).toMatchObject({ messages: 0, attachments: 0, bytes: 0, failed: 0 })
    const added = readFileSync(join(data, 'demo-altinn', 'effects.jsonl'), 'utf8').slice(before.length)
    expect(added).not.toContain('"Fetched"')
    expect(await cli('list', '--demo', '--data', data, '--limit', '3')).toMatchObject({ code: 0 })
    // A world that this version cannot go on with has a way back.
    writeFileSync(join(data, 'demo-altinn', 'effects.jsonl'), 'nonsense\n')
    expect(await cli('sync', '--demo', '--data', data)).toMatchObject({ code: 1, err: expect.stringContaining('demo --reset') as string })
    expect(await cli('demo', '--reset', '--yes', '--data', data)).toMatchObject({ code: 0 })
    expect(readdirSync(data)).toEqual([])
  })
})

describe('where nothing can be written', () => {
  const unprivileged = 65_534

  it('says so in one sentence, for a user without rights to the folder', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can run as another user')
    chmodSync(data, 0o755)
    const child = start(['sync', '--demo', '--data', join(data, 'mine')], { uid: unprivileged })
    expect(await ended(child)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/cannot be written to.*--data/) as string })
  })

  it('a full disk is told, nothing is lost, and it goes on when there is room', async (context) => {
    if (process.getuid?.() !== 0 || process.platform !== 'linux') context.skip('only root can mount a small disk')
    const disk = join(data, 'disk')
    mkdirSync(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=9m', 'tmpfs', disk])
    if (mounted.status !== 0) context.skip('only root can mount a small disk')
    try {
      // The local Altinn writes too, so the disk is filled up after it has begun.
      writeFileSync(join(disk, 'filler'), Buffer.alloc(4 * 1024 * 1024))
      const full = await cli('sync', '--demo', '--data', disk, '--json')
      expect(full).toMatchObject({ code: 1, err: expect.stringContaining('The disk is full') as string })
      rmSync(join(disk, 'filler'))
      const listed = await cli('list', '--demo', '--data', disk, '--json')
      expect(listed.code).toBe(0)
      spawnSync('mount', ['-o', 'remount,size=64m', disk])
      const again = await cli('sync', '--demo', '--data', disk, '--json')
      expect(again.code).toBe(0)
      const effects = readFileSync(join(disk, 'demo-altinn', 'effects.jsonl'), 'utf8').split('\n').filter((line) => line.includes('"Fetched"'))
      // Answers not yet committed when the disk was full may be asked for again, no others (durability.md 17).
      expect(effects.length - (JSON.parse(again.out) as { total: { messages: number } }).total.messages).toBeLessThanOrEqual(54)
    } finally {
      spawnSync('umount', [disk])
    }
  })

  it('a data folder that is a file', async () => {
    writeFileSync(join(data, 'file'), '')
    mkdirSync(join(data, 'x'))
    expect((await cli('sync', '--demo', '--data', join(data, 'file'))).code).toBe(1)
  })
})
