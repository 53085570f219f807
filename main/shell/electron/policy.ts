import type { BrowserWindowConstructorOptions } from 'electron'

/** The window's own scheme, and the one of the page that draws PDFs; neither is the scheme of links (security.md 22). */
export const windowScheme = 'meldingsboks-app'
export const pdfScheme = 'meldingsboks-pdf'
/** A document that is made into a PDF has an origin that nothing else has. */
export const printScheme = 'meldingsboks-print'
export const windowOrigin = `${windowScheme}://window`
export const pdfOrigin = `${pdfScheme}://viewer`

const shared = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), clipboard-read=()',
} as const

export const windowHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src ${pdfOrigin}; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types letter`,
}
export const pdfHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy':
    `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src blob: data:; font-src 'self' data:; connect-src 'self'; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors ${windowOrigin}`,
}

/** What a window may do: show our page and nothing else (security.md 22). */
export function windowOptions(preload: string, isPacked: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    minWidth: 360,
    minHeight: 400,
    show: false,
    title: 'Meldingsboks',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      // Dictionaries would be downloaded.
      spellcheck: false,
      navigateOnDragDrop: false,
      devTools: !isPacked,
      // No "persist:": nothing of a session is written to disk.
      partition: 'meldingsboks',
      safeDialogs: true,
      enableWebSQL: false,
    },
  }
}

/** Switches with which somebody else's code could get into a packed program. */
const forbiddenSwitches = ['remote-debugging-port', 'remote-debugging-pipe', 'inspect', 'inspect-brk', 'js-flags', 'disable-web-security', 'host-rules', 'host-resolver-rules', 'load-extension']

/** The first switch that a packed program refuses to start with; null when there is none. */
export function forbiddenSwitch(argv: readonly string[], isPacked: boolean): string | null {
  if (!isPacked) return null
  return forbiddenSwitches.find((name) => argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))) ?? null
}

const link = /^meldingsboks:\/\/message\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** The message that a link of the system names: one pattern, a GUID and nothing else. It only selects. */
export function linkedMessage(argv: readonly string[]): string | null {
  // What others hand over comes after "--", so that it is never taken for a switch.
  const from = argv.indexOf('--')
  const candidates = from < 0 ? argv.slice(-1) : argv.slice(from + 1)
  for (const one of candidates) {
    const id = link.exec(one)?.[1]
    if (id !== undefined) return id.toLowerCase()
  }
  return null
}
