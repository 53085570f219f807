import { AnnotationMode, getDocument, GlobalWorkerOptions, PasswordResponses, type PDFDocumentProxy, PDFWorker } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import { EventBus, PDFFindController, PDFLinkService, PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs'
import 'pdfjs-dist/web/pdf_viewer.css'
import './viewer.css'
import { stillAnnotations } from './pictures.ts'
import { rehearse } from './rehearsal.ts'
import { maxPrintedPages, printPages } from './print.ts'
import { type FromPdf, isToPdf, type ToPdf, zoomLimits } from './protocol.ts'

GlobalWorkerOptions.workerSrc = workerUrl
const host = window.parent
/** Only the window that framed this page is listened to; the policy lets nobody else frame it. */
let hostOrigin: string | null = null
const post = (message: FromPdf): void => { host.postMessage(message, hostOrigin ?? '*') }

const container = document.getElementById('container')
const element = document.getElementById('viewer')
if (!(container instanceof HTMLDivElement) || !(element instanceof HTMLDivElement)) throw new Error('The page is not complete')

const eventBus = new EventBus()
const linkService = new PDFLinkService({ eventBus })
stillAnnotations(eventBus, linkService)
const findController = new PDFFindController({ eventBus, linkService })
// No addresses are made of what looks like one, either.
const viewer = new PDFViewer({ container, viewer: element, eventBus, linkService, findController, annotationMode: AnnotationMode.ENABLE, enableAutoLinking: false, removePageBorders: true, maxCanvasPixels: 16_777_216 })
linkService.setViewer(viewer)

let received = 0
let expected = 0
let bytes = new Uint8Array(0)
let begun: Extract<ToPdf, { kind: 'begin' }> | null = null
let document_: PDFDocumentProxy | null = null
/** Takes a password where the document waits for one. */
let unlock: ((password: string) => void) | null = null
let printing = false

// The worker is there before a document is: starting it is a good part of what a first page takes.
const worker = PDFWorker.create({ name: 'pdf' })
const base = new URL('.', location.href).href
type Source = Parameters<typeof getDocument>[0]
const source = (data: Uint8Array): Source => ({ data, worker, isEvalSupported: false, enableXfa: false, cMapUrl: `${base}cmaps/`, standardFontDataUrl: `${base}standard_fonts/`, wasmUrl: `${base}wasm/`, useWorkerFetch: true }) as Source

async function open(): Promise<void> {
  const task = getDocument(source(bytes))
  bytes = new Uint8Array(0)
  task.onPassword = (update: (password: string) => void, reason: number) => {
    unlock = update
    post({ kind: 'password', why: reason === PasswordResponses.INCORRECT_PASSWORD ? 'wrong' : 'needed' })
  }
  try {
    const pdf = await task.promise
    document_ = pdf
    unlock = null
    viewer.setDocument(pdf)
    linkService.setDocument(pdf)
    post({ kind: 'opened', pages: pdf.numPages })
  } catch (error) {
    // What pdf.js cannot read is the document's fault, whatever the error is called.
    if (error instanceof Error) post({ kind: 'failed' })
    else throw error
  }
}

async function print(): Promise<void> {
  if (document_ === null || printing) return
  if (document_.numPages > maxPrintedPages) {
    post({ kind: 'printed', problem: 'too-many' })
    return
  }
  printing = true
  try {
    await printPages({ pdf: document_, rotation: viewer.pagesRotation, progress: (done, total) => { post({ kind: 'printing', done, total }) }, wanted: () => printing })
    post({ kind: 'printed', problem: null })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    post({ kind: 'printed', problem: 'failed' })
  } finally {
    printing = false
  }
}

const find = (text: string, again: 'next' | 'previous' | null): void => {
  eventBus.dispatch('find', { source: window, type: again === null ? '' : 'again', query: text, caseSensitive: false, entireWord: false, highlightAll: true, findPrevious: again === 'previous', matchDiacritics: true })
}

const go = (page: number): void => { viewer.currentPageNumber = Math.min(Math.max(1, page), viewer.pagesCount) }

function take(message: ToPdf): void {
  switch (message.kind) {
    case 'begin':
      document.documentElement.dataset['scheme'] = message.scheme
      document.documentElement.lang = message.language
      begun = message
      expected = message.bytes
      received = 0
      bytes = new Uint8Array(expected)
      if (expected === 0) post({ kind: 'failed' })
      return
    case 'piece': {
      const piece = new Uint8Array(message.data)
      if (received + piece.length > expected || bytes.length === 0) return
      bytes.set(piece, received)
      received += piece.length
      if (received === expected) void open()
      return
    }
    case 'scheme':
      document.documentElement.dataset['scheme'] = message.scheme
      return
    case 'password':
      unlock?.(message.text)
      return
    case 'go':
      go(message.page)
      return
    case 'zoom':
      if (message.to === 'width' || message.to === 'page') viewer.currentScaleValue = `page-${message.to === 'width' ? 'width' : 'fit'}`
      else if (message.to === 'in') viewer.increaseScale({ steps: 1 })
      else viewer.decreaseScale({ steps: 1 })
      return
    case 'scale':
      viewer.currentScale = Math.min(zoomLimits.most, Math.max(zoomLimits.least, message.percent)) / 100
      return
    case 'rotate':
      viewer.pagesRotation = (viewer.pagesRotation + message.by + 360) % 360
      return
    case 'find':
      find(message.text, message.again)
      return
    case 'print':
      void print()
      return
    case 'stop-printing':
      printing = false
  }
}

window.addEventListener('message', (event) => {
  if (event.source !== host || !isToPdf(event.data)) return
  hostOrigin ??= event.origin
  if (event.origin === hostOrigin) take(event.data)
})
eventBus.on('pagesinit', () => {
  viewer.currentScaleValue = 'page-width'
  if (begun === null) return
  if (begun.page !== null) go(begun.page)
  if (begun.search !== '') find(begun.search, null)
})
let drawn = false
eventBus.on('pagerendered', () => {
  if (!drawn) post({ kind: 'drawn' })
  drawn = true
})
eventBus.on('pagechanging', ({ pageNumber }: { pageNumber: number }) => { post({ kind: 'page', page: pageNumber }) })
eventBus.on('scalechanging', ({ scale }: { scale: number }) => {
  const value = viewer.currentScaleValue as string | null
  post({ kind: 'zoom', percent: Math.round(scale * 100), fit: value === 'page-width' ? 'width' : value === 'page-fit' ? 'page' : null })
})
const found = ({ matchesCount }: { matchesCount?: { current: number; total: number } }): void => {
  if (matchesCount !== undefined) post({ kind: 'found', at: matchesCount.current, count: matchesCount.total })
}
eventBus.on('updatefindmatchescount', found)
eventBus.on('updatefindcontrolstate', found)

new ResizeObserver(() => {
  const { currentScaleValue } = viewer
  if (viewer.pagesCount > 0 && (currentScaleValue === 'page-width' || currentScaleValue === 'page-fit')) viewer.currentScaleValue = currentScaleValue
}).observe(container)

const forwarded = ['Escape', 'F6', 'F5', '[', ']', '/', '?']
document.addEventListener('keydown', (event) => {
  const { key, shiftKey } = event
  const ctrlKey = event.ctrlKey || event.metaKey
  const letter = ctrlKey ? key.toLowerCase() : ''
  const own: Readonly<Record<string, () => void>> = { p: () => void print(), '+': () => { viewer.increaseScale({ steps: 1 }) }, '-': () => { viewer.decreaseScale({ steps: 1 }) }, '0': () => { viewer.currentScaleValue = 'page-width' } }
  const run = own[letter]
  if (run === undefined && letter !== 'k' && letter !== 'f' && !forwarded.includes(key)) return
  event.preventDefault()
  if (run === undefined) post({ kind: 'key', key, ctrlKey, shiftKey })
  else run()
})
for (const name of ['dragover', 'drop', 'dragstart', 'contextmenu', 'auxclick'] as const) document.addEventListener(name, (event) => { event.preventDefault() })
post({ kind: 'ready' })
void rehearse(source)
