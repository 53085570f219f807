import { siteMap } from '../files/drawings.ts'
import type { Recipient } from '../parties.ts'
import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, paymentTable, table } from './phrases.ts'

/** Municipalities: building, property tax, fees, licences, roads. Tindvik writes bokmål, Vinterdal nynorsk. */

const decisions = ({ business }: Recipient): string => (business.municipality === 'tindvik' ? 'tindvik-vedtak' : 'vinterdal-brev')
const property = ({ business }: Recipient): string => (business.municipality === 'tindvik' ? 'tindvik-eiendom' : 'vinterdal-brev')

/** Holding and title number of a property (gårds- og bruksnummer). */
export function plot(f: Facts): string {
  return `${String(f.random.int(3, 142))}/${String(f.random.int(1, 480))}`
}

const building: LetterKind = {
  id: 'building-permit',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 5,
  applies: ({ business }) => business.trade !== 'accounting',
  write: (f) => {
    const reference = f.caseNumber()
    const where = plot(f)
    const text = f.say({
      nb: () => ({
        title: `Tillatelse til tiltak – gnr./bnr. ${where}`,
        summary: 'Søknaden om byggetillatelse er innvilget på vilkår.',
        caption: 'Situasjonskart. Eiendommen er vist med rød strek.',
        body: `Kommunen viser til søknaden fra ${f.name}, mottatt ${f.date(-f.random.int(20, 80))}. Den gjelder ${f.random.pick(['bruksendring av lager til verksted', 'tilbygg på 48 m²', 'fasadeendring og nytt skilt', 'ny støttemur mot veien', 'nytt ventilasjonsanlegg'])} på gnr./bnr. **${where}**.

## Vedtak
Med hjemmel i plan- og bygningsloven § 20-1 gir kommunen **tillatelse til tiltaket** som omsøkt, på disse vilkårene:

1. Avfallsplan skal foreligge før arbeidet starter.
2. Arbeidet skal være satt i gang innen tre år, ellers faller tillatelsen bort.
3. Støyende arbeid skal bare foregå på hverdager mellom kl. 07 og 19.
4. Det skal søkes om ferdigattest før bygget tas i bruk.

## Nabovarsel
Det kom ${f.random.chance(0.4) ? 'ett naboinnspill, om utsikt mot sjøen. Kommunen kan ikke se at tiltaket gir en ulempe av betydning' : 'ingen merknader fra naboene'}.

## Gebyr
Saksbehandlingsgebyret er ${f.kroner(f.random.int(46, 380) * 100)} etter kommunens regulativ. Faktura sendes tiltakshaver.`,
      }),
      nn: () => ({
        title: `Løyve til tiltak – gnr./bnr. ${where}`,
        summary: 'Søknaden om byggjeløyve er innvilga på vilkår.',
        caption: 'Situasjonskart. Eigedomen er vist med raud strek.',
        body: `Kommunen viser til søknaden frå ${f.name}, motteken ${f.date(-f.random.int(20, 80))}. Han gjeld ${f.random.pick(['bruksendring av lager til verkstad', 'tilbygg på 48 m²', 'fasadeendring og nytt skilt', 'ny støttemur mot vegen', 'nytt ventilasjonsanlegg'])} på gnr./bnr. **${where}**.

## Vedtak
Med heimel i plan- og bygningslova § 20-1 gjev kommunen **løyve til tiltaket** som omsøkt, på desse vilkåra:

1. Avfallsplan skal liggje føre før arbeidet tek til.
2. Arbeidet skal vere sett i gang innan tre år, elles fell løyvet bort.
3. Støyande arbeid skal berre gå føre seg på kvardagar mellom kl. 07 og 19.
4. Det skal søkjast om ferdigattest før bygget blir teke i bruk.

## Nabovarsel
Det kom ${f.random.chance(0.4) ? 'eitt naboinnspel, om utsikt mot fjorden. Kommunen kan ikkje sjå at tiltaket gjev ei ulempe av noko å seie' : 'ingen merknader frå naboane'}.

## Gebyr
Saksbehandlingsgebyret er ${f.kroner(f.random.int(46, 380) * 100)} etter regulativet til kommunen. Faktura går til tiltakshavaren.`,
      }),
    })
    const map = (): Buffer => siteMap(f.stream('map'))
    const unit = f.say({ nb: () => 'Plan, bygg og geodata', nn: () => 'Plan, bygg og geodata' })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f, unit)}`,
      reference,
      messageSender: `${f.owner}, plan og bygg`,
      attachments: [
        letterPdf(f, { fileName: f.language === 'nn' ? 'Løyve.pdf' : 'Tillatelse.pdf', title: text.title, unit, reference, markdown: `${text.body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f, unit)}`, pictures: () => [{ png: map(), caption: text.caption }] }),
        ...(f.random.chance(0.6) ? [{ fileName: `situasjonskart_${where.replace('/', '-')}.png`, content: map }] : []),
      ],
    }
  },
}

const propertyTax: LetterKind = {
  id: 'property-tax',
  resource: property,
  languages: ['nb', 'nn'],
  weight: 4,
  due: [21, 42],
  write: (f) => {
    const value = f.random.int(8, 240) * 100_000
    const basis = Math.round(value * 0.7)
    const tax = Math.round((basis * 4.2) / 1000)
    const where = plot(f)
    const text = f.say({
      nb: () => ({
        title: `Eiendomsskatt ${String(f.year)} for gnr./bnr. ${where}`,
        summary: `${f.kroner(tax)}, første termin forfaller ${f.due}.`,
        body: `Kommunestyret har vedtatt at det skal skrives ut eiendomsskatt på næringseiendom i ${String(f.year)}. Skattesatsen er 4,2 promille.

${table(['', 'Kroner'], [['Takst', f.number(value)], ['Reduksjon, 30 %', f.number(basis - value)], ['Grunnlag', f.number(basis)], ['**Skatt for året**', `**${f.number(tax)}**`]], [1])}

Skatten betales i to terminer. Første termin er tatt med her:

${paymentTable(f, Math.ceil(tax / 2))}

Dere kan klage på taksten innen seks uker. Skattelisten ligger ute til ettersyn på servicetorget og på [kommunens nettsider](${f.site}/eiendomsskatt).`,
      }),
      nn: () => ({
        title: `Eigedomsskatt ${String(f.year)} for gnr./bnr. ${where}`,
        summary: `${f.kroner(tax)}, første termin forfell ${f.due}.`,
        body: `Kommunestyret har vedteke at det skal skrivast ut eigedomsskatt på næringseigedom i ${String(f.year)}. Skattesatsen er 4,2 promille.

${table(['', 'Kroner'], [['Takst', f.number(value)], ['Reduksjon, 30 %', f.number(basis - value)], ['Grunnlag', f.number(basis)], ['**Skatt for året**', `**${f.number(tax)}**`]], [1])}

Skatten skal betalast i to terminar. Første termin er teken med her:

${paymentTable(f, Math.ceil(tax / 2))}

De kan klage på taksten innan seks veker. Skattelista ligg ute til ettersyn på servicetorget og på [nettsidene til kommunen](${f.site}/eigedomsskatt).`,
      }),
    })
    const reference = f.caseNumber()
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Eiendomsskattekontoret', nn: () => 'Eigedomsskattekontoret' }))}`,
      reference,
      ...(f.random.chance(0.6) ? { attachments: [letterPdf(f, { fileName: f.language === 'nn' ? 'Skattesetel.pdf' : 'Skatteseddel.pdf', title: text.title, unit: f.say({ nb: () => 'Eiendomsskattekontoret', nn: () => 'Eigedomsskattekontoret' }), reference, markdown: `${text.body}\n\n${appeal(f, 6)}` })] } : {}),
    }
  },
}

const fees: LetterKind = {
  id: 'municipal-fees',
  resource: property,
  languages: ['nb', 'nn'],
  weight: 4,
  write: (f) => {
    const up = f.random.int(3, 19)
    const base = [f.random.int(30, 90) * 100, f.random.int(35, 110) * 100, f.random.int(40, 120) * 100, f.random.int(5, 19) * 100]
    const rows = (names: readonly string[]): string => table(['', String(f.year), String(f.year + 1)], names.map((name, at) => [name, f.number(base[at] ?? 0), f.number(Math.round(((base[at] ?? 0) * (100 + up)) / 100))]), [1, 2])
    const text = f.say({
      nb: () => ({
        title: `Kommunale gebyrer i ${String(f.year + 1)} – forslag på høring`,
        body: `Kommunedirektøren foreslår å øke gebyrene for vann, avløp og renovasjon med **${String(up)} prosent** fra 1. januar. For en virksomhet som deres kan det bety dette, i kroner uten merverdiavgift:

${rows(['Vann', 'Avløp', 'Renovasjon', 'Feiing og tilsyn'])}

Årsaken er i hovedsak høyere rente og utbygging av renseanlegget. Gebyrene skal dekke det tjenestene koster, og ikke mer. Innspill kan sendes til kommunen innen fire uker. Kommunestyret vedtar satsene i desember.`,
      }),
      nn: () => ({
        title: `Kommunale gebyr i ${String(f.year + 1)} – framlegg på høyring`,
        body: `Kommunedirektøren gjer framlegg om å auke gebyra for vatn, avløp og renovasjon med **${String(up)} prosent** frå 1. januar. For ei verksemd som dykkar kan det bety dette, i kroner utan meirverdiavgift:

${rows(['Vatn', 'Avløp', 'Renovasjon', 'Feiing og tilsyn'])}

Årsaka er i hovudsak høgare rente og utbygging av reinseanlegget. Gebyra skal dekkje det tenestene kostar, og ikkje meir. Innspel kan sendast til kommunen innan fire veker. Kommunestyret vedtek satsane i desember.`,
      }),
    })
    return { title: text.title, summary: null, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber() }
  },
}

const licence: LetterKind = {
  id: 'alcohol-licence',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 5,
  applies: ({ business }) => ['cafe', 'sports', 'skiing'].includes(business.trade),
  write: (f) => {
    const reference = f.caseNumber()
    const when = f.date(f.random.int(10, 45))
    const responsible = f.employee()
    const fee = f.random.pick([440, 600, 1940])
    const text = f.say({
      nb: () => ({
        title: 'Svar på søknad om skjenkebevilling for én anledning',
        summary: `Innvilget for ${when}.`,
        body: `${f.name} får bevilling til å skjenke alkoholholdig drikk i gruppe 1 og 2 ved arrangementet **${when}**.

- Skjenketid: kl. 18.00 til 00.30. Konsumering må være avsluttet kl. 01.00.
- Ansvarlig på stedet: ${responsible}
- Gebyr: ${f.kroner(fee)}

Den ansvarlige må være til stede hele tiden og ha avlagt prøve om alkoholloven. Kommunen kan kontrollere stedet uten varsel. Bevillingen skal kunne vises frem; den ligger ved.`,
      }),
      nn: () => ({
        title: 'Svar på søknad om skjenkjeløyve for eitt høve',
        summary: `Innvilga for ${when}.`,
        body: `${f.name} får løyve til å skjenkje alkoholhaldig drikk i gruppe 1 og 2 ved arrangementet **${when}**.

- Skjenkjetid: kl. 18.00 til 00.30. Drikkinga må vere avslutta kl. 01.00.
- Ansvarleg på staden: ${responsible}
- Gebyr: ${f.kroner(fee)}

Den ansvarlege må vere til stades heile tida og ha teke prøve om alkohollova. Kommunen kan kontrollere staden utan varsel. Løyvet skal kunne visast fram; det ligg ved.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: f.language === 'nn' ? 'Skjenkjeløyve.pdf' : 'Skjenkebevilling.pdf', title: text.title, unit: 'Servicetorget', reference, markdown: text.body })],
    }
  },
}

export const municipalLetters: readonly LetterKind[] = [building, propertyTax, fees, licence]
