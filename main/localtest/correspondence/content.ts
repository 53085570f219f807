import MarkdownIt, { type StateBlock, type Token } from 'markdown-it'
import { markdownOf, wordsOf } from './gfm.ts'

const definition = /^ {0,3}:[ \t]+(?=\S)/
/** Lines that begin another block than a paragraph. */
const otherBlock = /^ {0,3}(?:#{1,6}(?:[ \t]|$)|>|[-*+][ \t]|\d{1,9}[.)][ \t]|```|~~~|<)/

/**
 * Definition lists: the lines of a paragraph are terms when one that begins with a colon follows them. The server's reading of
 * markdown knows them, which is how a reply option without a text becomes one (recorded: content-accept-language).
 */
function definitionList(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineOf = (line: number): string => state.src.slice(state.bMarks[line], state.eMarks[line])
  let first = startLine
  while (first < endLine && !state.isEmpty(first) && !definition.test(lineOf(first)) && !otherBlock.test(lineOf(first))) first += 1
  if (first === startLine || first >= endLine || !definition.test(lineOf(first))) return false
  if (silent) return true
  const push = (type: string, tag: string, nesting: 1 | 0 | -1): Token => state.push(type, tag, nesting)
  const part = (tag: string, text: string): void => {
    push(`${tag}_open`, tag, 1)
    const inline = push('inline', '', 0)
    inline.content = text.trim()
    inline.children = []
    push(`${tag}_close`, tag, -1)
  }
  push('dl_open', 'dl', 1)
  for (let line = startLine; line < first; line += 1) part('dt', lineOf(line))
  let line = first
  while (line < endLine && !state.isEmpty(line) && definition.test(lineOf(line))) {
    const lines = [lineOf(line).replace(definition, '')]
    for (line += 1; line < endLine && !state.isEmpty(line) && !definition.test(lineOf(line)); line += 1) lines.push(lineOf(line))
    part('dd', lines.join('\n'))
  }
  push('dl_close', 'dl', -1)
  state.line = line
  return true
}

const reader = new MarkdownIt({ html: true, linkify: true })
reader.block.ruler.before('paragraph', 'definition_list', definitionList)
// Every address becomes a link; which of them stay one is decided when the markdown is written.
reader.validateLink = () => true
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add('//', null)

/** Addresses of the links that a body writes as HTML, spelled as they stand there. */
const hrefs = (body: string): readonly string[] => [...body.matchAll(/href\s*=\s*("|')(.*?)\1/gis)].map((found) => found[2] ?? '').filter((href) => href !== '')

/**
 * A body as `/content` hands it out: markdown and HTML alike become HTML, and that GitHub-flavoured markdown. Addresses of HTML
 * links that the text no longer holds word for word are added at its end, `javascript:` ones included (altinn3.md 2.7).
 *
 * Recorded are headings, emphasis, links, lists, tables, quotes, code, images, line breaks, definition lists, dropped scripts,
 * styles and comments, and the escapes of `*` and `<`; what else the server's two libraries know (footnotes, mathematics,
 * containers, attributes) comes out as a plain reading of CommonMark has it.
 */
export function normalised(body: string): string {
  const text = markdownOf(reader.render(body))
  return [text, ...hrefs(body).filter((href) => !text.includes(href))].join('\n')
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Whether a text says the same word for word when it is read as markdown with HTML in it. */
export const isPlainText = (text: string): boolean => spaced(wordsOf(reader.render(text))) === spaced(text)
