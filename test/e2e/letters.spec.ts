import { PDFDocument } from '@cantoo/pdf-lib'
import { expect as soon, type FrameLocator, type Page, test } from '@playwright/test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'

/** A busy machine takes its time; nothing here is about how long something takes. */
const expect = soon.configure({ timeout: 45_000 })
test.setTimeout(240_000)

const app = new App()
const firm = '313675904'
let page: Page
let altinn = ''
const downloads = mkdtempSync(join(tmpdir(), 'meldingsboks-e2e-downloads-'))

const wide = `| ${Array.from({ length: 14 }, (_one, n) => `Kolonne ${String(n + 1)}`).join(' | ')} |\n|${'---|'.repeat(14)}\n| ${Array.from({ length: 14 }, (_one, n) => `${String(n)} 000 000`).join(' | ')} |`
const letters = {
  'Brev A i Markdown': '# Varelager\n\nDere må telle **varelageret** før jul. Se https://www.skatteetaten.no/mva og [skjemaet](https://www.altinn.no/skjema).\n\n- [ ] telle\n- [x] melde\n  - under\n\n> Sitat fra forskriften.\n\n| Termin | Beløp |\n|---|--:|\n| 5. | 12 345 |\n\n```\nkode\n```\n\nVarelageret skal telles på nytt. Varelageret er viktig.',
  'Brev B fra gamle Altinn': '<table width="100%" bgcolor="#e8eef4" cellpadding="8"><tr><td>\n  <table width="600" align="center" bgcolor="#ffffff">\n    <tr><td colspan="2"><font color="#003366" size="4"><b>Skatteoppgjør</b></font></td></tr>\n\n    <tr><td>Beløp</td><td align="right">12&nbsp;345,00</td></tr>\n  </table>\n</td></tr></table><p class=MsoNormal>Med hilsen<o:p></o:p></p>',
  'Brev C med bred tabell': `Her er tallene.\n\n${wide}\n\nSlutt.`,
  'Brev D som lurer': 'Logg inn på [https://www.skatteetaten.no](https://ond.example.org/) eller <a href="https://sk\u0430tteetaten.no/">her</a>.\n\n<script>alert(1)</script><img src="https://ond.example.org/a.png"><form><input></form>\n\n<p>مرحبا بالعالم</p>',
} as const
type Title = keyof typeof letters

const row = (title: string) => page.locator('.option').filter({ hasText: title })
const frame = (): FrameLocator => page.frameLocator('.letter-frame')
async function open(title: Title): Promise<void> {
  // Only rows in sight exist; a narrow window leaves the list where it was scrolled to.
  await page.locator('.list-scroll').evaluate((element) => { element.scrollTop = 0 })
  await row(title).click()
  await expect(page.locator('#message-title')).toHaveText(title)
  await frame().locator('body').waitFor()
  await expect(page.locator('.letter-frame')).toBeVisible()
}
async function scheme(which: 'light' | 'dark'): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(which === 'dark' ? 'mørkt' : 'lyst')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-color-scheme', which)
}
async function pdfText(path: string): Promise<{ readonly text: string; readonly pages: number; readonly outline: readonly string[] }> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const document = await getDocument({ data: new Uint8Array(readFileSync(path)), useSystemFonts: true, verbosity: 0 }).promise
  let text = ''
  for (let n = 1; n <= document.numPages; n += 1) text += (await (await document.getPage(n)).getTextContent()).items.map((item) => ('str' in item ? item.str : '')).join(' ')
  const outline = ((await document.getOutline()) as readonly { readonly title: string }[] | null) ?? []
  const result = { text: text.replace(/\s+/g, ' '), pages: document.numPages, outline: outline.map((one) => one.title) }
  await document.loadingTask.destroy()
  return result
}

test.beforeAll(async () => {
  test.setTimeout(400_000)
  process.env['XDG_DOWNLOAD_DIR'] = downloads
  page = await app.start()
  page.setDefaultTimeout(90_000)
  await fetchAll(page, bokmaal)
  await page.locator('.option').first().click()
  altinn = await app.altinn(page)
  const pdf = await PDFDocument.create()
  pdf.addPage([400, 300]).drawText('Vedlagt regneark')
  const content = Buffer.from(await pdf.save()).toString('base64')
  for (const [title, body] of Object.entries(letters)) {
    const sent = await fetch(`${altinn}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: firm, title, body, ...(title === 'Brev A i Markdown' ? { attachments: [{ fileName: 'Vedlegg.pdf', dataType: 'application/pdf', contentBase64: content }] } : {}) }) })
    expect(sent.status).toBe(201)
  }
  // One that is under way may have begun before they were sent.
  await page.locator('.footer-left').filter({ hasText: /Sist oppdatert/ }).waitFor({ timeout: 120_000 })
  await page.getByRole('button', { name: 'Hent meldinger' }).click()
  for (const title of Object.keys(letters)) await expect(row(title)).toBeVisible({ timeout: 120_000 })
})
test.afterAll(async () => {
  await app.remove()
  rmSync(downloads, { recursive: true, force: true })
})

for (const which of ['light', 'dark'] as const) {
  test(`${which}: each kind of letter stands as its sender meant it, and axe finds nothing`, async () => {
    await scheme(which)
    for (const title of Object.keys(letters) as Title[]) {
      await open(title)
      expect(await violations(page)).toEqual([])
      await page.screenshot({ path: `out/e2e/letter-${title.slice(5, 6)}-${which}.png` })
    }
    await scheme('light')
  })
}

test('a wide table scrolls in a region of its own, also at 400 percent', async () => {
  await open('Brev C med bred tabell')
  const region = frame().getByRole('region', { name: 'Tabell i brevet' })
  await expect(region).toHaveAttribute('tabindex', '0')
  expect(await region.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true)
  await page.setViewportSize({ width: 320, height: 400 })
  await expect.poll(() => frame().locator('html').evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true)
  await page.screenshot({ path: 'out/e2e/letter-narrow.png' })
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('find in the letter: counts, goes on and back, and closes', async () => {
  await open('Brev A i Markdown')
  await frame().locator('body').click()
  await page.keyboard.press('Control+f')
  const bar = page.getByRole('search', { name: 'Finn i meldingen' })
  await expect(bar.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('varelager')
  await expect(bar.getByRole('status')).toHaveText('1 av 4')
  await page.keyboard.press('Enter')
  await expect(bar.getByRole('status')).toHaveText('2 av 4')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  await expect(bar.getByRole('status')).toHaveText('4 av 4')
  expect(await page.evaluate(() => [...((document.querySelector<HTMLIFrameElement>('.letter-frame')?.contentWindow as unknown as { CSS: { highlights: Map<string, { size: number }> } }).CSS.highlights)].map(([name, one]) => [name, one.size]))).toEqual([['found', 4], ['found-now', 1]])
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/letter-find.png' })
  await bar.getByRole('searchbox').fill('finnes ikke')
  await expect(bar.getByRole('status')).toHaveText('Ingen treff')
  await page.keyboard.press('Escape')
  await expect(bar).toHaveCount(0)
  await expect(page.locator('#message-title')).toHaveText('Brev A i Markdown')
})

test('a link that pretends says so before it is opened', async () => {
  await open('Brev D som lurer')
  const links = frame().getByRole('link')
  await expect(links).toHaveCount(2)
  await links.first().focus()
  await expect(page.locator('.link-status')).toContainText('https://ond.example.org/')
  await expect(page.locator('.link-status')).toHaveAttribute('data-doubtful', 'true')
  await page.screenshot({ path: 'out/e2e/letter-link-status.png' })
  await links.nth(1).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('xn--sktteetaten-zij.no')
  await expect(dialog).toContainText('bokstaver fra et annet alfabet')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/letter-homograph.png' })
  await page.keyboard.press('Escape')
  await expect(page.locator('.left-out')).toContainText('program')
  expect(app.strangers).toEqual([])
})

test('a message prints as a document of its own', async () => {
  await open('Brev A i Markdown')
  await page.keyboard.press('Control+p')
  const dialog = page.getByRole('dialog', { name: 'Skriv ut meldingen' })
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/print-dialog.png' })
  await dialog.getByRole('button', { name: 'Skriv ut' }).click()
  const paper = page.frameLocator('.print-frame')
  await expect(paper.locator('h1')).toHaveText('Brev A i Markdown')
  await expect(paper.locator('.mb-address').last()).toHaveText('(https://www.altinn.no/skjema)')
  await expect(paper.locator('.facts dt')).toHaveText(['Hentet', 'Lest her', 'Meldt som lest', 'Bekreftet'])
  expect(await paper.locator('a, script, [data-l]').count()).toBe(0)
  expect(app.strangers).toEqual([])
})

test('a message with its PDF, and several messages, are saved as one PDF with bookmarks', async () => {
  await open('Brev A i Markdown')
  await page.keyboard.press('Control+p')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Ta med PDF-vedlegg').click()
  await dialog.getByRole('button', { name: 'Lagre som PDF' }).click()
  await expect(dialog.getByText(/PDF med \d+ sider er lagret/)).toBeVisible({ timeout: 120_000 })
  await page.screenshot({ path: 'out/e2e/print-saved.png' })
  await dialog.getByRole('button', { name: 'Lukk' }).click()
  const [first = ''] = readdirSync(downloads)
  expect(first).toMatch(/^Brev A i Markdown \d{4}-\d\d-\d\d\.pdf$/)
  const one = await pdfText(join(downloads, first))
  expect(one.outline).toEqual(['Brev A i Markdown'])
  expect(one.pages).toBeGreaterThan(1)
  for (const text of ['Vedlagt regneark', 'varelageret', '313 675 904', '(https://www.altinn.no/skjema)']) expect(one.text).toContain(text)

  for (const title of ['Brev B fra gamle Altinn', 'Brev C med bred tabell'] as const) await row(title).click({ modifiers: ['Control'] })
  await page.getByRole('button', { name: 'Skriv ut eller lagre som PDF' }).click()
  await dialog.getByRole('button', { name: 'Lagre som PDF' }).click()
  await expect(dialog.getByText(/er lagret/)).toBeVisible({ timeout: 120_000 })
  await dialog.getByRole('button', { name: 'Lukk' }).click()
  const second = readdirSync(downloads).find((name) => name !== first) ?? ''
  const several = await pdfText(join(downloads, second))
  expect([...several.outline].sort()).toEqual(['Brev B fra gamle Altinn', 'Brev C med bred tabell'])
  expect(several.text).toContain('Skatteoppgjør')
  expect(several.text).toContain('Kolonne 14')
  await page.keyboard.press('Escape')
})
