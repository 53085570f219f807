import type { Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Engine } from '../../main/engine.ts'
import type { ListRow } from '../../preload/contract/index.ts'
import { startLocalAltinn } from '../../main/shell/demo.ts'
import { App, bokmaal, consentToAll, untilHere } from '../e2e/app.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { makeProfile, must, openProfile } from '../harness/profile.ts'
import { type Harness, say } from '../harness/run.ts'
import { type Spread, spreadOf } from './cache-ask.ts'
import { type Kind, kinds, letterOf, wordOf } from './open-letters.ts'
import { type Drawn, fromKeyToDrawn, viewShown, watchPdfs } from './open-window.ts'

/** How long a form is looked at before the next one is opened, ms. */
const betweenFormsMs = 3000

/** Opened before anything is measured, as in a window that has been used: worker, fonts and code are there. */
const warming = 3

const world = z.object({ parties: z.array(z.object({ urn: z.string() })) })

/** Sends `count` letters of every kind to the first recipient of a local Altinn. */
async function sendLetters(platform: string, count: number): Promise<void> {
  const [recipient] = world.parse(await (await fetch(`${platform}/localtest/world`)).json()).parties
  for (const kind of kinds) {
    for (let n = 0; n < count; n += 1) {
      const { body, files } = letterOf(kind, n)
      const message = { recipient: recipient?.urn, title: `${wordOf(kind, n)} Brev`, body, attachments: files.map(({ content, ...file }) => ({ ...file, contentBase64: content.toString('base64') })) }
      const answer = await fetch(`${platform}/localtest/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) })
      if (answer.status !== 201) throw new Error(`A letter was refused: ${await answer.text()}`)
    }
  }
}

/** Syncs until every letter is here: what was sent a moment ago is not published yet (altinn3.md 3.8). */
async function synced(engine: Engine, accountUuid: string): Promise<readonly ListRow[]> {
  const deadline = Date.now() + 120_000
  for (;;) {
    await must(engine, 'sync.run', { accountUuid })
    const { rows } = await must(engine, 'messages.list', { view: 'inbox', limit: 1000 })
    if (rows.length > 0 && rows.every((row) => row.state === 'fetched')) return rows
    if (Date.now() > deadline) throw new Error('The letters did not arrive')
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** Through the contract, one engine in this process: what the engine's part of an opening takes. */
async function throughContract(folder: string, count: number): Promise<Readonly<Record<string, Spread>>> {
  const altinn = await startLocalAltinn(['--folder', join(folder, 'altinn'), '--recipients', '1', '--messages', '0', '--quick'])
  const profile = join(folder, 'profile')
  await makeProfile(profile)
  await sendLetters(altinn.altinn.platform, count)
  const { engine, accountUuid } = await openProfile(profile, altinn.altinn)
  try {
    const rows = await synced(engine, accountUuid)
    const figures: Record<string, Spread> = {}
    const wholeFile = async (id: number, attachmentId: string): Promise<void> => {
      const { handle } = await must(engine, 'files.begin', { id, attachmentId })
      while ((await must(engine, 'files.next', { handle })).data !== '');
    }
    const cached: number[] = []
    for (const kind of kinds) {
      const times: number[] = []
      const isForm = fileDrawn[kind] === 'form'
      for (let n = 0; n < count; n += 1) {
        const id = rows.find((row) => row.title?.includes(wordOf(kind, n)))?.id
        if (id === undefined) throw new Error(`A letter of the kind ${kind} did not arrive`)
        // As after a form that was looked at: the next process stands ready.
        if (isForm) await new Promise((resolve) => setTimeout(resolve, betweenFormsMs))
        const open = async (): Promise<number> => {
          const began = performance.now()
          const { attachments } = await must(engine, 'messages.show', { id })
          await must(engine, 'letters.body', { id })
          const [file] = attachments
          if (file !== undefined && isForm) {
            const { mode } = await must(engine, 'forms.show', { id, attachmentId: file.attachmentId, view: null, mode: 'form' })
            if (mode !== 'form') throw new Error(`A form was shown as ${mode}`)
          } else if (file !== undefined) await wholeFile(id, file.attachmentId)
          return performance.now() - began
        }
        const first = await open()
        if (n < warming) continue
        times.push(first)
        if (isForm) cached.push(await open())
      }
      figures[kind] = spreadOf(times)
    }
    return { ...figures, formCached: spreadOf(cached) }
  } finally {
    await engine.close()
    await altinn.end()
  }
}

/** How the attachment of a kind counts as drawn; null: the letter itself is what is measured. */
const fileDrawn: Readonly<Record<Kind, Drawn | null>> = { message: null, markdown: null, html: null, formSmallFirst: 'form', form100kFirst: 'form', pdf20FirstPage: 'pdf', image: 'picture', csv: 'text', text: 'text' }

interface Measured {
  readonly times: Map<string, number[]>
  readonly views: Set<string>
}

function add({ times }: Measured, key: string, ms: number): void {
  times.set(key, [...(times.get(key) ?? []), ms])
}

/** Opens one letter by Enter in the list, and its first attachment by Enter on its tab; a form once more after that. */
async function openOne(page: Page, kind: Kind, n: number, measured: Measured): Promise<void> {
  const word = wordOf(kind, n)
  const keep = n >= warming
  await page.fill('#search', word)
  // What was not published yet when it was asked for comes with a later fetch.
  await page.locator('.option').filter({ hasText: word }).filter({ hasNotText: 'Bare i Altinn' }).first().waitFor({ timeout: 120_000 })
  await page.locator('#message-list').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.waitForTimeout(150)
  const letter = await fromKeyToDrawn(page, 'Enter', 'letter', word)
  const drawn = fileDrawn[kind]
  if (keep) add(measured, drawn === null ? kind : 'letterWithAttachment', letter)
  if (drawn === null) return
  const tabs = page.locator('.tabs [role=tab]')
  const open = async (): Promise<number> => {
    await tabs.nth(1).focus()
    await page.waitForTimeout(100)
    return await fromKeyToDrawn(page, 'Enter', drawn, word)
  }
  const first = await open()
  if (keep) add(measured, kind, first)
  if (drawn !== 'form') return
  measured.views.add(await viewShown(page))
  await tabs.nth(0).click()
  await page.waitForTimeout(100)
  const again = await open()
  if (keep) add(measured, 'formCached', again)
}

/** In the built program's window, in a real browser. */
async function inWindow(count: number): Promise<{ readonly figures: Readonly<Record<string, Spread>>; readonly views: readonly string[] }> {
  const app = new App()
  try {
    const page = await app.start()
    await watchPdfs(app.context)
    await page.locator('.consent-list input').first().waitFor({ timeout: 60_000 })
    await sendLetters(app.platform, count)
    await consentToAll(page, bokmaal)
    await untilHere(page, app.platform, wordOf(kinds[0], 0))
    const measured: Measured = { times: new Map(), views: new Set() }
    for (const kind of kinds) {
      say(`opening ${kind}`)
      for (let n = 0; n < count; n += 1) await openOne(page, kind, n, measured)
    }
    return { figures: Object.fromEntries([...measured.times].map(([kind, times]) => [kind, spreadOf(times)])), views: [...measured.views] }
  } finally {
    await app.remove()
  }
}

/**
 * The lines of design.md section 8 about opening. In the window: from the key press to the frame after the one in which the
 * letter, form, picture or first page of the PDF stands there with its text. Through the contract: the message, its safe
 * letter, and its form or every byte of its first file. Each time a message that was not opened before, after three to warm up.
 */
export const benchOpen: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { rounds: 20, window: 1 })
  const count = numbers.rounds + warming
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-open-'))
  try {
    const contract = await throughContract(folder, count)
    const { figures, views } = numbers.window === 0 ? { figures: {}, views: [] } : await inWindow(count)
    const warm = `${String(warming)} of each kind opened before, then each of ${String(numbers.rounds)} messages opened for the first time; formCached is the second opening of the same`
    return { result: { seed, rounds: numbers.rounds, warm, formViews: views, ...figures, contract }, passed: true }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
