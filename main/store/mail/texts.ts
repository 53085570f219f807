import { createHash } from 'node:crypto'
import { pack } from '../packed.ts'
import { atomic, type Db } from '../sqlite.ts'
import type { Meta } from './meta.ts'

/** Pages of a text stand behind each other, parted by this; no page holds it. */
export const pageMark = '\f'

/** Number of the readers that made a text: one that reads more of the same files gets the next, and says in a migration which of them it reads again. */
const readerVersion = 1

/** A file that is here and whose text nobody has read. */
export interface TextTask {
  /** Its content's: the same for every attachment that holds the same. */
  readonly key: string
  readonly messageId: number
  readonly attachmentId: string
  readonly vaultName: string | null
  /** A small file's content. */
  readonly content: Uint8Array | null
  readonly bytes: number
}

/** What was found in a file. */
export interface ReadText {
  readonly key: string
  readonly messageId: number
  readonly attachmentId: string
  readonly kind: string
  readonly found:
    | { readonly state: 'text'; readonly pages: readonly string[]; readonly pageCount: number; readonly cut: string | null }
    | { readonly state: 'none'; readonly pageCount: number }
    | { readonly state: 'unreadable'; readonly reason: string }
  readonly at: number
}

/** Texts of attachments. Part of the writer of mail.db. */
export interface TextApi {
  /**
   * Files to read: first those of some messages, then those that came last. A file whose content was read before gets that
   * text at once. @param leftOut keys of contents that are not to be next
   * @returns `more` is false when nothing is left; without tasks it may be true
   */
  nextTexts(query: { readonly first: readonly number[]; readonly leftOut: readonly string[]; readonly limit: number }): { readonly tasks: readonly TextTask[]; readonly linked: number; readonly more: boolean }
  /** Keeps texts with every attachment of the same content, and has the index write again the messages whose files are all read. */
  textsRead(texts: readonly ReadText[]): void
  /** Files that cannot be read for now: what was read of the same messages is to be found without waiting for them. */
  textsPutOff(messageIds: readonly number[]): void
}

interface UnreadRow {
  message_id: number
  attachment_id: string
  vault_name: string | null
  content: Buffer | null
  bytes: number | null
}

/** The name of the content alone: a place may go on with a dot and the pack it stands in (vault/place.ts). */
const nameOf = (vaultName: string): string => vaultName.split('.', 1)[0] ?? vaultName

const keyOf = (row: UnreadRow): string => (row.vault_name === null ? `row:${createHash('sha256').update(row.content ?? '').digest('hex')}` : `vault:${nameOf(row.vault_name)}`)

export function textApi(db: Db, meta: Meta): TextApi {
  const columns = 'message_id, attachment_id, vault_name, content, bytes'
  const unread = `state = 'stored' AND file_text_id IS NULL`
  const ofMessages = db.prepare<[string], UnreadRow>(`SELECT ${columns} FROM attachment WHERE message_id IN (SELECT value FROM json_each(?)) AND ${unread} ORDER BY message_id DESC, position`)
  const newest = db.prepare<[number], UnreadRow>(`SELECT ${columns} FROM attachment WHERE ${unread} ORDER BY stored_at DESC LIMIT ?`)
  const known = db.prepare<[string], { id: number }>('SELECT id FROM file_text WHERE content_key = ?')
  const insert = db.prepare(`
    INSERT INTO file_text (content_key, state, kind, reason, pages, characters, cut, content, reader_version, read_at)
    VALUES (@key, @state, @kind, @reason, @pages, @characters, @cut, @content, ${String(readerVersion)}, @at)`)
  const drop = db.prepare('DELETE FROM file_text WHERE id = ?')
  const linkOne = db.prepare<[number, number, string], { message_id: number }>(`UPDATE attachment SET file_text_id = ? WHERE message_id = ? AND attachment_id = ? AND ${unread} RETURNING message_id`)
  const linkPlaces = db.prepare<[{ id: number; name: string }], { message_id: number }>(`
    UPDATE attachment SET file_text_id = @id WHERE vault_name >= @name AND vault_name < @name || '/' AND ${unread} RETURNING message_id`)
  const waits = db.prepare<[number], { one: number }>(`SELECT 1 AS one FROM attachment WHERE message_id = ? AND ${unread} LIMIT 1`)
  const hasText = db.prepare<[number], { one: number }>(`SELECT 1 AS one FROM attachment a JOIN file_text t ON t.id = a.file_text_id WHERE a.message_id = ? AND t.state = 'text' LIMIT 1`)
  const used = db.prepare<[number], { one: number }>('SELECT 1 AS one FROM attachment WHERE file_text_id = ? LIMIT 1')
  const change = db.prepare('UPDATE message SET change_no = ? WHERE id = ?')

  /** The index follows the change numbers, one a message; it writes a message once, when all of its files are read (durability.md 12). */
  const bump = (messageIds: ReadonlySet<number>, waiting: boolean): void => {
    for (const id of messageIds) if ((waiting || waits.get(id) === undefined) && hasText.get(id) !== undefined) change.run(meta.nextChange(), id)
  }
  const link = (id: number, row: { readonly messageId: number; readonly attachmentId: string; readonly key: string }): readonly number[] => {
    const places = row.key.startsWith('vault:') ? linkPlaces.all({ id, name: row.key.slice('vault:'.length) }) : []
    return [...linkOne.all(id, row.messageId, row.attachmentId), ...places].map((one) => one.message_id)
  }

  return {
    nextTexts: atomic(db, ({ first, leftOut, limit }) => {
      const out = new Set(leftOut)
      const wanted = newest.all(limit + out.size)
      const rows = first.length === 0 ? wanted : [...ofMessages.all(JSON.stringify(first)).slice(0, limit), ...wanted]
      const tasks = new Map<string, TextTask>()
      const touched = new Set<number>()
      let linked = 0
      for (const row of rows) {
        const [key, messageId, attachmentId] = [keyOf(row), row.message_id, row.attachment_id]
        if (out.has(key)) continue
        const before = known.get(key)
        if (before === undefined) tasks.set(key, tasks.get(key) ?? { key, messageId, attachmentId, vaultName: row.vault_name, content: row.content, bytes: row.bytes ?? row.content?.length ?? 0 })
        else {
          const messages = link(before.id, { key, messageId, attachmentId })
          linked += messages.length
          for (const id of messages) touched.add(id)
        }
      }
      bump(touched, false)
      return { tasks: [...tasks.values()].slice(0, limit), linked, more: tasks.size > 0 || linked > 0 }
    }),
    textsRead: atomic(db, (texts) => {
      const touched = new Set<number>()
      for (const { key, messageId, attachmentId, kind, found, at } of texts) {
        const text = found.state === 'text' ? found.pages.join(pageMark) : null
        const put = (): number => Number(insert.run({
          key, kind, at, state: found.state, reason: found.state === 'unreadable' ? found.reason : found.state === 'text' ? found.cut : null,
          pages: found.state === 'unreadable' ? null : found.pageCount, characters: text?.length ?? 0, cut: Number(found.state === 'text' && found.cut !== null), content: text === null ? null : pack(text),
        }).lastInsertRowid)
        const id = known.get(key)?.id ?? put()
        for (const one of link(id, { key, messageId, attachmentId })) touched.add(one)
        // Every attachment with this content was deleted, or wants its file again, while it was read.
        if (used.get(id) === undefined) drop.run(id)
      }
      bump(touched, false)
    }),
    textsPutOff: atomic(db, (messageIds) => {
      bump(new Set(messageIds), true)
    }),
  }
}
