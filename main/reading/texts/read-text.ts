import type { TextAnswer, TextKind } from './answer.ts'
import { decodeText } from './decode.ts'
import { htmlText } from './html.ts'
import { textLimits } from './limits.ts'
import { onePage } from './pages.ts'
import { hasDoctype, xmlValues } from './xml-values.ts'

/** Text of a file's bytes. It may take long and may fail: it belongs into a process of its own. */
export async function readText(kind: TextKind, bytes: Uint8Array): Promise<TextAnswer> {
  if (kind === 'pdf') {
    // Loaded for the first PDF: it is large, and many files are none.
    const { pdfText } = await import('./pdf.ts')
    return await pdfText(bytes)
  }
  const text = decodeText(bytes)
  const cut = bytes.length >= textLimits.textBytes ? 'characters' : null
  switch (kind) {
    case 'text':
      return onePage(text, cut)
    case 'html':
      return onePage(htmlText(text), cut)
    case 'xml': {
      // A page of the web that keeps the rules of XML.
      if (/<!DOCTYPE\s+html\b/i.test(text)) return onePage(htmlText(text), cut)
      if (hasDoctype(text)) return { state: 'unreadable', reason: 'doctype' }
      const { text: values, isBroken } = xmlValues(text)
      return onePage(values, cut ?? (isBroken ? 'damaged' : null))
    }
  }
}
