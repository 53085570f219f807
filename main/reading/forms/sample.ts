import type { FormJobs } from './jobs.ts'

const my = 'http://schemas.microsoft.com/office/infopath/2003/myXSD/sample'
const name = 'urn:meldingsboks:forms:sample'
const fields = 60
const each = (make: (n: number) => string): string => Array.from({ length: fields }, (_, n) => make(n)).join('')

const manifest = `<?xml version="1.0"?><xsf:xDocumentClass solutionVersion="1.0.0.1" name="${name}" xmlns:xsf="http://schemas.microsoft.com/office/infopath/2003/solutionDefinition"><xsf:documentSchemas><xsf:documentSchema location="${my} sample.xsd" rootSchema="yes"/></xsf:documentSchemas><xsf:views default="1"><xsf:view name="1" caption="1"><xsf:mainpane transform="view1.xsl"/></xsf:view></xsf:views></xsf:xDocumentClass>`

const control = (n: number): string =>
  `<tr style="MIN-HEIGHT: 22px"><td style="BORDER-BOTTOM: #c0c0c0 1pt solid; PADDING-LEFT: 4px"><strong>Field ${String(n)}</strong></td><td align="right"><xsl:choose><xsl:when test="function-available('xdFormatting:formatString') and not(msxsl:string-compare(my:f${String(n)}, '') = 0)"><span class="xdTextBox" hideFocus="1" title="" xd:binding="my:f${String(n)}" tabIndex="0" xd:xctname="PlainText" style="WIDTH: 130px"><xsl:attribute name="xd:num"><xsl:value-of select="my:f${String(n)}"/></xsl:attribute><xsl:value-of select="xdFormatting:formatString(my:f${String(n)}, 'number', 'numDigits:2;locale:1044')"/></span></xsl:when><xsl:otherwise><input type="checkbox" class="langFont"><xsl:if test="my:f${String(n)} = 'true'"><xsl:attribute name="CHECKED">CHECKED</xsl:attribute></xsl:if></input></xsl:otherwise></xsl:choose></td></tr>`

const view = `<?xml version="1.0"?><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:my="${my}" xmlns:xd="http://schemas.microsoft.com/office/infopath/2003" xmlns:msxsl="urn:schemas-microsoft-com:xslt" xmlns:xdFormatting="http://schemas.microsoft.com/office/infopath/2003/xslt/formatting"><xsl:output method="html"/><xsl:template match="my:form"><html><head><style>.xdTextBox{border:1px solid #ccc}</style></head><body style="font-size:10pt"><table cellpadding="2">${each(control)}</table><a href="https://example.org/">example</a></body></html></xsl:template></xsl:stylesheet>`

/** A form of ours, as large as many, that a waiting process reads so that the first form of a sender's finds its code ready. */
export function sampleForm(): FormJobs['render']['ask'] {
  const file = (path: string, text: string) => ({ name: path, bytes: Buffer.from(text) })
  return {
    template: { files: [file('manifest.xsf', manifest), file('view1.xsl', view)] },
    data: Buffer.from(`<?xml version="1.0"?><?mso-infoPathSolution solutionVersion="1.0.0.1" name="${name}"?><my:form xmlns:my="${my}">${each((n) => `<my:f${String(n)}>${String(n * 7)}</my:f${String(n)}>`)}</my:form>`),
    view: null,
  }
}
