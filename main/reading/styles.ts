import { type CssNode, generate, parse, walk } from 'css-tree'
import { limits } from './limits.ts'

/** Properties a letter may set: text, colours, boxes; nothing that moves, covers, hides or fetches (security.md 2). */
const allowed = new Set(
  ('color background-color font-family font-size font-weight font-style font-variant text-align text-decoration text-decoration-line text-transform text-indent vertical-align white-space line-height letter-spacing word-break overflow-wrap ' +
    'margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left width max-width min-width float clear ' +
    'border border-top border-right border-bottom border-left border-width border-style border-color border-collapse border-spacing border-radius ' +
    'border-top-width border-top-style border-top-color border-right-width border-right-style border-right-color border-bottom-width border-bottom-style border-bottom-color border-left-width border-left-style border-left-color ' +
    'list-style-type table-layout caption-side').split(' '),
)
const colours = new Set(['color', 'background-color'])
const functions = new Set(['rgb', 'rgba', 'hsl', 'hsla'])
const lengths = new Set(['px', 'pt', 'pc', 'em', 'rem', 'ex', 'ch', 'cm', 'mm', 'in', '%'])

/** A value without addresses, sizes of the window, or a sign that moves text out of sight. */
function isSafeValue(value: CssNode): boolean {
  let safe = true
  walk(value, (node) => {
    if (node.type === 'Url' || node.type === 'Raw') safe = false
    else if (node.type === 'Function' && !functions.has(node.name.toLowerCase())) safe = false
    else if (node.type === 'Dimension' && (!lengths.has(node.unit.toLowerCase()) || Number(node.value) < 0)) safe = false
    else if (node.type === 'Number' && Number(node.value) < 0) safe = false
  })
  return safe
}

interface Filtered {
  readonly css: string
  readonly leftOut: boolean
  readonly colours: boolean
}

/** The declarations of one list that may stay. */
function filtered(list: CssNode): Filtered {
  const kept: string[] = []
  let [leftOut, ownColours] = [false, false]
  walk(list, (node) => {
    if (node.type !== 'Declaration') return
    let name = node.property.toLowerCase()
    // A background that is only a colour says so; everything else it could name is left out.
    if (name === 'background') name = 'background-color'
    const value = generate(node.value)
    if (!allowed.has(name) || !isSafeValue(node.value) || (name === 'background-color' && /\s/.test(value))) {
      leftOut = true
      return
    }
    if (colours.has(name) && !/^(inherit|initial|unset|transparent|currentcolor|windowtext|black|#000|#000000)$/i.test(value)) ownColours = true
    kept.push(`${name}:${value}`)
  })
  return { css: kept.join(';'), leftOut, colours: ownColours }
}

/** The value of a `style` attribute, filtered; empty when nothing is left. */
export function filterInline(style: string): Filtered {
  return filtered(parse(style, { context: 'declarationList', onParseError: () => undefined }))
}

/** The text of a `<style>` element, filtered: plain rules and those for print. */
export function filterSheet(sheet: string): Filtered {
  const tree = parse(sheet, { onParseError: () => undefined })
  const parts: string[] = []
  let [leftOut, ownColours, rules] = [false, false, 0]
  const take = (nodes: Iterable<CssNode>): string => {
    let css = ''
    for (const node of nodes) {
      rules += 1
      if (node.type !== 'Rule') {
        leftOut = true
        continue
      }
      const selector = generate(node.prelude)
      const block = filtered(node.block)
      leftOut ||= block.leftOut
      if (block.css === '' || /[<:@\\]|url\(/i.test(selector)) {
        leftOut ||= block.css !== ''
        continue
      }
      ownColours ||= block.colours
      css += `${selector}{${block.css}}`
    }
    return css
  }
  if (tree.type !== 'StyleSheet') return { css: '', leftOut: true, colours: false }
  for (const node of tree.children) {
    const isPrint = node.type === 'Atrule' && node.name.toLowerCase() === 'media' && node.prelude !== null && /^print$/i.test(generate(node.prelude)) && node.block !== null
    if (node.type === 'Comment') continue
    if (isPrint && node.block !== null) parts.push(`@media print{${take(node.block.children)}}`)
    else parts.push(take([node]))
    if (rules > limits.cssRules) return { css: '', leftOut: true, colours: false }
  }
  const css = parts.join('')
  return css.includes('<') ? { css: '', leftOut: true, colours: false } : { css, leftOut, colours: ownColours }
}
