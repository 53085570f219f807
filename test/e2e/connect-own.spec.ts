import { expect, test } from '@playwright/test'
import { decide, expectClean, expectEverywhere, expectState, fillIn, giveKey, inPlace, keyText, lookFor, makeProfile, openStep, step, tryIt, unlock, useIt } from './connecting.ts'

test('an own organisation: from an empty folder through a refusal and a restart to the inbox', async () => {
  test.setTimeout(420_000)
  await inPlace(async (app, place) => {
    let page = await app.start()
    await makeProfile(page, place)
    await page.screenshot({ path: 'out/e2e/connect-ways.png' })
    await expectClean(page)
    await page.getByRole('button', { name: 'Begynn: For egen virksomhet' }).click()

    // A slip in the number is told before anybody else sees it.
    const organisation = await openStep(page, 'Virksomheten')
    await organisation.getByLabel('Organisasjonsnummer').fill(place.own.organisation.replace(/.$/, (last) => String((Number(last) + 1) % 10)))
    await organisation.getByRole('button', { name: 'Lagre' }).click()
    await expect(organisation).toContainText('Kontrollsifferet stemmer ikke')
    await expectClean(page)
    await fillIn(page, place.own)
    // The focus went on with the list: the button that was pressed is gone.
    await expect(page.locator('.step h3 button[aria-expanded=true]')).toBeFocused()
    const access = await openStep(page, 'Tilgang fra Altinn')
    await expect(access.locator('.letter-text')).toContainText('altinn:correspondence.read')
    await expect(access.locator('.letter-text')).toContainText('digdir:dialogporten')
    await page.screenshot({ path: 'out/e2e/connect-access.png' })

    // Another client's key is a key, and Maskinporten knows better.
    await giveKey(page, { text: keyText(place.clients) })
    await expectState(page, 'Nøkkelen til klienten', 'gjort')
    await tryIt(await openStep(page, 'Nøkkelen til klienten'))
    await expect(step(page, 'Nøkkelen til klienten')).toContainText(/kjenner ikke nøkkelen på denne klienten|ikke den som er registrert/)
    await expectState(page, 'Nøkkelen til klienten', 'noe må rettes')
    await page.screenshot({ path: 'out/e2e/connect-wrong-key.png' })
    await giveKey(page, { file: place.own.keyFile })
    await expectState(page, 'Nøkkelen til klienten', 'gjort')

    const system = await openStep(page, 'Systembruker')
    await tryIt(system)
    await expect(system.locator('.results')).toContainText('ingen systembruker for dette systemet')
    await system.getByLabel('System-ID').fill(`${place.own.organisation}_meldingsboks`)
    await system.getByRole('textbox', { name: 'Tilgangspakker' }).fill('urn:altinn:accesspackage:post-til-virksomheten')
    await system.getByRole('button', { name: 'Be om systembruker' }).click()
    await expectState(page, 'Systembruker', 'venter på andre')
    await expectEverywhere(page, 'waiting')
    await decide(page, 'Avvis')
    await lookFor(page, 'noe må rettes')
    await expect(step(page, 'Systembruker')).toContainText('ble avvist')
    await expectClean(page)
    await step(page, 'Systembruker').getByRole('button', { name: 'Be om på nytt' }).click()
    await expectState(page, 'Systembruker', 'venter på andre')
    const address = await page.locator('.step .address').innerText()

    // Days may pass: another start finds it as it was left.
    await app.stop()
    page = await app.start()
    await unlock(page)
    await page.getByRole('button', { name: 'Fortsett: Egen virksomhet' }).click()
    await expectState(page, 'Systembruker', 'venter på andre')
    await expect(page.locator('.step .address')).toHaveText(address)
    await decide(page, 'Godkjenn')
    await lookFor(page, 'gjort')
    const finish = await openStep(page, 'Ta i bruk')
    await tryIt(finish)
    await expect(finish.locator('.results')).toContainText('Altinn godtar innloggingen: i orden')
    await page.screenshot({ path: 'out/e2e/connect-tested.png' })
    await useIt(page)
    // What is in use shows the same steps as facts.
    await page.getByRole('button', { name: 'Innstillinger' }).click()
    await page.getByRole('button', { name: 'Vis: Egen virksomhet' }).click()
    await expectState(page, 'Virksomheten', 'gjort')
    await expectClean(page)
    await page.screenshot({ path: 'out/e2e/connect-facts.png' })
  })
})
