import { parseArgs } from 'node:util'
import { JournalError } from './effects.ts'
import { type Fault, fault, faultKinds } from './faults.ts'
import { addressesOf, leaveEntrances } from './identity/entrances.ts'
import { realLifetimes } from './identity/lifetimes.ts'
import { FolderInUse, startLocalAltinn } from './index.ts'
import { quickDelays } from './state.ts'
import { sendCommand } from './send.ts'
import { demoWorld } from './world/demo.ts'
import type { Size } from './world/sized.ts'

const usage = 'localtest --folder <folder> [--seed <number>] [--port <number>] [--arrivals <seconds between letters, 0 = none>] [--recipients <number> --messages <number> --attachment-kb <number> --undelegated <number of recipients that are clients without delegation>] [--clock-offset=<seconds ahead>] [--fault <JSON>] [--quick] [--record-requests] [--until-stdin-ends]\nlocaltest send --help'

/** How soon the demo reminds of confidential mail that arrived and was not opened. */
const demoReminderMs = 3 * 60_000

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

function stop(sentence: string, code: number): never {
  say(sentence)
  process.exit(code)
}

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,10}$/.test(text)) stop(`--${name} takes a whole number. ${usage}`, 64)
  return Number(text)
}

/** Seconds, ahead or behind. */
function offsetOf(text: string): number {
  if (!/^-?\d{1,8}$/.test(text)) stop(`--clock-offset takes whole seconds, e.g. --clock-offset=-30. ${usage}`, 64)
  return Number(text)
}

/** A fault as `--fault` names it, e.g. {"kind":"maintenance","ms":5000,"times":3}. */
function readFault(text: string): Fault {
  try {
    return fault.parse(JSON.parse(text))
  } catch (error) {
    return stop(`--fault takes a JSON object with a kind of ${faultKinds.join(', ')}. ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`, 64)
  }
}

interface Options {
  readonly folder: string
  readonly seed: number
  readonly port: number
  readonly arrivals: number
  readonly size: Size | null
  /** How far the services' clock is ahead of the machine's, ms. */
  readonly clockOffset: number
  readonly faults: readonly Fault[]
  readonly quick: boolean
  readonly recordRequests: boolean
  readonly untilStdinEnds: boolean
}

function read(): Options {
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: 'string', default: 'demo-altinn' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string', default: '0' },
        arrivals: { type: 'string' },
        recipients: { type: 'string' },
        messages: { type: 'string' },
        'attachment-kb': { type: 'string' },
        undelegated: { type: 'string' },
        'clock-offset': { type: 'string', default: '0' },
        fault: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        'record-requests': { type: 'boolean', default: false },
        'until-stdin-ends': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(`${usage}\n`)
      process.exit(0)
    }
    const sized = values.recipients !== undefined || values.messages !== undefined || values['attachment-kb'] !== undefined || values.undelegated !== undefined
    const size = { recipients: wholeNumber(values.recipients ?? '20', 'recipients'), messages: wholeNumber(values.messages ?? '1000', 'messages'), attachmentKb: wholeNumber(values['attachment-kb'] ?? '0', 'attachment-kb'), ...(values.undelegated === undefined ? {} : { undelegated: wholeNumber(values.undelegated, 'undelegated') }) }
    if (sized && (size.recipients < 1 || size.recipients > 5000 || size.messages > 2_000_000 || size.attachmentKb > 10_240)) stop('--recipients goes from 1 to 5000, --messages to 2000000, --attachment-kb to 10240.', 64)
    if ((size.undelegated ?? 0) >= size.recipients) stop('--undelegated must be less than --recipients.', 64)
    return {
      folder: values.folder,
      seed: wholeNumber(values.seed, 'seed'),
      port: wholeNumber(values.port, 'port'),
      arrivals: wholeNumber(values.arrivals ?? (sized ? '0' : '90'), 'arrivals'),
      size: sized ? size : null,
      clockOffset: offsetOf(values['clock-offset']) * 1000,
      faults: values.fault.map((text) => readFault(text)),
      quick: values.quick,
      recordRequests: values['record-requests'],
      untilStdinEnds: values['until-stdin-ends'],
    }
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : 'The arguments cannot be read.'} ${usage}`, 64)
  }
}

/** One sentence for what can be wrong with folder and port. */
function sentenceOf(error: unknown, folder: string, port: number): { readonly sentence: string; readonly code: number } {
  if (error instanceof FolderInUse) return { sentence: `Another process already runs a local Altinn in ${folder}.`, code: 75 }
  if (error instanceof JournalError) return { sentence: `${error.message}. Start over with demo --reset, or delete ${folder}.`, code: 1 }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'EADDRINUSE') return { sentence: `Port ${String(port)} is in use. Choose another with --port, or 0 for any free one.`, code: 1 }
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return { sentence: 'The disk is full. Make room and try again.', code: 1 }
  if (['EACCES', 'EPERM', 'EROFS', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'].includes(code)) return { sentence: `The folder ${folder} cannot be written to.`, code: 1 }
  return { sentence: `The local Altinn could not start: ${error instanceof Error ? error.message : 'unknown error'}`, code: 1 }
}

process.umask(0o077)
if (process.argv[2] === 'send') {
  const code = await sendCommand(process.argv.slice(3), say, (text) => process.stdout.write(`${text}\n`))
  process.exit(code)
}
const options = read()
try {
  const altinn = await startLocalAltinn({
    folder: options.folder,
    world: demoWorld,
    seed: options.seed,
    port: options.port,
    arrivalsEverySeconds: options.arrivals,
    // A large world is for measuring, and nobody's receipts hang on it.
    ...(options.size === null ? {} : { size: options.size, durable: false }),
    recordRequests: options.recordRequests,
    ...(options.clockOffset === 0 ? {} : { clock: () => Date.now() + options.clockOffset }),
    keepKeys: true,
    faults: options.faults,
    // Altinn reminds of unopened confidential mail after a week; nobody watches a demo that long.
    delays: options.quick ? quickDelays : { reminder: demoReminderMs },
    report: (error) => {
      say(error instanceof Error ? (error.stack ?? error.message) : 'unknown error')
    },
  })
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    altinn.close().then(
      () => process.exit(0),
      (error: unknown) => stop(error instanceof Error ? error.message : 'unknown error', 1),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (options.untilStdinEnds) {
    // The parent's end closes the pipe, however it ends.
    process.stdin.on('end', end)
    process.stdin.on('error', end)
    process.stdin.resume()
  }
  const addresses = addressesOf(altinn.platform, altinn.maskinporten, { ...altinn.idPorten, authorizationLifetime: realLifetimes.personRefresh })
  const lines = leaveEntrances(options.folder, altinn.state, addresses, altinn.client, altinn.own)
  // A program that started it reads the line below; a person is told how to enter.
  if (!options.untilStdinEnds) for (const line of lines) say(line)
  process.stdout.write(`${JSON.stringify({ ready: true, platform: altinn.platform, maskinporten: altinn.maskinporten, page: `${altinn.platform}/localtest`, client: altinn.client, addresses, own: altinn.own })}\n`)
} catch (error) {
  const { sentence, code } = sentenceOf(error, options.folder, options.port)
  stop(sentence, code)
}
