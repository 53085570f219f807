import { z } from 'zod'

/** A message that the sender of a course sends, with the ids it has in the recording: correspondenceId, dialogId, transmissionId, attachment0 … */
export const courseSend = z.strictObject({ as: z.record(z.string(), z.string()), body: z.record(z.string(), z.unknown()) })

/** A row of cases.json whose recording is a course of several steps (courses.test.ts). */
export const courseRow = z.strictObject({
  file: z.string(),
  course: z.strictObject({
    /** Whose system user goes through it: the organisation that most courses are about, unless said otherwise. */
    organisation: z.string().default('310000108'),
    /** In its place a person with this number, who signs in with ID-porten. */
    person: z.string().optional(),
    /** Messages sent through the side door before the first step, with the ids they have in the recording. */
    sends: z.array(courseSend).default([]),
    /** Ids of the recording that stand for ids of the world of this test; `{reminder}`: the reminder dialog of the organisation. */
    ids: z.record(z.string(), z.string()).default({}),
    /** Calls before the first step, as in a row of one request. */
    setUp: z.array(z.string()).default([]),
    /** What happens before the step with this number, counted from 0: calls as the client or at the side door, `send` with a message, `wait` with ms. */
    before: z.record(z.string(), z.array(z.string())).default({}),
    /** The dialog that steps without a request tell of, by its id in the recording. */
    watch: z.string().optional(),
    /** Steps that are not replayed, with the reason. */
    leftOut: z.record(z.string(), z.string().min(10)).default({}),
    /** Paths within answers that are not compared. */
    except: z.array(z.string()).default([]),
  }),
})
