import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** The labour inspection: notices, orders, fines. */

interface Order {
  readonly what: string
  readonly ground: string
}

/** Orders that fit every workplace, in the letter's language. */
export function orders(f: Facts): readonly Order[] {
  return f.say({
    nb: () => [
      { what: 'Kartlegge faren for muskel- og skjelettplager og lage plan med tiltak', ground: 'arbeidsmiljøloven § 3-1 andre ledd bokstav c' },
      { what: 'Føre oversikt som viser hvor mye den enkelte ansatte har arbeidet', ground: 'arbeidsmiljøloven § 10-7' },
      { what: 'Gi dokumentert sikkerhetsopplæring i bruk av truck og løfteutstyr', ground: 'forskrift om utførelse av arbeid § 10-2' },
      { what: 'Tilknytte virksomheten en godkjent bedriftshelsetjeneste', ground: 'arbeidsmiljøloven § 3-3' },
      { what: 'Rette mangler i de skriftlige arbeidsavtalene', ground: 'arbeidsmiljøloven § 14-6' },
      { what: 'Måle støy på arbeidsplassene ved produksjonslinjen', ground: 'forskrift om utførelse av arbeid § 14-2' },
      { what: 'Sørge for valg av verneombud', ground: 'arbeidsmiljøloven § 6-1' },
      { what: 'Utarbeide rutine for å melde og følge opp ulykker og nestenulykker', ground: 'internkontrollforskriften § 5' },
    ],
    nn: () => [
      { what: 'Kartleggje faren for muskel- og skjelettplager og lage plan med tiltak', ground: 'arbeidsmiljølova § 3-1 andre leddet bokstav c' },
      { what: 'Føre oversikt som viser kor mykje kvar tilsett har arbeidd', ground: 'arbeidsmiljølova § 10-7' },
      { what: 'Gje dokumentert tryggleiksopplæring i bruk av truck og løfteutstyr', ground: 'forskrift om utføring av arbeid § 10-2' },
      { what: 'Knyte verksemda til ei godkjend bedriftshelseteneste', ground: 'arbeidsmiljølova § 3-3' },
      { what: 'Rette manglar i dei skriftlege arbeidsavtalane', ground: 'arbeidsmiljølova § 14-6' },
      { what: 'Måle støy på arbeidsplassane ved produksjonslinja', ground: 'forskrift om utføring av arbeid § 14-2' },
      { what: 'Syte for val av verneombod', ground: 'arbeidsmiljølova § 6-1' },
      { what: 'Lage rutine for å melde og følgje opp ulykker og nestenulykker', ground: 'internkontrollforskrifta § 5' },
    ],
  })
}

const notice: LetterKind = {
  id: 'inspection-notice',
  resource: 'dat-tilsyn',
  languages: ['nb', 'nn', 'en'],
  weight: 4,
  due: [5, 12],
  confirm: 0.5,
  write: (f) => {
    const reference = f.caseNumber()
    const when = f.workday(f.random.int(14, 24))
    const officer = f.officer()
    const reply = (label: string) => [{ linkURL: `${f.site}/tilsyn/${reference.replace('/', '-')}`, linkText: label }]
    const text = f.say({
      nb: () => ({
        title: `Varsel om tilsyn ${when}`,
        summary: 'Vi kommer på tilsyn. Last opp dokumentene vi ber om.',
        replies: reply('Last opp dokumenter'),
        body: `Arbeidstilsynet kommer på tilsyn hos **${f.name}** ${when} kl. 10.00. Tilsynet gjennomføres av ${officer} og varer omtrent to timer.

## Tema
- det systematiske arbeidet med helse, miljø og sikkerhet
- arbeidstid og arbeidsavtaler
- opplæring

## Før tilsynet
Last opp disse dokumentene innen **${f.due}**:

1. oversikt over ansatte, stilling og arbeidstid siste tre måneder
2. risikovurdering med handlingsplan
3. avtale med bedriftshelsetjeneste, og siste årsrapport

Verneombudet skal være til stede. Er det innleide på arbeidsplassen, vil vi snakke også med dem.`,
      }),
      nn: () => ({
        title: `Varsel om tilsyn ${when}`,
        summary: 'Vi kjem på tilsyn. Last opp dokumenta vi ber om.',
        replies: reply('Last opp dokument'),
        body: `Arbeidstilsynet kjem på tilsyn hos **${f.name}** ${when} kl. 10.00. Tilsynet blir gjennomført av ${officer} og varer om lag to timar.

## Tema
- det systematiske arbeidet med helse, miljø og tryggleik
- arbeidstid og arbeidsavtalar
- opplæring

## Før tilsynet
Last opp desse dokumenta innan **${f.due}**:

1. oversikt over tilsette, stilling og arbeidstid siste tre månader
2. risikovurdering med handlingsplan
3. avtale med bedriftshelseteneste, og siste årsrapport

Verneombodet skal vere til stades. Er det innleigde på arbeidsplassen, vil vi snakke også med dei.`,
      }),
      en: () => ({
        title: `Notice of inspection on ${when}`,
        summary: 'Please upload the documents we ask for.',
        replies: reply('Upload documents'),
        body: `The Norwegian Labour Inspection Authority will inspect **${f.name}** on ${when} at 10:00. The inspection will be carried out by ${officer} and takes about two hours. We will use an interpreter if employees ask for one.

## Before the inspection
Upload these documents no later than **${f.due}**:

1. a list of employees, their positions and working hours for the last three months
2. written employment contracts for all foreign employees
3. the risk assessment with its plan of action

The safety representative must be present.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      replyOptions: text.replies,
      ...(f.random.chance(0.5) ? { attachments: [letterPdf(f, { fileName: f.language === 'en' ? 'Notice.pdf' : 'Varsel.pdf', title: text.title, unit: f.say({ nb: () => 'Region nord', nn: () => 'Region vest', en: () => 'Northern region' }), reference, markdown: `${text.body}\n\n${contact(f, reference)}` })] } : {}),
    }
  },
}

const order: LetterKind = {
  id: 'order',
  resource: 'dat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 4,
  due: [14, 42],
  confirm: 0.8,
  write: (f) => {
    const reference = f.caseNumber()
    const visited = f.workday(-f.random.int(9, 16))
    const found = f.random.some(orders(f), f.random.int(2, 4))
    const listed = found.map((one, at) => `### ${String(at + 1)}. ${one.what}\n${f.say({
      nb: () => `Frist: **${f.due}**. Hjemmel: ${one.ground}.\n\nFor at pålegget skal være oppfylt, må dere sende oss en skriftlig bekreftelse på hva som er gjort, og dokumentasjon som viser det. Verneombudet, eller en annen representant for de ansatte, skal ha uttalt seg.`,
      nn: () => `Frist: **${f.due}**. Heimel: ${one.ground}.\n\nFor at pålegget skal vere oppfylt, må de sende oss ei skriftleg stadfesting på kva som er gjort, og dokumentasjon som viser det. Verneombodet, eller ein annan representant for dei tilsette, skal ha uttalt seg.`,
    })}`).join('\n\n')
    const text = f.say({
      nb: () => ({
        title: `Vedtak med pålegg etter tilsyn ${visited}`,
        summary: `${String(found.length)} pålegg, frist ${f.due}.`,
        body: `Vi viser til tilsynet hos ${f.name} **${visited}** og til varselet om pålegg. Vi har ikke fått merknader til varselet innen fristen. Arbeidstilsynet gir disse påleggene:

${listed}

## Det vi så
Tilsynet omfattet kontor og produksjonslokaler. Virksomheten har kommet i gang med risikovurdering, men den er ikke gjort kjent for de ansatte, og tiltakene har verken ansvarlig eller dato. Flere ansatte kunne ikke vise til opplæring.

## Blir pålegg ikke oppfylt
Da kan vi vedta tvangsmulkt for hver dag, eller stanse arbeidet. Trenger dere lengre tid, må dere søke om det før fristen går ut, med grunngivning.`,
      }),
      nn: () => ({
        title: `Vedtak med pålegg etter tilsyn ${visited}`,
        summary: `${String(found.length)} pålegg, frist ${f.due}.`,
        body: `Vi viser til tilsynet hos ${f.name} **${visited}** og til varselet om pålegg. Vi har ikkje fått merknader til varselet innan fristen. Arbeidstilsynet gjev desse pålegga:

${listed}

## Det vi såg
Tilsynet omfatta kontor og produksjonslokale. Verksemda har kome i gang med risikovurdering, men ho er ikkje gjord kjend for dei tilsette, og tiltaka har korkje ansvarleg eller dato. Fleire tilsette kunne ikkje vise til opplæring.

## Blir pålegg ikkje oppfylte
Då kan vi vedta tvangsmulkt for kvar dag, eller stanse arbeidet. Treng de lengre tid, må de søkje om det før fristen går ut, med grunngjeving.`,
      }),
    })
    const all = `${text.body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}`
    return {
      title: text.title,
      summary: text.summary,
      body: all,
      reference,
      attachments: [
        letterPdf(f, { fileName: 'Vedtak.pdf', displayName: text.title, title: text.title, unit: f.say({ nb: () => 'Region nord', nn: () => 'Region vest' }), reference, markdown: all }),
        letterPdf(f, {
          fileName: f.say({ nb: () => 'Orientering til verneombudet.pdf', nn: () => 'Orientering til verneombodet.pdf' }),
          title: f.say({ nb: () => 'Orientering til verneombudet', nn: () => 'Orientering til verneombodet' }),
          unit: f.owner,
          reference,
          markdown: f.say({
            nb: () => `Arbeidsgiveren skal gjøre dette vedtaket kjent for deg og de andre ansatte. Du har rett til å uttale deg før virksomheten svarer oss, og du kan selv ta kontakt.\n\n${table(['Nr.', 'Pålegg', 'Frist'], found.map((one, at) => [String(at + 1), one.what, f.due]))}`,
            nn: () => `Arbeidsgivaren skal gjere dette vedtaket kjent for deg og dei andre tilsette. Du har rett til å uttale deg før verksemda svarar oss, og du kan sjølv ta kontakt.\n\n${table(['Nr.', 'Pålegg', 'Frist'], found.map((one, at) => [String(at + 1), one.what, f.due]))}`,
          }),
        }),
      ],
    }
  },
}

const fine: LetterKind = {
  id: 'violation-fine',
  resource: 'dat-tilsyn',
  languages: ['nb'],
  weight: 2,
  due: [21, 28],
  confirm: 0.7,
  applies: ({ business }) => ['carpentry', 'transport', 'fish', 'boats', 'cafe'].includes(business.trade),
  write: (f) => {
    const reference = f.caseNumber()
    const sum = f.random.pick([20_000, 35_000, 60_000, 85_000])
    const body = `Arbeidstilsynet har kommet til at ${f.name} skal betale **overtredelsesgebyr på ${f.kroner(sum)}**.

## Bakgrunn
Under tilsyn ${f.workday(-f.random.int(40, 90))} arbeidet to personer ${f.random.pick(['på tak uten sikring mot fall, omtrent fem meter over bakken', 'uten gyldig HMS-kort', 'mer enn 60 timer i uken i tre uker på rad', 'ved en sag der vernet var tatt av'])}. Arbeidsleder var til stede og kjente til forholdet.

## Vurdering
Overtredelsen er alvorlig, og faren var synlig. Virksomheten har rettet forholdet samme dag, og det er ikke tidligere gitt pålegg om det samme. Vi har lagt vekt på dette ved utmålingen, sammen med virksomhetens størrelse.

| Moment | Betydning |
|---|---|
| Fare for liv og helse | skjerpende |
| Rettet samme dag | formildende |
| Gjentakelse | nei |

Gebyret forfaller **${f.due}**. Statens innkrevingssentral sender krav. Vedtaket er tvangsgrunnlag for utlegg.`
    return {
      title: 'Vedtak om overtredelsesgebyr',
      summary: `${f.kroner(sum)}, forfall ${f.due}.`,
      body: `${body}\n\n${appeal(f, 3)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vedtak om overtredelsesgebyr.pdf', title: 'Vedtak om overtredelsesgebyr', unit: 'Region nord', reference, markdown: `${body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

const fulfilled: LetterKind = {
  id: 'order-fulfilled',
  resource: 'dat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 3,
  write: (f) => {
    const one = f.random.pick(orders(f))
    const text = f.say({
      nb: () => ({ title: 'Pålegget er oppfylt', body: `Takk for tilbakemeldingen. Vi anser pålegget som oppfylt:\n\n> ${one.what}\n\nSaken er avsluttet hos oss. Husk at arbeidet med helse, miljø og sikkerhet skal gjøres fortløpende, og at de ansatte skal delta.` }),
      nn: () => ({ title: 'Pålegget er oppfylt', body: `Takk for tilbakemeldinga. Vi reknar pålegget som oppfylt:\n\n> ${one.what}\n\nSaka er avslutta hos oss. Hugs at arbeidet med helse, miljø og tryggleik skal gjerast fortløpande, og at dei tilsette skal vere med.` }),
    })
    return { title: text.title, summary: null, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber() }
  },
}

export const labourLetters: readonly LetterKind[] = [notice, order, fine, fulfilled]
