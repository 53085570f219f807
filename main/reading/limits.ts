import { Tokenizer, TokenizerMode } from 'parse5'

/** Why a letter is shown as plain text. */
export type Problem = 'too-big' | 'too-deep' | 'too-slow' | 'too-many-marks' | 'empty' | 'failed'

/** What a letter may be before anything is built of it (security.md 1). */
export const limits = { bytes: 2 * 1024 * 1024, elements: 20_000, depth: 200, marks: 8, cssRules: 300, workerMs: 2000, workerMb: 256, workerYoungMb: 48 } as const

/** What stands upon the sign before it: combining marks, and the vowels AM of Thai and Lao, which are drawn as a mark and a letter. */
const stacked = '[\\p{M}\\u0e33\\u0eb3]'
const stack = new RegExp(`${stacked}{${String(limits.marks + 1)}}`, 'u')
const stackEnd = new RegExp(`(${stacked}{${String(limits.marks)}})${stacked}+`, 'gu')

/** Whether more marks stand upon one another than a text needs: a browser draws a hundred thousand of them for minutes. */
export const hasStack = (text: string): boolean => stack.test(text)

/** The text with no more marks upon one another than a text needs. */
export const lowerStacks = (text: string): string => text.replace(stackEnd, '$1')

/** Looked for before Markdown is read: size, and stacks of combining marks that take seconds to draw. */
export function textProblem(text: string): Problem | null {
  if (text.length > limits.bytes || Buffer.byteLength(text) > limits.bytes) return 'too-big'
  return hasStack(text) ? 'too-many-marks' : null
}

/** Elements without content, and those whose end tag is often left out: they are no depth of their own. */
export const flat = new Set('area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option colgroup'.split(' '))

/** Counts elements and depth without building anything. */
export function htmlProblem(html: string): Problem | null {
  if (Buffer.byteLength(html) > limits.bytes * 2) return 'too-big'
  let elements = 0
  let depth = 0
  let deepest = 0
  const nothing = (): void => undefined
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: false },
    {
      onStartTag: ({ tagName, selfClosing }) => {
        elements += 1
        if (flat.has(tagName) || selfClosing) return
        depth += 1
        deepest = Math.max(deepest, depth)
        // Text of these is no markup; the tree builder would tell the tokenizer so.
        if (tagName === 'script') tokenizer.state = TokenizerMode.SCRIPT_DATA
        else if (tagName === 'style' || tagName === 'xmp' || tagName === 'noframes') tokenizer.state = TokenizerMode.RAWTEXT
        else if (tagName === 'title' || tagName === 'textarea') tokenizer.state = TokenizerMode.RCDATA
        tokenizer.lastStartTagName = tagName
      },
      onEndTag: ({ tagName }) => {
        if (!flat.has(tagName)) depth = Math.max(0, depth - 1)
      },
      onComment: nothing, onDoctype: nothing, onEof: nothing, onCharacter: nothing, onNullCharacter: nothing, onWhitespaceCharacter: nothing,
    },
  )
  tokenizer.write(html, true)
  if (elements > limits.elements) return 'too-big'
  return deepest > limits.depth ? 'too-deep' : null
}
