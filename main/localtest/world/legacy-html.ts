import { blocks, spans } from './markdown.ts'
import type { Block } from './markdown.ts'

/**
 * A letter set as the HTML that service owners sent through Altinn II and that the migration copied verbatim (altinn3.md 2.7): named
 * entities, inline styles, layout by tables and `&nbsp;`, paragraphs of upper-case and lower-case tags side by side.
 */

const entities: Readonly<Record<string, string>> = {
  'æ': '&aelig;', 'ø': '&oslash;', 'å': '&aring;', 'Æ': '&AElig;', 'Ø': '&Oslash;', 'Å': '&Aring;', '«': '&laquo;', '»': '&raquo;', '–': '&ndash;', '\u00a0': '&nbsp;',
}

/** `named`: Norwegian letters as entities too, the way some editors of that time saved. */
function escape(text: string, named: boolean): string {
  const safe = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  return safe.replace(named ? /[æøåÆØÅ«»–\u00a0]/g : /\u00a0/g, (character) => entities[character] ?? character)
}

function inline(text: string, named: boolean): string {
  return spans(text)
    .map((span) => {
      const inner = escape(span.text, named)
      if (span.link !== null) return `<a href="${escape(span.link, false)}" target="_blank">${inner}</a>`
      if (span.bold) return `<b>${inner}</b>`
      return span.italic ? `<i>${inner}</i>` : inner
    })
    .join('')
}

const cellStyle = 'border-bottom:1px solid #cccccc;padding:4px 12px 4px 0;vertical-align:top'

function setBlock(block: Block, named: boolean): string {
  switch (block.kind) {
    case 'heading':
      return block.level <= 2
        ? `<h${String(block.level + 1)} style="color:#1e2b3c;margin-bottom:4px">${inline(block.text, named)}</h${String(block.level + 1)}>`
        : `<p style="margin-bottom:2px"><b>${inline(block.text, named)}</b></p>`
    case 'paragraph':
      return `<p>${block.lines.map((line) => inline(line, named)).join('<br/>\n')}</p>`
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul'
      return `<${tag}>\n${block.items.map((item) => `<li>${inline(item, named)}</li>`).join('\n')}\n</${tag}>`
    }
    case 'table': {
      const align = (column: number): string => (block.right[column] === true ? ';text-align:right' : '')
      const head = block.head.map((cell, at) => `<th style="${cellStyle}${align(at) || ';text-align:left'}">${inline(cell, named) || '&nbsp;'}</th>`)
      const rows = block.rows.map(
        (row) => `<tr>${row.map((cell, at) => `<td style="${cellStyle}${align(at)}">${inline(cell, named) || '&nbsp;'}</td>`).join('')}</tr>`,
      )
      return `<table border="0" cellspacing="0" cellpadding="0" width="100%">\n<tr>${head.join('')}</tr>\n${rows.join('\n')}\n</table>`
    }
    case 'quote':
      return `<p style="margin-left:20px;font-style:italic">${inline(block.text, named)}</p>`
    case 'rule':
      return '<hr size="1"/>'
  }
}

/** @param style decides which of three habits of that time the letter shows: 0 font tags, 1 entities and spacing paragraphs, 2 a layout table */
export function legacyHtml(markdown: string, style: number): string {
  const named = style === 1
  const parts = blocks(markdown).map((block) => setBlock(block, named))
  switch (style % 3) {
    case 0:
      return `<font face="Arial" size="2">${parts.join('\n')}</font>`
    case 1:
      return `<div style="font-family:Verdana,sans-serif;font-size:10pt">\n${parts.join('\n<p>&nbsp;</p>\n')}\n</div>`
    default:
      return `<table width="100%" border="0" cellpadding="8"><tr><td bgcolor="#f4f5f6" style="font-size:11pt">\n${parts.join('\n')}\n</td></tr></table>`
  }
}
