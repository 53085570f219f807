import { expect, test } from '@playwright/test'
import { join } from 'node:path'
import { App, bokmaal, fetchAll } from './app.ts'

const root = join(import.meta.dirname, '..', '..')
const pictures = join(root, 'out', 'e2e')

test.describe.configure({ mode: 'serial' })
test.describe('forms', () => {
  // Every form is read in a process of its own, which a busy machine starts slowly.
  test.setTimeout(300_000)
  const patient = { timeout: 60_000 }
  const app = new App()
  test.afterAll(async () => { await app.remove() })

  test('a form is laid out with the template that came along, page by page, and as a plain listing', async () => {
    const page = await app.start()
    await page.setViewportSize({ width: 1920, height: 1080 })
    await fetchAll(page, bokmaal)
    await page.fill('#search', 'utleggstrekk')
    await page.locator('.row-snippet').first().waitFor()
    await page.locator('.option').filter({ hasText: 'Pålegg om utleggstrekk' }).first().click()
    await page.getByRole('tab', { name: /utleggstrekk\.xml/ }).click()
    const frame = page.frameLocator('.form-frame iframe')
    await expect(frame.locator('.mb-form')).toContainText('1. Arbeidsgiver', patient)
    // From the list of codes in the template, and a Norwegian amount.
    await expect(frame.locator('.mb-form')).toContainText('Fast beløp')
    await expect(frame.locator('.mb-form')).toContainText(/\d\s\d{3},00/)
    await expect(frame.locator('input, button, a, script')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Skjemavisning' })).toHaveAttribute('aria-pressed', 'true')
    await page.screenshot({ path: join(pictures, 'form-light.png') })
    await page.getByRole('combobox', { name: 'Side i skjemaet' }).selectOption('Betaling')
    await expect(frame.locator('.mb-form')).toContainText('Kontonummer', patient)
    await page.getByRole('button', { name: 'Enkel visning' }).click()
    await expect(frame.getByText('Beløp per måned')).toBeVisible(patient)
    await page.screenshot({ path: join(pictures, 'form-plain-light.png') })
    await page.getByText('Vis kildeteksten').click()
    await expect(page.locator('.form-source pre')).toContainText('<beloepPerMaaned>')
    await page.getByRole('button', { name: 'Åpne som PDF' }).click()
    await expect(page.getByRole('tab', { name: /Pålegg om utleggstrekk\.pdf/ })).toHaveAttribute('aria-selected', 'true')
  })

  test('a form without its template says so, and takes one', async () => {
    const page = app.context.pages()[0]
    if (page === undefined) throw new Error('The window is closed')
    await page.fill('#search', 'forrige svar')
    await expect(page.locator('.option').first()).toContainText(/forrige|svar/i)
    await page.locator('.option').first().click()
    await page.getByRole('tab', { name: /\.xml/ }).first().click()
    await expect(page.getByText('Avsenderens mal mangler')).toBeVisible(patient)
    await page.screenshot({ path: join(pictures, 'form-without-template-light.png') })
    // Whatever is no template is refused with a sentence.
    await page.locator('.form-missing input[type=file]').setInputFiles({ name: 'mal.xsn', mimeType: 'application/octet-stream', buffer: Buffer.from('ikke en mal') })
    await expect(page.getByText('Malen ble ikke hentet inn.')).toBeVisible(patient)
  })

  test('templates are imported, listed once and removed in the settings', async () => {
    const page = app.context.pages()[0]
    if (page === undefined) throw new Error('The window is closed')
    await page.getByRole('button', { name: 'Innstillinger' }).first().click()
    const section = page.locator('.templates')
    await expect(section.getByText('Ingen skjemamaler er hentet inn.')).toBeVisible()
    const sample = join(root, 'test', 'samples', 'xml-forms', 'rudine-baseline2013', 'form.xsn')
    await section.locator('input[type=file]').setInputFiles(sample)
    await expect(section.getByText('«BaseLineInfoPath2013» er hentet inn.')).toBeVisible(patient)
    await section.locator('input[type=file]').setInputFiles(sample)
    await expect(section.getByText('var hentet inn fra før.')).toBeVisible(patient)
    await expect(section.locator('li')).toHaveCount(1)
    await page.screenshot({ path: join(pictures, 'form-templates-light.png') })
    await section.getByRole('button', { name: 'Fjern BaseLineInfoPath2013' }).click()
    await expect(section.locator('li')).toHaveCount(0)
    expect(app.complaints).toEqual([])
    expect(app.strangers).toEqual([])
  })
})
