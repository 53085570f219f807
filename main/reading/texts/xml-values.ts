import { SaxesParser } from 'saxes'
import { textLimits } from './limits.ts'

/** What a document type says could make a small file a huge one; none of ours needs it (security.md 24). */
export const hasDoctype = (xml: string): boolean => /<!DOCTYPE/i.test(xml)

/**
 * The values of an XML document, one a line: what stands in elements and attributes, not their names, which are the same in
 * every form of a kind.
 * @returns what came before a fault is kept, and `isBroken` says that there was one
 */
export function xmlValues(xml: string): { readonly text: string; readonly isBroken: boolean } {
  const values: string[] = []
  const state = { length: 0, isBroken: false }
  const say = (value: string): void => {
    const text = value.replace(/\s+/g, ' ').trim()
    if (text === '' || state.length > textLimits.characters) return
    values.push(text)
    state.length += text.length + 1
  }
  const parser = new SaxesParser({ fragment: false, xmlns: false })
  parser.on('text', say)
  parser.on('cdata', say)
  parser.on('opentag', ({ attributes }) => {
    for (const [name, value] of Object.entries(attributes)) if (!/^(?:xmlns|xsi|xml)(?::|$)/.test(name)) say(value)
  })
  parser.on('error', () => { state.isBroken = true })
  const piece = 64 * 1024
  for (let at = 0; at < xml.length && !state.isBroken && state.length <= textLimits.characters; at += piece) parser.write(xml.slice(at, at + piece))
  if (!state.isBroken && state.length <= textLimits.characters) parser.close()
  return { text: values.join('\n'), isBroken: state.isBroken }
}
