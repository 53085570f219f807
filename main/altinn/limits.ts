/** Limits and time-outs towards the services, in one place (altinn3.md 2.8 and section 5). Times in ms, sizes in bytes. */
export interface Limits {
  /** Requests under way at once to one host. */
  readonly parallel: number
  /** How many of them may be downloads. */
  readonly parallelDownloads: number
  readonly connectMs: number
  /** From the request to the first byte of the answer. */
  readonly answerMs: number
  /** Details and confirm hang for 100 s when Dialogporten does, and then still answer (altinn3.md 3.8). */
  readonly slowAnswerMs: number
  readonly downloadAnswerMs: number
  /** Longest silence within an answer. */
  readonly silenceMs: number
  /** Tries of a GET, the first included. */
  readonly tries: number
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  /** A longer Retry-After is handed to the caller instead of being waited for. */
  readonly longestWaitMs: number
  /** Failures of a host in a row, without an answer between, after which it is left alone for a while. */
  readonly breakAfter: number
  /** For how long: first, then twice as long each time, up to the longest; varied by a quarter. */
  readonly firstBreakMs: number
  readonly longestBreakMs: number
  /** Largest JSON answer that is read: 1000 dialogs are some 3 MB. */
  readonly jsonBytes: number
  /** A token is renewed this long before it expires (altinn3.md 1.1). */
  readonly renewEarlyMs: number
  /** Life of a grant; Maskinporten accepts 120 s at most. */
  readonly assertionMs: number
}

export const defaultLimits: Limits = {
  parallel: 4,
  parallelDownloads: 2,
  connectMs: 10_000,
  answerMs: 30_000,
  slowAnswerMs: 130_000,
  downloadAnswerMs: 60_000,
  silenceMs: 60_000,
  tries: 5,
  firstBackoffMs: 1000,
  longestBackoffMs: 60_000,
  longestWaitMs: 60_000,
  breakAfter: 6,
  firstBreakMs: 15_000,
  longestBreakMs: 300_000,
  jsonBytes: 64 * 1024 * 1024,
  renewEarlyMs: 30_000,
  assertionMs: 100_000,
}
