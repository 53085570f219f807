import type { SaxesTagNS } from 'saxes'
import { functions, globals, helpers, infopath, type XsltFunction } from './functions-text.ts'
import { FormError, formLimits } from './problems.ts'
import { readXmlText, withoutDeclaration } from './xml-text.ts'

const xslt = 'http://www.w3.org/1999/XSL/Transform'
const exslt = { f: 'http://exslt.org/functions', e: 'http://exslt.org/common', s: 'http://exslt.org/strings', m: 'http://exslt.org/math', d: 'http://exslt.org/dates-and-times' } as const
const registered = new Set<string>(Object.values(exslt))
/** Prefixes of ours begin so: no template uses them. */
const mark = 'mb-'
/** More than any call has; one too many is an error in EXSLT (xml-forms.md 6). */
const maxParams = 10

/** A data source of the template, as text of its file. */
export interface SecondaryData {
  readonly name: string
  readonly xml: string
}

export interface PreparedView {
  readonly stylesheet: string
  /** Names of functions that the view calls and nobody here knows; they answer with nothing. */
  readonly unknown: readonly string[]
}

interface Call {
  readonly namespace: string
  readonly name: string
  /** Stands behind a test whether there is such a function: the view knows what to do without. */
  readonly gated: boolean
}

interface Found {
  readonly calls: readonly Call[]
  /** Place behind the root's start tag, and before its end tag. */
  readonly start: number
  readonly end: number
}

const callPattern = /([\p{L}_][\p{L}\p{N}_.-]*):([\p{L}_][\p{L}\p{N}_.-]*)\s*\(/gu
const availablePattern = /function-available\s*\(\s*(?:"([^"]*)"|'([^']*)')/g

/** The expressions of an attribute: all of it in the language's own elements, what stands in braces elsewhere. */
const expressions = (tag: SaxesTagNS, value: string): string => (tag.uri === xslt ? value : [...value.matchAll(/\{([^}]*)\}/g)].map(([, inside]) => inside).join(' '))

/** Reads a view and what it calls. @throws {FormError} */
function readView(text: string): Found {
  const calls: Call[] = []
  const gates: (readonly string[])[] = []
  let [start, depth] = [-1, 0]
  readXmlText(text, 'view-broken', {
    open: (tag, parser) => {
      depth += 1
      if (depth === 1) {
        if (tag.uri !== xslt || (tag.local !== 'stylesheet' && tag.local !== 'transform') || tag.isSelfClosing) throw new FormError('view-broken', 'no stylesheet')
        start = parser.position
      }
      // No view of a template is in parts; another file could only be one that is fetched.
      if (tag.uri === xslt && (tag.local === 'import' || tag.local === 'include')) throw new FormError('view-broken', 'a view that refers to another file')
      const tests: string[] = []
      for (const { value } of Object.values(tag.attributes)) {
        if (!value.includes('(')) continue
        const here = [...value.matchAll(availablePattern)].map(([, double, single]) => double ?? single ?? '')
        tests.push(...here)
        const code = expressions(tag, value).replace(/"[^"]*"|'[^']*'/g, '')
        for (const [, prefix = '', name = ''] of code.matchAll(callPattern)) {
          const namespace = parser.resolve(prefix)
          if (namespace === undefined) continue
          calls.push({ namespace, name, gated: here.includes(`${prefix}:${name}`) || gates.some((names) => names.includes(`${prefix}:${name}`)) })
        }
      }
      gates.push(tests)
    },
    close: () => {
      gates.pop()
      depth -= 1
    },
  })
  return { calls, start, end: text.lastIndexOf('</') }
}

const prefixOf = (space: XsltFunction['space']): string => (space === 'own' ? `${mark}n` : `${mark}${space}`)

/** Our own short prefixes as those that are bound in the view's root. */
const withPrefixes = (text: string): string =>
  text
    .replace(/<(\/?)([xf]):/g, `<$1${mark}$2:`)
    .replace(/(?<![\w.-])([nsmde]):(?=[a-z])/g, `${mark}$1:`)

function definition({ space, name, params, body }: XsltFunction): string {
  const own = params.map((param) => `<x:param name="${param}" select="''"/>`).join('')
  const spare = Array.from({ length: Math.max(0, maxParams - params.length) }, (_, n) => `<x:param name="more${String(n)}"/>`).join('')
  return withPrefixes(`<f:function name="@:${name}">${own}${spare}${body}</f:function>`).replace('@:', `${prefixOf(space)}:`)
}

const attributeText = (value: string): string => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;').replace(/[\n\r\t]/g, (char) => `&#${String(char.charCodeAt(0))};`)

/**
 * A data source as content of a variable: values in braces would be expressions there, and elements of the language would
 * be carried out. @returns null when it holds any of those
 */
function asContent(xml: string): string | null {
  const forbidden = new Set<string>([xslt, ...registered])
  const parts: string[] = []
  const forbiddenFound = (): boolean => isForbidden
  let [isForbidden, isFirst] = [false, true]
  readXmlText(xml, 'template-unreadable', {
    open: (tag) => {
      if (forbidden.has(tag.uri)) isForbidden = true
      // A prefix that is bound to the language's namespace would turn attributes into orders.
      for (const { uri, value, name } of Object.values(tag.attributes)) if (forbidden.has(uri) || (name.startsWith('xmlns') && forbidden.has(value))) isForbidden = true
      const attributes = Object.values(tag.attributes).map(({ name, value }) => ` ${name}="${name.startsWith('xmlns') ? attributeText(value) : attributeText(value).replace(/[{}]/g, '$&$&')}"`)
      // Without a namespace of its own it must not inherit the view's.
      const bare = isFirst && tag.prefix === '' && !('xmlns' in tag.attributes) ? ' xmlns=""' : ''
      isFirst = false
      parts.push(`<${tag.name}${bare}${attributes.join('')}>`)
    },
    text: (text) => { parts.push(text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')) },
    close: (tag) => { parts.push(`</${tag.name}>`) },
  })
  return forbiddenFound() ? null : parts.join('')
}

/** The names of an attribute that may be there already, and ours. */
function mergeAttribute(tag: string, name: string, value: string): string {
  const pattern = new RegExp(`(\\s${name}\\s*=\\s*)("([^"]*)"|'([^']*)')`)
  if (!pattern.test(tag)) return tag.replace(/\/?>$/, (end) => ` ${name}="${value}"${end}`)
  return tag.replace(pattern, (_whole, before: string, _quoted: string, double: string | undefined, single: string | undefined) => `${before}"${double ?? single ?? ''} ${value}"`)
}

/**
 * A view with everything in it that InfoPath would bring along: functions, data sources of the package, and an output that
 * is HTML in this text's encoding, whatever the view says (xml-forms.md 5 and 6).
 * @throws {FormError} 'view-broken', 'doctype', 'too-big'
 */
export function prepareView(view: string, secondary: readonly SecondaryData[]): PreparedView {
  if (view.length > formLimits.view) throw new FormError('too-big', 'view')
  const text = withoutDeclaration(view)
  const { calls, start, end } = readView(text)
  const sources = secondary.flatMap(({ name, xml }, n) => {
    const content = asContent(xml)
    return content === null ? [] : [{ name, variable: `n:dom-${String(n)}`, content }]
  })
  const dom = `<x:choose>${sources.map(({ name, variable }) => `<x:when test="$name = ${name.includes("'") ? `&quot;${attributeText(name).replaceAll('&quot;', '')}&quot;` : `'${attributeText(name)}'`}"><f:result select="e:node-set($${variable})"/></x:when>`).join('')}<x:otherwise><f:result select="/.."/></x:otherwise></x:choose>`
  const known = functions(dom)
  const isKnown = ({ namespace, name }: Call): boolean => registered.has(namespace) || known.some((one) => one.space !== 'own' && infopath[one.space] === namespace && one.name === name)
  // One unknown function outside of a test would end the whole view (xml-forms.md 4).
  const missing = new Map(calls.filter((call) => !call.gated && !isKnown(call)).map((call) => [`${call.namespace} ${call.name}`, call]))
  const spaces = [...new Set([...missing.values()].map(({ namespace }) => namespace))]
  const stubs = [...missing.values()].map(({ namespace, name }) => withPrefixes(`<f:function name="@">${Array.from({ length: maxParams }, (_, n) => `<x:param name="more${String(n)}"/>`).join('')}<f:result select="/.."/></f:function>`).replace('"@"', `"${mark}u${String(spaces.indexOf(namespace))}:${name}"`))

  const inserted =
    withPrefixes(globals) +
    sources.map(({ variable, content }) => `${withPrefixes(`<x:variable name="${variable}">`)}${content}${withPrefixes('</x:variable>')}`).join('') +
    [...helpers, ...known].map(definition).join('') +
    stubs.join('') +
    withPrefixes('<x:output method="html" encoding="UTF-8" indent="no"/>')
  const bindings: readonly (readonly [string, string])[] = [
    [`${mark}x`, xslt],
    ...Object.entries(exslt).map(([prefix, namespace]) => [`${mark}${prefix}`, namespace] as const),
    [`${mark}n`, 'urn:meldingsboks:forms'],
    ...Object.entries(infopath).map(([space, namespace]) => [`${mark}${space}`, namespace] as const),
    ...spaces.map((namespace, n) => [`${mark}u${String(n)}`, namespace] as const),
  ]
  const opening = text.lastIndexOf('<', start - 2)
  const rootTag = mergeAttribute(mergeAttribute(text.slice(opening, start), 'extension-element-prefixes', `${mark}f`), 'exclude-result-prefixes', bindings.map(([prefix]) => prefix).filter((prefix) => prefix !== `${mark}x`).join(' '))
  const root = rootTag.replace(/>$/, `${bindings.map(([prefix, namespace]) => ` xmlns:${prefix}="${attributeText(namespace)}"`).join('')}>`)
  return { stylesheet: text.slice(0, opening) + root + text.slice(start, end) + inserted + text.slice(end), unknown: [...missing.values()].map(({ name }) => name).sort() }
}
