import { SaxesParser, type SaxesTagNS } from 'saxes'
import { FormError, type FormProblem } from './problems.ts'

/**
 * Text of a document by its byte order mark or its declaration, else UTF-8; what is no UTF-8 is of a Windows code page,
 * whatever it says of itself (xml-forms.md 10.9).
 */
export function decodeXml(bytes: Uint8Array): string {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  if (mark !== null) return new TextDecoder(mark).decode(bytes)
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''))?.[1]?.toLowerCase()
  if (declared === 'iso-8859-1' || declared === 'windows-1252' || declared === 'us-ascii') return new TextDecoder('windows-1252').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The text without its declaration, whose encoding is not this text's any more. */
export const withoutDeclaration = (text: string): string => text.replace(/^\ufeff?\s*<\?xml[^>]*\?>/, '')

interface Listener {
  /** `parser.position` is behind the tag. */
  open?(tag: SaxesTagNS, parser: SaxesParser<{ xmlns: true }>): void
  close?(tag: SaxesTagNS, parser: SaxesParser<{ xmlns: true }>): void
  text?(text: string): void
  instruction?(target: string, body: string): void
}

/**
 * Reads a document from its beginning to its end. A DOCTYPE is refused: forms have none, and entities come with it.
 * @throws {FormError} 'doctype', or `broken` when it is not well formed
 */
export function readXmlText(text: string, broken: FormProblem, listener: Listener): void {
  const parser = new SaxesParser({ xmlns: true, position: true })
  parser.on('doctype', () => { throw new FormError('doctype') })
  parser.on('error', (error) => { throw new FormError(broken, 'not well formed', error) })
  parser.on('opentag', (tag) => { listener.open?.(tag, parser) })
  parser.on('closetag', (tag) => { listener.close?.(tag, parser) })
  parser.on('text', (piece) => { listener.text?.(piece) })
  parser.on('cdata', (piece) => { listener.text?.(piece) })
  parser.on('processinginstruction', ({ target, body }) => { listener.instruction?.(target, body) })
  parser.write(text).close()
}

/** The value of an attribute without a prefix. */
export const plain = (tag: SaxesTagNS, name: string): string | null => tag.attributes[name]?.value ?? null

/** Attributes as a processing instruction writes them: `name="value"`, in any order. */
export const pseudoAttributes = (body: string): ReadonlyMap<string, string> => new Map([...body.matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name, double, single]) => [name ?? '', double ?? single ?? '']))
