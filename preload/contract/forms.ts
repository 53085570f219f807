import { z } from 'zod'
import { safeLetter } from './letters.ts'
import { guid, time } from './shapes.ts'

/** Bytes of a dropped file in one message; the rest comes in the next. */
export const dropPieceBytes = 2 * 1024 * 1024

const templateId = z.string().regex(/^[0-9a-f]{32}$/)
const viewName = z.string().max(255)
/** A form of a message: an attachment of it, or its own text. */
const form = { id: z.number().int(), attachmentId: guid.nullable() }

/** Why a form is not shown as its sender laid it out; worded by `form.problem.<problem>`. */
export const formProblem = z.enum([
  'template-unreadable', 'template-compression', 'template-too-big', 'template-incomplete', 'view-broken', 'data-broken', 'doctype', 'too-big', 'too-slow', 'too-many-marks', 'not-a-page', 'failed',
])

export const templateView = z.object({
  id: templateId,
  name: z.string(),
  version: z.string().nullable(),
  views: z.number().int(),
  bytes: z.number().int(),
  addedAt: time,
})
export type TemplateView = z.infer<typeof templateView>

export const formView = z.object({
  /** plain: a listing of the content, because it was asked for, no template fits, or `problem` */
  mode: z.enum(['form', 'plain']),
  letter: safeLetter,
  problem: formProblem.nullable(),
  /** The template that fits, whether it was used or not. */
  template: z.object({ name: z.string(), version: z.string().nullable(), from: z.enum(['message', 'library']) }).nullable(),
  quality: z.enum(['exact', 'other-version', 'root-only']).nullable(),
  /** Of the document, as far as it says. */
  version: z.string().nullable(),
  view: z.string().nullable(),
  views: z.array(z.object({ name: z.string(), caption: z.string() })),
  notices: z.array(z.object({ kind: z.enum(['functions', 'data', 'outside', 'pictures']), names: z.array(z.string()) })),
  embedded: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
})
export type FormView = z.infer<typeof formView>

const imported = z.object({
  /** known: the same content was there before */
  outcome: z.enum(['added', 'known', 'rejected']),
  name: z.string().nullable(),
  problem: formProblem.nullable(),
})
export type ImportedForm = z.infer<typeof imported>

export const formRequests = {
  /** @param view null: the template's own choice */
  'forms.show': { request: z.object({ ...form, view: viewName.nullable(), mode: z.enum(['form', 'plain']) }), response: formView },
  /** The document as it is, for whoever wants to see it; long ones are cut. */
  'forms.source': { request: z.object(form), response: z.object({ text: z.string(), isCut: z.boolean() }) },
  /** Saves a file that lies in the form where the shell's dialog says; null when the user cancelled. */
  'forms.save-embedded': { request: z.object({ ...form, at: z.number().int().nonnegative() }), response: z.object({ path: z.string().nullable() }) },

  'forms.templates': { request: z.object({}), response: z.object({ templates: z.array(templateView), damaged: z.array(templateId) }) },
  /** A template is handed over file by file and piece by piece, because the window names no path: one file, or those of a folder. */
  'forms.import-begin': { request: z.object({ files: z.array(z.object({ name: z.string().min(1).max(255), bytes: z.number().int().nonnegative() })).min(1).max(200) }), response: z.object({ handle: z.string() }) },
  'forms.import-bytes': { request: z.object({ handle: z.string(), data: z.base64().max(dropPieceBytes * 2) }), response: z.object({}) },
  'forms.import-end': { request: z.object({ handle: z.string() }), response: imported },
  'forms.remove': { request: z.object({ id: templateId }), response: z.object({}) },
} as const

export const formEvents = {
  /** Templates came or went: what is shown of forms may change. */
  'forms.changed': z.object({}),
} as const

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
