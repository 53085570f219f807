import createDomPurify from 'dompurify'
import { JSDOM } from 'jsdom'
import { describe, expect, it } from 'vitest'
import { formAttributes, formTags, safeForm } from '../../../main/reading/forms/form-sanitise.ts'
import { FormError } from '../../../main/reading/forms/problems.ts'
import { renderForm } from '../../../main/reading/forms/render.ts'
import { sampleForm } from '../../../main/reading/forms/sample.ts'
import { transformer } from '../../../main/reading/forms/transform.ts'
import { bodies } from '../../fixtures/hostile/bodies.ts'
import { marksOf } from '../../fixtures/hostile/case.ts'
import { seeded } from '../../harness/random.ts'

const data = { kind: 'element' as const, name: 'skjema', namespace: '', attributes: [], children: [] }
const { window } = new JSDOM('')
const purify = createDomPurify(window)

/** The page made safe, or null where it is refused. */
function safe(body: string, head = ''): string | null {
  try {
    return safeForm(`<html><head>${head}</head><body>${body}</body></html>`, new Map(), data).html
  } catch (error) {
    if (error instanceof FormError) return null
    throw error
  }
}

/** What another library, and a DOM of another's, find in it that may not be there. */
function faults(html: string): readonly string[] {
  const found: string[] = []
  const page = new window.DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html')
  for (const element of page.querySelectorAll('body *')) {
    const name = element.localName
    if (name === 'style' && element.parentElement === page.body) continue
    if (!formTags.includes(name) || name === 'a' || element.namespaceURI !== 'http://www.w3.org/1999/xhtml') found.push(`<${name}>`)
    for (const attribute of element.attributes) {
      if (!formAttributes.includes(attribute.name) && !['role', 'tabindex', 'data-l'].includes(attribute.name)) found.push(attribute.name)
      if (attribute.name === 'href' || /^\s*(?:javascript|vbscript):/i.test(attribute.value)) found.push(`${attribute.name}=${attribute.value}`)
    }
  }
  purify.sanitize(html, { FORCE_BODY: true })
  // An element of that name is its own, for the forced body.
  for (const entry of purify.removed) if (!('element' in entry && entry.element.nodeName === 'REMOVE')) found.push('element' in entry ? `purify: ${entry.element.nodeName}` : `purify: ${entry.attribute?.name ?? ''}`)
  return found
}

/** Pieces that are known to make a page mean another one when it is read again. */
const pieces = [
  '<svg>', '</svg>', '<math>', '</math>', '<mtext>', '<mglyph>', '<malignmark>', '<annotation-xml encoding="text/html">', '<foreignObject>', '<desc>', '<title>', '</title>', '<style>', '</style>', '<noscript>', '</noscript>',
  '<table>', '</table>', '<tr>', '<td>', '<caption>', '<colgroup>', '<select>', '<option>', '</select>', '<textarea>', '</textarea>', '<template>', '</template>', '<form>', '</form>', '<p>', '</p>', '<div>', '</div>', '<b>', '<i>', '<a href="https://a.example/">', '</a>', '<nobr>', '<plaintext>',
  '<xmp>', '</xmp>', '<iframe>', '</iframe>', '<noembed>', '</noembed>', '<image src=x>', '<img src=x onerror=alert(1)>', '<a href="javascript:alert(1)" onclick=alert(1)>', '<input type=checkbox autofocus onfocus=alert(1)>', '<input type=image src=x>', '<!--', '-->', '--!>', '<![CDATA[', ']]>', '<?x', '</br>', '<br/x/onload=alert(1)>',
  '"', '\'', '>', '<', '&lt;script&gt;alert(1)&lt;/script&gt;', '<span style="x:expression(alert(1))" title="--&gt;&lt;img src=x onerror=alert(1)&gt;">', '<font color="&quot;&gt;&lt;script&gt;">', 'tekst', '\u0000', '<li value=3>', '<object data=x>', '<body onload=alert(1)>', '<html manifest=x>', '<base href=//a.example>', '<meta http-equiv=refresh content=0>',
]

describe('a form made safe', () => {
  it('has no stacks of marks, which take minutes to draw', () => {
    expect(() => safeForm(`<html><body><p>Z${'&#x301;'.repeat(9)}</p></body></html>`, new Map(), data)).toThrow(expect.objectContaining({ problem: 'too-many-marks' }))
    expect(safe('<p>Z\u0301</p>')).toContain('Z\u0301')
  })

  it('has nothing left of hostile letters that another library would take out', () => {
    let shown = 0
    for (const hostile of bodies) {
      const html = safe(hostile.message(marksOf(1, 9)).body ?? '')
      if (html === null) continue
      shown += 1
      expect(faults(html), hostile.name).toEqual([])
    }
    expect(shown).toBeGreaterThan(50)
  })

  it('means the same when it is read again, however its page was put together', () => {
    const next = seeded(20_261_127)
    let shown = 0
    for (let n = 0; n < 3000; n += 1) {
      const body = Array.from({ length: 3 + Math.floor(next() * 14) }, () => pieces[Math.floor(next() * pieces.length)] ?? '').join('')
      const html = safe(body)
      if (html === null) continue
      shown += 1
      expect(faults(html), body).toEqual([])
    }
    expect(shown).toBeGreaterThan(500)
  })

  it('is refused when it grows without end while it is read', () => {
    expect(safe('<div>'.repeat(300)) === null).toBe(true)
    expect(safe('<br>'.repeat(30_000)) === null).toBe(true)
    // Formatting that is opened once is opened again in every paragraph.
    expect(safe(`<p>${Array.from({ length: 150 }, (_, n) => `<font size=${String(n)}>`).join('')}${'<p>x'.repeat(5000)}`) === null).toBe(true)
  })
})

describe('the form that a waiting process reads', () => {
  it('is read as any other', async () => {
    const { html, links, notices } = await renderForm({ transform: await transformer() }, sampleForm())
    expect(notices).toEqual([])
    expect(links).toMatchObject([{ address: 'https://example.org/' }])
    expect(html).toContain('Field 59')
    expect(html).toContain('413,00')
  })
})
