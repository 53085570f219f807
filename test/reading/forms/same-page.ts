import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { prepareView } from '../../../main/reading/forms/insert.ts'
import { readManifest } from '../../../main/reading/forms/manifest.ts'
import { loadPackage, type TemplateSource } from '../../../main/reading/forms/package.ts'
import { decodeXml, withoutDeclaration } from '../../../main/reading/forms/xml-text.ts'

export const hasXsltproc = spawnSync('xsltproc', ['--version']).error === undefined

export interface BothPages {
  readonly ours: string
  readonly reference: string
}

/** The page that our engine makes of a document, and the one that Debian's xsltproc makes with the same functions inserted. */
export async function bothPages(template: TemplateSource, data: Uint8Array, view: string | null = null): Promise<BothPages> {
  const files = await loadPackage(template)
  const manifest = readManifest(files)
  const chosen = manifest.views.find(({ name }) => name === (view ?? manifest.defaultView))
  const file = files.get(chosen?.transform.toLowerCase() ?? '')
  if (file === undefined) throw new Error('No such view')
  const secondary = manifest.secondary.flatMap(({ name, file: source }) => {
    const bytes = files.get(source.toLowerCase())?.bytes
    return bytes === undefined ? [] : [{ name, xml: decodeXml(bytes) }]
  })
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-form-'))
  try {
    const [stylesheet, document] = [join(folder, 'view.xsl'), join(folder, 'data.xml')]
    writeFileSync(stylesheet, prepareView(decodeXml(file.bytes), secondary).stylesheet)
    writeFileSync(document, withoutDeclaration(decodeXml(data)))
    const run = (program: string, args: readonly string[]): string => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, TZ: 'Europe/Oslo' } })
    return { ours: run(process.execPath, [join(import.meta.dirname, 'transform-child.ts'), stylesheet, document]), reference: run('xsltproc', ['--nonet', stylesheet, document]) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Node = DefaultTreeAdapterTypes.ChildNode
const ids = /^id[\w.-]+$/

/** A page as lines of its DOM: without attribute order, whitespace between, meta, and names that the engine makes up. */
export function domLines(html: string): readonly string[] {
  const lines: string[] = []
  const made = new Map<string, string>()
  const visit = (nodes: readonly Node[], depth: number): void => {
    for (const node of nodes) {
      if ('tagName' in node) {
        if (node.tagName === 'meta') continue
        const attributes = node.attrs
          .map(({ name, value }) => {
            if (ids.test(value)) {
              if (!made.has(value)) made.set(value, `made-${String(made.size)}`)
              return `${name}=${made.get(value) ?? ''}`
            }
            // <input checked> and <input checked="checked"> are one.
            return `${name}=${value.toLowerCase() === name ? '' : value.replace(/\s+/g, ' ').trim()}`
          })
          .sort()
        lines.push(`${' '.repeat(depth)}<${node.tagName} ${attributes.join(' ')}>`)
        visit(node.childNodes, depth + 1)
      } else if ('value' in node) {
        const text = node.value.replace(/[ \t\r\n]+/g, ' ').trim()
        if (text !== '') lines.push(`${' '.repeat(depth)}${text}`)
      }
    }
  }
  visit(parse(html).childNodes, 0)
  return lines
}
