import type { BrowserContext, Page } from '@playwright/test'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { caseIdPattern, hostileDomain, ranSign } from '../../fixtures/hostile/case.ts'
import type { Counts } from './counts.ts'

const idOf = (text: string): string | null => {
  const number = caseIdPattern.exec(text)?.[1]
  return number === undefined ? null : `q${number}`
}
/** Pages, sockets and bytes of the window's own two origins, and what has no address outside this process. */
const own = /^(?:about:|data:|blob:|file:|devtools:|(?:https?|ws):\/\/(?:m|pdf)-[0-9a-f]+\.localhost[:/])/

/**
 * Watches a browser for everything a case could bring about: code that says it ran, by console, dialog, title or a sign in
 * any frame; requests, by the browser's own events; pages that open or go elsewhere; ends of pages.
 */
export class Watch {
  readonly #counts: Counts
  /** Pages that the harness opened itself. */
  readonly #known = new WeakSet<Page>()
  /** What would be counted goes here instead while the harness tests itself. */
  #proof: Set<string> | null = null

  constructor(context: BrowserContext, counts: Counts) {
    this.#counts = counts
    context.on('request', (request) => {
      if (!own.test(request.url())) this.#see('requests', `${request.resourceType()} ${request.url()}`)
    })
    context.on('page', (page) => { this.#page(page) })
    for (const page of context.pages()) this.#page(page)
  }

  #see(what: 'executed' | 'requests' | 'crashed', detail: string): void {
    if (this.#proof !== null) this.#proof.add(what)
    else this.#counts.add(what, detail, idOf(detail))
  }

  #page(page: Page): void {
    if (this.#known.has(page)) return
    this.#known.add(page)
    page.on('console', (message) => {
      const text = message.text()
      if (text.includes(ranSign) && !/Content Security Policy|sandbox/i.test(text)) this.#see('executed', text)
      else if (/Content Security Policy/i.test(text)) this.#counts.stop('policy')
    })
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') this.#see('executed', `${dialog.type()}: ${dialog.message()}`)
      void dialog.dismiss().catch(() => undefined)
    })
    page.on('pageerror', (error) => { this.#see('crashed', `error in a page: ${error.message}`) })
    page.on('crash', () => { this.#see('crashed', 'the page ended') })
    page.on('download', (download) => { this.#see('requests', `download ${download.url()}`) })
    page.on('framenavigated', (frame) => {
      if (!own.test(frame.url()) && frame.url() !== '') this.#see('requests', `frame at ${frame.url()}`)
    })
  }

  /** A page that opens by itself is a request, wherever it leads. */
  strangers(context: BrowserContext, ours: readonly Page[]): void {
    for (const page of context.pages()) {
      if (ours.includes(page)) continue
      this.#see('requests', `a page opened: ${page.url()}`)
      void page.close()
    }
  }

  /** Signs that code left in the window or in a frame. @param boundMs a frame that does not answer so long is told of */
  async signs(page: Page, boundMs: number): Promise<readonly string[]> {
    const silent: string[] = []
    const title = await page.title()
    if (title.includes(ranSign)) this.#see('executed', `title: ${title}`)
    for (const frame of page.frames()) {
      const answer = await Promise.race([
        frame.evaluate('Object.prototype.hasOwnProperty.call(self, "mbKjort")').catch(() => 'gone'),
        new Promise((resolve) => setTimeout(() => { resolve('silent') }, boundMs)),
      ])
      if (answer === true) this.#see('executed', `a sign in ${frame.url()}`)
      else if (answer === 'silent') silent.push(frame.url())
    }
    return silent
  }

  /** Runs something harmful on purpose; gives what of it was seen. */
  async prove(work: () => Promise<void>): Promise<ReadonlySet<string>> {
    const seen = new Set<string>()
    this.#proof = seen
    try {
      await work()
    } finally {
      this.#proof = null
    }
    return seen
  }
}

/** Names of the collection that the browser looked up or asked for, by its own log of the network. */
export async function namesInLog(path: string, port: number): Promise<readonly string[]> {
  const found = new Set<string>()
  const wanted = new RegExp(`[\\w.-]*${hostileDomain.replace('.', '\\.')}|127\\.0\\.0\\.1:${String(port)}/q\\d{3}[\\w/.-]*`, 'g')
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    // The rules of the resolver stand in the log as well.
    if (line.includes('host-resolver-rules') || line.includes('MAP ') || line.includes('commandLine')) continue
    for (const [name] of line.matchAll(wanted)) found.add(name)
  }
  return [...found]
}
