import { pageMark } from '../mail/texts.ts'
import { unpack } from '../packed.ts'
import type { Db } from '../sqlite.ts'
import type { SnippetFile } from './snippet.ts'

/** Letters of attachments that are looked through for the snippets of one page of hits; what is behind them is found all the same, only not shown. */
const mostLetters = 8_000_000

/** Attachments of messages for one page of hits, their texts unpacked only when a snippet looks into them. */
export function snippetFiles(mail: Db): () => (messageId: number) => readonly SnippetFile[] {
  const files = mail.prepare<[number], { attachment_id: string; file_name: string; file_text_id: number | null; kind: string | null }>(`
    SELECT a.attachment_id, a.file_name, t.id AS file_text_id, t.kind FROM attachment a LEFT JOIN file_text t ON t.id = a.file_text_id AND t.state = 'text' WHERE a.message_id = ? ORDER BY a.position`)
  const text = mail.prepare<[number], { content: Buffer; characters: number }>('SELECT content, characters FROM file_text WHERE id = ?')
  return () => {
    let left = mostLetters
    const pagesOf = (id: number): readonly string[] => {
      const found = left <= 0 ? undefined : text.get(id)
      if (found === undefined) return []
      left -= found.characters
      return unpack(found.content).split(pageMark)
    }
    return (messageId) => files.all(messageId).map((file) => ({
      attachmentId: file.attachment_id,
      fileName: file.file_name,
      hasPages: file.kind === 'pdf',
      pages: () => (file.file_text_id === null ? [] : pagesOf(file.file_text_id)),
    }))
  }
}
