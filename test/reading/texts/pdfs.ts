import PDFDocument from 'pdfkit'

/** A PDF with a text on each page, as a sender's program would make it. */
export async function pdf(pages: readonly string[], options: PDFKit.PDFDocumentOptions = {}, change: (document: PDFKit.PDFDocument) => void = () => undefined): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false, ...options })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => { document.once('end', resolve) })
  for (const text of pages) document.addPage().text(text)
  change(document)
  document.end()
  await ended
  return Buffer.concat(chunks)
}
