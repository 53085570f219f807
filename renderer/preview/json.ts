/** Levels that are indented; what lies deeper is written without more room. */
const maxIndent = 40

/**
 * JSON with a line for each value. What stands in it stays as it is written: numbers keep every digit and a name that comes
 * twice stays twice, which reading it into values would lose. Takes as long as the text is, and stops at `limit` characters.
 */
export function prettyJson(text: string, limit: number): { readonly text: string; readonly cut: boolean } {
  const token = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/gs
  const out: string[] = []
  let size = 0
  let depth = 0
  let before = ''
  const line = (): string => `\n${'  '.repeat(Math.min(depth, maxIndent))}`
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [one] = match
    const closes = one === '}' || one === ']'
    if (closes) depth = Math.max(0, depth - 1)
    const isEmpty = closes && (before === '{' || before === '[')
    const piece = closes ? (isEmpty ? one : `${line()}${one}`) : `${before === '{' || before === '[' || before === ',' ? line() : ''}${one}${one === ':' ? ' ' : ''}`
    if (one === '{' || one === '[') depth += 1
    if (size + piece.length > limit) return { text: out.join(''), cut: true }
    out.push(piece)
    size += piece.length
    before = one
  }
  return { text: out.join(''), cut: false }
}

/** Whether a whole text is JSON; only asked of texts that are short enough to be read at once. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return false
    throw error
  }
}
