import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isCredentialName, readHostSecret, weaknessOf } from '../../main/secrets/host-secret.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-host-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const secret = randomBytes(32)
const put = (name: string, mode = 0o400, content: Buffer = secret): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const credential = (name: string, directory: string | undefined = folder) => readHostSecret({ kind: 'credential', name }, { directory })
const isRoot = process.getuid?.() === 0

describe('a credential of the service manager', () => {
  it('is read byte for byte from its directory', async () => {
    put('meldingsboks')
    expect(await credential('meldingsboks')).toEqual({ state: 'found', value: secret })
    put('linje', 0o400, Buffer.from('med linjeskift\n'))
    expect(await credential('linje')).toEqual({ state: 'found', value: Buffer.from('med linjeskift\n') })
  })

  it('that is not there is absent, and never reads as empty', async () => {
    expect(await credential('meldingsboks')).toMatchObject({ state: 'absent' })
    expect(await readHostSecret({ kind: 'credential', name: 'meldingsboks' }, { directory: undefined })).toMatchObject({ state: 'absent', reason: expect.stringContaining('LoadCredential') as string })
    expect(await credential('meldingsboks', 'relative')).toMatchObject({ state: 'absent' })
    for (const name of ['', '.', '..', 'a/b', '../passwd', 'æ', 'x'.repeat(256)]) {
      expect(isCredentialName(name)).toBe(false)
      expect(await credential(name)).toMatchObject({ state: 'absent' })
    }
  })

  it('is refused when others could read or change it, or its directory', async () => {
    for (const mode of [0o404, 0o402, 0o444, 0o420, 0o460]) {
      rmSync(join(folder, 'meldingsboks'), { force: true })
      put('meldingsboks', mode)
      expect(await credential('meldingsboks')).toMatchObject({ state: 'denied' })
    }
    chmodSync(join(folder, 'meldingsboks'), 0o400)
    chmodSync(folder, 0o777)
    expect(await credential('meldingsboks')).toMatchObject({ state: 'denied', reason: expect.stringContaining('directory') as string })
    chmodSync(folder, 0o700)
    expect(await credential('meldingsboks')).toMatchObject({ state: 'found' })
  })

  it('is taken with the group bits that systemd\'s access list shows, of the administrator\'s group only', async (context) => {
    if (!isRoot) context.skip('only root can run as another user')
    const path = put('meldingsboks', 0o440)
    expect(await credential('meldingsboks')).toMatchObject({ state: 'found' })
    chownSync(path, 0, 1234)
    expect(await credential('meldingsboks')).toMatchObject({ state: 'denied' })
    chownSync(path, 1234, 0)
    chmodSync(path, 0o400)
    expect(await credential('meldingsboks')).toMatchObject({ state: 'denied', reason: expect.stringContaining('another user') as string })
  })

  it('is a plain file: no link, no folder, no pipe that nobody writes into, nothing long', async () => {
    symlinkSync(put('ekte'), join(folder, 'lenke'))
    expect(await credential('lenke')).toMatchObject({ state: 'denied' })
    mkdirSync(join(folder, 'mappe'), { mode: 0o700 })
    expect(await credential('mappe')).toMatchObject({ state: 'denied' })
    spawnSync('mkfifo', ['-m', '600', join(folder, 'ror')])
    expect(await credential('ror')).toMatchObject({ state: 'denied' })
    put('lang', 0o400, Buffer.alloc(64 * 1024 + 1))
    expect(await credential('lang')).toMatchObject({ state: 'changed' })
  })
})

describe('a file descriptor', () => {
  const fromFile = async (mode: number, content = secret) => {
    const path = put('fil', mode, content)
    const descriptor = openSync(path, 'r')
    try {
      return await readHostSecret({ kind: 'descriptor', descriptor })
    } finally {
      closeSync(descriptor)
      rmSync(path)
    }
  }

  it('of a file gives its content, and is refused when others could read it', async () => {
    expect(await fromFile(0o600)).toEqual({ state: 'found', value: secret })
    expect(await fromFile(0o644)).toMatchObject({ state: 'denied' })
    expect(await fromFile(0o600, Buffer.alloc(64 * 1024 + 1))).toMatchObject({ state: 'changed' })
  })

  /** A process of its own, because a descriptor belongs to the whole process. */
  const fromChild = async (stdio3: 'pipe' | number | 'ignore', written: Buffer | null, descriptor = 3): Promise<unknown> => {
    const code = `import { readHostSecret } from ${JSON.stringify(join(import.meta.dirname, '..', '..', 'main', 'secrets', 'host-secret.ts'))}
      const read = await readHostSecret({ kind: 'descriptor', descriptor: ${String(descriptor)} }, { timeoutMs: 400 })
      process.stdout.write(JSON.stringify(read.state === 'found' ? { state: 'found', hex: read.value.toString('hex') } : read), () => process.exit(0))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: [descriptor === 0 ? stdio3 : 'ignore', 'pipe', 'inherit', ...(descriptor === 0 ? [] : [stdio3])] })
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text))
    const pipe = child.stdio[descriptor]
    if (pipe !== null && pipe !== undefined && 'write' in pipe) {
      pipe.on('error', () => undefined)
      if (written !== null) pipe.end(written)
    }
    await new Promise((resolve) => child.once('close', resolve))
    return JSON.parse(out)
  }

  it('of a pipe gives what is written, from standard input as well; one that nobody ends is locked, not empty', async () => {
    expect(await fromChild('pipe', secret)).toEqual({ state: 'found', hex: secret.toString('hex') })
    expect(await fromChild('pipe', secret, 0)).toEqual({ state: 'found', hex: secret.toString('hex') })
    expect(await fromChild('pipe', Buffer.alloc(70_000))).toMatchObject({ state: 'changed' })
    expect(await fromChild('pipe', null)).toMatchObject({ state: 'locked' })
  })

  it('that is a device, closed, or one of the outputs is refused', async () => {
    const nothing = openSync('/dev/null', 'r')
    expect(await fromChild(nothing, null)).toMatchObject({ state: 'denied' })
    closeSync(nothing)
    expect(await readHostSecret({ kind: 'descriptor', descriptor: 1000 })).toMatchObject({ state: 'absent' })
    for (const descriptor of [1, 2, -1, 1.5]) expect(await readHostSecret({ kind: 'descriptor', descriptor })).toMatchObject({ state: 'absent' })
  })
})

describe('what is too weak to open a profile', () => {
  it('is a short one, and one of few different bytes', () => {
    expect(weaknessOf(randomBytes(31))).toBe('short')
    expect(weaknessOf(Buffer.alloc(64, 'a'))).toBe('uniform')
    expect(weaknessOf(Buffer.from('01'.repeat(32)))).toBe('uniform')
    expect(weaknessOf(randomBytes(32))).toBeNull()
    expect(weaknessOf(Buffer.from(randomBytes(32).toString('hex')))).toBeNull()
  })
})
