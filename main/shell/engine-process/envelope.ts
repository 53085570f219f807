import { z } from 'zod'
import { recovering, trouble } from '../../../preload/contract/frames.ts'

/** What crosses between a shell and its engine process. A `port` numbers one window's connection. */

const port = z.number().int().nonnegative()

/** What a person typed to open a profile; only ever in memory and on this channel, never in arguments, environment or logs. */
const unlock = z.object({ by: z.enum(['passphrase', 'recovery-code']), secret: z.string() })
export type Unlock = z.infer<typeof unlock>

export const toEngine = z.union([
  z.object({ open: port }),
  z.object({ close: port }),
  z.object({ port, frame: z.unknown() }),
  /** Answer to an `ask`. */
  z.object({ done: z.number().int(), value: z.unknown() }),
  z.object({ end: z.literal(true) }),
  /** Do you answer? With the number of the question. */
  z.object({ ping: z.number().int() }),
  /** With its port: a process that was asked for by `isolate`; and that it is over. */
  z.object({ isolated: z.number().int() }),
  z.object({ isolatedEnded: z.number().int() }),
  /** Said first to a process that was started to wait for it. */
  z.object({ unlock }),
])
export type ToEngine = z.infer<typeof toEngine>

/** What only the shell can do: its own dialogs, and programs of the system. */
const ask = z.discriminatedUnion('what', [
  z.object({ id: z.number().int(), what: z.literal('open-outside'), address: z.string() }),
  z.object({ id: z.number().int(), what: z.literal('save-target'), name: z.string() }),
  z.object({ id: z.number().int(), what: z.literal('folder-target'), name: z.string() }),
  z.object({ id: z.number().int(), what: z.literal('open-copy'), path: z.string() }),
  z.object({ id: z.number().int(), what: z.literal('print-pdf'), html: z.string() }),
  z.object({ id: z.number().int(), what: z.literal('resolve-proxy'), url: z.string() }),
])
export type Ask = z.infer<typeof ask>

export const fromEngine = z.union([
  z.object({ port, frame: z.unknown() }),
  z.object({ state: z.enum(['starting', 'ready', 'stopped']), trouble: trouble.nullable(), recovering: recovering.nullable().optional() }),
  z.object({ ask }),
  z.object({ pong: z.number().int() }),
  /** The ways into the profile changed: what a person typed before is of no use any more. */
  z.object({ keysChanged: z.literal(true) }),
  /** A process for hostile files, where only the shell can start one. */
  z.object({ isolate: z.object({ number: z.number().int(), entry: z.enum(['form-worker', 'text-worker']), memoryMb: z.number().int().positive() }) }),
  z.object({ endIsolated: z.number().int() }),
])
export type FromEngine = z.infer<typeof fromEngine>

/** Exit codes of the engine process that are no crash. */
export const engineExit = { done: 0, cannotOpen: 78, again: 79 } as const
