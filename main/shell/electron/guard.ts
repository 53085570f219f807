import type { App, Event, Session, WebContents } from 'electron'
import { pdfOrigin, windowOrigin } from './policy.ts'

const isOurs = (address: string): boolean => address.startsWith(`${windowOrigin}/`) || address.startsWith(`${pdfOrigin}/`)

/** Everything a window's session is asked for is refused; only our two origins are answered (security.md 22). */
export function guardSession(session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler' | 'on' | 'webRequest' | 'setSpellCheckerEnabled'>): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false) })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => { answer({}) })
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event) => { event.preventDefault() })
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !(isOurs(details.url) || details.url.startsWith('blob:') || details.url.startsWith('data:') || details.url.startsWith('devtools:')) })
  })
}

/** A page of ours stays the page it is: no navigation in any form, no new window, no view inside. */
export function guardContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  const stop = (event: Pick<Event, 'preventDefault'>): void => { event.preventDefault() }
  contents.on('will-navigate', stop)
  contents.on('will-redirect', stop)
  contents.on('will-attach-webview', stop)
  contents.on('will-frame-navigate', (event) => {
    // The letter's frame and the PDF page are the only frames there are.
    if (event.url !== 'about:srcdoc' && event.url !== `${pdfOrigin}/`) event.preventDefault()
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** The same for every page that may ever be made, and no certificate that does not hold. */
export function guardApp(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => { guardContents(contents) })
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault()
    answer(false)
  })
  app.on('select-client-certificate', (event) => { event.preventDefault() })
}
