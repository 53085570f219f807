import { expect, type Page, test } from '@playwright/test'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'

const app = new App()
let page: Page
test.beforeAll(async () => {
  test.setTimeout(240_000)
  page = await app.start()
  // A machine that does much else opens a profile slowly.
  await page.getByText(bokmaal.all).waitFor({ timeout: 90_000 })
  await fetchAll(page, bokmaal)
})
test.afterAll(() => app.remove())
test.beforeEach(async () => {
  await page.locator('.nav-text').getByText('Mottakere og dekning', { exact: true }).click()
  await page.locator('.coverage-table tbody tr').first().waitFor()
})

const rights = async (party: string, held: boolean, resources: 'all' | readonly string[] = 'all'): Promise<void> => {
  const answer = await fetch(`${app.platform}/localtest/rights`, { method: 'POST', body: JSON.stringify({ party, held, resources }) })
  expect(answer.status).toBe(204)
}
const rowOf = (party: string) => page.locator(`tr[data-party='urn:altinn:organization:identifier-no:${party}']`)
const ask = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Spør Altinn nå' }).click()
  await expect(page.getByText('Altinn har svart.')).toBeVisible({ timeout: 30_000 })
}
/** Organisation numbers of recipients in the table that have no sub-units, the firm itself apart. */
async function single(): Promise<readonly string[]> {
  const all = await page.locator('.coverage-table tr[data-party]').evaluateAll((rows) => rows.filter((row) => row.querySelector('.fold') === null).map((row) => row.getAttribute('data-party') ?? ''))
  return all.flatMap((party) => /organization:identifier-no:(\d{9})$/.exec(party)?.[1] ?? []).filter((number) => number !== '313675904')
}

test('a recipient\'s details name packages, services and identities, by the keyboard alone', async () => {
  const [number = ''] = await single()
  await rowOf(number).locator('.table-action button').focus()
  await page.keyboard.press('Enter')
  const details = page.locator('.coverage-details')
  await expect(details).toContainText('Tilgangspakker')
  await expect(details).toContainText('regnskapsforer-med-signeringsrettighet')
  await expect(details.getByText('Merverdiavgift', { exact: true }).first()).toBeVisible()
  await expect(details).toContainText('Tjenester som har sendt noe')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/coverage-details.png' })
  await page.keyboard.press('Enter')
  await expect(details).toHaveCount(0)
})

test('what is gone or smaller is marked until somebody has seen it; nothing is deleted; it comes back', async () => {
  test.setTimeout(120_000)
  const [first = '', second = ''] = await single()
  await rights(first, false)
  await rights(second, true, ['skd-merverdiavgift'])
  await ask()
  await expect(page.locator('.lost-banner')).toContainText('hos 2 mottakere')
  await expect(rowOf(first)).toContainText('Fullmakten er borte')
  await expect(rowOf(first)).toContainText('ingen tilgang siden')
  await expect(rowOf(second)).toContainText('Mindre dekning enn før')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/coverage-lost.png' })
  await page.getByRole('button', { name: 'Vis dem' }).click()
  await expect(page.locator('.coverage-table tr[data-party]')).toHaveCount(2)
  await rowOf(second).locator('.table-action button').click()
  await expect(page.locator('.coverage-details')).toContainText('Tatt bort')
  await expect(page.locator('.coverage-details')).toContainText('Slik får du den tilbake')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/coverage-taken.png' })
  await page.getByRole('button', { name: 'Jeg har sett alle' }).click()
  await expect(page.locator('.lost-banner')).toHaveCount(0)
  await page.locator('.chip[data-filter=gone]').click()
  await expect(rowOf(first)).toContainText('Fullmakten er borte')
  await rights(first, true)
  await rights(second, true)
  await ask()
  await page.locator('.chip[data-filter=all]').click()
  await expect(rowOf(first)).not.toContainText('Fullmakten er borte')
})

test('sub-units fold out below their main unit, and the table is saved', async () => {
  const folded = page.locator('.coverage-table tr[data-party]').filter({ has: page.locator('.fold') }).first()
  const before = await page.locator("tr[data-sub='true']").count()
  await folded.locator('.fold').click()
  await expect.poll(() => page.locator("tr[data-sub='true']").count()).toBeGreaterThan(before)
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/coverage-sub-units.png' })
  await folded.locator('.fold').click()
  await page.getByRole('button', { name: 'Eksporter' }).click()
  await page.locator('.menu-item[data-name=csv]').click()
  await expect(page.locator('[data-saved]')).toContainText('.csv')
})

test('dark, in English, and at 320 pixels', async () => {
  const settings = async (language: string, theme: string): Promise<void> => {
    await page.getByRole('button', { name: /^(Innstillinger|Settings)$/ }).click()
    await page.locator('#settings-language').selectOption(language)
    await page.locator('#theme').selectOption(theme)
  }
  await settings('en', 'dark')
  await page.locator('.nav-text').getByText('Recipients and coverage', { exact: true }).click()
  const [number = ''] = await single()
  await rowOf(number).locator('.table-action button').click()
  await expect(page.locator('.coverage-details')).toContainText('Access packages')
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: 'out/e2e/coverage-dark.png' })
  await page.setViewportSize({ width: 320, height: 800 })
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await page.screenshot({ path: 'out/e2e/coverage-320.png' })
  await page.setViewportSize({ width: 1280, height: 800 })
  await settings('nb', 'light')
})
