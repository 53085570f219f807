import type { MessageView } from '../../preload/contract/index.ts'

/** Names of the page's own language: what begins with one of these is a letter in HTML. */
const html = /^<(?:!doctype|html|head|body|table|div|font|center|p|span|h[1-6]|ul|ol|b|i|strong|style|meta|a|br|img|script)\b/i

/**
 * Whether a message's text is a form: an XML document, by its declaration or by a root with a namespace. Everything else is
 * Markdown and HTML.
 */
export function isFormText(body: string): boolean {
  const text = body.replace(/^\ufeff/, '').trimStart()
  if (/^<\?xml\s/i.test(text)) return !html.test(text.replace(/^(?:<\?[\s\S]*?\?>|<!--[\s\S]*?-->|\s)+/, ''))
  if (html.test(text)) return false
  return /^<(?:[\p{L}_][\p{L}\p{N}_.-]*:)?[\p{L}_][\p{L}\p{N}_.-]*\s[^<>]*\bxmlns(?::[\w.-]+)?\s*=/u.test(text) || /^<(?:melding|Skjema)\s[^<>]*\b(?:dataFormatId|skjemanummer)\s*=/.test(text)
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, '').toLowerCase()

/** The PDF of a form: of the same name, or the message's only one. */
export function formPdf({ attachments }: Pick<MessageView, 'attachments'>, attachmentId: string | null): string | null {
  const pdfs = attachments.filter(({ fileName, state }) => /\.pdf\s*$/i.test(fileName) && state !== 'gone')
  const own = attachments.find((file) => file.attachmentId === attachmentId)
  const same = own === undefined ? undefined : pdfs.find((file) => stem(file.fileName) === stem(own.fileName))
  return same?.attachmentId ?? (pdfs.length === 1 ? (pdfs[0]?.attachmentId ?? null) : null)
}

/** Source as it is, with every sign that is not seen, or turns text around, as a box. */
export const calmSource = (text: string): string => text.replace(/(?![\n\r\t])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, '\u25a1').replace(/(\p{M}{4})\p{M}+/gu, '$1')
