import { osloDate } from '../calendar.ts'
import { csv } from '../files/csv.ts'
import type { Facts, LetterKind } from './kind.ts'
import { orders } from './labour.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'
import { vouchers } from './tax-audit.ts'

/** Letters that are nearly as long as a body may be: 30 000 characters (altinn3.md 2.7). Sent only where they are placed. */

const limit = 29_600

/** Rows until the letter is nearly full; `make` gives the n-th row. `rest` is what stands around the table. */
function rowsUpTo(rest: string, make: (n: number) => readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = []
  for (let length = rest.length + 200; ; ) {
    const row = make(rows.length)
    length += row.join(' | ').length + 5
    if (length > limit) return rows
    rows.push(row)
  }
}

const auditReport: LetterKind = {
  id: 'audit-report',
  resource: 'skd-kontroll',
  languages: ['nb', 'nn'],
  weight: 0,
  due: [21, 28],
  confirm: 1,
  write: (f) => {
    const reference = f.caseNumber()
    const year = f.settledYear
    const list = vouchers(f.random, { number: null, year }, 340, f.language)
    const verdict = f.say({
      nb: () => ['i orden', 'i orden', 'i orden', 'i orden', 'mangler underbilag', 'feil periode', 'ikke fradragsrett', 'mangler org.nr. på salgsdokument'],
      nn: () => ['i orden', 'i orden', 'i orden', 'i orden', 'manglar underbilag', 'feil periode', 'ikkje frådragsrett', 'manglar org.nr. på salsdokument'],
    })
    const text = f.say({
      nb: () => ({
        title: `Rapport etter kontroll for ${String(year)}`,
        head: ['Bilag', 'Dato', 'Tekst', 'Leverandør', 'Mva i kroner', 'Merknad'],
        before: `Kontrollen av ${f.name} er ferdig. Den gjaldt bokføring og merverdiavgift for **${String(year)}** og ble gjennomført i virksomhetens lokaler og hos regnskapsføreren.

## Sammendrag
Regnskapet er i hovedsak ført i samsvar med bokføringsloven. Vi har likevel funnet bilag der fradraget for inngående merverdiavgift må endres, og noen steder der sporbarheten er for svak. Vi foreslår ingen tilleggsskatt, fordi feilene ikke viser noe mønster.

## Hva vi har sett på
1. Kassasystemet og de daglige oppgjørene. Z-rapporter er oppbevart og samsvarer med bokført salg.
2. Varelageret ved årets slutt. Telleliste forelå, og prisene er kontrollert ved stikkprøver.
3. Lønn, naturalytelser og utgiftsgodtgjørelser, som er avstemt mot a-meldingene.
4. Inngående faktura. Gjennomgangen av dem følger nedenfor.

## Bilagene`,
        after: `## Hva vi ber om
Uttal dere til rapporten innen **${f.due}**. Er det bilag vi har misforstått, er det nok å vise til nummeret og legge ved dokumentasjonen. Etter fristen tar vi stilling til om fastsettingen skal endres, og dere får i så fall et vedtak som kan påklages.`,
      }),
      nn: () => ({
        title: `Rapport etter kontroll for ${String(year)}`,
        head: ['Bilag', 'Dato', 'Tekst', 'Leverandør', 'Mva i kroner', 'Merknad'],
        before: `Kontrollen av ${f.name} er ferdig. Han gjaldt bokføring og meirverdiavgift for **${String(year)}** og vart gjennomført i lokala til verksemda og hos rekneskapsføraren.

## Samandrag
Rekneskapen er i hovudsak ført i samsvar med bokføringslova. Vi har likevel funne bilag der frådraget for inngåande meirverdiavgift må endrast, og nokre stader der sporinga er for veik. Vi gjer ikkje framlegg om tilleggsskatt, fordi feila ikkje viser noko mønster.

## Kva vi har sett på
1. Kassasystemet og dei daglege oppgjera. Z-rapportar er tekne vare på og samsvarar med bokført sal.
2. Varelageret ved slutten av året. Teljeliste låg føre, og prisane er kontrollerte ved stikkprøver.
3. Løn, naturalytingar og utgiftsgodtgjersler, som er avstemde mot a-meldingane.
4. Inngåande faktura. Gjennomgangen av dei følgjer nedanfor.

## Bilaga`,
        after: `## Kva vi ber om
Uttal dykk til rapporten innan **${f.due}**. Er det bilag vi har misforstått, er det nok å vise til nummeret og leggje ved dokumentasjonen. Etter fristen tek vi stilling til om fastsetjinga skal endrast, og de får i så fall eit vedtak som de kan klage på.`,
      }),
    })
    const tail = `${text.after}\n\n${contact(f, reference)}\n\n${closing(f)}`
    const rows = rowsUpTo(text.before + tail, (n) => {
      const voucher = list[n % list.length]
      return voucher === undefined ? [] : [String(voucher.number), voucher.date, voucher.text, voucher.supplier, f.number(voucher.tax), f.random.pick(verdict)]
    })
    return {
      title: text.title,
      summary: null,
      body: `${text.before}\n${table(text.head, rows, [4])}\n\n${tail}`,
      reference,
      attachments: [{ fileName: 'Kontrollerte bilag.csv', content: () => csv([text.head, ...rows.map((row) => row.map((cell) => cell.replace(/\u00a0/g, '')))], true) }],
    }
  },
}

const taxList: LetterKind = {
  id: 'property-tax-list',
  resource: 'tindvik-eiendom',
  languages: ['nb'],
  weight: 0,
  write: (f) => {
    const reference = f.caseNumber()
    const before = `Tindvik kommune legger ut eiendomsskattelisten for næringseiendom i **${String(f.year)}**. ${f.name} får listen fordi dere eier eller fester en eller flere av eiendommene, eller fordi dere har bedt om å få den tilsendt.

## Slik leser dere listen
Taksten er satt av kommunens sakkyndige nemnd ved siste hovedtaksering, og økt med ti prosent per år der det er vedtatt kontorjustering. Fra taksten trekkes 30 prosent. Skatten er 4,2 promille av det som blir igjen, rundet av til hele kroner.

## Eiendommene`
    const tail = `${appeal(f, 6)}\n\n${contact(f, reference)}\n\n${closing(f, 'Eiendomsskattekontoret')}`
    const streets = ['Havnegata', 'Torget', 'Strandgata', 'Industriveien', 'Elveveien', 'Skarvøyveien', 'Granliveien', 'Fjellheimveien', 'Sjøgata', 'Kirkegata', 'Stadionveien', 'Nordre Kaivei', 'Verftsgata', 'Mølleveien']
    const rows = rowsUpTo(before + tail, (n) => {
      const value = f.random.int(6, 310) * 100_000
      return [`${String(3 + Math.floor(n / 6))}/${String(1 + (n % 6) * 17 + f.random.int(0, 16))}`, `${f.random.pick(streets)} ${String(f.random.int(1, 92))}`, f.random.pick(['kontor', 'butikk', 'verksted', 'lager', 'kai', 'hotell', 'verft', 'servering']), f.number(value), f.number(Math.round(value * 0.7)), f.number(Math.round((value * 0.7 * 4.2) / 1000))]
    })
    return { title: `Eiendomsskattelisten ${String(f.year)} for næringseiendom`, summary: null, body: `${before}\n${table(['Gnr./bnr.', 'Adresse', 'Bruk', 'Takst', 'Grunnlag', 'Skatt'], rows, [3, 4, 5])}\n\n${tail}`, reference }
  },
}

/** Something seen on the round, with a measured value between two bounds. */
interface Remark {
  readonly text: (value: string) => string
  readonly from: number
  readonly to: number
  /** Only where machines stand. */
  readonly machines: boolean
}

/** Which of the places have machines, by their position in the list. */
const machineRooms: readonly number[] = [1, 2, 9, 11]

function remarks(f: Facts): readonly Remark[] {
  return f.say({
    nb: () => [
      { text: (value) => `Belysningen ble målt til ${value} lux. Det er tilstrekkelig for oppgavene som utføres her, men lyset faller slik at det blir skygge ved arbeidsbenken.`, from: 310, to: 620, machines: false },
      { text: (value) => `Støynivået lå på ${value} dB(A) over en periode på ti minutter. Hørselvern var tilgjengelig, men ble ikke brukt av alle.`, from: 79, to: 92, machines: true },
      { text: (value) => `Det var ${value} cm fri passasje mellom reolene. Rømningsveien var merket, og døren lot seg åpne uten nøkkel.`, from: 70, to: 140, machines: false },
      { text: (value) => `Vi snakket med en ansatt som hadde arbeidet der i ${value} måneder. Vedkommende kjente rutinen for å melde avvik og hadde brukt den.`, from: 3, to: 60, machines: false },
      { text: (value) => `Vernet på maskinen var på plass. Nødstopp ble prøvd og virket innen ${value} sekunder.`, from: 2, to: 5, machines: true },
      { text: (value) => `Temperaturen var ${value} grader. De ansatte opplyser at det er trekk fra porten når det lastes, og at det er verst om vinteren.`, from: 15, to: 22, machines: false },
      { text: (value) => `Det var ${value} dager siden siste renhold etter planen. Gulvet var tørt og ryddig, men det sto paller foran vannposten.`, from: 2, to: 9, machines: false },
    ],
    nn: () => [
      { text: (value) => `Lyset vart målt til ${value} lux. Det er nok for oppgåvene som blir utførte her, men det fell slik at det blir skugge ved arbeidsbenken.`, from: 310, to: 620, machines: false },
      { text: (value) => `Støynivået låg på ${value} dB(A) over ein periode på ti minutt. Høyrselsvern var tilgjengeleg, men vart ikkje brukt av alle.`, from: 79, to: 92, machines: true },
      { text: (value) => `Det var ${value} cm fri passasje mellom reolane. Rømingsvegen var merkt, og døra let seg opne utan nøkkel.`, from: 70, to: 140, machines: false },
      { text: (value) => `Vi snakka med ein tilsett som hadde arbeidd der i ${value} månader. Vedkomande kjende rutinen for å melde avvik og hadde brukt han.`, from: 3, to: 60, machines: false },
      { text: (value) => `Vernet på maskina var på plass. Naudstopp vart prøvd og verka innan ${value} sekund.`, from: 2, to: 5, machines: true },
      { text: (value) => `Temperaturen var ${value} grader. Dei tilsette opplyser at det er trekk frå porten når det blir lasta, og at det er verst om vinteren.`, from: 15, to: 22, machines: false },
      { text: (value) => `Det var ${value} dagar sidan siste reinhald etter planen. Golvet var tørt og ryddig, men det stod pallar framfor vassposten.`, from: 2, to: 9, machines: false },
    ],
  })
}

const inspectionReport: LetterKind = {
  id: 'inspection-report',
  resource: 'dat-tilsyn',
  languages: ['nb', 'nn'],
  weight: 0,
  due: [28, 42],
  confirm: 1,
  write: (f) => {
    const reference = f.caseNumber()
    const places = f.say({
      nb: () => ['lageret', 'verkstedet', 'produksjonslinjen', 'kontoret', 'kjølerommet', 'lasterampen', 'pauserommet', 'garderoben', 'kjøkkenet', 'teknisk rom', 'uteområdet', 'maskinhallen'],
      nn: () => ['lageret', 'verkstaden', 'produksjonslinja', 'kontoret', 'kjølerommet', 'lasterampa', 'pauserommet', 'garderoben', 'kjøkenet', 'teknisk rom', 'uteområdet', 'maskinhallen'],
    })
    const seen = remarks(f)
    const heading = f.say({ nb: () => 'Observasjon', nn: () => 'Observasjon' })
    const before = f.say({
      nb: () => `Dette er den fullstendige rapporten etter tilsynet hos **${f.name}**. Tilsynet varte i to dager og omfattet alle lokalene. Rapporten følger runden vi gikk, sted for sted, og inneholder det vi så, målte og fikk høre. Påleggene kommer til slutt.\n\nTil stede fra virksomheten: ${f.recipient.business.manager} og ${f.employee()}.`,
      nn: () => `Dette er den fullstendige rapporten etter tilsynet hos **${f.name}**. Tilsynet varte i to dagar og omfatta alle lokala. Rapporten følgjer runden vi gjekk, stad for stad, og inneheld det vi såg, målte og fekk høyre. Pålegga kjem til slutt.\n\nTil stades frå verksemda: ${f.recipient.business.manager} og ${f.employee()}.`,
    })
    const closingOrders = f.random.some(orders(f), 4).map((one, at) => `${String(at + 1)}. ${one.what} (${one.ground}). ${f.say({ nb: () => 'Frist', nn: () => 'Frist' })}: **${f.due}**.`).join('\n')
    const tail = `## ${f.say({ nb: () => 'Pålegg', nn: () => 'Pålegg' })}\n\n${closingOrders}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}`
    const sections: string[] = []
    for (let length = before.length + tail.length + 400; ; ) {
      const at = sections.length
      const place = at % places.length
      const fitting = seen.filter(({ machines }) => !machines || machineRooms.includes(place))
      const lines = f.random.some(fitting, 3).map(({ text, from, to }) => text(String(f.random.int(from, to)))).join(' ')
      const section = `### ${heading} ${String(at + 1)}: ${places[place] ?? ''}, ${measuredAt(f, at)}\n\n${lines}`
      length += section.length + 2
      if (length > limit) break
      sections.push(section)
    }
    return {
      title: f.say({ nb: () => 'Fullstendig rapport etter tilsyn over to dager', nn: () => 'Fullstendig rapport etter tilsyn over to dagar' }),
      summary: f.say({ nb: () => `Med pålegg. Frist ${f.due}.`, nn: () => `Med pålegg. Frist ${f.due}.` }),
      body: `${before}\n\n${sections.join('\n\n')}\n\n${tail}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Tilsynsrapport, sammendrag.pdf', title: 'Sammendrag', unit: f.owner, reference, markdown: `${before}\n\n${sections.slice(0, 14).join('\n\n')}\n\n${tail}` })],
    }
  },
}

/** Times along the round of an inspection, a quarter of an hour apart, two days of seven hours. */
function measuredAt(f: Facts, n: number): string {
  const minutes = 8 * 60 + 30 + (n % 28) * 15
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}.${String(minutes % 60).padStart(2, '0')}`
  return f.say({ nb: () => `dag ${String(1 + (Math.floor(n / 28) % 2))} kl. ${clock}`, nn: () => `dag ${String(1 + (Math.floor(n / 28) % 2))} kl. ${clock}` })
}

const codeList: LetterKind = {
  id: 'survey-codes',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb', 'en'],
  weight: 0,
  write: (f) => {
    const goods = f.say({
      nb: () => ['Fisk, fersk eller kjølt', 'Brødvarer', 'Trelast, høvlet', 'Møbler av tre', 'Båter og deler til båter', 'Grønnsaker, ferske', 'Maskiner for løfting', 'Emballasje av papp', 'Drivstoff', 'Klær og tekstiler', 'Kjemikalier, faste', 'Avfall av metall', 'Kjøretøy, brukte', 'Stein, grus og sand'],
      en: () => ['Fish, fresh or chilled', 'Bakery products', 'Sawn timber, planed', 'Wooden furniture', 'Boats and parts of boats', 'Vegetables, fresh', 'Lifting machinery', 'Cardboard packaging', 'Fuel', 'Clothes and textiles', 'Chemicals, solid', 'Metal waste', 'Vehicles, used', 'Stone, gravel and sand'],
    })
    const manner = f.say({ nb: () => ['på paller', 'i bulk', 'i container', 'stykkgods', 'i tank', 'kjølt', 'fryst'], en: () => ['on pallets', 'in bulk', 'in containers', 'general cargo', 'in tanks', 'chilled', 'frozen'] })
    const text = f.say({
      nb: () => ({
        title: `Nye varekoder fra ${String(osloDate(f.at).year + 1)}`,
        head: ['Kode', 'Vare', 'Lastemåte', 'Enhet', 'Kode før'],
        before: `Fra nyttår bruker skjemaene nye koder for varer. Listen under viser de kodene som ${f.name} har brukt eller kan få bruk for, og hva de het før. De gamle kodene kan brukes til og med desember.\n\n## Koder`,
        after: '## Hva dere må gjøre\nOppdater kodene i fagsystemet før første rapport i januar. Leverandører av transport- og lagersystemer har fått den samme listen. Er dere i tvil om en kode, velg den som er nærmest, og skriv hva varen er i merknadsfeltet.',
      }),
      en: () => ({
        title: `New commodity codes from ${String(osloDate(f.at).year + 1)}`,
        head: ['Code', 'Commodity', 'Loading', 'Unit', 'Former code'],
        before: `From the new year our forms use new commodity codes. The list shows the codes that ${f.name} has used or may need, with the codes they replace. The former codes may be used until the end of December.\n\n## Codes`,
        after: '## What you need to do\nUpdate the codes in your system before the first report in January. Suppliers of transport and warehouse systems have received the same list. If in doubt, choose the nearest code and describe the commodity in the field for remarks.',
      }),
    })
    const tail = `${text.after}\n\n${closing(f)}`
    const rows = rowsUpTo(text.before + tail, (n) => [`${String(10 + Math.floor(n / 7))}.${String(1 + (n % 7))}`, goods[Math.floor(n / 7) % goods.length] ?? '', manner[n % 7] ?? '', f.random.pick(['tonn', 'm³', 'stk.']), String(f.random.int(1000, 9899))])
    return { title: text.title, summary: null, body: `${text.before}\n${table(text.head, rows)}\n\n${tail}`, reference: f.caseNumber() }
  },
}

export const longLetters: readonly LetterKind[] = [auditReport, taxList, inspectionReport, codeList]
