import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { openKeys } from '../../main/store/keys.ts'
import { openStore } from '../../main/store/open.ts'
import { markForCheck } from '../../main/store/recovery/restore.ts'
import { file, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
const letters = 6
let course: Course

/** The first is too large for a pack. */
const sentContent = (n: number): string => `innhold ${String(n)} `.repeat(n === 0 ? 40_000 : 2000)

/** One profile is made: a letter handled, one confirmed, files in the vault. Every test spoils a copy of it. */
beforeAll(async () => {
  course = await Course.begin(smallWorld((at) => Array.from({ length: letters }, (_, n) =>
    letter(n + 1, at - (n + 1) * day, { needsConfirmation: n === 1, dueAt: n === 1 ? at + 3 * day : null, attachments: [file(n + 1, `fil-${String(n)}.pdf`, Buffer.from(sentContent(n)))] }))))
  await course.consent()
  expect((await course.sync()).failed).toBe(0)
  const { rows } = await course.call('messages.list', { view: 'inbox', limit: 50 })
  await course.call('messages.set-handled', { id: idOf(rows, 1), handled: true })
  const { uuid } = await course.call('receipts.confirm', { id: idOf(rows, 2), waitMs: 0, versionShown: null })
  expect(await course.call('receipts.wait', { uuid, timeoutMs: 20_000 })).toMatchObject({ state: 'proven' })
  await course.engine.close()
  cpSync(course.profile, join(course.folder, 'whole'), { recursive: true })
})

beforeEach(() => {
  rmSync(course.profile, { recursive: true })
  cpSync(join(course.folder, 'whole'), course.profile, { recursive: true })
})

afterEach(async () => {
  await course.engine.close()
})

afterAll(async () => {
  await course.altinn.close()
  rmSync(course.folder, { recursive: true })
})

const at = (name: string): string => join(course.profile, name)
const idOf = (rows: readonly { readonly id: number; readonly correspondenceId: string | null }[], n: number): number => rows.find((row) => row.correspondenceId === letterId(n))?.id ?? 0

/** The places at which files are damaged: the header, the first pages, the middle. */
const places = [['at its beginning', 0], ['in its second page', 5000], ['in its middle', 0.5]] as const
const placeIn = (path: string, place: number): number => (place < 1 && place > 0 ? Math.floor(statSync(path).size * place) : Math.min(place, statSync(path).size - 1))

function damage(path: string, place: number): void {
  const bytes = readFileSync(path)
  randomBytes(64).copy(bytes, placeIn(path, place))
  writeFileSync(path, bytes)
}

/** Opens; where that is refused the error must be one that a shell words. */
async function opens(): Promise<StoreError['code'] | 'opened'> {
  try {
    await course.startEngine()
    return 'opened'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}

/** A run of sync. Damage that nobody had touched before shows here, as such; then the shell starts the engine anew. */
async function syncs(): Promise<void> {
  const run = await course.engine.call('sync.run', { accountUuid: course.accountUuid })
  if (run.ok) {
    expect(run.value.summary.failed).toBe(0)
    return
  }
  expect(run.error.code).toBe('damaged')
  await course.engine.close()
  // Every start after an unclean end looks at the whole of mail.db; so that this test need not kill itself for it:
  markForCheck(course.profile)
  expect(await opens()).toBe('opened')
  if ((await course.call('recovery.state', {})).held !== null) await course.call('recovery.agree', {})
  expect((await course.sync()).failed).toBe(0)
}

/** After the person's word everything is here, with what was clicked. */
async function whole(): Promise<void> {
  if ((await course.call('recovery.state', {})).held !== null) await course.call('recovery.agree', {})
  await syncs()
  await syncs()
  const { rows } = await course.call('messages.list', { view: 'all', limit: 50 })
  expect(rows.filter((row) => row.state === 'fetched')).toHaveLength(letters)
  expect(new Set(rows.map((row) => row.correspondenceId)).size).toBe(letters)
  expect(rows.find((row) => row.correspondenceId === letterId(1))?.handledAt).not.toBeNull()
  expect((await course.call('receipts.list', { open: false })).rows.filter((row) => row.correspondenceId === letterId(2)).map((row) => row.state)).toEqual(['proven'])
  for (const { id } of rows) {
    const { attachments } = await course.call('messages.show', { id })
    for (const { attachmentId, state } of attachments) {
      expect(state).toBe('stored')
      const { handle } = await course.call('files.begin', { id, attachmentId })
      await course.call('files.next', { handle })
      await course.call('files.end', { handle })
    }
  }
  expect((await course.call('messages.search', { text: 'innhold', limit: 20 })).rows).toHaveLength(letters)
  expect(course.effects(letterId(2)).filter((status) => status === 'ConfirmRequested')).toHaveLength(1)
}

/**
 * Damage that no page of the start touches is found by the look at the whole file after an unclean end, and put right by
 * the start after it, which the shell makes at once (durability.md 20).
 */
async function openedAgain(): Promise<void> {
  expect(await opens()).toBe('opened')
  await new Promise((resolve) => setTimeout(resolve, 500))
  await course.engine.close()
  expect(await opens()).toBe('opened')
}

describe.each(['ledger.db', 'mail.db', 'index.db'])('%s', (name) => {
  it.each(places)('damaged %s comes back with everything', async (_, place) => {
    damage(at(name), place)
    await openedAgain()
    await whole()
  })

  it.each([['to nothing', 0], ['to half a page', 2000], ['to its half', 0.5]])('cut %s comes back with everything', async (_, length) => {
    const path = at(name)
    truncateSync(path, length < 0 ? statSync(path).size + length : length > 0 && length < 1 ? Math.floor(statSync(path).size * length) : length)
    await openedAgain()
    await whole()
  })

  it('that is a file of something else comes back with everything', async () => {
    writeFileSync(at(name), 'Dette er ikke en database.\n'.repeat(1000))
    await openedAgain()
    await whole()
  })

  it('that is gone comes back with everything', async () => {
    rmSync(at(name))
    await openedAgain()
    await whole()
  })

  it.each([['noise', randomBytes(70_000)], ['a cut header', randomBytes(20)]])('with a -wal beside it that is %s stays whole', async (_, content) => {
    writeFileSync(`${at(name)}-wal`, content)
    await openedAgain()
    await whole()
  })
})

describe('keys.json', () => {
  it.each([['damaged', (path: string) => { damage(path, 200) }], ['cut', (path: string) => { truncateSync(path, 100) }], ['empty', (path: string) => { truncateSync(path, 0) }]])('%s is told, or its previous one is used; never a new key', async (_, spoil) => {
    spoil(at('keys.json'))
    const before = readFileSync(at('ledger.db'))
    const open = await opens()
    expect(['opened', 'damaged']).toContain(open)
    if (open === 'opened') await whole()
    else expect(readFileSync(at('ledger.db')).equals(before)).toBe(true)
    // So that the course ends with an engine.
    if (open !== 'opened') expect(existsSync(at('keys.json'))).toBe(true)
  })
})

describe('the journal', () => {
  it.each(places)('damaged %s: what the ledger holds stays', async (_, place) => {
    const segments = readdirSync(at('ledger.journal')).sort()
    damage(join(at('ledger.journal'), segments[0] ?? ''), place)
    await openedAgain()
    await whole()
  })

  it('without its first segment, and without all of them: what the ledger holds stays', async () => {
    const segments = readdirSync(at('ledger.journal')).sort()
    rmSync(join(at('ledger.journal'), segments[0] ?? ''))
    await openedAgain()
    await course.engine.close()
    rmSync(at('ledger.journal'), { recursive: true })
    await openedAgain()
    await whole()
  })
})

describe('a file of the vault', () => {
  /** The file of its own, and the pack with the others. */
  const vaultFile = (isPack: boolean): string => {
    const [found] = readdirSync(at('vault'), { recursive: true, encoding: 'utf8' }).filter((name) => (isPack ? /\.pack$/ : /[0-9a-f]{64}$/).test(name))
    return join(at('vault'), found ?? '')
  }

  it.each(places)('damaged %s is never given out: it comes again from Altinn', async (_, place) => {
    damage(vaultFile(false), place)
    await comesAgain(1)
  })

  it.each([['to nothing', 0], ['by a byte', -1]])('cut %s comes again', async (_, length) => {
    const path = vaultFile(false)
    truncateSync(path, length < 0 ? statSync(path).size + length : length)
    await comesAgain(1)
  })

  it('that is gone comes again', async () => {
    rmSync(vaultFile(false))
    await comesAgain(1)
  })

  it.each([[...places[0], 0], [...places[1], 1], [...places[2], 1]] as const)('that is a pack and is damaged %s loses at most one of its files, which comes again', async (_, place, again) => {
    damage(vaultFile(true), place)
    await comesAgain(again)
  })

  it('that is a pack and is cut to nothing comes again with all of its files', async () => {
    truncateSync(vaultFile(true), 0)
    await comesAgain(letters - 1)
  })

  it('that is a pack and is gone comes again with all of its files', async () => {
    rmSync(vaultFile(true))
    await comesAgain(letters - 1)
  })

  /** Read by a person, every file gives the bytes that were sent, and so many of them were downloaded once more. */
  async function comesAgain(again: number): Promise<void> {
    const downloads = (): number => course.effects().filter((status) => status === 'AttachmentsDownloaded').length
    const before = downloads()
    await course.startEngine()
    const { rows } = await course.call('messages.list', { view: 'all', limit: 50 })
    const read: string[] = []
    for (const { id } of rows) {
      const { attachments } = await course.call('messages.show', { id })
      for (const { attachmentId } of attachments) read.push(await contentOf(id, attachmentId))
    }
    expect(read.sort()).toEqual(Array.from({ length: letters }, (_, n) => sentContent(n)).sort())
    expect(downloads()).toBe(before + again)
    await whole()
  }

  async function contentOf(id: number, attachmentId: string): Promise<string> {
    const { handle } = await course.call('files.begin', { id, attachmentId })
    let text = ''
    for (;;) {
      const { data } = await course.call('files.next', { handle })
      if (data === '') return text
      text += Buffer.from(data, 'base64').toString('latin1')
    }
  }
})

describe('a verified copy that is damaged itself', () => {
  it('is not put back: mail.db begins anew instead, and nothing is lost', async () => {
    const store = await openStore(course.profile, await openKeys(course.profile, { kind: 'demo-file' }), 'kari')
    expect(await store.copy('mail')).toBe('copied')
    await store.close()
    damage(at('copies/mail-1.db'), 0.5)
    damage(at('mail.db'), 0)
    await openedAgain()
    expect(['empty', 'copy']).toContain((await course.call('recovery.state', {})).held)
    await whole()
  })
})
