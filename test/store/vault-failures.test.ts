import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { FolderVault } from '../../main/store/vault/folder-vault.ts'
import { mountSmallDisk } from './small-disk.ts'

const owner = { correspondenceId: '00000000-0000-4000-8000-000000000001', attachmentId: '00000000-0000-4000-8000-000000000002', fileName: 'vedtak.pdf' }
let folder = ''
let keys: ProfileKeys
let vault: FolderVault

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-vault-'))
  keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
  vault = new FolderVault(join(folder, 'vault'), keys)
  await vault.prepare()
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const pathOf = (name: string, root = folder): string => join(root, 'vault', name.slice(0, 2), name)

async function put(content: Buffer, into = vault): Promise<string> {
  const writer = await into.begin(owner)
  await writer.write(content)
  const [result] = await into.settle([await writer.end()])
  if (result?.kind !== 'file') throw new Error('expected a file')
  return result.name
}

async function get(name: string, from = vault): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of from.read(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
}

describe('damage', () => {
  it('of any byte is seen before the content it belongs to leaves', async () => {
    const content = randomBytes(8192)
    const name = await put(content)
    const whole = readFileSync(pathOf(name))
    for (let at = 0; at < whole.length; at += at < 300 || at > whole.length - 40 ? 1 : 61) {
      flip(pathOf(name), at)
      await expect(get(name), `byte ${String(at)}`).rejects.toMatchObject({ code: 'damaged' })
      writeFileSync(pathOf(name), whole)
    }
    expect(await get(name)).toEqual(content)
  })

  it.each([['cut short', (bytes: Buffer) => bytes.subarray(0, -1)], ['made longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(70_000)])], ['emptied', () => Buffer.alloc(0)]])(
    '%s: neither its size is told nor is it offered for adoption', async (_, change) => {
      const name = await put(randomBytes(150_000))
      const whole = await put(randomBytes(10_000))
      writeFileSync(pathOf(name), change(readFileSync(pathOf(name))))
      const names = []
      for await (const file of vault.adoptable()) names.push(file.name)
      expect(names).toEqual([whole])
      await expect(vault.size(name)).rejects.toThrow('not in the vault')
      expect(readdirSync(dirname(pathOf(name)))).toEqual([`${name}.damaged`])
    })

  it('of a file that comes again: the new one takes its place, the old one is kept', async () => {
    const content = randomBytes(100_000)
    const name = await put(content)
    flip(pathOf(name), 5000)
    expect(await put(content)).toBe(name)
    expect(await get(name)).toEqual(content)
    expect(readdirSync(dirname(pathOf(name))).sort()).toEqual([name, `${name}.damaged`])
  })

  it('is only told, not moved, by one that reads beside the writer', async () => {
    const name = await put(randomBytes(100_000))
    flip(pathOf(name), 5000)
    const reader = new FolderVault(join(folder, 'vault'), keys)
    await expect(get(name, reader)).rejects.toMatchObject({ code: 'damaged' })
    expect(readdirSync(dirname(pathOf(name)))).toEqual([name])
    await expect(reader.begin(owner)).rejects.toMatchObject({ code: 'unwritable' })
  })

  it('is not said of a newer form', async () => {
    const name = await put(randomBytes(100_000))
    const bytes = readFileSync(pathOf(name))
    bytes.writeUInt8(2, 7)
    writeFileSync(pathOf(name), bytes)
    await expect(get(name)).rejects.toMatchObject({ code: 'too-new' })
    expect(readdirSync(dirname(pathOf(name)))).toEqual([name])
  })
})

describe('adoption', () => {
  it('passes over what has a row without opening it', async () => {
    const known = await put(randomBytes(20_000))
    const stray = await put(randomBytes(20_000))
    writeFileSync(pathOf(known), 'not even a vault file')
    const found = []
    for await (const file of vault.adoptable((names) => Promise.resolve(names.filter((name) => name === known)))) found.push(file)
    expect(found).toEqual([{ name: stray, owner }])
    expect(readdirSync(dirname(pathOf(known)))).toEqual([known])
  })
})

describe('a killed writer', () => {
  it('leaves every file it had answered for, whole and with its owner, and no other', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'vault-child.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => { child.kill('SIGKILL') })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text })
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 150))
    child.kill('SIGKILL')
    await once(child, 'close')
    const answered = said.trim().split('\n').map((line) => line.split(' ') as [string, string])
    expect(answered.length).toBeGreaterThan(3)
    await vault.prepare()
    expect(readdirSync(join(folder, 'vault', 'tmp'))).toEqual([])
    for (const [name] of answered) expect(await vault.verify(name)).toBe(true)
    const found = new Map<string, string>()
    for await (const file of vault.adoptable()) found.set(file.name, file.owner.attachmentId)
    expect([...found].filter(([name]) => answered.every(([one]) => one !== name)).length).toBeLessThanOrEqual(3)
    for (const [name, attachmentId] of answered) expect(found.get(name)).toBe(attachmentId)
  })
})

describe('a disk', () => {
  it('that is full is told, and what was begun goes', async (context) => {
    const disk = mountSmallDisk(context, 1024)
    try {
      const small = new FolderVault(join(disk.folder, 'vault'), keys)
      await small.prepare()
      const kept = await put(randomBytes(200_000), small)
      const writer = await small.begin(owner)
      await expect(writer.write(randomBytes(1_500_000))).rejects.toMatchObject({ code: 'full' })
      await writer.abort()
      const many = await Promise.all(Array.from({ length: 10 }, async () => {
        const one = await small.begin(owner)
        await one.write(randomBytes(150_000))
        return await one.end()
      }))
      await expect(small.settle(many)).rejects.toMatchObject({ code: 'full' })
      expect(readdirSync(join(disk.folder, 'vault', 'tmp'))).toEqual([])
      expect((await get(kept, small)).length).toBe(200_000)
      expect((await get(await put(randomBytes(300_000), small), small)).length).toBe(300_000)
    } finally {
      disk.remove()
    }
  })

  it('that cannot be written is told, and can still be read', async (context) => {
    const disk = mountSmallDisk(context, 1024)
    try {
      const small = new FolderVault(join(disk.folder, 'vault'), keys)
      await small.prepare()
      const kept = await put(randomBytes(20_000), small)
      disk.readOnly(true)
      const writer = await small.begin(owner)
      await writer.write(randomBytes(20_000))
      await expect(small.settle([await writer.end()])).rejects.toMatchObject({ code: 'unwritable' })
      const larger = await small.begin(owner)
      await expect(larger.write(randomBytes(300_000))).rejects.toMatchObject({ code: 'unwritable' })
      await larger.abort()
      await expect(new FolderVault(join(disk.folder, 'vault'), keys).prepare()).rejects.toMatchObject({ code: 'unwritable' })
      expect((await get(kept, new FolderVault(join(disk.folder, 'vault'), keys))).length).toBe(20_000)
    } finally {
      disk.remove()
    }
  })
})
