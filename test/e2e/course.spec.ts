import { expect, test, type Page } from '@playwright/test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, bokmaal, fetchAll } from './app.ts'

/** Effects at the service for each message, by status. */
async function effects(altinn: string): Promise<readonly { readonly message?: string; readonly status: string }[]> {
  const text = await (await fetch(`${altinn}/localtest/effects`)).text()
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { message?: string; status: string })
}
const confirmed = async (altinn: string): Promise<number> => (await effects(altinn)).filter((one) => one.status === 'Confirmed').length

async function readToTheEnd(page: Page): Promise<void> {
  await page.frameLocator('.letter-frame').locator('body').waitFor()
  // Two seconds on screen and scrolled to its end.
  await page.waitForTimeout(2600)
  await page.locator('.read-scroll').evaluate((element) => { element.scrollTo(0, element.scrollHeight) })
}

test('a first day: consent, sync, search, PDF, report as read, confirm, offline, restart, exactly one confirmation', async () => {
  test.setTimeout(300_000)
  const app = new App()
  try {
    let page = await app.start()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Før vi henter meldinger')
    await expect(page.getByText(/omtrent \d+ meldinger/)).toBeVisible()
    await page.locator('.consent-list input').nth(20).waitFor()
    await page.screenshot({ path: 'out/e2e/consent.png' })
    const marker = 'Zyxmarkør'
    await fetchAll(page, bokmaal)
    await page.screenshot({ path: 'out/e2e/inbox.png' })
    await page.locator('.option').first().click()
    const altinn = await app.altinn(page)

    // Search keeps its query when a message is opened.
    await page.fill('#search', 'kontroll merverdiavgift')
    await expect(page.locator('.row-snippet mark').first()).toBeVisible()
    await page.locator('.option').first().click()
    await expect(page.locator('#search')).toHaveValue('kontroll merverdiavgift')
    await page.fill('#search', marker)
    await expect(page.getByText(`Ingen treff på «${marker}»`)).toBeVisible()
    await page.fill('#search', '')

    // A letter of the firm itself that must be confirmed: nothing of it is reported by moving through the list.
    await page.locator('.recipient-name').filter({ hasText: 'Fjordtun Regnskap AS' }).click()
    await page.locator('.nav-text').getByText('Må bekreftes', { exact: true }).click()
    const row = page.locator('.option').first()
    await row.click()
    await expect(page.locator('.confirm-bar')).toContainText('Les brevet til slutten')
    await readToTheEnd(page)
    await expect(page.locator('#confirm-button')).toBeVisible()
    await page.screenshot({ path: 'out/e2e/message.png' })

    // The PDF runs in an origin of its own, with text that can be selected.
    const pdf = page.getByRole('tab').filter({ hasText: '.pdf' })
    if ((await pdf.count()) > 0) {
      await pdf.first().click()
      await expect(page.locator('.pdf-page')).toContainText('Side')
      await expect(page.frameLocator('.pdf-frame').locator('.textLayer span').first()).toBeVisible()
      await page.screenshot({ path: 'out/e2e/pdf.png' })
      await page.getByRole('tab').first().click()
    }

    // `c` only goes to the button; a click of the button can be undone.
    const before = await confirmed(altinn)
    await page.keyboard.press('c')
    await expect(page.locator('#confirm-button')).toBeFocused()
    await page.waitForTimeout(600)
    await page.keyboard.press('Enter')
    await expect(page.locator('.confirm-bar')).toContainText('sendes om')
    await page.locator('.confirm-actions').getByRole('button', { name: 'Angre' }).click()
    await expect(page.locator('#confirm-button')).toBeVisible()
    await page.waitForTimeout(600)
    await page.locator('#confirm-button').click()
    await expect(page.locator('.confirm-bar')).toContainText('Registrert i Altinn', { timeout: 40_000 })
    expect(await confirmed(altinn)).toBe(before + 1)

    // Offline: the next one waits, survives a restart, and is sent once.
    const title = 'Prøvebrev som må bekreftes'
    const sent = await fetch(`${altinn}/localtest/send`, {
      method: 'POST',
      body: JSON.stringify({ recipient: '313675904', title, body: 'Et kort brev.', needsConfirmation: true, dueAt: new Date(Date.now() + 5 * 86_400_000).toISOString(), replyOptions: [{ linkURL: 'https://svar.example.org/skjema', linkText: 'Svar på brevet' }] }),
    })
    expect(sent.status).toBe(201)
    const letterRow = page.locator('.option').filter({ hasText: title })
    await expect(async () => {
      await page.getByRole('button', { name: 'Hent meldinger' }).click({ timeout: 2000 })
      await expect(letterRow).toBeVisible({ timeout: 3000 })
    }).toPass({ timeout: 30_000 })
    app.loseAltinn()
    await page.getByRole('button', { name: 'Hent meldinger' }).click()
    await letterRow.click()
    // The reply option is a button that shows its address before anything opens.
    await page.getByRole('button', { name: 'Svar på brevet' }).click()
    await expect(page.locator('.address')).toHaveText('https://svar.example.org/skjema')
    await page.keyboard.press('Escape')
    await readToTheEnd(page)
    await page.waitForTimeout(600)
    await page.locator('#confirm-button').click()
    await expect(page.locator('.confirm-bar')).toContainText('Venter på å bli sendt', { timeout: 30_000 })
    await expect(page.locator('.banner')).toContainText('Du er frakoblet.', { timeout: 120_000 })
    await page.screenshot({ path: 'out/e2e/offline.png' })
    await app.stop()
    page = await app.start()
    await page.locator('.option').first().waitFor()
    await page.locator('.nav-text').getByText('Utgående', { exact: true }).click()
    await expect(page.locator('.table tr').filter({ hasText: title }).filter({ hasText: 'Bekreft mottak' })).toContainText('Registrert', { timeout: 40_000 })
    await page.screenshot({ path: 'out/e2e/outgoing.png' })
    await page.locator('.option, .table-link').first().click()
    const again = await app.altinn(page)
    await expect.poll(() => confirmed(again), { timeout: 40_000 }).toBe(before + 2)
    expect(app.complaints.filter((text) => !text.includes('net::ERR'))).toEqual([])
    expect(app.strangers).toEqual([])

    // Nothing of what was typed, shown or searched is in the browser's own folder.
    await app.stop()
    const files = readdirSync(app.browserFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const entry of files) {
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      for (const text of [marker, 'merverdiavgift']) {
        expect(bytes.includes(Buffer.from(text)), `${entry.name} holds ${text}`).toBe(false)
        expect(bytes.includes(Buffer.from(text, 'utf16le')), `${entry.name} holds ${text}`).toBe(false)
      }
    }
  } finally {
    await app.remove()
  }
})
