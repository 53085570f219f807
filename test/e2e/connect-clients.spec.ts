import { expect, test } from '@playwright/test'
import { join } from 'node:path'
import { agree, expectClean, expectState, fillIn, giveKey, inPlace, keyText, makeProfile, openStep, step, tryIt, unlock } from './connecting.ts'

const p12 = join(import.meta.dirname, '..', 'accounts', 'keys', 'aes-256.p12')

test('an accountant: wrong password, a scope that is not granted, a restart, and every client in the inbox', async () => {
  test.setTimeout(420_000)
  await inPlace(async (app, place) => {
    let page = await app.start()
    await makeProfile(page, place)
    await page.getByRole('button', { name: 'Begynn: For klienter' }).click()

    // A client that Altinn has not given access yet.
    const jwk = JSON.parse(keyText(place.clients)) as { readonly n: string; readonly e: string; readonly kid: string }
    const registered = await fetch(`${place.running.altinn.platform}/localtest/clients`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ clientId: 'uten-tilgang', organisation: place.clients.organisation, scopes: ['altinn:correspondence.read'], kid: jwk.kid, jwk: { kty: 'RSA', n: jwk.n, e: jwk.e } }),
    })
    expect(registered.ok).toBe(true)
    await fillIn(page, { organisation: place.clients.organisation, clientId: 'uten-tilgang' })

    await giveKey(page, { file: p12, password: 'feil passord' })
    const key = step(page, 'Nøkkelen til klienten')
    await expect(key).toContainText('Passordet til nøkkelen er feil')
    // Nothing of what was handed over stays in the fields.
    await expect(key.getByLabel('Passord, hvis nøkkelen har det')).toHaveValue('')
    expect(await key.locator('input[type=file]').evaluate((field) => (field as HTMLInputElement).files?.length)).toBe(0)
    await expectClean(page)
    await giveKey(page, { text: keyText(place.clients) })
    await expectState(page, 'Nøkkelen til klienten', 'gjort')

    const access = await openStep(page, 'Tilgang fra Altinn')
    await tryIt(access)
    await expect(access).toContainText('Klienten mangler tilgang til: digdir:dialogporten')
    await expectState(page, 'Tilgang fra Altinn', 'venter på andre')
    await expectClean(page)
    await page.screenshot({ path: 'out/e2e/connect-scope.png' })

    await app.stop()
    page = await app.start({ language: 'nb' })
    await unlock(page)
    await page.getByRole('button', { name: 'Fortsett: Klienter' }).click()
    await expectState(page, 'Nøkkelen til klienten', 'gjort')
    await fillIn(page, place.clients)
    const clients = await openStep(page, 'Klientene')
    await tryIt(clients)
    await expect(clients).toContainText(/\d+ mottakere er delegert/)
    await expectState(page, 'Systembruker for klientforhold', 'gjort')
    // The service goes away between the last test and the first look: why no recipient is listed is said, and the way on.
    const door = (method: string, body?: object) => fetch(`${place.running.altinn.platform}/localtest/faults`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    await door('POST', { kind: 'html', path: '/accessmanagement/' })
    await (await openStep(page, 'Ta i bruk')).getByRole('button', { name: 'Ta i bruk' }).last().click()
    const list = page.locator('.consent-list')
    await expect(list.getByRole('button', { name: 'Prøv nå' })).toBeVisible({ timeout: 60_000 })
    await expect(list).not.toContainText('Vi ser etter mottakere')
    await expectClean(page)
    await page.screenshot({ path: 'out/e2e/connect-no-recipients.png' })
    await door('DELETE')
    await list.getByRole('button', { name: 'Prøv nå' }).click()
    await expect(list.locator('input').first()).toBeVisible({ timeout: 60_000 })
    await agree(page)
    await expect(page.locator('.footer-left')).toContainText('mottakere', { timeout: 120_000 })
  })
})
