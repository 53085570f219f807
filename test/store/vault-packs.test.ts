import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { VaultFileMissing } from '../../main/store/vault/damage.ts'
import { FolderVault, type VaultOptions } from '../../main/store/vault/folder-vault.ts'
import type { VaultPending } from '../../main/store/vault/vault.ts'
import { mountSmallDisk } from './small-disk.ts'

let folder = ''
let keys: ProfileKeys
let vault: FolderVault

const open = async (options: VaultOptions = {}, root = folder): Promise<FolderVault> => {
  const made = new FolderVault(join(root, 'vault'), keys, options)
  await made.prepare()
  return made
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-packs-'))
  keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
  vault = await open()
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const ownerOf = (n: number) => ({ correspondenceId: '00000000-0000-4000-8000-000000000001', attachmentId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, fileName: `${String(n)}.pdf` })

async function putAll(contents: readonly Buffer[], into = vault): Promise<readonly string[]> {
  const pending: VaultPending[] = []
  for (const [n, content] of contents.entries()) {
    const writer = await into.begin(ownerOf(n))
    await writer.write(content)
    pending.push(await writer.end())
  }
  return (await into.settle(pending)).map((result) => (result.kind === 'file' ? result.name : ''))
}

async function get(place: string, from = vault): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of from.read(place)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Paths of all files of the vault, kept-aside ones included. */
const files = (): readonly string[] => readdirSync(join(folder, 'vault'), { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{16}/.test(name)).sort()
const onlyFile = (): string => {
  expect(files()).toHaveLength(1)
  return join(folder, 'vault', files()[0] ?? '')
}
const contents = [randomBytes(20_000), randomBytes(70_000), randomBytes(200_000)] as const
const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(path, bytes)
}
/** Bytes before the members: head, check, three entries. */
const directoryBytes = 12 + 16 + 3 * 36
const all = async (one: FolderVault): Promise<readonly { readonly name: string; readonly owner: unknown }[]> => {
  const found = []
  for await (const file of one.adoptable()) found.push(file)
  return found
}

describe('a pack', () => {
  it('holds files that came together, each as it was, with its size and its owner', async () => {
    const places = await putAll(contents)
    expect(onlyFile()).toMatch(/\.pack$/)
    for (const [n, place] of places.entries()) {
      expect(place).toMatch(/^[0-9a-f]{64}\.[0-9a-f]{16}$/)
      expect(await get(place)).toEqual(contents[n])
      expect(await vault.size(place)).toBe(contents[n]?.length)
      expect(await vault.verify(place)).toBe(true)
    }
    expect(await all(vault)).toEqual(places.map((name, n) => ({ name, owner: ownerOf(n) })))
  })

  it('leaves no name and no content readable', async () => {
    await putAll([Buffer.from('Vedtak om merverdiavgift. '.repeat(1000)), randomBytes(10_000)])
    const bytes = readFileSync(onlyFile())
    expect(bytes.includes('merverdiavgift')).toBe(false)
    expect(bytes.includes('.pdf')).toBe(false)
  })

  it('is not made for one file, nor for two of equal content', async () => {
    const [content] = contents
    const [first] = await putAll([content])
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(await putAll([content, content])).toEqual([first, first])
    expect(files()).toHaveLength(1)
  })

  it('is asked of the rows before content is written again, and believed only when it is whole', async () => {
    const places = await putAll(contents)
    const asking = await open({ placesOf: (names) => Promise.resolve(names.map((name) => places.find((place) => place.startsWith(name)) ?? null)) })
    const again = await putAll([...contents, randomBytes(9000)], asking)
    expect(again.slice(0, 3)).toEqual(places)
    expect(again[3]).toMatch(/^[0-9a-f]{64}$/)
    flip(join(folder, 'vault', files().find((name) => name.endsWith('.pack')) ?? ''), directoryBytes + 300)
    const [first = '', second] = await putAll(contents.slice(0, 2), asking)
    expect(first).not.toBe(places[0])
    expect(second).toBe(places[1])
    expect(await get(first)).toEqual(contents[0])
  })

  it('damaged in one file gives the others, and stays where it is', async () => {
    const [first = '', second = '', third = ''] = await putAll(contents)
    flip(onlyFile(), directoryBytes + 10_000)
    await expect(get(first)).rejects.toMatchObject({ code: 'damaged' })
    expect(await get(second)).toEqual(contents[1])
    expect(await get(third)).toEqual(contents[2])
    expect(onlyFile()).toMatch(/\.pack$/)
  })

  it.each([0, 5, 9, 13, 30, 63, 130])('with byte %i of its first directory damaged is read by its last', async (at) => {
    const places = await putAll(contents)
    flip(onlyFile(), at)
    for (const [n, place] of places.entries()) expect(await get(place)).toEqual(contents[n])
  })

  it.each([4, 100])('cut short by %i bytes is read by its first directory', async (bytes) => {
    const places = await putAll(contents)
    writeFileSync(onlyFile(), readFileSync(onlyFile()).subarray(0, -bytes))
    for (const [n, place] of places.entries()) expect(await get(place)).toEqual(contents[n])
  })

  it('that lost both directories is kept aside, and its files are missing from then on', async () => {
    const [first = '', second = ''] = await putAll(contents)
    const path = onlyFile()
    flip(path, 20)
    flip(path, readFileSync(path).length - directoryBytes)
    await expect(get(first)).rejects.toMatchObject({ code: 'damaged' })
    expect(onlyFile()).toBe(`${path}.damaged`)
    await expect(get(second)).rejects.toThrow(VaultFileMissing)
    expect(await vault.verify(second)).toBe(false)
    expect(await all(vault)).toEqual([])
  })

  it.each([['emptied', () => Buffer.alloc(0)], ['of foreign bytes', () => randomBytes(500)], ['cut within its first file', (bytes: Buffer) => bytes.subarray(0, directoryBytes + 1000)]])('%s gives no byte and stops nothing', async (_, change) => {
    const places = await putAll(contents)
    const other = await putAll([randomBytes(9000)])
    writeFileSync(join(folder, 'vault', files().find((name) => name.endsWith('.pack')) ?? ''), change(readFileSync(join(folder, 'vault', files().find((name) => name.endsWith('.pack')) ?? ''))))
    for (const place of places) expect(await vault.verify(place)).toBe(false)
    expect((await all(vault)).map(({ name }) => name)).toEqual(other)
  })

  it('of a newer form is left alone', async () => {
    const [first = ''] = await putAll(contents)
    const path = onlyFile()
    const bytes = readFileSync(path)
    bytes.writeUInt8(2, 7)
    writeFileSync(path, bytes)
    await expect(get(first)).rejects.toMatchObject({ code: 'too-new' })
    expect(onlyFile()).toBe(path)
  })

  it('gives nothing under the name of another of its files', async () => {
    const [first = '', second = ''] = await putAll(contents)
    const path = onlyFile()
    const bytes = readFileSync(path)
    // The entries exchanged, with the check made anew as one who changes files would do it.
    const { createHash } = await import('node:crypto')
    const entries = Buffer.concat([bytes.subarray(28 + 36, 28 + 68), bytes.subarray(28 + 32, 28 + 36), bytes.subarray(28, 28 + 32), bytes.subarray(28 + 68, 28 + 72), bytes.subarray(28 + 72, 28 + 108)])
    const check = createHash('sha256').update(bytes.subarray(0, 12)).update(entries).digest().subarray(0, 16)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 12), check, entries, bytes.subarray(directoryBytes)]))
    for (const place of [first, second]) await expect(get(place)).rejects.toMatchObject({ code: 'damaged' })
  })
})

describe('taking files out of a pack', () => {
  it('leaves the others, and none of the bytes of what went', async () => {
    const [first = '', second = '', third = ''] = await putAll(contents)
    const before = readFileSync(onlyFile())
    const gone = before.subarray(directoryBytes + 1000, directoryBytes + 1100)
    await vault.remove([{ name: first, deletedAt: Date.now() + 1000 }])
    expect(readFileSync(onlyFile()).includes(gone)).toBe(false)
    await expect(get(first)).rejects.toThrow(VaultFileMissing)
    expect(await get(second)).toEqual(contents[1])
    expect(await get(third)).toEqual(contents[2])
    await vault.remove([{ name: second, deletedAt: Date.now() }, { name: third, deletedAt: Date.now() }])
    expect(files()).toEqual([])
    await vault.remove([{ name: second, deletedAt: Date.now() }])
  })

  it('leaves what was taken for another letter since', async () => {
    const [first = '', second = ''] = await putAll(contents)
    const deletedAt = Date.now() - 1
    const asking = await open({ placesOf: (names) => Promise.resolve(names.map((name) => (first.startsWith(name) ? first : null))) })
    expect(await putAll(contents.slice(0, 1), asking)).toEqual([first])
    await asking.remove([first, second].map((name) => ({ name, deletedAt })))
    expect(await get(first)).toEqual(contents[0])
    await expect(get(second)).rejects.toThrow(VaultFileMissing)
    // The next time its row stands, or it is a deletion of its own.
    await asking.remove([{ name: first, deletedAt: Date.now() + 1 }])
    await expect(get(first)).rejects.toThrow(VaultFileMissing)
  })

  it('takes what was kept aside of it as well', async () => {
    const [first = ''] = await putAll(contents)
    const path = onlyFile()
    flip(path, 20)
    flip(path, readFileSync(path).length - directoryBytes)
    await expect(get(first)).rejects.toMatchObject({ code: 'damaged' })
    await vault.remove([{ name: first, deletedAt: Date.now() + 1000 }])
    expect(files()).toEqual([])
  })

  it('happens to those that no row refers to once the pack is old', async () => {
    const [first = '', second = '', third = ''] = await putAll(contents)
    const known = (places: readonly string[]): Promise<readonly string[]> => Promise.resolve(places.filter((place) => place === second))
    expect(await vault.collect(known, Date.now() - 60_000)).toBe(0)
    const old = new Date(Date.now() - 120_000)
    utimesSync(onlyFile(), old, old)
    expect(await vault.collect(known, Date.now() - 60_000)).toBe(2)
    expect(await get(second)).toEqual(contents[1])
    for (const place of [first, third]) await expect(get(place)).rejects.toThrow(VaultFileMissing)
  })

  it('that a full disk refuses leaves the pack as it was', async (context) => {
    const disk = mountSmallDisk(context, 1024)
    try {
      const small = await open({}, disk.folder)
      const [first = '', second = ''] = await putAll([randomBytes(250_000), randomBytes(240_000), randomBytes(240_000)], small)
      await expect(small.remove([{ name: first, deletedAt: Date.now() }])).rejects.toMatchObject({ code: 'full' })
      expect(await small.verify(first)).toBe(true)
      expect(await small.verify(second)).toBe(true)
    } finally {
      disk.remove()
    }
  })
})
