import { type Page } from '@playwright/test'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { z } from 'zod'
import { App, bokmaal, consentToAll, untilHere, untilListed } from '../e2e/app.ts'
import { hostileDomain, marksOf } from '../fixtures/hostile/case.ts'
import { hostileCases } from '../fixtures/hostile/index.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { type Harness, say } from '../harness/run.ts'
import { Counts } from './hostile/counts.ts'
import { listenForRequests, type Listener } from './hostile/listener.ts'
import { neighbour, type Placed, placed, sendCases, wordOf } from './hostile/letters.ts'
import { act, boundMs, fileDrawn, letterText, openByWord, pressInside, says, Silent, useControls, within } from './hostile/reader.ts'
import { namesInLog, Watch } from './hostile/watch.ts'

/** Pictures of what went wrong. */
const pictures = join(import.meta.dirname, '..', '..', 'out', 'hostile')
/** Longest for one case with everything that is pressed in it, ms. */
const caseMs = 180_000
/** How often a step of the harness itself is told. */
const tellEvery = 10

const world = z.object({ parties: z.array(z.object({ urn: z.string(), name: z.string() })) })

/** An opener and a folder for downloads that belong to the harness: what leaves the window is seen there. */
function surroundings(folder: string): { readonly opened: () => readonly string[] } {
  const [programs, downloads, log] = [join(folder, 'bin'), join(folder, 'downloads'), join(folder, 'opened')]
  for (const one of [programs, downloads]) mkdirSync(one)
  writeFileSync(join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${log}'\n`)
  chmodSync(join(programs, 'xdg-open'), 0o700)
  process.env['PATH'] = `${programs}${delimiter}${process.env['PATH'] ?? ''}`
  process.env['XDG_DOWNLOAD_DIR'] = downloads
  return { opened: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter((line) => line !== '') : []) }
}

interface Run {
  readonly app: App
  readonly counts: Counts
  readonly watch: Watch
  readonly listener: Listener
  readonly dropped: string
}

/** One page with nothing between it and a hostile letter: what the harness counts elsewhere must be counted here. */
async function selfCheck({ app, watch, listener }: Run): Promise<Readonly<Record<'executed' | 'requests' | 'listened', boolean>>> {
  const marks = marksOf(999, listener.port)
  listener.take()
  const page = await app.context.newPage()
  const seen = await watch.prove(async () => {
    await page.setContent(`<iframe srcdoc="<script>console.log(/mb-kjort.${marks.id}/.source)</script><img src='${marks.ip}/selv.png'><img src='${marks.host}/selv.png'>"></iframe>`)
    await page.waitForTimeout(1500)
  })
  const arrived = listener.take().map(({ what }) => what)
  await page.close()
  return { executed: seen.has('executed'), requests: seen.has('requests'), listened: arrived.some((what) => what.includes('127.0.0.1')) && arrived.some((what) => what.includes(hostileDomain)) }
}

/** The harmless letters are as they were. */
async function neighbourOpens(page: Page, which: 'a' | 'b', counts: Counts): Promise<void> {
  await openByWord(page, `${neighbour.title}${which}`)
  const text = await letterText(page)
  if (text.trim() !== neighbour.body) counts.add('affected', `the letter beside it reads: ${text}`)
  const wide = await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth && document.title === "Meldingsboks"')
  if (wide !== true) counts.add('affected', 'the window is not as it was')
}

/** @param letterSaid the letter's own tab has said what is to be said */
async function openTabs(page: Page, { one, marks }: Placed, counts: Counts, letterSaid: boolean): Promise<void> {
  const tabs = page.locator('.tabs [role=tab]')
  const count = Math.min(12, await tabs.count())
  let said = letterSaid
  for (let n = 1; n < count; n += 1) {
    await within('a tab', tabs.nth(n).click({ timeout: boundMs }))
    await fileDrawn(page)
    const fetchIt = page.getByRole('button', { name: 'Hent vedlegget' })
    if (await fetchIt.isVisible()) {
      await fetchIt.click()
      await within('a file to be fetched', fetchIt.waitFor({ state: 'hidden', timeout: boundMs }))
      await fileDrawn(page)
    }
    if (one.says !== undefined) said ||= await says(page, one.says)
    for (const selector of ['#tab-panel .letter-frame', '#tab-panel .pdf-frame', '#tab-panel']) await pressInside(page, selector, 2)
    await useControls(page)
    await fileDrawn(page)
  }
  if (one.says === undefined || said) return
  counts.add('silent', `no sentence: ${one.says}`)
  await page.screenshot({ path: join(pictures, `${marks.id}.png`) })
}

async function runCase(page: Page, place: Placed, run: Run): Promise<void> {
  const { counts, watch, dropped } = run
  const { one, marks } = place
  await openByWord(page, wordOf(place))
  const isLetterAlone = (await page.locator('.tabs [role=tab]').count()) < 2
  const said = one.says !== undefined && isLetterAlone && (await says(page, one.says))
  await pressInside(page, '#tab-panel .letter-frame', 4)
  for (const wanted of one.acts ?? []) await act(page, wanted, marks.ip, marks.js, dropped)
  await openTabs(page, place, counts, said)
  for (const url of await watch.signs(page, boundMs)) counts.add('hung', `a frame says nothing: ${url}`)
  await within('the window', page.evaluate('1'))
}

/** Cases one after the other in one window; a window that says nothing any more is opened anew. */
async function runCases(first: Page, cases: readonly Placed[], run: Run): Promise<Page> {
  const { app, counts, watch, listener } = run
  let page = first
  let pids = app.enginePids().join()
  for (const [n, place] of cases.entries()) {
    counts.current = place.one.name
    if (n % tellEvery === 0) say(`case ${String(n + 1)} of ${String(cases.length)}: ${place.one.name}`)
    try {
      await within('the whole case', runCase(page, place, run), caseMs)
      await within('the letter beside it', neighbourOpens(page, n % 2 === 0 ? 'a' : 'b', counts), caseMs)
    } catch (error) {
      if (!(error instanceof Silent) && !page.isClosed() && !(error instanceof Error && /closed|crashed|detached/i.test(error.message))) throw error
      counts.add(error instanceof Silent ? 'hung' : 'crashed', error instanceof Error ? error.message : 'unknown')
      say(`${place.one.name}: ${error instanceof Error ? error.message : ''}`)
      if (!page.isClosed()) await page.screenshot({ path: join(pictures, `${place.marks.id}.png`), timeout: 5000 }).catch(() => undefined)
      const fresh = await app.openAgain()
      await page.close()
      page = fresh
      await page.locator('.option').first().waitFor({ timeout: 60_000 })
    }
    watch.strangers(app.context, [page])
    for (const { id, what } of listener.take()) counts.add('requests', `arrived: ${what}`, id)
    const now = app.enginePids().join()
    if (now !== pids) counts.add('crashed', 'the engine ended')
    pids = now
  }
  return page
}

const choose = (all: readonly Placed[], only: string | null, every: number, from: number): readonly Placed[] => (only === null ? all.filter(({ at }) => at % every === from % every) : all.filter(({ one }) => one.name.includes(only)))

/** Takes `--only <part of a name>` out of the arguments; the rest are numbers. */
function withoutOnly(args: readonly string[]): { readonly only: string | null; readonly rest: readonly string[] } {
  const at = args.indexOf('--only')
  return at < 0 ? { only: null, rest: args } : { only: args[at + 1] ?? '', rest: [...args.slice(0, at), ...args.slice(at + 2)] }
}

/**
 * Sends the hostile collection through a local Altinn to the built program, opens every message of it in the window in a
 * real browser, presses whatever can be pressed, and counts what ran, what left, what hung or ended, whom it touched, and
 * where no sentence was said.
 */
export const hostile: Harness = async (args) => {
  const { only, rest } = withoutOnly(args)
  const { seed, numbers } = harnessOptions(rest, { every: 1, from: 0 })
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-hostile-'))
  const { opened } = surroundings(folder)
  const listener = await listenForRequests()
  const cases = choose(placed(hostileCases, listener.port), only, Math.max(1, numbers.every), numbers.from)
  if (cases.length === 0) throw new Error('No case has such a name')
  const counts = new Counts(new Map(cases.map(({ marks, one }) => [marks.id, one.name])))
  const app = new App()
  const log = join(folder, 'net-log.json')
  const dropped = join(folder, 'sluppet.html')
  writeFileSync(dropped, `<script>${marksOf(998, listener.port).js}</script>`)
  try {
    let page = await app.start({ args: [`--log-net-log=${log}`], rules: [`MAP *.${hostileDomain} 127.0.0.1:${String(listener.port)}`, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'] })
    await page.locator('.consent-list input').first().waitFor({ timeout: 60_000 })
    const [recipient] = world.parse(await (await fetch(`${app.platform}/localtest/world`)).json()).parties
    say(`sending ${String(cases.length)} cases`)
    await sendCases(app.platform, recipient?.urn ?? '', cases)
    await consentToAll(page, bokmaal)
    const watch = new Watch(app.context, counts)
    const run: Run = { app, counts, watch, listener, dropped }
    await untilHere(page, app.platform, `${neighbour.title}a`)
    await untilListed(page, `${neighbour.title}b`)
    page = await runCases(page, cases, run)
    counts.current = 'afterwards'
    const proof = await selfCheck(run)
    await app.stop()
    for (const address of opened()) counts.add('requests', `opened outside: ${address}`)
    const names = (await namesInLog(log, listener.port)).filter((name) => !name.includes('q999'))
    for (const name of names) counts.add('requests', `in the browser's log: ${name}`, /q\d{3}/.exec(name)?.[0] ?? null)
    const { failures, summary } = counts
    const passed = failures.length === 0 && Object.values(proof).every(Boolean)
    return { result: { seed, cases: cases.length, ...summary, selfCheck: proof, stopped: Object.fromEntries([...counts.stopped].map(([layer, names_]) => [layer, [...names_]])), failures }, passed }
  } finally {
    await app.remove()
    await listener.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
