/** Checks that a text is well-formed XML (XML 1.0 section 2.1): enough of the grammar for what the world writes. Throws with the place. */
export function assertWellFormed(xml: string): void {
  const open: string[] = []
  let at = 0
  let roots = 0
  const fail = (what: string): never => {
    throw new Error(`${what} at ${String(at)}: ${xml.slice(at, at + 60)}`)
  }
  const skip = (start: string, end: string): boolean => {
    if (!xml.startsWith(start, at)) return false
    const close = xml.indexOf(end, at + start.length)
    if (close < 0) fail(`Unclosed ${start}`)
    at = close + end.length
    return true
  }
  while (at < xml.length) {
    if (skip('<?', '?>') || skip('<!--', '-->') || (xml.startsWith('<!DOCTYPE', at) && skip('<!DOCTYPE', ']>'))) continue
    const end = /<\/([\w:.-]+)\s*>/y
    end.lastIndex = at
    const closing = end.exec(xml)
    if (closing !== null) {
      if (open.pop() !== closing[1]) fail(`Unexpected end of ${closing[1] ?? ''}`)
      at = end.lastIndex
      continue
    }
    const start = /<([\p{L}_][\p{L}\w:.-]*)((?:\s+[\p{L}_][\p{L}\w:.-]*="[^"<]*")*)\s*(\/?)>/uy
    start.lastIndex = at
    const opening = start.exec(xml)
    if (opening !== null) {
      const names = [...(opening[2] ?? '').matchAll(/([\p{L}\w:.-]+)="([^"]*)"/gu)]
      if (new Set(names.map((name) => name[1])).size !== names.length) fail('Attribute twice')
      if (names.some((name) => /&(?![\w#]+;)/.test(name[2] ?? ''))) fail('Bare & in an attribute')
      if (open.length === 0) roots += 1
      if (opening[3] === '') open.push(opening[1] ?? '')
      at = start.lastIndex
      continue
    }
    const text = /[^<&]+|&[\w#]+;/y
    text.lastIndex = at
    const found = text.exec(xml)
    if (found === null || (open.length === 0 && found[0].trim() !== '')) fail('Not XML')
    at = text.lastIndex
  }
  if (open.length > 0) fail(`Unclosed ${open.join(', ')}`)
  if (roots !== 1) fail(`${String(roots)} root elements`)
}
