import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readAddress } from './address-file.ts'
import { type SendOptions, sendRequestOf, WrongUse } from './send-request.ts'

export const sendUsage = `localtest send --to <organisation number or name> --title <text> --body <text> | --body-file <file>
  [--summary <text>] [--attach <file>]… [--due <2026-12-31 | +days | moment>] [--confirm] [--reply "text=https://…"]…
  [--confidential] [--into-dialog <dialog id>] [--sender <service>] [--language nb|nn|en]
  [--demo [--data <folder>] | --folder <folder of a running local Altinn> | --platform <its address>]`

const worldAnswer = z.object({
  parties: z.array(z.object({ urn: z.string(), number: z.string(), name: z.string() })),
  services: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
})
const sentAnswer = z.object({ correspondenceId: z.string(), dialogId: z.string(), transmissionId: z.string().optional() })
const refusalAnswer = z.object({ error: z.string() })
const timeOutMs = 30_000
/** How many choices an error names. */
const named = 12

/** Nobody answers there. */
class NotRunning extends Error {
  override readonly name = 'NotRunning'
}

/** Where the demo's local Altinn lives: the same folder as everything of Meldingsboks. */
function demoFolder(data: string | undefined): string {
  const { env, platform } = process
  const base = platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : platform === 'win32' ? (env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local')) : (env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'))
  return join(data ?? join(base, 'Meldingsboks'), 'demo-altinn')
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      to: text, title: text, body: text, 'body-file': text, summary: text, attach: many, due: text, confirm: flag, reply: many, confidential: flag, 'into-dialog': text, sender: text,
      language: { type: 'string', default: 'nb' }, platform: text, folder: text, demo: flag, data: text, help: flag,
    },
  })
  const { 'body-file': bodyFile, 'into-dialog': intoDialog, ...rest } = values
  return { ...rest, bodyFile, intoDialog }
}

function platformOf(options: ReturnType<typeof read>): string {
  const { platform, folder, demo, data } = options
  if ([platform !== undefined, folder !== undefined, demo].filter(Boolean).length > 1) throw new WrongUse('Name the local Altinn once: with --demo, --folder or --platform.')
  if (data !== undefined && !demo) throw new WrongUse('--data goes with --demo.')
  if (platform !== undefined) {
    if (!URL.canParse(platform) || !/^https?:/.test(platform)) throw new WrongUse('--platform takes an address as http://127.0.0.1:8080.')
    return platform.replace(/\/+$/, '')
  }
  const place = demo ? demoFolder(data) : (folder ?? 'demo-altinn')
  const found = readAddress(place)
  if (found === null) throw new NotRunning(`No local Altinn runs in ${place}. Start one with "npm run cli -- demo" (then send with --demo) or "npm run localtest -- --folder ${place}".`)
  return found
}

/** Asks the side door, and says plainly when nobody answers. */
async function ask(url: string, request: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(timeOutMs) })
    return { status: answer.status, body: await answer.json() }
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || (error instanceof DOMException && error.name === 'TimeoutError')) throw new NotRunning(`No local Altinn answers at ${new URL(url).origin}.`)
    throw error
  }
}

const choices = (all: readonly string[]): string => `${all.slice(0, named).join(', ')}${all.length > named ? ` and ${String(all.length - named)} more` : ''}`

/** The recipient by number, URN or name. */
function recipientOf(to: string | undefined, options: SendOptions, { parties }: z.infer<typeof worldAnswer>): string | null {
  if (to === undefined) {
    if (options.intoDialog !== undefined) return null
    throw new WrongUse(`--to is missing: the number or name of ${choices(parties.map(({ number, name }) => `${number} ${name}`))}.`)
  }
  const digits = to.replace(/\s/g, '')
  const found = parties.filter(({ urn, number, name }) => urn === to || number === digits || name.toLowerCase() === to.trim().toLowerCase())
  const [one] = found
  if (one === undefined) throw new WrongUse(`--to: nobody here is called ${to}. There are ${choices(parties.map(({ number, name }) => `${number} ${name}`))}.`)
  if (found.length > 1) throw new WrongUse(`--to: several are called ${to}; use the number: ${choices(found.map(({ number }) => number))}.`)
  return one.urn
}

async function send(args: readonly string[]): Promise<string> {
  const options = read(args)
  if (options.help) return sendUsage
  // What is wrong with the message is said before anybody is asked.
  sendRequestOf(options, null, Date.now())
  const platform = platformOf(options)
  const answer = await ask(`${platform}/localtest/world`)
  const world = worldAnswer.safeParse(answer.body)
  if (!world.success) throw new NotRunning(`What answers at ${platform} is no local Altinn.`)
  const { services } = world.data
  if (options.sender !== undefined && !services.some(({ id }) => id === options.sender)) throw new WrongUse(`--sender: there is no service ${options.sender}. There are ${choices(services.map(({ id }) => id))}.`)
  const recipient = recipientOf(options.to, options, world.data)
  const sent = await ask(`${platform}/localtest/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sendRequestOf(options, recipient, Date.now())) })
  const ids = sentAnswer.safeParse(sent.body)
  if (ids.success) return JSON.stringify({ ...ids.data, page: `${platform}/localtest` })
  const refusal = refusalAnswer.safeParse(sent.body)
  throw new WrongUse(`The message was refused: ${refusal.success ? refusal.data.error : `status ${String(sent.status)}`}.`)
}

/**
 * `localtest send …`: sends a message to somebody of a running local Altinn and prints its ids as JSON.
 * @returns the exit code: 0 sent, 1 nobody runs there, 64 wrong use
 */
export async function sendCommand(args: readonly string[], say: (text: string) => void, tell: (text: string) => void): Promise<number> {
  try {
    tell(await send(args))
    return 0
  } catch (error) {
    if (error instanceof WrongUse) {
      say(error.message)
      return 64
    }
    if (error instanceof NotRunning) {
      say(error.message)
      return 1
    }
    // What parseArgs says of an option it does not know.
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      say(`${error.message.split('\n')[0] ?? ''}\n${sendUsage}`)
      return 64
    }
    throw error
  }
}
