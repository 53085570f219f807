/** The files of the recorded messages, byte for byte: their lengths and checksums stand in the recordings. */

/** Bytes without a meaning, as long as asked for. */
export const pattern = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (7 + 31 * index) % 256))
const text = (content: string): Buffer => Buffer.from(content)
/** What a text file without contents of its own holds. */
export const named = (fileName: string): Buffer => text(`innhold i ${fileName}\n`)
export const pdf = text('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

export const contents: Readonly<Record<string, Buffer>> = {
  'brev.pdf': pdf,
  'skjema.docx': pattern(2000),
  'notat.txt': text('æøå tekst\r\nlinje 2\r\n'),
  'data.xml': text('<a>1</a>'),
  'side.html': text('<h1>x</h1><script>alert(1)</script>'),
  'bilde.png': pattern(100),
  'tall.csv': text('a;b\n1;2\n'),
  'svar.json': text('{"a":1}'),
  'pakke.zip': pattern(500),
  'delt.txt': text('delt innhold'),
}

/** Names that were recorded because they are odd, in the order of the message. */
export const oddNames: readonly string[] = [
  'Årsoppgjør æøå ÆØÅ 2026.pdf', 'Søknad – vedlegg.txt', "it's 100% & a+b; c=d (1).txt", '日本 emoji 😀.txt', `l${'a'.repeat(240)}ng.txt`, 'komma, punkt.. dobbel.txt', 'STOR.PDF', ' mellomrom foran.txt',
]
