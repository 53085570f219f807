import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { csv } from '../../main/localtest/world/files/csv.ts'
import { canvas } from '../../main/localtest/world/files/png.ts'
import { legacyHtml } from '../../main/localtest/world/legacy-html.ts'
import { cabinet } from '../fixtures/hostile/cabinet.ts'
import { pdf } from '../fixtures/hostile/pdf-maker.ts'

/** Kinds of messages that are opened; what each is measured by stands in open.ts. */
export const kinds = ['message', 'markdown', 'html', 'formSmallFirst', 'form100kFirst', 'pdf20FirstPage', 'image', 'csv', 'text'] as const
export type Kind = (typeof kinds)[number]

interface File {
  readonly fileName: string
  readonly content: Buffer
  readonly dataType: string
}
interface Letter {
  readonly body: string
  readonly files: readonly File[]
}

const samples = join(import.meta.dirname, '..', '..', 'test', 'samples', 'xml-forms')
const file = (fileName: string, dataType: string, content: Buffer | string): File => ({ fileName, dataType, content: typeof content === 'string' ? Buffer.from(content) : content })

const words = 'Vi har gått gjennom opplysningene som virksomheten sendte inn i forrige termin og har noen spørsmål til beløpene som er ført'.split(' ')
/** Sentences that differ from one number to the next. */
const prose = (n: number, count: number): string => Array.from({ length: count }, (_, at) => words[(n * 7 + at * 3 + (at % 5) * n) % words.length] ?? '').join(' ')

const markdown = (n: number): string => `# Vedtak ${String(n)}\n\n${prose(n, 60)}.\n\n| Post | Beløp |\n|---|---:|\n${Array.from({ length: 30 }, (_, row) => `| Post ${String(row)} i ${String(n)} | ${String(row * 137 + n)} |`).join('\n')}\n\n* ${prose(n + 1, 12)}\n* [Les mer](https://www.skatteetaten.no/${String(n)})\n\n> ${prose(n + 2, 30)}\n\n${prose(n + 3, 80)}\n`

/** A page of a PDF as full as a letter's. */
const pdfPage = (n: number): string => `BT /F1 11 Tf 15 TL 60 780 Td ${Array.from({ length: 46 }, (_, line) => `(${prose(n + line, 13).replace(/[^ -~]/g, 'o')}) Tj T*`).join(' ')} ET`

function picture(n: number): Buffer {
  const drawing = canvas(800, 600, ['#ffffff', '#0b4f8a', '#b8462b'])
  for (let at = 0; at < 12; at += 1) drawing.fill(20 + at * 60, 40 + ((n * 13 + at * 31) % 300), 40, 200, 1 + ((at + n) % 2))
  return drawing.png()
}

const my = 'http://schemas.microsoft.com/office/infopath/2003/myXSD/2021'
const largeName = 'urn:schemas-microsoft-com:office:infopath:Stor:-myXSD-2021'
const fields = 700

/** A template whose view is some 500 KB, in the way InfoPath writes them. */
function largeTemplate(): Buffer {
  const control = (n: number): string =>
    `<tr style="MIN-HEIGHT: 22px"><td style="BORDER-BOTTOM: #c0c0c0 1pt solid; PADDING-LEFT: 4px; VERTICAL-ALIGN: top"><div style="FONT-SIZE: 9pt"><strong>Felt ${String(n)}</strong></div></td><td style="BORDER-BOTTOM: #c0c0c0 1pt solid"><xsl:choose><xsl:when test="function-available('xdFormatting:formatString')"><span class="xdTextBox" hideFocus="1" title="" xd:binding="my:felt${String(n)}" tabIndex="0" xd:xctname="PlainText" xd:CtrlId="CTRL${String(n)}" style="WIDTH: 260px"><xsl:attribute name="xd:num"><xsl:value-of select="my:felt${String(n)}"/></xsl:attribute><xsl:value-of select="my:felt${String(n)}"/></span></xsl:when><xsl:otherwise><span class="xdTextBox"><xsl:value-of select="my:felt${String(n)}"/></span></xsl:otherwise></xsl:choose></td></tr>`
  const view = `<?xml version="1.0" encoding="UTF-8"?><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:my="${my}" xmlns:xd="http://schemas.microsoft.com/office/infopath/2003" xmlns:xdFormatting="http://schemas.microsoft.com/office/infopath/2003/xslt/formatting"><xsl:output method="html" indent="no"/><xsl:template match="my:skjema"><html><head><style>.xdTextBox{border:1px solid #ccc}</style></head><body><h1>Stort skjema</h1><table>${Array.from({ length: fields }, (_, n) => control(n)).join('')}</table></body></html></xsl:template></xsl:stylesheet>`
  const manifest = `<?xml version="1.0" encoding="UTF-8"?><xsf:xDocumentClass solutionVersion="1.0.0.1" productVersion="14.0.0" solutionFormatVersion="3.0.0.0" name="${largeName}" xmlns:xsf="http://schemas.microsoft.com/office/infopath/2003/solutionDefinition"><xsf:documentSchemas><xsf:documentSchema location="${my} skjema.xsd" rootSchema="yes"/></xsf:documentSchemas><xsf:views default="Side 1"><xsf:view name="Side 1" caption="Side 1"><xsf:mainpane transform="view1.xsl"/></xsf:view></xsf:views></xsf:xDocumentClass>`
  return cabinet([
    { name: 'manifest.xsf', content: Buffer.from(manifest) },
    { name: 'view1.xsl', content: Buffer.from(view) },
    { name: 'template.xml', content: Buffer.from(`<?xml version="1.0"?><my:skjema xmlns:my="${my}"/>`) },
    { name: 'skjema.xsd', content: Buffer.from(`<?xml version="1.0"?><xsd:schema targetNamespace="${my}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:element name="skjema"/></xsd:schema>`) },
  ])
}

/** Data of 100 KB for it. */
const largeData = (n: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?><?mso-infoPathSolution solutionVersion="1.0.0.1" productVersion="14.0.0" PIVersion="1.0.0.0" href="manifest.xsf" name="${largeName}" ?><?mso-application progid="InfoPath.Document"?><my:skjema xmlns:my="${my}">${Array.from({ length: fields }, (_, at) => `<my:felt${String(at)}>${prose(n + at, 18)}</my:felt${String(at)}>`).join('')}</my:skjema>`

const smallTemplate = (): Buffer => readFileSync(join(samples, 'rudine-baseline2013', 'form.xsn'))
const smallData = (n: number): string => `${readFileSync(join(samples, 'rudine-baseline2013', 'data-filled.xml'), 'utf8')}<!-- ${String(n)} -->`

const see = 'Se vedlegget.'

/** The n-th letter of a kind; no two have the same content. */
export function letterOf(kind: Kind, n: number): Letter {
  switch (kind) {
    case 'message':
      return { body: `${prose(n, 120)}.\n\n${prose(n + 5, 90)}.\n\nMed vennlig hilsen\nSkatteetaten`, files: [] }
    case 'markdown':
      return { body: markdown(n), files: [] }
    case 'html':
      return { body: legacyHtml(markdown(n), n), files: [] }
    case 'formSmallFirst':
      return { body: see, files: [file('skjema.xml', 'text/xml', smallData(n)), file('form.xsn', 'application/octet-stream', smallTemplate())] }
    case 'form100kFirst':
      return { body: see, files: [file('skjema.xml', 'text/xml', largeData(n)), file('form.xsn', 'application/octet-stream', largeTemplate())] }
    case 'pdf20FirstPage':
      return { body: see, files: [file('Brev.pdf', 'application/pdf', pdf({ pages: 20, content: pdfPage(n) }))] }
    case 'image':
      return { body: see, files: [file('Bilde.png', 'image/png', picture(n))] }
    case 'csv':
      return { body: see, files: [file('liste.csv', 'text/csv', csv(Array.from({ length: 400 }, (_, row) => [`Navn ${String(row)}`, row * n, prose(row + n, 4)])))] }
    case 'text':
      return { body: see, files: [file('notat.txt', 'text/plain', prose(n, 3000))] }
  }
}

/** A word that names a kind and a number: it stands in the title. */
export const wordOf = (kind: Kind, n: number): string => `zz${kind.toLowerCase()}z${String(n).padStart(3, '0')}`
