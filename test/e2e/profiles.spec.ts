import { expect, type Locator, type Page, test } from '@playwright/test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLocalAltinn } from '../../main/shell/demo.ts'
import { allTexts, type Language } from '../../resources/locales/index.ts'
import { App } from './app.ts'
import { violations } from './axe.ts'

const root = join(import.meta.dirname, '..', '..')
const passphrase = 'riktig hest batteri'
const later = 'en helt annen frase'

const badge = (page: Page): Locator => page.locator('.environment')
const locked = (page: Page): Locator => page.getByRole('heading', { name: 'Meldingsboks er låst' })

async function openSettings(page: Page): Promise<Locator> {
  const list = page.getByRole('button', { name: 'Vis bare listen, hent ingenting' })
  const settings = page.getByRole('button', { name: 'Innstillinger' })
  // The first screen may come in front while the window is being drawn.
  await expect(async () => {
    if (await list.isVisible()) await list.click({ timeout: 1000 })
    await settings.first().click({ timeout: 1000 })
    await expect(page.getByRole('heading', { level: 1, name: 'Innstillinger' })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 60_000 })
  return page.locator('section', { has: page.getByRole('heading', { name: 'Profiler på denne maskinen' }) })
}

/** Both colours at both widths, to be looked at. */
async function pictures(page: Page, name: string, what?: Locator): Promise<void> {
  for (const [width, height] of [[1280, 800], [320, 720]] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await what?.scrollIntoViewIfNeeded()
      await page.screenshot({ path: `out/e2e/${name}-${String(width)}-${colorScheme}.png` })
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    }
  }
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}

test('from the demo a profile is made, opened, found again after a restart, and left for the demo', async () => {
  test.setTimeout(360_000)
  const app = new App()
  const altinn = await startLocalAltinn(['--folder', join(app.data, 'altinn'), '--arrivals', '0'], join(root, 'out/main/localtest.js'))
  try {
    const { platform, maskinporten } = altinn.altinn
    const file = join(app.data, 'egen.json')
    writeFileSync(file, JSON.stringify({ name: 'lokal', platform, maskinporten, extraCaFile: 'ca.pem' }))
    let page = await app.start()
    let profiles = await openSettings(page)
    await expect(badge(page)).toContainText('Demo')
    await expect(profiles.getByRole('listitem')).toHaveCount(1)
    await profiles.getByRole('button', { name: 'Ny profil' }).click()
    const make = profiles.getByRole('button', { name: 'Lag profilen og åpne den' })
    await expect(profiles).not.toContainText('Vi ser etter om den kan brukes', { timeout: 20_000 })
    await profiles.getByLabel('Passordfrase', { exact: true }).first().check()

    // What is wrong stands at its field; a passphrase that will not do is not left there.
    const first = profiles.locator('input[type=password]').nth(0)
    const again = profiles.locator('input[type=password]').nth(1)
    const type = async (one: string, two = one): Promise<void> => {
      await first.fill(one)
      await again.fill(two)
      await make.click()
    }
    await type('kort')
    await expect(profiles.getByRole('alert')).toContainText('minst 8 tegn')
    await type(passphrase, 'riktig hest bateri')
    await expect(profiles.getByRole('alert')).toContainText('ikke like')
    await expect(first).toHaveValue('')
    await expect(first).toBeFocused()
    await profiles.getByLabel('Navn på profilen').fill('Mitt firma')
    await type(passphrase)
    await expect(profiles.getByRole('alert')).toContainText('Navnet kan bare ha små bokstaver')
    await profiles.getByLabel('Navn på profilen').fill('firma')
    await profiles.getByLabel('Fil med adresser').check()
    await profiles.locator('input[type=file]').setInputFiles(file)
    await make.click()
    await expect(profiles.getByRole('alert')).toContainText('«extraCaFile»')
    await pictures(page, 'new-profile', profiles.getByRole('alert'))
    writeFileSync(file, JSON.stringify({ name: 'lokal', platform, maskinporten }))
    await profiles.locator('input[type=file]').setInputFiles(file)
    await make.click()

    // The window begins anew with it, and nothing of the demo is left in it.
    await expect(badge(page)).toHaveText(/Testmiljø \(lokal\)/, { timeout: 60_000 })
    profiles = await openSettings(page)
    await expect(profiles.getByRole('listitem')).toHaveCount(2)
    await expect(page.locator('#root')).not.toContainText('Fjordtun')
    await pictures(page, 'settings-profile', profiles.getByRole('button', { name: 'Ny profil' }))

    // Another passphrase in place of this one.
    const ways = page.locator('section', { has: page.getByRole('heading', { name: 'Slik åpnes profilen' }) })
    await ways.getByRole('button', { name: 'Ny passordfrase' }).click()
    await expect(ways.locator('input[type=password]').first()).toBeFocused()
    await ways.locator('input[type=password]').nth(0).fill(later)
    await ways.locator('input[type=password]').nth(1).fill(later)
    await pictures(page, 'settings-passphrase', ways.getByRole('button', { name: 'Bruk denne passordfrasen' }))
    await ways.getByRole('button', { name: 'Bruk denne passordfrasen' }).click()
    await expect(ways.getByRole('status')).toHaveText('Passordfrasen åpner profilen fra nå av.', { timeout: 30_000 })
    await expect(ways.getByRole('listitem')).toHaveCount(1)

    // It is what opens at the next start, and asks.
    await app.stop()
    page = await app.start()
    await expect(locked(page)).toBeVisible({ timeout: 30_000 })
    await expect(badge(page)).toHaveText(/Testmiljø \(lokal\)/)
    await page.getByLabel('Passordfrase').fill(passphrase)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('Passordfrasen er feil', { timeout: 30_000 })
    await pictures(page, 'locked-others')
    await page.getByLabel('Passordfrase').fill(later)
    await page.keyboard.press('Enter')
    profiles = await openSettings(page)
    await expect(profiles.getByRole('listitem').filter({ hasText: 'firma' })).toContainText('åpen nå')

    // Back to the demo by its name, and to the locked profile and away from it again.
    await profiles.getByRole('button', { name: 'Åpne: demo' }).click()
    await expect(badge(page)).toContainText('Demo', { timeout: 60_000 })
    profiles = await openSettings(page)
    await profiles.getByRole('button', { name: 'Åpne: firma' }).click()
    await expect(locked(page)).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Demo – ingen ekte post' }).click()
    await expect(badge(page)).toContainText('Demo', { timeout: 60_000 })
    await openSettings(page)
    for (const language of ['nb', 'nn', 'en'] as const satisfies readonly Language[]) {
      await page.locator('#settings-language').selectOption(language)
      const another = page.getByRole('button', { name: allTexts[language]['connect.profile.new'] })
      if (await another.isVisible()) await another.click()
      await expect(page.getByLabel(allTexts[language]['profile.name'])).toBeVisible()
      expect(await violations(page)).toEqual([])
      await page.screenshot({ path: `out/e2e/new-profile-${language}.png` })
    }
    expect(app.complaints).toEqual([])
    expect(app.strangers).toEqual([])
    for (const secret of [passphrase, later]) expect(readFileSync(join(app.data, 'firma', 'profile.json'), 'utf8')).not.toContain(secret)
    expect(JSON.parse(readFileSync(join(app.data, 'last-profile.json'), 'utf8'))).toEqual({ version: 1, name: 'demo' })
  } finally {
    await app.remove()
    await altinn.end()
  }
})
