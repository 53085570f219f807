import { randomBytes } from 'node:crypto'
import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SentMessage } from '../../main/localtest/world/model.ts'
import { clients, file, letter, letterId, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})
const begin = async (letters: (at: number) => readonly SentMessage[]): Promise<Course> => {
  course = await Course.begin(smallWorld(letters))
  return course
}
const day = 86_400_000
const send = (one: Course, body: object): Promise<Response> => fetch(`${one.altinn.platform}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: clients[0], title: 'Nytt brev', body: 'Hei', ...body }) })

describe('consent', () => {
  it('before it, nothing becomes visible to any sender; the list is there all the same', async () => {
    const one = await begin((at) => [letter(1, at - day), letter(2, at - 40 * day, { recipient: orgUrn(clients[1]) })])
    expect(await one.sync()).toMatchObject({ dialogs: 2, messages: 0, attachments: 0 })
    expect(one.effects()).toEqual([])
    const preview = { accountUuid: one.accountUuid, fromAt: null, parties: null }
    expect(await one.call('consent.preview', preview)).toMatchObject({ messages: 2, senders: 1, recipients: 2 })
    expect(await one.call('consent.preview', { ...preview, fromAt: Date.now() - 10 * day })).toMatchObject({ messages: 1 })
    expect((await one.call('messages.list', { view: 'inbox', limit: 10 })).rows).toMatchObject([{ state: 'found' }, { state: 'found' }])
  })

  it('given while a run without it is under way: what was asked for comes, without waiting for the next run by itself', async () => {
    course = await Course.begin(smallWorld((at) => [letter(1, at - day)]), (_, json) => json)
    const one = course
    const before = one.sync()
    await expect.poll(() => one.meddler?.seen.length).toBeGreaterThan(0)
    await one.consent()
    const [first, second] = await Promise.all([before, one.sync()])
    expect(first).toMatchObject({ dialogs: 1, messages: 0 })
    expect(second).toMatchObject({ messages: 1 })
    // Nothing more was consented to: those who ask meanwhile join.
    expect(await Promise.all([one.sync(), one.sync()])).toMatchObject([{ requests: 2 }, { requests: 2 }])
  })

  it('its span holds before anything is fetched', async () => {
    const one = await begin((at) => [letter(1, at - day), letter(2, at - 40 * day)])
    await one.consent(Date.now() - 10 * day)
    expect(await one.sync()).toMatchObject({ dialogs: 2, messages: 1 })
    expect(one.effects(letterId(2))).toEqual([])
  })
})

describe('a second sync', () => {
  it('fetches nothing again, and what is new once', async () => {
    const one = await begin((at) => [letter(1, at - day, { attachments: [file(1, 'a.pdf', randomBytes(20_000)), file(2, 'b.csv', Buffer.from('a;b\n1;2\n'))] }), letter(2, at - 2 * day)])
    await one.consent()
    expect(await one.sync()).toMatchObject({ messages: 2, attachments: 2, failed: 0 })
    const after = one.effects()
    expect(await one.sync()).toMatchObject({ dialogs: 0, messages: 0, attachments: 0, bytes: 0, failed: 0 })
    expect(one.effects()).toEqual(after)
    expect((await send(one, {})).status).toBe(201)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await one.sync()).toMatchObject({ dialogs: 1, messages: 1, total: { messages: 3, attachments: 2 } })
    expect(one.effects().filter((status) => status === 'Fetched')).toHaveLength(3)
  })

  it('asks with few requests when there is nothing new', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    // Recipients, because a person asked, and one search; tokens and the registry's answer are still good.
    expect((await one.sync()).requests).toBe(2)
  })
})

describe('linking', () => {
  it('lists a service with many unknown letters instead of looking each up', async () => {
    const one = await begin((at) => Array.from({ length: 30 }, (_, n) => letter(n + 1, at - (n + 1) * 1_000_000)))
    await one.consent()
    const summary = await one.sync()
    expect(summary).toMatchObject({ messages: 30, failed: 0 })
    // parties, search, list, grant, exchange, what the registry says of confidential mail and of the packages held, the names of three services, and one overview each
    expect(summary.requests).toBe(40)
  })

  it('letters from before look-ups knew them are listed and link themselves', async () => {
    const one = await begin((at) => [letter(1, at - 300 * day, { serviceOwnerLabel: false }), letter(2, at - day)])
    await one.consent()
    expect(await one.sync()).toMatchObject({ dialogs: 2, messages: 2, failed: 0, total: { dialogs: 2, messages: 2 } })
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
    expect(await one.sync()).toMatchObject({ messages: 0, requests: 2 })
  })

  it('a letter just sent is fetched though it is not published yet', async () => {
    const one = await begin(() => [])
    await one.consent()
    await one.sync()
    await send(one, {})
    expect(await one.sync()).toMatchObject({ messages: 1, failed: 0, skipped: {} })
  })

  it('a letter to be published later is neither shown nor fetched', async () => {
    const one = await begin(() => [])
    await one.consent()
    await send(one, { publishInSeconds: 3600 })
    expect(await one.sync()).toMatchObject({ dialogs: 0, messages: 0 })
  })
})

describe('confidential mail', () => {
  it('is known before it is touched: not fetched, no title, its reminder at Altinn left alone', async () => {
    const one = await begin((at) => [letter(1, at - day, { resourceId: 'skd-taushet', confidential: true, title: 'Hemmelig', needsConfirmation: true, dueAt: at + day })])
    await one.consent()
    expect(await one.sync()).toMatchObject({ dialogs: 1, messages: 0, failed: 0, total: { skipped: { confidential: 1 } } })
    expect(one.effects()).toEqual([])
    expect((await one.call('messages.list', { view: 'inbox', limit: 1 })).rows).toMatchObject([{ title: null, summary: null, confidential: true, state: 'found' }])
    expect((await one.call('reminders.due', {})).reminders.map((reminder) => reminder.count)).toEqual([1])
  })

  it('where a service may hold both kinds, details comes first and ends no reminder', async () => {
    const one = await begin((at) => [letter(1, at - day, { resourceId: 'skd-blandet', confidential: true }), letter(2, at - 2 * day, { resourceId: 'skd-blandet' })])
    await one.consent()
    expect(await one.sync()).toMatchObject({ messages: 2 })
    expect(one.effects()).toEqual(expect.arrayContaining(['Fetched', 'Fetched']))
    expect(one.effects()).not.toContain('ReminderEnded')
  })
})

describe('attachments', () => {
  it('an expired one is skipped without being asked for', async () => {
    const one = await begin((at) => [letter(1, at - 400 * day, { attachments: [file(1, 'gammel.pdf', randomBytes(9000), { expiresAt: at - day }), file(2, 'tom.txt', Buffer.alloc(0))] })])
    await one.consent()
    expect(await one.sync()).toMatchObject({ messages: 1, attachments: 1, bytes: 0, skipped: { expired: 1 }, failed: 0 })
    expect(one.effects().filter((status) => status === 'AttachmentsDownloaded')).toHaveLength(1)
    expect(await one.sync()).toMatchObject({ attachments: 0, skipped: {} })
  })

  it('one whose checksum does not fit is not kept, and the rest goes on', async () => {
    const contents = [randomBytes(9000), randomBytes(9000)]
    let calls = 0
    const changing = file(1, 'a.pdf', Buffer.alloc(0), { content: () => Promise.resolve(contents[calls++ % 2] ?? Buffer.alloc(0)) })
    const one = await begin((at) => [letter(1, at - day, { attachments: [changing, file(2, 'b.pdf', randomBytes(9000))] })])
    await one.consent()
    // The bytes are served from what the checksum was made of, so damage is made on the way.
    one.altinn.state.content = () => Promise.resolve(randomBytes(9000))
    one.altinn.state.md5 = (message, id) => Promise.resolve(id === message.sent.attachments[0]?.id ? 'f'.repeat(32) : '')
    expect(await one.sync()).toMatchObject({ messages: 1, attachments: 1, failed: 1 })
    const { rows } = await one.call('messages.list', { view: 'inbox', limit: 1 })
    expect((await one.call('messages.show', { id: rows[0]?.id ?? 0 })).attachments).toMatchObject([{ state: 'wanted', reason: 'checksum' }, { state: 'stored' }])
  })
})

describe('receipts, offline and after a restart', () => {
  it('a confirmation given while the service is gone is delivered exactly once', async () => {
    const one = await begin((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + day }), letter(2, at - 2 * day)])
    await one.consent()
    await one.sync()
    one.altinn.pause()
    await one.engine.close()
    await one.startEngine()
    const { rows } = await one.call('messages.list', { view: 'needs-confirmation', limit: 10 })
    const id = rows[0]?.id ?? 0
    expect((await one.call('messages.show', { id })).body).toBe('Innhold i brev 1')
    const { uuid } = await one.call('receipts.confirm', { id, waitMs: 0, versionShown: null })
    // While a try is under way it reads as being sent; nobody answers, so it waits again.
    await expect.poll(() => one.call('receipts.wait', { uuid, timeoutMs: 200 }), { timeout: 20_000 }).toMatchObject({ state: 'waiting', provenAt: null })
    expect((await one.call('messages.list', { view: 'needs-confirmation', limit: 10 })).rows).toHaveLength(1)
    await one.engine.close()
    one.altinn.resume()
    await one.startEngine()
    expect(await one.call('receipts.wait', { uuid, timeoutMs: 20_000 })).toMatchObject({ state: 'proven' })
    expect(one.effects(letterId(1)).filter((status) => status === 'Confirmed')).toHaveLength(1)
    expect(one.effects(letterId(1)).filter((status) => status === 'ConfirmRequested')).toHaveLength(1)
  })

  it('can be undone while it waits, and then nothing was sent', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    const { uuid } = await one.call('receipts.read', { id: 1, waitMs: 60_000, versionShown: null })
    expect(await one.call('receipts.undo', { uuid })).toMatchObject({ state: 'undone' })
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
    const again = await one.call('receipts.read', { id: 1, waitMs: 0, versionShown: null })
    expect(await one.call('receipts.wait', { uuid: again.uuid, timeoutMs: 10_000 })).toMatchObject({ state: 'proven' })
    expect(await one.engine.call('receipts.undo', { uuid: again.uuid })).toMatchObject({ ok: false, error: { code: 'too-late' } })
    expect((await one.call('messages.show', { id: 1 })).unread).toBe(false)
  })

  it('closing ends the wait and sends', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    await one.call('receipts.read', { id: 1, waitMs: 600_000, versionShown: null })
    await one.engine.close()
    expect(one.effects(letterId(1))).toEqual(['Fetched', 'Read'])
    await one.startEngine()
  })

  it('confirmed by a colleague shortly before: told as done elsewhere, not sent twice', async () => {
    const one = await begin((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + day })])
    await one.consent()
    await one.sync()
    one.altinn.state.record({ kind: 'ConfirmRequested', at: Date.now() - 60_000, caller: 'colleague', afterMs: 0, message: letterId(1) })
    const { uuid } = await one.call('receipts.confirm', { id: 1, waitMs: 0, versionShown: null })
    expect(await one.call('receipts.wait', { uuid, timeoutMs: 10_000 })).toMatchObject({ state: 'done-elsewhere', answerCode: 1041 })
    expect(one.effects(letterId(1)).filter((status) => status === 'ConfirmRequested')).toHaveLength(1)
  })

  it('a letter that changed since it was shown is not confirmed', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    expect(await one.engine.call('receipts.confirm', { id: 1, waitMs: 0, versionShown: 'f'.repeat(64) })).toMatchObject({ ok: false, error: { code: 'changed' } })
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
  })

  it('two of a kind for one letter are refused', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    await one.call('receipts.confirm', { id: 1, waitMs: 60_000, versionShown: null })
    expect(await one.engine.call('receipts.confirm', { id: 1, waitMs: 0, versionShown: null })).toMatchObject({ ok: false, error: { code: 'not-possible' } })
  })
})

describe('data put back from an older copy', () => {
  it('is told, its open receipt is only asked about, and never sent by itself', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    expect(await one.call('profile.notices', {})).toEqual({ notices: [] })
    await one.engine.close()
    const journal = join(one.profile, 'ledger.journal')
    cpSync(journal, `${journal}.old`, { recursive: true })
    one.altinn.pause()
    await one.startEngine()
    const { uuid } = await one.call('receipts.read', { id: 1, waitMs: 0, versionShown: null })
    await one.call('receipts.wait', { uuid, timeoutMs: 300 })
    await one.engine.close()
    rmSync(journal, { recursive: true })
    renameSync(`${journal}.old`, journal)
    one.altinn.resume()
    await one.startEngine()
    expect(await one.call('profile.notices', {})).toEqual({ notices: [{ kind: 'restored', parked: 1 }] })
    expect(await one.call('receipts.wait', { uuid, timeoutMs: 0 })).toMatchObject({ state: 'undecided' })
    expect(one.effects(letterId(1))).not.toContain('Read')
  })

  it('a damaged keys.json is told, and the one before it opens the profile', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.engine.close()
    writeFileSync(join(one.profile, 'keys.json'), '{')
    await one.startEngine()
    expect(await one.call('profile.notices', {})).toEqual({ notices: [{ kind: 'keys-recovered', parked: 0 }] })
  })
})

describe('search', () => {
  it('finds words of title, body, sender, recipient and file names from their beginning, newest first, within one recipient', async () => {
    const one = await begin((at) => [
      letter(1, at - day, { title: 'Frist for båtplass', body: '<p>Varelageret ble <b>kontrollert</b></p>' }),
      letter(2, at - 2 * day, { title: 'Vedtak', body: 'Varelager', recipient: orgUrn(clients[1]), attachments: [file(1, 'årsoppgjør.pdf', randomBytes(100))] }),
      letter(3, at - 3 * day, { resourceId: 'skd-taushet', confidential: true, title: 'Hemmelig varelager' }),
    ])
    await one.consent()
    await one.sync()
    const titles = async (text: string, more: { party?: string; limit?: number; before?: number | { at: number; id: number } } = {}): Promise<readonly (string | null)[]> => (await one.call('messages.search', { text, limit: 10, ...more })).rows.map((row) => row.title)
    expect(await titles('varelag')).toEqual(['Frist for båtplass', 'Vedtak'])
    expect(await titles('varelag', { party: orgUrn(clients[1]) })).toEqual(['Vedtak'])
    expect(await titles('VARELAGER kontroll')).toEqual(['Frist for båtplass'])
    expect(await titles('båt')).toEqual(['Frist for båtplass'])
    expect(await titles('bat')).toEqual([])
    expect(await titles('årsoppgjør')).toEqual(['Vedtak'])
    expect(await titles('Klient 2')).toEqual(['Vedtak'])
    for (const odd of ['', '"', 'title:x OR *', 'AND', "'; --"]) expect(await titles(odd)).toEqual([])
    expect(await titles('hemmelig')).toEqual([])
    const first = await one.call('messages.search', { text: 'varelag', limit: 1 })
    expect(first.next).not.toBeNull()
    expect(await titles('varelag', { limit: 1, before: first.next ?? 0 })).toEqual(['Vedtak'])
    await send(one, { title: 'Varelageret igjen' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await one.sync()
    expect((await titles('varelag'))[0]).toBe('Varelageret igjen')
  })

  it('an index that was lost is made again', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    await one.engine.close()
    for (const name of readdirSync(one.profile)) if (name.startsWith('index.db')) rmSync(join(one.profile, name))
    await one.startEngine()
    // Made in the background: the window is usable meanwhile.
    await expect.poll(async () => (await one.call('messages.search', { text: 'innhold', limit: 5 })).rows, { timeout: 20_000 }).toHaveLength(1)
  })
})

describe('reminders', () => {
  it('the first sync raises one, with new and overdue; nothing is told twice, also after a restart', async () => {
    const one = await begin((at) => [letter(1, at - 9 * day, { needsConfirmation: true, dueAt: at - day }), letter(2, at - day)])
    await one.consent()
    await one.sync()
    const first = (await one.call('reminders.due', {})).reminders
    expect(first).toMatchObject([{ what: 'new', count: 2, overdueCount: 1, recipients: ['Klient 1 AS'] }])
    for (const reminder of first) await one.call('reminders.shown', reminder)
    await one.engine.close()
    await one.startEngine()
    expect((await one.call('reminders.due', {})).reminders).toEqual([])
    await send(one, {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    await one.sync()
    expect((await one.call('reminders.due', {})).reminders).toMatchObject([{ what: 'new', count: 1 }])
  })
})

describe('one process writes', () => {
  it('a second one is turned away, and reading goes on beside it', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    const first = one.engine
    await expect(one.startEngine()).rejects.toMatchObject({ code: 'locked' })
    one.engine = first
  })
})
