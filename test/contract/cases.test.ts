import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { signAssertion } from '../localtest/sign.ts'
import { dialogIdOf, letterId } from '../localtest/small-world.ts'
import { differences, headerDifferences } from './compare.ts'
import { fileId, names, recordedWorld } from './world.ts'

const requestRow = z.object({
  method: z.string(),
  path: z.string(),
  token: z.enum(['altinn', 'maskinporten', 'none', 'garbage', 'foreign', 'expired', 'no-scope']),
  headers: z.record(z.string(), z.string().nullable()).optional(),
  body: z.string().optional(),
})
const row = z.union([
  z.strictObject({ file: z.string(), setUp: z.array(z.string()), request: requestRow, compare: z.array(z.enum(['status', 'headers', 'body'])).min(1) }),
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

describe('every recording has a row', () => {
  it('and each row a recording', () => {
    expect(cases.map((one) => one.file).sort()).toEqual(recordingFiles.sort())
    for (const one of cases) expect(existsSync(join(recorded, one.file))).toBe(true)
  })
})

let folder = ''
let altinn: LocalAltinn
let offset = 0

beforeEach(async () => {
  offset = 0
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-contract-'))
  altinn = await startLocalAltinn({ folder, world: recordedWorld, seed: 1, clock: () => Date.now() + offset, delays: { confirm: [3200, 3300] } })
})
afterEach(async () => {
  await altinn.close()
  rmSync(folder, { recursive: true })
})

const base = '/correspondence/api/v1/correspondence'

/** Names in braces become the ids of this world. */
function filled(path: string): string {
  return path
    .replace(/\{a\*(\d+)\}/g, (_, count: string) => 'a'.repeat(Number(count)))
    .replace(/\{(\w+)\.(\w+)\}/g, (_, message: string, file: string) => fileId(message, file))
    .replace('{dialog:full}', dialogIdOf(100))
    .replace(/\{(\w+):upper\}/g, (_, name: string) => letterId(names[name] ?? 0).toUpperCase())
    .replace(/\{(\w+)\}/g, (_, name: string) => letterId(names[name] ?? 0))
}

async function token(kind: z.infer<typeof requestRow>['token']): Promise<string | null> {
  if (kind === 'none') return null
  if (kind === 'garbage') return 'garbage'
  const scope = kind === 'no-scope' ? 'altinn:accessmanagement/authorizedparties' : 'altinn:correspondence.read digdir:dialogporten'
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await signAssertion(altinn, { scope }) })
  const granted = (await (await fetch(`${altinn.maskinporten}/token`, { method: 'POST', body })).json()) as { access_token: string }
  if (kind === 'maskinporten') return granted.access_token
  const exchanged = await (await fetch(`${altinn.platform}/authentication/api/v1/exchange/maskinporten`, { headers: { authorization: `Bearer ${granted.access_token}` } })).text()
  if (kind === 'expired') offset = 31 * 60_000
  // The last character of a signature may carry unused bits, so one in its middle is changed.
  return kind === 'foreign' ? exchanged.replace(/(.{20})$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1)) : exchanged
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** A request exactly as it stands: `fetch` would add an Accept and tidy the path. */
async function send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
  const { hostname, port } = new URL(altinn.platform)
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

/** Calls before the one that is compared: `overview plain`, `confirm confirm`, `download files`, `wait`. */
async function setUp(steps: readonly string[]): Promise<void> {
  const bearer = `Bearer ${(await token('altinn')) ?? ''}`
  for (const step of steps) {
    const [action = '', name = ''] = step.split(' ')
    if (action === 'wait') offset += 10_000
    else {
      const path = { overview: `${base}/{${name}}`, details: `${base}/{${name}}/details`, markasread: `${base}/{${name}}/markasread`, confirm: `${base}/{${name}}/confirm`, download: `${base}/{files}/attachment/{files.pdf}/download` }[action]
      const answer = await send(action === 'markasread' || action === 'confirm' ? 'POST' : 'GET', filled(path ?? ''), { authorization: bearer })
      expect([step, answer.status]).toEqual([step, 200])
    }
  }
}

describe('the local Altinn answers as the real one did', () => {
  it.each(served)('$file', async ({ file, setUp: steps, request, compare }) => {
    await setUp(steps)
    const { response } = recording.parse(JSON.parse(readFileSync(join(recorded, file), 'utf8')))
    const bearer = await token(request.token)
    const given = request.headers ?? {}
    const scheme = given['authorization-scheme'] ?? 'Bearer'
    const headers = Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null && entry[0] !== 'authorization-scheme'))
    const answer = await send(request.method, filled(request.path), { ...headers, ...(bearer === null ? {} : { authorization: `${scheme} ${bearer}` }) }, request.body)
    if (compare.includes('status')) expect(answer.status).toBe(response.status)
    if (compare.includes('headers')) expect(headerDifferences(response.headers ?? {}, answer.headers)).toEqual([])
    if (compare.includes('body')) {
      const text = answer.body.toString('utf8')
      const isJson = answer.headers.get('content-type')?.includes('json') === true && !file.includes('download-svar')
      const original: unknown = response.rawText === undefined ? response.body : JSON.parse(response.rawText)
      if (isJson) expect(differences(original, JSON.parse(text), answer.status >= 400)).toEqual([])
      else if (original === null || original === '' || original === undefined) expect(text).toBe('')
    }
  })
})

afterAll(() => {
  const reasons = new Map<string, number>()
  for (const one of cases) {
    const reason = 'request' in one ? null : 'notServed' in one ? one.notServed : `not to imitate: ${one.notToImitate}`
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const excluded = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${String(count)}: ${reason}`)
  console.info(`Recordings served: ${String(served.length)} of ${String(cases.length)}. Excluded:\n${excluded.join('\n')}`)
})
