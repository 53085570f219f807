import { Tokenizer, TokenizerMode } from 'parse5'
import { textLimits } from './limits.ts'

/** Elements whose text nobody reads. */
const unseen = new Set(['script', 'style', 'noscript', 'template', 'iframe', 'noembed', 'noframes', 'xmp'])
/** Elements that stand within a word or a line; every other one parts words. */
const inline = new Set('a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong sub sup tt u var wbr'.split(' '))

/**
 * Words of a page as a reader sees them, without building anything of it: no scripts, no styles, no comments, entities as
 * letters. Whatever it is, this takes time by its length alone.
 */
export function htmlText(html: string): string {
  const parts: string[] = []
  let length = 0
  let hidden: string | null = null
  const say = (text: string): void => {
    if (hidden !== null || length > textLimits.characters) return
    parts.push(text)
    length += text.length
  }
  const nothing = (): void => undefined
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: false },
    {
      onStartTag: ({ tagName, attrs }) => {
        if (hidden !== null) return
        if (!inline.has(tagName)) say('\n')
        // What stands in place of a picture or explains a link is read aloud, so it is found too.
        for (const { name, value } of attrs) if (name === 'alt' || name === 'title') say(` ${value} `)
        if (unseen.has(tagName)) hidden = tagName
        // Text of these is no markup; the tree builder would tell the tokenizer so.
        if (tagName === 'script') tokenizer.state = TokenizerMode.SCRIPT_DATA
        else if (unseen.has(tagName) && tagName !== 'template') tokenizer.state = TokenizerMode.RAWTEXT
        else if (tagName === 'title' || tagName === 'textarea') tokenizer.state = TokenizerMode.RCDATA
        tokenizer.lastStartTagName = tagName
      },
      onEndTag: ({ tagName }) => {
        if (hidden === tagName) hidden = null
        if (!inline.has(tagName)) say('\n')
      },
      onCharacter: ({ chars }) => { say(chars) },
      onWhitespaceCharacter: () => { say(' ') },
      onComment: nothing, onDoctype: nothing, onEof: nothing, onNullCharacter: nothing,
    },
  )
  tokenizer.write(html, true)
  return parts.join('').replace(/[^\S\n]+/g, ' ').replace(/ ?\n[\n ]*/g, '\n').trim()
}
