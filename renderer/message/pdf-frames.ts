import { isFromPdf } from '../pdf/protocol.ts'

/** A frame with the page that draws PDFs; `ready` once that page listens. */
export interface PdfFrame {
  readonly element: HTMLIFrameElement
  readonly origin: string
  ready: boolean
}

/** One frame that is loaded before it is wanted: the page and its worker are most of the time that a first page takes. */
let spare: PdfFrame | null = null

function shelf(): HTMLElement {
  const found = document.getElementById('pdf-shelf')
  if (found !== null) return found
  const made = document.createElement('div')
  made.id = 'pdf-shelf'
  made.ariaHidden = 'true'
  made.inert = true
  document.body.append(made)
  return made
}

function made(origin: string, place: HTMLElement): PdfFrame {
  const element = document.createElement('iframe')
  element.className = 'pdf-frame'
  element.src = `${origin}/`
  const frame: PdfFrame = { element, origin, ready: false }
  const listen = (event: MessageEvent<unknown>): void => {
    if (event.source !== element.contentWindow || event.origin !== origin || !isFromPdf(event.data) || event.data.kind !== 'ready') return
    frame.ready = true
    window.removeEventListener('message', listen)
  }
  window.addEventListener('message', listen)
  place.append(element)
  return frame
}

/** A message with a PDF is open: its page may be wanted soon. */
export function preparePdfFrame(origin: string): void {
  if (spare?.origin === origin && spare.element.isConnected) return
  spare = made(origin, shelf())
}

/** A frame in its place: the one that is ready where there is one. */
export function takePdfFrame(origin: string, place: HTMLElement): PdfFrame {
  const taken = spare
  spare = null
  if (taken?.origin !== origin || !taken.element.isConnected) {
    taken?.element.remove()
    return made(origin, place)
  }
  // A move in one step keeps a frame's page; a removal and a new place would load it anew.
  place.moveBefore(taken.element, null)
  return taken
}
