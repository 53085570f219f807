import { PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { messageDocument, type PrintedMessage } from '../../main/export/message-document.ts'
import { safePages, withAppended } from '../../main/export/pdf-pages.ts'
import { PdfThread } from '../../main/export/pdf-thread.ts'
import { birthDate } from '../../main/export/printable.ts'
import { openReading, type SafeLetter } from '../../main/reading/reading.ts'
import { findBrowser } from '../../main/shell/browser/find-browser.ts'
import { printPdf } from '../../main/shell/browser/print-pdf.ts'

const reading = openReading()
afterAll(() => reading.close())
const letterOf = (body: string): Promise<SafeLetter> => reading.letter(body, { replyUrls: [] })
const at = Date.UTC(2026, 10, 23, 8, 12)

const message = (letter: SafeLetter, extra: Partial<PrintedMessage> = {}): PrintedMessage => ({
  title: 'Varsel om kontroll', sender: 'Skatteetaten', partyName: 'Nordlys Bakeri AS', party: 'urn:altinn:organization:identifier-no:312845679', publishedAt: at, dueAt: at + 86_400_000, needsConfirmation: true,
  fetchedAt: at, openedHereAt: at, readAt: null, confirmedAt: null, confirmedBy: null, removedAt: null, letters: [{ name: null, letter }], files: [], language: 'nb', ...extra,
})
const options = { language: 'nb', nowAt: at, font: null, withFiles: false } as const

/** The text of each page, as pdf.js reads it. */
async function textOf(bytes: Uint8Array): Promise<readonly string[]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const document = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: true, verbosity: 0 }).promise
  const texts: string[] = []
  for (let n = 1; n <= document.numPages; n += 1) {
    const { items } = await (await document.getPage(n)).getTextContent()
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join(' ').replace(/\s+/g, ' '))
  }
  await document.loadingTask.destroy()
  return texts
}

interface Item { readonly title: string; readonly items: readonly Item[] }
async function outlineOf(bytes: Uint8Array): Promise<readonly Item[]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise
  const simple = (items: readonly { readonly title: string; readonly items: readonly unknown[] }[]): readonly Item[] => items.map((one) => ({ title: one.title, items: simple(one.items as never) }))
  const outline = await document.getOutline()
  await document.loadingTask.destroy()
  return simple(outline)
}

describe('the document of a message', () => {
  it('has header, number, facts, letter and files, and no address that leads anywhere', async () => {
    const html = messageDocument([message(await letterOf('Se [skatten](https://www.skatteetaten.no/a) og https://nav.no/.'), { files: [{ name: 'a.pdf', bytes: 12_345, state: 'stored', appended: 3 }, { name: 'b.pdf', bytes: 1, state: 'stored', appended: 'protected' }] })], options)
    for (const text of ['<h1>Varsel om kontroll</h1>', 'org.nr. 312\u00a0845\u00a0679', 'Nordlys Bakeri AS', '23. november 2026 kl. 09.12', '24. november 2026 kl. 09.12', 'mottaket må bekreftes', 'avsenderen ser det', 'bare du', 'ikke meldt', 'avsenderen venter', 'følger bak meldingen, 3 sider', 'ikke tatt med: beskyttet med passord', '(https://www.skatteetaten.no/a)', "default-src 'none'"]) expect(html).toContain(text)
    expect(html).not.toMatch(/ href=|<script|data-l=|tabindex|role="link"/)
    // A bare address says itself and is not said twice.
    expect(html.match(/https:\/\/nav\.no/g)).toHaveLength(1)
  })

  it('never shows a national number, only the date of birth', async () => {
    const html = messageDocument([message(await letterOf('Hei'), { party: 'urn:altinn:person:identifier-no:12038512345', partyName: 'Kari Nordmann' })], options)
    expect(html).not.toContain('12038512345')
    expect(html).toContain('født 12.03.1985')
    expect(birthDate('urn:altinn:person:identifier-no:52838512345')).toBe('12.03.1985')
    expect(birthDate('urn:altinn:person:identifier-no:01010150000')).toBe('01.01.2001')
    expect(birthDate('urn:altinn:organization:identifier-no:312845679')).toBeNull()
  })

  it('keeps what a letter paints within the letter, and a title from breaking out', async () => {
    const html = messageDocument([message(await letterOf('<style>dl{color:white} h1{color:#ffffff}</style><h1>Hei</h1>'), { title: '</title><script>1</script>"} body{color:red}\u202e' })], options)
    expect(html).toContain('@scope (.letter-0-0) {dl{color:white}')
    expect(html).not.toContain('<script')
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html).toMatch(/@bottom-left\{content:"[^"{}]*\\22 \\7d {2}body/)
    expect(html).not.toContain('\u202e')
  })
})

/** Somebody else's PDF with everything in it that acts. */
async function hostilePdf(): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  const page = document.addPage([300, 200])
  page.drawText('Vedlegg om varelager')
  document.addJavaScript('start', 'app.alert(1)')
  await document.attach(Buffer.from('MZ evil'), 'evil.exe', {})
  const { context } = document
  const uri = context.obj({ Type: 'Annot', Subtype: 'Link', Rect: [0, 0, 100, 100], A: { S: 'URI', URI: PDFString.of('https://ond.no/') } })
  page.node.set(PDFName.of('Annots'), context.obj([context.register(uri)]))
  page.node.set(PDFName.of('AA'), context.obj({ O: { S: 'JavaScript', JS: PDFString.of('app.launchURL("https://ond.no")') } }))
  const form = document.getForm()
  form.createTextField('navn').addToPage(page, { x: 10, y: 50, width: 100, height: 20 })
  form.getTextField('navn').setText('Utfylt verdi')
  return await document.save({ useObjectStreams: false })
}

describe('pages of other people\'s PDFs', () => {
  it('keep their text and what was filled in, and lose what acts', async () => {
    const safe = await safePages(await hostilePdf(), 10)
    if (!safe.ok) throw new Error(safe.why)
    expect(safe.pages).toBe(1)
    const plain = Buffer.from(await (await PDFDocument.load(safe.bytes)).save({ useObjectStreams: false })).toString('latin1')
    expect(plain).not.toMatch(/JavaScript|\/JS\b|ond\.no|EmbeddedFile|evil|\/Annots|\/AA\b|OpenAction|AcroForm/)
    const [text] = await textOf(safe.bytes)
    expect(text).toContain('Vedlegg om varelager')
    expect(text).toContain('Utfylt verdi')
  })

  it('that are damaged, protected or too many are named', async () => {
    expect(await safePages(Buffer.from('%PDF-1.7\nnothing'), 10)).toEqual({ ok: false, why: 'damaged' })
    const many = await PDFDocument.create()
    for (let n = 0; n < 12; n += 1) many.addPage()
    expect(await safePages(await many.save(), 10)).toEqual({ ok: false, why: 'too-large' })
    const secret = await PDFDocument.create()
    secret.addPage()
    secret.encrypt({ userPassword: 'hemmelig', ownerPassword: 'eier' })
    expect(await safePages(await secret.save(), 10)).toEqual({ ok: false, why: 'protected' })
    const open = await PDFDocument.create()
    open.addPage().drawText('Lesbar')
    open.encrypt({ ownerPassword: 'eier' })
    expect(await safePages(await open.save(), 10)).toMatchObject({ ok: true, pages: 1 })
  })

  it('in a thread that is killed for taking too long, and the next one gets a new one', async () => {
    const thread = new PdfThread(1)
    const big = await PDFDocument.create()
    for (let n = 0; n < 800; n += 1) big.addPage().drawText('x')
    expect(await thread.clean(await big.save())).toEqual({ ok: false, why: 'too-slow' })
    await thread.close()
    const patient = new PdfThread(60_000)
    expect(await patient.clean(await hostilePdf())).toMatchObject({ ok: true, pages: 1 })
    await patient.close()
  })
})

describe('a PDF of messages', () => {
  it('has the text, a bookmark a message and a file, and asks nobody for anything', async () => {
    const browser = findBrowser()
    if (browser === null) throw new Error('No browser of the Chromium family is on this machine')
    let requests = 0
    const server = createServer((_request, response) => { requests += 1; response.end() })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const address = server.address()
    const stranger = `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}/`
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-print-test-'))
    try {
      const html = messageDocument([message(await letterOf(`# Om varelageret\n\n${'Et avsnitt.\n\n'.repeat(150)}`)), message(await letterOf('Andre brev'), { title: 'Vedtak «B»' })], { ...options, withFiles: true })
      // As if the document's own policy and the sanitiser had both failed.
      const printed = await printPdf(browser, folder, html.replace(/<meta http-equiv[^>]*>/, '').replace('</article></body>', `<img src="${stranger}a.png"><script>document.title='ond';fetch('${stranger}b')</script></article></body>`))
      if (printed === null) throw new Error('No PDF was made')
      expect(readdirSync(folder)).toEqual([])
      const own = await textOf(printed)
      expect(own.length).toBeGreaterThan(2)
      const safe = await safePages(await hostilePdf(), 10)
      if (!safe.ok) throw new Error(safe.why)
      const joined = await withAppended(printed, 2, [{ message: 0, name: 'Vedlegg.pdf', bytes: safe.bytes }, { message: 1, name: 'Siste.pdf', bytes: safe.bytes }])
      const texts = await textOf(joined)
      expect(texts).toHaveLength(own.length + 2)
      expect(texts[0]).toContain('Varsel om kontroll')
      expect(texts[0]).toMatch(/Varsel om kontroll · Nordlys Bakeri AS/)
      expect(texts[0]).toMatch(/Side 1\b/)
      expect(texts.at(-3)).toContain('Vedlegg om varelager')
      expect(texts.at(-2)).toContain('Andre brev')
      expect(texts.at(-1)).toContain('Utfylt verdi')
      expect(await outlineOf(joined)).toEqual([
        { title: 'Varsel om kontroll', items: [{ title: 'Om varelageret', items: [] }, { title: 'Vedlegg.pdf', items: [] }] },
        { title: 'Vedtak «B»', items: [{ title: 'Siste.pdf', items: [] }] },
      ])
      expect(requests).toBe(0)
    } finally {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }, 120_000)

  it('is nothing when the browser is no browser', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-print-test-'))
    expect(await printPdf('/bin/false', folder, 'x')).toBeNull()
    expect(await printPdf(join(folder, 'nothing'), folder, 'x')).toBeNull()
    expect(existsSync(folder) && readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true, force: true })
  })
})
