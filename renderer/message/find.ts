const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
/** Words of a phrase may stand on two lines. */
const spaced = (text: string): string => text.trim().split(/\s+/).map(quoted).join('[\\s\\u00a0]+')

/** Finds a text wherever it stands, also within words, whatever the case. */
export const findPattern = (text: string): RegExp | null => (text.trim() === '' ? null : new RegExp(spaced(text), 'giu'))

const blocks = 'address,article,aside,blockquote,caption,center,dd,div,dl,dt,figcaption,figure,footer,h1,h2,h3,h4,h5,h6,header,hr,li,main,ol,p,pre,section,table,td,th,tr,ul,body'
/** More than anybody looks through one by one. */
const maxRanges = 1000

/** Where a pattern stands in a document, in its order; a hit may begin in one element and end in another, but not in another block. */
export function rangesOf(inside: Document, pattern: RegExp | null): readonly Range[] {
  if (pattern === null) return []
  const nodes: { readonly node: Node; readonly from: number }[] = []
  let text = ''
  let block: Element | null = null
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.nodeType !== Node.TEXT_NODE) {
      if (node.nodeName === 'BR') text += '\n'
      continue
    }
    const parent = node.parentElement
    if (parent === null || parent.nodeName === 'STYLE') continue
    const own = parent.closest(blocks)
    // A sign that no pattern of ours holds: nothing is found across it.
    if (own !== block) text += '\u0000'
    block = own
    nodes.push({ node, from: text.length })
    text += node.nodeValue ?? ''
  }
  const placeOf = (at: number, isEnd: boolean): readonly [Node, number] | null => {
    let [low, high] = [0, nodes.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      const from = nodes[middle]?.from ?? 0
      if (isEnd ? from < at : from <= at) low = middle
      else high = middle - 1
    }
    const found = nodes[low]
    return found === undefined ? null : [found.node, Math.min(at - found.from, found.node.nodeValue?.length ?? 0)]
  }
  const ranges: Range[] = []
  for (const match of text.matchAll(pattern)) {
    if (ranges.length >= maxRanges) break
    const [start, end] = [placeOf(match.index, false), placeOf(match.index + match[0].length, true)]
    if (start === null || end === null) continue
    const range = inside.createRange()
    range.setStart(...start)
    range.setEnd(...end)
    ranges.push(range)
  }
  return ranges
}
