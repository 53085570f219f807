import { html as htmlNames, serializeOuter, Tokenizer } from 'parse5'
import { disagrees, type LetterLink, safeAddress } from '../addresses.ts'
import { hasStack, limits } from '../limits.ts'
import { cleanPage } from './clean.ts'
import { filterFormInline, filterFormSheet } from './form-styles.ts'
import type { Package } from './package.ts'
import { attribute, elementsBelow, firstBelow, isElement, newElement, type PageElement, pageTree, remove, removeAttribute, replace, setAttribute, textBelow } from './page-tree.ts'
import { FormError, formLimits } from './problems.ts'
import type { XmlElement } from './tree.ts'

/** What a form may be made of: the second list of security.md 2. Of controls only what is ticked or not, and that disabled. */
export const formTags: readonly string[] = (
  'abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p pre ' +
  'q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr a'
).split(' ')
export const formAttributes: readonly string[] =
  'align alt bgcolor border cellpadding cellspacing checked class color colspan dir disabled face height href lang nowrap rowspan scope size span src start style title type valign value width'.split(' ')

/** Elements that go with everything in them; others that are not allowed leave what is in them. */
const gone = new Set('annotation-xml applet audio canvas colgroup desc embed foreignobject frame frameset head iframe math noembed noframes noscript object plaintext script style svg template thead title video xmp'.split(' ').filter((name) => !formTags.includes(name)))
const tags = new Set(formTags)
const attributes = new Set(formAttributes)

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
function sayInStyle(element: PageElement): void {
  const add = (to: PageElement, css: string): void => { setAttribute(to, 'style', `${css};${attribute(to, 'style') ?? ''}`) }
  const name = element.tagName
  const cells = (): readonly PageElement[] => elementsBelow(element).filter((one) => one.tagName === 'td' || one.tagName === 'th')
  const [align, valign, padding] = [attribute(element, 'align')?.toLowerCase() ?? '', attribute(element, 'valign')?.toLowerCase() ?? '', attribute(element, 'cellpadding') ?? '']
  if (name === 'table') {
    if (align === 'center') add(element, 'margin-left:auto;margin-right:auto')
    if (/^\d{1,3}$/.test(padding)) for (const cell of cells()) if (tableOf(cell) === element) add(cell, `padding:${padding}px`)
  } else if (/^(td|th|tr|p|h[1-6])$/.test(name) && /^(left|right|center|justify)$/.test(align)) {
    for (const one of name === 'tr' ? cells().filter((cell) => attribute(cell, 'align') === null) : [element]) add(one, `text-align:${align}`)
  }
  if (/^(top|middle|bottom|baseline)$/.test(valign)) for (const one of name === 'tr' ? cells().filter((cell) => attribute(cell, 'valign') === null) : [element]) add(one, `vertical-align:${valign}`)
}

/** The table that a cell is of. */
function tableOf(cell: PageElement): PageElement | null {
  let parent = cell.parentNode
  while (parent !== null && 'tagName' in parent && parent.tagName !== 'table') parent = parent.parentNode
  return parent !== null && 'tagName' in parent ? parent : null
}

/** What could end a comment or another text without tags, wherever a value might come to stand: nobody's words need it in an attribute. */
const endsText = /(?:--!?|\])>|<\/(?:style|script|title|textarea|xmp|iframe|noembed|noframes|noscript|plaintext)/i

/** Whether an attribute that is on the list may keep its value on this element. */
function mayStay(tag: string, name: string, value: string): boolean {
  if (endsText.test(value)) return false
  switch (name) {
    case 'src':
      return tag === 'img' && pictures.test(value)
    case 'href':
      return tag === 'a' && safeAddress(value) !== null
    case 'type':
      return tag === 'input' && /^(checkbox|radio)$/.test(value)
    case 'checked':
    case 'disabled':
      return tag === 'input'
    case 'value':
      return tag === 'li'
    default:
      return true
  }
}

/** Takes out of a tree what is on neither list. */
function keepAllowed(body: PageElement): void {
  for (const element of elementsBelow(body)) {
    if (element.namespaceURI !== htmlNames.NS.HTML || gone.has(element.tagName)) {
      remove(element)
      continue
    }
    if (!tags.has(element.tagName)) {
      replace(element, element.childNodes)
      continue
    }
    element.attrs = element.attrs.filter(({ name, value, namespace }) => namespace === undefined && attributes.has(name) && mayStay(element.tagName, name, value))
  }
  for (const parent of [body, ...elementsBelow(body)]) {
    for (const node of [...parent.childNodes]) if (!isElement(node) && node.nodeName !== '#text') remove(node)
  }
}

const ours = new Set(['role', 'tabindex', 'data-l'])

/**
 * Whether a browser that reads the text finds nothing in it but what may be there. Read anew, because what was taken out of
 * a tree can make its text mean another one. Tags are enough: no element of the list changes how text is read (HTML standard
 * 13.2.5), and what the parser adds by itself (tbody, p) is of the list too.
 */
function isSafe(inner: string): boolean {
  let safe = true
  const refuse = (): void => { safe = false }
  const nothing = (): void => undefined
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: false },
    {
      onStartTag: ({ tagName, attrs }) => {
        if (tagName === 'a' || !tags.has(tagName)) refuse()
        for (const { name, value } of attrs) if (name === 'href' || (ours.has(name) ? tagName !== 'span' : !attributes.has(name) || !mayStay(tagName, name, value))) refuse()
      },
      onComment: refuse, onDoctype: refuse,
      onEndTag: nothing, onEof: nothing, onCharacter: nothing, onNullCharacter: nothing, onWhitespaceCharacter: nothing,
    },
  )
  tokenizer.write(inner, true)
  return safe
}

/** The widest of the widths a form sets in pixels or points; 0 where it sets none. */
export function widthOf(html: string): number {
  let widest = 0
  for (const [, number = '0', unit = 'px'] of html.matchAll(/(?<![-\w])width\s*[:=]\s*"?\s*(\d{2,5}(?:\.\d+)?)(px|pt)?/gi)) widest = Math.max(widest, unit.toLowerCase() === 'pt' ? (Number(number) * 4) / 3 : Number(number))
  return Math.min(widest, 3000)
}

/**
 * A form's page made read-only and safe (decision 0025): on the tree that a browser would build of it, and what comes out is
 * read once more by the same rules.
 * @throws {FormError} 'too-big', 'too-many-marks', 'not-a-page', 'failed'
 */
export function safeForm(html: string, files: Package, data: XmlElement): SafeForm {
  // Pictures and files in it are as large as they are; what is limited is the rest.
  if (html.replace(/data:image\/[a-z]+;base64,[A-Za-z0-9+/=\s]+|attachment:[A-Za-z0-9+/=\s]+/g, '').length > limits.bytes * 2) throw new FormError('too-big', 'page')
  const page = pageTree(html)
  const [head, body] = [firstBelow(page, 'head'), firstBelow(page, 'body')]
  if (body === undefined) throw new FormError('not-a-page', 'no body')
  const { picturesMissing } = cleanPage(body, files, data)
  // Only the view's own, in its head: what the data brings along as markup styles nothing.
  const sheets = (head === undefined ? [] : elementsBelow(head)).filter(({ tagName }) => tagName === 'style').map((sheet) => filterFormSheet(textBelow(sheet), root))
  keepAllowed(body)
  for (const element of elementsBelow(body)) {
    if (element.tagName === 'input') {
      if (attribute(element, 'type') === null) remove(element)
      else setAttribute(element, 'disabled', '')
    } else if (element.tagName === 'img' && attribute(element, 'src') === null) remove(element)
    else sayInStyle(element)
  }
  const links: LetterLink[] = []
  // A form says the same of most of its fields.
  const filtered = new Map<string, string>()
  const filter = (style: string, isImage: boolean): string => {
    const key = `${isImage ? 'img' : ''}:${style}`
    const css = filtered.get(key) ?? filterFormInline(style, isImage)
    filtered.set(key, css)
    return css
  }
  for (const element of elementsBelow(body)) {
    const style = attribute(element, 'style')
    const css = style === null ? '' : filter(style, element.tagName === 'img')
    if (css !== '') setAttribute(element, 'style', css)
    else if (style !== null) removeAttribute(element, 'style')
    if (element.tagName !== 'a') continue
    const link = safeAddress(attribute(element, 'href') ?? '')
    const span = newElement('span', Object.fromEntries(element.attrs.filter(({ name }) => name !== 'href').map(({ name, value }) => [name, value])))
    replace(element, [span])
    for (const child of element.childNodes) child.parentNode = span
    span.childNodes = element.childNodes
    if (link === null) continue
    for (const [name, value] of [['role', 'link'], ['tabindex', '0'], ['data-l', String(links.length)]] as const) setAttribute(span, name, value)
    links.push({ ...link, textDisagrees: disagrees(textBelow(span), link) })
  }
  if (textBelow(body).trim() === '' && !elementsBelow(body).some(({ tagName }) => tagName === 'img' || tagName === 'input')) throw new FormError('not-a-page', 'nothing on the page')

  const classes = (attribute(body, 'class') ?? '').split(/\s+/).filter((name) => /^[\w-]+$/.test(name) && !name.startsWith('mb-'))
  const [style, colour] = [attribute(body, 'style'), attribute(body, 'bgcolor')]
  const bodyStyle = [style === null ? '' : filterFormInline(style, false), colour === null || !/^#?\w+$/.test(colour) ? '' : `background-color:${colour}`].filter((css) => css !== '').join(';')
  const form = newElement('div', { class: ['mb-form', ...classes].join(' '), ...(bodyStyle === '' ? {} : { style: bodyStyle }) })
  form.childNodes = body.childNodes
  const inner = serializeOuter(form)
  // No matter what the steps before did (security.md 2 and 3).
  if (!isSafe(inner)) throw new FormError('failed', 'something of the page could not be made safe')
  if (hasStack(inner)) throw new FormError('too-many-marks')
  const width = widthOf(`${inner}${sheets.join('')}`)
  const zoom = width > paperWidth ? Math.round((paperWidth / width) * 1000) / 1000 : 1
  const whole = `<style>${ownStyle(zoom)}</style>${sheets.filter((css) => css !== '').map((css) => `<style>${css}</style>`).join('')}${inner}`
  if (Buffer.byteLength(whole) > formLimits.html) throw new FormError('too-big', 'page')
  return { html: whole, links, picturesMissing }
}
