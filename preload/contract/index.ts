import type { z } from 'zod'
import { accountRequests } from './accounts.ts'
import { connectEvents, connectRequests } from './connect.ts'
import { consentRequests } from './consent.ts'
import type { EngineError } from './errors.ts'
import { fileRequests } from './files.ts'
import { formEvents, formRequests } from './forms.ts'
import { keyRequests } from './keys.ts'
import { letterRequests } from './letters.ts'
import { messageEvents, messageRequests } from './messages.ts'
import { printEvents, printRequests } from './print.ts'
import { profileRequests } from './profile.ts'
import { profilesRequests } from './profiles.ts'
import { receiptEvents, receiptRequests } from './receipts.ts'
import { recipientEvents, recipientRequests } from './recipients.ts'
import { reminderEvents, reminderRequests } from './reminders.ts'
import { searchEvents, searchRequests } from './search.ts'
import { settingsEvents, settingsRequests } from './settings.ts'
import { syncEvents, syncRequests } from './sync.ts'
import { textEvents, textRequests } from './texts.ts'

/** Every call and event between a window and the engine (design.md section 2); the same over every transport. */
export const contract = {
  requests: { ...accountRequests, ...connectRequests, ...consentRequests, ...keyRequests, ...letterRequests, ...messageRequests, ...profileRequests, ...profilesRequests, ...receiptRequests, ...recipientRequests, ...reminderRequests, ...searchRequests, ...settingsRequests, ...syncRequests, ...textRequests, ...fileRequests, ...printRequests, ...formRequests },
  events: { ...messageEvents, ...receiptEvents, ...searchEvents, ...reminderEvents, ...settingsEvents, ...syncEvents, ...textEvents, ...printEvents, ...formEvents, ...connectEvents, ...recipientEvents },
} as const

export type RequestName = keyof typeof contract.requests
export type EventName = keyof typeof contract.events
export type RequestOf<Name extends RequestName> = z.input<(typeof contract.requests)[Name]['request']>
export type ResponseOf<Name extends RequestName> = z.output<(typeof contract.requests)[Name]['response']>
export type EventOf<Name extends EventName> = z.output<(typeof contract.events)[Name]>

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: EngineError }

/** The engine as a shell sees it. Errors are values; a promise that rejects is a fault of the program. */
export interface EngineApi {
  call<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Result<ResponseOf<Name>>>
  /** @returns a function that ends the subscription. */
  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): () => void
}

export type { ConnectionView, ConnectProblem, ConnectWay, KeyProblem, StepResultView } from './connect.ts'
export { shortestPassphrase } from './profiles.ts'
export type { EnvironmentKind, KeychainState, KnownProfile, ProfileMakeProblem, ProfileRow } from './profiles.ts'
export type { AccountView, RunSummary, SyncProgressView } from './sync.ts'
export type { EngineError, ErrorCode, Obstacle } from './errors.ts'
export type { FileLook, FileWarning } from './files.ts'
export { dropPieceBytes, isFormText } from './forms.ts'
export type { FormView, ImportedForm, TemplateView } from './forms.ts'
export type { KeyWayView } from './keys.ts'
export type { FileKind, LetterLinkView, Place, SafeLetterView } from './letters.ts'
export { countedHits } from './messages.ts'
export type { Counts, ListRow, MessageView, Snippet, View } from './messages.ts'
export { maxPrinted } from './print.ts'
export type { PrintLeftOut } from './print.ts'
export type { ProfileState } from './profile.ts'
export { outgoingGroupOf, outgoingGroups } from './receipts.ts'
export type { OutgoingGroup, OutgoingRow, ReceiptRow } from './receipts.ts'
export type { AvailableClient, CoverageRow, NamedRight, RecipientAccess, RecipientRow } from './recipients.ts'
export type { ReceiptKind, ReceiptState } from './shapes.ts'
export type { ReminderView } from './reminders.ts'
export type { SearchChip, Unclear, Understood } from './search.ts'
export type { TextCounts } from './texts.ts'
export { defaultSettings, type Settings } from './settings.ts'
