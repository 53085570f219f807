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

/** One profile is made: a letter handled, one confirmed, files in the vault. Every test spoils a copy of it. */
beforeAll(async () => {
  course = await Course.begin(smallWorld((at) => Array.from({ length: letters }, (_, n) =>
    letter(n + 1, at - (n + 1) * day, { needsConfirmation: n === 1, dueAt: n === 1 ? at + 3 * day : null, attachments: [file(n + 1, `fil-${String(n)}.pdf`, Buffer.from(`innhold ${String(n)} `.repeat(2000)))] }))))
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
  const vaultFile = (): string => {
    const first = readdirSync(at('vault')).filter((name) => /^[0-9a-f]{2}$/.test(name))[0] ?? ''
    return join(at('vault'), first, readdirSync(join(at('vault'), first))[0] ?? '')
  }

  it.each(places)('damaged %s is never given out, is told, and comes again from Altinn', async (_, place) => {
    damage(vaultFile(), place)
    await course.startEngine()
    await broken('damaged')
  })

  it.each([['to nothing', 0], ['by a byte', -1]])('cut %s', async (_, length) => {
    const path = vaultFile()
    truncateSync(path, length < 0 ? statSync(path).size + length : length > 0 ? Math.floor(statSync(path).size * length) : length)
    await course.startEngine()
    await broken('damaged')
  })

  it('that is gone', async () => {
    rmSync(vaultFile())
    await course.startEngine()
    await broken('gone')
  })

  /** One file of all cannot be read; asked for, it comes again. */
  async function broken(how: string): Promise<void> {
    const { rows } = await course.call('messages.list', { view: 'all', limit: 50 })
    const failed: { readonly id: number; readonly attachmentId: string; readonly code: string }[] = []
    for (const { id } of rows) {
      const { attachments } = await course.call('messages.show', { id })
      for (const { attachmentId } of attachments) {
        const read = await readWhole(id, attachmentId)
        if (read !== null) failed.push({ id, attachmentId, code: read })
      }
    }
    expect([how, failed.map(({ code }) => ['damaged', 'not-here'].includes(code))]).toEqual([how, [true]])
    const [one] = failed
    if (one === undefined) return
    await course.call('files.fetch', { id: one.id, attachmentId: one.attachmentId })
    expect(await readWhole(one.id, one.attachmentId)).toBeNull()
    await whole()
  }

  async function readWhole(id: number, attachmentId: string): Promise<string | null> {
    const begun = await course.engine.call('files.begin', { id, attachmentId })
    if (!begun.ok) return begun.error.code
    for (;;) {
      const next = await course.engine.call('files.next', { handle: begun.value.handle })
      if (!next.ok) return next.error.code
      if (next.value.data === '') return null
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
