import { zip } from './zip.ts'

const namespace = 'http://seres.no/xsd/skd/Utleggstrekk/2019'
const solution = 'urn:schemas-microsoft-com:office:infopath:Utleggstrekk:-demo'

const manifest = `<?xml version="1.0" encoding="UTF-8"?>
<xsf:xDocumentClass solutionFormatVersion="2.0.0.0" solutionVersion="1.0.0.7" productVersion="12.0.0" name="${solution}" xmlns:xsf="http://schemas.microsoft.com/office/infopath/2003/solutionDefinition">
  <xsf:views default="Pålegg">
    <xsf:view name="Pålegg" caption="Pålegg"><xsf:mainpane transform="side1.xsl"/></xsf:view>
    <xsf:view name="Betaling" caption="Betaling"><xsf:mainpane transform="side2.xsl"/></xsf:view>
  </xsf:views>
  <xsf:dataObjects><xsf:dataObject name="Trekktyper"><xsf:query><xsf:xmlFileAdapter fileUrl="Trekktyper.xml"/></xsf:query></xsf:dataObject></xsf:dataObjects>
  <xsf:documentSchemas><xsf:documentSchema rootSchema="yes" location="${namespace} skjema.xsd"/></xsf:documentSchemas>
  <xsf:fileNew><xsf:initialXmlDocument caption="Utleggstrekk" href="template.xml"/></xsf:fileNew>
</xsf:xDocumentClass>
`

const empty = `<?xml version="1.0" encoding="UTF-8"?>
<melding xmlns="${namespace}" dataFormatProvider="SERES" dataFormatId="6087" dataFormatVersion="45310" tittel="Pålegg om utleggstrekk"><Innrapportering><referanse/><opprettetDato/></Innrapportering><Arbeidsgiver><organisasjonsnummer/><navn/></Arbeidsgiver><Trekk><ansattNavn/><trekktype/><beloepPerMaaned/><gjelderFra/><prioritet/></Trekk><Betaling><kontonummer/><kid/></Betaling></melding>
`

const schema = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}" elementFormDefault="qualified">
  <xs:element name="beloepPerMaaned"><xs:annotation><xs:documentation>Beløp per måned</xs:documentation></xs:annotation></xs:element>
  <xs:element name="gjelderFra"><xs:annotation><xs:documentation>Gjelder fra og med måned</xs:documentation></xs:annotation></xs:element>
</xs:schema>
`

const kinds = '<?xml version="1.0" encoding="UTF-8"?>\n<typer><type kode="fastBeloep">Fast beløp</type><type kode="prosent">Prosent av lønn</type></typer>\n'

const style =
  'BODY{font-family:Arial,Helvetica,sans-serif;font-size:10.5pt;color:windowtext;background-color:window;margin:0px;} .hode{border-bottom:2px solid #1e2b3c;padding:12px 18px;} .tittel{font-size:14pt;font-weight:bold;} .del{border-bottom:1px solid #d2d5d8;padding:14px 18px;} .deltittel{font-weight:bold;padding-bottom:8px;} ' +
  '.felt{background-color:#f2f2f2;padding:6px 10px;} .ledetekst{font-size:9pt;color:#5b5d60;} .xdTextBox{display:inline-block;white-space:nowrap;text-overflow:ellipsis;overflow:hidden;font-weight:bold;BEHAVIOR:url(#default#urn::controls/Binder);}'

/** A field as the views lay it out: its heading above its value. */
const field = (heading: string, value: string): string => `<td class="felt" valign="top"><div class="ledetekst">${heading}</div><span class="xdTextBox" hideFocus="1" tabIndex="0" contentEditable="true" xd:xctname="PlainText">${value}</span></td>`
const plain = (path: string): string => `<xsl:value-of select="${path}"/>`
const amount = (path: string): string =>
  `<xsl:choose><xsl:when test="function-available('xdFormatting:formatString')"><xsl:value-of select="xdFormatting:formatString(${path},&quot;number&quot;,&quot;numDigits:2;negativeOrder:1;&quot;)"/></xsl:when><xsl:otherwise><xsl:value-of select="${path}"/></xsl:otherwise></xsl:choose>`
const day = (path: string): string =>
  `<xsl:choose><xsl:when test="function-available('xdFormatting:formatString')"><xsl:value-of select="xdFormatting:formatString(${path},&quot;date&quot;,&quot;dateFormat:Short Date;&quot;)"/></xsl:when><xsl:otherwise><xsl:value-of select="${path}"/></xsl:otherwise></xsl:choose>`
const row = (...cells: readonly string[]): string => `<table border="0" cellspacing="8" cellpadding="0" style="WIDTH: 100%; TABLE-LAYOUT: fixed"><tbody><tr>${cells.join('')}</tr></tbody></table>`
const part = (title: string, ...rows: readonly string[]): string => `<div class="del"><div class="deltittel">${title}</div>${rows.join('')}</div>`

const view = (title: string, parts: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:my="${namespace}" xmlns:xd="http://schemas.microsoft.com/office/infopath/2003" xmlns:xdFormatting="http://schemas.microsoft.com/office/infopath/2003/xslt/formatting" xmlns:xdXDocument="http://schemas.microsoft.com/office/infopath/2003/xslt/xDocument">
  <xsl:output method="html" indent="no"/>
  <xsl:template match="my:melding">
    <html><head><meta http-equiv="Content-Type" content="text/html"/><style controlStyle="controlStyle">${style}</style></head><body>
      <div class="hode"><table style="WIDTH: 100%"><tbody><tr><td class="tittel">${title}</td><td align="right">Skatteetaten, innkreving<br/>Vår referanse ${plain('my:Innrapportering/my:referanse')}</td></tr></tbody></table></div>
      ${parts}
      <input type="button" class="langFont" value="Neste side" xd:xctname="Button"/>
    </body></html>
  </xsl:template>
</xsl:stylesheet>
`

/** The template of the file for payroll systems, made for the demo in the style of InfoPath: two pages and a list of codes. */
export function earningsTemplate(): Buffer {
  const kind = "<xsl:if test=\"function-available('xdXDocument:GetDOM')\"><xsl:value-of select=\"xdXDocument:GetDOM(&quot;Trekktyper&quot;)/typer/type[@kode = current()/my:Trekk/my:trekktype]\"/></xsl:if>"
  const first = view('Pålegg om utleggstrekk i lønn', [
    part('1. Arbeidsgiver', row(field('Navn', plain('my:Arbeidsgiver/my:navn')), field('Organisasjonsnummer', plain('my:Arbeidsgiver/my:organisasjonsnummer')))),
    part('2. Trekket gjelder', row(field('Ansatt', plain('my:Trekk/my:ansattNavn')), field('Prioritet', plain('my:Trekk/my:prioritet')))),
    part('3. Trekk hver måned', row(field('Fra og med', plain('my:Trekk/my:gjelderFra')), field('Type', kind), field('Beløp', amount('my:Trekk/my:beloepPerMaaned')))),
    part('4. Vedtaket', row(field('Dato', day('my:Innrapportering/my:opprettetDato')))),
  ].join(''))
  const second = view('Betaling', part('Betales til', row(field('Kontonummer', plain('my:Betaling/my:kontonummer')), field('KID', plain('my:Betaling/my:kid')))))
  return zip([['manifest.xsf', manifest], ['template.xml', empty], ['skjema.xsd', schema], ['Trekktyper.xml', kinds], ['side1.xsl', first], ['side2.xsl', second]].map(([name = '', text = '']) => ({ name, data: Buffer.from(text) })))
}
