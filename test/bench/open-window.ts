import type { BrowserContext, Page } from '@playwright/test'

/** What is on screen when a kind counts as drawn, as an expression of the window. */
export type Drawn = 'letter' | 'form' | 'picture' | 'text' | 'pdf'

const frameDrawn = `(() => {
  const frame = panel.querySelector('.letter-frame')
  return frame !== null && frame.style.visibility === 'visible' && (frame.contentDocument?.body?.textContent ?? '').trim() !== ''
})()`
const conditions: Readonly<Record<Exclude<Drawn, 'pdf'>, string>> = {
  letter: frameDrawn,
  form: frameDrawn,
  picture: `[...panel.querySelectorAll('img')].some((image) => image.complete && image.naturalWidth > 0)`,
  text: `(panel.querySelector('pre, table')?.textContent ?? '').length > 100`,
}

/** Longest to wait for something to be drawn, ms. */
const mostMs = 30_000

/** In every page of the PDF origin: when the first page stands there with its text, which comes after its picture. */
export async function watchPdfs(context: BrowserContext): Promise<void> {
  await context.addInitScript(`if (location.hostname.startsWith('pdf-')) {
    const look = () => {
      if (document.querySelector('.page[data-page-number="1"] .textLayer span') !== null) requestAnimationFrame(() => { window.mbDrawnAt = performance.timeOrigin + performance.now() })
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`)
}

/**
 * Milliseconds from a key press, by the time the browser gave the event, to the frame after that in which what is awaited
 * stands there.
 * @param word stands in the title of the message that is to be shown
 */
export async function fromKeyToDrawn(page: Page, key: string, drawn: Drawn, word: string): Promise<number> {
  const pressed = `new Promise((resolve) => {
    document.addEventListener('keydown', (event) => { resolve(performance.timeOrigin + event.timeStamp) }, { once: true, capture: true })
  })`
  const seen = drawn === 'pdf' ? pressed : `${pressed}.then((began) => new Promise((resolve, reject) => {
    const look = () => {
      const panel = document.querySelector('#tab-panel')
      if (panel !== null && (document.querySelector('#message-title')?.textContent ?? '').includes(${JSON.stringify(word)}) && ${conditions[drawn]}) requestAnimationFrame(() => { resolve(performance.timeOrigin + performance.now() - began) })
      else if (performance.timeOrigin + performance.now() - began > ${String(mostMs)}) reject(new Error('It was not drawn'))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }))`
  // In two steps: the window listens before the key is pressed.
  await page.evaluate(`window.mbMeasured = ${seen}; 0`)
  await page.keyboard.press(key)
  const result = await Promise.race([page.evaluate('window.mbMeasured'), page.waitForTimeout(mostMs + 5000)])
  if (typeof result !== 'number') throw new Error(`${word} was not drawn`)
  return drawn === 'pdf' ? (await pdfDrawnAt(page)) - result : result
}

async function pdfDrawnAt(page: Page): Promise<number> {
  const deadline = Date.now() + mostMs
  while (Date.now() < deadline) {
    const frame = page.frames().find((one) => /\/\/pdf-/.test(one.url()))
    const at = frame === undefined || frame.isDetached() ? null : await frame.evaluate('window.mbDrawnAt ?? null').catch(() => null)
    if (typeof at === 'number') return at
    await page.waitForTimeout(20)
  }
  throw new Error('The PDF was not drawn')
}

/** Which view of an XML document is on screen: the sender's form or the plain one. */
export async function viewShown(page: Page): Promise<string> {
  const chosen = page.locator('#tab-panel [aria-selected=true], #tab-panel [aria-pressed=true], #tab-panel [aria-checked=true], #tab-panel input:checked + label').first()
  return (await chosen.count()) === 0 ? 'plain' : (await chosen.innerText()).trim()
}
