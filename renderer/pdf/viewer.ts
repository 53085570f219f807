import { AnnotationMode, getDocument, GlobalWorkerOptions, PasswordResponses } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import { EventBus, PDFFindController, PDFLinkService, PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs'
import 'pdfjs-dist/web/pdf_viewer.css'
import './viewer.css'
import { type FromPdf, isToPdf, type ToPdf } from './protocol.ts'

GlobalWorkerOptions.workerSrc = workerUrl
const host = window.parent
/** Only the window that framed this page is listened to; the policy lets nobody else frame it. */
let hostOrigin: string | null = null
const post = (message: FromPdf): void => { host.postMessage(message, hostOrigin ?? '*') }

const container = document.getElementById('container')
const element = document.getElementById('viewer')
if (!(container instanceof HTMLDivElement) || !(element instanceof HTMLDivElement)) throw new Error('The page is not complete')

const eventBus = new EventBus()
// Links of a document lead nowhere: annotations are not drawn at all.
const linkService = new PDFLinkService({ eventBus })
const findController = new PDFFindController({ eventBus, linkService })
const viewer = new PDFViewer({ container, viewer: element, eventBus, linkService, findController, annotationMode: AnnotationMode.DISABLE, removePageBorders: true, maxCanvasPixels: 16_777_216 })
linkService.setViewer(viewer)

let received = 0
let expected = 0
let bytes = new Uint8Array(0)

async function open(): Promise<void> {
  const base = new URL('.', location.href).href
  const task = getDocument({ data: bytes, isEvalSupported: false, enableXfa: false, cMapUrl: `${base}cmaps/`, standardFontDataUrl: `${base}standard_fonts/`, wasmUrl: `${base}wasm/`, useWorkerFetch: true } as Parameters<typeof getDocument>[0])
  task.onPassword = (_update: (password: string) => void, reason: number) => {
    if (reason === PasswordResponses.NEED_PASSWORD || reason === PasswordResponses.INCORRECT_PASSWORD) post({ kind: 'failed', reason: 'password' })
    void task.destroy()
  }
  try {
    const pdf = await task.promise
    viewer.setDocument(pdf)
    linkService.setDocument(pdf)
    post({ kind: 'opened', pages: pdf.numPages })
  } catch (error) {
    // What pdf.js cannot read is the document's fault, whatever the error is called.
    if (!(error instanceof Error) || error.name !== 'PasswordException') post({ kind: 'failed', reason: 'damaged' })
  }
}

function take(message: ToPdf): void {
  switch (message.kind) {
    case 'begin':
      document.documentElement.dataset['scheme'] = message.scheme
      document.documentElement.lang = message.language
      expected = message.bytes
      received = 0
      bytes = new Uint8Array(expected)
      return
    case 'piece': {
      const piece = new Uint8Array(message.data)
      if (received + piece.length > expected) return
      bytes.set(piece, received)
      received += piece.length
      if (received === expected) void open()
      return
    }
    case 'go':
      viewer.currentPageNumber = Math.min(Math.max(1, message.page), viewer.pagesCount)
      return
    case 'zoom':
      if (message.to === 'width') viewer.currentScaleValue = 'page-width'
      else if (message.to === 'in') viewer.increaseScale({ steps: 1 })
      else viewer.decreaseScale({ steps: 1 })
      return
    case 'find':
      eventBus.dispatch('find', { source: window, type: message.again === null ? '' : 'again', query: message.text, caseSensitive: false, entireWord: false, highlightAll: true, findPrevious: message.again === 'previous', matchDiacritics: true })
  }
}

window.addEventListener('message', (event) => {
  if (event.source !== host || !isToPdf(event.data)) return
  hostOrigin ??= event.origin
  if (event.origin === hostOrigin) take(event.data)
})
eventBus.on('pagesinit', () => { viewer.currentScaleValue = 'page-width' })
eventBus.on('pagechanging', ({ pageNumber }: { pageNumber: number }) => { post({ kind: 'page', page: pageNumber }) })
eventBus.on('scalechanging', ({ scale }: { scale: number }) => { post({ kind: 'zoom', percent: Math.round(scale * 100) }) })
const found = ({ matchesCount }: { matchesCount?: { current: number; total: number } }): void => {
  if (matchesCount !== undefined) post({ kind: 'found', at: matchesCount.current, count: matchesCount.total })
}
eventBus.on('updatefindmatchescount', found)
eventBus.on('updatefindcontrolstate', found)

const isFitted = (): boolean => viewer.currentScaleValue === 'page-width'
new ResizeObserver(() => {
  if (isFitted() && viewer.pagesCount > 0) viewer.currentScaleValue = 'page-width'
}).observe(container)

document.addEventListener('keydown', (event) => {
  const { key, ctrlKey, shiftKey, metaKey } = event
  if (!['Escape', 'F6', 'F5', '[', ']', '/', '?'].includes(key) && !((ctrlKey || metaKey) && ['k', 'p'].includes(key.toLowerCase()))) return
  event.preventDefault()
  post({ kind: 'key', key, ctrlKey: ctrlKey || metaKey, shiftKey })
})
for (const name of ['dragover', 'drop', 'dragstart', 'contextmenu'] as const) document.addEventListener(name, (event) => { event.preventDefault() })
post({ kind: 'ready' })
