import { escapeHtml as escape } from '../escape.ts'
import type { BodyResult } from '../body.ts'
import { hasStack, limits } from '../limits.ts'
import { attachmentStart, base64Bytes, embeddedFile, isBase64Run } from './attachment.ts'
import { elementsOf, textOf, treeProblem, type XmlElement, xmlTree } from './tree.ts'
import { decodeXml } from './xml-text.ts'

/** Labels by element name, of a known schema. */
export type Labels = Readonly<Record<string, string>>


const instance = 'http://www.w3.org/2001/XMLSchema-instance'
const xhtml = 'http://www.w3.org/1999/xhtml'
/** Attributes that are keys of the form and no values (xml-forms.md 8). */
const keys = new Set('orid gruppeid dataformatprovider dataformatid dataformatversion skjemanummer spesifikasjonsnummer blankettnummer tittel'.split(' '))
/** SERES writes æ, ø and å as two letters; only words that are sure are turned back, never by rule (Israel, poeng). */
const words: Readonly<Record<string, string>> = {
  aar: 'år', aarstall: 'årstall', aarsak: 'årsak', adresse: 'adresse', beloep: 'beløp', foedselsnummer: 'fødselsnummer', foedselsdato: 'fødselsdato', foerste: 'første', foer: 'før', groenn: 'grønn',
  inntektsaar: 'inntektsår', maaned: 'måned', maaneder: 'måneder', naering: 'næring', naeringskode: 'næringskode', opploesning: 'oppløsning', spoersmaal: 'spørsmål', oekonomi: 'økonomi', soeknad: 'søknad', soeker: 'søker', loenn: 'lønn', kjoenn: 'kjønn',
  vaar: 'vår', saerskilt: 'særskilt', utfoert: 'utført', paafoert: 'påført', gjoeremaal: 'gjøremål', maal: 'mål', omraade: 'område', raad: 'råd', toemming: 'tømming',
}

/** An element's name as words: `AnsattNavn-datadef-123` becomes "Ansatt navn". */
export function label(name: string): string {
  const cut = name.replace(/[-_](?:grp|datadef)[-_]\d+$/i, '')
  const parts = cut.replace(/[_.-]+/g, ' ').replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2').replace(/(\p{L})(\d)/gu, '$1 $2').trim().split(/\s+/)
  const text = parts.map((word) => (/^\p{Lu}{2,}$/u.test(word) ? word : (words[word.toLowerCase()] ?? word.toLowerCase()))).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const sizeText = (bytes: number): string => `${String(Math.max(1, Math.round(bytes / 1024)))} KB`

/** A value as people read it: Ja and Nei, Norwegian dates, the size of a file in place of its bytes; codes as they are. */
export function valueText(text: string): string {
  const value = text.trim()
  if (value === 'true') return 'Ja'
  if (value === 'false') return 'Nei'
  const date = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(value)
  if (date !== null) {
    const [, year = '', month = '', day = '', time] = date
    if (Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31) return `${day}.${month}.${year}${time === undefined || time === '00:00' ? '' : ` kl. ${time.replace(':', '.')}`}`
  }
  if (value.startsWith(attachmentStart)) {
    const file = embeddedFile(value)
    if (file !== null) return `Vedlagt fil: ${file.name.replace(/[\p{Cc}\p{Cf}]/gu, '')}, ${sizeText(file.bytes.length)}`
  }
  if (isBase64Run(value)) return `Vedlagt fil, ${sizeText(base64Bytes(value))}`
  return value
}

const isNil = (element: XmlElement): boolean => element.attributes.some(({ name, namespace, value }) => namespace === instance && name === 'nil' && (value === 'true' || value === '1'))
/** Rich text: shown as the text it is, never in labelled parts. */
const isRich = (element: XmlElement): boolean => elementsOf(element).length > 0 && elementsOf(element).every(({ namespace }) => namespace === xhtml)
const isLeaf = (element: XmlElement): boolean => elementsOf(element).length === 0 || isRich(element)
const values = (element: XmlElement): readonly { readonly name: string; readonly value: string }[] =>
  element.attributes.flatMap(({ name, namespace, value }) => (namespace === instance || keys.has(name.toLowerCase()) || value.trim() === '' ? [] : [{ name, value }]))
const ownText = (element: XmlElement): string => element.children.map((child) => (child.kind === 'text' ? child.text : '')).join('').trim()

/** Blocks of rich text end a line; everything else is text. */
const blocks = new Set('p div li tr h1 h2 h3 h4 h5 h6 br'.split(' '))
function richText(element: XmlElement): string {
  return element.children.map((child) => (child.kind === 'text' ? child.text.replace(/\s+/g, ' ') : child.name === 'script' || child.name === 'style' ? '' : `${richText(child)}${blocks.has(child.name.toLowerCase()) ? '\n' : ''}`)).join('')
}
const leafText = (element: XmlElement): string => (isNil(element) ? '' : isRich(element) ? richText(element).replace(/ *\n */g, '\n').trim() : valueText(textOf(element)))
const holdsSomething = (element: XmlElement): boolean => !isNil(element) && (values(element).length > 0 || (isLeaf(element) ? leafText(element) !== '' : ownText(element) !== '' || elementsOf(element).some(holdsSomething)))

/** Whitespace of long text is its layout. */
const shownValue = (text: string): string => (/\n|\s{3}/.test(text) ? `<span style="white-space:pre-wrap">${escape(text)}</span>` : escape(text))

class PlainView {
  readonly #labels: Labels
  constructor(labels: Labels) {
    this.#labels = labels
  }

  label(name: string): string {
    return Object.hasOwn(this.#labels, name) ? (this.#labels[name] ?? label(name)) : label(name)
  }

  #fact(name: string, text: string): string {
    return `<dt>${escape(this.label(name))}</dt><dd>${shownValue(text)}</dd>`
  }

  #leaf(element: XmlElement): string {
    const text = leafText(element)
    const more = values(element)
    return (text === '' ? '' : this.#fact(element.name, text)) + more.map(({ name, value }) => this.#fact(text === '' ? element.name : name, valueText(value))).join('')
  }

  /** Repeated groups of simple values are a table with a column for each distinct child. */
  #table(rows: readonly XmlElement[]): string {
    const cells = (row: XmlElement): readonly (readonly [string, string])[] => [...values(row).map(({ name, value }) => [name, valueText(value)] as const), ...elementsOf(row).map((cell) => [cell.name, [leafText(cell), ...values(cell).map(({ value }) => valueText(value))].filter((text) => text !== '').join(' ')] as const)].filter(([, text]) => text !== '')
    const all = rows.map(cells)
    const columns = [...new Set(all.flatMap((row) => row.map(([name]) => name)))]
    const head = columns.map((name) => `<th scope="col">${escape(this.label(name))}</th>`).join('')
    const body = all.map((row) => `<tr>${columns.map((name) => `<td>${row.filter(([one]) => one === name).map(([, text]) => shownValue(text)).join('<br>')}</td>`).join('')}</tr>`).join('')
    return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
  }

  render(element: XmlElement, level: number): string {
    const parts: string[] = []
    let facts: string[] = values(element).map(({ name, value }) => this.#fact(name, valueText(value)))
    const endFacts = (): void => {
      if (facts.length > 0) parts.push(`<dl class="mb-facts">${facts.join('')}</dl>`)
      facts = []
    }
    const tag = `h${String(Math.min(level, 6))}`
    const groups = new Map<string, XmlElement[]>()
    for (const child of elementsOf(element)) if (!isLeaf(child) && holdsSomething(child)) groups.set(child.name, [...(groups.get(child.name) ?? []), child])
    const done = new Set<string>()
    for (const child of element.children) {
      // Text between elements keeps its place.
      if (child.kind === 'text') {
        if (child.text.trim() === '') continue
        endFacts()
        parts.push(`<p>${shownValue(valueText(child.text))}</p>`)
        continue
      }
      if (!holdsSomething(child) || done.has(child.name)) continue
      if (isLeaf(child)) {
        facts.push(this.#leaf(child))
        continue
      }
      endFacts()
      const title = `<${tag}>${escape(this.label(child.name))}</${tag}>`
      const same = groups.get(child.name) ?? []
      if (same.length > 1 && same.every((one) => ownText(one) === '' && elementsOf(one).every(isLeaf))) {
        done.add(child.name)
        parts.push(`<section>${title}${this.#table(same)}</section>`)
      } else parts.push(`<section>${title}${this.render(child, level + 1)}</section>`)
    }
    endFacts()
    return parts.join('')
  }
}

/**
 * A document as readable sections, facts and tables, made of escaped text and fixed tags only: for a form without its
 * template, and whenever that cannot be used (xml-forms.md 8).
 * @param labels what the form's schema calls its parts
 */
export function readXml(bytes: Uint8Array, labels: Labels = {}): BodyResult {
  if (bytes.length > limits.bytes * 5) return { ok: false, problem: 'too-big' }
  try {
    const root = xmlTree(decodeXml(bytes))
    if (root === null || !holdsSomething(root)) return { ok: false, problem: 'empty' }
    const view = new PlainView(labels)
    const title = root.attributes.find(({ name }) => name.toLowerCase() === 'tittel')?.value.trim() ?? ''
    const content = isLeaf(root) ? `<p>${shownValue(leafText(root))}</p>${values(root).length === 0 ? '' : view.render({ ...root, children: [] }, 4)}` : view.render(root, 4)
    const html = `<h3>${escape(title === '' ? view.label(root.name) : title)}</h3>${content}`
    if (hasStack(html)) return { ok: false, problem: 'too-many-marks' }
    return { ok: true, letter: { html, text: html.replace(/<[^>]*>/g, ' '), links: [], ownColours: false, leftOut: [] } }
  } catch (error) {
    const problem = treeProblem(error)
    if (problem !== null) return { ok: false, problem }
    throw error
  }
}
