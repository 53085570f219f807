import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { letterId } from '../localtest/small-world.ts'
import { tokenOf } from './tokens.ts'
import { names, recordedWorld } from './world.ts'

// What was recorded byte by byte (correspondence/450-raw-http.json). Not replayed: HTTP/2 without TLS, which Node refuses in
// words of its own, and the 403 whose connection breaks before its last chunk, which is a fault (forbidden-dropped).
const recorded = z
  .object({ response: z.object({ noHost: z.string(), http10: z.string(), unauth: z.string(), pipelined: z.array(z.string()), maskinportenContent: z.string(), postMarkasreadWithoutContentLength: z.string() }) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'recorded/correspondence/450-raw-http.json'), 'utf8'))).response

let folder = ''
let altinn: LocalAltinn
let token = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-raw-'))
  altinn = await startLocalAltinn({ folder, world: recordedWorld, seed: 1, durable: false })
  token = (await tokenOf(altinn, 'altinn', () => undefined)) ?? ''
})
afterAll(async () => {
  await altinn.close()
  rmSync(folder, { recursive: true })
})

/** Everything that comes back for some bytes until the service hangs up. */
async function exchange(bytes: string): Promise<string> {
  const { port, hostname } = new URL(altinn.platform)
  return await new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('latin1').on('data', (part: string) => (text += part)).on('end', () => { resolve(text) }).on('error', reject)
  })
}

const path = (rest = ''): string => `/correspondence/api/v1/correspondence/${letterId(names['full'] ?? 0)}${rest}`
const statusLine = (answer: string): string => answer.split('\r\n')[0] ?? ''
/** Header lines whose names were recorded, in lower case and by name; the date apart. */
const headersOf = (answer: string): readonly string[] =>
  (answer.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1).map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase())).filter((line) => !/^(date|server|keep-alive):/.test(line)).sort()

describe('bytes on the line', () => {
  it('a request without a host is 400 and the end of the connection', async () => {
    const answer = await exchange(`GET ${path()} HTTP/1.1\r\n\r\n`)
    expect(statusLine(answer)).toBe(statusLine(recorded.noHost))
    expect(headersOf(answer)).toContain('connection: close')
  })

  it('HTTP/1.0 gets a body without chunks, and the connection closes', async () => {
    const answer = await exchange(`GET ${path()} HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    expect(statusLine(answer)).toBe(statusLine(recorded.http10))
    expect(headersOf(answer)).toEqual(headersOf(recorded.http10))
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ correspondenceId: letterId(names['full'] ?? 0) })
  })

  it('each challenge of a 401 is a line of its own', async () => {
    const answer = await exchange(`GET ${path()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(statusLine(answer)).toBe(statusLine(recorded.unauth))
    expect(headersOf(answer)).toEqual(headersOf(recorded.unauth))
  })

  it('two requests on one connection are both answered', async () => {
    const one = (more = ''): string => `GET ${path()} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`
    const answer = await exchange(one() + one('Connection: close\r\n'))
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(recorded.pipelined)
  })

  it('a raw Maskinporten token for content is 403 in chunks, with one challenge', async () => {
    const raw = (await tokenOf(altinn, 'maskinporten', () => undefined)) ?? ''
    const answer = await exchange(`GET ${path('/content')} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${raw}\r\n\r\n`)
    expect(statusLine(answer)).toBe(statusLine(recorded.maskinportenContent))
    expect(headersOf(answer)).toEqual([...headersOf(recorded.maskinportenContent), 'connection: close'].sort())
    expect(answer).toContain((recorded.maskinportenContent.split('\r\n\r\n')[1] ?? '').trim())
  })

  it('a POST without a length is handled', async () => {
    const post = `POST ${path('/markasread')} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`
    await exchange(post)
    const answer = await exchange(post)
    expect(recorded.postMarkasreadWithoutContentLength).toContain(statusLine(answer))
    expect(answer).toContain('"errorCode":1040')
  })
})
