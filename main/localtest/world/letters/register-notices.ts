import type { LetterKind } from './kind.ts'
import { closing, letterPdf, table } from './phrases.ts'

/** The Brønnøysund registers: beneficial owners, mortgages on movable property, certificates. */

const beneficialOwners: LetterKind = {
  id: 'beneficial-owners',
  resource: 'brg-foretaksregisteret',
  languages: ['nb', 'nn'],
  weight: 3,
  due: [20, 40],
  applies: ({ party }) => party.parentUrn === null,
  write: (f) => {
    const text = f.say({
      nb: () => ({
        title: 'Husk å registrere reelle rettighetshavere',
        summary: `Fristen er ${f.due}.`,
        body: `De fleste virksomheter har plikt til å registrere hvem som er deres reelle rettighetshavere. Vi finner ingen registrering for **${f.name}**.

En reell rettighetshaver er en fysisk person som i siste instans eier eller kontrollerer virksomheten, for eksempel ved

- å eie mer enn 25 prosent av den,
- å ha mer enn 25 prosent av stemmene, eller
- å ha rett til å peke ut eller avsette mer enn halvparten av styret.

Finnes det ingen slik person, skal også det registreres. Opplysningene legges inn på [registreringssiden](${f.site}/reelle-rettighetshavere) innen **${f.due}**. Det er gratis.`,
      }),
      nn: () => ({
        title: 'Hugs å registrere reelle rettshavarar',
        summary: `Fristen er ${f.due}.`,
        body: `Dei fleste verksemder har plikt til å registrere kven som er deira reelle rettshavarar. Vi finn inga registrering for **${f.name}**.

Ein reell rettshavar er ein fysisk person som i siste instans eig eller kontrollerer verksemda, til dømes ved

- å eige meir enn 25 prosent av ho,
- å ha meir enn 25 prosent av røystene, eller
- å ha rett til å peike ut eller avsetje meir enn halvparten av styret.

Finst det ingen slik person, skal også det registrerast. Opplysningane legg de inn på [registreringssida](${f.site}/reelle-rettshavarar) innan **${f.due}**. Det er gratis.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber(), replyOptions: [{ linkURL: `${f.site}/reelle-rettighetshavere/registrer`, linkText: f.say({ nb: () => 'Registrer reelle rettighetshavere', nn: () => 'Registrer reelle rettshavarar' }) }] }
  },
}

const mortgage: LetterKind = {
  id: 'mortgage-registered',
  resource: 'brg-losoreregisteret',
  languages: ['nb', 'nn'],
  weight: 4,
  write: (f) => {
    const reference = `${String(f.year)}${String(f.random.int(100_000, 999_999))}`
    const sum = f.random.int(5, 400) * 10_000
    const bank = f.random.pick(['Tindvik Sparebank', 'Nordre Kyst Bank ASA', 'Vinterdal Sparebank', 'Fjordbanken Leasing AS'])
    const what = f.say({
      nb: () => f.random.pick(['driftstilbehør', 'varelager', 'motorvogner', 'kundefordringer (factoring)', 'anleggsmaskiner']),
      nn: () => f.random.pick(['driftstilbehøyr', 'varelager', 'motorvogner', 'kundefordringar (factoring)', 'anleggsmaskiner']),
    })
    const deleted = f.random.chance(0.3)
    const text = f.say({
      nb: () => ({
        title: deleted ? 'Pant i løsøre er slettet' : 'Pant i løsøre er tinglyst',
        summary: `${bank}, ${f.kroner(sum)}.`,
        body: `${deleted ? 'Denne heftelsen er slettet' : 'Denne heftelsen er tinglyst'} i Løsøreregisteret på ${f.name}:

${table(['', ''], [['Dokumentnummer', reference], ['Panthaver', bank], ['Pant i', what], ['Beløp', f.kroner(sum)], [deleted ? 'Slettet' : 'Tinglyst', f.date(-1)]])}

${deleted ? 'Heftelsen vises ikke lenger i attester fra registeret.' : 'Tinglysingen gir panthaveren vern mot andre kreditorer. Dere kan ikke selge det pantsatte uten samtykke, utenom vanlig drift.'} Er noe feil, må dere ta kontakt med panthaveren, som er den som kan be om retting.`,
      }),
      nn: () => ({
        title: deleted ? 'Pant i lausøyre er sletta' : 'Pant i lausøyre er tinglyst',
        summary: `${bank}, ${f.kroner(sum)}.`,
        body: `${deleted ? 'Denne hefta er sletta' : 'Denne hefta er tinglyst'} i Lausøyreregisteret på ${f.name}:

${table(['', ''], [['Dokumentnummer', reference], ['Panthavar', bank], ['Pant i', what], ['Beløp', f.kroner(sum)], [deleted ? 'Sletta' : 'Tinglyst', f.date(-1)]])}

${deleted ? 'Hefta blir ikkje lenger vist i attestar frå registeret.' : 'Tinglysinga gjev panthavaren vern mot andre kreditorar. De kan ikkje selje det som er pantsett utan samtykke, utanom vanleg drift.'} Er noko feil, må de ta kontakt med panthavaren, som er den som kan be om retting.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Løsøreregisteret', nn: () => 'Lausøyreregisteret' }))}`,
      reference,
      ...(f.random.chance(0.4) ? { attachments: [letterPdf(f, { fileName: 'Attest.pdf', title: text.title, unit: f.say({ nb: () => 'Løsøreregisteret', nn: () => 'Lausøyreregisteret' }), reference, markdown: text.body })] } : {}),
    }
  },
}

const certificate: LetterKind = {
  id: 'company-certificate',
  resource: 'brg-foretaksregisteret',
  languages: ['nb', 'nn'],
  weight: 3,
  applies: ({ party }) => party.parentUrn === null,
  write: (f) => {
    const { business } = f.recipient
    const reference = f.caseNumber()
    const board = f.random.some(business.employees, 3)
    const text = f.say({
      nb: () => ({
        title: 'Firmaattest',
        body: `Her er firmaattesten dere bestilte ${f.date(-1)}. Attesten viser det som var registrert da den ble skrevet ut. Mottakere flest ber om en attest som ikke er eldre enn tre måneder.`,
        rows: [['Organisasjonsnummer', f.orgNumber], ['Foretaksnavn', f.name], ['Forretningsadresse', `${business.street}, ${business.postal}`], ['Daglig leder', business.manager], ['Styret', board.join(', ')], ['Signatur', 'Styrets leder og ett styremedlem i fellesskap'], ['Virksomhet', business.industry[1]]],
        unit: 'Foretaksregisteret',
      }),
      nn: () => ({
        title: 'Firmaattest',
        body: `Her er firmaattesten de tinga ${f.date(-1)}. Attesten viser det som var registrert då han vart skriven ut. Mottakarar flest ber om ein attest som ikkje er eldre enn tre månader.`,
        rows: [['Organisasjonsnummer', f.orgNumber], ['Føretaksnamn', f.name], ['Forretningsadresse', `${business.street}, ${business.postal}`], ['Dagleg leiar', business.manager], ['Styret', board.join(', ')], ['Signatur', 'Styreleiaren og éin styremedlem i fellesskap'], ['Verksemd', business.industry[2]]],
        unit: 'Føretaksregisteret',
      }),
    })
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${closing(f, text.unit)}`,
      reference,
      attachments: [letterPdf(f, { fileName: `Firmaattest ${f.recipient.party.number}.pdf`, title: 'FIRMAATTEST', unit: text.unit, reference, markdown: table(['', ''], text.rows) })],
      allowForwarding: true,
    }
  },
}

export const registerNotices: readonly LetterKind[] = [beneficialOwners, mortgage, certificate]
