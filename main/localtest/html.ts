const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it stands in HTML, between tags and in quoted attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char)

const style = `
  :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
  body { margin: 3rem auto; max-width: 42rem; padding: 0 1rem }
  h1 { font-size: 1.6rem; margin-bottom: .25rem } h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem }
  .note { border-left: .25rem solid #b25d00; padding: .25rem .75rem; margin: 1rem 0 }
  dt { font-weight: 600; margin-top: .75rem } dd { margin: 0; overflow-wrap: anywhere } ul { padding-left: 1.25rem; margin: .25rem 0 }
  button { font: inherit; padding: .6rem 1.1rem; margin: .4rem .5rem .4rem 0; border: 1px solid currentColor; border-radius: .3rem; cursor: pointer; background: transparent; color: inherit }
  button.main { background: #0062ba; border-color: #0062ba; color: #fff } button.wide { display: block; width: 100%; text-align: left }
  button:focus-visible { outline: 3px solid #b25d00; outline-offset: 2px } .quiet { opacity: .7 }`

/**
 * Headers of a page without script. A form may be sent to the page's own service, whose answer may lead on to a program that
 * listens on loopback (RFC 8252 section 7.3): browsers hold `form-action` against that redirect too.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* http://localhost:*`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** A whole page in bokmål; `title` is text, `body` is HTML. */
export function pageOf(title: string, body: string): string {
  return `<!doctype html><html lang="nb" translate="no"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head><body><main>
<h1>${escape(title)}</h1>
${body}
</main></body></html>`
}
