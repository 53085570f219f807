import { attachmentStart, embeddedFile, type EmbeddedFile } from './attachment.ts'
import { documentFacts } from './document.ts'
import { safeForm } from './form-sanitise.ts'
import { prepareView, type SecondaryData } from './insert.ts'
import type { EmbeddedEntry, FormJobs, FormNotice, RenderedForm } from './jobs.ts'
import { readManifest } from './manifest.ts'
import { loadPackage, type Package } from './package.ts'
import { FormError, formLimits } from './problems.ts'
import { TransformError } from './transform.ts'
import { treeProblem, type XmlElement, xmlTree } from './tree.ts'
import { refusedAddresses } from './wasm.ts'
import { decodeXml, readXmlText, withoutDeclaration } from './xml-text.ts'

/** The result is a page: without a rule for its root, the built-in rules give bare text (xml-forms.md 4). */
const pageStart = /^(?:\s|<!doctype[^>]*>|<!--[\s\S]*?-->|<\?[^>]*>)*<html[\s>]/i

/** Files that a form carries, in their order. @throws {FormError} */
export function embeddedFiles(data: Uint8Array): readonly EmbeddedFile[] {
  const text = decodeXml(data)
  // Most forms carry none, and need not be read for it: how such a file begins stands there as it is, unless it is written in pieces.
  if (![attachmentStart, '&#', '<![CDATA['].some((sign) => text.includes(sign))) return []
  const found: EmbeddedFile[] = []
  const texts: string[] = []
  readXmlText(text, 'data-broken', {
    open: () => { texts.push('') },
    text: (piece) => {
      const last = texts.length - 1
      if (last >= 0) texts[last] = (texts[last] ?? '') + piece
    },
    close: () => {
      const held = texts.pop()?.trim() ?? ''
      const file = held.startsWith(attachmentStart) ? embeddedFile(held) : null
      if (file !== null) found.push(file)
    },
  })
  return found
}

/** @throws {FormError} */
export function describeDocument({ data }: FormJobs['document']['ask']): FormJobs['document']['answer'] {
  if (data.length > formLimits.data) throw new FormError('too-big', 'data')
  const embedded: readonly EmbeddedEntry[] = embeddedFiles(data).map(({ name, bytes }) => ({ name, bytes: bytes.length }))
  return { facts: documentFacts(data), embedded }
}

function treeOf(text: string): XmlElement {
  try {
    const tree = xmlTree(text)
    if (tree !== null) return tree
  } catch (error) {
    if (error instanceof FormError) throw error
    if (treeProblem(error) !== null) throw new FormError('too-big', 'data', error)
    throw error
  }
  throw new FormError('data-broken', 'no root')
}

/** Data sources that lie in the package, and the names of those that do not. */
function secondaryData(files: Package, sources: readonly { readonly name: string; readonly file: string }[]): { readonly found: readonly SecondaryData[]; readonly missing: readonly string[] } {
  const found: SecondaryData[] = []
  const missing: string[] = []
  for (const { name, file } of sources) {
    const bytes = files.get(file.toLowerCase())?.bytes
    if (bytes === undefined) missing.push(name)
    else found.push({ name, xml: decodeXml(bytes) })
  }
  return { found, missing }
}

export interface RenderParts {
  readonly transform: (stylesheet: string, document: string) => Promise<string>
}

/**
 * A document as its template lays it out, read-only and safe.
 * @throws {FormError}
 */
export async function renderForm({ transform }: RenderParts, { template, data, view }: FormJobs['render']['ask']): Promise<RenderedForm> {
  if (data.length > formLimits.data) throw new FormError('too-big', 'data')
  const text = withoutDeclaration(decodeXml(data))
  const tree = treeOf(text)
  const files = await loadPackage(template)
  const manifest = readManifest(files)
  const chosen = manifest.views.find(({ name }) => name === view) ?? manifest.views.find(({ name }) => name === manifest.defaultView)
  const file = chosen === undefined ? undefined : files.get(chosen.transform.toLowerCase())
  if (chosen === undefined || file === undefined) throw new FormError('template-incomplete', 'no view')
  if (file.bytes.length > formLimits.view) throw new FormError('too-big', 'view')
  const { found, missing } = secondaryData(files, manifest.secondary)
  const prepared = prepareView(decodeXml(file.bytes), found)
  let page: string
  try {
    page = await transform(prepared.stylesheet, text)
  } catch (error) {
    if (!(error instanceof TransformError)) throw error
    throw new FormError(error.problem === 'stylesheet' ? 'view-broken' : error.problem === 'document' ? 'data-broken' : error.problem === 'output' ? 'too-big' : 'failed', error.problem, error)
  }
  if (!pageStart.test(page)) throw new FormError('not-a-page')
  const { html, links, picturesMissing } = safeForm(page, files, tree)
  const notices: readonly FormNotice[] = [
    ...(prepared.unknown.length === 0 ? [] : [{ kind: 'functions' as const, names: prepared.unknown }]),
    ...(missing.length === 0 ? [] : [{ kind: 'data' as const, names: missing }]),
    ...(refusedAddresses.length === 0 ? [] : [{ kind: 'outside' as const, names: [] }]),
    ...(picturesMissing === 0 ? [] : [{ kind: 'pictures' as const, names: [] }]),
  ]
  return { html, links, view: chosen.name, notices }
}
