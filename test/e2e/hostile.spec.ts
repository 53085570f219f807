import { chromium, expect, test } from '@playwright/test'
import { bodyReader } from '../../main/reading/body.ts'
import { sanitiser } from '../../main/reading/sanitise.ts'
import { findBrowser } from '../../main/shell/browser/find-browser.ts'
import { hostile } from '../faults/hostile.ts'
import { bodies } from '../fixtures/hostile/bodies.ts'
import { marksOf } from '../fixtures/hostile/case.ts'

/** A share of the whole run (`npm run faults -- hostile`), spread over the collection. */
test('some of the hostile collection: nothing runs, leaves, ends or touches another letter', async () => {
  test.setTimeout(900_000)
  const { result } = await hostile(['--every', '40'])
  expect(result).toMatchObject({ executed: 0, requests: 0, crashed: 0, affected: 0, selfCheck: { executed: true, requests: true, listened: true } })
  expect(result['cases']).toBeGreaterThan(5)
})

test('a hostile letter made safe, read by the browser and made safe once more, is the same', async () => {
  const read = bodyReader()
  const again = sanitiser()
  const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const page = await browser.newPage()
    let letters = 0
    for (const hostileOne of bodies) {
      const result = read(hostileOne.message(marksOf(1, 9)).body ?? '', [])
      if (!result.ok) continue
      letters += 1
      const parsed = await page.evaluate((html) => new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body.innerHTML, result.letter.html)
      // Links are spans by now, and the second time has no list of them.
      const bare = (html: string): string => html.replace(/ (?:role="link"|tabindex="0"|data-l="\d+")/g, '')
      expect(bare(again(parsed).html), hostileOne.name).toBe(bare(parsed))
      expect(parsed, hostileOne.name).toBe(result.letter.html)
    }
    expect(letters).toBeGreaterThan(50)
  } finally {
    await browser.close()
  }
})
