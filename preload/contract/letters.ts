import { z } from 'zod'
import { guid } from './shapes.ts'

/** An address of a letter as it may be shown and opened (security.md A1.6). */
export const letterLink = z.object({
  address: z.string(),
  /** Host in Unicode, or what stands in its place for mailto and tel. */
  display: z.string(),
  /** Punycode, where it differs from `display`. */
  ascii: z.string().nullable(),
  kind: z.enum(['https', 'http', 'mailto', 'tel']),
  /** The link's text names another host than its address. */
  textDisagrees: z.boolean(),
  /** The host has letters of an alphabet that looks like ours: it may pretend to be another one. */
  mixedLetters: z.boolean(),
})
export type LetterLinkView = z.infer<typeof letterLink>

/** A body or an XML document made safe: no script, no address, nothing that is fetched (design.md section 5). */
export const safeLetter = z.object({
  /** plain: escaped text, because of `problem`; it does not count as shown. */
  mode: z.enum(['html', 'plain']),
  problem: z.enum(['too-big', 'too-deep', 'too-slow', 'too-many-marks', 'empty', 'failed']).nullable(),
  html: z.string(),
  links: z.array(letterLink),
  ownColours: z.boolean(),
  leftOut: z.array(z.enum(['script', 'image', 'form', 'style', 'embedded', 'link'])),
})
export type SafeLetterView = z.infer<typeof safeLetter>

export const fileKind = z.enum(['pdf', 'png', 'jpeg', 'gif', 'webp', 'xml', 'html', 'text', 'program', 'archive', 'office', 'other'])
export type FileKind = z.infer<typeof fileKind>

const message = z.number().int()
const attachment = { id: message, attachmentId: guid }

/** What may be opened outside: never an address of the window's, always the place where one stands. */
const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('letter'), id: message, link: z.number().int().nonnegative() }),
  /** In a form, as this view of it shows it; no attachment: the message's own text is the form. */
  z.object({ kind: z.literal('form'), id: message, attachmentId: guid.nullable(), view: z.string().max(255).nullable(), link: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('reply'), id: message, option: z.number().int().nonnegative() }),
  /** The message's own page at Altinn. */
  z.object({ kind: z.literal('altinn'), id: message }),
  /** The demo's page with what the senders see. */
  z.object({ kind: z.literal('sender-page') }),
])
export type Place = z.infer<typeof place>

export const letterRequests = {
  'letters.body': { request: z.object({ id: message }), response: safeLetter },
  'letters.address': { request: z.object({ place }), response: z.object({ link: letterLink.nullable() }) },
  'letters.open': { request: z.object({ place }), response: z.object({ address: z.string() }) },

  /** Opens a stored file for reading; bytes come in order, by the handle. */
  'files.begin': { request: z.object(attachment), response: z.object({ handle: z.string(), bytes: z.number(), kind: fileKind }) },
  /** The next bytes in base64, at most 2 MiB of them; an empty piece is the end. */
  'files.next': { request: z.object({ handle: z.string() }), response: z.object({ data: z.base64() }) },
  'files.end': { request: z.object({ handle: z.string() }), response: z.object({}) },
  /** Saves it where the shell's dialog says; null when the user cancelled. */
  'files.save': { request: z.object(attachment), response: z.object({ path: z.string().nullable() }) },
  /** Downloads one on a person's word: the sender sees it. */
  'files.fetch': { request: z.object(attachment), response: z.object({}) },
} as const
