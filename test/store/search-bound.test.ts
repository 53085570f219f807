import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mailName, openMail } from '../../main/store/mail/mail-db.ts'
import { openReader } from '../../main/store/reader/reader-db.ts'
import { lookedAtForAPage } from '../../main/store/reader/search-find.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { accountUuid, dialog, urn } from './mail/fixtures.ts'

const key = randomBytes(32)
const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-bound-'))
const more = 5000
let reader: ReturnType<typeof openReader>

beforeAll(() => {
  const path = join(folder, mailName)
  const mail = openMail(path, key, { runId: randomUUID(), previousRunId: null })
  mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs: [dialog(1)], rejected: [], position: null, at: 1 })
  const raw = openDatabase(path, mailName, key, {})
  // Many letters, of which only the oldest has an attachment.
  raw.prepare(`
    INSERT INTO message (kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 'correspondence', 'found', m.party_id, 'r', 'Brev', 3, m.sort_at + i * 60000, 1, 100, 100 FROM n, message m WHERE m.dialog_id IS NOT NULL`).run(lookedAtForAPage + more)
  raw.prepare('UPDATE message SET attachment_count = 1 WHERE dialog_id IS NOT NULL').run()
  raw.close()
  mail.close()
  reader = openReader(path, key, { path: join(folder, 'none.db'), key })
})
afterAll(() => {
  reader.close()
  rmSync(folder, { recursive: true })
})

it('a search that finds little ends after so many, says so, and goes on when it is asked to', () => {
  const page = reader.api.search({ text: 'har:vedlegg', limit: 50 })
  expect(page).toMatchObject({ rows: [], total: null })
  expect(page.stopped?.looked).toBeGreaterThanOrEqual(lookedAtForAPage)
  expect(page.stopped?.looked).toBeLessThan(lookedAtForAPage + more)
  expect(page.next).not.toBeNull()
  const further = reader.api.search({ text: 'har:vedlegg', limit: 50, ...(page.next === null ? {} : { before: page.next }) })
  expect(further.rows).toHaveLength(1)
  expect(further).toMatchObject({ next: null, stopped: null })
  expect(further.rows[0]?.sortAt).toBeLessThan(page.stopped?.reachedAt ?? 0)
  expect(reader.api.searchCount({ text: 'har:vedlegg' }, 1000)).toEqual({ total: 0, stopped: true })
})

it('one that finds much ends with its page', () => {
  const page = reader.api.search({ text: '-har:vedlegg', limit: 50 })
  expect(page.rows).toHaveLength(50)
  expect(page).toMatchObject({ total: null, stopped: null })
})

it('without an index words find nothing, and the rest does', () => {
  expect(reader.api.search({ text: 'brev', limit: 50 })).toMatchObject({ rows: [], next: null })
  expect(reader.api.search({ text: 'status:ulest', limit: 5 }).rows).toHaveLength(5)
  expect(reader.api.searchHint({ text: 'brev' })).toEqual({ words: [], isDone: true })
})
