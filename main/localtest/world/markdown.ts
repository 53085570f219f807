/**
 * The small part of Markdown in which the letters are written, as blocks: enough to set the same letter as Altinn II HTML and as PDF.
 * Not a general parser: it reads only what the letters of this world contain.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  /** Lines are set one below the other. */
  | { readonly kind: 'paragraph'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly right: readonly boolean[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'rule' }

/** A stretch of text within a line. */
export interface Span {
  readonly text: string
  readonly bold: boolean
  readonly italic: boolean
  readonly link: string | null
}

const cells = (line: string): string[] =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())

function table(lines: readonly string[]): Block {
  const [head = '', marks = '', ...rows] = lines
  return { kind: 'table', head: cells(head), right: cells(marks).map((mark) => mark.endsWith(':')), rows: rows.map(cells) }
}

/** Lines that end in two spaces break there; others run on. */
function paragraph(lines: readonly string[]): Block {
  const text = lines.map((line) => (line.endsWith('  ') ? `${line.trimEnd()}\n` : `${line.trim()} `)).join('')
  return { kind: 'paragraph', lines: text.trim().split('\n') }
}

function list(lines: readonly string[], ordered: boolean): Block {
  const items: string[] = []
  for (const line of lines) {
    if (/^(-|\d+\.) /.test(line)) items.push(line.replace(/^(-|\d+\.) /, ''))
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return { kind: 'list', ordered, items }
}

function block(chunk: string): Block {
  const lines = chunk.split('\n')
  const first = lines[0] ?? ''
  const heading = /^(#{1,4}) (.*)$/.exec(first)
  if (heading !== null) return { kind: 'heading', level: (heading[1] ?? '#').length, text: heading[2] ?? '' }
  if (first.startsWith('|')) return table(lines)
  if (first.startsWith('> ')) return { kind: 'quote', text: lines.map((line) => line.replace(/^> ?/, '')).join(' ') }
  if (first === '---') return { kind: 'rule' }
  if (first.startsWith('- ')) return list(lines, false)
  if (/^\d+\. /.test(first)) return list(lines, true)
  return paragraph(lines)
}

/** The blocks of a letter; blocks stand apart by an empty line, which a heading does not need. */
export function blocks(markdown: string): readonly Block[] {
  return markdown
    .replace(/^(#{1,4} .*)\n/gm, '$1\n\n')
    .split(/\n{2,}/)
    .filter((chunk) => chunk.trim() !== '')
    .map((chunk) => block(chunk.replace(/^\n+|\n+$/g, '')))
}

/** Text, `**bold**`, `*italic*` and `[text](address)`, never one within another. */
export function spans(text: string): readonly Span[] {
  const found: Span[] = []
  for (const match of text.matchAll(/\*\*(.+?)\*\*|\*(.+?)\*|\[(.+?)\]\((\S+?)\)|[^*[]+|[*[]/g)) {
    const [whole, bold, italic, label, address] = match
    if (bold !== undefined) found.push({ text: bold, bold: true, italic: false, link: null })
    else if (italic !== undefined) found.push({ text: italic, bold: false, italic: true, link: null })
    else if (label !== undefined) found.push({ text: label, bold: false, italic: false, link: address ?? null })
    else found.push({ text: whole, bold: false, italic: false, link: null })
  }
  return found
}

/** Without any marks. */
export function plain(text: string): string {
  return spans(text)
    .map((span) => span.text)
    .join('')
}
