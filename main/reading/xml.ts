import { SaxesParser } from 'saxes'
import type { Problem } from './limits.ts'
import { limits } from './limits.ts'
import type { BodyResult } from './body.ts'

interface XmlNode {
  readonly name: string
  readonly children: XmlNode[]
  text: string
}

/** Not well formed, or something that a document of a form has no use for. */
class XmlProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem)
    this.problem = problem
  }
}

/** Text of a document by its byte order mark or its declaration; UTF-8 where neither says otherwise. */
export function decodeXml(bytes: Uint8Array): string {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1').replace(/^ï»¿/, ''))?.[1]?.toLowerCase()
  const encoding = mark ?? (declared === 'iso-8859-1' || declared === 'windows-1252' || declared === 'us-ascii' ? 'windows-1252' : 'utf-8')
  return new TextDecoder(encoding).decode(bytes)
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** The tree of a document, counted while it is read. A DOCTYPE is refused: forms have none, and entities come with it (security.md 24). */
function treeOf(text: string): XmlNode {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const root: XmlNode = { name: '', children: [], text: '' }
  const open: XmlNode[] = [root]
  let elements = 0
  parser.on('doctype', () => {
    throw new XmlProblem('failed')
  })
  parser.on('error', () => {
    throw new XmlProblem('failed')
  })
  parser.on('opentag', (tag) => {
    elements += 1
    if (elements > limits.elements) throw new XmlProblem('too-big')
    if (open.length > limits.depth) throw new XmlProblem('too-deep')
    const node: XmlNode = { name: localName(tag.name), children: [], text: '' }
    open.at(-1)?.children.push(node)
    open.push(node)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  const take = (piece: string): void => {
    const node = open.at(-1)
    if (node !== undefined) node.text += piece
  }
  parser.on('text', take)
  parser.on('cdata', take)
  parser.write(text).close()
  return root
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string): string => text.replace(/[&<>"]/g, (char) => escapes[char] ?? char)

/** An element's name as words: `AnsattNavn_1` becomes "Ansatt navn 1". */
export function label(name: string): string {
  const words = name.replace(/[_.-]+/g, ' ').replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/(\p{L})(\d)/gu, '$1 $2').trim().split(/\s+/)
  const text = words.map((word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLowerCase())).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const isLeaf = (node: XmlNode): boolean => node.children.length === 0
const hasText = (node: XmlNode): boolean => node.text.trim() !== '' || node.children.some(hasText)

/** Repeated groups of simple values are a table. */
function table(rows: readonly XmlNode[]): string {
  const columns = [...new Set(rows.flatMap((row) => row.children.filter(hasText).map((cell) => cell.name)))]
  const head = columns.map((name) => `<th scope="col">${escape(label(name))}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${columns.map((name) => `<td>${row.children.filter((cell) => cell.name === name).map((cell) => escape(cell.text.trim())).join('<br>')}</td>`).join('')}</tr>`)
    .join('')
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
}

function render(node: XmlNode, level: number): string {
  const parts: string[] = []
  let facts: string[] = []
  const endFacts = (): void => {
    if (facts.length > 0) parts.push(`<dl class="mb-facts">${facts.join('')}</dl>`)
    facts = []
  }
  const done = new Set<XmlNode>()
  for (const child of node.children) {
    if (done.has(child) || !hasText(child)) continue
    if (isLeaf(child)) {
      facts.push(`<dt>${escape(label(child.name))}</dt><dd>${escape(child.text.trim())}</dd>`)
      continue
    }
    endFacts()
    const title = `<h${String(Math.min(level, 6))}>${escape(label(child.name))}</h${String(Math.min(level, 6))}>`
    const same = node.children.filter((one) => one.name === child.name && hasText(one))
    if (same.length > 1 && same.every((one) => one.children.every(isLeaf))) {
      for (const one of same) done.add(one)
      parts.push(`<section>${title}${table(same)}</section>`)
    } else parts.push(`<section>${title}${render(child, level + 1)}</section>`)
  }
  endFacts()
  if (isLeaf(node) || node.text.trim() !== '') parts.push(node.text.trim() === '' ? '' : `<p>${escape(node.text.trim())}</p>`)
  return parts.join('')
}

/** An XML document as readable sections, facts and tables; made of escaped text and fixed tags only. */
export function readXml(bytes: Uint8Array): BodyResult {
  if (bytes.length > limits.bytes * 4) return { ok: false, problem: 'too-big' }
  try {
    const [document] = treeOf(decodeXml(bytes)).children
    if (document === undefined || !hasText(document)) return { ok: false, problem: 'empty' }
    const html = `<h3>${escape(label(document.name))}</h3>${render(document, 4)}`
    return { ok: true, letter: { html, text: html.replace(/<[^>]*>/g, ' '), links: [], ownColours: false, leftOut: [] } }
  } catch (error) {
    if (error instanceof XmlProblem) return { ok: false, problem: error.problem }
    throw error
  }
}
