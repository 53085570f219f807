import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { VaultFileMissing } from '../../main/store/vault/damage.ts'
import { FolderVault } from '../../main/store/vault/folder-vault.ts'
import type { VaultResult } from '../../main/store/vault/vault.ts'

let folder = ''
let keys: ProfileKeys
let vault: FolderVault
const owner = { correspondenceId: '00000000-0000-4000-8000-000000000001', attachmentId: '00000000-0000-4000-8000-000000000002', fileName: 'vedtak.pdf' }
const pathOf = (name: string): string => join(folder, 'vault', name.slice(0, 2), name)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-vault-'))
  keys = await createKeys(join(folder, 'profile'), { kind: 'demo-file' }, { name: 'demo', loopback: true })
  vault = new FolderVault(join(folder, 'vault'), keys)
  await vault.prepare()
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

async function put(content: Buffer, piece = 10_000): Promise<VaultResult> {
  const writer = await vault.begin(owner)
  for (let at = 0; at < content.length; at += piece) await writer.write(content.subarray(at, at + piece))
  const [result] = await vault.settle([await writer.end()])
  if (result === undefined) throw new Error('expected a result')
  return result
}
async function get(name: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of vault.read(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
async function putFile(content: Buffer): Promise<string> {
  const result = await put(content)
  if (result.kind !== 'file') throw new Error('expected a file')
  return result.name
}

describe('the vault', () => {
  it.each([8192, 65_535, 65_536, 65_537, 131_072, 262_143, 262_144, 300_001])('gives back %i bytes as they were, and knows how many', async (size) => {
    const content = randomBytes(size)
    const name = await putFile(content)
    expect((await get(name)).equals(content)).toBe(true)
    expect(await vault.size(name)).toBe(size)
    expect(await vault.verify(name)).toBe(true)
  })

  it('hands small content back for the database, and makes no file', async () => {
    const content = randomBytes(8191)
    expect(await put(content)).toEqual({ kind: 'inline', content, bytes: 8191 })
    expect(await put(Buffer.alloc(0))).toEqual({ kind: 'inline', content: Buffer.alloc(0), bytes: 0 })
    expect(readdirSync(join(folder, 'vault'))).toEqual(['tmp'])
  })

  it('stores equal content once, under a name that is not its plain hash, and leaves no readable byte', async () => {
    const content = Buffer.from('Vedtak om merverdiavgift. '.repeat(1000))
    const name = await putFile(content)
    expect(await putFile(content)).toBe(name)
    expect(name).not.toBe(createHash('sha256').update(content).digest('hex'))
    const stored = readFileSync(pathOf(name))
    expect(stored.includes('merverdiavgift')).toBe(false)
    expect(stored.includes('vedtak.pdf')).toBe(false)
    expect(readdirSync(dirname(pathOf(name)))).toEqual([name])
    expect(readdirSync(join(folder, 'vault', 'tmp'))).toEqual([])
  })

  it.each([
    ['a flipped bit', (bytes: Buffer) => { bytes.writeUInt8(bytes.readUInt8(100_000) ^ 1, 100_000); return bytes }],
    ['a missing end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['a missing last record', (bytes: Buffer) => bytes.subarray(0, 60 + 4 + 150 + 16 + 65_556)],
    ['something behind the end', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(30)])],
    ['nothing but a header', (bytes: Buffer) => bytes.subarray(0, 44)],
  ])('notices %s, and keeps the file aside', async (_, change) => {
    const name = await putFile(randomBytes(200_000))
    writeFileSync(pathOf(name), change(readFileSync(pathOf(name))))
    await expect(get(name)).rejects.toMatchObject({ code: 'damaged' })
    expect(readdirSync(dirname(pathOf(name)))).toEqual([`${name}.damaged`])
    await expect(get(name)).rejects.toThrow(VaultFileMissing)
  })

  it('no byte of a damaged record leaves', async () => {
    const name = await putFile(randomBytes(200_000))
    const bytes = readFileSync(pathOf(name))
    bytes.writeUInt8(bytes.readUInt8(100_000) ^ 1, 100_000)
    writeFileSync(pathOf(name), bytes)
    let got = 0
    await expect(async () => {
      for await (const chunk of vault.read(name)) got += chunk.length
    }).rejects.toThrow()
    expect(got).toBe(65_536)
  })

  it('notices two files that were exchanged', async () => {
    const [a, b] = [await putFile(randomBytes(20_000)), await putFile(randomBytes(20_000))]
    renameSync(pathOf(a), join(folder, 'aside'))
    renameSync(pathOf(b), pathOf(a))
    await expect(get(a)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('does not open with the keys of another profile', async () => {
    const name = await putFile(randomBytes(20_000))
    const other = await createKeys(join(folder, 'other'), { kind: 'demo-file' }, { name: 'demo', loopback: true })
    await expect(new FolderVault(join(folder, 'vault'), other).verify(name)).resolves.toBe(false)
  })

  it('names its complete files with their owners, and forgets unfinished ones at the next start', async () => {
    const name = await putFile(randomBytes(20_000))
    const unfinished = await vault.begin(owner)
    await unfinished.write(randomBytes(100_000))
    const found = []
    for await (const file of vault.adoptable()) found.push(file)
    expect(found).toEqual([{ name, owner }])
    await unfinished.abort()
    await vault.prepare()
    expect(readdirSync(join(folder, 'vault', 'tmp'))).toEqual([])
  })

  it('takes many files at once, equal ones once, and gives their names in order', async () => {
    const contents = [randomBytes(20_000), randomBytes(100), randomBytes(300_000), randomBytes(70_000)]
    const pending = await Promise.all(
      [...contents, contents[0] ?? Buffer.alloc(0)].map(async (content) => {
        const writer = await vault.begin(owner)
        await writer.write(content)
        return await writer.end()
      }),
    )
    const results = await vault.settle(pending)
    expect(results.map((result) => result.bytes)).toEqual([20_000, 100, 300_000, 70_000, 20_000])
    const names = results.map((result) => (result.kind === 'file' ? result.name : null))
    expect(names[4]).toBe(names[0])
    for (const [index, name] of names.entries()) if (name !== null) expect((await get(name)).equals(contents[index % 4] ?? Buffer.alloc(0))).toBe(true)
    expect(readdirSync(join(folder, 'vault', 'tmp'))).toEqual([])
  })

  it('a name with path parts is refused', async () => {
    await expect(get('../../etc/passwd')).rejects.toThrow(RangeError)
  })
})
