import { z } from 'zod'

/** Messages in one document: more than these are nothing anybody prints, and its making stays within a minute. */
export const maxPrinted = 100

const ids = z.array(z.number().int()).min(1).max(maxPrinted)
const language = z.enum(['nb', 'nn', 'en'])

/** What is not in the document, and why: a message, or a file of one. */
const leftOut = z.object({
  title: z.string().nullable(),
  /** null: the whole message. */
  file: z.string().nullable(),
  why: z.enum(['not-here', 'protected', 'damaged', 'too-large', 'too-slow']),
})
export type PrintLeftOut = z.infer<typeof leftOut>

export const printRequests = {
  /** Messages as a document for the window to print: no script, no address that could be followed. It tells the senders nothing. */
  'print.document': { request: z.object({ ids, language }), response: z.object({ html: z.string(), messages: z.number().int(), leftOut: z.array(leftOut) }) },
  /** The same as one PDF with bookmarks, where the shell's dialog says; null when the user cancelled. `attachments`: with the pages of the PDFs kept here. */
  'print.save': {
    request: z.object({ ids, attachments: z.boolean(), language }),
    response: z.object({ path: z.string().nullable(), messages: z.number().int(), pages: z.number().int(), leftOut: z.array(leftOut) }),
  },
  /** Ends what `print.save` is doing; it then answers that nothing was saved. */
  'print.cancel': { request: z.object({}), response: z.object({}) },
} as const

/** How far a document has come; the later stages have one step. */
export const printEvents = { 'print.progress': z.object({ stage: z.enum(['reading', 'making', 'joining']), done: z.number().int(), total: z.number().int() }) } as const
