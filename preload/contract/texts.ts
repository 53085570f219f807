import { z } from 'zod'

/** How far the reading of attachments has come. `waiting` of `files` are still to be read; `none` are different PDFs without any text, as scanned ones; `unreadable` different files that were tried. */
export const textCounts = z.object({ files: z.number().int(), waiting: z.number().int(), none: z.number().int(), unreadable: z.number().int() })
export type TextCounts = z.infer<typeof textCounts>

export const textRequests = { 'texts.state': { request: z.object({}), response: textCounts } } as const

/** Numbers of `texts.state` after some files were read; a second apart at the least. */
export const textEvents = { 'texts.changed': textCounts } as const
