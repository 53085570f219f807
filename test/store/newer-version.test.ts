import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { indexName } from '../../main/store/index/index-db.ts'
import { createKeys, openKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { ledgerName } from '../../main/store/ledger/ledger-db.ts'
import { mailName } from '../../main/store/mail/mail-db.ts'
import { openReadOnly, openStore } from '../../main/store/open.ts'
import { codeOf } from './code-of.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { FolderVault } from '../../main/store/vault/folder-vault.ts'

/** A profile of a newer Meldingsboks: whatever is newer about it, it is told and left as it is (design.md section 3). */
let folder = ''
let keys: ProfileKeys

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-newer-'))
  await createKeys(folder, { kind: 'demo-file' }, { name: 'local', loopback: true })
  keys = await openKeys(folder, { kind: 'demo-file' })
  await (await openStore(folder, keys, 'kari')).close()
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Every file's bytes but those of the lock, which each process writes. */
const contents = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('lock.db') && !entry.name.endsWith('-shm') && !entry.name.endsWith('-wal'))
      .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name)).toString('base64')]),
  )

function raise(name: string, purpose: 'ledger' | 'mail' | 'index'): void {
  const db = openDatabase(join(folder, name), name, keys.derive(purpose))
  db.pragma('user_version = 999')
  db.exec('CREATE TABLE of_the_future (what TEXT) STRICT')
  db.close()
}

describe.each([[ledgerName, 'ledger'], [mailName, 'mail']] as const)('a newer %s', (name, purpose) => {
  it('is refused as newer, not as damaged, and stays byte for byte', async () => {
    raise(name, purpose)
    const before = contents()
    expect(await codeOf(openStore(folder, keys, 'kari'))).toBe('too-new')
    expect(contents()[join(folder, name)]).toBe(before[join(folder, name)])
    // Nothing was set aside, and no copy took its place.
    expect(readdirSync(folder).filter((one) => one.includes('.aside-'))).toEqual([])
    // The lock is free again: the newer program can open it.
    expect(await codeOf(openStore(folder, keys, 'kari'))).toBe('too-new')
  })
})

describe('a newer mail.db', () => {
  it('is refused for reading as well', async () => {
    raise(mailName, 'mail')
    expect(await codeOf(openReadOnly(folder, keys))).toBe('too-new')
  })
})

describe('a newer index.db', () => {
  it('is made anew, because it holds nothing of its own, or refused as newer', async () => {
    raise(indexName, 'index')
    expect(['opened', 'too-new']).toContain(await codeOf(openStore(folder, keys, 'kari')))
    expect(readdirSync(folder).filter((one) => one.startsWith('mail.db.aside-') || one.startsWith('ledger.db.aside-'))).toEqual([])
  })
})

describe('a newer keys.json', () => {
  it('is refused as newer, and stays', async () => {
    const path = join(folder, 'keys.json')
    const newer = JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), version: 2, slots: 'another form' })
    writeFileSync(path, newer)
    await expect(openKeys(folder, { kind: 'demo-file' })).rejects.toMatchObject({ code: 'too-new' })
    expect(readFileSync(path, 'utf8')).toBe(newer)
  })
})

describe('a newer form of a vault file', () => {
  it('is told when it is read, and the file is not set aside as damaged', async () => {
    const vault = new FolderVault(join(folder, 'vault'), keys)
    await vault.prepare()
    const writer = await vault.begin({ correspondenceId: '00000001-0000-4000-8000-000000000001', attachmentId: '00000003-0000-4000-8000-000000000001', fileName: 'a.pdf' })
    await writer.write(Buffer.alloc(20_000, 1))
    const [settled] = await vault.settle([await writer.end()])
    const name = settled?.kind === 'file' ? settled.name : ''
    const path = join(folder, 'vault', name.slice(0, 2), name)
    const bytes = readFileSync(path)
    // The form's number stands behind the mark at the file's beginning (security.md 19).
    const mark = bytes.indexOf(0x01)
    bytes.writeUInt8(2, mark)
    writeFileSync(path, bytes)
    const read = async (): Promise<void> => {
      for await (const chunk of vault.read(name)) expect(chunk).toBeUndefined()
    }
    await expect(read()).rejects.toMatchObject({ code: 'too-new' })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })
})

describe('a profile of an older version', () => {
  it('put beside its newer self is no danger to it: copies open by themselves', async () => {
    const other = `${folder}-kopi`
    cpSync(folder, other, { recursive: true })
    try {
      raise(ledgerName, 'ledger')
      expect(await codeOf(openStore(other, await openKeys(other, { kind: 'demo-file' }), 'kari'))).toBe('opened')
    } finally {
      rmSync(other, { recursive: true })
    }
  })
})
