import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailApi } from '../../../main/store/mail/api.ts'
import { mailMethods, openMail } from '../../../main/store/mail/mail-db.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'
import { accountUuid, attachment, dialog, fetched, named, party, scope, urn } from './fixtures.ts'

let folder = ''
let mail: { readonly api: MailApi; readonly close: () => void }
const key = randomBytes(32)
const path = (): string => join(folder, 'mail.db')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-mail-'))
  mail = openMail(path(), key, run)
  mail.api.partiesAnswered(named([party(1), party(2), { ...party(3), kind: 'person', urn: 'urn:altinn:person:identifier-no:01010112345' }], 1000))
})
afterEach(() => {
  mail.close()
  rmSync(folder, { recursive: true })
})

const now = 2_000_000_000_000
const tasks = { accountUuid, limit: 100, nowAt: now, scope }
const page = (...dialogs: ReturnType<typeof dialog>[]) =>
  mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs, rejected: [], position: { updatedAfter: '2026-01-01T00:00:00.0000000Z', startedServerDateAt: 5 }, at: now })
const link = (n: number): void => {
  const task = mail.api.toLink(tasks).find((one) => one.dialogId === dialog(n).dialogId)
  if (task !== undefined) mail.api.linked([{ messageId: task.messageId, correspondenceId: fetched(n).correspondenceId, owner: null }])
}

const run = { runId: randomUUID(), previousRunId: null }

describe('the writer of mail.db', () => {
  it('serves every method by name', () => {
    expect([...mailMethods].sort()).toEqual(Object.keys(mail.api).sort())
  })

  it('makes an encrypted file that another key does not open', () => {
    expect(readFileSync(path()).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3')
    expect(() => openDatabase(path(), 'mail.db', randomBytes(32))).toThrow(expect.objectContaining({ code: 'wrong-key' }))
    expect(() => openDatabase(path(), 'mail.db', randomBytes(31))).toThrow(RangeError)
  })

  it('leaves no readable text of a letter in any file', () => {
    page(dialog(1))
    link(1)
    mail.api.storeFetched([fetched(1, { title: 'Hemmeligtittel', body: 'Hemmeligbrev '.repeat(5000) })])
    const contents = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    for (const marker of ['Hemmeligtittel', 'Hemmeligbrev']) {
      expect(contents.some((content) => content.includes(marker) || content.includes(Buffer.from(marker, 'utf16le')))).toBe(false)
    }
  })

  it('refuses a database of a newer version, and leaves it as it is', () => {
    mail.close()
    const newer = openDatabase(path(), 'mail.db', key)
    const own = Number(newer.pragma('user_version', { simple: true }))
    newer.pragma('user_version=99')
    newer.close()
    expect(() => openMail(path(), key, run)).toThrow(expect.objectContaining({ code: 'too-new' }))
    const reopened = openDatabase(path(), 'mail.db', key)
    expect(reopened.pragma('user_version', { simple: true })).toBe(99)
    reopened.pragma(`user_version=${String(own)}`)
    reopened.close()
    mail = openMail(path(), key, run)
  })

  it('says damaged of a plain file in its place', () => {
    mail.close()
    writeFileSync(path(), Buffer.concat([Buffer.from('SQLite format 3\0'), randomBytes(4096)]))
    expect(() => openMail(path(), key, run)).toThrow(expect.objectContaining({ code: 'damaged' }))
    rmSync(path())
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    mail = openMail(path(), key, run)
  })

  it('keeps run ids over starts', () => {
    const first = mail.api.runIds()
    mail.api.beginRun()
    mail.close()
    mail = openMail(path(), key, run)
    expect(mail.api.runIds()).toMatchObject({ generation: first.generation, previousRunId: first.runId })
  })

  it('says that it was put back until that was acted on, whatever ends in between', () => {
    mail.api.beginRun()
    const { generation } = mail.api.runIds()
    const start = (runId: string, previousRunId: string): ReturnType<typeof mail.api.runIds> => {
      mail.close()
      mail = openMail(path(), key, { runId, previousRunId })
      return mail.api.runIds()
    }
    const [second, third, fourth] = [randomUUID(), randomUUID(), randomUUID()]
    expect(start(third, second)).toMatchObject({ replaced: true })
    expect(start(fourth, third)).toMatchObject({ replaced: true })
    mail.api.beginRun()
    const after = start(randomUUID(), fourth)
    expect(after.replaced).toBe(false)
    expect(after.generation).not.toBe(generation)
  })
})

describe('discovery', () => {
  it('makes a row of a dialog once, and counts a change only when a named field differs', () => {
    expect(page(dialog(1), dialog(2))).toMatchObject({ newMessages: 2, changed: 0 })
    expect(page(dialog(1), dialog(2))).toMatchObject({ newMessages: 0, changed: 0 })
    expect(page({ ...dialog(1), revision: 'other', original: '{}' })).toMatchObject({ newMessages: 0, changed: 0 })
    expect(page({ ...dialog(1), dueAt: now })).toMatchObject({ newMessages: 0, changed: 1 })
  })

  it('keeps the position of a pass until it ends, and then the watermark', () => {
    page(dialog(1))
    expect(mail.api.groupPosition(accountUuid, 'g')).toEqual({ updatedAfter: '2026-01-01T00:00:00.0000000Z', startedServerDateAt: 5 })
    expect(mail.api.watermarks(accountUuid)[urn(1)]).toBeNull()
    mail.api.finishGroup({ accountUuid, groupKey: 'g', parties: [urn(1)], watermark: '2026-02-01T00:00:00.0000000Z', at: now, pass: 'poll', found: 1 })
    expect(mail.api.groupPosition(accountUuid, 'g')).toBeNull()
    expect(mail.api.watermarks(accountUuid)).toMatchObject({ [urn(1)]: '2026-02-01T00:00:00.0000000Z', [urn(2)]: null })
  })

  it('texts seen at a lower level never overwrite those of a higher', () => {
    page({ ...dialog(1), level: 4, title: 'Hele tittelen' })
    page({ ...dialog(1), level: 3, title: 'Innhold som krever høyere nivå', updatedAtText: '2026-09-01T00:00:00.0000000Z' })
    mail.close()
    const db = openDatabase(path(), 'mail.db', key)
    expect(db.prepare('SELECT title FROM message').get()).toEqual({ title: 'Hele tittelen' })
    db.close()
    mail = openMail(path(), key, run)
  })

  it('a reminder about unopened confidential mail is no message', () => {
    page({ ...dialog(1), kind: 'reminder' })
    expect(mail.api.totals(null).dialogs).toBe(0)
  })

  it('a lost recipient is told, and comes back', () => {
    expect(mail.api.partiesAnswered(named([party(1)], 2000)).removed).toContain(urn(2))
    expect(mail.api.parties(accountUuid).find((row) => row.urn === urn(2))?.current).toBe(false)
    expect(mail.api.partiesAnswered(named([party(1), party(2)], 3000)).added).toEqual([urn(2)])
  })
})

describe('linking and fetching', () => {
  it('goes from found over linked to fetched, and offers each task only while it is due', () => {
    page(dialog(1))
    expect(mail.api.toLink(tasks)).toHaveLength(1)
    expect(mail.api.toFetch(tasks)).toHaveLength(0)
    link(1)
    expect(mail.api.toLink(tasks)).toHaveLength(0)
    expect(mail.api.toFetch(tasks)).toMatchObject([{ correspondenceId: fetched(1).correspondenceId }])
    expect(mail.api.storeFetched([fetched(1)])).toEqual({ stored: 1, attachments: 0 })
    expect(mail.api.toFetch(tasks)).toHaveLength(0)
    expect(mail.api.storeFetched([fetched(1)])).toEqual({ stored: 0, attachments: 0 })
    expect(mail.api.totals(accountUuid)).toMatchObject({ dialogs: 1, messages: 1 })
  })

  it('nothing outside the span or the recipients that were chosen is offered', () => {
    page(dialog(1))
    link(1)
    expect(mail.api.toFetch({ ...tasks, scope: { ...scope, fromAt: now } })).toHaveLength(0)
    expect(mail.api.toFetch({ ...tasks, scope: { ...scope, parties: [urn(2)] } })).toHaveLength(0)
    expect(mail.api.toFetch({ ...tasks, scope: { ...scope, parties: [urn(1)] } })).toHaveLength(1)
    expect(mail.api.toFetch({ ...tasks, accountUuid: '00000000-0000-4000-8000-00000000ffff' })).toHaveLength(0)
  })

  it('confidential services are neither linked nor fetched, and counted as such', () => {
    page(dialog(1))
    mail.api.setConfidentialResources({ confidential: [dialog(1).serviceResource], mixed: ['other'] }, now)
    expect(mail.api.toLink(tasks)).toHaveLength(0)
    expect(mail.api.totals(accountUuid).skipped).toEqual({ confidential: 1 })
    expect(mail.api.confidentialResources()).toEqual({ confidential: [dialog(1).serviceResource], mixed: ['other'], askedAt: now })
  })

  it('a dialog that no list has named is put off, unless its letter has come meanwhile', () => {
    page(dialog(1), dialog(2))
    const [one, two] = [1, 2].map((n) => mail.api.toLink(tasks).find(({ dialogId }) => dialogId === dialog(n).dialogId)?.messageId ?? 0)
    mail.api.storeFetched([fetched(1)])
    mail.api.deferred([one, two].map((id) => ({ messageId: id ?? 0, stage: 'link', reason: 'not-listed', detail: 'No listed message has named this dialog yet', errorCode: null, nextTryAt: now + 1, failed: false })))
    expect(mail.api.toLink(tasks)).toEqual([])
    expect(mail.api.toLink({ ...tasks, nowAt: now + 1 })).toMatchObject([{ messageId: two, tries: 1 }])
    expect(mail.api.totals(accountUuid).skipped).toEqual({ 'not-listed': 1 })
  })

  it('remembers a failure and its growing number of tries, and forgets it with the content', () => {
    page(dialog(1))
    link(1)
    const id = mail.api.toFetch(tasks)[0]?.messageId ?? 0
    mail.api.deferred([{ messageId: id, stage: 'fetch', reason: 'server', detail: 'The service failed (500)', errorCode: null, nextTryAt: now + 1, failed: true }])
    expect(mail.api.toFetch(tasks)).toHaveLength(0)
    expect(mail.api.totals(accountUuid).failed).toBe(1)
    expect(mail.api.toFetch({ ...tasks, nowAt: now + 1 })).toMatchObject([{ tries: 1 }])
    mail.api.storeFetched([fetched(1)])
    expect(mail.api.totals(accountUuid).failed).toBe(0)
  })

  it('a filled link is never overwritten', () => {
    page(dialog(1))
    link(1)
    const id = mail.api.toFetch(tasks)[0]?.messageId ?? 0
    mail.api.linked([{ messageId: id, correspondenceId: fetched(9).correspondenceId, owner: null }])
    expect(mail.api.toFetch(tasks)).toMatchObject([{ correspondenceId: fetched(1).correspondenceId }])
    expect(mail.api.totals(null).failed).toBe(1)
  })

  it('a letter that a list named fills the row of the dialog it names itself', () => {
    page(dialog(1))
    expect(mail.api.unknownCorrespondences([fetched(1).correspondenceId], now)).toEqual([fetched(1).correspondenceId])
    mail.api.storeFetched([fetched(1, { messageId: null })])
    expect(mail.api.totals(null)).toMatchObject({ dialogs: 1, messages: 1 })
    expect(mail.api.toLink(tasks)).toHaveLength(0)
    expect(mail.api.unknownCorrespondences([fetched(1).correspondenceId], now)).toEqual([])
  })

  it('a transmission does not land on its parent\'s row', () => {
    page(dialog(1))
    mail.api.storeFetched([fetched(7, { messageId: null, dialogId: null, isTransmissionOf: dialog(1).dialogId })])
    expect(mail.api.totals(null)).toMatchObject({ dialogs: 2, messages: 1 })
    expect(mail.api.toLink(tasks)).toMatchObject([{ dialogId: dialog(1).dialogId }])
  })

  it('a dialog and a correspondence that prove to be one are merged into the row with the content', () => {
    page(dialog(1))
    mail.api.storeFetched([fetched(1, { messageId: null, dialogId: null })])
    expect(mail.api.totals(null).dialogs).toBe(2)
    link(1)
    expect(mail.api.totals(null)).toMatchObject({ dialogs: 1, messages: 1 })
    expect(mail.api.toLink(tasks)).toHaveLength(0)
  })

  it('letters soon due come before newer ones', () => {
    page(dialog(1), { ...dialog(2), contentUpdatedAt: dialog(1).contentUpdatedAt - 90_000_000, dueAt: now + 86_400_000 })
    link(1)
    link(2)
    expect(mail.api.toFetch(tasks).map((task) => task.dialogId)).toEqual([dialog(2).dialogId, dialog(1).dialogId])
  })
})

describe('attachments', () => {
  const file = attachment(1)
  const target = { correspondenceId: fetched(1).correspondenceId, attachmentId: file.attachmentId }

  beforeEach(() => {
    page(dialog(1))
    mail.api.storeFetched([fetched(1, { messageId: null, attachments: [attachment(2, { expiresAt: now + 1000 }), file] })])
  })

  it('are offered soonest expiry first, and not again once they are here', () => {
    expect(mail.api.toDownload(tasks).map((task) => task.attachmentId)).toEqual([attachment(2).attachmentId, file.attachmentId])
    mail.api.attachmentsStored([{ ...target, storedAs: { kind: 'file', name: 'ab' }, bytes: 10_000, md5: 'x', md5Matches: true, at: now }])
    expect(mail.api.toDownload(tasks).map((task) => task.attachmentId)).toEqual([attachment(2).attachmentId])
    mail.api.storeFetched([fetched(1, { attachments: [file] })])
    expect(mail.api.toDownload(tasks).map((task) => task.attachmentId)).not.toContain(file.attachmentId)
    expect(mail.api.totals(null)).toMatchObject({ attachments: 1, bytes: 10_000 })
    expect(mail.api.knownVaultFiles(['ab', 'cd'])).toEqual(['ab'])
  })

  it('are not offered when the user chose none', () => {
    expect(mail.api.toDownload({ ...tasks, scope: { ...scope, attachments: false } })).toEqual([])
  })

  it('gone for good is never asked for again; a failure later', () => {
    mail.api.attachmentDeferred({ ...target, reason: 'expired', detail: '', nextTryAt: null, failed: false })
    mail.api.attachmentDeferred({ ...target, attachmentId: attachment(2).attachmentId, reason: 'checksum', detail: '', nextTryAt: now + 5, failed: true })
    expect(mail.api.toDownload(tasks)).toEqual([])
    expect(mail.api.toDownload({ ...tasks, nowAt: now + 5 })).toMatchObject([{ attachmentId: attachment(2).attachmentId, tries: 1 }])
    expect(mail.api.totals(null)).toMatchObject({ skipped: { expired: 1 }, failed: 1 })
  })

  it('a complete file without a row is adopted once', () => {
    expect(mail.api.adoptAttachment({ ...target, name: 'cd', bytes: 5, at: now })).toBe(true)
    expect(mail.api.adoptAttachment({ ...target, name: 'cd', bytes: 5, at: now })).toBe(false)
  })
})

describe('facts and counts', () => {
  const ids = { dialogId: dialog(1).dialogId, correspondenceId: fetched(1).correspondenceId }
  const counts = (): unknown => {
    mail.close()
    const db = openDatabase(path(), 'mail.db', key)
    const row = db.prepare('SELECT c.messages, c.unread, c.to_confirm FROM party_count c JOIN party p ON p.id = c.party_id WHERE p.urn = ?').get(urn(1))
    db.close()
    mail = openMail(path(), key, run)
    return row
  }

  it('counts follow every change', () => {
    page({ ...dialog(1), status: 'RequiresAttention' }, dialog(2))
    expect(counts()).toEqual({ messages: 2, unread: 2, to_confirm: 1 })
    link(1)
    mail.api.storeFetched([fetched(1, { needsConfirmation: true, dueAt: now })])
    mail.api.mirror([{ ...ids, openedHereAt: now }], { generation: 'g1', seq: 4 })
    expect(counts()).toEqual({ messages: 2, unread: 1, to_confirm: 1 })
    mail.api.serviceFacts(ids.correspondenceId, { confirmedAt: now, confirmedBy: 'us' })
    expect(counts()).toEqual({ messages: 2, unread: 1, to_confirm: 0 })
    page({ ...dialog(2), labels: ['Archive'] })
    expect(counts()).toEqual({ messages: 1, unread: 0, to_confirm: 0 })
  })

  it('remembers how far the ledger was mirrored', () => {
    expect(mail.api.mirroredTo()).toBeNull()
    mail.api.mirror([], { generation: 'g1', seq: 9 })
    expect(mail.api.mirroredTo()).toEqual({ generation: 'g1', seq: 9 })
  })

  it('due letters remind until they are confirmed, handled or archived', () => {
    page({ ...dialog(1), status: 'RequiresAttention', dueAt: now }, { ...dialog(2), dueAt: now })
    link(1)
    mail.api.storeFetched([fetched(1, { needsConfirmation: true, dueAt: now })])
    expect(mail.api.dueBefore(now + 1, null)).toHaveLength(2)
    mail.api.mirror([{ ...ids, handledAt: now }], { generation: 'g', seq: 1 })
    page({ ...dialog(2), dueAt: now, labels: ['Archive'] })
    expect(mail.api.dueBefore(now + 1, null)).toEqual([])
  })

  it('tells what is new by recipient since a change number', () => {
    const before = mail.api.newSince(0, null).changeNo
    page(dialog(1), dialog(2))
    expect(mail.api.newSince(before, null).byParty).toEqual([{ party: urn(1), count: 2 }])
    expect(mail.api.newSince(mail.api.newSince(0, null).changeNo, null).byParty).toEqual([])
  })

  it('the numbers of the consent count what would become visible', () => {
    page(dialog(1), { ...dialog(2), org: 'nav' }, { ...dialog(3), kind: 'other' })
    expect(mail.api.consentNumbers(accountUuid, null, null)).toMatchObject({ messages: 2, senders: 2, recipients: 1 })
    expect(mail.api.consentNumbers(accountUuid, now, null).messages).toBe(0)
  })
})
