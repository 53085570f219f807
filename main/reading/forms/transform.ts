import { tameWebAssembly } from './wasm.ts'

/** Larger output is no page anybody reads (xml-forms.md 5). */
export const maxOutput = 20 * 1024 * 1024

export class TransformError extends Error {
  override readonly name = 'TransformError'
  readonly problem: 'stylesheet' | 'document' | 'apply' | 'output'
  constructor(problem: TransformError['problem'], cause?: unknown) {
    super(problem, { cause })
    this.problem = problem
  }
}

/**
 * Applies a stylesheet to a document: text in, text out, so that another build of libxslt can take the place of this one
 * (xml-forms.md 10.8). Once a process: after an exception the engine cannot be used again (10.3), and what it is given may
 * make it run for ever, so the process is one that can be killed.
 *
 * @param stylesheet XSLT 1.0 and @param document XML, both without a DOCTYPE and without an encoding other than this text's
 * @throws {TransformError}
 */
export async function transformer(): Promise<(stylesheet: string, document: string) => Promise<string>> {
  tameWebAssembly()
  const [{ XmlDocument, XsltStylesheet }, { registerModule }] = await Promise.all([import('libxslt-wasm'), import('libxslt-wasm/exslt')])
  for (const name of ['functions', 'common', 'strings', 'math', 'dates-and-times'] as const) registerModule(name)
  const step = async <T>(problem: TransformError['problem'], work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw new TransformError(problem, error)
    }
  }
  const options = { noNet: true, noXxe: true, compact: true, noError: true, noWarning: true, bigLines: true }
  return async (stylesheet, document) => {
    const data = await step('document', () => XmlDocument.fromString(document, { encoding: 'UTF-8', options }))
    const view = await step('stylesheet', async () => await XsltStylesheet.fromXmlDocument(await XmlDocument.fromString(stylesheet, { encoding: 'UTF-8', options: { ...options, noCData: true } })))
    const result = await step('apply', () => view.apply(data))
    const text = await step('output', () => view.applyToString(result))
    if (text.length > maxOutput) throw new TransformError('output')
    return text
  }
}
