import { expect, type Page, test } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningDemo, startLocalAltinn } from '../../main/shell/demo.ts'
import { App, bokmaal, fetchAll } from './app.ts'
import { violations } from './axe.ts'

const root = join(import.meta.dirname, '..', '..')

test('an engine that says nothing any more is ended and started anew; the open letter and what was typed stay', async () => {
  test.setTimeout(180_000)
  const app = new App()
  try {
    const page = await app.start({ patience: 6 })
    await fetchAll(page, bokmaal)
    await page.fill('#search', 'kontroll merverdiavgift')
    await page.locator('.row-snippet').first().waitFor()
    await page.locator('.option').first().click()
    await page.frameLocator('.letter-frame').locator('body').waitFor()
    const title = await page.locator('#message-title').innerText()
    // Typed, and sent nowhere yet.
    await page.keyboard.press('Control+k')
    await page.keyboard.type('nordl')
    const before = app.enginePids()
    expect(before).toHaveLength(1)
    app.stopEngine()
    await expect(page.getByRole('heading', { name: 'Meldingsboks svarte ikke og startes på nytt' })).toBeVisible({ timeout: 30_000 })
    await expect(page.locator('.notices')).toContainText('Meldingsboks svarte ikke og ble startet på nytt', { timeout: 60_000 })
    const after = app.enginePids()
    expect(after).toHaveLength(1)
    expect(after).not.toEqual(before)
    await expect(page.getByRole('combobox', { name: 'Gå til eller gjør noe' })).toHaveValue('nordl')
    await page.keyboard.press('Escape')
    await expect(page.locator('#message-title')).toHaveText(title)
    await expect(page.locator('#search')).toHaveValue('kontroll merverdiavgift')
    await page.screenshot({ path: 'out/e2e/back.png' })
    await page.locator('.notices').getByRole('button', { name: 'OK' }).click()
    await expect(page.locator('.notices')).toHaveCount(0)
    // And it answers.
    await page.fill('#search', '')
    await expect(page.locator('.option').nth(5)).toBeVisible()
  } finally {
    await app.remove()
  }
})

const passphrase = 'riktig hest batteri'

/** A profile of one's own against a local Altinn, opened by a passphrase. @returns its recovery code */
function addProfile(app: App, altinn: RunningDemo['altinn']): string {
  const file = (name: string, text: string): string => {
    writeFileSync(join(app.data, name), text, { mode: 0o600 })
    return join(app.data, name)
  }
  const options = {
    environment: file('addresses.json', JSON.stringify({ name: 'local', platform: altinn.platform, maskinporten: altinn.maskinporten })),
    key: file('key.json', JSON.stringify(altinn.client.key)), 'passphrase-file': file('passphrase', `${passphrase}\n`),
    'client-id': altinn.client.clientId, kid: altinn.client.kid, org: altinn.client.organisation, data: app.data,
  }
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'out/main/cli.js'), 'profile', 'add', 'firma', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])], { encoding: 'utf8' })
  expect(status).toBe(0)
  return /(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}/.exec(stderr)?.[0] ?? ''
}

async function unlock(page: Page, text: string): Promise<void> {
  await page.getByLabel('Passordfrase').fill(text)
  await page.getByRole('button', { name: 'Lås opp' }).click()
}

test('a profile with a passphrase is unlocked in the window; a wrong one says so and changes nothing', async () => {
  test.setTimeout(180_000)
  const app = new App()
  const altinn = await startLocalAltinn(['--folder', join(app.data, 'altinn')], join(root, 'out/main/localtest.js'))
  try {
    const code = addProfile(app, altinn.altinn)
    let page = await app.start({ profile: 'firma' })
    await expect(page.getByRole('heading', { name: 'Meldingsboks er låst' })).toBeVisible()
    await page.screenshot({ path: 'out/e2e/locked.png' })
    const field = page.getByLabel('Passordfrase')
    await expect(field).toBeFocused()
    await unlock(page, 'feil hest batteri')
    await expect(page.getByRole('alert')).toContainText('Passordfrasen er feil. Ingenting er endret; prøv igjen.')
    // Nothing that was typed is left in the window.
    await expect(field).toHaveValue('')
    await page.screenshot({ path: 'out/e2e/locked-wrong.png' })
    expect(await violations(page)).toEqual([])
    await unlock(page, passphrase)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Før vi henter meldinger', { timeout: 40_000 })
    await expect(page.locator('.environment')).toContainText('Testmiljø (local)')

    // A crash of the engine asks nobody for the passphrase again.
    app.killEngine()
    await expect(page.locator('.notices, .consent').first()).toBeVisible({ timeout: 40_000 })
    await expect(page.getByRole('heading', { name: 'Meldingsboks er låst' })).toHaveCount(0)
    expect(app.complaints).toEqual([])

    // Without the passphrase: the recovery code, with a slip of the pen first.
    await app.stop()
    page = await app.start({ profile: 'firma' })
    await page.getByRole('button', { name: 'Bruk gjenopprettingskode' }).click()
    const codeField = page.getByLabel('Gjenopprettingskode')
    await expect(codeField).toBeFocused()
    await codeField.fill(code.slice(0, -1))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('Koden skal ha 28 tegn')
    await page.screenshot({ path: 'out/e2e/locked-code.png' })
    await codeField.fill(code.toLowerCase().replaceAll('-', ' '))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Før vi henter meldinger', { timeout: 40_000 })

    // A new recovery code is shown once and counts when it was typed back; until then the old one does.
    await page.getByRole('button', { name: 'Vis bare listen, hent ingenting' }).click()
    await page.getByRole('button', { name: 'Innstillinger' }).click()
    const ways = page.locator('section', { has: page.getByRole('heading', { name: 'Slik åpnes profilen' }) })
    await expect(ways.getByRole('listitem')).toHaveCount(2)
    // The last way that is more than paper stays.
    await expect(ways.getByRole('button', { name: 'Fjern: Passordfrase' })).toHaveCount(0)
    const offered = async (): Promise<string> => {
      await ways.getByRole('button', { name: 'Lag ny gjenopprettingskode' }).click()
      return await ways.locator('.recovery-code').innerText()
    }
    const given = await offered()
    await ways.getByRole('button', { name: 'Avbryt' }).click()
    await expect(ways.locator('.recovery-code')).toHaveCount(0)
    await expect(ways.getByRole('status')).toHaveText(/ble ikke tatt i bruk\. Koden du har fra før, gjelder fortsatt\.$/)
    await expect(ways.getByRole('button', { name: 'Lag ny gjenopprettingskode' })).toBeFocused()
    await offered()
    await page.keyboard.press('Escape')
    await expect(ways.locator('.recovery-code')).toHaveCount(0)
    await page.screenshot({ path: 'out/e2e/recovery-code-given-up.png' })
    // Whoever goes elsewhere is told there.
    await offered()
    await page.locator('.nav-text').getByText('Innboks', { exact: true }).click()
    const notices = page.locator('.notices')
    await expect(notices).toContainText('Koden du har fra før, gjelder fortsatt.')
    await page.screenshot({ path: 'out/e2e/recovery-code-left.png' })
    expect(await violations(page)).toEqual([])
    await notices.getByRole('button', { name: 'OK' }).click()
    await expect(notices).toHaveCount(0)
    await page.getByRole('button', { name: 'Innstillinger' }).click()
    const fresh = await offered()
    expect(fresh).toMatch(/^(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}$/)
    expect([code, given]).not.toContain(fresh)
    await expect(ways).toContainText('Koden du har fra før, virker til da, også om du lukker eller går herfra.')
    const back = ways.getByLabel('Koden du har skrevet ned')
    await expect(back).toBeFocused()
    await back.fill(given)
    await page.keyboard.press('Enter')
    await expect(ways.getByRole('alert')).toContainText('Det var ikke koden.')
    await page.screenshot({ path: 'out/e2e/recovery-code.png' })
    expect(await violations(page)).toEqual([])
    // On paper there is the code and nothing else of the window.
    await page.emulateMedia({ media: 'print' })
    await expect(page.locator('.receipt-page')).toContainText(fresh)
    await expect(page.locator('#root')).toBeHidden()
    await page.screenshot({ path: 'out/e2e/recovery-code-print.png' })
    await page.emulateMedia({ media: 'screen' })
    await back.fill(fresh.toLowerCase().replaceAll('-', ' '))
    await ways.getByRole('button', { name: 'Bruk denne koden' }).click()
    await expect(ways).toContainText('Den nye gjenopprettingskoden gjelder fra nå av.')
    await expect(ways.locator('.recovery-code')).toHaveCount(0)
    await expect(ways.getByRole('listitem')).toHaveCount(2)

    await app.stop()
    page = await app.start({ profile: 'firma' })
    await page.getByRole('button', { name: 'Bruk gjenopprettingskode' }).click()
    await page.getByLabel('Gjenopprettingskode').fill(code)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByLabel('Gjenopprettingskode').fill(fresh)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Innstillinger' }).click({ timeout: 40_000 })
    const again = page.locator('section', { has: page.getByRole('heading', { name: 'Slik åpnes profilen' }) })
    await again.getByRole('button', { name: 'Fjern: Gjenopprettingskode' }).click()
    await again.getByRole('button', { name: 'Fjern', exact: true }).click()
    await expect(again.getByRole('listitem')).toHaveCount(1)
    await expect(again.getByRole('listitem')).toContainText('passordfrase')
  } finally {
    await app.remove()
    await altinn.end()
  }
})
