import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { osloMidnight } from '../../resources/locales/oslo-day.ts'
import { indexName, openIndex } from '../../main/store/index/index-db.ts'
import { mailName, openMail } from '../../main/store/mail/mail-db.ts'
import { pack } from '../../main/store/packed.ts'
import { openReader } from '../../main/store/reader/reader-db.ts'
import type { Clause } from '../../main/store/reader/search-query.ts'
import { understand } from '../../main/store/reader/search-query.ts'
import { openDatabase } from '../../main/store/sqlite.ts'
import { seeded } from '../harness/random.ts'
import { accountUuid, attachment, dialog, fetched, named, party, urn } from './mail/fixtures.ts'

const key = randomBytes(32)
const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-find-'))
const nowAt = Date.parse('2026-11-27T11:00:00Z')
const dayMs = 86_400_000
const calendar = { today: '2026-11-27', nowAt, startOf: (day: string) => osloMidnight(Date.parse(`${day}T12:00:00Z`), 0) }
const random = seeded(20_261_127)
const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One
const chance = (share: number): boolean => random() < share

const vocabulary = ['frist', 'for', 'svar', 'varelager', 'varelageret', 'fjernvarelager', 'fradrag', 'vedtak', 'å', 'på', 'krav', 'merverdiavgift', 'fristen', 'svarbrev']
const senders = [null, null, 'Skatteetaten', 'Statens vegvesen', 'Bergen kommune'] as const
const sentence = (): string => Array.from({ length: 3 + Math.floor(random() * 6) }, () => pick(vocabulary)).join(pick([' ', ', ', '\n', ' – ']))

interface Letter {
  readonly n: number
  readonly title: string
  readonly body: string | null
  readonly sender: string | null
  readonly org: string
  readonly party: number
  readonly sortAt: number
  readonly dueAt: number | null
  readonly needsConfirmation: boolean
  readonly confirmed: boolean
  readonly confidential: boolean
  readonly handled: boolean
  readonly opened: boolean
  readonly read: boolean
  readonly binned: boolean
  readonly archived: boolean
  readonly file: { readonly name: string; readonly text: string } | null
}

const count = 600
const letters: readonly Letter[] = Array.from({ length: count }, (_, n) => {
  const isFetched = chance(0.7)
  return {
    n: n + 1,
    title: sentence(),
    body: isFetched ? `<p>${sentence()}</p><p>**${sentence()}**</p>` : null,
    sender: pick(senders),
    org: pick(['skd', 'nav']),
    party: 1 + Math.floor(random() * 3),
    sortAt: nowAt - Math.floor(random() * 400) * dayMs,
    dueAt: chance(0.5) ? nowAt + Math.floor(random() * 60 - 30) * dayMs : null,
    needsConfirmation: isFetched && chance(0.3),
    confirmed: isFetched && chance(0.2),
    confidential: !isFetched && chance(0.3),
    handled: chance(0.2),
    opened: chance(0.3),
    read: isFetched && chance(0.3),
    binned: chance(0.1),
    archived: chance(0.1),
    file: isFetched && chance(0.4) ? { name: `${pick(vocabulary)}-${String(n)}.pdf`, text: `${sentence()}\f${sentence()}` } : null,
  }
})

let mail: ReturnType<typeof openMail>
let reader: ReturnType<typeof openReader>
/** The letter of each row. */
const byId = new Map<number, Letter>()

beforeAll(() => {
  const [mailPath, indexPath] = [join(folder, mailName), join(folder, indexName)]
  mail = openMail(mailPath, key, { runId: randomUUID(), previousRunId: null })
  mail.api.partiesAnswered(named([1, 2, 3].map((n) => ({ ...party(n), name: ['Nordlys Bakeri AS', 'Havørn Transport AS', 'Nordlys Regnskap AS'][n - 1] ?? '' })), 1))
  mail.api.applySearchPage({
    accountUuid, groupKey: 'g', parties: [1, 2, 3].map(urn), rejected: [], position: null, at: 1,
    dialogs: letters.map((one) => ({
      ...dialog(one.n), title: one.title, senderName: one.sender, org: one.org, party: urn(one.party), createdAt: one.sortAt, contentUpdatedAt: one.sortAt, updatedAt: one.sortAt, dueAt: one.dueAt,
      labels: [one.archived ? 'Archive' : one.binned ? 'Bin' : 'Default'], status: one.needsConfirmation ? 'RequiresAttention' : 'NotApplicable',
    })),
  })
  const raw = openDatabase(mailPath, mailName, key, {})
  raw.prepare(`INSERT OR REPLACE INTO owner (code, org_number, names) VALUES ('skd', '974761076', '{"nb":"Skatteetaten"}'), ('nav', '889640782', '{"nb":"NAV"}')`).run()
  const idOf = raw.prepare<[string], { id: number }>('SELECT id FROM message WHERE dialog_id = ?')
  for (const one of letters) byId.set(idOf.get(dialog(one.n).dialogId)?.id ?? 0, one)
  const withBody = [...byId].filter(([, one]) => one.body !== null)
  mail.api.storeFetched(withBody.map(([id, one]) => fetched(one.n, {
    messageId: id, recipient: urn(one.party), title: one.title, body: one.body ?? '', messageSender: one.sender, createdAt: one.sortAt, publishedAt: one.sortAt, requestedPublishAt: one.sortAt, dueAt: one.dueAt,
    needsConfirmation: one.needsConfirmation, confirmedAt: one.confirmed ? nowAt : null, readAt: one.read ? nowAt : null, attachments: one.file === null ? [] : [attachment(one.n, { fileName: one.file.name })],
  })))
  const set = raw.prepare('UPDATE message SET confidential = ?, handled_at = ?, opened_here_at = ?, archived = ?, binned = ?, settled = 0 WHERE id = ?')
  const addText = raw.prepare(`INSERT INTO file_text (content_key, state, kind, pages, characters, content, reader_version, read_at) VALUES (?, 'text', 'pdf', 2, ?, ?, 1, 1)`)
  const useText = raw.prepare('UPDATE attachment SET file_text_id = ? WHERE message_id = ?')
  for (const [id, one] of byId) {
    set.run(Number(one.confidential), one.handled ? nowAt : null, one.opened ? nowAt : null, Number(one.archived), Number(one.binned && !one.archived), id)
    if (one.file !== null) useText.run(addText.run(String(one.n), one.file.text.length, pack(one.file.text)).lastInsertRowid, id)
  }
  raw.close()
  const index = openIndex(indexPath, key, mailPath, key)
  while (index.api.catchUp('all'));
  index.close()
  // The text of attachments in the index, as it is written when it was read from the files.
  const words = openDatabase(indexPath, indexName, key, {})
  const rowOf = words.prepare<[number], { fts_rowid: number }>('SELECT fts_rowid FROM doc WHERE message_id = ?')
  for (const [id, one] of byId) {
    if (one.file === null) continue
    const row = rowOf.get(id)?.fts_rowid ?? 0
    words.prepare('DELETE FROM words WHERE rowid = ?').run(row)
    words.prepare('INSERT INTO words (rowid, title, body, sender, recipient, attachments) VALUES (?, ?, ?, ?, ?, ?)').run(row, one.title, (one.body ?? '').replace(/<[^<>]*>/g, ' '), one.sender ?? '', partyName(one), `${one.file.name} ${one.file.text}`)
  }
  words.close()
  reader = openReader(mailPath, key, { path: indexPath, key })
})
afterAll(() => {
  reader.close()
  mail.close()
  rmSync(folder, { recursive: true })
})

const partyName = (one: Letter): string => `${['Nordlys Bakeri AS', 'Havørn Transport AS', 'Nordlys Regnskap AS'][one.party - 1] ?? ''} r${String(one.party)}r`

/** The same rules once more, over words in a row. */
const tokens = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
function inText(text: string, clause: Extract<Clause, { kind: 'text' }>): boolean {
  const there = tokens(text)
  const wanted = clause.words.map((word) => word.toLowerCase())
  const begins = (token: string, word: string): boolean => (word.length === 1 ? token === word : token.startsWith(word))
  if (clause.phrase === null) return wanted.every((word) => there.some((token) => begins(token, word)))
  return there.some((_, at) => wanted.every((word, n) => (clause.phrase === 'open' && n === wanted.length - 1 ? begins(there[at + n] ?? '', word) : there[at + n] === word)))
}
const senderOf = (one: Letter): string => one.sender ?? (one.org === 'skd' ? 'Skatteetaten' : 'NAV')

function holds(one: Letter, clause: Clause): boolean {
  switch (clause.kind) {
    case 'has':
      return (clause.what === 'due' ? one.dueAt !== null : one.file !== null) !== clause.not
    case 'overdue':
      return (one.dueAt !== null && one.dueAt < clause.at && !one.confirmed && !one.handled && !one.archived && !one.binned) !== clause.not
    case 'range': {
      const at = clause.field === 'due' ? one.dueAt : one.sortAt
      return (at !== null && (clause.from === null || at >= clause.from) && (clause.before === null || at < clause.before)) !== clause.not
    }
    case 'status': {
      const isPlaced = !one.archived && !one.binned
      const is = {
        unread: !one.read && !one.opened && isPlaced, read: one.read || one.opened, 'to-confirm': one.needsConfirmation && !one.confirmed && (one.archived || !one.binned), confirmed: one.confirmed,
        reported: false, handled: one.handled, 'not-handled': !one.handled, inbox: isPlaced, archive: one.archived, bin: one.binned && !one.archived, 'only-in-altinn': one.body === null, fetched: one.body !== null,
        confidential: one.confidential, removed: false,
      }
      return is[clause.status] !== clause.not
    }
    case 'text': {
      const title = one.confidential ? '' : one.title
      const body = (one.body ?? '').replace(/<[^<>]*>/g, ' ')
      const file = one.file === null ? [] : [one.file.name, one.file.text]
      const any = [title, body, one.sender ?? '', partyName(one), ...file]
      const texts = { any, from: [senderOf(one)], to: [partyName(one), urn(one.party)], title: [title], attachment: file }[clause.field]
      const isPhrase = clause.phrase !== null && clause.words.length > 1
      return (isPhrase || clause.field === 'from' ? texts.some((text) => inText(text, clause)) : inText(texts.join(' . '), clause)) !== clause.not
    }
  }
}

const bySense = (text: string): readonly number[] => {
  const clauses = understand(text, [], calendar).parts.map(({ clause }) => clause)
  return [...byId].filter(([, one]) => clauses.every((clause) => holds(one, clause))).map(([id]) => id)
}

/** Every hit, page by page. */
function found(text: string, limit = 50, more: { readonly party?: string; readonly handled?: boolean } = {}): readonly number[] {
  const asked = understand(text, [], calendar)
  const ids: number[] = []
  let before: Parameters<typeof reader.api.search>[0]['before']
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = reader.api.search({ text, asked, limit, ...more, ...(before === undefined ? {} : { before }) })
    ids.push(...page.rows.map(({ id }) => id))
    if (page.next === null) return ids
    before = page.next
  }
  throw new Error('There is no end')
}
const sorted = (ids: readonly number[]): readonly number[] => [...ids].sort((a, b) => a - b)

const words = ['varelager', 'fra', 'svar', 'frist', 'å', 'merverdiavg', '"frist for svar"', '"frist for"', '"varelager"', '"for sv', 'tittel:krav', 'vedlegg:vedtak', 'vedlegg:"frist for"', 'tittel:"for svar"', 'fjernvarelager']
const without = ['-krav', '-"frist for"', '-fradrag', '-tittel:svar', '-fra:NAV', '-status:ulest', '-har:vedlegg', '-til:Havørn', '-frist:utgått', '-vedlegg:krav']
const others = [
  'fra:Skatteetaten', 'fra:nav', 'fra:"Statens vegv', 'fra:Bergen', 'til:Nordlys', 'til:"Havørn Transport"', 'til:310000003', 'har:vedlegg', 'har:frist', 'frist:utgått', 'frist:denne uken', 'frist:neste uke', 'frist:<1.12.2026', 'frist:ingen', 'status:ulest', 'status:lest',
  'status:må bekreftes', 'status:bekreftet', 'status:behandlet', 'status:arkiv', 'status:papirkurv', 'status:innboks', 'status:bare i altinn', 'status:taushetsbelagt', 'dato:2026-10', 'siden:1.9.2026', 'før:1.3.2026',
]

describe('a search', () => {
  it.each([...words, ...without, ...others])('for %s finds what it means, and nothing else', (text) => {
    expect(sorted(found(text))).toEqual(sorted(bySense(text)))
  })

  it('of several conditions at random finds what they mean together', () => {
    let hits = 0
    for (let n = 0; n < 200; n += 1) {
      const text = [...(chance(0.6) ? [pick(words)] : []), ...(chance(0.4) ? [pick(words)] : []), ...(chance(0.4) ? [pick(without)] : []), ...(chance(0.6) ? [pick(others)] : []), ...(chance(0.2) ? [pick(others)] : [])].join(' ')
      // A quote that is not closed would take in what comes after it.
      const closed = text.replace(/("[^" ]* [^" ]*)$|("for sv) /, '$1$2" ').trim()
      if (closed === '') continue
      const expected = bySense(closed)
      hits += expected.length
      expect([closed, sorted(found(closed, pick([3, 50, 700])))]).toEqual([closed, sorted(expected)])
    }
    expect(hits).toBeGreaterThan(1000)
  })

  it.each(['varelager', 'frist:utgått', 'har:vedlegg', 'status:må bekreftes', '"frist for"', 'varelager status:lest', '-krav'])('for %s comes newest first, each once, also in small pages', (text) => {
    const ids = found(text, 7)
    const times = ids.map((id) => byId.get(id)?.sortAt ?? 0)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(7)
  })

  it('stays within a recipient, and with what is done with', () => {
    for (const text of ['varelager', 'frist:utgått', 'har:vedlegg', '"frist for"', '-krav', 'til:Nordlys']) {
      expect(sorted(found(text, 50, { party: urn(1) }))).toEqual(sorted(bySense(text).filter((id) => byId.get(id)?.party === 1)))
      expect(sorted(found(text, 50, { handled: true }))).toEqual(sorted(bySense(text).filter((id) => byId.get(id)?.handled === true)))
      expect(found(text, 50, { party: 'urn:altinn:nobody' })).toEqual([])
    }
  })

  it('counts what it finds', () => {
    for (const text of ['varelager', 'frist:utgått', 'status:ulest', '"frist for"', 'varelager -krav', 'fra:Skatteetaten krav']) {
      expect(reader.api.searchCount({ text, asked: understand(text, [], calendar) }, 1000)).toEqual({ total: bySense(text).length, stopped: false })
    }
  })

  it('tells no word of confidential mail that is only in Altinn', () => {
    const hidden = [...byId].filter(([, one]) => one.confidential)
    expect(hidden.length).toBeGreaterThan(10)
    for (const text of ['varelager', 'tittel:krav', '"frist for"', 'frist for svar']) for (const [id] of hidden) expect(found(text)).not.toContain(id)
    // As if it held no words at all: what must not be there is not there.
    const rows = reader.api.search({ text: 'status:taushetsbelagt -"frist for" -krav', limit: 700 })
    expect(rows.rows).toHaveLength(hidden.length)
    expect(rows.rows.every(({ title, summary }) => title === null && summary === null)).toBe(true)
    expect(rows.snippets.every(({ text }) => text === '')).toBe(true)
  })

  it('for nothing finds nothing', () => {
    for (const text of ['', '  ', '"', '-', 'fra:']) expect(found(text)).toEqual([])
  })
})

describe('a compound', () => {
  const hint = (text: string) => {
    for (let n = 0; n < 200; n += 1) {
      const { words: told, isDone } = reader.api.searchHint({ text })
      if (isDone) return told
    }
    throw new Error('The vocabulary has no end')
  }
  it('is told where the word is its end or its middle, and finds something', () => {
    expect(hint('varelager')).toEqual([{ word: 'fjernvarelager', at: [0, 9] }])
    expect(hint('krav lager')).toEqual(expect.arrayContaining([{ word: 'varelager', at: [5, 10] }]))
    expect(hint('avgift')).toEqual([{ word: 'merverdiavgift', at: [0, 6] }])
  })
  it('is not told for short words, phrases, fields, what must not be there, nor where it would find nothing', () => {
    for (const text of ['lag', '"avgift"', 'tittel:avgift', '-avgift krav', 'finnesikke', 'avgift finnesikke', 'merverdi']) expect(hint(text)).toEqual([])
  })
})
