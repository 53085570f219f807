import createDomPurify from 'dompurify'
import { JSDOM } from 'jsdom'
import { disagrees, type LetterLink, safeAddress } from '../addresses.ts'
import { htmlProblem } from '../limits.ts'
import { cleanPage } from './clean.ts'
import { filterFormInline, filterFormSheet } from './form-styles.ts'
import type { Package } from './package.ts'
import { FormError, formLimits } from './problems.ts'
import type { XmlElement } from './tree.ts'

/** What a form may be made of: the second list of security.md 2. Of controls only what is ticked or not, and that disabled. */
export const formTags: readonly string[] = (
  'abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p pre ' +
  'q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr a'
).split(' ')
export const formAttributes: readonly string[] =
  'align alt bgcolor border cellpadding cellspacing checked class color colspan dir disabled face height href lang nowrap rowspan scope size span src start style title type valign value width'.split(' ')

const pictures = /^data:image\/(png|jpeg|gif|bmp|webp);base64,[A-Za-z0-9+/=\s]+$/
const root = '.mb-form'
/** Paper has this much room for a form, CSS pixels: A4 between its margins. */
const paperWidth = 680

/**
 * The window's own rules for letters do not hold in a form. They come first and weigh nothing, so that the form's rules
 * win; wide forms scroll in themselves, and on paper they are made as small as they must be.
 */
const ownStyle = (printZoom: number): string =>
  `body{max-width:none!important}:where(${root}){overflow-x:auto;overflow-y:hidden;font:10pt Verdana,Arial,sans-serif;line-height:normal;letter-spacing:normal;color:#000;text-align:left}` +
  `:where(${root}) :is(p,ul,ol,dl,pre,blockquote,table){margin:0}:where(${root}) :is(h1,h2,h3,h4,h5,h6){margin:0;line-height:normal}` +
  `:where(${root}) table{font-size:inherit;border-collapse:separate;font-variant-numeric:normal}:where(${root}) :is(td,th){padding:1px;vertical-align:middle;text-align:start}:where(${root}) th{text-align:center}:where(${root}) tbody tr,:where(${root}) thead th{border:0;font-size:inherit;color:inherit}` +
  `:where(${root}) img{max-width:none}:where(${root}) :is(div,td,span){overflow-wrap:break-word}:where(${root}) :is(span,div,table){box-sizing:border-box}:where(${root}) input{margin:1px 3px}:where(${root} .xdTextBox){min-height:1.25em;min-width:2em;vertical-align:bottom}:where(${root} .mb-field){display:inline-block;min-height:1.25em;min-width:4em;margin:1px 3px;padding:0 3px;border:1px solid #c6c6c6}` +
  `@media print{${root}{overflow:visible;zoom:${String(printZoom)}}}`

export interface SafeForm {
  readonly html: string
  readonly links: readonly LetterLink[]
  readonly picturesMissing: number
}

/** What a style sheet of ours would outweigh though the form says it, in attributes of old HTML, is said as style. */
function sayInStyle(element: Element): void {
  const add = (to: Element, css: string): void => { to.setAttribute('style', `${css};${to.getAttribute('style') ?? ''}`) }
  const [align, valign, padding] = [element.getAttribute('align')?.toLowerCase() ?? '', element.getAttribute('valign')?.toLowerCase() ?? '', element.getAttribute('cellpadding') ?? '']
  if (element.nodeName === 'TABLE') {
    if (align === 'center') add(element, 'margin-left:auto;margin-right:auto')
    if (/^\d{1,3}$/.test(padding)) for (const cell of element.querySelectorAll('td,th')) if (cell.closest('table') === element) add(cell, `padding:${padding}px`)
  } else if (/^(TD|TH|TR|P|H[1-6])$/.test(element.nodeName) && /^(left|right|center|justify)$/.test(align)) {
    for (const one of element.nodeName === 'TR' ? element.querySelectorAll('td:not([align]),th:not([align])') : [element]) add(one, `text-align:${align}`)
  }
  if (/^(top|middle|bottom|baseline)$/.test(valign)) for (const one of element.nodeName === 'TR' ? element.querySelectorAll('td:not([valign]),th:not([valign])') : [element]) add(one, `vertical-align:${valign}`)
}

/** The widest of the widths a form sets in pixels or points; 0 where it sets none. */
export function widthOf(html: string): number {
  let widest = 0
  for (const [, number = '0', unit = 'px'] of html.matchAll(/(?<![-\w])width\s*[:=]\s*"?\s*(\d{2,5}(?:\.\d+)?)(px|pt)?/gi)) widest = Math.max(widest, unit.toLowerCase() === 'pt' ? (Number(number) * 4) / 3 : Number(number))
  return Math.min(widest, 3000)
}

/** A form's page made read-only and safe; built once a process, because the DOM it works in is. */
export function formSanitiser(): (html: string, files: Package, data: XmlElement) => SafeForm {
  const { window } = new JSDOM('')
  const purify = createDomPurify(window)
  purify.addHook('uponSanitizeAttribute', (node, event) => {
    if (event.attrName === 'src' && (node.nodeName !== 'IMG' || !pictures.test(event.attrValue))) event.keepAttr = false
    if (event.attrName === 'href' && (node.nodeName !== 'A' || safeAddress(event.attrValue) === null)) event.keepAttr = false
    if (event.attrName === 'type' && !(node.nodeName === 'INPUT' && /^(checkbox|radio)$/.test(event.attrValue))) event.keepAttr = false
    if (node.nodeName !== 'INPUT' && /^(checked|disabled)$/.test(event.attrName)) event.keepAttr = false
    if (event.attrName === 'value' && node.nodeName !== 'LI') event.keepAttr = false
  })

  return (html, files, data) => {
    if (htmlProblem(html.replace(/data:image\/[a-z]+;base64,[A-Za-z0-9+/=\s]+|attachment:[A-Za-z0-9+/=\s]+/g, '')) !== null) throw new FormError('too-big', 'page')
    // Of a document without a window: nothing in it runs or is fetched.
    const page = new window.DOMParser().parseFromString(html, 'text/html')
    const { picturesMissing } = cleanPage(page, files, data)
    // Only the view's own, in its head: what the data brings along as markup styles nothing.
    const sheets = [...page.head.querySelectorAll('style')].map((sheet) => filterFormSheet(sheet.textContent, root))
    for (const sheet of page.querySelectorAll('style')) sheet.remove()
    const body = page.body.getAttribute('style')
    const colour = page.body.getAttribute('bgcolor')
    const bodyClass = page.body.getAttribute('class')

    const content = purify.sanitize(page.body.innerHTML, {
      ALLOWED_TAGS: [...formTags],
      ALLOWED_ATTR: [...formAttributes],
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      ALLOW_UNKNOWN_PROTOCOLS: false,
      ADD_DATA_URI_TAGS: ['img'],
      ADD_URI_SAFE_ATTR: formAttributes.filter((name) => name !== 'href' && name !== 'src'),
      ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel|data):/i,
      FORCE_BODY: true,
      KEEP_CONTENT: true,
      RETURN_DOM_FRAGMENT: true,
    })
    const { document } = window
    const form = document.createElement('div')
    form.append(content)
    for (const input of form.querySelectorAll('input')) {
      if (!/^(checkbox|radio)$/.test(input.getAttribute('type') ?? '')) input.remove()
      else input.setAttribute('disabled', '')
    }
    for (const image of form.querySelectorAll('img:not([src])')) image.remove()
    for (const element of form.querySelectorAll('[align],[valign],table[cellpadding]')) sayInStyle(element)
    for (const element of form.querySelectorAll('[style]')) {
      const css = filterFormInline(element.getAttribute('style') ?? '', element.nodeName === 'IMG')
      if (css === '') element.removeAttribute('style')
      else element.setAttribute('style', css)
    }
    const links: LetterLink[] = []
    for (const anchor of form.querySelectorAll('a')) {
      const link = safeAddress(anchor.getAttribute('href') ?? '')
      const span = document.createElement('span')
      for (const { name, value } of anchor.attributes) if (name !== 'href') span.setAttribute(name, value)
      span.append(...anchor.childNodes)
      anchor.replaceWith(span)
      if (link === null) continue
      span.setAttribute('role', 'link')
      span.setAttribute('tabindex', '0')
      span.setAttribute('data-l', String(links.length))
      links.push({ ...link, textDisagrees: disagrees(span.textContent, link) })
    }
    // What is left leads nowhere by itself (security.md 3): no matter what the steps before did.
    if (form.querySelector('a,area,script,style,link,form,[href],[xlink\\:href],[action],[formaction],[srcset],[background]') !== null) throw new FormError('failed', 'something of the page could not be made safe')
    for (const element of form.querySelectorAll('*')) for (const { name } of element.attributes) if (name.startsWith('on')) throw new FormError('failed', 'something of the page could not be made safe')
    if (form.textContent.trim() === '' && form.querySelector('img,input') === null) throw new FormError('not-a-page', 'nothing on the page')

    form.className = ['mb-form', ...(bodyClass === null ? [] : bodyClass.split(/\s+/).filter((name) => /^[\w-]+$/.test(name) && !name.startsWith('mb-')))].join(' ')
    const bodyStyle = [body === null ? '' : filterFormInline(body, false), colour === null || !/^#?\w+$/.test(colour) ? '' : `background-color:${colour}`].filter((css) => css !== '').join(';')
    if (bodyStyle !== '') form.setAttribute('style', bodyStyle)
    const inner = form.outerHTML
    const width = widthOf(`${inner}${sheets.join('')}`)
    const zoom = width > paperWidth ? Math.round((paperWidth / width) * 1000) / 1000 : 1
    const whole = `<style>${ownStyle(zoom)}</style>${sheets.filter((css) => css !== '').map((css) => `<style>${css}</style>`).join('')}${inner}`
    if (Buffer.byteLength(whole) > formLimits.html) throw new FormError('too-big', 'page')
    return { html: whole, links, picturesMissing }
  }
}
