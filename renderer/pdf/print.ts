import { AnnotationMode, type PDFDocumentProxy } from 'pdfjs-dist'

/** Dots in an inch of paper; a point of PDF is 1/72 inch. */
const dots = 150
const points = 72
/** More pages would fill the memory: such a document is printed from a file. */
export const maxPrintedPages = 400
/** A poster is drawn with fewer dots. */
const maxSide = 6000

interface Printing {
  readonly pdf: PDFDocumentProxy
  /** Degrees that a person turned the pages. */
  readonly rotation: number
  readonly progress: (done: number, total: number) => void
  /** Asked before each page; false ends it. */
  readonly wanted: () => boolean
}

const blobOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => { if (blob === null) reject(new RangeError('The page is too large')); else resolve(blob) }, 'image/png')
  })

async function pictureOf(address: string, sheet: string): Promise<HTMLElement> {
  const image = new Image()
  image.src = address
  await image.decode()
  const page = document.createElement('div')
  page.className = 'print-page'
  page.style.setProperty('page', sheet)
  page.append(image)
  return page
}

/**
 * Prints the pages of a document and nothing else: each as a picture on a sheet of its own size, from this page's own origin.
 * @returns false when it was stopped
 */
export async function printPages({ pdf, rotation, progress, wanted }: Printing): Promise<boolean> {
  const paper = document.createElement('div')
  paper.id = 'paper'
  const style = document.createElement('style')
  const sheets = new Map<string, string>()
  const addresses: string[] = []
  try {
    const canvas = document.createElement('canvas')
    for (let number = 1; number <= pdf.numPages; number += 1) {
      if (!wanted()) return false
      const page = await pdf.getPage(number)
      const plain = page.getViewport({ scale: 1, rotation: (page.rotate + rotation) % 360 })
      const viewport = page.getViewport({ scale: Math.min(dots / points, maxSide / Math.max(plain.width, plain.height)), rotation: (page.rotate + rotation) % 360 })
      canvas.width = Math.floor(viewport.width)
      canvas.height = Math.floor(viewport.height)
      await page.render({ canvas, viewport, intent: 'print', annotationMode: AnnotationMode.ENABLE, background: '#fff' }).promise
      const size = `${plain.width.toFixed(1)}pt ${plain.height.toFixed(1)}pt`
      const sheet = sheets.get(size) ?? `sheet-${String(sheets.size)}`
      sheets.set(size, sheet)
      const address = URL.createObjectURL(await blobOf(canvas))
      addresses.push(address)
      paper.append(await pictureOf(address, sheet))
      page.cleanup()
      progress(number, pdf.numPages)
    }
    canvas.width = 0
    style.textContent = [...sheets].map(([size, name]) => `@page ${name} { size: ${size}; margin: 0 }`).join('\n')
    document.head.append(style)
    document.body.append(paper)
    if (wanted()) window.print()
    return true
  } finally {
    // `print` returns when the dialog is closed.
    paper.remove()
    style.remove()
    for (const address of addresses) URL.revokeObjectURL(address)
  }
}
