import { errors, type ElementHandle, type Page } from '@playwright/test'
import type { Act, Sentence } from '../../fixtures/hostile/case.ts'

/** Longest that a window or an engine may take to answer while a case is open, ms; a slow machine is no fault. */
export const boundMs = 20_000

/** The window or the engine did not answer in time. */
export class Silent extends Error {
  override readonly name = 'Silent'
}

/** Work that must answer within the bound. @throws {Silent} */
export async function within<T>(what: string, work: Promise<T>, ms = boundMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Silent(what)) }, ms)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    if (error instanceof errors.TimeoutError) throw new Silent(what)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const panel = '#tab-panel'

/** Asks until it is so; from here, because the window's policy lets nobody wait in it by text. @throws {Silent} */
async function until(page: Page, what: string, expression: string): Promise<void> {
  const deadline = Date.now() + boundMs
  while ((await within(what, page.evaluate(expression))) !== true) {
    if (Date.now() > deadline) throw new Silent(what)
    await page.waitForTimeout(40)
  }
}

/** Finds one message by a word of its title and opens it. @throws {Silent} */
export async function openByWord(page: Page, word: string): Promise<void> {
  await within('the search field', page.fill('#search', ''))
  await within('the search field', page.fill('#search', word))
  const row = page.locator('.option').filter({ hasText: word }).first()
  await within(`the list with ${word}`, row.waitFor({ timeout: boundMs }))
  await within('a click in the list', row.click({ timeout: boundMs }))
  await within(`the message ${word}`, page.locator('#message-title').filter({ hasText: word }).waitFor({ timeout: boundMs }))
  // One that was sent a moment before it was asked for: the service said it was not published yet (altinn3.md 3.8).
  const fetchIt = page.getByRole('button', { name: 'Hent meldingen' })
  if (await fetchIt.isVisible()) await within('a letter to be fetched', fetchIt.click({ timeout: boundMs }))
  await letterDrawn(page)
}

/** The letter is on screen, or the window says why it is not. @throws {Silent} */
async function letterDrawn(page: Page): Promise<void> {
  await until(page, 'the letter', `(() => { const frame = document.querySelector('${panel} .letter-frame'); return frame !== null ? frame.style.visibility === 'visible' : document.querySelector('${panel} [role=alert]') !== null })()`)
}

/** Text of the letter that is open. */
export async function letterText(page: Page): Promise<string> {
  return await within('the text of the letter', page.locator(`${panel} .letter-frame`).first().contentFrame().locator('body').innerText({ timeout: boundMs }))
}

/** Points of a frame or panel worth pressing: links first, then whatever asks for it. */
async function pointsIn(element: ElementHandle<HTMLElement | SVGElement>, most: number): Promise<readonly { readonly x: number; readonly y: number }[]> {
  const frame = await element.contentFrame()
  // Buttons beside a frame are the window's own: they may open a file with another program, as they should.
  const wanted = frame === null ? 'img, canvas, pre, td, p, h3' : '[data-l], a, area, summary, button, input, img, canvas, p, td'
  const root = frame === null ? element : await frame.$('html')
  if (root === null) return []
  // The first ones alone: a handle for each of ten thousand cells takes the harness longer than the window may take.
  const first = await root.evaluateHandle((within, selector) => [...within.querySelectorAll(selector)].slice(0, 40), wanted)
  const found = [...(await first.getProperties()).values()].map((one) => one.asElement()).filter((one) => one !== null)
  const points: { x: number; y: number }[] = []
  for (const one of found) {
    if (points.length >= most) break
    const box = await one.boundingBox()
    if (box !== null && box.width > 0 && box.height > 0 && box.y >= 0 && box.y < 780 && box.x < 1270 && box.x >= 0) points.push({ x: Math.min(box.x + Math.min(box.width / 2, 20), 1270), y: box.y + Math.min(box.height / 2, 8) })
  }
  return points
}

/** A dialog of the window that a click has opened is closed again; another key could mean something to the window. */
async function closeDialog(page: Page): Promise<void> {
  if ((await page.locator('dialog[open], [role=dialog]').count()) > 0) await page.keyboard.press('Escape')
}

/** Clicks of every kind, a drag and keys inside a frame. */
export async function pressInside(page: Page, selector: string, most: number): Promise<void> {
  const element = await page.$(selector)
  if (element === null) return
  for (const { x, y } of await within('a frame', pointsIn(element, most))) {
    await page.mouse.click(x, y)
    await closeDialog(page)
    await page.mouse.click(x, y, { button: 'middle' })
    await page.keyboard.down('Control')
    await page.mouse.click(x, y)
    await page.keyboard.up('Control')
    await closeDialog(page)
    await page.keyboard.down('Shift')
    await page.mouse.click(x, y)
    await page.keyboard.up('Shift')
    await closeDialog(page)
  }
  for (const key of ['Tab', 'Enter', ' ', 'Tab', 'Enter', 'PageDown', 'End']) {
    // Tab leaves a frame without links; what Enter means to the window itself is nobody's case here.
    if ((await within('the focus', page.evaluate('document.activeElement?.tagName'))) !== 'IFRAME') return
    await within('a key', page.keyboard.press(key))
    if (key === 'Enter' || key === ' ') await closeDialog(page)
  }
}

interface DragItem {
  readonly mimeType: string
  readonly data: string
}

/** Drops something from outside on the middle of the letter and on the list, by the debugging protocol (security.md 5). */
async function drop(page: Page, items: readonly DragItem[], files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  try {
    for (const [x, y] of [[700, 500], [400, 400], [640, 20]] as const) {
      const data = { items: items.map((item) => ({ ...item })), files: [...files], dragOperationsMask: 1 }
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await within(type, session.send('Input.dispatchDragEvent', { type, x, y, data }))
    }
  } finally {
    await session.detach()
  }
}

/** What a case wants done to the window. @param dropped a page of HTML on disk */
export async function act(page: Page, one: Act, address: string, code: string, dropped: string): Promise<void> {
  switch (one) {
    case 'drop-address':
      await drop(page, [{ mimeType: 'text/uri-list', data: `${address}/sluppet` }, { mimeType: 'text/plain', data: `${address}/sluppet` }], [])
      return
    case 'drop-file':
      await drop(page, [], [dropped])
      return
    case 'drop-html':
      await drop(page, [{ mimeType: 'text/html', data: `<img src="${address}/sluppet.png" onerror="${code}">` }, { mimeType: 'text/uri-list', data: `javascript:${code}` }], [])
      return
    case 'drag-link': {
      const element = await page.$(`${panel} .letter-frame`)
      const [from] = element === null ? [] : await pointsIn(element, 1)
      if (from === undefined) return
      // Told to the browser itself: the driven mouse waits for a word from the frame it drags in, and a letter's frame runs nothing.
      const browser = await page.context().newCDPSession(page)
      const mouse = async (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number): Promise<void> => {
        await within('the mouse', browser.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1 }))
      }
      for (const [x, y] of [[300, 400], [640, 16]] as const) {
        await mouse('mousePressed', from.x, from.y)
        for (let step = 1; step <= 6; step += 1) await mouse('mouseMoved', from.x + ((x - from.x) * step) / 6, from.y + ((y - from.y) * step) / 6)
        await mouse('mouseReleased', x, y)
      }
      await browser.detach()
      await closeDialog(page)
    }
  }
}

/** A tab's file is on screen, or the window says why it is not. @throws {Silent} */
export async function fileDrawn(page: Page): Promise<void> {
  await until(page, 'the attachment', `(() => {
    const panel = document.querySelector('${panel}')
    if (panel === null) return true
    if (panel.querySelector('[role=alert], .tab-message h3') !== null) return true
    const letter = panel.querySelector('.letter-frame')
    if (letter !== null) return letter.style.visibility !== 'hidden'
    // The buttons of a PDF are there from the beginning; they count its pages once it was read, and go where it cannot be.
    if (panel.querySelector('.pdf-frame') !== null) return !/ 0$/.test(panel.querySelector('.pdf-of')?.textContent ?? '')
    return panel.querySelector('.tab-body, img, table, pre') !== null
  })()`)
}

/** Whether the panel says a sentence of the kind a reader is owed. */
export async function says(page: Page, sentence: Sentence): Promise<boolean> {
  const places: Readonly<Record<Sentence, string>> = {
    'left-out': '.left-out, .notice, [role=alert]',
    problem: '.notice, [role=alert]',
    refusal: '.tab-message, [role=alert], .notice',
    notice: '.tab-message, .notice, .left-out, [role=alert], [role=status], .quiet, .error-text, .password',
  }
  const texts = await within('the panel', page.locator(panel).locator(places[sentence]).allInnerTexts())
  return texts.some((text) => /\p{L}{2,} \p{L}{2,}/u.test(text))
}

/** Presses what the window itself offers for a file: views, zoom, search; never what leaves the window. */
export async function useControls(page: Page): Promise<void> {
  const buttons = page.locator(`${panel} button:visible`)
  const count = Math.min(8, await buttons.count())
  for (let n = 0; n < count; n += 1) {
    const button = buttons.nth(n)
    const name = `${(await button.getAttribute('aria-label', { timeout: 2000 }).catch(() => null)) ?? ''} ${await button.innerText({ timeout: 2000 }).catch(() => '')}`
    if (/lagre|åpne|hent|skriv ut|last ned|importer|fjern|slett|send/i.test(name)) continue
    await button.click({ timeout: 3000 }).catch((error: unknown) => {
      // One that is covered, disabled or gone by now is no fault of the case.
      if (!(error instanceof errors.TimeoutError)) throw error
    })
    await closeDialog(page)
  }
  const find = page.locator(`${panel} input[placeholder]`).first()
  if ((await find.count()) > 0 && (await find.isVisible())) {
    await find.fill('a').catch((error: unknown) => {
      if (!(error instanceof errors.TimeoutError)) throw error
    })
  }
}
