import { limits, type Problem } from '../limits.ts'
import { FormError } from './problems.ts'
import { readXmlText } from './xml-text.ts'

export interface XmlElement {
  readonly kind: 'element'
  readonly name: string
  readonly namespace: string
  /** Local names; namespace declarations are left out. */
  readonly attributes: readonly { readonly name: string; readonly namespace: string; readonly value: string }[]
  readonly children: readonly XmlChild[]
}
export type XmlChild = XmlElement | { readonly kind: 'text'; readonly text: string }

const tooBig = (problem: Problem): Error => Object.assign(new Error(problem), { problem })
/** Why a tree was not built, as a letter says it; null for other errors. */
export const treeProblem = (error: unknown): Problem | null => (error instanceof FormError ? 'failed' : error instanceof Error && (error.message === 'too-big' || error.message === 'too-deep') ? error.message : null)

/**
 * The tree of a document in its order, counted while it is read.
 * @throws {FormError} when it is not well formed or has a DOCTYPE; what `treeProblem` names when it is too large
 */
export function xmlTree(text: string): XmlElement | null {
  const root: { children: XmlChild[] } = { children: [] }
  const open: { children: XmlChild[] }[] = [root]
  let elements = 0
  readXmlText(text, 'data-broken', {
    open: (tag) => {
      elements += 1
      if (elements > limits.elements) throw tooBig('too-big')
      if (open.length > limits.depth) throw tooBig('too-deep')
      const attributes = Object.values(tag.attributes).flatMap((one) => (one.prefix === 'xmlns' || one.name === 'xmlns' ? [] : [{ name: one.local, namespace: one.uri, value: one.value }]))
      const children: XmlChild[] = []
      open.at(-1)?.children.push({ kind: 'element', name: tag.local, namespace: tag.uri, attributes, children })
      open.push({ children })
    },
    text: (piece) => {
      if (open.length > 1) open.at(-1)?.children.push({ kind: 'text', text: piece })
    },
    close: () => { open.pop() },
  })
  return root.children.find((child): child is XmlElement => child.kind === 'element') ?? null
}

/** All text below an element, in its order. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (child.kind === 'text' ? child.text : textOf(child))).join('')
}

export const elementsOf = (element: XmlElement): readonly XmlElement[] => element.children.filter((child): child is XmlElement => child.kind === 'element')

/** Every element below one, itself included, in document order. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) if (child.kind === 'element') yield* everyElement(child)
}
