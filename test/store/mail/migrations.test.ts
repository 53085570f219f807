import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openMail } from '../../../main/store/mail/mail-db.ts'
import { mailMigrations } from '../../../main/store/mail/schema.ts'
import { migrate } from '../../../main/store/migrate.ts'
import { pack, unpack } from '../../../main/store/packed.ts'
import { views } from '../../../main/store/reader/list.ts'
import { openReader } from '../../../main/store/reader/reader-db.ts'
import { openDatabase } from '../../../main/store/sqlite.ts'
import { seeded } from '../../harness/random.ts'

const key = randomBytes(32)
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-migrations-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const run = { runId: randomUUID(), previousRunId: null }

describe('a mail.db of version 1', () => {
  it('keeps its letters, originals and files, packed', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, 1))
    const [dialogId, correspondenceId, attachmentId] = [randomUUID(), randomUUID(), randomUUID()]
    const body = `# Vedtak\n\n${'Vi viser til søknaden din. '.repeat(40)}`
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, 'urn:altinn:organization:identifier-no:312345678', '', 'Bedrift', 'organisation', 0, 0)`)
    old.prepare(`INSERT INTO message (id, dialog_id, correspondence_id, kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no)
      VALUES (7, ?, ?, 'correspondence', 'fetched', 1, 'skd', 'Vedtak', 3, 1000, 1000, 1, 1)`).run(dialogId, correspondenceId)
    old.prepare(`INSERT INTO body (message_id, body, sender, recipient, requested_publish_at, allow_forwarding, reply_options, property_list, via, version) VALUES (7, ?, 's', 'r', 1, 0, '[]', '{}', 'overview', 'v')`).run(body)
    old.prepare(`INSERT INTO original (message_id, source, sha256, received_at, account_uuid, text) VALUES (7, 'overview', ?, 1, 'a', '{"x":1}')`).run('ab'.repeat(32))
    old.prepare(`INSERT INTO attachment (message_id, attachment_id, position, file_name, data_type, service_status, encrypted, created_at, state, bytes) VALUES (7, ?, 0, 'a.pdf', 'application/pdf', 'Published', 0, 1, 'stored', 1234)`).run(attachmentId)
    old.close()

    openMail(path, key, run).close()
    const reader = openReader(path, key, { path: join(folder, 'index.db'), key })
    expect(reader.api.show(7)).toMatchObject({ title: 'Vedtak', body, correspondenceId })
    expect(reader.api.keptBytes()).toBe(1234)
    reader.close()
    const now = openDatabase(path, 'mail.db', key)
    const original = now.prepare<[], { sha256: Buffer; content: Buffer }>('SELECT sha256, content FROM original').get()
    expect(original?.sha256.toString('hex')).toBe('ab'.repeat(32))
    expect(unpack(original?.content ?? Buffer.alloc(0))).toBe('{"x":1}')
    now.close()
  })
})

describe('a mail.db of version 2', () => {
  it('counts what is handled, archived and binned, and no longer waits for what others confirmed', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, 2))
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, 'urn:altinn:organization:identifier-no:312345678', '', 'Bedrift', 'organisation', 0, 0)`)
    const add = old.prepare<[string, number, number | null, number, number]>(`INSERT INTO message (dialog_id, correspondence_id, kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no,
      needs_confirmation, handled_at, archived, binned) VALUES (?, lower(hex(randomblob(16))), 'correspondence', 'fetched', 1, 'skd', 'Brev', 3, 1000, 1000, 1, 1, ?, ?, ?, ?)`)
    const settled = randomUUID()
    add.run(settled, 1, null, 0, 0)
    add.run(randomUUID(), 1, 500, 0, 0)
    add.run(randomUUID(), 0, null, 1, 0)
    add.run(randomUUID(), 0, 600, 0, 1)
    old.prepare(`INSERT INTO dialog (dialog_id, party_id, resource, org, kind, created_at, updated_at, updated_at_text, content_updated_at, status, labels, revision, is_api_only, transmissions_count, change_no)
      VALUES (?, 1, 'skd', 'skd', 'correspondence', 1, 1, '', 1, 'NotApplicable', '[]', '', 0, 0, 1)`).run(settled)
    old.close()

    openMail(path, key, run).close()
    const now = openDatabase(path, 'mail.db', key)
    expect(now.prepare('SELECT messages, to_confirm, handled, archived, binned FROM party_count').get()).toEqual({ messages: 2, to_confirm: 1, handled: 2, archived: 1, binned: 1 })
    now.exec('DELETE FROM message')
    expect(now.prepare('SELECT messages, to_confirm, handled, archived, binned FROM party_count').get()).toEqual({ messages: 0, to_confirm: 0, handled: 0, archived: 0, binned: 0 })
    now.close()
  })
})

describe('a mail.db of version 3', () => {
  it('counts what presses, of all and of one recipient, without touching a row', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, 3))
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, 'urn:one', 'a', 'En', 'organisation', 0, 0), (2, 'urn:two', 'b', 'To', 'organisation', 0, 0)`)
    const add = old.prepare<[number, number | null, number, number | null]>(`INSERT INTO message (dialog_id, kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no,
      due_at, needs_confirmation, handled_at) VALUES (lower(hex(randomblob(16))), 'correspondence', 'fetched', ?, 'skd', 'Brev', 3, 1000, 1000, 1, 1, ?, ?, ?)`)
    for (const [party, due, confirm, handled] of [[1, 50, 1, null], [1, 150, 1, null], [1, 300, 0, null], [2, 50, 0, null], [2, 50, 1, 60], [2, null, 1, null], [2, null, 0, null]] as const) add.run(party, due, confirm, handled)
    old.close()

    openMail(path, key, run).close()
    const reader = openReader(path, key, { path: join(folder, 'index.db'), key })
    const moments = { nowAt: 100, soonBefore: 200, todayFrom: 900 }
    expect(reader.api.counts(moments, null)).toMatchObject({ inbox: 7, newToday: 7, needsConfirmation: { count: 4, late: 2, soon: 1 }, due: { count: 4, late: 2, soon: 1 } })
    expect(reader.api.counts(moments, 'urn:one')).toMatchObject({ inbox: 3, newToday: 3, needsConfirmation: { count: 2, late: 1, soon: 1 }, due: { count: 3, late: 1, soon: 1 } })
    expect(reader.api.counts(moments, 'urn:two')).toMatchObject({ inbox: 4, newToday: 4, needsConfirmation: { count: 2, late: 1, soon: 0 }, due: { count: 1, late: 1, soon: 0 } })
    expect(reader.api.counts(moments, 'urn:nobody')).toMatchObject({ inbox: 0, newToday: 0, needsConfirmation: { count: 0 }, due: { count: 0 } })
    reader.close()
    const now = openDatabase(path, 'mail.db', key)
    const plan = now.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT party_id, count(*) FROM message m INDEXED BY message_due WHERE ${views.due.where} GROUP BY party_id`).all().map(({ detail }) => detail)
    expect(plan[0]).toContain('COVERING INDEX message_due')
    now.close()
  })
})

describe('a mail.db of version 5', () => {
  it('counts what is due, and keeps counting it through every change of a letter', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, 5))
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, 'urn:one', 'a', 'En', 'organisation', 0, 0), (2, 'urn:two', 'b', 'To', 'organisation', 0, 0)`)
    const random = seeded(3)
    const columns = { due_at: () => [null, 50, 150, 300][Math.floor(random() * 4)], confirmed_at: () => (random() < 0.2 ? 7 : null), settled: () => Number(random() < 0.2), handled_at: () => (random() < 0.2 ? 7 : null), archived: () => Number(random() < 0.2), binned: () => Number(random() < 0.1), needs_confirmation: () => Number(random() < 0.5), party_id: () => 1 + Math.floor(random() * 2) } as const
    const names = Object.keys(columns) as (keyof typeof columns)[]
    const add = old.prepare(`INSERT INTO message (dialog_id, kind, state, resource, title, title_level, sort_at, created_at, born_change_no, change_no, ${names.join(', ')})
      VALUES (lower(hex(randomblob(16))), 'correspondence', 'fetched', 'skd', 'Brev', 3, 1000, 1000, 1, 1, ${names.map(() => '?').join(', ')})`)
    for (let n = 0; n < 300; n += 1) add.run(...names.map((name) => columns[name]()))
    old.close()

    openMail(path, key, run).close()
    const now = openDatabase(path, 'mail.db', key)
    const moments = { nowAt: 100, soonBefore: 200, todayFrom: 900 }
    const asRowsSay = (party: string | null) => {
      const pressing = (where: string) => now.prepare(`SELECT count(*) AS count, count(*) FILTER (WHERE due_at < 100) AS late, count(*) FILTER (WHERE due_at >= 100 AND due_at < 200) AS soon
        FROM message WHERE confirmed_at IS NULL AND settled = 0 AND binned = 0 AND ${where} AND (@party IS NULL OR party_id = (SELECT id FROM party WHERE urn = @party))`).get({ party })
      return { needsConfirmation: pressing('needs_confirmation = 1'), due: pressing('due_at IS NOT NULL AND handled_at IS NULL AND archived = 0') }
    }
    const change = () => {
      const name = names[Math.floor(random() * names.length)] ?? 'due_at'
      now.prepare(`UPDATE message SET ${name} = ? WHERE id = ?`).run(columns[name](), 1 + Math.floor(random() * 300))
    }
    for (let round = 0; round < 20; round += 1) {
      const reader = openReader(path, key, { path: join(folder, 'index.db'), key })
      for (const party of [null, 'urn:one', 'urn:two']) expect(reader.api.counts(moments, party)).toMatchObject(asRowsSay(party))
      reader.close()
      for (let n = 0; n < 30; n += 1) change()
      now.prepare('DELETE FROM message WHERE id = ?').run(round + 1)
    }
    now.close()
  })
})

describe('a mail.db of version 6', () => {
  it('has every file that is here still to be read, newest first, and counts them', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, 6))
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, 'urn:one', 'a', 'En', 'organisation', 0, 0)`)
    old.exec(`INSERT INTO message (id, dialog_id, kind, state, party_id, resource, title, title_level, sort_at, created_at, born_change_no, change_no)
      VALUES (7, 'd', 'correspondence', 'fetched', 1, 'skd', 'Brev', 3, 1000, 1000, 1, 1)`)
    const add = old.prepare(`INSERT INTO attachment (message_id, attachment_id, position, file_name, data_type, service_status, encrypted, created_at, state, vault_name, stored_at, bytes) VALUES (7, ?, 0, 'a.pdf', '', '', 0, 1, 'wanted', ?, ?, 5)`)
    for (const [id, at] of [['x', 10], ['y', 30], ['z', 20]] as const) add.run(id, id.repeat(64), at)
    old.exec(`UPDATE attachment SET state = 'stored' WHERE attachment_id <> 'z'`)
    old.close()

    const { api, close } = openMail(path, key, run)
    expect(api.nextTexts({ first: [], leftOut: [], limit: 9 }).tasks.map((task) => task.attachmentId)).toEqual(['y', 'x'])
    close()
    const reader = openReader(path, key, { path: join(folder, 'index.db'), key })
    expect(reader.api.textCounts()).toEqual({ files: 2, waiting: 2, none: 0, unreadable: 0 })
    reader.close()
  })
})

describe.each([1, 2, 3, 4, 5, 6, 7])('a mail.db of version %i', (version) => {
  it('knows whom it could act for as Dialogporten named them, and tells nothing of what was lost before', () => {
    const path = join(folder, 'mail.db')
    const old = openDatabase(path, 'mail.db', key)
    migrate(old, 'mail.db', mailMigrations.slice(0, version))
    const [account, uuid] = [randomUUID(), randomUUID()]
    const urn = 'urn:altinn:organization:identifier-no:312345678'
    old.exec(`INSERT INTO party (id, urn, uuid, name, kind, is_deleted, heading_only) VALUES (1, '${urn}', '${uuid}', 'En', 'organisation', 0, 0), (2, 'urn:two', 'b', 'To', 'organisation', 0, 0), (3, 'urn:three', '', 'Tre', 'person', 0, 0)`)
    const add = old.prepare('INSERT INTO account_party (account_uuid, party_id, current, first_seen_at, lost_at) VALUES (?, ?, ?, ?, ?)')
    add.run(account, 1, 1, 100, null)
    add.run(account, 2, 0, 100, 200)
    old.close()

    const { api, close } = openMail(path, key, run)
    expect(api.parties(account).map((row) => [row.urn, row.current])).toEqual([[urn, true], ['urn:two', false]])
    expect(api.untoldLosses()).toEqual([])
    // The first answer of access management is no comparison with what Dialogporten said.
    const named = { uuid: randomUUID(), urn: 'urn:altinn:organization:identifier-no:312345679', name: 'Ny', kind: 'organisation' as const, parentUrn: null, isDeleted: false, headingOnly: false }
    expect(api.partiesAnswered({ accountUuid: account, source: 'access-management', parties: [named], at: 300, believeShrunkMs: 0 }).removed).toEqual([])
    expect(api.partiesAnswered({ accountUuid: account, source: 'access-management', parties: [named], at: 400, believeShrunkMs: 0 }).removed).toEqual([urn])
    close()
    const reader = openReader(path, key, { path: join(folder, 'index.db'), key })
    expect(reader.api.coverageFacts('urn:two').accesses).toMatchObject([{ current: false, lostAt: 200, loss: { kind: 'gone', since: 200, seen: true } }])
    reader.close()
  })
})

describe('packed texts', () => {
  it.each(['', 'å', 'kort', 'ærlig øl på åsen 🦌 '.repeat(500), randomBytes(3000).toString('latin1')])('come back as they were', (text) => {
    expect(unpack(pack(text))).toBe(text)
  })

  it('of letters are far smaller', () => {
    const text = 'Vi viser til vedtaket. Du kan klage innen tre uker. '.repeat(20)
    expect(pack(text).length).toBeLessThan(text.length / 3)
  })

  it('in a form of a newer program are refused', () => {
    expect(() => unpack(Buffer.from([9, 1, 2]))).toThrow(RangeError)
  })
})
