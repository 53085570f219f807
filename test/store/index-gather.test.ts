import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { indexName, openIndex } from '../../main/store/index/index-db.ts'
import { mailName, openMail } from '../../main/store/mail/mail-db.ts'
import { openReader } from '../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { accountUuid, dialog, urn } from './mail/fixtures.ts'

const key = randomBytes(32)
let folder = ''
let mail: ReturnType<typeof openMail>
let index: ReturnType<typeof openIndex>
const paths = () => [join(folder, mailName), join(folder, indexName)] as const

function open(): void {
  const [mailPath, indexPath] = paths()
  mail = openMail(mailPath, key, { runId: randomUUID(), previousRunId: null })
  index = openIndex(indexPath, key, mailPath, key)
}
function close(): void {
  index.close()
  mail.close()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-gather-'))
  open()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true })
})

/** Letters `from` to `to`, every seventh about a word of its own. */
function come(from: number, to: number): void {
  const dialogs = Array.from({ length: to - from }, (_, n) => ({ ...dialog(from + n), ...((from + n) % 7 === 0 ? { title: `Varsel om skatt ${String(from + n)}` } : {}) }))
  mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs, rejected: [], position: null, at: 1 })
  while (index.api.catchUp());
}

/** Parts that a search goes through. */
function segments(): number {
  const db = openDatabase(paths()[1], indexName, key, { readonly: true })
  try {
    return db.prepare<[], { n: number }>('SELECT count(DISTINCT id >> 37) AS n FROM words_data WHERE id > 10').get()?.n ?? 0
  } finally {
    db.close()
  }
}

/** Titles found, newest first. */
function found(text: string): readonly string[] {
  const [path, indexPath] = paths()
  const reader = openReader(path, key, { path: indexPath, key })
  try {
    return reader.api.search({ text, limit: 1000 }).rows.map(({ title }) => title ?? '')
  } finally {
    reader.close()
  }
}

describe('the parts of the index', () => {
  it('are written together once it has grown, also when that is broken off, and hits stay what they were', () => {
    for (let from = 0; from < 5600; from += 700) come(from, from + 700)
    const before = found('varsel skatt')
    expect(before).toHaveLength(800)
    expect(segments()).toBeGreaterThan(1)
    expect(index.api.gather()).toBe(true)
    expect(index.api.gather()).toBe(true)
    close()
    open()
    // Letters that come in between are found as well, whether or not they are written together.
    come(5600, 5601)
    while (index.api.gather());
    expect(segments()).toBeLessThanOrEqual(2)
    expect(found('varsel skatt')).toEqual(['Varsel om skatt 5600', ...before])
  })

  it('stay as they are while little has come', () => {
    come(0, 1000)
    expect(index.api.gather()).toBe(false)
  })
})
