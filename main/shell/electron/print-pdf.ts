import { randomBytes } from 'node:crypto'
import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron'
import { printScheme } from './policy.ts'

/** Longest time for one document. */
const printMs = 60_000

type PrintSession = { readonly protocol: Pick<Session['protocol'], 'handle' | 'unhandle'>; readonly webRequest: Pick<Session['webRequest'], 'onBeforeRequest'> } & Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'on'>
type PrintWindow = { readonly webContents: Pick<BrowserWindow['webContents'], 'printToPDF'> } & Pick<BrowserWindow, 'loadURL' | 'destroy'>

export interface PrintParts {
  readonly session: (partition: string) => PrintSession
  readonly window: (options: BrowserWindowConstructorOptions) => PrintWindow
}

/** A hidden window that shows one document: without preload, without JavaScript, in a session of its own that is not kept. */
export function printOptions(partition: string): BrowserWindowConstructorOptions {
  return { show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false, webSecurity: true, webviewTag: false, spellcheck: false, devTools: false, navigateOnDragDrop: false, partition } }
}

/**
 * Makes a document into a PDF, tagged and with bookmarks. Its one address exists for this window only; every other request
 * is cancelled (security.md 22).
 * @returns null when it could not be done in time
 */
export async function printPdf(parts: PrintParts, html: string, timeoutMs: number = printMs): Promise<Uint8Array | null> {
  const name = randomBytes(16).toString('hex')
  const address = `${printScheme}://document/${name}`
  const own = parts.session(`print-${name}`)
  own.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false) })
  own.setPermissionCheckHandler(() => false)
  own.on('will-download', (event) => { event.preventDefault() })
  own.webRequest.onBeforeRequest((details, answer) => { answer({ cancel: details.url !== address && !details.url.startsWith('data:') }) })
  own.protocol.handle(printScheme, ({ url }) => new Response(url === address ? html : null, { status: url === address ? 200 : 404, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } }))
  const window = parts.window(printOptions(`print-${name}`))
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => { timer = setTimeout(() => { resolve(null) }, timeoutMs) })
  const make = async (): Promise<Uint8Array | null> => {
    try {
      await window.loadURL(address)
      return await window.webContents.printToPDF({ preferCSSPageSize: true, printBackground: true, generateTaggedPDF: true, generateDocumentOutline: true })
    } catch (error) {
      // A page that could not be drawn gives no document; the engine says so to the person.
      if (error instanceof Error) return null
      throw error
    }
  }
  try {
    return await Promise.race([make(), late])
  } finally {
    clearTimeout(timer)
    window.destroy()
    own.protocol.unhandle(printScheme)
  }
}
