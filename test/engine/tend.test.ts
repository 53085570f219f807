import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tend, type Tending } from '../../main/engine/recovery.ts'
import { createKeys, type ProfileKeys } from '../../main/store/keys.ts'
import { openStore, type Store } from '../../main/store/open.ts'
import { attachment, fetched } from '../store/mail/fixtures.ts'

const day = 86_400_000
let folder = ''
let keys: ProfileKeys
let store: Store
let later = 0
const faults: unknown[] = []

beforeEach(async () => {
  later = 0
  faults.length = 0
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-tend-'))
  keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
  store = await openStore(folder, keys, 'kari', { room: { reserveBytes: 4096 } })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
  expect(faults).toEqual([])
})

const tending = (changes: Partial<Store> = {}): Tending =>
  tend({ store: { ...store, ...changes }, now: () => Date.now() + later, failed: (error) => faults.push(error), busy: () => false, damaged: () => undefined })
const copies = (): readonly string[] => readdirSync(join(folder, 'copies')).sort()
const copyPath = (): string => join(folder, 'copies', 'mail-1.db')

/** Puts a file of this content into the vault, for a row of message `n`. */
async function keep(n: number, content: Buffer): Promise<string> {
  const owner = { correspondenceId: fetched(n).correspondenceId, attachmentId: attachment(n).attachmentId }
  await store.mail.storeFetched([fetched(n, { attachments: [attachment(n)] })])
  const writer = await store.vault.begin({ ...owner, fileName: 'a' })
  await writer.write(content)
  const [result] = await store.vault.settle([await writer.end()])
  if (result?.kind !== 'file') throw new Error('expected a file')
  await store.mail.attachmentsStored([{ ...owner, storedAs: result, bytes: result.bytes, md5: 'x', md5Matches: null, at: 1 }])
  return result.name
}
const vaultPath = (name: string): string => join(folder, 'vault', name.slice(0, 2), name)
const old = (path: string): void => { utimesSync(path, new Date(Date.now() - 40 * day), new Date(Date.now() - 40 * day)) }

describe('what looks after the files', () => {
  it('keeps room, and copies what cannot be made anew with its keys, once a day when something came', async () => {
    const one = tending()
    await one.turn()
    expect(copies()).toEqual(['keys.json', 'ledger-1.db', 'mail-1.db'])
    expect(readdirSync(folder)).toContain('reserve')
    const first = statSync(copyPath()).mtimeMs
    later = 2 * day
    await one.turn()
    expect(copies()).toEqual(['keys.json', 'ledger-1.db', 'ledger-2.db', 'mail-1.db'])
    expect(statSync(copyPath()).mtimeMs).toBe(first)
    await store.mail.storeFetched([fetched(1)])
    await one.turn()
    expect(statSync(copyPath()).mtimeMs).toBeGreaterThan(first)
    await one.close()
  })

  it('replaces copies that hold what a person deleted, and what was set aside', async () => {
    const one = tending()
    await one.turn()
    writeFileSync(join(folder, 'mail.db.aside-5'), 'x')
    const at = Date.now()
    expect(await one.deleted(at)).toBe(at + 7 * day)
    await one.turn()
    expect(readdirSync(folder)).toContain('mail.db.aside-5')
    later = 6.5 * day
    await one.turn()
    expect(statSync(copyPath()).mtimeMs).toBeGreaterThanOrEqual(at)
    expect(readdirSync(folder)).not.toContain('mail.db.aside-5')
    expect(await store.ledger.setting('deleted.in-copies')).toBeNull()
    await one.close()
  })

  it('goes without a copy where none could be made within a week', async () => {
    const first = tending()
    await first.turn()
    await first.close()
    const one = tending({ copy: () => Promise.resolve('no-room') })
    await one.deleted(Date.now())
    later = 6.9 * day
    await one.turn()
    expect(copies()).toContain('mail-1.db')
    later = 7.1 * day
    await one.turn()
    expect(copies()).not.toContain('mail-1.db')
    await one.close()
  })

  it('says that no copy holds it where there is none', async () => {
    const one = tending()
    expect(await one.deleted(Date.now())).toBeNull()
    await one.close()
  })

  it('finds a damaged vault file before anybody misses it', async () => {
    const name = await keep(1, Buffer.alloc(9000, 'a'))
    const bytes = readFileSync(vaultPath(name))
    bytes.writeUInt8(bytes.readUInt8(4000) ^ 1, 4000)
    writeFileSync(vaultPath(name), bytes)
    const one = tending()
    // Where it begins is left to chance; the only file there is may lie before that.
    for (let n = 0; n < 200 && (await store.mail.vaultFilesAfter('', 1)).length > 0; n += 1) await one.turn()
    expect(await store.mail.vaultFilesAfter('', 1)).toEqual([])
    expect(readdirSync(join(folder, 'vault', name.slice(0, 2)))).toEqual([`${name}.damaged`])
    await one.close()
  })

  it('removes vault files that nobody needs, and only when they are older than every copy that may need them', async () => {
    const [wanted, lost] = [await keep(1, Buffer.alloc(9000, 'a')), await keep(2, Buffer.alloc(9000, 'b'))]
    const unused = await keep(3, Buffer.alloc(9000, 'c'))
    await store.mail.vaultFileLost(lost)
    await store.mail.vaultFileLost(unused)
    for (const name of [wanted, unused]) old(vaultPath(name))
    const first = tending()
    await first.turn()
    await first.close()
    expect([wanted, lost, unused].map((name) => readdirSync(join(folder, 'vault', name.slice(0, 2))).includes(name))).toEqual([true, true, false])
    old(vaultPath(lost))
    utimesSync(copyPath(), new Date(Date.now() - 50 * day), new Date(Date.now() - 50 * day))
    const second = tending({ copy: () => Promise.resolve('no-room') })
    await second.turn()
    await second.close()
    expect(readdirSync(join(folder, 'vault', lost.slice(0, 2)))).toContain(lost)
  })
})
