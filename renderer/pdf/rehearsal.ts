import { getDocument } from 'pdfjs-dist'

/** One page with a line of text in each of two fonts, as small as a PDF can be (ISO 32000-1 section 7.5). */
function page(): Uint8Array {
  const content = 'BT /F1 11 Tf 15 TL 60 780 Td (Meldingsboks 1234567890) Tj T* /F2 11 Tf (Meldingsboks) Tj ET 60 700 m 200 700 l S'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>',
    `<</Length ${String(content.length)}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>',
  ]
  let text = '%PDF-1.4\n'
  const places = objects.map((object, at) => {
    const place = text.length
    text += `${String(at + 1)} 0 obj${object}endobj\n`
    return place
  })
  const table = text.length
  text += `xref\n0 ${String(objects.length + 1)}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size ${String(objects.length + 1)}/Root 1 0 R>>\nstartxref\n${String(table)}\n%%EOF`
  return new TextEncoder().encode(text)
}

/**
 * Reads and draws a page of ours, so that the first page of a sender finds the worker's code and the window's compiled.
 * @param source how a document is opened here
 */
export async function rehearse(source: (data: Uint8Array) => Parameters<typeof getDocument>[0]): Promise<void> {
  const task = getDocument(source(page()))
  try {
    const first = await (await task.promise).getPage(1)
    const canvas = document.createElement('canvas')
    await first.render({ canvas, viewport: first.getViewport({ scale: 0.1 }) }).promise
    await first.getTextContent()
  } finally {
    await task.destroy()
  }
}
