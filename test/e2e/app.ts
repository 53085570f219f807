import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAddress } from '../../main/localtest/address-file.ts'
import { findBrowser } from '../../main/shell/browser/find-browser.ts'

const root = join(import.meta.dirname, '..', '..')

interface Started {
  readonly child: ChildProcess
  readonly startFile: string
}

interface ShellOptions {
  readonly language: string
  readonly profile?: string | undefined
  /** Seconds that the engine may say nothing. */
  readonly patience?: number | undefined
}

async function startShell(data: string, { language, profile, patience }: ShellOptions): Promise<Started> {
  const more = [...(profile === undefined ? [] : ['--profile', profile]), ...(patience === undefined ? [] : ['--patience', String(patience)])]
  const child = spawn(process.execPath, [join(root, 'out/main/browser.js'), '--data', data, '--no-open', '--language', language, ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
  const startFile = await new Promise<string>((resolve, reject) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const path = /(\/\S+start\.html)/.exec(out)?.[1]
      if (path !== undefined) resolve(path)
    })
    child.on('exit', (code) => { reject(new Error(`The browser shell ended with ${String(code)}: ${out}`)) })
  })
  return { child, startFile }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => child.once('exit', () => { resolve() }))
}

/** The built app in its browser shell, driven in a real Chromium with a profile folder of its own. */
export class App {
  readonly data = mkdtempSync(join(tmpdir(), 'meldingsboks-e2e-'))
  readonly #profile = mkdtempSync(join(tmpdir(), 'meldingsboks-e2e-browser-'))
  #shell: Started | null = null
  #context: BrowserContext | null = null
  /** What the page said that it should not have. */
  readonly complaints: string[] = []
  /** Addresses asked for that are not the window's. */
  readonly strangers: string[] = []

  async start(options: { readonly width?: number; readonly height?: number; readonly scheme?: 'light' | 'dark'; readonly language?: string; readonly profile?: string; readonly patience?: number; /** More rules of the browser's resolver, and more arguments. */ readonly rules?: readonly string[]; readonly args?: readonly string[] } = {}): Promise<Page> {
    const { width = 1280, height = 800, scheme = 'light', language = 'nb', profile, patience, rules = [], args = [] } = options
    this.#shell = await startShell(this.data, { language, profile, patience })
    const executablePath = findBrowser()
    if (executablePath === null) throw new Error('No browser of the Chromium family is on this machine')
    const isRoot = process.getuid?.() === 0
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath, headless: true, viewport: { width, height }, colorScheme: scheme, locale: { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }[language] ?? 'nb-NO', timezoneId: 'America/New_York',
      args: [`--host-resolver-rules=${['MAP *.localhost 127.0.0.1', ...rules].join(', ')}`, ...args, ...(isRoot ? ['--no-sandbox'] : [])],
    })
    const page = this.#context.pages()[0] ?? (await this.#context.newPage())
    page.setDefaultTimeout(15_000)
    page.on('console', (message) => { if (message.type() === 'error') this.complaints.push(message.text()) })
    page.on('pageerror', (error) => this.complaints.push(error.message))
    this.#context.on('request', (request) => { if (!/^(file:|data:|blob:|https?:\/\/(m|pdf)-[0-9a-f]+\.localhost)/.test(request.url())) this.strangers.push(request.url()) })
    await page.goto(`file://${this.#shell.startFile}`)
    return page
  }

  get startFile(): string {
    return this.#shell?.startFile ?? ''
  }

  get browserFolder(): string {
    return this.#profile
  }

  get context(): BrowserContext {
    if (this.#context === null) throw new Error('The app is not started')
    return this.#context
  }

  /** Asks the local Altinn's own folder where it runs, before a letter is open. */
  get platform(): string {
    const address = readAddress(join(this.data, 'demo-altinn'))
    if (address === null) throw new Error('The local Altinn does not run')
    return address
  }

  /** The page anew, from the start file: what a person does whose window is gone. */
  async openAgain(): Promise<Page> {
    const page = await this.context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`file://${this.startFile}`)
    return page
  }

  /** The demo's local Altinn as anybody on this machine can reach it, by the address the window shows. */
  async altinn(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Dette ser avsenderen' }).first().click()
    const address = await page.locator('.address').innerText()
    await page.keyboard.press('Escape')
    return new URL(address).origin
  }

  /** Ends the local Altinn of this app by force, as if the network were gone: nobody listens any more. */
  loseAltinn(): void {
    this.#signal('localtest.js', 'SIGKILL')
  }

  /** The engine's process ends as if it had crashed. */
  killEngine(): void {
    this.#signal('engine.js', 'SIGKILL')
  }

  /** The engine's process is there and does nothing any more, as if the system did not let it run. */
  stopEngine(): void {
    this.#signal('engine.js', 'SIGSTOP')
  }

  enginePids(): readonly number[] {
    return this.#pids('engine.js')
  }

  #pids(program: string): readonly number[] {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
      const path = join('/proc', String(pid), 'cmdline')
      const line = existsSync(path) ? readFileSync(path, 'utf8') : ''
      return line.includes(program) && line.includes(this.data)
    })
  }

  #signal(program: string, signal: 'SIGKILL' | 'SIGSTOP'): void {
    for (const pid of this.#pids(program)) process.kill(pid, signal)
  }

  async stop(): Promise<void> {
    await this.#context?.close()
    this.#context = null
    if (this.#shell !== null) {
      this.#shell.child.kill('SIGTERM')
      await ended(this.#shell.child)
      this.#shell = null
    }
  }

  /** Ends everything; the engine, which writes until its end, has ended before its folder goes. */
  async remove(): Promise<void> {
    await this.stop()
    const deadline = Date.now() + endingMs
    while (this.enginePids().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    for (const folder of [this.data, this.#profile]) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** Longest that an engine may take to put away what it holds, ms; one that was stopped never ends. */
const endingMs = 10_000

/** Says yes to fetching everything. */
export async function consentToAll(page: Page, words: { readonly all: string; readonly get: string }): Promise<void> {
  await page.getByText(words.all).click()
  await page.getByRole('button', { name: words.get }).click()
}

/** So long nothing is fetched any more when all is here, ms. */
const doneMs = 1500

/** Says yes to fetching everything and waits until all of it is here. */
export async function fetchAll(page: Page, words: { readonly all: string; readonly get: string; readonly done: RegExp }): Promise<void> {
  await consentToAll(page, words)
  await page.locator('.option').first().waitFor()
  // The run that only listed ends, and the one that fetches begins: done is what stays done.
  const done = page.locator('.footer-left').filter({ hasText: words.done })
  const deadline = Date.now() + 120_000
  for (let since = Date.now(); Date.now() - since < doneMs;) {
    if (Date.now() > deadline) throw new Error('Not all of it came')
    await page.waitForTimeout(100)
    if (!(await done.isVisible())) since = Date.now()
  }
}

export const bokmaal = { all: 'Alt i Altinn', get: 'Hent meldinger', done: /Sist oppdatert/ } as const

/** Longest that a local Altinn may go on being asked, and how long nobody asks it when all is fetched, ms. */
const fetchingMs = 420_000
const quietMs = 8000

/**
 * Waits until everything that was sent is here, files as well: nobody has asked the local Altinn for anything new for a
 * while, and the letter that was sent first can be read; letters are fetched newest first.
 * @param word stands in the title of the letter that was sent first
 */
export async function untilHere(page: Page, platform: string, word: string): Promise<void> {
  const deadline = Date.now() + fetchingMs
  let [known, since] = [-1, Date.now()]
  while (Date.now() < deadline) {
    const effects = (await (await fetch(`${platform}/localtest/effects`)).text()).length
    if (effects !== known) [known, since] = [effects, Date.now()]
    else if (Date.now() - since > quietMs) {
      await page.fill('#search', word)
      const row = page.locator('.option').filter({ hasText: word })
      await page.waitForTimeout(1000)
      if ((await row.count()) > 0) {
        await row.first().click()
        await page.waitForTimeout(1500)
        if (await page.locator('#tab-panel .letter-frame').isVisible()) return
      }
      await page.fill('#search', '')
    }
    await page.waitForTimeout(1000)
  }
  throw new Error('What was sent did not arrive')
}

/** Longest until what was sent is published and listed, ms. */
const listedMs = 120_000

/** Asks for messages until one is listed: what was sent a moment before a pass is not published for it (altinn3.md 3.8). */
export async function untilListed(page: Page, word: string): Promise<void> {
  await page.fill('#search', word)
  const row = page.locator('.option').filter({ hasText: word })
  for (const deadline = Date.now() + listedMs; Date.now() < deadline;) {
    await page.waitForTimeout(2000)
    if ((await row.count()) > 0) return
    const get = page.getByRole('button', { name: 'Hent meldinger' })
    if (await get.isVisible()) await get.click()
  }
  throw new Error(`${word} was not listed`)
}
