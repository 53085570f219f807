import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { revisionId } from '../../main/localtest/dialogporten/part-id.ts'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { dialogIdOf, letterId } from '../localtest/small-world.ts'
import { bodyDifferences, corsHeaders, differences, foundReferences, headerDifferences, historyDifferences } from './compare.ts'
import { courseRow } from './courses.ts'
import { dialogNames, partIds } from './dialog-world.ts'
import { type TokenKind, tokenKinds, tokenOf } from './tokens.ts'
import { fileId, idempotentKey, names, recordedWorld } from './world.ts'

const requestRow = z.object({
  method: z.string(),
  path: z.string(),
  token: z.enum(tokenKinds),
  headers: z.record(z.string(), z.string().nullable()).optional(),
  body: z.string().optional(),
})
const row = z.union([
  z.strictObject({
    file: z.string(), setUp: z.array(z.string()), request: requestRow,
    /** `bytes`: the body itself; `some-order`: asked until it comes in the order that was recorded; `history`: the same rows. */
    compare: z.array(z.enum(['status', 'headers', 'body', 'bytes', 'length', 'some-order', 'history', 'found'])).min(1),
    /** Paths within the answer that are not compared. */
    except: z.array(z.string()).optional(),
    /** How many ids a list holds. */
    ids: z.number().optional(),
  }),
  /** Replayed by a test of its own, beside this one. */
  z.strictObject({ file: z.string(), replayedBy: z.string().endsWith('.test.ts') }),
  courseRow,
  z.strictObject({ file: z.string(), notServed: z.string().min(10) }),
  z.strictObject({ file: z.string(), notToImitate: z.string().min(10) }),
])
const cases = z.array(row).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')))
const recording = z.object({
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional(), rawText: z.string().optional() }),
})
const recorded = join(import.meta.dirname, 'recorded')
const recordingFiles = ['correspondence', 'dialogporten', 'together'].flatMap((folder) => readdirSync(join(recorded, folder)).filter((name) => name.endsWith('.json')).map((name) => `${folder}/${name}`))
const served = cases.filter((one) => 'request' in one)
const elsewhere = cases.filter((one) => 'replayedBy' in one)

describe('every recording has a row', () => {
  it('and each row a recording', () => {
    expect(cases.map((one) => one.file).sort()).toEqual(recordingFiles.sort())
    for (const one of cases) expect(existsSync(join(recorded, one.file))).toBe(true)
    for (const { file, replayedBy } of elsewhere) expect(readFileSync(join(import.meta.dirname, replayedBy), 'utf8')).toContain(file)
  })
})

let folder = ''
let altinn: LocalAltinn | null = null
let offset = 0
/** Whether a row started the service in another way. */
let isChanged = false

const later = (ms: number): void => {
  offset += ms
}

async function start(downloadAll = true): Promise<LocalAltinn> {
  return await startLocalAltinn({ folder, world: recordedWorld, seed: 1, clock: () => Date.now() + offset, delays: { confirm: [3200, 3300], reminder: 60_000 }, durable: false, downloadAll })
}

async function stop(): Promise<void> {
  await altinn?.close()
  altinn = null
  rmSync(folder, { recursive: true, force: true })
}

/** The service a row asks. One to which nothing has happened, and whose clock is right, is as good as a new one. */
async function service(): Promise<LocalAltinn> {
  if (altinn === null) {
    folder = mkdtempSync(join(tmpdir(), 'meldingsboks-contract-'))
    altinn = await start()
  }
  return altinn
}

beforeEach(async () => {
  offset = 0
  await service()
})
afterEach(async () => {
  if (altinn === null || altinn.state.effects.length > 0 || offset !== 0 || isChanged) await stop()
  isChanged = false
})
afterAll(stop)

const base = '/correspondence/api/v1/correspondence'

/** Names in braces become the ids of this world. */
function filled(path: string): string {
  return path
    .replace(/\{a\*(\d+)\}/g, (_, count: string) => 'a'.repeat(Number(count)))
    .replace('{idempotentKey}', idempotentKey)
    .replace(/\{(\w+)\.(\w+)\}/g, (_, message: string, file: string) => fileId(message, file))
    .replace(/\{dialog:([\w-]+)\}/g, (_, name: string) => dialogIdOf(dialogNames[name] ?? 0))
    .replace(/\{part:(\w+)\}/g, (_, name: string) => partIds[name] ?? '')
    .replace(/\{seen:(\w+)\}/g, (_, name: string) => revisionId(dialogIdOf(dialogNames[name] ?? 0), 'seen 0'))
    .replace(/\{now([+-]\d+)\}/g, (_, ms: string) => new Date(Date.now() + offset + Number(ms)).toISOString())
    .replace(/\{(\w+):upper\}/g, (_, name: string) => letterId(names[name] ?? 0).toUpperCase())
    .replace(/\{(\w+)\}/g, (_, name: string) => letterId(names[name] ?? 0))
}

/** The ordinary client signs in once a service. */
const signedIn = new WeakMap<LocalAltinn, string | null>()

async function token(kind: TokenKind): Promise<string | null> {
  const asked = await service()
  const known = kind === 'altinn' ? signedIn.get(asked) : undefined
  if (known !== undefined) return known
  const made = await tokenOf(asked, kind, later)
  if (kind === 'altinn') signedIn.set(asked, made)
  return made
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** A request exactly as it stands: `fetch` would add an Accept and tidy the path. */
async function send(method: string, path: string, given: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
  const { hostname, port } = new URL((await service()).platform)
  const headers = body === undefined ? given : { ...given, 'content-length': String(Buffer.byteLength(body)) }
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const found = Object.entries(response.headers).flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.join(', ')]] : value === undefined ? [] : [[name, value]]))
        resolve({ status: response.statusCode ?? 0, headers: new Headers(found as [string, string][]), body: Buffer.concat(chunks) })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const steps: Readonly<Record<string, readonly [method: string, rest: string]>> = {
  overview: ['GET', ''], details: ['GET', '/details'], content: ['GET', '/content'], markasread: ['POST', '/markasread'], confirm: ['POST', '/confirm'], purge: ['DELETE', '/purge'],
  forward: ['POST', '/forward'], download: ['GET', '/attachment/{message.argument}/download'], downloadall: ['GET', '/attachments/downloadall'],
}

/**
 * Calls before the one that is compared, each answered with 200: `overview plain`, `confirm confirm`, `download files pdf`,
 * `forward forwardable a@b.no`, `overview plain as read-write`, `call GET /dialogporten/…`, `door POST /localtest/…`; `wait` and `wait 5` move the clock, 10 s if nothing else is
 * said; `without-downloadall` starts the service again without that switch.
 */
async function setUp(wanted: readonly string[]): Promise<void> {
  for (const step of wanted) {
    const [call = '', as = 'altinn'] = step.split(' as ')
    const [action = '', name = '', argument = action === 'download' ? 'pdf' : ''] = call.split(' ')
    if (action === 'wait') later(name === '' ? 10_000 : Number(name) * 1000)
    else if (action === 'call' || action === 'door') {
      // `call GET <path> <JSON>` as the client, `door POST <path> <JSON>` at the side door.
      const [, , method = '', path = '', body] = /^(\w+) (\w+) (\S+)(?: (.*))?$/.exec(step) ?? []
      const authorization = action === 'call' ? { authorization: `Bearer ${(await token('altinn')) ?? ''}` } : {}
      const answer = await send(method, filled(path), { 'content-type': 'application/json', ...authorization }, body === undefined ? undefined : filled(body))
      expect([step, answer.status < 300]).toEqual([step, true])
    } else if (action === 'without-downloadall') {
      await altinn?.close()
      altinn = await start(false)
      isChanged = true
    } else {
      const [method, rest] = steps[action] ?? ['GET', '/unknown']
      const bearer = `Bearer ${(await token(as as TokenKind)) ?? ''}`
      const isForward = action === 'forward'
      const path = filled(`${base}/{${name}}${rest.replace('message', name).replace('argument', argument)}`)
      const answer = await send(method, path, { authorization: bearer, ...(isForward ? { 'content-type': 'application/json' } : {}) }, isForward ? JSON.stringify({ forwardTo: argument }) : undefined)
      expect([step, answer.status]).toEqual([step, 200])
    }
  }
}

describe('the local Altinn answers as the real one did', () => {
  it.each(served)('$file', async ({ file, setUp: steps, request, compare, ids, except = [] }) => {
    await setUp(steps)
    const { response } = recording.parse(JSON.parse(readFileSync(join(recorded, file), 'utf8')))
    const bearer = await token(request.token)
    const given = request.headers ?? {}
    const scheme = given['authorization-scheme'] ?? 'Bearer'
    const headers = Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null && entry[0] !== 'authorization-scheme').map(([name, value]) => [name, filled(value)]))
    const ask = async (): Promise<Answer> => await send(request.method, filled(request.path), { ...headers, ...(bearer === null ? {} : { authorization: `${scheme} ${bearer}` }) }, request.body === undefined ? undefined : filled(request.body))
    let answer = await ask()
    for (let tries = 0; compare.includes('some-order') && tries < 300 && bodyDifferences(response.body, answer.body).length > 0; tries += 1) {
      later(1)
      answer = await ask()
    }
    if (compare.includes('status')) expect(answer.status).toBe(response.status)
    if (compare.includes('headers')) expect(headerDifferences(response.headers ?? {}, answer.headers, file.startsWith('correspondence/') ? corsHeaders : [])).toEqual([])
    if (compare.includes('bytes') || compare.includes('some-order')) expect(bodyDifferences(response.body, answer.body)).toEqual([])
    if (compare.includes('length')) expect(answer.headers.get('content-length')).toBe(response.headers?.['content-length'])
    if (compare.includes('found')) expect(foundReferences(JSON.parse(answer.body.toString('utf8')))).toEqual(foundReferences(response.body))
    if (compare.includes('body')) {
      const text = answer.body.toString('utf8')
      const isJson = answer.headers.get('content-type')?.includes('json') === true && !file.includes('download-svar')
      const original: unknown = response.rawText === undefined ? response.body : JSON.parse(response.rawText)
      if (isJson) expect(differences(original, JSON.parse(text), answer.status >= 400, file.startsWith('correspondence/')).filter((one) => !except.some((path) => one.startsWith(`${path}: `)))).toEqual([])
      else if (original === null || original === '' || original === undefined) expect(text).toBe('')
    }
    if (compare.includes('history')) expect(historyDifferences(response.body, JSON.parse(answer.body.toString('utf8')))).toEqual([])
    if (ids !== undefined) expect((JSON.parse(answer.body.toString('utf8')) as { ids: string[] }).ids).toHaveLength(ids)
  })
})

afterAll(() => {
  const reasons = new Map<string, number>()
  for (const one of cases) {
    const reason = 'request' in one || 'replayedBy' in one || 'course' in one ? null : 'notServed' in one ? one.notServed : `not to imitate: ${one.notToImitate}`
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const excluded = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${String(count)}: ${reason}`)
  console.info(`Recordings served: ${String(served.length + elsewhere.length)}, courses of their steps ${String(cases.filter((one) => 'course' in one).length)}, of ${String(cases.length)}. Excluded:\n${excluded.join('\n')}`)
})
