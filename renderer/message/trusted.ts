/** The one place where text becomes HTML of a letter; it comes from the sanitising worker and nowhere else (security.md 8). */
interface Policy {
  createHTML(html: string): unknown
}
interface Factory {
  createPolicy(name: string, rules: { createHTML(html: string): string }): Policy
}

const factory = (globalThis as { readonly trustedTypes?: Factory }).trustedTypes
const policy = factory?.createPolicy('letter', { createHTML: (html) => html })

/** Puts a document into a frame that can run nothing. */
export function setLetter(frame: HTMLIFrameElement, html: string): void {
  frame.srcdoc = (policy === undefined ? html : policy.createHTML(html)) as string
}
