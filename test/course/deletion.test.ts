import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openKeys } from '../../main/store/keys.ts'
import { openStore, type Store } from '../../main/store/open.ts'
import { file, letter, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
const week = 7 * day
const content = Buffer.alloc(20_000, 'a')
let course: Course

afterEach(async () => {
  await course.end()
})

async function begin(): Promise<void> {
  course = await Course.begin(smallWorld((at) => Array.from({ length: 3 }, (_, n) => letter(n + 1, at - (n + 1) * day, n === 0 ? { attachments: [file(1, 'vedtak.txt', content)] } : {}))))
  await course.consent()
  await course.sync()
}

/** The store of the profile while no engine has it open. */
async function closed<T>(work: (store: Store) => Promise<T>): Promise<T> {
  await course.engine.close()
  const store = await openStore(course.profile, await openKeys(course.profile, { kind: 'demo-file' }), 'kari', { room: { reserveBytes: 1000 } })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const rows = async () => (await course.call('messages.list', { view: 'all', limit: 50 })).rows
const vaultFiles = (): readonly string[] => readdirSync(join(course.profile, 'vault'), { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}/.test(name))

describe('a letter that a person deletes here', () => {
  it('goes with its file, does not come back from Altinn, and no sender sees any of it', async () => {
    await begin()
    const [first] = await rows()
    expect(vaultFiles()).toHaveLength(1)
    const before = course.effects()
    expect(await course.call('messages.delete-here', { id: first?.id ?? 0 })).toEqual({ copiesHoldItUntil: null })
    expect((await rows()).map((row) => row.id)).not.toContain(first?.id)
    expect(await course.engine.call('messages.show', { id: first?.id ?? 0 })).toMatchObject({ ok: false, error: { code: 'not-found' } })
    expect((await course.sync()).failed).toBe(0)
    expect(await rows()).toHaveLength(2)
    expect(course.effects()).toEqual(before)
    await course.engine.close()
    expect(vaultFiles()).toEqual([])
    await course.startEngine()
    expect((await course.call('messages.search', { text: 'innhold', limit: 10 })).rows).toHaveLength(2)
  })

  it('stays gone after a restore from a copy that still has it, and that copy is replaced within a week', async () => {
    await begin()
    await closed((store) => store.copy('mail'))
    await course.startEngine()
    const [first] = await rows()
    const { copiesHoldItUntil } = await course.call('messages.delete-here', { id: first?.id ?? 0 })
    expect(copiesHoldItUntil).toBeGreaterThan(Date.now() + week - day)
    await course.engine.close()
    const bytes = readFileSync(join(course.profile, 'mail.db'))
    randomBytes(3000).copy(bytes, 5000)
    writeFileSync(join(course.profile, 'mail.db'), bytes)
    await course.startEngine()
    expect(await rows()).toHaveLength(2)
    await course.call('recovery.agree', {})
    await course.sync()
    expect(await rows()).toHaveLength(2)
    expect((await course.call('messages.find', { id: first?.correspondenceId ?? '' })).id).toBeNull()
  })

  it('is not taken away while a report of it is under way', async () => {
    await begin()
    course.altinn.pause()
    const [first] = await rows()
    await course.call('receipts.read', { id: first?.id ?? 0, waitMs: 0, versionShown: null })
    expect(await course.engine.call('messages.delete-here', { id: first?.id ?? 0 })).toMatchObject({ ok: false, error: { code: 'not-possible' } })
    course.altinn.resume()
  })
})

describe('a kept file that is damaged', () => {
  it('is fetched again when somebody opens it, and the damaged one is kept aside', async () => {
    await begin()
    const [name = ''] = vaultFiles()
    const path = join(course.profile, 'vault', name)
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(8000) ^ 1, 8000)
    writeFileSync(path, bytes)
    const id = (await rows())[0]?.id ?? 0
    const [kept] = (await course.call('messages.show', { id })).attachments
    const opened = await course.call('files.begin', { id, attachmentId: kept?.attachmentId ?? '' })
    expect(opened.bytes).toBe(20_000)
    const { data } = await course.call('files.next', { handle: opened.handle })
    expect(Buffer.from(data, 'base64')).toEqual(content)
    expect(vaultFiles().map((one) => one.endsWith('.damaged')).sort()).toEqual([false, true])
  })

  it('that is missing, and that Altinn cannot give now, is said plainly and wanted again', async () => {
    await begin()
    for (const name of vaultFiles()) rmSync(join(course.profile, 'vault', name))
    const id = (await rows())[0]?.id ?? 0
    const [kept] = (await course.call('messages.show', { id })).attachments
    course.altinn.pause()
    const request = { id, attachmentId: kept?.attachmentId ?? '' }
    expect(await course.engine.call('files.begin', request)).toMatchObject({ ok: false, error: { code: 'file-damaged' } })
    expect((await course.call('messages.show', { id })).attachments[0]).toMatchObject({ state: 'wanted' })
    course.altinn.resume()
    await course.call('files.fetch', request)
    expect((await course.call('files.begin', request)).bytes).toBe(20_000)
  })
})

describe('a profile that woke up on another machine', () => {
  it('asks about what was not sent to its end, and fetches nothing until a person says that it goes on here', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day)]))
    const on = async (machine: string): Promise<void> => {
      await course.engine.close()
      course.options = { machine: () => Promise.resolve(machine) }
      await course.startEngine()
    }
    await on('a'.repeat(64))
    await course.consent()
    await course.sync()
    expect((await course.call('profile.notices', {})).notices).toEqual([])
    course.altinn.pause()
    await course.call('receipts.read', { id: (await rows())[0]?.id ?? 0, waitMs: 0, versionShown: null })
    await on('b'.repeat(64))
    expect((await course.call('profile.notices', {})).notices).toEqual([{ kind: 'moved-machine', parked: 1 }])
    expect((await course.call('recovery.state', {})).held).toBe('moved')
    course.altinn.resume()
    await on('b'.repeat(64))
    expect((await course.call('recovery.state', {})).held).toBe('moved')
    await course.call('recovery.agree', {})
    await on('b'.repeat(64))
    expect((await course.call('profile.notices', {})).notices).toEqual([])
    expect((await course.call('recovery.state', {})).held).toBeNull()
  })
})

describe('a disk with little room', () => {
  it('takes letters but no attachments, says that it is full, and goes on by itself', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day, { attachments: [file(1, 'vedtak.txt', content)] })]))
    const withFree = async (freePart: number, smallFree: number): Promise<void> => {
      await course.engine.close()
      course.options = { room: { reserveBytes: 1000, freeBytes: 0, freePart, smallFree } }
      await course.startEngine()
    }
    await withFree(1, 1)
    await course.consent()
    expect(await course.engine.call('sync.run', { accountUuid: course.accountUuid })).toMatchObject({ ok: false, error: { code: 'disk-full', canRetry: true } })
    expect((await course.call('sync.state', {})).accounts[0]?.trouble).toBe('disk-full')
    expect((await rows())[0]?.state).toBe('fetched')
    expect(course.effects().filter((status) => status === 'AttachmentDownloaded' || status === 'AttachmentsDownloaded')).toEqual([])
    await withFree(0, 0)
    expect((await course.sync()).total.attachments).toBe(1)
    expect((await course.call('sync.state', {})).accounts[0]?.trouble).toBeNull()
  })
})

describe('room for the ledger', () => {
  it('is kept while the engine runs', async () => {
    await begin()
    await course.engine.close()
    expect(existsSync(join(course.profile, 'reserve'))).toBe(true)
    expect(statSync(join(course.profile, 'reserve')).size).toBe(256 * 1024)
    await course.startEngine()
  })
})
