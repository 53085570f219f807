import { blocks, plain, spans } from '../markdown.ts'
import type { Block } from '../markdown.ts'
import { element, xmlDocument } from './xml.ts'
import type { XmlElement } from './xml.ts'
import { zip } from './zip.ts'

/** Word documents (ECMA-376, the least a word processor opens): paragraphs, headings, lists as dashes, tables. */

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const relationships = 'http://schemas.openxmlformats.org/package/2006/relationships'

function run(text: string, bold: boolean, italic: boolean): XmlElement {
  const marks = [...(bold ? [element('w:b', {})] : []), ...(italic ? [element('w:i', {})] : [])]
  return element('w:r', {}, element('w:rPr', {}, marks), element('w:t', { 'xml:space': 'preserve' }, text))
}

function paragraph(text: string, allBold = false): XmlElement {
  return element('w:p', {}, spans(text).map((span) => run(span.text, allBold || span.bold, span.italic)))
}

function setBlock(block: Block): readonly XmlElement[] {
  switch (block.kind) {
    case 'heading':
      return [paragraph(block.text, true)]
    case 'paragraph':
      return block.lines.map((line) => paragraph(line))
    case 'list':
      return block.items.map((item, at) => paragraph(`${block.ordered ? `${String(at + 1)}.` : '–'} ${item}`))
    case 'table':
      return [
        element('w:tbl', {}, element('w:tblPr', {}, element('w:tblW', { 'w:w': '5000', 'w:type': 'pct' })), element('w:tblGrid', {}),
          [block.head, ...block.rows].map((row, at) => element('w:tr', {}, row.map((cell) => element('w:tc', {}, paragraph(plain(cell) || ' ', at === 0)))))),
      ]
    case 'quote':
      return [paragraph(`*${plain(block.text)}*`)]
    case 'rule':
      return [paragraph(' ')]
  }
}

/** The letter as an editable document; the same text gives the same bytes. */
export function docx(title: string, markdown: string): Buffer {
  const types = element('Types', { xmlns: 'http://schemas.openxmlformats.org/package/2006/content-types' },
    element('Default', { Extension: 'rels', ContentType: 'application/vnd.openxmlformats-package.relationships+xml' }),
    element('Override', { PartName: '/word/document.xml', ContentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml' }))
  const links = element('Relationships', { xmlns: relationships },
    element('Relationship', { Id: 'rId1', Type: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument', Target: 'word/document.xml' }))
  const body = element('w:document', { 'xmlns:w': word }, element('w:body', {}, paragraph(title, true), blocks(markdown).flatMap(setBlock)))
  return zip([
    { name: '[Content_Types].xml', data: xmlDocument(types) },
    { name: '_rels/.rels', data: xmlDocument(links) },
    { name: 'word/document.xml', data: xmlDocument(body) },
  ])
}
