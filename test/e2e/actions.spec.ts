import { expect, type Page, test } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'

/** What happened at the service, as its own list says. */
async function effects(altinn: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await (await fetch(`${altinn}/localtest/effects`)).text()
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>)
}
/** How many effects of the service say this somewhere. */
const told = async (altinn: string, what: RegExp): Promise<number> => (await effects(altinn)).filter((one) => what.test(JSON.stringify(one))).length

const firm = '313675904'
/** Sends a letter to the firm itself and waits until it stands in the list. */
async function receive(page: Page, altinn: string, title: string, more: object = {}): Promise<void> {
  const sent = await fetch(`${altinn}/localtest/send`, { method: 'POST', body: JSON.stringify({ recipient: firm, title, body: 'Et kort brev.', ...more }) })
  expect(sent.status).toBe(201)
  await expect(async () => {
    await page.getByRole('button', { name: 'Hent meldinger' }).click({ timeout: 2000 })
    await expect(row(page, title)).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 40_000 })
}
const row = (page: Page, title: string) => page.locator('.option').filter({ hasText: title })
const view = (page: Page, name: string) => page.locator('.nav-text').getByText(name, { exact: true })
async function more(page: Page, name: string): Promise<void> {
  await page.locator('.more-button').click()
  await page.locator(`.menu-item[data-name=${name}]`).click()
}

const app = new App()
let page: Page
let altinn = ''
test.beforeAll(async () => {
  test.setTimeout(180_000)
  page = await app.start()
  await fetchAll(page, bokmaal)
  await page.locator('.option').first().click()
  altinn = await app.altinn(page)
})
test.afterAll(() => app.remove())
test.beforeEach(async () => {
  await page.keyboard.press('Escape')
  await view(page, 'Innboks').click()
})

test('a letter is archived, taken back within ten seconds, archived again, and lies in the archive at the service', async () => {
  test.setTimeout(120_000)
  const title = 'Brev til arkivet'
  await receive(page, altinn, title)
  const before = await told(altinn, /archive/i)
  await row(page, title).click()
  await page.locator('.tool-icon[data-name=archive]').click()
  // It is gone from the inbox at once, the place where it was says so, and the keys go on in the list.
  const strip = page.locator('.moved-strip')
  await expect(strip).toContainText(`«${title}» er flyttet til arkivet.`)
  await expect(page.locator('#message-list')).toBeFocused()
  await expect(page.locator('#message-list')).toHaveAttribute('aria-activedescendant', /^row-\d+$/)
  await expect(row(page, title)).toHaveCount(0)
  await page.screenshot({ path: 'out/e2e/archived.png' })
  expect(await violations(page)).toEqual([])
  await strip.getByRole('button', { name: 'Angre' }).click()
  await expect(row(page, title)).toBeVisible()
  await expect(strip).toHaveCount(0)
  await page.waitForTimeout(11_000)
  expect(await told(altinn, /archive/i)).toBe(before)

  await row(page, title).click()
  await page.locator('.tool-icon[data-name=archive]').click()
  await expect(row(page, title)).toHaveCount(0)
  await view(page, 'Arkiv').click()
  await expect(row(page, title)).toBeVisible()
  await expect.poll(() => told(altinn, /archive/i), { timeout: 40_000 }).toBeGreaterThan(before)
  await expect(row(page, title)).not.toContainText('Flyttes i Altinn', { timeout: 40_000 })
  await view(page, 'Utgående').click()
  await expect(page.locator('.table tr[data-kind=archive]').filter({ hasText: title })).toContainText('Registrert', { timeout: 40_000 })
})

test('a letter is deleted at the service for good, and the copy stays', async () => {
  test.setTimeout(120_000)
  const title = 'Brev som slettes permanent'
  await receive(page, altinn, title)
  const before = await told(altinn, /purged/i)
  await row(page, title).click()
  await more(page, 'purge')
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('Det kan ikke tas tilbake')
  expect(await violations(page)).toEqual([])
  await expect(dialog).toContainText('Kopien din på denne maskinen er beholdt')
  // Enter takes the safe choice.
  await expect(dialog.getByRole('button', { name: 'Avbryt' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  expect(await told(altinn, /purged/i)).toBe(before)

  await more(page, 'purge')
  await dialog.getByRole('button', { name: 'Slett permanent i Altinn' }).click()
  const strip = page.locator('.strip[data-kind=purge]')
  await expect(strip).toContainText('Sendes til Altinn om')
  await page.screenshot({ path: 'out/e2e/deleting.png' })
  await expect(strip).toContainText('Slettet i Altinn', { timeout: 60_000 })
  await expect.poll(() => told(altinn, /purged/i)).toBe(before + 1)
  await expect(page.frameLocator('.letter-frame').locator('body')).toContainText('Et kort brev.')
})

test('the copy here is deleted without a trace at the service, and does not come back', async () => {
  test.setTimeout(120_000)
  const title = 'Brev som slettes her'
  await receive(page, altinn, title, { needsConfirmation: true, dueAt: new Date(Date.now() + 9 * 86_400_000).toISOString() })
  const before = await told(altinn, /purged|archive|bin|confirmed/i)
  await row(page, title).click()
  await more(page, 'delete-here')
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('I Altinn endres ingenting')
  await expect(dialog).toContainText('Du blir ikke lenger minnet om fristen')
  await expect(dialog.getByRole('button', { name: 'Avbryt' })).toBeFocused()
  await page.screenshot({ path: 'out/e2e/delete-here.png' })
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(row(page, title)).toBeVisible()
  // Meanwhile it may have been reported as read by itself; until that is through it stays.
  await expect(async () => {
    await row(page, title).click()
    await more(page, 'delete-here')
    await dialog.getByRole('button', { name: 'Slett kopien' }).click({ timeout: 2000 })
  }).toPass({ timeout: 60_000 })
  await expect(row(page, title)).toHaveCount(0)
  await receive(page, altinn, 'Brev etter det som ble slettet')
  await expect(row(page, title)).toHaveCount(0)
  expect(await told(altinn, /purged|archive|bin|confirmed/i)).toBe(before)
})

test('a letter that must be confirmed first is not deleted, and its menu says why', async () => {
  const title = 'Brev som må bekreftes før sletting'
  await receive(page, altinn, title, { needsConfirmation: true, dueAt: new Date(Date.now() + 9 * 86_400_000).toISOString() })
  await row(page, title).click()
  await page.locator('.more-button').click()
  expect(await violations(page)).toEqual([])
  const item = page.locator('.menu-item[data-name=purge]')
  await expect(item).toHaveAttribute('aria-disabled', 'true')
  await expect(item).toContainText('Mottaket må bekreftes')
  await item.click({ force: true })
  await expect(page.getByRole('alertdialog')).toHaveCount(0)
  await page.keyboard.press('Escape')
})

test('what is handled has a view, a count, a filter in lists and in search', async () => {
  const title = 'Brev som er behandlet'
  await receive(page, altinn, title)
  const nav = page.getByRole('button', { name: /^Behandlet/ }).first()
  const before = Number((await nav.locator('.nav-count').allInnerTexts())[0] ?? '0')
  await row(page, title).click()
  await page.locator('#message-list').focus()
  await page.keyboard.press('e')
  await expect(page.locator('.tool[data-name=handled]')).toHaveAttribute('aria-pressed', 'true')
  await expect(row(page, title)).toContainText('Behandlet')
  await expect(nav.locator('.nav-count')).toHaveText(String(before + 1))

  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('button', { name: 'Ikke behandlet' }).click()
  await expect(row(page, title)).toHaveCount(0)
  await expect(page.locator('.option').first()).toBeVisible()
  await page.locator('.chip').filter({ hasText: /^Behandlet$/ }).click()
  await expect(row(page, title)).toBeVisible()
  await page.screenshot({ path: 'out/e2e/handled.png' })
  expect(await violations(page)).toEqual([])

  await page.fill('#search', 'behandlet kort')
  await expect(row(page, title)).toBeVisible()
  await page.getByRole('button', { name: 'Ikke behandlet' }).click()
  await expect(row(page, title)).toHaveCount(0)
  await page.locator('.chip').filter({ hasText: /^Alle$/ }).click()
  await expect(row(page, title)).toBeVisible()
  await page.fill('#search', '')

  await nav.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Behandlet')
  await row(page, title).click()
  await page.keyboard.press('e')
  await expect(row(page, title)).toHaveCount(0)
})

test('a letter is forwarded: reported as read first, to an address that can be one, in plain words', async () => {
  test.setTimeout(180_000)
  const title = 'Brev som videresendes'
  await receive(page, altinn, title, { allowForwarding: true })
  await row(page, title).click()
  await more(page, 'forward')
  const dialog = page.getByRole('dialog')
  await expect(page.locator('#forward-to')).toBeFocused()
  await expect(dialog).toContainText('Da er den utenfor Altinn')
  await page.fill('#forward-to', 'kari')
  await dialog.getByRole('button', { name: 'Meld som lest' }).click()
  const send = dialog.getByRole('button', { name: 'Videresend', exact: true })
  await expect(send).toBeEnabled({ timeout: 60_000 })
  await send.click()
  await expect(dialog.getByRole('alert')).toContainText('Skriv en hel e-postadresse')

  // Altinn refuses an ending it does not know; in the list the dialog opens again with what was typed.
  await page.fill('#forward-to', 'kari.nordmann@firma.internasjonalisering')
  await page.fill('#forward-text', 'Se på dette.')
  await send.click()
  const strip = page.locator('.strip[data-kind=forward]')
  await expect(strip).toContainText('Altinn godtar ikke e-postadressen', { timeout: 60_000 })
  await expect(strip.getByRole('button', { name: 'Videresend på nytt' })).toBeVisible()
  await page.screenshot({ path: 'out/e2e/forward-refused.png' })
  await view(page, 'Utgående').click()
  const line = page.locator('.table tr[data-kind=forward]').filter({ hasText: title })
  await page.screenshot({ path: 'out/e2e/outgoing-refused.png' })
  await line.getByRole('button', { name: 'Videresend på nytt' }).click()
  await expect(page.locator('#forward-to')).toHaveValue('kari.nordmann@firma.internasjonalisering')
  await expect(page.locator('#forward-text')).toHaveValue('Se på dette.')
  await expect(dialog).toContainText('Forrige gang: Altinn godtar ikke e-postadressen.')
  await page.screenshot({ path: 'out/e2e/forward-again.png' })
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(line.getByRole('button', { name: 'Videresend på nytt' })).toBeFocused()

  // The same from the letter.
  await line.getByRole('button', { name: title }).click()
  await strip.getByRole('button', { name: 'Videresend på nytt' }).click()
  await page.fill('#forward-to', 'kari.nordmann@firma.no')
  await page.fill('#forward-text', 'Se <b>her</b>')
  await send.click()
  await expect(dialog).toContainText('bare imot vanlig tekst')
  await page.fill('#forward-text', 'Se på dette.')
  await page.screenshot({ path: 'out/e2e/forward.png' })
  expect(await violations(page)).toEqual([])
  const before = await told(altinn, /"ForwardRequested"|"Forwarded"/)
  await send.click()
  await expect(strip).toContainText('kari.nordmann@firma.no')
  await expect.poll(() => told(altinn, /"ForwardRequested"|"Forwarded"/), { timeout: 60_000 }).toBeGreaterThan(before)
  await expect(strip).toContainText('Altinn har sendt en kopi', { timeout: 60_000 })
  await page.screenshot({ path: 'out/e2e/forwarded.png' })
})

test('a receipt shows who, as whom, when and what the service answered; it prints alone and is saved', async () => {
  test.setTimeout(120_000)
  const title = 'Brev med kvittering'
  await receive(page, altinn, title)
  await row(page, title).click()
  await page.locator('#read-button').click()
  await view(page, 'Utgående').click()
  const line = page.locator('.table tr[data-kind=read]').filter({ hasText: title })
  await expect(line).toContainText('Registrert', { timeout: 40_000 })
  await line.getByRole('button', { name: 'Vis kvittering' }).click()
  const dialog = page.getByRole('dialog')
  for (const text of ['Meld som lest', title, 'Fjordtun klientpost', 'Registrert i Altinn', 'Svar fra Altinn', 'Sporings-id']) await expect(dialog).toContainText(text)
  await page.screenshot({ path: 'out/e2e/receipt.png' })
  expect(await violations(page)).toEqual([])

  // On paper there is the receipt and nothing else.
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.receipt-page')).toBeVisible()
  await expect(page.locator('.receipt-page')).toContainText(title)
  await expect(page.locator('#root')).toBeHidden()
  await page.screenshot({ path: 'out/e2e/receipt-print.png' })
  await page.emulateMedia({ media: 'screen' })
  await expect(page.locator('.receipt-page')).toBeHidden()

  await dialog.getByRole('button', { name: 'Lagre kvittering som PDF' }).click()
  const saved = dialog.locator('.saved')
  await expect(saved).toContainText('Lagret: ')
  const path = (await saved.innerText()).replace('Lagret: ', '')
  expect(existsSync(path)).toBe(true)
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-')
  await page.keyboard.press('Escape')

  // The whole list, in the part of it that is chosen.
  await page.locator('.chip').filter({ hasText: /^Registrert/ }).click()
  const save = async (format: 'csv' | 'pdf'): Promise<Buffer> => {
    await page.getByRole('button', { name: 'Eksporter' }).click()
    await expect(page.locator('.menu-item[data-name=pdf]')).toBeFocused()
    await page.screenshot({ path: 'out/e2e/export-menu.png' })
    await page.locator(`.menu-item[data-name=${format}]`).click()
    const note = page.locator('.pane-note[data-saved]')
    await expect(note).toContainText(new RegExp(`Utgående-.*\\.${format}$`))
    await page.screenshot({ path: 'out/e2e/exported.png' })
    expect(await violations(page)).toEqual([])
    return readFileSync((await note.innerText()).replace('Lagret: ', ''))
  }
  const csv = (await save('csv')).toString('utf8')
  expect(csv.charCodeAt(0)).toBe(0xfeff)
  expect(csv.split('\r\n').find((text) => text.includes(`;${title};`))).toMatch(/^Meld som lest;Registrert i Altinn;;/)
  expect((await save('pdf')).subarray(0, 5).toString()).toBe('%PDF-')
})

test('recipients whose mail cannot be had are counted beside the table of recipients, until it can', async () => {
  test.setTimeout(120_000)
  const nav = page.locator('.rail-foot .nav-item').first()
  await expect(nav).toHaveAccessibleName('Mottakere og dekning')
  const door = (method: string, body?: object) => fetch(`${altinn}/localtest/faults`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  expect((await door('POST', { kind: 'party-refused', party: `urn:altinn:organization:identifier-no:${firm}` })).status).toBeLessThan(300)
  const get = page.getByRole('button', { name: 'Hent meldinger' })
  await get.click()
  await expect(nav.locator('.pill')).toHaveText('1 mottaker krever handling', { timeout: 40_000 })
  await nav.click()
  await expect(page.locator('.chip[data-filter=trouble]')).toHaveText('Krever handling 1')
  await page.locator('.chip[data-filter=trouble]').click()
  await expect(page.locator('.table tbody tr')).toHaveCount(1)
  await page.screenshot({ path: 'out/e2e/troubled.png' })
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 900, height: 800 })
  await page.screenshot({ path: 'out/e2e/troubled-narrow.png' })
  await page.setViewportSize({ width: 1280, height: 800 })
  await door('DELETE')
  await get.click()
  await expect(nav.locator('.pill')).toHaveCount(0, { timeout: 40_000 })
})
