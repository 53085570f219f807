import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTemplate } from '../../../main/engine/form-file.ts'
import { type Forms, openForms } from '../../../main/reading/forms/forms.ts'
import type { RenderedForm } from '../../../main/reading/forms/jobs.ts'
import { FormError } from '../../../main/reading/forms/problems.ts'

const samples = join(import.meta.dirname, '..', '..', 'samples', 'xml-forms')
const manifest = '<xsf:xDocumentClass name="urn:t" solutionVersion="1" xmlns:xsf="http://schemas.microsoft.com/office/infopath/2003/solutionDefinition"><xsf:views default="V"><xsf:view name="V"><xsf:mainpane transform="v.xsl"/></xsf:view></xsf:views></xsf:xDocumentClass>'
const view = (body: string, top = '', root = ''): string => `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"${root}>${top}<xsl:template match="/r"><html><body>${body}</body></html></xsl:template></xsl:stylesheet>`

const requests: string[] = []
let server: Server
let address = ''
let forms: Forms
beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.end('<r>hentet</r>')
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  forms = openForms()
})
afterAll(() => {
  forms.close()
  server.close()
})

const render = (xsl: string | Uint8Array, data: string | Uint8Array = '<r><a>verdi</a></r>', room: Forms = forms): Promise<RenderedForm | string> => {
  const template = { files: [{ name: 'manifest.xsf', bytes: Buffer.from(manifest) }, { name: 'v.xsl', bytes: Buffer.from(xsl) }] }
  return room.with((ask) => ask('render', { template, data: Buffer.from(data), view: null })).catch((error: unknown) => (error instanceof FormError ? error.problem : Promise.reject(error as Error)))
}
/** Those that end before anything is transformed need one process only. */
const renderAll = (cases: readonly (readonly [xsl: string, data?: string])[]): Promise<readonly string[]> =>
  forms.with((ask) =>
    Promise.all(cases.map(([xsl, data = '<r/>']) => ask('render', { template: { files: [{ name: 'manifest.xsf', bytes: Buffer.from(manifest) }, { name: 'v.xsl', bytes: Buffer.from(xsl) }] }, data: Buffer.from(data), view: null }).then(() => 'shown', (error: unknown) => (error instanceof FormError ? error.problem : String(error))))),
  )
const htmlOf = (form: RenderedForm | string): string => {
  expect(typeof form).toBe('object')
  return typeof form === 'string' ? '' : form.html
}

// Each transform needs a process of its own; on a busy machine starting one takes seconds.
describe('a hostile form', { timeout: 300_000 }, () => {
  it('with a document type, in data or view, is refused: entities, bombs, files', async () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    const external = `<!DOCTYPE r [<!ENTITY e SYSTEM "${address}/e"><!ENTITY f SYSTEM "file:///etc/passwd">]>`
    const dtd = `<!DOCTYPE r SYSTEM "${address}/dtd">`
    const found = await renderAll([bomb, external, dtd].flatMap((type) => [[view('x'), `${type}<r>&c;</r>`], [`${type}${view('x')}`]] as const))
    expect(found).toEqual(Array.from({ length: 6 }, () => 'doctype'))
  })

  it('fetches nothing: import, include, document, pictures, styles', async () => {
    expect(await renderAll([[view('x', `<xsl:import href="${address}/import"/>`)], [view('x', `<xsl:include href="${address}/include"/>`)], [view('x', '<xsl:include href="file:///etc/passwd"/>')]])).toEqual(['view-broken', 'view-broken', 'view-broken'])
    const document = await render(view(`før <xsl:value-of select="document('${address}/document')"/><xsl:value-of select="document('/etc/passwd')"/> etter`))
    if (typeof document !== 'string') {
      expect(document.html).toContain('før')
      expect(document.html).not.toMatch(/hentet|root:/)
    } else expect(document).toBe('failed')
    const loads = htmlOf(await render(view(`<img src="${address}/i"/><img src="//127.0.0.1/j"/><div style="background:url(${address}/k)">t</div><table background="${address}/l"><tr><td>c</td></tr></table>`, '', '').replace('<body>', `<head><link rel="stylesheet" href="${address}/m"/><style>@import "${address}/n"; p{background:url(${address}/o)} @font-face{font-family:x;src:url(${address}/p)}</style><meta http-equiv="refresh" content="0;url=${address}/q"/></head><body background="${address}/r">`)))
    expect(loads).not.toContain('127.0.0.1')
    expect(requests).toEqual([])
  })

  it('runs nothing that the view or the data puts into the page', async () => {
    const body = '<script>x()</script><p onclick="x()">t</p><a href="javascript:x()">j</a><a href="https://nav.no/">n</a><iframe src="https://ond.no"/><object data="x"/><svg onload="x()"><script>x()</script></svg><form action="https://ond.no"><input type="text" value="fylt" onfocus="x()"/><input type="checkbox" checked="checked" onclick="x()"/></form><xsl:value-of select="a" disable-output-escaping="yes"/>'
    const html = htmlOf(await render(view(body), '<r><a>&lt;img src=x onerror=x()&gt;&lt;script&gt;x()&lt;/script&gt;&lt;style&gt;*{display:none}&lt;/style&gt;</a></r>'))
    const names: string[] = []
    const visit = (nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): void => {
      for (const node of nodes) {
        if (!('tagName' in node)) continue
        names.push(node.tagName)
        for (const { name, value } of node.attrs) {
          expect(name).not.toMatch(/^on|^href$|^action$|^src$/)
          expect(value).not.toMatch(/javascript:/i)
        }
        visit(node.childNodes)
      }
    }
    visit(parseFragment(html).childNodes)
    expect(names.filter((name) => /^(script|a|iframe|object|svg|form|link|meta)$/.test(name))).toEqual([])
    expect(html).toContain('fylt')
    expect(html).toContain('<input type="checkbox" disabled="" checked="">')
    expect(html).not.toContain('*{display:none}')
    expect(html).toContain('data-l="0"')
  })

  it('that never ends is ended, and the next one is read', async () => {
    const quick = openForms(undefined, 1500)
    const endless = view('<xsl:call-template name="t"><xsl:with-param name="n" select="1"/></xsl:call-template>', '<xsl:template name="t"><xsl:param name="n"/><xsl:call-template name="t"><xsl:with-param name="n" select="$n + 1"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="n" select="$n + 1"/></xsl:call-template></xsl:template>')
    expect(await render(endless, undefined, quick)).toMatch(/^(too-slow|failed)$/)
    expect(htmlOf(await render(view('neste'), undefined, forms))).toContain('neste')
    quick.close()
  })

  it('that doubles its memory ends within its own', async () => {
    const doubling = view('<xsl:call-template name="t"><xsl:with-param name="s" select="\'xxxxxxxxxxxxxxxx\'"/></xsl:call-template>', '<xsl:template name="t"><xsl:param name="s"/><xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template></xsl:template>')
    expect(await render(doubling)).toMatch(/^(failed|too-big|too-slow|view-broken)$/)
  })

  it('writes no file', async () => {
    const path = join(import.meta.dirname, 'skrevet.txt')
    const writing = await render(view(`x<exsl:document href="${path}">y</exsl:document>`, '', ' xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl"'))
    expect(typeof writing === 'string' ? writing : 'shown').toMatch(/^(failed|shown|view-broken)$/)
    expect(() => readFileSync(path)).toThrow()
  })

  it('that is no page, or is broken, says so', async () => {
    expect(await render(view('x'), '<annet>bare tekst</annet>')).toBe('not-a-page')
    expect(await render('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="text"/><xsl:template match="/">bare tekst</xsl:template></xsl:stylesheet>')).toBe('not-a-page')
    expect(await render(view('<xsl:value-of select="a["/>'))).toBe('view-broken')
    const early = await renderAll([[view('x').slice(0, -20)], ['<html/>'], [view('x'), '<r><a></r>'], [view('x'), ''], [view('x'), `<r>${'<a>'.repeat(300)}${'</a>'.repeat(300)}</r>`]])
    expect(early).toEqual(['view-broken', 'view-broken', 'data-broken', 'data-broken', 'too-big'])
    expect(await render(view(`x${'<b/>'.repeat(21_000)}`))).toBe('too-big')
  })

  it('in a wrong or another encoding is read as what it is', async () => {
    const shows = '<p><xsl:value-of select="a"/></p>'
    const latin = Buffer.from('<?xml version="1.0" encoding="UTF-8"?><r><a>Blåbær</a></r>', 'latin1')
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<?xml version="1.0" encoding="UTF-16"?><r><a>Blåbær</a></r>', 'utf16le')])
    const windows = Buffer.from('<?xml version="1.0" encoding="windows-1252"?><r><a>Blåbær \x80</a></r>', 'latin1')
    expect(htmlOf(await render(view(shows), latin))).toContain('Blåbær')
    expect(htmlOf(await render(view(shows), utf16))).toContain('Blåbær')
    expect(htmlOf(await render(view(shows), windows))).toContain('Blåbær €')
    expect(htmlOf(await render(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(view(`<p>Ærlig</p>${shows}`), 'utf16le')])))).toContain('Ærlig')
  })
})

describe('a form made read-only', { timeout: 300_000 }, () => {
  it('shows values where controls were, and nothing that only served filling in', async () => {
    const template = await readTemplate(join(samples, 'handwritten'))
    const data = readFileSync(join(samples, 'handwritten', 'data-filled.xml'))
    const pages = await Promise.all([null, 'Side 2', 'Utskrift'].map((wanted) => forms.with((ask) => ask('render', { template, data, view: wanted }))))
    const [first, second, print] = pages.map(({ html }) => html)
    expect(first).toContain('Bergen {og omland}')
    expect(first).toContain('14.02.1991')
    expect(first).toContain('Første linje &amp; litt til<br>&lt;b onclick="x()"&gt;ikke fet&lt;/b&gt;')
    expect(first).toContain('<strong>nøye</strong>')
    expect(first).toMatch(/<span[^>]*data-l="0"[^>]*>skatteetaten\.no<\/span>/)
    expect(first).toContain('Årsoppgave 2025.txt (28 byte)')
    expect(first).toContain('gammel')
    expect(first?.match(/<img /g)).toHaveLength(2)
    expect(first).not.toMatch(/Klikk her|Send inn|infopath\.exe|<select|<option|xd:/)
    // Hidden parts stay hidden, conditional colours are kept.
    expect(first).toContain('color:#c00000')
    expect(second).toContain('background-color:#ffe0e0')
    expect(second).toContain('-1&nbsp;234&nbsp;567,50')
    expect(second).toMatch(/Prosent<\/span>/)
    // A value that is not in the list is shown itself, never the list's first.
    expect(second).toMatch(/>X<\/span>/)
    expect(pages[1]?.notices).toEqual([{ kind: 'functions', names: ['Match'] }])
    expect(print).toContain('Granli Tømrerservice AS, født 14 februar, 1991')
    expect(print).toContain('3 trekk')
    const empty = await forms.with((ask) => ask('render', { template, data: readFileSync(join(samples, 'handwritten', 'data-empty.xml')), view: null }))
    expect(empty.html).toMatch(/<div style="display:none">Hastesak/)
    const embedded = await forms.with((ask) => ask('embedded', { data, at: 0 }))
    expect([embedded?.name, Buffer.from(embedded?.bytes ?? []).toString()]).toEqual(['Årsoppgave 2025.txt', 'Årsoppgave for Jonas Myhre\n'])
  })
})
