import { expect, type Page, test } from '@playwright/test'
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'

const app = new App()
let page: Page
test.beforeAll(async () => {
  test.setTimeout(180_000)
  page = await app.start()
  await fetchAll(page, bokmaal)
})
test.afterAll(() => app.remove())
test.beforeEach(async () => {
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^(Innboks|Inbox)/ }).first().click()
})

const words = { nb: { name: 'Bokmål', inbox: 'Innboks', read: 'Meld som lest' }, nn: { name: 'Nynorsk', inbox: 'Innboks', read: 'Meld som lest' }, en: { name: 'English', inbox: 'Inbox', read: 'Report as read' } } as const

for (const language of ['nb', 'nn', 'en'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`${language} ${scheme}: a filled list and an open letter have no fault that axe finds`, async () => {
      await page.getByRole('button', { name: /^(Innstillinger|Innstillingar|Settings)$/ }).click()
      await page.locator('#settings-language').selectOption(language)
      await page.locator('#theme').selectOption(scheme)
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: words[language].inbox }).first().click()
      await expect(page.locator('html')).toHaveAttribute('lang', language)
      await expect(page.locator('html')).toHaveAttribute('data-color-scheme', scheme)
      // What stands where depends on the hour: a letter that is here, in every language of the window.
      await page.locator('.option').filter({ hasText: 'Varsel om kontroll av merverdiavgift' }).first().click()
      await page.frameLocator('.letter-frame').locator('body').waitFor()
      expect(await page.locator('.option').count()).toBeGreaterThan(7)
      expect(await violations(page)).toEqual([])
      await page.screenshot({ path: `out/e2e/${language}-${scheme}.png` })
    })
  }
}

test('every view opens, and says what it is', async () => {
  await page.getByRole('button', { name: /^(Innstillinger|Settings)$/ }).click()
  await page.locator('#settings-language').selectOption('nb')
  await page.locator('#theme').selectOption('light')
  for (const name of ['Innboks', 'Må bekreftes', 'Frister', 'Ulest', 'Utgående', 'Behandlet', 'Arkiv', 'Papirkurv', 'Mottakere og dekning']) {
    await page.locator('.nav-text').getByText(name, { exact: true }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
    expect(await violations(page)).toEqual([])
  }
})

test('a letter that is open takes over the colours when the scheme changes', async () => {
  await page.fill('#search', 'mva-meldingen kontroll')
  await page.locator('.row-snippet').first().waitFor()
  await page.locator('.option').first().click()
  await page.frameLocator('.letter-frame').locator('body').waitFor()
  const colours = () => page.evaluate(() => {
    const inside = document.querySelector<HTMLIFrameElement>('.letter-frame')?.contentDocument?.body
    return inside == null ? null : [getComputedStyle(inside).color, getComputedStyle(document.body).color]
  })
  for (const scheme of ['mørkt', 'lyst']) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(scheme)
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-color-scheme', scheme === 'mørkt' ? 'dark' : 'light')
    await expect.poll(async () => { const [letter, window] = (await colours()) ?? []; return letter !== undefined && letter === window }).toBe(true)
  }
  await page.fill('#search', '')
})

test('the keyboard alone: move, open, back, views, search, keys', async () => {
  await page.locator('#message-list').focus()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const active = await page.locator('#message-list').getAttribute('aria-activedescendant')
  expect(active).toMatch(/^row-\d+$/)
  await page.keyboard.press('Enter')
  await expect(page.locator('#message-title')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.locator('#message-list')).toBeFocused()
  expect(await page.locator('#message-list').getAttribute('aria-activedescendant')).toBe(active)
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Frister')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('Taster')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('nordlys')
  await page.keyboard.press('Enter')
  await expect(page.locator('.head-detail')).toContainText('sortert etter frist')
  await page.keyboard.press('/')
  await expect(page.locator('#search')).toBeFocused()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Alle mottakere/ }).click()
})

test('a click on a row opens it, and the keys go on from there', async () => {
  const row = page.locator('.option').nth(3)
  const id = await row.getAttribute('id')
  await row.click()
  await expect(page.locator('#message-list')).toBeFocused()
  await expect(page.locator('#message-list')).toHaveAttribute('aria-activedescendant', id ?? '')
  await expect(row).toHaveAttribute('aria-current', 'true')
})

test('links of a letter lead nowhere by themselves: click, middle click, Ctrl click, Enter and drag', async () => {
  await page.fill('#search', 'mva-meldingen kontroll')
  await page.locator('.row-snippet').first().waitFor()
  await page.locator('.option').first().click()
  const frame = page.frameLocator('.letter-frame')
  const link = frame.locator('[data-l]').first()
  await link.waitFor()
  const pages = app.context.pages().length
  const text = await frame.locator('body').innerText()
  expect(await frame.locator('[href]').count()).toBe(0)
  await link.click({ button: 'middle' })
  await expect(page.locator('.address')).toHaveCount(0)
  await link.click({ modifiers: ['Control'] })
  await expect(page.locator('.address')).toContainText('https://')
  await page.keyboard.press('Escape')
  await link.focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('.address')).toContainText('https://')
  await page.keyboard.press('Escape')
  const dragStopped = await page.evaluate(() => {
    const inside = document.querySelector<HTMLIFrameElement>('.letter-frame')?.contentDocument
    return ['dragstart', 'dragover', 'drop'].map((name) => inside?.querySelector('[data-l]')?.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true })) === false)
  })
  expect(dragStopped).toEqual([true, true, true])
  expect(app.context.pages().length).toBe(pages)
  expect(await frame.locator('body').innerText()).toBe(text)
  expect(app.strangers).toEqual([])
  await page.fill('#search', '')
})

test('hostile letters of the demo run nothing and break nothing', async () => {
  const inbox = page.getByRole('button', { name: /^Tindvik Idrettslag/ }).first()
  await inbox.click()
  const count = Math.min(12, await page.locator('.option').count())
  for (let at = 0; at < count; at += 1) {
    await page.locator('.option').nth(at).click()
    await page.waitForTimeout(250)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth && document.title === 'Meldingsboks')
    expect(wide).toBe(true)
  }
  expect(app.strangers).toEqual([])
  expect(app.complaints.filter((text) => !/sandboxed|ERR_/.test(text))).toEqual([])
  await page.getByRole('button', { name: /^Alle mottakere/ }).click()
})

test('the start file stays good, a used secret answers with what to do, and pages of other origins get nothing', async () => {
  const path = app.startFile
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  const used = /location\.replace\("([^"]+)"\)/.exec(readFileSync(path, 'utf8'))?.[1] ?? ''
  const second = await app.context.newPage()
  await second.goto(`file://${path}`)
  await second.locator('.option').first().waitFor()
  expect(second.url()).not.toContain('#')
  const third = await app.context.newPage()
  await third.goto(used)
  await expect(third.getByRole('alert')).toContainText('startfilen')
  await second.goto(`file://${path}`)
  await second.locator('.option').first().waitFor()
  await third.goto('data:text/html,<p>fremmed</p>')
  const origin = new URL(used).origin
  expect(await third.evaluate(async (address) => { try { return (await fetch(`${address}/session`, { method: 'POST', body: 'x' })).status } catch { return 'refused' } }, origin)).toBe('refused')
  await second.close()
  await third.close()
})

test('columns are dragged, and stay as they were left', async () => {
  const list = page.locator('.list-column')
  const before = (await list.boundingBox())?.width ?? 0
  const divider = await page.locator('.divider[data-column=list]').boundingBox()
  if (divider === null) throw new Error('There is nothing to drag')
  await page.mouse.move(divider.x + 4, divider.y + 300)
  await page.mouse.down()
  await page.mouse.move(divider.x + 68, divider.y + 300, { steps: 4 })
  await page.mouse.up()
  await expect.poll(async () => Math.round(((await list.boundingBox())?.width ?? 0) - before)).toBe(64)
  await page.locator('.divider[data-column=list]').focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => Math.round(((await list.boundingBox())?.width ?? 0) - before)).toBe(56)
})

test('an engine that ends by itself is started again, and the window comes back', async () => {
  await page.locator('.option').nth(1).click()
  const title = await page.locator('#message-title').innerText()
  app.killEngine()
  await expect(page.getByRole('status').filter({ hasText: /starter på nytt|Åpner lokal kopi/ })).toBeVisible()
  await expect(page.locator('.notices')).toContainText('Meldingsboks stanset og ble startet på nytt', { timeout: 30_000 })
  expect(await page.locator('.option').count()).toBeGreaterThan(5)
  await expect(page.locator('#message-title')).toHaveText(title)
  await page.locator('.notices').getByRole('button', { name: 'OK' }).click()
})

test('the window fits from 360 to 1920 pixels', async () => {
  for (const [width, height] of [[360, 740], [900, 700], [1280, 800], [1920, 1080]] as const) {
    await page.setViewportSize({ width, height })
    await page.waitForTimeout(300)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    // The list stays where it was, across a restart of the engine too.
    await page.locator('.list-scroll').evaluate((element) => { element.scrollTo(0, 0) })
    await page.waitForTimeout(200)
    // What stands where depends on the hour.
    await page.locator('.option').filter({ hasText: 'Varsel om kontroll av merverdiavgift' }).first().click()
    await page.frameLocator('.letter-frame').locator('body').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await violations(page)).toEqual([])
    await page.screenshot({ path: `out/e2e/${String(width)}.png` })
    await page.keyboard.press('Escape')
  }
  await page.setViewportSize({ width: 1280, height: 800 })
})
