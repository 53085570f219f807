import { defaultTreeAdapter, type DefaultTreeAdapterMap, type DefaultTreeAdapterTypes, html, parse, type TreeAdapter } from 'parse5'
import { flat, limits } from '../limits.ts'
import { FormError } from './problems.ts'

/** A page as parse5 builds it: the tree that a browser would build of the same text, without a DOM around it. */
export type PageElement = DefaultTreeAdapterTypes.Element
export type PageNode = DefaultTreeAdapterTypes.ChildNode
type PageParent = DefaultTreeAdapterTypes.ParentNode

export const isElement = (node: PageNode): node is PageElement => 'tagName' in node
const isText = (node: PageNode): node is DefaultTreeAdapterTypes.TextNode => node.nodeName === '#text'

/**
 * The tree of a page, as a browser that runs no scripts builds it. Counted while it is built, so that what would grow out of
 * bounds never does (security.md 1).
 * @throws {FormError} 'too-big'
 */
export function pageTree(text: string): DefaultTreeAdapterTypes.Document {
  let elements = 0
  let depth = 0
  const counting: TreeAdapter<DefaultTreeAdapterMap> = {
    ...defaultTreeAdapter,
    createElement: (name, namespace, attributes) => {
      elements += 1
      if (elements > limits.elements) throw new FormError('too-big', 'page')
      return defaultTreeAdapter.createElement(name, namespace, attributes)
    },
    onItemPush: ({ tagName }) => {
      if (flat.has(tagName)) return
      depth += 1
      if (depth > limits.depth) throw new FormError('too-big', 'page')
    },
    onItemPop: ({ tagName }) => {
      if (!flat.has(tagName)) depth -= 1
    },
  }
  return parse(text, { scriptingEnabled: false, treeAdapter: counting })
}

/** Elements below a node in document order, as they are now: what is changed on the way changes nothing in the list. */
export function elementsBelow(root: PageParent): PageElement[] {
  const found: PageElement[] = []
  const waiting = [...root.childNodes].reverse()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isElement(node)) continue
    found.push(node)
    for (let at = node.childNodes.length - 1; at >= 0; at -= 1) waiting.push(node.childNodes[at] as PageNode)
  }
  return found
}

/** The first element of a name below a node, itself left out. */
export const firstBelow = (root: PageParent, name: string): PageElement | undefined => elementsBelow(root).find((element) => element.tagName === name)

/** All text below a node, in document order. */
export function textBelow(root: PageParent): string {
  const parts: string[] = []
  const waiting = [...root.childNodes].reverse()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isText(node)) parts.push(node.value)
    else if (isElement(node)) for (let at = node.childNodes.length - 1; at >= 0; at -= 1) waiting.push(node.childNodes[at] as PageNode)
  }
  return parts.join('')
}

/** An attribute's value; null where there is none. Names are in small letters, as the parser leaves them. */
export const attribute = (element: PageElement, name: string): string | null => element.attrs.find((one) => one.name === name)?.value ?? null

export function setAttribute(element: PageElement, name: string, value: string): void {
  const known = element.attrs.find((one) => one.name === name)
  if (known === undefined) element.attrs.push({ name, value })
  else known.value = value
}

export function removeAttribute(element: PageElement, name: string): void {
  element.attrs = element.attrs.filter((one) => one.name !== name)
}

export const classesOf = (element: PageElement): readonly string[] => (attribute(element, 'class') ?? '').split(/[\t\n\f\r ]+/)

export function newElement(name: string, attributes: Readonly<Record<string, string>>, text = ''): PageElement {
  const element = defaultTreeAdapter.createElement(name, html.NS.HTML, Object.entries(attributes).map(([key, value]) => ({ name: key, value })))
  if (text !== '') defaultTreeAdapter.insertText(element, text)
  return element
}

export function remove(node: PageNode): void {
  defaultTreeAdapter.detachNode(node)
}

export function setText(element: PageElement, text: string): void {
  for (const child of element.childNodes) child.parentNode = null
  element.childNodes = []
  if (text !== '') defaultTreeAdapter.insertText(element, text)
}

/** Puts nodes in the place of one; they may be its own children. */
export function replace(node: PageNode, by: readonly PageNode[]): void {
  const parent = node.parentNode
  if (parent === null) return
  const at = parent.childNodes.indexOf(node)
  node.parentNode = null
  for (const one of by) one.parentNode = parent
  parent.childNodes.splice(at, 1, ...by)
}

/** Whether an element still hangs below a root, and not below something that was taken out. */
export function hangsBelow(node: PageNode, root: PageParent): boolean {
  for (let parent = node.parentNode; parent !== null; parent = 'parentNode' in parent ? parent.parentNode : null) if (parent === root) return true
  return false
}
