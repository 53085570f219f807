import { z } from 'zod'
import { errorCode } from './errors.ts'
import { fileKind } from './letters.ts'
import { guid } from './shapes.ts'

/**
 * Why a file is to be looked at twice.
 *
 * - program: the system would run or obey it
 * - double-extension: its name shows one type and ends in another that is run, obeyed or unpacked (faktura.pdf.exe)
 * - other-kind: its name says another type than its content
 */
export const fileWarning = z.enum(['program', 'double-extension', 'other-kind'])
export type FileWarning = z.infer<typeof fileWarning>

const lookedAt = z.object({
  attachmentId: guid,
  /** By its first bytes; null while it is not kept here, or damaged. */
  kind: fileKind.nullable(),
  warning: fileWarning.nullable(),
  /** Whether another program may be given a copy; what is inside is checked once more when that is asked for. */
  opens: z.boolean(),
  /** Kept here, and cannot be read. */
  damaged: z.boolean(),
})
export type FileLook = z.infer<typeof lookedAt>

const attachment = { id: z.number().int(), attachmentId: guid }
/** Copies of earlier openings that the system did not let us delete, as paths for a person to read. */
const copiesLeft = z.object({ left: z.array(z.string()) })

export const fileRequests = {
  /** What the files of a message are. Fetches nothing, also where one is damaged. */
  'files.look': { request: z.object({ id: z.number().int() }), response: z.object({ files: z.array(lookedAt) }) },
  /** Opens a read-only copy in the system's own program; only what a program may be given (security.md 23). */
  'files.open': { request: z.object(attachment), response: z.object({}) },
  /** Saves what is kept here into a folder that the shell's dialog says; null when the user cancelled. A file that fails leaves the others. */
  'files.save-all': {
    request: z.object({ id: z.number().int() }),
    response: z.object({ folder: z.string().nullable(), saved: z.number().int(), failed: z.array(z.object({ attachmentId: guid, code: errorCode })), /** Not kept here, so not saved. */ notHere: z.number().int() }),
  },
  'files.copies': { request: z.object({}), response: copiesLeft },
  /** Deletes the copies that were opened: the window is closed. */
  'files.close-copies': { request: z.object({}), response: copiesLeft },
} as const
