import { expect, type Frame, type Page, test } from '@playwright/test'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'
import { docx, foreignPdf, manyPages, pdf, png } from './pdf-fixtures.ts'

const outside = mkdtempSync(join(tmpdir(), 'meldingsboks-e2e-files-'))
const downloads = join(outside, 'Nedlastinger')
const opened = join(outside, 'opened.txt')
const app = new App()
let page: Page

interface Sent { readonly fileName: string; readonly content: Buffer }
const table = `\ufeffKonto;Navn;Beløp\r\n${Array.from({ length: 1500 }, (_, n) => `${String(3000 + n)};"Salg; avdeling ${String(n)}";${String(n * 12)},50`).join('\r\n')}\r\n`
const files = async (): Promise<readonly Sent[]> => [
  { fileName: 'rapport.pdf', content: await pdf(20) },
  { fileName: 'med passord.pdf', content: await pdf(2, { password: 'hemmelig' }) },
  { fileName: 'skadet.pdf', content: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog') },
  { fileName: 'fremmed.pdf', content: foreignPdf },
  { fileName: 'saldo.csv', content: Buffer.from(table) },
  { fileName: 'oppsett.json', content: Buffer.from('{"beløp":12345678901234567890,"linjer":[1,2,{"navn":"æøå"}],"tom":{}}') },
  { fileName: 'gammelt.txt', content: Buffer.from('Årsmøte på Ålgård\r\n' + 'lang linje '.repeat(200), 'latin1') },
  { fileName: 'bilde.png', content: png(900, 700) },
  { fileName: 'faktura.pdf.exe', content: Buffer.from('MZ\x90\x00dette er ikke et program', 'latin1') },
  { fileName: 'egentlig-bilde.pdf', content: png(20, 20) },
  { fileName: 'brev.docx', content: docx(false) },
  { fileName: 'makro.docx', content: docx(true) },
  { fileName: 'side.html', content: Buffer.from('<!doctype html><script>alert(1)</script><p>Hei</p>') },
  { fileName: 'tegning.svg', content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') },
  { fileName: 'mange.pdf', content: manyPages(10_000) },
]

const tab = (name: string) => page.locator('[role=tab]').filter({ hasText: name })
/** Opens a tab, which may stand in the menu. */
async function open(name: string): Promise<void> {
  await tab(name).waitFor({ state: 'attached' })
  if (await tab(name).isVisible()) await tab(name).click()
  else {
    await page.locator('.tabs-more').click()
    await page.locator('.tabs-more + .menu [role=menuitem]').filter({ hasText: name }).click()
  }
  await expect(tab(name)).toHaveAttribute('aria-selected', 'true')
}
/** Mail is asked for until every file of the open message is here. */
async function allHere(): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: 'Hent meldinger' }).click({ timeout: 2000 })
    await expect(page.locator('[role=tab]').filter({ hasText: 'ikke hentet' })).toHaveCount(0, { timeout: 5000 })
  }).toPass({ timeout: 90_000 })
}
async function pdfFrame(): Promise<Frame> {
  await expect(page.locator('.pdf-place[data-drawn=true]')).toBeAttached()
  const frame = await (await page.locator('.pdf-place iframe').elementHandle()).contentFrame()
  if (frame === null) throw new Error('There is no PDF page')
  return frame
}
const palette = async (words: string): Promise<void> => {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

test.beforeAll(async () => {
  test.setTimeout(240_000)
  mkdirSync(downloads)
  const bin = join(outside, 'bin')
  mkdirSync(bin)
  // Stands in for the system's opener: notes what it was given, and what it could have seen.
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\nstat -c '%a' "$1" >> '${opened}'\n`)
  chmodSync(join(bin, 'xdg-open'), 0o755)
  process.env['PATH'] = `${bin}:${process.env['PATH'] ?? ''}`
  process.env['XDG_DOWNLOAD_DIR'] = downloads
  page = await app.start()
  await fetchAll(page, bokmaal)
  await page.locator('.option').first().click()
  const altinn = await app.altinn(page)
  const attachments = (await files()).map(({ fileName, content }) => ({ fileName, contentBase64: content.toString('base64') }))
  for (const [title, some] of [['Mange slags vedlegg', attachments], ['Filer som tåler feil', attachments.slice(4, 8)]] as const) {
    const sent = await fetch(`${altinn}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: '313675904', title, body: 'Se vedleggene.', attachments: some }) })
    expect(sent.status).toBe(201)
  }
  await expect(async () => {
    await page.getByRole('button', { name: 'Hent meldinger' }).click({ timeout: 2000 })
    await expect(page.locator('.option').filter({ hasText: 'Mange slags vedlegg' })).toBeVisible({ timeout: 3000 })
    await expect(page.locator('.option').filter({ hasText: 'Filer som tåler feil' })).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 60_000 })
  await page.locator('.option').filter({ hasText: 'Mange slags vedlegg' }).click()
  await allHere()
})
test.afterAll(async () => {
  await app.remove()
  rmSync(outside, { recursive: true, force: true })
})

test('what has no room stands in a menu, and the keys reach it', async () => {
  await expect(page.locator('.tabs-more')).toHaveText(/^\d+ til$/)
  await page.locator('.tabs-more').click()
  await page.screenshot({ path: 'out/e2e/files-more.png' })
  await page.keyboard.press('Escape')
  await tab('Brev').first().click()
  for (let n = 0; n < 9; n += 1) await page.keyboard.press(']')
  await expect(tab('faktura.pdf.exe')).toHaveAttribute('aria-selected', 'true')
  await expect(tab('faktura.pdf.exe')).toBeVisible()
  await page.keyboard.press('[')
  await expect(tab('bilde.png')).toHaveAttribute('aria-selected', 'true')
})

test('a PDF: pages, zoom, rotation, search, selection, print, and links that lead nowhere', async () => {
  await open('rapport.pdf')
  const frame = await pdfFrame()
  await expect(tab('rapport.pdf')).toContainText('20 sider')
  await page.screenshot({ path: 'out/e2e/files-pdf.png' })
  const field = page.locator('.pdf-page input')
  await field.fill('12')
  await field.press('Enter')
  await expect(field).toHaveValue('12')
  await expect(frame.locator('.page[data-page-number="12"] .textLayer')).toContainText('Side 12 av 20')
  const width = async (): Promise<number> => await frame.locator('.page[data-page-number="12"]').evaluate((element) => element.clientWidth)
  await page.locator('.pdf-zoom').selectOption('100')
  await expect.poll(width).toBeGreaterThan(790)
  await page.getByRole('button', { name: 'Større' }).click()
  await expect.poll(width).toBeGreaterThan(800)
  await page.locator('.pdf-zoom').selectOption('page')
  await expect.poll(async () => await frame.locator('.page[data-page-number="12"]').evaluate((element) => element.clientHeight <= innerHeight)).toBe(true)
  await page.getByRole('button', { name: 'Roter med klokken' }).click()
  await expect.poll(async () => await frame.locator('.page[data-page-number="12"]').evaluate((element) => element.clientWidth > element.clientHeight)).toBe(true)
  for (let n = 0; n < 3; n += 1) await page.getByRole('button', { name: 'Roter med klokken' }).click()
  await page.locator('.pdf-zoom').selectOption('width')
  await page.keyboard.press('Control+f')
  await page.locator('.pdf-find input').fill('varelager')
  await expect(page.locator('.pdf-find [role=status]')).toHaveText(/av 4$/)
  await expect(field).toHaveValue('15')
  expect(await frame.evaluate(() => { getSelection()?.selectAllChildren(document.querySelector('.page[data-page-number="15"] .textLayer') ?? document.body); return getSelection()?.toString() })).toContain('varelager finnes her')
  await page.locator('.pdf-find').getByRole('button', { name: 'Lukk' }).click()
  await field.fill('1')
  await field.press('Enter')
  await expect(frame.locator('.page[data-page-number="1"] .textLayer')).toContainText('Side 1 av 20')
  expect(await frame.locator('a[href], .annotationLayer a, [data-element-id]').count()).toBe(0)
  // Only its own pages are printed, from its own origin; the key means the document too.
  await frame.evaluate(() => {
    Object.assign(window, { sheets: [] })
    window.print = () => { (window as unknown as { sheets: number[] }).sheets.push(document.querySelectorAll('#paper img').length) }
  })
  await page.getByRole('button', { name: 'Skriv ut vedlegget' }).click()
  await expect.poll(() => frame.evaluate(() => (window as unknown as { sheets: number[] }).sheets), { timeout: 60_000 }).toEqual([20])
  await expect(page.locator('.pdf-note')).toHaveCount(0)
  await page.locator('#message-title').focus()
  await page.keyboard.press('Control+p')
  await expect.poll(() => frame.evaluate(() => (window as unknown as { sheets: number[] }).sheets), { timeout: 60_000 }).toEqual([20, 20])
  expect(await frame.locator('#paper').count()).toBe(0)
})

test('a PDF with a password asks for it, says when it is wrong, and can be left', async () => {
  await open('med passord.pdf')
  await expect(page.getByRole('heading', { name: 'Filen er beskyttet med passord' })).toBeVisible()
  await page.screenshot({ path: 'out/e2e/files-password.png' })
  await page.getByLabel('Passord', { exact: true }).fill('feil')
  await page.getByRole('button', { name: 'Åpne filen' }).click()
  await expect(page.getByText('Passordet er feil.')).toBeVisible()
  await expect(page.getByLabel('Passord', { exact: true })).toHaveValue('')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Avbryt' }).click()
  await page.getByRole('button', { name: 'Skriv inn passordet' }).click()
  await page.getByLabel('Passord', { exact: true }).fill('hemmelig')
  await page.keyboard.press('Enter')
  await expect(tab('med passord.pdf')).toContainText('2 sider')
  await expect((await pdfFrame()).locator('.textLayer').first()).toContainText('Side 1 av 2')
})

test('a damaged PDF says what to do', async () => {
  await open('skadet.pdf')
  await expect(page.getByRole('heading', { name: 'Filen er skadet og kan ikke vises' })).toBeVisible()
  await expect(page.getByText('be avsenderen sende den på nytt')).toBeVisible()
})

test('maps of characters and standard fonts are here, and nothing is asked for elsewhere', async () => {
  await open('fremmed.pdf')
  const frame = await pdfFrame()
  await expect(frame.locator('.textLayer').first()).toContainText('你好世界')
  await expect(frame.locator('.textLayer').first()).toContainText('Standardskrift')
  expect(app.strangers).toEqual([])
})

test('ten thousand pages leave the window free', async () => {
  await open('mange.pdf')
  await expect(tab('mange.pdf')).toContainText(/10\s?000 sider/)
  const frame = await pdfFrame()
  await page.locator('.pdf-page input').fill('9000')
  await page.keyboard.press('Enter')
  await expect(frame.locator('.page[data-page-number="9000"] .textLayer')).toContainText('En side av mange')
  expect(await frame.locator('.page canvas').count()).toBeLessThan(30)
  await page.getByRole('button', { name: 'Skriv ut vedlegget' }).click()
  await expect(page.locator('.pdf-note')).toContainText('for mange sider')
})

test('a table, JSON, old text and a picture are shown', async () => {
  await open('saldo.csv')
  await expect(page.locator('.preview-table th')).toHaveText(['Konto', 'Navn', 'Beløp'])
  await expect(page.locator('.preview-table tbody tr').first().locator('td')).toHaveText(['3000', 'Salg; avdeling 0', '0,50'])
  await expect(page.locator('.preview-note')).toContainText(/de første 1.000 radene/)
  await page.screenshot({ path: 'out/e2e/files-csv.png' })
  expect(await violations(page)).toEqual([])
  await open('oppsett.json')
  await expect(page.locator('.file-text')).toContainText('"beløp": 12345678901234567890')
  await page.screenshot({ path: 'out/e2e/files-json.png' })
  await open('gammelt.txt')
  await expect(page.locator('.file-text')).toContainText('Årsmøte på Ålgård')
  await page.getByLabel('Bryt lange linjer').uncheck()
  await expect.poll(() => page.locator('.file-text').evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true)
  await open('bilde.png')
  await expect(page.locator('.picture')).toBeVisible()
  await expect.poll(() => page.locator('.picture').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(900)
  await page.screenshot({ path: 'out/e2e/files-picture.png' })
  await page.getByRole('button', { name: 'Større' }).click()
  await page.getByRole('button', { name: 'Tilpass til vinduet' }).click()
  expect(await violations(page)).toEqual([])
})

test('names that deceive are flagged in tab and panel, and are opened by nothing', async () => {
  for (const [name, words] of [['faktura.pdf.exe', 'Navnet ser ut som en annen filtype'], ['egentlig-bilde.pdf', 'Navnet sier «.pdf», men innholdet er noe annet (bilde)'], ['tegning.svg', 'Filen er et program eller kan kjøre ett']] as const) {
    await open(name)
    await expect(tab(name)).toContainText('se opp')
    await expect(page.locator('.file-warning')).toContainText(words)
    await expect(page.getByRole('button', { name: 'Åpne i et annet program' })).toHaveCount(0)
  }
  await open('faktura.pdf.exe')
  await page.screenshot({ path: 'out/e2e/files-warned.png' })
  expect(await violations(page)).toEqual([])
  await open('side.html')
  await expect(page.getByText('Filen er en nettside')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Åpne i et annet program' })).toHaveCount(0)
})

test('all of them are saved at once; one that cannot be read leaves the others and is told', async () => {
  test.setTimeout(120_000)
  await page.locator('.option').filter({ hasText: 'Filer som tåler feil' }).click()
  await expect(tab('bilde.png')).toBeAttached()
  await allHere()
  app.loseAltinn()
  // The picture is the only file of its size in the vault.
  const size = png(900, 700).length
  const damaged = readdirSync(app.data, { recursive: true, encoding: 'utf8' }).map((name) => join(app.data, name)).filter((path) => path.includes('/vault/') && statSync(path).isFile() && Math.abs(statSync(path).size - size) < 100_000)
  expect(damaged.length).toBeGreaterThan(0)
  for (const path of damaged) writeSync(openSync(path, 'r+'), Buffer.from('skade'), 0, 5, Math.floor(size / 2))
  await page.getByRole('button', { name: 'Lagre alle vedlegg' }).click()
  await expect(page.locator('.files-saved')).toContainText('3 vedlegg er lagret i', { timeout: 60_000 })
  await expect(page.locator('.files-saved')).toContainText('bilde.png ble ikke lagret')
  const folder = readdirSync(downloads)[0] ?? ''
  expect([...readdirSync(join(downloads, folder))].sort()).toEqual(['gammelt.txt', 'oppsett.json', 'saldo.csv'])
  expect(readFileSync(join(downloads, folder, 'saldo.csv'), 'utf8')).toBe(table)
  await page.screenshot({ path: 'out/e2e/files-saved.png' })
})

test('a document goes to another program as a copy of its own that is read-only; one with a macro does not', async () => {
  await page.locator('.option').filter({ hasText: 'Mange slags vedlegg' }).click()
  await open('brev.docx')
  await page.getByRole('button', { name: 'Åpne i et annet program' }).click()
  await expect(page.getByText('En skrivebeskyttet kopi er åpnet')).toBeVisible()
  const [path = '', mode] = readFileSync(opened, 'utf8').trim().split('\n')
  expect([path.endsWith('/brev.docx'), mode]).toEqual([true, '400'])
  expect(statSync(dirname(dirname(path))).mode & 0o777).toBe(0o700)
  expect(readFileSync(path).equals(docx(false))).toBe(true)
  await open('makro.docx')
  await page.getByRole('button', { name: 'Åpne i et annet program' }).click()
  await expect(page.getByText('Filen kan inneholde program')).toBeVisible()
  expect(readFileSync(opened, 'utf8').trim().split('\n')).toHaveLength(2)
  // The engine ends by force: the next one deletes what was left.
  app.killEngine()
  await expect.poll(() => existsSync(path)).toBe(false)
})

test('dark and narrow windows', async () => {
  await page.locator('.option').filter({ hasText: 'Mange slags vedlegg' }).click()
  await palette('mørkt')
  await expect(page.locator('html')).toHaveAttribute('data-color-scheme', 'dark')
  await open('rapport.pdf')
  const frame = await pdfFrame()
  // Paper is white in every scheme.
  expect(await frame.locator('.page canvas').first().evaluate((element: HTMLCanvasElement) => [...(element.getContext('2d')?.getImageData(3, 3, 1, 1).data ?? [])])).toEqual([255, 255, 255, 255])
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/files-pdf-dark.png' })
  await open('saldo.csv')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/files-csv-dark.png' })
  await page.setViewportSize({ width: 400, height: 760 })
  await open('faktura.pdf.exe')
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await page.screenshot({ path: 'out/e2e/files-narrow.png' })
  await open('rapport.pdf')
  await pdfFrame()
  await page.screenshot({ path: 'out/e2e/files-pdf-narrow.png' })
  expect(await violations(page)).toEqual([])
  expect(app.complaints.filter((one) => !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(one))).toEqual([])
  expect(app.strangers).toEqual([])
})
