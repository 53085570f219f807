import MarkdownIt from 'markdown-it'
import { htmlProblem, type Problem, textProblem } from './limits.ts'
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

/**
 * Every body is one pipeline: Markdown with HTML let through, then the sanitiser (altinn3.md 2.7). Blocking; belongs into
 * a worker that can be killed.
 */
export function bodyReader(): (body: string, replyUrls: readonly string[]) => BodyResult {
  const sanitise = sanitiser()
  const markdown = new MarkdownIt({ html: true, linkify: false, breaks: true, typographer: false })
  // An old letter that is HTML from its first character on has empty lines and indented tags in it; neither ends a block.
  const toHtml = (body: string): string => (htmlBlock.test(body) ? markdown.render(body.replace(/\r\n?/g, '\n').replace(/^[ \t]+(?=\S)/gm, '').replace(/\n{2,}(?=<)/g, '\n')) : markdown.render(body))
  return (body, replyUrls) => {
    const early = textProblem(body)
    if (early !== null) return { ok: false, problem: early }
    const html = toHtml(withoutReplies(body, replyUrls))
    const problem = htmlProblem(html)
    if (problem !== null) return { ok: false, problem }
    const letter = sanitise(html)
    const hasText = body.replace(/<(script|style|title)\b[^]*?<\/\1\s*>/gi, '').replace(/<[^<>]*>/g, '').trim() !== ''
    if (hasText && letter.text.trim() === '' && !letter.html.includes('<img')) return { ok: false, problem: 'empty' }
    return { ok: true, letter }
  }
}
