import { chromium } from '@playwright/test'
import { join } from 'node:path'
import { findBrowser } from '../../../main/shell/browser/find-browser.ts'
import type { Collected } from './collected.ts'
import { environmentOf, type Places, type Programs } from './programs.ts'

interface WindowTask {
  readonly profile: string
  readonly passphrase: string
  /** A national number that is searched for, as a person would. */
  readonly number: string
  readonly word: string
}

/** Everything a page keeps: none of it may be a secret, as nothing may be kept at all. */
const storage = `(async () => JSON.stringify({
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, history: history.state, address: location.href, title: document.title,
  databases: (await indexedDB.databases()).map(({ name }) => name), caches: 'caches' in window ? await caches.keys() : [],
  fields: [...document.querySelectorAll('input:not(#search), textarea')].map(({ value }) => value),
}))()`

/**
 * Unlocks a profile in the window of the browser shell with a wrong and the right passphrase, searches for a national number,
 * opens letters of persons, and looks at what the window keeps. The browser's own folder lies in the run's.
 */
export async function useWindow(places: Places, programs: Programs, collected: Collected, { profile, passphrase, number, word }: WindowTask, look: () => void): Promise<void> {
  const executablePath = findBrowser()
  if (executablePath === null) throw new Error('No browser of the Chromium family is on this machine')
  const shell = programs.start('browser', ['--data', places.data, '--profile', profile, '--no-open', '--language', 'nb'])
  const until = async (found: () => boolean): Promise<void> => {
    for (let n = 0; !found(); n += 1) {
      if (n > 600) throw new Error('The window server did not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await until(() => /\/\S+start\.html/.test(shell.said()))
  const startFile = /(\/\S+start\.html)/.exec(shell.said())?.[1] ?? ''
  const context = await chromium.launchPersistentContext(join(places.elsewhere, 'browser'), {
    executablePath, headless: true, locale: 'nb-NO', env: Object.fromEntries(Object.entries(environmentOf(places)).map(([name, value]) => [name, value ?? ''])),
    // The test driver's own choice would put the memory that the browser's processes share on the disk; the program starts it without.
    ignoreDefaultArgs: ['--disable-dev-shm-usage'],
    args: ['--host-resolver-rules=MAP *.localhost 127.0.0.1', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    page.setDefaultTimeout(60_000)
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    await page.goto(`file://${startFile}`)
    for (const text of ['feil passordfrase', passphrase]) {
      await page.getByLabel('Passordfrase').fill(text)
      await page.getByRole('button', { name: 'Lås opp' }).click()
      if (text !== passphrase) await page.getByRole('alert').waitFor()
    }
    await page.locator('.option').first().waitFor()
    collected.search('the window\'s storage, unlocked', Buffer.from(await page.evaluate<string>(storage)))
    for (const text of [number, word]) {
      await page.fill('#search', text)
      await page.waitForTimeout(500)
      for (const row of (await page.locator('.option').all()).slice(0, 3)) {
        await row.click()
        await page.locator('#tab-panel').waitFor()
        await page.waitForTimeout(400)
      }
      await page.keyboard.press('Escape')
    }
    look()
    collected.search('the window\'s storage, after reading', Buffer.from(await page.evaluate<string>(storage)))
    collected.keep('what the window told its console', said.join('\n'))
  } finally {
    await context.close()
    shell.child.kill('SIGTERM')
    await shell.ended
  }
}
