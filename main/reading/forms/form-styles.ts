import { type CssNode, generate, parse, walk } from 'css-tree'
import { limits } from '../limits.ts'

/**
 * Properties a form may set: those of a letter, and what its layout stands on. Unlike a letter it may hide parts, because
 * its conditions do (xml-forms.md 4). What would cut text off is not among them: nobody can scroll in its boxes here.
 */
const allowed = new Set(
  ('color background-color font font-family font-size font-weight font-style font-variant text-align text-decoration text-decoration-line text-transform text-indent vertical-align white-space line-height letter-spacing word-break word-wrap overflow-wrap direction ' +
    'margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left width max-width min-width height min-height float clear display visibility box-sizing ' +
    'border border-top border-right border-bottom border-left border-width border-style border-color border-collapse border-spacing border-radius empty-cells ' +
    'border-top-width border-top-style border-top-color border-right-width border-right-style border-right-color border-bottom-width border-bottom-style border-bottom-color border-left-width border-left-style border-left-color ' +
    'list-style-type table-layout caption-side page-break-before page-break-after page-break-inside break-before break-after break-inside').split(' '),
)
const functions = new Set(['rgb', 'rgba', 'hsl', 'hsla'])
const lengths = new Set(['px', 'pt', 'pc', 'em', 'rem', 'ex', 'ch', 'cm', 'mm', 'in', '%'])
const displays = /^(none|block|inline|inline-block|list-item|table|inline-table|table-(row|cell|column|caption|row-group|header-group|footer-group|column-group))$/i
/** A length no screen shows, and no number that is one by mistake. */
const farthest = 10_000

function isSafeValue(value: CssNode): boolean {
  let safe = true
  walk(value, (node) => {
    if (node.type === 'Url' || node.type === 'Raw') safe = false
    else if (node.type === 'Function' && !functions.has(node.name.toLowerCase())) safe = false
    else if (node.type === 'Dimension' && (!lengths.has(node.unit.toLowerCase()) || Number(node.value) < 0 || Number(node.value) > farthest)) safe = false
    else if (node.type === 'Number' && (Number(node.value) < 0 || Number(node.value) > farthest)) safe = false
  })
  return safe
}

/** @param isImage only pictures have a height that is meant; boxes grow with what is in them */
function filtered(list: CssNode, isImage: boolean): string {
  const kept: string[] = []
  walk(list, (node) => {
    if (node.type !== 'Declaration') return
    let name = node.property.toLowerCase()
    if (name === 'background') name = 'background-color'
    if (!allowed.has(name) || !isSafeValue(node.value)) return
    const value = generate(node.value)
    if (value.includes('<')) return
    if (name === 'background-color' && /\s/.test(value)) return
    if (name === 'display' && !displays.test(value)) return
    if (name === 'white-space' && /nowrap/i.test(value)) return
    if (name === 'height' && !isImage) name = 'min-height'
    kept.push(`${name}:${value}`)
  })
  return kept.join(';')
}

/** The value of a `style` attribute, filtered. */
export function filterFormInline(style: string, isImage: boolean): string {
  return filtered(parse(style, { context: 'declarationList', onParseError: () => undefined }), isImage)
}

/** A selector below the form's own root; the page's body and root element are that root. null when it may not stay. */
function selectorText(prelude: CssNode, root: string): string | null {
  const text = generate(prelude)
  if (/[<@\\:]|url\(/i.test(text)) return null
  return text
    .split(',')
    .map((one) => {
      const below = one.trim().replace(/^html\b\s*>?\s*/i, '')
      if (below === '') return root
      return /^body\b/i.test(below) ? below.replace(/^body\b/i, root) : `${root} ${below}`
    })
    .join(',')
}

/**
 * The text of a `<style>` element, filtered: plain rules, and those for screen or print.
 * @param root selector that every rule is put below
 */
export function filterFormSheet(sheet: string, root: string): string {
  const tree = parse(sheet, { onParseError: () => undefined })
  if (tree.type !== 'StyleSheet') return ''
  let rules = 0
  const take = (nodes: Iterable<CssNode>): string => {
    let css = ''
    for (const node of nodes) {
      rules += 1
      if (node.type !== 'Rule') continue
      const selector = selectorText(node.prelude, root)
      const block = filtered(node.block, false)
      if (block !== '' && selector !== null) css += `${selector}{${block}}`
    }
    return css
  }
  const parts: string[] = []
  for (const node of tree.children) {
    if (node.type === 'Comment') continue
    const media = node.type === 'Atrule' && node.name.toLowerCase() === 'media' && node.prelude !== null && node.block !== null ? generate(node.prelude).trim().toLowerCase() : null
    if (media !== null && /^(print|screen|all)$/.test(media) && node.type === 'Atrule' && node.block !== null) parts.push(media === 'print' ? `@media print{${take(node.block.children)}}` : take(node.block.children))
    else if (node.type === 'Rule') parts.push(take([node]))
    if (rules > limits.cssRules) return ''
  }
  const css = parts.join('')
  return css.includes('<') ? '' : css
}
