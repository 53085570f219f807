/** XML documents built from plain data, so that they are well-formed whatever the values hold. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlElement | string)[]
}

type Child = XmlElement | string | number | readonly XmlElement[]

/** An element; arrays of elements are laid flat, numbers become text. */
export function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly Child[]): XmlElement {
  const flat = children.flatMap<XmlElement | string>((child) => (typeof child === 'number' ? [String(child)] : child))
  return { name, attributes, children: flat }
}

/** Text with the characters that XML reserves, and none that it forbids, written as references. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

function write(node: XmlElement, indent: string): string {
  const attributes = Object.entries(node.attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const open = `${indent}<${node.name}${attributes.join('')}`
  if (node.children.length === 0) return `${open}/>`
  const text = node.children.filter((child) => typeof child === 'string')
  if (text.length === node.children.length) return `${open}>${escapeXml(text.join(''))}</${node.name}>`
  const inner = node.children.map((child) => (typeof child === 'string' ? `${indent}  ${escapeXml(child)}` : write(child, `${indent}  `)))
  return `${open}>\n${inner.join('\n')}\n${indent}</${node.name}>`
}

/** The whole document in UTF-8. @param instructions processing instructions before the root, e.g. `mso-application progid="…"` */
export function xmlDocument(root: XmlElement, instructions: readonly string[] = []): Buffer {
  const lead = ['xml version="1.0" encoding="UTF-8"', ...instructions].map((instruction) => `<?${instruction}?>\n`)
  return Buffer.from(`${lead.join('')}${write(root, '')}\n`)
}
