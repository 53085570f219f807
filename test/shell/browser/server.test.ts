import { randomBytes } from 'node:crypto'
import { createServer, request as httpRequest } from 'node:http'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { browserArguments, prepareProfile } from '../../../main/shell/browser/launch.ts'
import { findBrowser } from '../../../main/shell/browser/find-browser.ts'
import { makeRunFolder, writeStartFile } from '../../../main/shell/browser/run-folder.ts'
import { startWindowServer, type WindowServer } from '../../../main/shell/browser/server.ts'
import { proofOf, secretMs, Sessions } from '../../../main/shell/browser/session.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

const files = new Map([['/', { type: 'text/html', bytes: Buffer.from('<!doctype html>') }], ['/assets/a.js', { type: 'text/javascript', bytes: Buffer.from('1') }]])
let server: WindowServer
let secrets: string[] = []
const frames: unknown[] = []
const opened: number[] = []

/** A request as any program of this machine can make it: every header is the caller's. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, options: { readonly method?: string; readonly body?: string; readonly host?: string; readonly address?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ host: options.address ?? '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers: { host: options.host ?? server.hosts.window, ...headers } }, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }) })
    })
    call.on('error', reject)
    call.end(options.body)
  })
}
const own = (): Record<string, string> => ({ origin: server.address, 'sec-fetch-site': 'same-origin' })
const redeem = (secret: string, headers: Readonly<Record<string, string>> = own()): Promise<Answer> => ask('/session', headers, { method: 'POST', body: secret })

interface Session {
  readonly cookie: string
  readonly key: Buffer
}

async function session(): Promise<Session> {
  const answer = await redeem(secrets.at(-1) ?? '')
  expect(answer.status).toBe(200)
  const cookie = String(answer.headers['set-cookie']?.[0])
  expect(cookie).toMatch(/^meldingsboks=[\w-]+; HttpOnly; SameSite=Strict; Path=\/$/)
  const { key } = JSON.parse(answer.body) as { key: string }
  return { cookie: cookie.split(';')[0] ?? '', key: Buffer.from(key, 'base64') }
}

interface Connection {
  readonly socket: WebSocket
  readonly next: () => Promise<Record<string, unknown>>
  readonly closed: Promise<number>
}

function connect(headers: Readonly<Record<string, string>>): Promise<Connection | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/engine`, { headers: { host: server.hosts.window, ...headers } })
    const queue: Record<string, unknown>[] = []
    const waiting: ((frame: Record<string, unknown>) => void)[] = []
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString('utf8')) as Record<string, unknown>
      const first = waiting.shift()
      if (first === undefined) queue.push(frame)
      else first(frame)
    })
    const closed = new Promise<number>((end) => { socket.on('close', end) })
    socket.on('unexpected-response', (_request, answer) => { resolve(answer.statusCode ?? 0) })
    socket.on('error', () => undefined)
    socket.on('open', () => {
      resolve({ socket, closed, next: () => { const known = queue.shift(); return known === undefined ? new Promise((end) => waiting.push(end)) : Promise.resolve(known) } })
    })
  })
}

async function proven({ cookie, key }: Session): Promise<Connection> {
  const connection = await connect({ origin: server.address, cookie })
  if (typeof connection === 'number') throw new Error(`refused with ${String(connection)}`)
  const nonce = randomBytes(24).toString('base64url')
  connection.socket.send(JSON.stringify({ kind: 'shell', step: 'begin', nonce }))
  const answer = await connection.next()
  expect(answer['proof']).toBe(proofOf(key, 'server', nonce, String(answer['nonce'])))
  connection.socket.send(JSON.stringify({ kind: 'shell', step: 'prove', proof: proofOf(key, 'client', nonce, String(answer['nonce'])) }))
  expect(await connection.next()).toEqual({ kind: 'shell', step: 'open' })
  return connection
}

beforeEach(async () => {
  secrets = []
  frames.length = 0
  opened.length = 0
  server = await startWindowServer({ pages: () => ({ window: new Map(files), pdf: new Map(files) }), secret: (_address, secret) => secrets.push(secret), opened: (port) => opened.push(port), closed: () => undefined, frame: (_port, frame) => frames.push(frame) })
})
afterEach(() => server.close())

describe('the window server', () => {
  it('serves only its own files to its own host, with every header of the policy', async () => {
    const page = await ask('/')
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain(`connect-src 'self' ws://${server.hosts.window}; worker-src 'self'; frame-src http://${server.hosts.pdf}`)
    expect(page.headers['content-security-policy']).toContain("require-trusted-types-for 'script'; trusted-types letter")
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' })
    expect(page.headers['access-control-allow-origin']).toBeUndefined()
    for (const host of ['127.0.0.1', `localhost:${String(server.port)}`, 'ond.no', server.hosts.window.split(':')[0] ?? '', '']) expect((await ask('/', {}, { host })).status).toBe(421)
    expect((await ask('/assets/a.js', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await ask('/assets/a.js', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask('/assets/a.js')).status).toBe(403)
    for (const path of ['/../package.json', '/assets/../../x', '/%2e%2e/x', '//ond.no/', '/engine', '/session']) expect((await ask(path, own())).status).toBe(404)
    expect((await ask('/', own(), { method: 'PUT' })).status).toBe(405)
    expect((await ask('/', own(), { method: 'OPTIONS' })).headers['access-control-allow-origin']).toBeUndefined()
  })

  it('gives the PDF page an origin and a policy of its own', async () => {
    const page = await ask('/', {}, { host: server.hosts.pdf })
    expect(page.headers['content-security-policy']).toContain(`script-src 'self' 'wasm-unsafe-eval'`)
    expect(page.headers['content-security-policy']).toContain(`frame-ancestors http://${server.hosts.window}`)
    expect(page.headers['set-cookie']).toBeUndefined()
    expect((await ask('/session', own(), { method: 'POST', host: server.hosts.pdf, body: secrets[0] ?? '' })).status).toBe(405)
  })

  it('takes a secret once, from its own origin only, and answers at ::1 as well', async () => {
    const secret = secrets.at(-1) ?? ''
    expect((await redeem(secret, { 'sec-fetch-site': 'same-origin' })).status).toBe(403)
    expect((await redeem(secret, { origin: 'https://ond.no', 'sec-fetch-site': 'same-origin' })).status).toBe(403)
    expect((await redeem(secret, { origin: server.address, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await redeem(secret)).status).toBe(200)
    expect((await redeem(secret)).status).toBe(403)
    // The start file was rewritten after the use.
    expect(secrets.at(-1)).not.toBe(secret)
    expect((await ask('/', {}, { address: '::1' })).status).toBe(200)
  })

  it('refuses a body of more than four kilobytes', async () => {
    expect((await ask('/session', own(), { method: 'POST', body: 'x'.repeat(5000) })).status).toBe(413)
  })

  it('makes a new secret after ten wrong ones', async () => {
    const secret = secrets.at(-1) ?? ''
    for (let n = 0; n < 10; n += 1) expect((await redeem(`wrong${String(n)}`)).status).toBe(403)
    expect((await redeem(secret)).status).toBe(403)
    expect((await redeem(secrets.at(-1) ?? '')).status).toBe(200)
  })

  it('needs cookie, origin and proof for the socket', async () => {
    const { cookie, key } = await session()
    expect(await connect({ origin: server.address })).toBe(401)
    expect(await connect({ origin: 'https://ond.no', cookie })).toBe(403)
    expect(await connect({ cookie })).toBe(403)
    expect(await connect({ origin: server.address, cookie, host: 'ond.no' })).toBe(403)
    const wrong = await connect({ origin: server.address, cookie })
    if (typeof wrong === 'number') throw new Error('refused')
    wrong.socket.send(JSON.stringify({ kind: 'call', id: 1, name: 'messages.list', request: {} }))
    expect(await wrong.closed).toBe(4401)
    const forged = await connect({ origin: server.address, cookie })
    if (typeof forged === 'number') throw new Error('refused')
    forged.socket.send(JSON.stringify({ kind: 'shell', step: 'begin', nonce: randomBytes(24).toString('base64url') }))
    await forged.next()
    forged.socket.send(JSON.stringify({ kind: 'shell', step: 'prove', proof: proofOf(randomBytes(32), 'client', 'a', 'b') }))
    expect(await forged.closed).toBe(4401)
    expect(opened).toEqual([])
    const good = await proven({ cookie, key })
    expect(opened).toEqual([1])
    good.socket.send(JSON.stringify({ kind: 'call', id: 1, name: 'x', request: {} }))
    await expect.poll(() => frames).toEqual([{ kind: 'call', id: 1, name: 'x', request: {} }])
    good.socket.send(JSON.stringify({ kind: 'shell', step: 'renew' }))
    expect((await good.next())['secret']).toBe(secrets.at(-1))
  })

  it('gives a stale window the page of the new build', async () => {
    const connection = await proven(await session())
    files.set('/assets/new.js', { type: 'text/javascript', bytes: Buffer.from('2') })
    expect((await ask('/assets/new.js', { 'sec-fetch-site': 'same-origin' })).status).toBe(404)
    connection.socket.send(JSON.stringify({ kind: 'shell', step: 'renew' }))
    await connection.next()
    expect((await ask('/assets/new.js', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    files.delete('/assets/new.js')
  })

  it('holds at most four sockets, and none that proves nothing', async () => {
    const one = await session()
    const sockets = await Promise.all(Array.from({ length: 4 }, () => connect({ origin: server.address, cookie: one.cookie })))
    expect(sockets.every((socket) => typeof socket !== 'number')).toBe(true)
    expect(await connect({ origin: server.address, cookie: one.cookie })).toBe(503)
  })

  it('ends a socket that sends more than eight megabytes', async () => {
    const connection = await proven(await session())
    connection.socket.send('x'.repeat(9 * 1024 * 1024))
    expect(await connection.closed).toBe(1009)
  })

  it('an impostor on the port cannot prove itself', async () => {
    const { key } = await session()
    const nonce = randomBytes(24).toString('base64url')
    const impostor = proofOf(randomBytes(32), 'server', nonce, 'nonce')
    expect(impostor).not.toBe(proofOf(key, 'server', nonce, 'nonce'))
    expect(proofOf(key, 'server', nonce, 'nonce')).not.toBe(proofOf(key, 'client', nonce, 'nonce'))
  })

  it('takes another port when somebody listens on ::1', async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => { stranger.listen(0, '::1', resolve) })
    const address = stranger.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const other = await startWindowServer({ pages: () => ({ window: files, pdf: files }), secret: () => undefined, opened: () => undefined, closed: () => undefined, frame: () => undefined, ports: [port] })
    expect(other.port).not.toBe(port)
    await other.close()
    await new Promise((resolve) => stranger.close(resolve))
  })
})

describe('secrets', () => {
  it('are good for a minute', () => {
    let now = 0
    const made: string[] = []
    const sessions = new Sessions((secret) => made.push(secret), () => now)
    sessions.renew()
    now = secretMs - 1
    expect(sessions.redeem(made[0] ?? '')).not.toBeNull()
    now += secretMs
    expect(sessions.redeem(made[1] ?? '')).toBeNull()
  })
})

describe('what lies on disk', () => {
  const parent = mkdtempSync(join(tmpdir(), 'meldingsboks-run-'))
  afterEach(() => { for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true, force: true }) })

  it('is for the user alone, and what an ended run left goes', () => {
    rmSync(join(parent, 'meldingsboks-999999999-abc'), { recursive: true, force: true })
    const left = makeRunFolder(parent)
    expect(statSync(left).mode & 0o777).toBe(0o700)
    const file = writeStartFile(left, 'http://m-1.localhost:1', 'geheim')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('location.replace("http://m-1.localhost:1/#geheim")')
    writeStartFile(left, 'http://m-1.localhost:1', 'neues')
    expect(readFileSync(file, 'utf8')).not.toContain('geheim')
    expect(readdirSync(left)).toEqual(['start.html'])
    makeRunFolder(parent)
    expect(readdirSync(parent)).toHaveLength(2)
  })

  it('the browser gets the start file and no secret on its command line, and notifications for one origin only', () => {
    const args = browserArguments('/run/x/start.html', '/run/x/browser', true)
    expect(args).toContain('--app=file:///run/x/start.html')
    expect(args).toContain('--no-sandbox')
    expect(browserArguments('/a', '/b', false)).not.toContain('--no-sandbox')
    for (const flag of ['--disable-extensions', '--disable-breakpad', '--disable-component-update', '--disable-background-networking', '--disable-sync', '--host-resolver-rules=MAP *.localhost 127.0.0.1']) expect(args).toContain(flag)
    prepareProfile(parent, 'http://m-1.localhost:1')
    const preferences = JSON.parse(readFileSync(join(parent, 'Default', 'Preferences'), 'utf8')) as { profile: { content_settings: { exceptions: { notifications: object } } } }
    expect(Object.keys(preferences.profile.content_settings.exceptions.notifications)).toEqual(['http://m-1.localhost:1,*'])
  })

  it('a browser is found by name, on the path, or not at all', () => {
    expect(findBrowser('linux', { MELDINGSBOKS_BROWSER: process.execPath })).toBe(process.execPath)
    expect(findBrowser('linux', { MELDINGSBOKS_BROWSER: '/nowhere' })).toBeNull()
    expect(findBrowser('linux', { PATH: '/nowhere', PLAYWRIGHT_BROWSERS_PATH: '/nowhere' })).toBeNull()
  })
})
