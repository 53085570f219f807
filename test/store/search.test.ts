import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexName, openIndex } from '../../main/store/index/index-db.ts'
import { mailName, openMail } from '../../main/store/mail/mail-db.ts'
import { openReader } from '../../main/store/reader/reader-db.ts'
import { accountUuid, dialog, urn } from './mail/fixtures.ts'

const key = randomBytes(32)
const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-search-'))
let mail: ReturnType<typeof openMail>
let reader: ReturnType<typeof openReader>

/** Sixty forms of one long word, which are too many to be looked for one by one. */
const many = Array.from({ length: 60 }, (_, n) => `regnskapsfører${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + Math.floor(n / 26))}`)
const titles = ['Varelager', 'VARELAGERET i dag', 'varelagerets verdi', 'Varelag', 'Varelister', 'Lån å betale', 'Ål og sild', 'Å', ...many.map((word) => `Om ${word}`)]

beforeAll(() => {
  const [mailPath, indexPath] = [join(folder, mailName), join(folder, indexName)]
  mail = openMail(mailPath, key, { runId: randomUUID(), previousRunId: null })
  mail.api.applySearchPage({ accountUuid, groupKey: 'g', parties: [urn(1)], dialogs: titles.map((title, n) => ({ ...dialog(n + 1), title })), rejected: [], position: null, at: 1 })
  const index = openIndex(indexPath, key, mailPath, key)
  while (index.api.catchUp('all'));
  index.close()
  reader = openReader(mailPath, key, { path: indexPath, key })
})
afterAll(() => {
  reader.close()
  mail.close()
  rmSync(folder, { recursive: true })
})

const found = (text: string): readonly string[] => reader.api.search({ text, limit: 100 }).rows.map(({ title }) => title ?? '').sort()

describe('a word that is searched for', () => {
  it.each([
    ['vare', ['VARELAGERET i dag', 'Varelag', 'Varelager', 'Varelister', 'varelagerets verdi']],
    ['varela', ['VARELAGERET i dag', 'Varelag', 'Varelager', 'varelagerets verdi']],
    ['Varelage', ['VARELAGERET i dag', 'Varelager', 'varelagerets verdi']],
    ['VARELAGERET', ['VARELAGERET i dag', 'varelagerets verdi']],
    ['varelagerets', ['varelagerets verdi']],
    ['varelageretsx', []],
    ['varelageret verdi', ['varelagerets verdi']],
    ['verdi varelageret sild', []],
  ])('as %s is found in every word that begins so', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  it('is found in more forms than are looked for one by one', () => {
    expect(found('regnskapsfører')).toHaveLength(60)
    expect(found('regnskapsføreraa')).toEqual(['Om regnskapsføreraa'])
  })

  it('of one letter is that letter', () => {
    expect(found('å')).toEqual(['Lån å betale', 'Å'])
    expect(found('ål')).toEqual(['Ål og sild'])
  })
})

describe('hits', () => {
  it('are counted by the page that holds them all, else when that is asked for', () => {
    expect(reader.api.search({ text: 'regnskap', limit: 60 }).total).toBe(60)
    const page = reader.api.search({ text: 'regnskap', limit: 50 })
    expect([page.rows.length, page.total]).toEqual([50, null])
    expect(reader.api.search({ text: 'regnskap', limit: 50, ...(page.next === null ? {} : { before: page.next }) })).toMatchObject({ total: null, next: null })
    expect(reader.api.searchCount({ text: 'regnskap' }, 1000)).toEqual({ total: 60, stopped: false })
    expect(reader.api.searchCount({ text: 'regnskap' }, 20)).toEqual({ total: 20, stopped: false })
    expect(reader.api.searchCount({ text: 'regnskap', party: urn(1) }, 1000)).toEqual({ total: 60, stopped: false })
    expect(reader.api.searchCount({ text: 'regnskap', party: 'urn:nobody' }, 1000)).toEqual({ total: 0, stopped: false })
    expect(reader.api.searchCount({ text: '' }, 1000)).toEqual({ total: 0, stopped: false })
  })

  it('done with and the others are counted apart', () => {
    const [first, second] = reader.api.search({ text: 'regnskap', limit: 2 }).rows
    const at = (dialogId: string | null | undefined) => ({ dialogId: dialogId ?? null, correspondenceId: null, handledAt: 5 })
    mail.api.mirror([at(first?.dialogId), at(second?.dialogId)], null)
    expect(reader.api.searchCount({ text: 'regnskap', handled: true }, 1000)).toEqual({ total: 2, stopped: false })
    expect(reader.api.searchCount({ text: 'regnskap', handled: false }, 1000)).toEqual({ total: 58, stopped: false })
    expect(reader.api.searchCount({ text: 'regnskap', handled: false }, 10)).toEqual({ total: 10, stopped: false })
    expect(reader.api.search({ text: 'regnskap', handled: true, limit: 10 }).total).toBe(2)
  })
})
