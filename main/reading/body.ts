import MarkdownIt, { type StateCore } from 'markdown-it'
import { hasStack, htmlProblem, type Problem, textProblem } from './limits.ts'
import { type Sanitised, sanitiser } from './sanitise.ts'

export type BodyResult = { readonly ok: true; readonly letter: Sanitised } | { readonly ok: false; readonly problem: Problem }

const heading = /^(?:Svarvalg|Svarval|Reply options):$/
/** A line of an option: its text, if it has one, and its address (recorded: overview-reply4). */
const item = /^.*: (\S+)$/

/**
 * With more than three reply options the service appends them to the body line by line (altinn3.md 2.4); the window
 * shows them as buttons, so the lines go. Only those at the very end that hold nothing but options do.
 */
export function withoutReplies(body: string, replyUrls: readonly string[]): string {
  if (replyUrls.length === 0) return body
  const lines = body.trimEnd().split(/\r?\n/)
  const at = lines.findLastIndex((line) => heading.test(line.trim().replace(/^#+\s*|\*\*/g, '')))
  if (at < 0) return body
  const rest = lines.slice(at + 1).map((line) => line.trim()).filter((line) => line !== '')
  const known = new Set(replyUrls)
  const isList = rest.length > 0 && rest.every((line) => known.has(item.exec(line)?.[1] ?? ''))
  return isList ? lines.slice(0, at).join('\n').trimEnd() : body
}

/** Blocks of HTML keep their inner indentation: four spaces there are layout, not code. */
const htmlBlock = /^\s*<(?:!doctype|html|head|body|table|div|font|center|p|span|h[1-6]|ul|ol|b|i|strong|style|meta)\b/i

/** Windows-1252 in the places of control characters: the old Altinn took text from everywhere (WHATWG Encoding, windows-1252). */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/**
 * A body as Markdown can take it. What Word leaves behind has names that Markdown takes for text; an old letter that is
 * HTML from its first character on has empty lines and indented tags in it, and neither ends a block there.
 */
export function forMarkdown(body: string): string {
  const plain = body
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0080-\u009f]/g, (char) => windows1252[char.charCodeAt(0) - 0x80] ?? char)
    .replace(/&#(1(?:2[89]|[345]\d));/g, (reference, code: string) => windows1252[Number(code) - 0x80] ?? reference)
    .replace(/<\?xml[^<>]*>/gi, '')
    .replace(/<!\[(?:if[^<>]*|endif)\]>/gi, '')
    .replace(/<\/?(?:o|w|v|x|m|st\d+|u\d+):[a-z][^<>]*>/gi, '')
  if (!htmlBlock.test(plain)) return plain
  return plain.replace(/^[ \t]+(?=<)|^(?: {4,}|[ \t]*\t[ \t]*)(?![-*+] |\d+[.)] )(?=\S)/gm, '').replace(/\n{2,}(?=<)/g, '\n')
}

/** `- [ ]` and `- [x]` as boxes that cannot be pressed. */
function taskLists(state: StateCore): void {
  for (const [at, token] of state.tokens.entries()) {
    const item = state.tokens[at - 2]
    const first = token.children?.[0]
    if (token.type !== 'inline' || item?.type !== 'list_item_open' || first?.type !== 'text') continue
    const box = /^\[([ xX])\] /.exec(first.content)
    if (box === null) continue
    first.content = `${box[1] === ' ' ? '☐' : '☑'} ${first.content.slice(4)}`
    item.attrJoin('class', 'mb-task')
  }
}

/**
 * Every body is one pipeline: Markdown with HTML let through, then the sanitiser (altinn3.md 2.7). Blocking; belongs into
 * a worker that can be killed.
 */
export function bodyReader(): (body: string, replyUrls: readonly string[]) => BodyResult {
  const sanitise = sanitiser()
  const markdown = new MarkdownIt({ html: true, linkify: false, breaks: true, typographer: false })
  markdown.core.ruler.after('inline', 'tasks', taskLists)
  return (body, replyUrls) => {
    const early = textProblem(body)
    if (early !== null) return { ok: false, problem: early }
    const html = markdown.render(forMarkdown(withoutReplies(body, replyUrls)))
    const problem = htmlProblem(html)
    if (problem !== null) return { ok: false, problem }
    const letter = sanitise(html, { linkify: true })
    // What a reference stands for is a mark only now.
    if (hasStack(letter.html)) return { ok: false, problem: 'too-many-marks' }
    const hasText = body.replace(/<(script|style|title)\b[^]*?<\/\1\s*>/gi, '').replace(/<[^<>]*>/g, '').trim() !== ''
    if (hasText && letter.text.trim() === '' && !letter.html.includes('<img')) return { ok: false, problem: 'empty' }
    return { ok: true, letter }
  }
}
