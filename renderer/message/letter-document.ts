import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'

/** Colours of the window that a letter without colours of its own takes over. */
type Token = 'neutral-text-default' | 'neutral-text-subtle' | 'neutral-surface-hover' | 'neutral-surface-tinted' | 'accent-text-subtle' | 'focus-outer' | 'warning-surface-tinted' | 'accent-base-default' | 'accent-base-contrast-default'

/**
 * The whole document of a letter: fixed head, own policy, the sanitised body (security.md 4). Hidden until it is there as a
 * whole: laid out while it is still being read, a long form would be laid out many times.
 */
export function letterDocument(html: string, options: { readonly white: boolean; readonly language: string; readonly scheme: string }): string {
  const computed = getComputedStyle(document.documentElement)
  const colour = (name: Token, white: string): string => (options.white ? white : computed.getPropertyValue(`--ds-color-${name}`))
  const text = colour('neutral-text-default', '#292c30')
  const line = colour('neutral-surface-hover', '#d9dadb')
  const style = `
    /* The window's own scheme, whatever the machine prefers: another one would be painted on white. */
    :root { color-scheme: ${options.white || options.scheme !== 'dark' ? 'light' : 'dark'} }
    html, body { margin: 0; background: ${options.white ? '#fff' : 'transparent'}; overflow-y: hidden }
    body { color: ${text}; font: 400 16px/1.6 Inter, system-ui, sans-serif; letter-spacing: -.006em; overflow-wrap: break-word; max-width: 37.5rem; padding-block: .375rem; ${options.white ? 'padding: 1rem 1.25rem; max-width: 46rem;' : ''} }
    h3, h4, h5, h6 { font-weight: 650; line-height: 1.35; margin: 1.5em 0 .4em } h3 { font-size: 1.125rem } h4 { font-size: 1.0625rem } h5, h6 { font-size: 1rem }
    p, ul, ol, dl, pre, blockquote, table { margin: 0 0 1em } ul, ol { padding-inline-start: 1.5em } li { margin: .25em 0 } img { max-width: 100%; height: auto } hr { border: 0; border-top: 1px solid ${line}; margin: 1.5em 0 }
    body > :first-child, body > section:first-child > :first-child { margin-top: 0 } li.mb-task { list-style: none; margin-inline-start: -1.4em } ul ul, ul ol, ol ul, ol ol { margin: 0 } p, li, dt, dd, th, td, h3, h4, h5, h6, blockquote { unicode-bidi: plaintext; text-align: start }
    table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums } th, td { vertical-align: top } table:not([cellpadding]) > * > tr > :is(th, td) { padding: .45em 1em .45em 0 } [align=right] { text-align: right } [align=center] { text-align: center } thead th, table:not([bgcolor], [cellpadding], [cellspacing], [width]) > tbody > tr { border-bottom: 1px solid ${line} } /* Tables of old letters are their layout. */ thead th { font-size: .8125rem; font-weight: 600; color: ${colour('neutral-text-subtle', '#5b5d60')} }
    .mb-scroll { overflow-x: auto; margin-bottom: 1em } .mb-scroll table { margin: 0 } .mb-scroll:focus-visible, [role=link]:focus-visible { outline: 3px solid ${colour('focus-outer', '#292c30')}; outline-offset: 2px }
    blockquote { border-inline-start: 3px solid ${line}; margin-inline-start: 0; padding-inline-start: 1em; color: ${colour('neutral-text-subtle', '#5b5d60')} }
    pre, code { font: .875rem/1.5 ui-monospace, monospace; white-space: pre-wrap } pre:not(.mb-plain) { padding: .75em 1em; background: ${colour('neutral-surface-tinted', '#e8e8e9')}; border-radius: .375em } pre code { background: none; padding: 0 } .mb-plain { font: inherit } code { background: ${colour('neutral-surface-tinted', '#e8e8e9')}; padding: .1em .25em; border-radius: .2em } .mb-plain code { background: none }
    [role=link] { color: ${colour('accent-text-subtle', '#005db1')}; text-decoration: underline; text-underline-offset: .2em; cursor: pointer }
    .mb-facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.25rem } .mb-facts dt { color: ${colour('neutral-text-subtle', '#5b5d60')} } .mb-facts dd { margin: 0 } section section { padding-left: 1rem; border-left: 1px solid ${line} }
    @media (max-width: 30rem) { .mb-facts { grid-template-columns: 1fr } .mb-facts dd { margin-bottom: .5rem } }
    ::highlight(hit) { background: ${options.white ? '#fae6c6' : colour('warning-surface-tinted', '#fae6c6')} }
    ::highlight(found) { background: ${options.white ? '#fae6c6' : colour('warning-surface-tinted', '#fae6c6')} } ::highlight(found-now) { background: ${colour('accent-base-default', '#0062ba')}; color: ${colour('accent-base-contrast-default', '#fff')} }`
  return `<!doctype html><html lang="${options.language}" translate="no" hidden><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'"><title>-</title><style>${style}</style></head><body dir="auto">${html}</body></html>`
}

/** Shows the letter that is there as a whole. */
export function unhide(inside: Document): void {
  inside.documentElement.hidden = false
}

let font: Promise<ArrayBuffer> | null = null

/** The window's font for a letter: its frame may fetch nothing, so the bytes are handed over. */
export async function giveFont(frame: HTMLIFrameElement): Promise<void> {
  // A form has a font of its own, and another one would lay it out anew for nothing.
  if (frame.contentDocument?.querySelector('.mb-form') != null) return
  font ??= fetch(interUrl).then((answer) => answer.arrayBuffer())
  const bytes = await font
  const view = frame.contentWindow as (Window & { readonly FontFace: typeof FontFace }) | null
  if (view === null) return
  const face = new view.FontFace('Inter', bytes, { weight: '100 900' })
  view.document.fonts.add(await face.load())
}
