import { expect, type Page, test } from '@playwright/test'
import { App, bokmaal } from './app.ts'
import { violations } from './axe.ts'

const app = new App()
let page: Page
test.beforeAll(async () => {
  test.setTimeout(400_000)
  page = await app.start()
  page.setDefaultTimeout(90_000)
  await page.getByText(bokmaal.all).click()
  await page.getByRole('button', { name: bokmaal.get }).click()
  await page.locator('.option').first().waitFor()
  await page.locator('.footer-left').filter({ hasText: bokmaal.done }).waitFor({ timeout: 240_000 })
})
test.afterAll(() => app.remove())

test('the settings tell what is searchable', async () => {
  await page.getByRole('button', { name: 'Innstillinger' }).click()
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Søk i vedlegg' }) })
  await expect(section.locator('p').first()).toHaveText(/^(Leser vedlegg: \d+ av \d+|Teksten i alle vedlegg som er lagret her, blir funnet i søk\.)$/, { timeout: 60_000 })
  await section.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'out/e2e/texts-settings.png' })
  expect(await violations(page)).toEqual([])
})

test('a hit in an attachment names file and page, and opens the file there with the word', async () => {
  test.setTimeout(300_000)
  await page.getByRole('button', { name: /^Innboks/ }).first().click()
  const hit = page.locator('.option').filter({ has: page.locator('.row-hit', { hasText: /side \d/ }) }).first()
  // It stands in the letterhead of PDFs only, which are read in the background.
  await expect(async () => {
    await page.fill('#search', '')
    await page.fill('#search', 'datafangst')
    await expect(hit).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 240_000 })
  const word = await hit.locator('mark').first().innerText()
  const number = /side (\d+)/.exec(await hit.locator('.row-hit').innerText())?.[1] ?? ''
  await page.screenshot({ path: 'out/e2e/texts-hits.png' })
  expect(await violations(page)).toEqual([])
  await hit.click()
  await expect(page.locator('.pdf-find input')).toHaveValue(word, { timeout: 60_000 })
  await expect(page.locator('.pdf-find [role=status]')).toHaveText(/^\d+ av \d+$/, { timeout: 60_000 })
  await expect(page.locator('.pdf-page input')).toHaveValue(number, { timeout: 60_000 })
  await page.screenshot({ path: 'out/e2e/texts-open.png' })
  expect(app.complaints).toEqual([])
  expect(app.strangers).toEqual([])
})
