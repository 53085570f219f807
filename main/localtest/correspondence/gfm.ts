import { type DefaultTreeAdapterMap, parseFragment } from 'parse5'

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']

const isElement = (node: Node): node is Element => 'tagName' in node
const isText = (node: Node): node is DefaultTreeAdapterMap['textNode'] => node.nodeName === '#text'
const childrenOf = (node: Node): readonly Node[] => ('childNodes' in node ? node.childNodes : [])
const attributeOf = (element: Element, name: string): string => element.attrs.find((one) => one.name === name)?.value ?? ''

const dropped: ReadonlySet<string> = new Set(['script', 'style', 'template'])
const kept: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])
const indent = '    '
/** Stands for a line break inside a paragraph until its white space is tidied. */
const lineBreak = '\u0000'

/** Characters that would mean something in markdown; tags and angle brackets of the text stay text (recorded: content-plain). */
const escaped = (text: string): string => text.replace(/[*_]/g, '\\$&').replace(/</g, '&lt;').replace(/>/g, '&gt;')

function schemeOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.exec(address.trim())?.[0].toLowerCase() ?? ''
}

const inAddress = (address: string): string => address.trim().replace(/ /g, '%20').replace(/\(/g, '%28').replace(/\)/g, '%29')

function link(element: Element, text: string): string {
  const href = attributeOf(element, 'href')
  const scheme = schemeOf(href)
  if (href === '' || (scheme !== '' && !kept.has(scheme))) return text
  const title = attributeOf(element, 'title')
  return `[${text}](${inAddress(href)}${title === '' ? '' : ` "${title}"`})`
}

/** Marks around a text; the white space at its ends goes outside. */
function marked(mark: string, text: string): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? []
  return inner === '' ? text : `${before}${mark}${inner}${mark}${after}`
}

function plainText(node: Node): string {
  return isText(node) ? node.value : childrenOf(node).map(plainText).join('')
}

function inlineElement(element: Element): string {
  const inner = (): string => inlines(childrenOf(element))
  switch (element.tagName) {
    case 'br':
      return lineBreak
    case 'strong':
    case 'b':
      return marked('**', inner())
    case 'em':
    case 'i':
      return marked('*', inner())
    case 's':
    case 'del':
    case 'strike':
      return marked('~~', inner())
    case 'code':
    case 'kbd':
    case 'samp':
      return `\`${plainText(element)}\``
    case 'a':
      return link(element, inner())
    case 'img':
      return `![${attributeOf(element, 'alt')}](${inAddress(attributeOf(element, 'src'))})`
    default:
      return inner()
  }
}

function inline(node: Node): string {
  if (isText(node)) return escaped(node.value)
  return isElement(node) && !dropped.has(node.tagName) ? inlineElement(node) : ''
}

const inlines = (nodes: readonly Node[]): string => nodes.map(inline).join('')

/** White space runs together, also a no-break space; a line break becomes two spaces and a new line. */
function tidied(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(new RegExp(` ?${lineBreak} ?`, 'g'), '  \n')
    .trim()
}

const blockTags: ReadonlySet<string> = new Set([
  'p', 'div', 'section', 'article', 'main', 'header', 'footer', 'aside', 'nav', 'figure', 'center', 'form', 'fieldset', 'address',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'table', 'blockquote', 'pre', 'hr', 'html', 'head', 'body',
])
const isBlock = (node: Node): boolean => isElement(node) && (blockTags.has(node.tagName) || childrenOf(node).some(isBlock))

/** The blocks of a row of nodes: what is no block of its own runs together into paragraphs. */
function blocks(nodes: readonly Node[]): readonly string[] {
  const found: string[] = []
  let run: Node[] = []
  const finish = (): void => {
    found.push(tidied(inlines(run)))
    run = []
  }
  for (const node of nodes) {
    if (!isElement(node) || !isBlock(node)) run.push(node)
    else {
      finish()
      found.push(...block(node))
    }
  }
  finish()
  return found.filter((text) => text !== '')
}

function fence(element: Element): string {
  const code = childrenOf(element).find((node): node is Element => isElement(node) && node.tagName === 'code')
  const language = code === undefined ? '' : (/(?:^| )language-(\S+)/.exec(attributeOf(code, 'class'))?.[1] ?? '')
  return `\`\`\`${language}\n${plainText(element).replace(/^\n|\n$/g, '')}\n\`\`\``
}

const later = (text: string, first: string, rest: string): string => text.split('\n').map((line, index) => (index === 0 ? `${first}${line}` : line === '' ? '' : `${rest}${line}`)).join('\n')

/** Items stand line by line, or with a blank line between them where they hold paragraphs (recorded: confidential-reminders). */
function list(element: Element): string {
  const items = childrenOf(element).filter((node): node is Element => isElement(node) && node.tagName === 'li')
  const start = Number.parseInt(attributeOf(element, 'start'), 10)
  const first = Number.isNaN(start) ? 1 : start
  const isLoose = items.some((item) => childrenOf(item).some((node) => isElement(node) && node.tagName === 'p'))
  const written = items.map((item, index) => {
    const mark = element.tagName === 'ol' ? `${String(first + index)}. ` : '- '
    return later(blocks(childrenOf(item)).join(isLoose ? '\n\n' : '\n'), mark, indent)
  })
  return written.join(isLoose ? '\n\n' : '\n')
}

/** Terms as a list, their definitions one step in (recorded: content-accept-language). */
function definitions(element: Element): string {
  const parts = childrenOf(element).filter(isElement)
  return parts.map((part) => `${part.tagName === 'dd' ? indent : ''}- ${blocks(childrenOf(part)).join(' ')}`).join('\n')
}

function rowsOf(element: Element): readonly Element[] {
  return childrenOf(element).flatMap((node) => (!isElement(node) ? [] : node.tagName === 'tr' ? [node] : ['thead', 'tbody', 'tfoot'].includes(node.tagName) ? rowsOf(node) : []))
}

/** The first row is the heading, whatever its cells are called. */
function table(element: Element): string {
  const cell = (node: Element): string => blocks(childrenOf(node)).join('<br>').replace(/ *\n/g, '<br>').replace(/\|/g, '\\|')
  const rows = rowsOf(element).map((row) => childrenOf(row).filter((node): node is Element => isElement(node) && (node.tagName === 'td' || node.tagName === 'th')).map(cell))
  const width = Math.max(0, ...rows.map((row) => row.length))
  const line = (cells: readonly string[]): string => `| ${Array.from({ length: width }, (_, index) => cells[index] ?? '').join(' | ')} |`
  const [head = [], ...rest] = rows
  return width === 0 ? '' : [line(head), line(Array.from({ length: width }, () => '---')), ...rest.map(line)].join('\n')
}

function block(element: Element): readonly string[] {
  const nodes = childrenOf(element)
  switch (element.tagName) {
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6': {
      const text = tidied(inlines(nodes))
      return text === '' ? [] : [`${'#'.repeat(Number(element.tagName.slice(1)))} ${text}`]
    }
    case 'ul':
    case 'ol':
      return [list(element)]
    case 'dl':
      return [definitions(element)]
    case 'table':
      return [table(element)]
    case 'blockquote':
      return [blocks(nodes).join('\n\n').split('\n').map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')]
    case 'pre':
      return [fence(element)]
    case 'hr':
      return ['* * *']
    default:
      return blocks(nodes)
  }
}

/** HTML as GitHub-flavoured markdown, the way `/content` writes it (altinn3.md 2.7). Unknown tags fall away, their text stays. */
export const markdownOf = (html: string): string => blocks(childrenOf(parseFragment(html))).join('\n\n')

/** The words of HTML alone. */
export const wordsOf = (html: string): string => plainText(parseFragment(html))
