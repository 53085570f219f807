import type { Recipient } from '../parties.ts'
import type { LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** The food safety authority, to those who make or serve food. */

const servesFood = ({ business }: Recipient): boolean => ['bakery', 'cafe', 'fish', 'kindergarten', 'skiing'].includes(business.trade)

const inspection: LetterKind = {
  id: 'food-decision',
  resource: 'mat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 7,
  due: [3, 14],
  confirm: 0.6,
  applies: servesFood,
  write: (f) => {
    const reference = f.caseNumber()
    const when = f.workday(-f.random.int(3, 6))
    const grade = f.random.int(0, 2)
    const rows = f.say({
      nb: () => f.random.some([['Renhold', 'Skitt i sluk og bak kjøledisk'], ['Temperatur', 'Kjølerom målt til 7,4 grader, kravet er 4'], ['Merking', 'Allergener manglet på tre varer'], ['Skadedyr', 'Åpning under vareport'], ['Internkontroll', 'Temperaturlogg ikke ført i to uker'], ['Vedlikehold', 'Sprukket fugemasse ved oppvaskbenk']], f.random.int(1, 4)),
      nn: () => f.random.some([['Reinhald', 'Skit i sluk og bak kjøledisk'], ['Temperatur', 'Kjølerom målt til 7,4 grader, kravet er 4'], ['Merking', 'Allergen mangla på tre varer'], ['Skadedyr', 'Opning under vareporten'], ['Internkontroll', 'Temperaturlogg ikkje ført i to veker'], ['Vedlikehald', 'Sprokken fugemasse ved oppvaskbenken']], f.random.int(1, 4)),
    })
    const text = f.say({
      nb: () => ({
        title: `Vedtak etter inspeksjon ${when}`,
        summary: `Karakter ${String(grade)}. Rett innen ${f.due}.`,
        body: `Mattilsynet inspiserte ${f.name} **${when}** uten varsel. Samlet karakter er **${String(grade)}**.

${table(['Område', 'Hva vi fant'], rows)}

## Vedtak
Dere skal rette forholdene over innen **${f.due}**. Det som er merket «Temperatur» og «Skadedyr», skal rettes straks. Når det er gjort, sender dere bilder og en kort forklaring.

Hjemmel er matloven § 23. Vi gir ikke lengre frist, fordi forholdene kan ha betydning for mattryggheten. Vi kommer på ny inspeksjon uten varsel.`,
      }),
      nn: () => ({
        title: `Vedtak etter inspeksjon ${when}`,
        summary: `Karakter ${String(grade)}. Rett innan ${f.due}.`,
        body: `Mattilsynet inspiserte ${f.name} **${when}** utan varsel. Samla karakter er **${String(grade)}**.

${table(['Område', 'Kva vi fann'], rows)}

## Vedtak
De skal rette forholda over innan **${f.due}**. Det som er merkt «Temperatur» og «Skadedyr», skal rettast straks. Når det er gjort, sender de bilete og ei kort forklaring.

Heimel er matlova § 23. Vi gjev ikkje lengre frist, fordi forholda kan ha noko å seie for mattryggleiken. Vi kjem på ny inspeksjon utan varsel.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Tilsynsrapport.pdf', title: text.title, unit: f.say({ nb: () => 'Avdeling Nordre kyst', nn: () => 'Avdeling Vestre fjord' }), reference, markdown: `${text.body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

const approved: LetterKind = {
  id: 'food-approved',
  resource: 'mat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 4,
  applies: servesFood,
  write: (f) => {
    const when = f.workday(-f.random.int(3, 6))
    const text = f.say({
      nb: () => ({ title: 'Ingen avvik ved inspeksjon', body: `Vi var på inspeksjon hos ${f.name} ${when} og fant **ingen brudd på regelverket**. Vi så på renhold, lagring, merking og sporbarhet.\n\nRapporten er offentlig. Serveringssteder skal henge opp den nye smilefjesplakaten ved inngangen; den ligger ved.`, file: 'Smilefjesplakat.pdf', head: 'Smilefjes' }),
      nn: () => ({ title: 'Ingen avvik ved inspeksjon', body: `Vi var på inspeksjon hos ${f.name} ${when} og fann **ingen brot på regelverket**. Vi såg på reinhald, lagring, merking og sporing.\n\nRapporten er offentleg. Serveringsstader skal hengje opp den nye smilefjesplakaten ved inngangen; han ligg ved.`, file: 'Smilefjesplakat.pdf', head: 'Smilefjes' }),
    })
    const reference = f.caseNumber()
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: text.file, title: text.head, unit: f.name, reference, markdown: `# ${f.name}\n\n${text.body}` })],
    }
  },
}

const recall: LetterKind = {
  id: 'food-recall',
  resource: 'mat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 3,
  applies: servesFood,
  write: (f) => {
    const batch = `L${String(f.random.int(10_000, 99_999))}`
    const goods = f.say({ nb: () => f.random.pick(['hvetemel 25 kg', 'røkelaks i skiver', 'hakkede hasselnøtter', 'kremfløte 10 liter', 'sesamfrø 5 kg']), nn: () => f.random.pick(['kveitemjøl 25 kg', 'røykjelaks i skiver', 'hakka hasselnøtter', 'kremfløyte 10 liter', 'sesamfrø 5 kg']) })
    const text = f.say({
      nb: () => ({ title: `Tilbaketrekking: ${goods}`, body: `Leverandøren trekker tilbake **${goods}**, partinummer **${batch}**. Varen kan inneholde ${f.random.pick(['biter av metall', 'listeria', 'salmonella', 'ikke-merkede allergener'])}.\n\n1. Kontroller lageret i dag.\n2. Ta varen ut av bruk, og merk den.\n3. Svar leverandøren på hvor mye dere har brukt og solgt.\n\nHar noen blitt syke, må dere melde fra til oss straks.` }),
      nn: () => ({ title: `Tilbaketrekking: ${goods}`, body: `Leverandøren trekkjer tilbake **${goods}**, partinummer **${batch}**. Vara kan innehalde ${f.random.pick(['bitar av metall', 'listeria', 'salmonella', 'allergen som ikkje er merkte'])}.\n\n1. Kontroller lageret i dag.\n2. Ta vara ut av bruk, og merk ho.\n3. Svar leverandøren på kor mykje de har brukt og selt.\n\nHar nokon vorte sjuke, må de melde frå til oss straks.` }),
    })
    return { title: text.title, summary: f.say({ nb: () => `Parti ${batch}`, nn: () => `Parti ${batch}` }), body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber(), allowForwarding: true }
  },
}

export const foodLetters: readonly LetterKind[] = [inspection, approved, recall]
