import { escapeHtml as escaped } from '../reading/escape.ts'
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, html as parse5Html, parseFragment, serialize } from 'parse5'
import { type Language, type TextKey, type Translate, translator } from '../../resources/locales/index.ts'
import type { LetterLink } from '../reading/addresses.ts'
import type { SafeLetter } from '../reading/reading.ts'
import { birthDate, norwegianMoment, organisationOf, shownText } from './printable.ts'
import { printStyle } from './message-style.ts'

/** Why a file's pages do not follow a message. */
export type NotAppended = 'not-here' | 'protected' | 'damaged' | 'too-large' | 'too-slow'

export interface PrintedFile {
  readonly name: string
  readonly bytes: number | null
  readonly state: 'wanted' | 'stored' | 'gone'
  /** Pages that follow the message; why they do not; null where nobody asked for them. */
  readonly appended: number | NotAppended | null
}

/** A message as it is printed; times are ms since 1970 UTC. */
export interface PrintedMessage {
  readonly title: string | null
  readonly sender: string
  readonly partyName: string
  readonly party: string
  readonly publishedAt: number
  readonly dueAt: number | null
  readonly needsConfirmation: boolean
  readonly fetchedAt: number | null
  readonly openedHereAt: number | null
  readonly readAt: number | null
  readonly confirmedAt: number | null
  readonly confirmedBy: 'us' | 'elsewhere' | null
  readonly removedAt: number | null
  /** The letter, then its forms by their file names. */
  readonly letters: readonly { readonly name: string | null; readonly letter: SafeLetter }[]
  readonly files: readonly PrintedFile[]
  /** The letter's own language (altinn3.md 2.4), or null. */
  readonly language: string | null
}

export interface DocumentOptions {
  readonly language: Language
  /** When it is made, ms since 1970 UTC. */
  readonly nowAt: number
  /** The window's font (WOFF2); null: whatever the system has. */
  readonly font: Uint8Array | null
  /** Pages of other files will follow, so that the number of all pages is not known here. */
  readonly withFiles: boolean
}

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element
const isElement = (node: Node): node is Element => 'tagName' in node

/** A text of somebody else's: no control or direction characters, cut, and apart from ours in its direction (security.md 7). */
const foreign = (text: string): string => `<bdi>${escaped(shownText(text))}</bdi>`

/** A text in a style sheet: everything but letters, digits and spaces by its number. */
const cssString = (text: string): string => `"${text.replace(/[^\p{L}\p{N} .,–-]/gu, (char) => `\\${(char.codePointAt(0) ?? 0).toString(16)} `)}"`

/** The address as it stands on paper; null where the text says the same. */
function paperAddress(text: string, link: LetterLink): string | null {
  const address = link.kind === 'mailto' || link.kind === 'tel' ? link.display : link.address
  const bare = (one: string): string => one.trim().replace(/^(?:https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '').replace(/\s/g, '').toLowerCase()
  if (bare(text) === bare(address)) return null
  return link.ascii === null ? address : `${address} – ${link.display}`
}

function textOf(element: Element): string {
  return element.childNodes.map((node) => (isElement(node) ? textOf(node) : 'value' in node ? node.value : '')).join('')
}

const attribute = (element: Element, name: string): string | undefined => element.attrs.find((one) => one.name === name)?.value

/** More columns than this stand in smaller letters: paper cannot scroll. */
const columns = 7

function widestRow(table: Element): number {
  let widest = 0
  const visit = (node: Element): void => {
    if (node.tagName === 'tr') widest = Math.max(widest, node.childNodes.filter((cell) => isElement(cell) && (cell.tagName === 'td' || cell.tagName === 'th')).length)
    for (const child of node.childNodes) if (isElement(child) && child.tagName !== 'table') visit(child)
  }
  visit(table)
  return widest
}

/**
 * A safe letter for paper: addresses after their links, nothing that asks to be pressed, and its style sheets bound to
 * the letter, so that no sender paints over the facts or another sender's letter.
 */
function paperLetter(letter: SafeLetter, scope: string): string {
  const root = parseFragment(letter.html)
  const visit = (parent: { childNodes: Node[] }): void => {
    for (const node of [...parent.childNodes]) {
      if (!isElement(node)) continue
      if (node.tagName === 'style') {
        const css = textOf(node)
        node.attrs = []
        node.childNodes = []
        defaultTreeAdapter.insertText(node, `@scope (.${scope}) {${css}}`)
        continue
      }
      // Headings of ours are the bookmarks of messages; a letter's begin below them.
      if (/^h[12]$/.test(node.tagName)) node.tagName = node.nodeName = 'h3'
      if (node.tagName === 'table' && widestRow(node) > columns) node.attrs = [...node.attrs.filter(({ name }) => name !== 'class'), { name: 'class', value: `${attribute(node, 'class') ?? ''} mb-many`.trim() }]
      visit(node)
      const number = attribute(node, 'data-l')
      if (number === undefined) continue
      node.attrs = [{ name: 'class', value: 'mb-link' }]
      const link = letter.links[Number(number)]
      const address = link === undefined ? null : paperAddress(textOf(node), link)
      if (address === null) continue
      const after = defaultTreeAdapter.createElement('span', parse5Html.NS.HTML, [{ name: 'class', value: 'mb-address' }])
      defaultTreeAdapter.insertText(after, ` (${address})`)
      parent.childNodes.splice(parent.childNodes.indexOf(node) + 1, 0, after)
    }
  }
  visit(root)
  return serialize(root)
}

interface Fact {
  readonly title: string
  readonly when: string
  readonly who: string
}

/** The four facts, never mixed, in the words of the window. */
function factsOf(t: Translate, when: (at: number) => string, message: PrintedMessage): readonly Fact[] {
  const { fetchedAt, openedHereAt, readAt, confirmedAt, confirmedBy, needsConfirmation } = message
  const fact = (title: TextKey, at: number | null, missing: TextKey, who: TextKey): Fact => ({ title: t(title), when: at === null ? t(missing) : when(at), who: t(who) })
  return [
    fact('fact.fetched', fetchedAt, 'fact.not-yet', fetchedAt === null ? 'fact.unseen' : 'fact.seen'),
    fact('fact.opened', openedHereAt, 'fact.not-yet', 'fact.only-you'),
    fact('fact.read', readAt, 'fact.not-reported', readAt === null ? 'fact.unseen' : 'fact.seen'),
    fact(confirmedAt !== null && confirmedBy === 'elsewhere' ? 'fact.confirmed.elsewhere' : 'fact.confirmed', confirmedAt, needsConfirmation ? 'fact.not-yet' : 'fact.not-needed', confirmedAt !== null ? 'fact.seen' : needsConfirmation ? 'fact.waits' : 'fact.not-asked'),
  ]
}

function fileState(t: Translate, { state, appended }: PrintedFile): string {
  if (typeof appended === 'number') return t('print.file.follows', { count: appended })
  if (appended !== null && appended !== 'not-here') return t(`print.file.${appended}`)
  return t(`attachment.${state}`)
}

function sizeText(bytes: number | null): string {
  if (bytes === null) return ''
  return bytes < 1e6 ? `${String(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${String(Math.round(bytes / 1e6))} MB`
}

/** The title as it stands on paper and in a bookmark. */
export function printedTitle(t: Translate, title: string | null): string {
  if (title === null) return t('word.confidential')
  const shown = shownText(title).trim()
  return shown === '' ? t('word.no-title') : shown
}

/** An organisation by its number, a person by the date of birth: a national number is on no paper (terms.md 6). */
function numberText(t: Translate, party: string): string {
  const number = organisationOf(party)
  if (number !== null) return t('head.number', { number: number.replace(/(\d{3})(?=\d)/g, '$1\u00a0') })
  const born = birthDate(party)
  return born === null ? '' : t('print.born', { date: born })
}

/** A language as HTML names it; old letters say all sorts of things. */
const languageTag = (language: string | null): string => (language !== null && /^[a-z]{2}$/.test(language) ? (language === 'no' ? 'nb' : language) : '')

function article(message: PrintedMessage, at: number, t: Translate, when: (moment: number) => string, nowAt: number): string {
  const rows: readonly (readonly [string, string])[] = [
    [t('head.from'), `<b>${foreign(message.sender)}</b>`],
    [t('head.to'), `<b>${foreign(message.partyName)}</b> <span class="quiet">${escaped(numberText(t, message.party))}</span>`],
    [t('field.published'), escaped(when(message.publishedAt))],
    ...(message.dueAt === null ? [] : [[t('field.due'), `<b>${escaped(when(message.dueAt))}</b>${message.needsConfirmation ? ` <span class="quiet">${escaped(t('print.confirm'))}</span>` : ''}`] as const]),
    ...(message.removedAt === null ? [] : [['', escaped(t('row.removed'))] as const]),
  ]
  const facts = factsOf(t, when, message).map(({ title, when: time, who }) => `<div><dt>${escaped(title)}</dt><dd>${escaped(time)}</dd><dd class="quiet">${escaped(who)}</dd></div>`)
  const letters = message.letters.map(({ name, letter }, n) => {
    const scope = `letter-${String(at)}-${String(n)}`
    const problem = letter.problem === null ? '' : `<p class="notice">${escaped(t(`letter.problem.${letter.problem}`))}</p>`
    const leftOut = letter.leftOut.length === 0 ? '' : `<p class="quiet small">${escaped(t('letter.left-out', { what: letter.leftOut.map((what) => t(`letter.left-out.${what}`)).join(', ') }))}</p>`
    const tag = languageTag(message.language)
    return `${name === null ? '' : `<h2>${foreign(name)}</h2>`}${problem}<section class="letter ${scope}"${tag === '' ? '' : ` lang="${tag}"`} dir="auto">${paperLetter(letter, scope)}</section>${leftOut}`
  })
  const files = message.files.map((file) => `<li>${foreign(file.name)} <span class="quiet">${escaped([sizeText(file.bytes), fileState(t, file)].filter((part) => part !== '').join(' · '))}</span></li>`)
  return (
    `<article class="m${String(at)}"><h1>${escaped(printedTitle(t, message.title))}</h1>` +
    `<table class="head"><tbody>${rows.map(([label, value]) => `<tr><th scope="row">${escaped(label)}</th><td>${value}</td></tr>`).join('')}</tbody></table>` +
    `<dl class="facts">${facts.join('')}</dl>${letters.join('')}` +
    (files.length === 0 ? '' : `<h2>${escaped(t('field.attachments'))}</h2><ul class="files">${files.join('')}</ul>`) +
    `<p class="quiet small made">${escaped(t('print.made', { when: when(nowAt) }))}</p></article>`
  )
}

/** Each message's own foot: its title and recipient, and the page. */
function feet(messages: readonly PrintedMessage[], t: Translate, withFiles: boolean): string {
  const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text)
  return messages.map((message, at) => {
    const foot = cssString(`${cut(printedTitle(t, message.title), 70)} · ${cut(shownText(message.partyName), 40)}`)
    // The sentence in the language's own order, with counters where its numbers stand.
    const page = t(withFiles ? 'print.page' : 'print.page-of', { page: '\ue000', pages: '\ue001' }).split(/(\ue000|\ue001)/).filter((part) => part !== '').map((part) => (part === '\ue000' ? 'counter(page)' : part === '\ue001' ? 'counter(pages)' : cssString(part))).join(' ')
    const name = `m${String(at)}`
    return `@page ${name}{@bottom-left{content:${foot}}@bottom-right{content:${page}}}.${name}{page:${name}}`
  }).join('')
}

/**
 * Messages as one document to be printed or made into a PDF: header, the four facts, letter or form, attachments. It runs
 * nothing and fetches nothing, and says so itself (security.md 4).
 */
export function messageDocument(messages: readonly PrintedMessage[], { language, nowAt, font, withFiles }: DocumentOptions): string {
  const t = translator(language)
  const when = norwegianMoment(language, t)
  const [only] = messages
  const title = messages.length === 1 && only !== undefined ? printedTitle(t, only.title) : t('print.title', { count: messages.length })
  const face = font === null ? '' : `@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,${Buffer.from(font).toString('base64')}) format("woff2")}`
  return (
    `<!doctype html><html lang="${language}" translate="no"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:">` +
    `<title>${escaped(title)}</title><style>${face}${printStyle}${feet(messages, t, withFiles)}</style></head><body>${messages.map((message, at) => article(message, at, t, when, nowAt)).join('')}</body></html>`
  )
}
