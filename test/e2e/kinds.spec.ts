import { expect, type Page, test } from '@playwright/test'
import { letterOf } from '../bench/open-letters.ts'
import { bodies } from '../fixtures/hostile/bodies.ts'
import { marksOf } from '../fixtures/hostile/case.ts'
import { App, bokmaal, consentToAll, untilHere } from './app.ts'

/** One message of every kind, to be looked at. */
interface Sample {
  readonly kind: string
  readonly body: string
  readonly files: readonly { readonly fileName: string; readonly content: Buffer; readonly dataType?: string }[]
  readonly confidential?: true
}

const form = letterOf('formSmallFirst', 1)
const hostile = bodies.find(({ name }) => name === 'fake notice of the window')?.message(marksOf(1, 9)).body ?? ''
const samples: readonly Sample[] = [
  { kind: 'markdown', ...letterOf('markdown', 1) },
  { kind: 'html', ...letterOf('html', 1) },
  { kind: 'form', ...form },
  { kind: 'xml', body: form.body, files: form.files.filter(({ fileName }) => fileName.endsWith('.xml')) },
  { kind: 'pdf', ...letterOf('pdf20FirstPage', 1) },
  { kind: 'image', ...letterOf('image', 1) },
  { kind: 'csv', ...letterOf('csv', 1) },
  { kind: 'text', ...letterOf('text', 1) },
  { kind: 'confidential', body: 'Dette er taushetsbelagt.', files: [], confidential: true },
  { kind: 'hostile', body: hostile, files: [] },
]

const app = new App()
let page: Page
test.beforeAll(async () => {
  test.setTimeout(600_000)
  page = await app.start({ height: 900 })
  await page.locator('.consent-list input').first().waitFor({ timeout: 60_000 })
  const { parties } = (await (await fetch(`${app.platform}/localtest/world`)).json()) as { readonly parties: readonly { readonly urn: string }[] }
  for (const { kind, body, files, confidential = false } of samples) {
    const message = { recipient: parties[0]?.urn, title: `zzslag${kind} Brev om noe`, body, confidential, attachments: files.map(({ content, ...file }) => ({ ...file, contentBase64: content.toString('base64') })) }
    const answer = await fetch(`${app.platform}/localtest/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) })
    expect(answer.status).toBe(201)
  }
  await consentToAll(page, bokmaal)
  await untilHere(page, app.platform, 'zzslagmarkdown')
})
test.afterAll(() => app.remove())

/** What stands there when a kind is drawn: in the letter's tab, or in that of its first file. */
async function drawn({ kind, files }: Sample): Promise<void> {
  if (kind === 'confidential') {
    await expect(page.locator('.message-pane')).toContainText('Taushetsbelagt')
    return
  }
  await expect(page.locator('#tab-panel .letter-frame')).toBeVisible()
  if (files.length === 0) return
  await page.locator('.tabs [role=tab]').nth(1).click()
  if (kind === 'pdf') await expect(page.frameLocator('.pdf-frame').locator('.textLayer span').first()).toBeVisible()
  else if (kind === 'image') await expect.poll(() => page.locator('#tab-panel img').first().evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  else if (kind === 'csv' || kind === 'text') await expect(page.locator('#tab-panel')).toContainText(kind === 'csv' ? 'Navn 1' : 'virksomheten')
  else await expect(page.locator('#tab-panel .letter-frame')).toBeVisible()
}

for (const scheme of ['lyst', 'mørkt'] as const) {
  for (const sample of samples) {
    test(`${sample.kind}, ${scheme}`, async () => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type(scheme)
      await page.keyboard.press('Enter')
      await expect(page.locator('html')).toHaveAttribute('data-color-scheme', scheme === 'mørkt' ? 'dark' : 'light')
      // Confidential mail has no title here that could be searched for.
      const row = sample.kind === 'confidential' ? page.locator('.option').filter({ hasText: 'Taushetsbelagt' }) : page.locator('.option').filter({ hasText: `zzslag${sample.kind}` })
      await page.fill('#search', sample.kind === 'confidential' ? '' : `zzslag${sample.kind}`)
      // The searches of before lie over the list while the empty field has the focus.
      if (sample.kind === 'confidential') await page.locator('#search').blur()
      await row.first().click()
      await drawn(sample)
      await page.screenshot({ path: `out/e2e/slag-${sample.kind}-${scheme === 'mørkt' ? 'dark' : 'light'}.png` })
      expect(app.strangers).toEqual([])
    })
  }
}
