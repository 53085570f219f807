import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { differentWords, indexName, openIndex } from '../../../main/store/index/index-db.ts'
import type { MailApi, StoredAttachment } from '../../../main/store/mail/api.ts'
import { mailName, openMail } from '../../../main/store/mail/mail-db.ts'
import type { ReadText, TextTask } from '../../../main/store/mail/texts.ts'
import { openReader } from '../../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'
import { accountUuid, attachment, dialog, fetched, urn } from './fixtures.ts'

const key = randomBytes(32)
let folder = ''
let mail: ReturnType<typeof openMail>
let index: ReturnType<typeof openIndex>
let api: MailApi

const mailPath = (): string => join(folder, mailName)
const indexPath = (): string => join(folder, indexName)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-texts-'))
  mail = openMail(mailPath(), key, { runId: randomUUID(), previousRunId: null })
  index = openIndex(indexPath(), key, mailPath(), key)
  api = mail.api
})
afterEach(() => {
  index.close()
  mail.close()
  rmSync(folder, { recursive: true })
})

function reading<T>(work: (reader: ReturnType<typeof openReader>['api']) => T): T {
  const reader = openReader(mailPath(), key, { path: indexPath(), key })
  try {
    return work(reader.api)
  } finally {
    reader.close()
  }
}
const catchUp = (): void => { while (index.api.catchUp('all')); }
const search = (text: string) => reading((reader) => reader.search({ text, limit: 10 }))
const counts = () => reading((reader) => reader.textCounts())
const changeNo = (): number => reading((reader) => reader.position())

const name = (n: number): string => String(n).padStart(64, '0')
const inVault = (letter: number, file: number, place: string, at = letter): StoredAttachment => ({
  correspondenceId: fetched(letter).correspondenceId, attachmentId: attachment(file).attachmentId, storedAs: { kind: 'file', name: place }, bytes: 10_000, md5: '', md5Matches: null, at,
})
const inRow = (letter: number, file: number, content: string): StoredAttachment => ({ ...inVault(letter, file, ''), storedAs: { kind: 'inline', content: Buffer.from(content) }, bytes: content.length })

/** Letters of some numbers, each with files of some. */
function fetch(letters: Readonly<Record<number, readonly number[]>>): void {
  const numbers = Object.keys(letters).map(Number)
  api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs: numbers.map((n) => dialog(n)), rejected: [], position: null, at: 1 })
  api.storeFetched(numbers.map((n) => fetched(n, { attachments: (letters[n] ?? []).map((file) => attachment(file)) })))
}
const next = (first: readonly number[] = [], leftOut: readonly string[] = []) => api.nextTexts({ first, leftOut, limit: 20 })
const readAs = ({ key: content, messageId, attachmentId }: TextTask, ...pages: readonly string[]): ReadText => ({ key: content, messageId, attachmentId, kind: 'pdf', found: { state: 'text', pages, pageCount: pages.length, cut: null }, at: 9 })

describe('files to read', () => {
  it('are those that are here and unread, what came last first, what a person opened before that', () => {
    fetch({ 1: [1], 2: [2], 3: [3], 4: [4] })
    expect(next()).toEqual({ tasks: [], linked: 0, more: false })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(2, 2, name(2)), inRow(3, 3, 'liten')])
    expect(next().tasks.map((task) => task.messageId)).toEqual([3, 2, 1])
    expect(next([1]).tasks.map((task) => task.messageId)).toEqual([1, 3, 2])
    expect(next([], [next().tasks[0]?.key ?? '']).tasks.map((task) => task.messageId)).toEqual([2, 1])
    expect(Buffer.from(next().tasks[0]?.content ?? []).toString()).toBe('liten')
    expect(counts()).toEqual({ files: 3, waiting: 3, none: 0, unreadable: 0 })
  })

  it('with the same content are one, wherever it stands, and one that comes later is not read again', () => {
    fetch({ 1: [1], 2: [2], 3: [3], 4: [4], 5: [5] })
    api.attachmentsStored([inVault(1, 1, name(7)), inVault(2, 2, `${name(7)}.pakke`), inRow(4, 4, 'lik')])
    const { tasks } = next()
    expect(tasks).toHaveLength(2)
    api.textsRead(tasks.map((task) => readAs(task, 'blåbær')))
    expect(counts().waiting).toBe(0)
    api.attachmentsStored([inVault(3, 3, name(7)), inRow(5, 5, 'lik')])
    expect(next()).toEqual({ tasks: [], linked: 2, more: true })
    expect(next().more).toBe(false)
    catchUp()
    expect(search('blåbær').rows.map((row) => row.id)).toEqual([5, 4, 3, 2, 1])
  })

  it('that are lost are not among them, and those of a letter deleted meanwhile leave no text', () => {
    fetch({ 1: [1], 2: [2] })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(2, 2, name(2))])
    api.vaultFileLost(name(1))
    const { tasks } = next()
    expect(tasks.map((task) => task.messageId)).toEqual([2])
    api.deleteHere([{ dialogId: dialog(2).dialogId, correspondenceId: fetched(2).correspondenceId, deletedAt: 5 }])
    api.textsRead(tasks.map((task) => readAs(task, 'hemmelig')))
    expect(texts()).toEqual([])
    expect(counts()).toEqual({ files: 0, waiting: 0, none: 0, unreadable: 0 })
  })
})

const texts = (): readonly unknown[] => {
  const db = openDatabase(mailPath(), mailName, key, { readonly: true })
  try {
    return db.prepare('SELECT state, kind, reason, pages, cut FROM file_text ORDER BY id').all()
  } finally {
    db.close()
  }
}

describe('texts that were read', () => {
  it('are found once all files of a message are read, and the hit says where', () => {
    fetch({ 1: [1, 2] })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(1, 2, name(2))])
    catchUp()
    const [first, second] = next().tasks
    const before = changeNo()
    api.textsRead(first === undefined ? [] : [readAs(first, 'side en', 'blåbær på side to')])
    // The index writes a message once, so it waits for the other file.
    expect(changeNo()).toBe(before)
    api.textsRead(second === undefined ? [] : [{ ...readAs(second), found: { state: 'none', pageCount: 3 } }])
    expect(changeNo()).toBe(before + 1)
    catchUp()
    expect(search('blåb').snippets[0]).toMatchObject({ where: 'attachment', attachmentId: first?.attachmentId, fileName: 'vedlegg-1.pdf', page: 2 })
    expect(counts()).toEqual({ files: 2, waiting: 0, none: 1, unreadable: 0 })
    expect(reading((reader) => reader.show(1))?.attachments.map((file) => file.text)).toEqual(['text', 'none'])
  })

  it('of a message one of whose files cannot be got at are found without it', () => {
    fetch({ 1: [1, 2] })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(1, 2, name(2))])
    const [first] = next().tasks
    api.textsRead(first === undefined ? [] : [readAs(first, 'blåbær')])
    api.textsPutOff([1])
    catchUp()
    expect(search('blåbær').rows).toHaveLength(1)
    expect(counts().waiting).toBe(1)
  })

  it('keep why there are none, or not all', () => {
    fetch({ 1: [1, 2] })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(1, 2, name(2))])
    const [first, second] = next().tasks
    if (first === undefined || second === undefined) throw new Error('two files')
    api.textsRead([{ ...readAs(first), found: { state: 'unreadable', reason: 'password' } }, { ...readAs(second), found: { state: 'text', pages: ['a'], pageCount: 10_000, cut: 'pages' } }])
    expect(texts()).toEqual([{ state: 'unreadable', kind: 'pdf', reason: 'password', pages: null, cut: 0 }, { state: 'text', kind: 'pdf', reason: 'pages', pages: 10_000, cut: 1 }])
    expect(counts().unreadable).toBe(1)
  })

  it('stay when the file is lost or gone, and go with the last letter that has them', () => {
    fetch({ 1: [1], 2: [2] })
    api.attachmentsStored([inVault(1, 1, name(1)), inVault(2, 2, name(1))])
    api.textsRead(next().tasks.map((task) => readAs(task, 'blåbær')))
    api.vaultFileLost(name(1))
    catchUp()
    expect(search('blåbær').rows).toHaveLength(2)
    const remove = (n: number): number => api.deleteHere([{ dialogId: dialog(n).dialogId, correspondenceId: fetched(n).correspondenceId, deletedAt: 5 }])
    remove(1)
    expect(texts()).toHaveLength(1)
    remove(2)
    expect(texts()).toEqual([])
    while (index.api.forget());
    expect(search('blåbær').rows).toEqual([])
  })
})

describe('the words of attachments in the index', () => {
  it('are each of them once, and every file gets its share of what is looked at', () => {
    expect(differentWords(['en to en\nto\ftre', 'fire en'])).toBe('en to tre fire')
    const long = Array.from({ length: 100 }, (_, n) => `a${String(n)}`).join(' ')
    expect(differentWords([long, 'siste'], 60)).toMatch(/^a0 a1 .* siste$/)
  })

  it('of many messages are written some at a time, and none is left out', () => {
    const numbers = Array.from({ length: 9 }, (_, n) => n + 1)
    fetch(Object.fromEntries(numbers.map((n) => [n, [n]])))
    api.attachmentsStored(numbers.map((n) => inVault(n, n, name(n))))
    const page = (n: number): string => `felles ${Array.from({ length: 100_000 }, (_, at) => `n${String(n)}x${String(at)}`).join(' ')}`.slice(0, 990_000)
    api.textsRead(next().tasks.map((task) => readAs(task, page(task.messageId))))
    catchUp()
    expect(search('felles').rows).toHaveLength(9)
    expect(index.api.position().changeNo).toBe(changeNo())
  })
})
