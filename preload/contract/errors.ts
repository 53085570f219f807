import { z } from 'zod'
import { signInProblem } from './sign-in.ts'

/**
 * What can go wrong, as values: the shell words them by `error.<code>` of its locale (design.md section 2).
 *
 * - busy: another process holds the profile
 * - read-only: the profile was opened for reading
 * - sign-in: the identity has no token; `signIn` says why, where the services do
 * - offline, service: Altinn cannot be reached, or answers with errors
 * - consent: nothing may be fetched before the user agreed
 * - not-found: there is no such message or receipt
 * - not-here: the message's content is only in Altinn
 * - file-damaged: a kept attachment cannot be read and was set aside; it is not here again yet
 * - file-gone: the same, and Altinn has it no longer
 * - not-opened: no program of this machine opened the address
 * - no-pdf: nothing on this machine could make a PDF of it
 * - unsafe-file: what is in the file may not be given to another program; it can be saved
 * - not-possible: what was asked for cannot be done; `obstacle` says why
 * - no-offer: no recovery code is offered, so none can be kept
 * - changed: the message changed since it was shown; it is to be read anew
 * - confirm-first: a confirmation that Altinn asks for must be registered before
 * - read-first: it must be reported as read before
 * - too-late: it has been sent and cannot be undone
 * - network-disk: the profile lies on a network disk, where locks cannot be relied on
 * - disk-full, unwritable, damaged, wrong-key, too-new, missing-keys: the profile's files
 * - invalid: the request does not fit the contract
 * - internal: a fault of the program
 */
export const errorCode = z.enum([
  'busy', 'read-only', 'sign-in', 'offline', 'service', 'consent', 'not-found', 'not-here', 'file-damaged', 'file-gone', 'not-opened', 'unsafe-file', 'no-pdf', 'not-possible', 'no-offer', 'changed', 'confirm-first', 'read-first', 'too-late',
  'disk-full', 'unwritable', 'network-disk', 'damaged', 'wrong-key', 'too-new', 'missing-keys', 'invalid', 'internal',
])
export type ErrorCode = z.infer<typeof errorCode>

/**
 * Why a profile could not be opened, beside the codes above: the trouble of an engine that did not start, in the same
 * words in every shell.
 *
 * - wrong-passphrase, wrong-recovery-code, recovery-code (written wrong), no-recovery-code
 * - keychain-closed, keychain-or: it does not give the key now; the latter where there is another way in
 * - keychain-changed, keychain-lost: it no longer has the key; the latter where there is no other way in
 * - profile-file: the profile's own file cannot be read
 * - no-whole-copy: what only this program holds cannot be read, and no copy of it is whole
 */
export const startProblem = z.enum([
  'wrong-passphrase', 'wrong-recovery-code', 'recovery-code', 'no-recovery-code', 'keychain-closed', 'keychain-or', 'keychain-changed', 'keychain-lost', 'profile-file', 'no-whole-copy',
])

/**
 * What stands in the way where something is not possible: the shell words it by `error.not-possible.<obstacle>`.
 *
 * - under-way: a report of the message is not finished
 * - no-message, in-other-dialog, removed: it is no message, lies inside another item, or is gone at the service
 * - no-forwarding: its sender does not allow it
 * - not-asked-yet, decided: a receipt that cannot be sent again or given up now
 * - no-access: no identity may see it any more
 * - too-large: a file that is not shown
 * - template-too-large: what was chosen is larger than a form's template may be
 * - form-file: a file inside a form that cannot be read
 * - own-way: the ways into a profile do not take it; the demo has only its own
 * - incomplete, connected: an identity that lacks something, or is in use and cannot be changed so
 * - no-demo
 */
export const obstacle = z.enum(['under-way', 'no-message', 'in-other-dialog', 'removed', 'no-forwarding', 'not-asked-yet', 'decided', 'no-access', 'too-large', 'template-too-large', 'form-file', 'own-way', 'incomplete', 'connected', 'no-demo'])
export type Obstacle = z.infer<typeof obstacle>

export const engineError = z.object({
  code: errorCode,
  /** With 'not-possible' only. */
  obstacle: obstacle.optional(),
  /** With 'sign-in', 'offline' and 'service', where it was met on the way to a token. */
  signIn: signInProblem.optional(),
  /** Whether the same request may succeed later without anybody doing anything else. */
  canRetry: z.boolean(),
  /** For support and logs: no address, no title, no national number. */
  detail: z.string(),
})
export type EngineError = z.infer<typeof engineError>
