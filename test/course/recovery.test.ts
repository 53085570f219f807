import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openKeys } from '../../main/store/keys.ts'
import { openStore } from '../../main/store/open.ts'
import { letter, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

async function begin(count = 5): Promise<void> {
  course = await Course.begin(smallWorld((at) => Array.from({ length: count }, (_, n) => letter(n + 1, at - (n + 1) * day, { needsConfirmation: n === 0, dueAt: at + 3 * day }))))
  await course.consent()
  await course.sync()
}

/** Bytes in the middle of a file that are not what was written. */
function damage(path: string): void {
  const bytes = readFileSync(path)
  randomBytes(3000).copy(bytes, Math.min(5000, Math.floor(bytes.length / 2)))
  writeFileSync(path, bytes)
}

const file = (name: string): string => join(course.profile, name)
const inbox = async (): Promise<number> => (await course.call('messages.list', { view: 'inbox', limit: 50 })).rows.filter((row) => row.state === 'fetched').length

/** Verified copies, as they are made in idle time. */
async function copies(): Promise<void> {
  const store = await openStore(course.profile, await openKeys(course.profile, { kind: 'demo-file' }), 'kari')
  expect([await store.copy('ledger'), await store.copy('mail')]).toEqual(['copied', 'copied'])
  await store.close()
}

describe('a damaged mail.db', () => {
  it('comes back from its copy, and what is missing is fetched again on a person\'s word only', async () => {
    await begin()
    await course.engine.close()
    await copies()
    damage(file('mail.db'))
    await course.startEngine()
    expect((await course.call('profile.notices', {})).notices).toEqual([{ kind: 'mail-copy', parked: 0 }])
    expect(await inbox()).toBe(5)
    const before = course.effects().length
    await course.sync()
    expect(course.effects().length).toBe(before)
    await course.call('recovery.agree', {})
    expect((await course.call('recovery.state', {})).held).toBeNull()
    expect((await course.sync()).failed).toBe(0)
    expect(readdirSync(course.profile).some((name) => name.startsWith('mail.db.aside-'))).toBe(true)
  })

  it('without a copy begins anew, says so, and loses nothing that Altinn still has', async () => {
    await begin()
    const opened = (await course.call('messages.list', { view: 'inbox', limit: 1 })).rows[0]
    await course.call('messages.set-handled', { id: opened?.id ?? 0, handled: true })
    await course.engine.close()
    damage(file('mail.db'))
    await course.startEngine()
    expect((await course.call('profile.notices', {})).notices).toEqual([{ kind: 'mail-empty', parked: 0 }])
    await course.call('recovery.agree', {})
    await course.sync()
    expect(await inbox()).toBe(5)
    const id = (await course.call('messages.find', { id: opened?.correspondenceId ?? '' })).id
    expect((await course.call('messages.list', { view: 'all', limit: 50 })).rows.find((row) => row.id === id)?.handledAt).not.toBeNull()
  })

  it('that was exchanged for an older one is noticed', async () => {
    await begin()
    await course.engine.close()
    copyFileSync(file('mail.db'), file('older.db'))
    for (let n = 0; n < 2; n += 1) {
      await course.startEngine()
      await course.sync()
      await course.engine.close()
    }
    copyFileSync(file('older.db'), file('mail.db'))
    await course.startEngine()
    expect((await course.call('recovery.state', {})).held).toBe('replaced')
    await course.call('recovery.agree', {})
    await course.sync()
    expect(await inbox()).toBe(5)
  })
})

describe('a damaged ledger', () => {
  it('comes back from the journal with every click', async () => {
    await begin()
    const { rows } = await course.call('messages.list', { view: 'inbox', limit: 50 })
    for (const row of rows) await course.call('messages.set-handled', { id: row.id, handled: true })
    await course.engine.close()
    damage(file('ledger.db'))
    await course.startEngine()
    expect((await course.call('messages.list', { view: 'inbox', limit: 50 })).rows.every((row) => row.handledAt !== null)).toBe(true)
    expect((await course.call('consent.state', { accountUuid: course.accountUuid })).givenAt).not.toBeNull()
  })

  it('comes back from ledger.db when the journal is damaged', async () => {
    await begin()
    const { rows } = await course.call('messages.list', { view: 'inbox', limit: 1 })
    await course.call('messages.set-handled', { id: rows[0]?.id ?? 0, handled: true })
    await course.engine.close()
    const segment = readdirSync(file('ledger.journal')).sort()[0] ?? ''
    damage(join(file('ledger.journal'), segment))
    await course.startEngine()
    expect((await course.call('profile.notices', {})).notices).toMatchObject([{ kind: 'restored' }])
    expect((await course.call('messages.list', { view: 'inbox', limit: 1 })).rows[0]?.handledAt).not.toBeNull()
    await course.engine.close()
    await course.startEngine()
    expect((await course.call('profile.notices', {})).notices).toEqual([])
  })

  it('comes back from its copy when both are damaged', async () => {
    await begin()
    await course.engine.close()
    await copies()
    damage(file('ledger.db'))
    damage(join(file('ledger.journal'), readdirSync(file('ledger.journal')).sort()[0] ?? ''))
    await course.startEngine()
    expect((await course.call('consent.state', { accountUuid: course.accountUuid })).givenAt).not.toBeNull()
    expect(await inbox()).toBe(5)
  })
})

describe('a damaged index', () => {
  it('that shows only when somebody searches is told, and made anew at the next start', async () => {
    await begin()
    await course.engine.close()
    let told = 0
    course.options = { damaged: () => { told += 1 } }
    await course.startEngine()
    // What every start reads is whole then.
    const bytes = readFileSync(file('index.db'))
    randomBytes(bytes.length - 20_480).copy(bytes, 20_480)
    writeFileSync(file('index.db'), bytes)
    const request = { text: 'innhold', limit: 10 }
    expect(await course.engine.call('messages.search', request)).toMatchObject({ ok: false, error: { code: 'damaged' } })
    expect(await inbox()).toBe(5)
    expect(told).toBe(1)
    await course.engine.close()
    await course.startEngine()
    await course.sync()
    expect((await course.call('messages.search', request)).rows).toHaveLength(5)
    expect(told).toBe(1)
  })

  it('is made anew', async () => {
    await begin()
    await course.engine.close()
    writeFileSync(file('index.db'), randomBytes(40_000))
    for (const ending of ['-wal', '-shm']) rmSync(file(`index.db${ending}`), { force: true })
    await course.startEngine()
    await course.sync()
    expect((await course.call('messages.search', { text: 'innhold', limit: 10 })).rows).toHaveLength(5)
  })
})
