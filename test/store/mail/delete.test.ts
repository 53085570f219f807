import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IndexApi, indexName, openIndex } from '../../../main/store/index/index-db.ts'
import type { MailApi } from '../../../main/store/mail/api.ts'
import { mailName, openMail } from '../../../main/store/mail/mail-db.ts'
import { openReader } from '../../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'
import { accountUuid, attachment, dialog, fetched, scope, urn } from './fixtures.ts'

const key = randomBytes(32)
let folder = ''
let mail: ReturnType<typeof openMail>
let index: ReturnType<typeof openIndex>
let api: MailApi

const mailPath = (): string => join(folder, mailName)
const indexPath = (): string => join(folder, indexName)

function open(): void {
  mail = openMail(mailPath(), key, { runId: randomUUID(), previousRunId: null })
  index = openIndex(indexPath(), key, mailPath(), key)
  api = mail.api
}

function close(): void {
  index.close()
  mail.close()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-delete-'))
  open()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true })
})

const drain = (step: (one: IndexApi) => boolean): void => {
  while (step(index.api));
}
const page = (dialogs: readonly ReturnType<typeof dialog>[]) => api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs, rejected: [], position: null, at: 1 })
const ids = (n: number) => ({ dialogId: dialog(n).dialogId, correspondenceId: fetched(n).correspondenceId })
const remove = (n: number): number => api.deleteHere([{ ...ids(n), deletedAt: 5000 }])

/** What a person can find. */
function seen(text: string): { readonly listed: number; readonly found: number } {
  const reader = openReader(mailPath(), key, { path: indexPath(), key })
  try {
    return { listed: reader.api.list({ view: 'all', limit: 100 }).rows.length, found: reader.api.search({ text, limit: 10 }).rows.length }
  } finally {
    reader.close()
  }
}

/** Every page of a database in the clear, those that no table uses any more included. */
function pagesOf(path: string, name: string): Buffer {
  const db = openDatabase(path, name, key)
  try {
    return db.serialize()
  } finally {
    db.close()
  }
}

/** Whether a word stands anywhere in the files; the index keeps only what of a word differs from the one before. */
const holds = (word: string): readonly boolean[] => {
  close()
  const result = [pagesOf(mailPath(), mailName), pagesOf(indexPath(), indexName)].map((pages) => pages.includes(word))
  open()
  return result
}

describe('a letter deleted here', () => {
  it('is gone from lists, search and counts, with everything of it, and the others stay', () => {
    page([dialog(1), dialog(2)])
    api.storeFetched([1, 2].map((n) => fetched(n, { messageId: n, body: `Innhold nummer${String(n)}`, attachments: [attachment(n)] })))
    const stored = { bytes: 9, md5: 'x', md5Matches: null, at: 1 }
    api.attachmentsStored([1, 2].map((n) => ({ ...stored, correspondenceId: fetched(n).correspondenceId, attachmentId: attachment(n).attachmentId, storedAs: { kind: 'file', name: String(n).repeat(64) } })))
    drain((one) => one.catchUp('all'))
    expect(seen('nummer1')).toEqual({ listed: 2, found: 1 })
    expect(remove(1)).toBe(1)
    drain((one) => one.forget())
    expect(seen('nummer1')).toEqual({ listed: 1, found: 0 })
    expect(seen('nummer2')).toEqual({ listed: 1, found: 1 })
    expect(api.totals(null)).toMatchObject({ messages: 1, attachments: 1, bytes: 9 })
    expect(api.vaultFilesToDrop()).toEqual([{ name: '1'.repeat(64), deletedAt: 5000 }])
    api.vaultFilesDropped()
    expect(api.vaultFilesToDrop()).toEqual([])
  })

  it('does not come back from a search, a list, or an answer on its way', () => {
    page([dialog(1)])
    api.linked([{ messageId: 1, correspondenceId: ids(1).correspondenceId, owner: null }])
    remove(1)
    expect(page([{ ...dialog(1), updatedAtText: 'later', status: 'RequiresAttention' }])).toMatchObject({ newMessages: 0, changed: 0 })
    expect(api.unknownCorrespondences([ids(1).correspondenceId, ids(2).correspondenceId], 1)).toEqual([ids(2).correspondenceId])
    expect(api.storeFetched([fetched(1)])).toEqual({ stored: 0, attachments: 0 })
    expect(api.toFetch({ accountUuid, limit: 10, nowAt: 1, scope })).toEqual([])
    expect(seen('x').listed).toBe(0)
  })

  it('of which only the dialog was known is known by its correspondence once that is seen', () => {
    page([dialog(1)])
    api.deleteHere([{ dialogId: ids(1).dialogId, correspondenceId: null, deletedAt: 5000 }])
    expect(api.storeFetched([fetched(1)])).toEqual({ stored: 0, attachments: 0 })
    expect(api.unknownCorrespondences([ids(1).correspondenceId], 1)).toEqual([])
  })

  it('keeps a vault file that another letter has as well', () => {
    const name = 'a'.repeat(64)
    page([dialog(1), dialog(2)])
    api.storeFetched([1, 2].map((n) => fetched(n, { messageId: n, attachments: [attachment(n)] })))
    api.attachmentsStored([1, 2].map((n) => ({ correspondenceId: fetched(n).correspondenceId, attachmentId: attachment(n).attachmentId, storedAs: { kind: 'file', name }, bytes: 9, md5: 'x', md5Matches: null, at: 1 })))
    remove(1)
    expect(api.vaultFilesToDrop()).toEqual([])
    remove(2)
    expect(api.vaultFilesToDrop()).toEqual([{ name, deletedAt: 5000 }])
  })

  it('is not mixed up with another letter that took its dialog', () => {
    api.storeFetched([fetched(1)])
    expect(api.deleteHere([{ dialogId: ids(1).dialogId, correspondenceId: ids(2).correspondenceId, deletedAt: 5000 }])).toBe(0)
    expect(seen('x').listed).toBe(1)
  })

  it('said again, as after every restore, changes nothing', () => {
    page([dialog(1)])
    remove(1)
    drain((one) => one.forget())
    const { changeNo } = api.newSince(0, null)
    expect(remove(1)).toBe(0)
    expect(api.newSince(0, null).changeNo).toBe(changeNo)
  })

  it('leaves the files: its words stand on no page any more', () => {
    const [title, body, file] = ['Qvzkxj', 'Wvzkxj', 'Yvzkxj']
    for (let n = 1; n <= 60; n += 1) api.storeFetched([fetched(n, n === 30 ? { title, body, attachments: [attachment(1, { fileName: file })] } : { body: `Innhold ${String(n)} `.repeat(30) })])
    drain((one) => one.catchUp('all'))
    // As the files hold them: the index in lower case.
    expect(holds(body)).toEqual([true, false])
    expect(holds('vzkxj')).toEqual([true, true])
    expect(remove(30)).toBe(1)
    drain((one) => one.forget())
    expect(index.wal.truncate()).toBe(true)
    expect(mail.wal.truncate()).toBe(true)
    expect([holds(title), holds(body), holds(file), holds('vzkxj')]).toEqual(Array.from({ length: 4 }, () => [false, false]))
    expect(seen('innhold').found).toBeGreaterThan(0)
  })

  it('is forgotten by the index also where this process ended before', () => {
    page([dialog(1)])
    api.storeFetched([fetched(1, { messageId: 1, body: 'Wvzkxj' })])
    drain((one) => one.catchUp('all'))
    remove(1)
    close()
    open()
    drain((one) => one.forget())
    expect(holds('wvzkxj')).toEqual([false, false])
  })
})

describe('a vault file that is lost', () => {
  it('is wanted again by every row that has it', () => {
    const name = 'a'.repeat(64)
    api.storeFetched([1, 2].map((n) => fetched(n, { attachments: [attachment(n)] })))
    api.attachmentsStored([1, 2].map((n) => ({ correspondenceId: fetched(n).correspondenceId, attachmentId: attachment(n).attachmentId, storedAs: { kind: 'file', name }, bytes: 9, md5: 'x', md5Matches: true, at: 1 })))
    expect(api.vaultFilesAfter('', 10)).toEqual([{ name, bytes: 9 }])
    expect(api.vaultFileLost(name)).toBe(2)
    expect(api.vaultFilesAfter('', 10)).toEqual([])
    expect(api.toDownload({ accountUuid, limit: 10, nowAt: 1, scope }).map((task) => task.tries)).toEqual([0, 0])
    expect(api.totals(null)).toMatchObject({ attachments: 0, bytes: 0 })
  })
})
