import { expect, test } from '@playwright/test'
import { atIdPorten, expectClean, expectState, inPlace, makeProfile, openStep, step, tryIt, unlock, useIt } from './connecting.ts'

test('a person: a login given up, one done, a restart, and the own mail in the inbox', async () => {
  test.setTimeout(420_000)
  await inPlace(async (app, place) => {
    let page = await app.start()
    await makeProfile(page, place)
    await page.getByRole('button', { name: 'Begynn: Som person' }).click()
    const login = await openStep(page, 'Innlogging med ID-porten')
    await login.getByRole('button', { name: 'Logg inn med ID-porten' }).click()
    await expect(login).toContainText('Fullfør innloggingen i nettleseren')
    await expectClean(page)
    await page.screenshot({ path: 'out/e2e/connect-login.png' })
    await atIdPorten(page, 'cancel')
    await expect(login).toContainText('Innloggingen ble avbrutt')
    await expectClean(page)

    // Given up here, too.
    await login.getByRole('button', { name: 'Logg inn med ID-porten' }).click()
    await login.getByRole('button', { name: 'Avbryt' }).click()
    await expect(login.getByRole('button', { name: 'Logg inn med ID-porten' })).toBeVisible()

    await login.getByRole('button', { name: 'Logg inn med ID-porten' }).click()
    await atIdPorten(page, 'in')
    await expectState(page, 'Innlogging med ID-porten', 'gjort')

    await app.stop()
    page = await app.start()
    await unlock(page)
    await page.getByRole('button', { name: 'Fortsett: Personlig' }).click()
    await expectState(page, 'Innlogging med ID-porten', 'gjort')
    const finish = await openStep(page, 'Ta i bruk')
    await tryIt(finish)
    await expect(finish.locator('.results')).toContainText('Mottakere: i orden')
    await expectClean(page)
    await useIt(page)

    // Logged out, the person is told whose login it is and led to it.
    await page.getByRole('button', { name: 'Innstillinger' }).click()
    await page.getByRole('button', { name: 'Vis: Personlig' }).click()
    const again = await openStep(page, 'Innlogging med ID-porten')
    await again.getByRole('button', { name: 'Logg ut' }).click()
    await expect(step(page, 'Innlogging med ID-porten').locator('.step-state')).not.toHaveText('gjort')
    await expectClean(page)
    await page.getByRole('button', { name: 'Innboks' }).click()
    const banner = page.locator('.banner')
    await expect(banner).toContainText('Du er logget ut av Altinn.', { timeout: 60_000 })
    await expectClean(page)
    await page.screenshot({ path: 'out/e2e/connect-signed-out.png' })
    await banner.getByRole('button', { name: 'Logg inn på nytt' }).click()

    // Removed here, what was fetched stays.
    await page.getByRole('button', { name: 'Fjern fra Meldingsboks' }).click()
    await expectClean(page)
    await page.getByRole('button', { name: 'Ja, fjern' }).click()
    await expect(page.getByRole('heading', { name: 'Tre måter å koble til på' })).toBeVisible()
    await page.getByRole('button', { name: 'Innboks' }).click()
    await expect(page.locator('.option').first()).toBeVisible()
  })
})
