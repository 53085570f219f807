import { expect, type Locator, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningDemo, startLocalAltinn } from '../../main/shell/demo.ts'
import { App } from './app.ts'
import { violations } from './axe.ts'

const root = join(import.meta.dirname, '..', '..')
export const passphrase = 'riktig hest batteri'

/** A client of the local Altinn's Maskinporten as a person knows it: its id, its key file, whose it is. */
export interface KnownClient {
  readonly clientId: string
  readonly organisation: string
  /** JWK with its key id. */
  readonly keyFile: string
}

/** A local Altinn beside the app, with what a person needs to enter it in each way. */
export interface Place {
  readonly running: RunningDemo
  readonly addresses: string
  readonly own: KnownClient
  readonly clients: KnownClient
}

/** A course of connecting in an app with an empty folder, beside a local Altinn of its own; both are gone afterwards. */
export async function inPlace(course: (app: App, place: Place) => Promise<void>): Promise<void> {
  const app = new App()
  const place = await startPlace(app)
  try {
    await course(app, place)
    expect(app.complaints).toEqual([])
  } finally {
    await app.remove()
    await place.running.end()
  }
}

/** Starts a local Altinn of its own in the app's folder; its keys and addresses lie there as they would with a person. */
async function startPlace(app: App): Promise<Place> {
  const folder = join(app.data, 'altinn')
  const running = await startLocalAltinn(['--folder', folder, '--arrivals', '0'], join(root, 'out/main/localtest.js'))
  const { altinn } = running
  const known = (await (await fetch(`${altinn.platform}/localtest/clients`)).json()) as readonly { readonly clientId: string; readonly organisation: string }[]
  const own = known.find(({ clientId }) => clientId !== altinn.client.clientId)
  if (own === undefined) throw new Error('The world has no organisation of its own')
  return {
    running,
    addresses: join(folder, 'addresses.json'),
    own: { ...own, keyFile: join(folder, 'keys', 'egen-virksomhet.jwk.json') },
    clients: { clientId: altinn.client.clientId, organisation: altinn.client.organisation, keyFile: join(folder, 'keys', 'klientforhold.jwk.json') },
  }
}

/** A step of the checklist by its whole name: «Klientene» is not «Nøkkelen til klienten» with a fact that begins with E. */
export const step = (page: Page, name: string): Locator => page.locator('.step').filter({ has: page.locator('.step-name', { hasText: new RegExp(`: ${name}$`) }) })

/** Opens a step by its heading, where it is not open already. */
export async function openStep(page: Page, name: string): Promise<Locator> {
  const found = step(page, name)
  const head = found.locator('h3 button')
  await head.waitFor()
  if ((await head.getAttribute('aria-expanded')) !== 'true') await head.click()
  return found
}

/** What the heading of a step says of it. */
export async function expectState(page: Page, name: string, state: string): Promise<void> {
  await expect(step(page, name).locator('.step-state')).toHaveText(state)
}

/** The page of connecting has nothing that a person without mouse or sight could not use. */
export async function expectClean(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([])
}

/** From an empty folder: the demo's first screen, a profile with a file of addresses and a passphrase, and the page goes on in it. */
export async function makeProfile(page: Page, place: Place, name = 'firma'): Promise<void> {
  await page.locator('.demo-strip').getByRole('button', { name: 'Koble til Altinn' }).click({ timeout: 90_000 })
  const form = page.locator('.new-profile')
  await form.getByLabel('Navn på profilen').fill(name)
  await form.locator('input[name=environment][value=own]').check()
  await form.locator('input[type=file]').setInputFiles(place.addresses)
  await form.locator('input[name=protect][value=passphrase]').check()
  await form.locator('input[type=password]').first().fill(passphrase)
  await form.locator('input[type=password]').last().fill(passphrase)
  await expectClean(page)
  await page.screenshot({ path: 'out/e2e/connect-profile.png' })
  await form.getByRole('button', { name: 'Lag profilen og åpne den' }).click()
  await expect(page.getByRole('button', { name: 'Se demoen imens' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('heading', { name: 'Tre måter å koble til på' })).toBeVisible()
}

/** A start of the app anew: the profile of before opens, and asks for what opens it. */
export async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passordfrase').fill(passphrase)
  await page.getByRole('button', { name: 'Lås opp' }).click()
  await expect(page.getByRole('heading', { name: 'Koble til Altinn' })).toBeVisible({ timeout: 60_000 })
}

/** Chooses a key file, or pastes its text. */
export async function giveKey(page: Page, key: { readonly file?: string; readonly text?: string; readonly password?: string }): Promise<void> {
  const found = await openStep(page, 'Nøkkelen til klienten')
  const change = found.getByRole('button', { name: 'Bytt nøkkel' })
  if (await change.isVisible()) await change.click()
  if (key.file !== undefined) await found.locator('input[type=file]').setInputFiles(key.file)
  if (key.text !== undefined) await found.getByLabel('Eller lim inn nøkkelen').fill(key.text)
  if (key.password !== undefined) await found.getByLabel('Passord, hvis nøkkelen har det').fill(key.password)
  await found.getByRole('button', { name: 'Ta vare på nøkkelen' }).click()
}

/** Fills in a number and a client, and says where the checklist is then. */
export async function fillIn(page: Page, client: Pick<KnownClient, 'organisation' | 'clientId'>): Promise<void> {
  const organisation = await openStep(page, 'Virksomheten')
  await organisation.getByLabel('Organisasjonsnummer').fill(client.organisation)
  await organisation.getByRole('button', { name: 'Lagre' }).click()
  await expectState(page, 'Virksomheten', 'gjort')
  const id = await openStep(page, 'Klient i Maskinporten')
  await id.getByLabel('Klient-ID').fill(client.clientId)
  await id.getByRole('button', { name: 'Lagre' }).click()
  await expectState(page, 'Klient i Maskinporten', 'gjort')
}

/** Tests what there is, in the step that is open. */
export async function tryIt(found: Locator): Promise<void> {
  await found.getByRole('button', { name: /^Test (det du har|igjen)$/ }).click()
  await expect(found.locator('.results [role=status]')).toContainText('Testet', { timeout: 90_000 })
}

export const keyText = (client: KnownClient): string => readFileSync(client.keyFile, 'utf8')

/** Takes it in use, agrees to everything, and waits until a message is here. */
export async function useIt(page: Page): Promise<void> {
  const finish = await openStep(page, 'Ta i bruk')
  await finish.getByRole('button', { name: 'Ta i bruk' }).last().click()
  await agree(page)
}

/** Agrees to everything, and waits until a message is here. */
export async function agree(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Før vi henter meldinger' })).toBeVisible({ timeout: 30_000 })
  await page.getByText('Alt i Altinn').click()
  await page.getByRole('button', { name: 'Hent meldinger' }).click()
  await expect(page.locator('.option').first()).toBeVisible({ timeout: 120_000 })
}

/** A page beside the window's that waits no longer than it: what it waits for in vain is told. */
async function anotherPage(page: Page): Promise<Page> {
  const other = await page.context().newPage()
  other.setDefaultTimeout(15_000)
  return other
}

/** Logs in at the local ID-porten in another page of the browser, or gives it up there. */
export async function atIdPorten(page: Page, what: 'in' | 'cancel'): Promise<void> {
  const address = await page.locator('.step .address').innerText()
  const other = await anotherPage(page)
  await other.goto(address)
  if (what === 'cancel') await other.getByRole('button', { name: 'Avbryt' }).click()
  else {
    await other.locator('button[name=person]').first().click()
    await other.getByRole('button', { name: 'Tillat', exact: true }).click()
  }
  await expect(other.getByRole('heading', { name: 'Tilbake til Meldingsboks' })).toBeVisible()
  await other.close()
}

/** The person who approves at the organisation opens the address that the window shows, in a browser of their own. */
export async function decide(page: Page, choice: 'Godkjenn' | 'Avvis'): Promise<void> {
  const address = await page.locator('.step .address').innerText()
  const other = await anotherPage(page)
  await other.goto(address)
  await other.getByRole('button', { name: choice }).click()
  await other.close()
}

/** Looks for the answer to the request until it is this; the program looks by itself as well, and then the button is gone. */
export async function lookFor(page: Page, state: string): Promise<void> {
  const asked = step(page, 'Systembruker')
  await expect(async () => {
    const look = asked.getByRole('button', { name: 'Se etter nå' })
    if (await look.isVisible()) await look.click({ timeout: 2000 })
    await expect(asked.locator('.step-state')).toHaveText(state, { timeout: 3000 })
  }).toPass({ timeout: 60_000 })
}

/**
 * The page as it is, in three languages, light and dark, and as narrow as 400 % of zoom makes it: nothing is cut
 * off sideways, and axe finds nothing.
 * @param name of the pictures
 */
export async function expectEverywhere(page: Page, name: string): Promise<void> {
  for (const [language, heading] of [['English', 'Connect to Altinn'], ['nynorsk', 'Kople til Altinn'], ['bokmål', 'Koble til Altinn']] as const) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(language)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    await expectClean(page)
    await page.screenshot({ path: `out/e2e/connect-${name}-${language === 'English' ? 'en' : language === 'nynorsk' ? 'nn' : 'nb'}-narrow-dark.png` })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 800 })
    await expectClean(page)
    await page.screenshot({ path: `out/e2e/connect-${name}-${language === 'English' ? 'en' : language === 'nynorsk' ? 'nn' : 'nb'}.png` })
  }
}
