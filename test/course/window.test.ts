import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Desk } from '../../main/engine.ts'
import { clients, file, letter, letterId, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})
const day = 86_400_000
const begin = async (...letters: Parameters<typeof smallWorld>): Promise<Course> => {
  course = await Course.begin(smallWorld(...letters))
  return course
}

/** A desk that remembers what it was asked for. */
function desk(folder: string): Desk & { readonly opened: string[] } {
  const opened: string[] = []
  return {
    opened,
    openOutside: (address) => { opened.push(address); return Promise.resolve(!address.includes('nobody')) },
    saveTarget: (name) => Promise.resolve(name === 'cancelled.txt' ? null : { path: join(folder, name) }),
    folderTarget: (name) => Promise.resolve({ path: join(folder, name) }), openCopy: (path) => { opened.push(path); return Promise.resolve(true) },
    printPdf: () => Promise.resolve(null),
    closing: 'stops', senderPage: null, keysChanged: () => undefined,
    resetDemo: null,
  }
}

describe('what the window asks of the engine', () => {
  it('numbers of views and recipients, late and soon apart', async () => {
    const one = await begin((at) => [
      letter(1, at - day, { needsConfirmation: true, dueAt: at - 1000 }), letter(2, at - day, { needsConfirmation: true, dueAt: at + day }),
      letter(3, at - day, { dueAt: at + 30 * day, recipient: orgUrn(clients[1]) }), letter(4, at - 2 * day, { systemLabel: 'Archive' }),
    ])
    await one.consent()
    await one.sync()
    expect(await one.call('messages.counts', {})).toMatchObject({ inbox: 3, unread: 3, archive: 1, bin: 0, needsConfirmation: { count: 2, late: 1, soon: 1 }, due: { count: 3, late: 1, soon: 1 }, outgoing: { open: 0, refused: 0 } })
    expect(await one.call('messages.counts', { party: orgUrn(clients[1]) })).toMatchObject({ inbox: 1, due: { count: 1, late: 0, soon: 0 } })
    await one.call('recipients.set-favourite', { party: orgUrn(clients[1]), favourite: true })
    const { rows } = await one.call('recipients.list', {})
    expect(rows.find((row) => row.party === orgUrn(clients[0]))).toMatchObject({ unread: 2, toConfirm: 2, late: 1, soon: 1, favourite: false })
    expect(rows.find((row) => row.party === orgUrn(clients[1]))).toMatchObject({ favourite: true })
    const coverage = (await one.call('recipients.coverage', {})).rows.find((row) => row.party === orgUrn(clients[0]))
    expect(coverage).toMatchObject({ services: 1, fetched: true, waiting: 0 })
    expect(coverage?.lastUpdatedAt).toBeGreaterThan(0)
  })

  it('the recipients whose mail cannot be had, the same ones as the table of recipients names, until it can', async () => {
    const one = await begin((at) => [letter(1, at - day), letter(2, at - day, { recipient: orgUrn(clients[1]) })])
    await one.consent()
    await one.sync()
    const troubled = async () => (await one.call('recipients.list', {})).rows.filter((row) => row.troubled).map(({ party }) => party)
    const named = async () => (await one.call('recipients.coverage', {})).rows.filter(({ trouble }) => trouble !== null).map(({ party }) => party)
    expect([await troubled(), await named()]).toEqual([[], []])
    await one.door('faults', { kind: 'party-refused', party: orgUrn(clients[0]) })
    await one.sync()
    expect([await troubled(), await named()]).toEqual([[orgUrn(clients[0])], [orgUrn(clients[0])]])
    await one.door('faults', null, 'DELETE')
    await one.sync()
    expect([await troubled(), await named()]).toEqual([[], []])
  })

  it('the local facts of a letter: opened, unread again, handled; they reach no sender', async () => {
    const one = await begin((at) => [letter(1, at - day, { dueAt: at + day })])
    await one.consent()
    await one.sync()
    const [row] = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows
    const id = row?.id ?? 0
    await one.call('messages.opened', { id })
    expect((await one.call('messages.show', { id })).openedHereAt).not.toBeNull()
    await one.call('messages.mark-unread', { id })
    expect(await one.call('messages.show', { id })).toMatchObject({ openedHereAt: null, unread: true })
    await one.call('messages.set-handled', { id, handled: true })
    expect((await one.call('messages.list', { view: 'due', limit: 5 })).rows).toEqual([])
    await one.call('messages.set-handled', { id, handled: false })
    expect((await one.call('messages.list', { view: 'due', limit: 5 })).rows).toHaveLength(1)
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
  })

  it('settings live in the ledger and survive a restart; a client is confirmed for only once that is switched on', async () => {
    const one = await begin((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + day })])
    await one.consent()
    await one.sync()
    const [row] = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows
    const id = row?.id ?? 0
    expect((await one.call('messages.show', { id })).reporting).toEqual({ read: 'by-hand', confirm: 'off-for-client', as: 'Fjordregnskap' })
    expect((await one.engine.call('settings.set', { railWidth: 500 })).ok).toBe(false)
    // Two choices in the same moment: neither is lost.
    await Promise.all([one.call('settings.set', { language: 'nn' }), one.call('settings.set', { confirmFor: [orgUrn(clients[0])] })])
    await one.engine.close()
    await one.startEngine()
    expect(await one.call('settings.get', {})).toMatchObject({ language: 'nn', theme: 'system', confirmFor: [orgUrn(clients[0])] })
    expect((await one.call('messages.show', { id })).reporting.confirm).toBe('allowed')
  })

  it('a letter made safe, its addresses only by number, opened by the shell', async () => {
    const one = await begin((at) => [letter(1, at - day, { body: 'Se [siden](https://www.skatteetaten.no/a) <script>alert(1)</script>', replyOptions: [{ linkURL: 'https://svar.example.org/', linkText: 'Svar' }, { linkURL: 'http://nobody.example.org/', linkText: 'Usikker' }] })])
    await one.consent()
    await one.sync()
    const shell = desk(one.folder)
    await one.engine.close()
    await one.startEngine(shell)
    const id = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows[0]?.id ?? 0
    const body = await one.call('letters.body', { id })
    expect(body).toMatchObject({ mode: 'html', leftOut: ['script'], links: [{ address: 'https://www.skatteetaten.no/a', display: 'www.skatteetaten.no' }] })
    expect(body.html).not.toMatch(/href|script/)
    expect(await one.call('letters.open', { place: { kind: 'letter', id, link: 0 } })).toEqual({ address: 'https://www.skatteetaten.no/a' })
    expect(await one.engine.call('letters.open', { place: { kind: 'letter', id, link: 1 } })).toMatchObject({ ok: false, error: { code: 'not-found' } })
    const options = (await one.call('messages.show', { id })).replyOptions
    const secure = options.findIndex((option) => option.url.startsWith('https:'))
    expect((await one.call('letters.address', { place: { kind: 'reply', id, option: secure } })).link?.address).toBe('https://svar.example.org/')
    expect((await one.call('letters.address', { place: { kind: 'reply', id, option: 1 - secure } })).link).toBeNull()
    expect((await one.call('letters.address', { place: { kind: 'altinn', id } })).link).toBeNull()
    expect(shell.opened).toEqual(['https://www.skatteetaten.no/a'])
  })

  it('files piece by piece, saved where the shell says, fetched on a person\'s word', async () => {
    const large = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(5_000_000)])
    const one = await begin((at) => [letter(1, at - day, { attachments: [file(1, 'stor.pdf', large), file(2, 'program.exe', Buffer.from('MZ'))] })])
    await one.call('consent.give', { accountUuid: one.accountUuid, fromAt: null, parties: null, attachments: false, by: 'window' })
    await one.sync()
    await one.engine.close()
    await one.startEngine(desk(one.folder))
    const id = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows[0]?.id ?? 0
    const [pdf, program] = (await one.call('messages.show', { id })).attachments.map((attachment) => attachment.attachmentId)
    expect(await one.engine.call('files.begin', { id, attachmentId: pdf ?? '' })).toMatchObject({ ok: false, error: { code: 'not-here' } })
    await one.call('files.fetch', { id, attachmentId: pdf ?? '' })
    await one.call('files.fetch', { id, attachmentId: program ?? '' })
    expect(one.effects(letterId(1)).filter((status) => status === 'AttachmentsDownloaded')).toHaveLength(2)
    const { handle, bytes, kind } = await one.call('files.begin', { id, attachmentId: pdf ?? '' })
    expect([bytes, kind]).toEqual([large.length, 'pdf'])
    const pieces: Buffer[] = []
    for (;;) {
      const { data } = await one.call('files.next', { handle })
      if (data === '') break
      pieces.push(Buffer.from(data, 'base64'))
      expect(pieces.at(-1)?.length).toBeLessThanOrEqual(2 * 1024 * 1024)
    }
    expect(Buffer.concat(pieces).equals(large)).toBe(true)
    expect(await one.engine.call('files.next', { handle })).toMatchObject({ ok: false, error: { code: 'not-found' } })
    expect((await one.call('files.begin', { id, attachmentId: program ?? '' })).kind).toBe('program')
    const { path } = await one.call('files.save', { id, attachmentId: pdf ?? '' })
    // A place that cannot be written to is told, and nothing half stays there.
    await one.engine.close()
    await one.startEngine({ ...desk(one.folder), saveTarget: () => Promise.resolve({ path: join(one.folder, 'nowhere', 'a.pdf') }) })
    expect(await one.engine.call('files.save', { id, attachmentId: pdf ?? '' })).toMatchObject({ ok: false, error: { code: 'unwritable' } })
    expect(path !== null && existsSync(path) && readFileSync(path).equals(large)).toBe(true)
  })

  it('only the list, when that is what the user chose; and one message on their word', async () => {
    const one = await begin((at) => [letter(1, at - day), letter(2, at - 2 * day, { recipient: orgUrn(clients[1]) })])
    await one.call('consent.decline', { accountUuid: one.accountUuid })
    await one.sync()
    expect(await one.call('consent.state', { accountUuid: one.accountUuid })).toMatchObject({ givenAt: null })
    expect((await one.call('consent.state', { accountUuid: one.accountUuid })).declinedAt).not.toBeNull()
    const preview = await one.call('consent.preview', { accountUuid: one.accountUuid, fromAt: null, parties: null })
    expect(preview).toMatchObject({ messages: 2, recipients: 2, confidential: 0 })
    expect(preview.byParty).toHaveLength(2)
    expect(one.effects()).toEqual([])
    const rows = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows
    await one.call('messages.fetch', { id: rows[0]?.id ?? 0 })
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
    expect(one.effects(letterId(2))).toEqual([])
    expect((await one.call('messages.show', { id: rows[0]?.id ?? 0 })).body).toBe('Innhold i brev 1')
    // Recipients that are not to be fetched stay in the list.
    await one.call('consent.give', { accountUuid: one.accountUuid, fromAt: null, parties: [orgUrn(clients[0])], attachments: true, by: 'window' })
    await one.sync()
    expect((await one.call('messages.list', { view: 'inbox', limit: 5 })).rows).toHaveLength(2)
    expect((await one.call('recipients.coverage', {})).rows.find((row) => row.party === orgUrn(clients[1]))).toMatchObject({ fetched: false, waiting: 1 })
  })

  it('confidential mail on a person\'s word: Altinn\'s own reminder ends only once it was read here', async () => {
    const one = await begin((at) => [letter(1, at - day, { confidential: true, resourceId: 'skd-taushet' })])
    await one.consent()
    await one.sync()
    const [row] = (await one.call('messages.list', { view: 'inbox', limit: 5 })).rows
    expect(row).toMatchObject({ title: null, confidential: true, state: 'found' })
    expect(one.effects()).toEqual([])
    await one.call('messages.fetch', { id: row?.id ?? 0 })
    expect(await one.call('messages.show', { id: row?.id ?? 0 })).toMatchObject({ title: 'Brev 1', body: 'Innhold i brev 1' })
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
    await one.call('messages.opened', { id: row?.id ?? 0 })
    await expect.poll(() => course?.effects(letterId(1))).toContain('ReminderEnded')
  })

  it('a search with some words around the hit, and what was reported with its letter', async () => {
    const one = await begin((at) => [letter(1, at - day, { body: 'Dere må sende **varelageret** per 31. desember, og så mye annet.' }), letter(2, at - 2 * day)])
    await one.consent()
    await one.sync()
    const { rows, snippets, total } = await one.call('messages.search', { text: 'varelager des', limit: 10 })
    expect([rows.length, total]).toEqual([1, 1])
    const [snippet] = snippets
    expect(snippet?.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['varelageret', 'desember'])
    expect((await one.call('messages.search', { text: 'vedtak.pdf finnesikke', limit: 10 })).total).toBe(0)
    const id = rows[0]?.id ?? 0
    const { uuid } = await one.call('receipts.read', { id, waitMs: 0, versionShown: null })
    await one.call('receipts.wait', { uuid, timeoutMs: 20_000 })
    expect((await one.call('receipts.outgoing', { limit: 10 })).rows).toMatchObject([{ uuid, messageId: id, title: 'Brev 1', sender: 'Skatteetaten', partyName: 'Klient 1 AS', person: 'kari', accountName: 'Fjordregnskap' }])
  })

  it('a service that nobody can reach is told as offline', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.consent()
    await one.sync()
    await one.altinn.close()
    const result = await one.engine.call('sync.run', { accountUuid: one.accountUuid })
    expect(result).toMatchObject({ ok: true, value: { stopped: { code: 'offline' } } })
    expect((await one.call('sync.state', {})).accounts).toMatchObject([{ trouble: 'offline', busy: false }])
    await one.startAltinn()
  })
})
