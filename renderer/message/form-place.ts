import type { MessageView } from '../../preload/contract/index.ts'
import { lowerStacks } from '../texts/stacks.ts'

const stem = (name: string): string => name.replace(/\.[^.]*$/, '').toLowerCase()

/** The PDF of a form: of the same name, or the message's only one. */
export function formPdf({ attachments }: Pick<MessageView, 'attachments'>, attachmentId: string | null): string | null {
  const pdfs = attachments.filter(({ fileName, state }) => /\.pdf\s*$/i.test(fileName) && state !== 'gone')
  const own = attachments.find((file) => file.attachmentId === attachmentId)
  const same = own === undefined ? undefined : pdfs.find((file) => stem(file.fileName) === stem(own.fileName))
  return same?.attachmentId ?? (pdfs.length === 1 ? (pdfs[0]?.attachmentId ?? null) : null)
}

/** Source as it is, with every sign that is not seen, or turns text around, as a box. */
export const calmSource = (text: string): string => lowerStacks(text).replace(/(?![\n\r\t])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, '\u25a1')
