import createDomPurify, { type Config } from 'dompurify'
import { JSDOM } from 'jsdom'
import { disagrees, type LetterLink, safeAddress } from './addresses.ts'
import { addressesIn } from './bare-addresses.ts'
import { filterInline, filterSheet } from './styles.ts'

export type LeftOut = 'script' | 'image' | 'form' | 'style' | 'embedded' | 'link'

export interface Sanitised {
  /** No address of any kind; links are `<span role="link" tabindex="0" data-l="n">`. */
  readonly html: string
  readonly text: string
  readonly links: readonly LetterLink[]
  readonly ownColours: boolean
  readonly leftOut: readonly LeftOut[]
}

/** What a letter may be made of (security.md 2): no svg, math, form controls, media, or anything with a name of its own. */
export const allowedTags: readonly string[] = (
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre ' +
  'q s samp section small span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr'
).split(' ')
export const allowedAttributes: readonly string[] =
  'align alt bgcolor border cellpadding cellspacing class color colspan dir face height href lang nowrap rowspan scope size span src start style title valign value width'.split(' ')

const forms = new Set('form input button select textarea option optgroup fieldset legend label datalist output meter progress keygen isindex'.split(' '))
const embedded = new Set('iframe frame frameset object embed applet video audio source track svg math canvas portal template slot dialog map area link base meta'.split(' '))
const pictures = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/

const config = {
  ALLOWED_TAGS: [...allowedTags],
  ALLOWED_ATTR: [...allowedAttributes],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ADD_DATA_URI_TAGS: ['img'],
  // Only these two lead anywhere; the others are words and numbers.
  ADD_URI_SAFE_ATTR: allowedAttributes.filter((name) => name !== 'href' && name !== 'src'),
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel|data):/i,
  FORCE_BODY: true,
  KEEP_CONTENT: true,
  RETURN_DOM_FRAGMENT: true as const,
} satisfies Config

interface Parts {
  readonly sheets: Element[]
  readonly styled: Element[]
  readonly headings: Element[]
  /** But for those of style sheets. */
  readonly texts: Text[]
  hasColours: boolean
}

/** A letter's HTML made safe; built once for each worker, because the DOM it works in is. */
export function sanitiser(): (html: string, options?: { readonly linkify: boolean }) => Sanitised {
  const { window } = new JSDOM('')
  const purify = createDomPurify(window)
  const { document } = window
  let leftOut = new Set<LeftOut>()

  purify.addHook('uponSanitizeElement', (_node, { tagName }) => {
    if (tagName === 'script' || tagName === 'noscript') leftOut.add('script')
    else if (forms.has(tagName)) leftOut.add('form')
    else if (embedded.has(tagName)) leftOut.add('embedded')
  })
  purify.addHook('uponSanitizeAttribute', (node, data) => {
    const { attrName, attrValue } = data
    if (attrName.startsWith('on')) leftOut.add('script')
    if (attrName === 'src' && (node.nodeName !== 'IMG' || !pictures.test(attrValue))) {
      leftOut.add('image')
      data.keepAttr = false
    }
    if (['srcset', 'background', 'poster', 'lowsrc', 'dynsrc'].includes(attrName)) leftOut.add('image')
    if (attrName === 'href' && node.nodeName !== 'A') data.keepAttr = false
    if (attrName === 'href' && safeAddress(attrValue) === null) {
      leftOut.add('link')
      data.keepAttr = false
    }
  })

  const rename = (element: Element, name: string): Element => {
    const renamed = document.createElement(name)
    for (const { name: attribute, value } of element.attributes) if (attribute !== 'href') renamed.setAttribute(attribute, value)
    renamed.append(...element.childNodes)
    element.replaceWith(renamed)
    return renamed
  }

  /** What has to be looked at once more, found in one walk: each search by selector would be another one. */
  const partsOf = (root: DocumentFragment): Parts => {
    const parts: Parts = { sheets: [], styled: [], headings: [], texts: [], hasColours: false }
    const walker = document.createTreeWalker(root, window.NodeFilter.SHOW_ELEMENT | window.NodeFilter.SHOW_TEXT)
    const bare: Element[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.nodeType === window.Node.TEXT_NODE) {
        if (node.parentNode?.nodeName !== 'STYLE') parts.texts.push(node as Text)
        continue
      }
      const element = node as Element
      const { nodeName } = element
      if (nodeName === 'STYLE') parts.sheets.push(element)
      else if (/^H[1-6]$/.test(nodeName)) parts.headings.push(element)
      else if (nodeName === 'IMG' && !element.hasAttribute('src')) {
        bare.push(element)
        continue
      }
      if (!element.hasAttributes()) continue
      if (element.hasAttribute('style')) parts.styled.push(element)
      parts.hasColours ||= element.hasAttribute('bgcolor') || element.hasAttribute('color')
    }
    for (const image of bare) {
      const words = document.createTextNode(image.getAttribute('alt') ?? '')
      image.replaceWith(words)
      parts.texts.push(words)
    }
    return parts
  }

  /** Headings begin below those of the window. */
  const shiftHeadings = (headings: readonly Element[]): void => {
    const highest = Math.min(...headings.map((heading) => Number(heading.nodeName.slice(1))))
    for (const heading of headings) rename(heading, `h${String(Math.min(6, Number(heading.nodeName.slice(1)) - highest + 3))}`)
  }

  const filterStyles = ({ sheets, styled, hasColours }: Parts): boolean => {
    let ownColours = hasColours
    for (const sheet of sheets) {
      const { css, leftOut: less, colours } = filterSheet(sheet.textContent)
      if (less) leftOut.add('style')
      ownColours ||= colours
      // Nothing of a sheet but its rules: whoever puts it into another document need not look.
      for (const { name } of [...sheet.attributes]) sheet.removeAttribute(name)
      if (css === '') sheet.remove()
      else sheet.textContent = css
    }
    for (const element of styled) {
      const { css, colours } = filterInline(element.getAttribute('style') ?? '')
      ownColours ||= colours
      if (css === '') element.removeAttribute('style')
      else element.setAttribute('style', css)
    }
    return ownColours
  }

  /** Addresses that stand in the text become links like others; long runs of no-break spaces, which old letters are laid out with, may break. */
  const mendText = (nodes: readonly Text[], linkify: boolean): void => {
    for (const node of nodes) {
      if (node.data.includes('\u00a0\u00a0\u00a0')) node.data = node.data.replace(/\u00a0{3,}/g, (run) => '\u00a0 '.repeat(run.length / 2) + (run.length % 2 === 1 ? '\u00a0' : ''))
      if (!linkify) continue
      const parts = addressesIn(node.data)
      if (parts.length < 2 && parts[0]?.address === undefined) continue
      if (node.parentElement?.closest('a, code, pre') != null) continue
      node.replaceWith(...parts.map(({ text, address }) => {
        if (address === undefined) return document.createTextNode(text)
        const anchor = document.createElement('a')
        anchor.setAttribute('href', address)
        anchor.textContent = text
        return anchor
      }))
    }
  }

  const takeLinks = (root: Element): readonly LetterLink[] => {
    const links: LetterLink[] = []
    for (const anchor of [...root.getElementsByTagName('a')]) {
      const link = safeAddress(anchor.getAttribute('href') ?? '')
      const span = rename(anchor, 'span')
      if (link === null) continue
      span.setAttribute('role', 'link')
      span.setAttribute('tabindex', '0')
      span.setAttribute('data-l', String(links.length))
      links.push({ ...link, textDisagrees: disagrees(span.textContent, link) })
    }
    return links
  }

  return (html, { linkify } = { linkify: false }) => {
    leftOut = new Set()
    const root = purify.sanitize(html, config)
    const parts = partsOf(root)
    const ownColours = filterStyles(parts)
    shiftHeadings(parts.headings)
    mendText(parts.texts, linkify)
    const holder = document.createElement('div')
    holder.append(root)
    const links = takeLinks(holder)
    const text = [...holder.childNodes].filter((node) => node.nodeName !== 'STYLE').map((node) => node.textContent ?? '').join('')
    return { html: holder.innerHTML, text, links, ownColours, leftOut: [...leftOut].sort() }
  }
}
