import { csv } from '../files/csv.ts'
import { siteMap } from '../files/drawings.ts'
import { zip } from '../files/zip.ts'
import type { Recipient } from '../parties.ts'
import { isoDate, DAY } from '../calendar.ts'
import type { Facts, LetterKind } from './kind.ts'
import { closing, letterPdf, table } from './phrases.ts'
import { plot } from './municipality.ts'

/** Letters that come with many or odd files: bundles of a case, minutes, large tables. */

const decisions = ({ business }: Recipient): string => (business.municipality === 'tindvik' ? 'tindvik-vedtak' : 'vinterdal-brev')

/** A map file in SOSI, the Norwegian format for geographic data: coordinates in centimetres, UTM zone 33. */
function sosi(f: Facts): Buffer {
  const random = f.stream('sosi')
  const [north, east] = [random.int(731_000_000, 738_000_000), random.int(48_000_000, 52_000_000)]
  const corners = [[0, 0], [0, 9200], [6100, 9900], [7400, 300], [0, 0]].map(([n = 0, e = 0]) => `${String(north + n)} ${String(east + e)}`)
  return Buffer.from(['.HODE', '..TEGNSETT UTF-8', '..TRANSPAR', '...KOORDSYS 23', '...ORIGO-NØ 0 0', '...ENHET 0.01', '..SOSI-VERSJON 4.5', '.KURVE 1:', '..OBJTYPE RpGrense', '..NØ', ...corners, '.SLUTT', ''].join('\r\n'))
}

const bundle: LetterKind = {
  id: 'case-papers',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 0,
  write: (f) => {
    const reference = f.caseNumber()
    const sheet = (title: string, markdown: string) => ({ title, unit: 'Arkiv', reference, markdown })
    const text = f.say({
      nb: () => ({
        title: `Innsyn i sak ${reference} – oversendelse av dokumenter`,
        body: `Vi viser til kravet om innsyn. Her er dokumentene i saken om gnr./bnr. ${plot(f)}. Navn på privatpersoner er fjernet etter offentleglova § 13.

1. Søknad med vedlegg
2. Merknader fra naboer
3. Kart og planområde
4. Intern korrespondanse (tom, alt er unntatt)

To av dokumentene heter det samme. De er ikke like: det siste er det som gjelder.`,
        old: 'Dette er den første utgaven. Den er erstattet.',
        now: 'Dette er utgaven som gjelder. Den erstatter den første.',
        notes: 'Merknader',
        minutes: 'Årsmelding – æøå ÆØÅ é.txt',
      }),
      nn: () => ({
        title: `Innsyn i sak ${reference} – oversending av dokument`,
        body: `Vi viser til kravet om innsyn. Her er dokumenta i saka om gnr./bnr. ${plot(f)}. Namn på privatpersonar er fjerna etter offentleglova § 13.

1. Søknad med vedlegg
2. Merknader frå naboar
3. Kart og planområde
4. Intern korrespondanse (tom, alt er unnateke)

To av dokumenta heiter det same. Dei er ikkje like: det siste er det som gjeld.`,
        old: 'Dette er den første utgåva. Ho er erstatta.',
        now: 'Dette er utgåva som gjeld. Ho erstattar den første.',
        notes: 'Merknader',
        minutes: 'Årsmelding – æøå ÆØÅ é.txt',
      }),
    })
    const note = (n: number): Buffer => Buffer.from(`${text.notes} ${String(n)}\r\n\r\n${text.title}\r\n`)
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${closing(f, 'Arkiv')}`,
      reference,
      attachments: [
        letterPdf(f, { fileName: 'Vedlegg.pdf', ...sheet('Søknad', text.old) }),
        letterPdf(f, { fileName: 'Vedlegg.pdf', ...sheet('Søknad', text.now) }),
        letterPdf(f, { fileName: 'SØKNAD (SKANNET).PDF', displayName: 'Søknad, skannet', ...sheet('Søknad', `${text.now}\n\n${table(['Nr.', 'Dokument'], [['1', 'Søknad'], ['2', text.notes]])}`) }),
        { fileName: 'Merknader.zip', content: () => zip([1, 2, 3].map((n) => ({ name: `merknader/nabo ${String(n)}.txt`, data: note(n) }))) },
        { fileName: text.minutes, content: () => Buffer.from(`${text.title}\n\nBlåbærsyltetøy på brødskive, æ, ø og å.\n`) },
        { fileName: 'Gebyrer.csv', content: () => csv([['Post', 'Beløp'], ['Byggesak', 18_450], ['Oppmåling', 27_900], ['Tinglysing', 545]], true) },
        { fileName: 'Plankart.png', displayName: 'Plankart', content: () => siteMap(f.stream('plan-map')) },
        { fileName: 'saksdata.json', content: () => Buffer.from(JSON.stringify({ sak: reference, verdier: { status: 'under behandling', dokumenter: 9 } })) },
        { fileName: 'Intern korrespondanse.txt', displayName: 'Intern korrespondanse', content: () => Buffer.alloc(0) },
      ],
    }
  },
}

const mapPapers: LetterKind = {
  id: 'map-papers',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 0,
  write: (f) => {
    const text = f.say({
      nb: () => ({ title: 'Målebrev og grenser', body: 'Oppmålingsforretningen er holdt, og grensene er merket i marken. Vedlagt følger målebrevet og grensene som kartfil.' }),
      nn: () => ({ title: 'Målebrev og grenser', body: 'Oppmålingsforretninga er halden, og grensene er merkte i marka. Vedlagt følgjer målebrevet og grensene som kartfil.' }),
    })
    const reference = f.caseNumber()
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${closing(f, 'Oppmåling')}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Målebrev.pdf', title: text.title, unit: 'Oppmåling', reference, markdown: text.body }), { fileName: 'planområde.sos', content: () => sosi(f) }],
    }
  },
}

const minutes: LetterKind = {
  id: 'meeting-minutes',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 3,
  write: (f) => {
    const when = f.workday(-f.random.int(3, 12))
    const points = f.say({
      nb: () => f.random.some(['Snørydding i sentrum: plan for ny sesong', 'Skilting og reklame', 'Julegateåpning', 'Parkering for varelevering', 'Lærlinger og sommerjobber', 'Havnen: leie av kaiplass', 'Felles renovasjonspunkt'], 4),
      nn: () => f.random.some(['Snørydding i sentrum: plan for ny sesong', 'Skilting og reklame', 'Opning av julegata', 'Parkering for varelevering', 'Lærlingar og sommarjobbar', 'Turstiar og skiløyper', 'Felles renovasjonspunkt'], 4),
    })
    const text = f.say({
      nb: () => ({ title: `Referat fra møte i næringsforum ${when}`, body: `Her er referatet fra møtet i næringsforum **${when}**. Neste møte er ${f.workday(f.random.int(25, 60))} kl. 08.30 i kommunestyresalen.`, present: 'Til stede', responsible: 'Ansvarlig' }),
      nn: () => ({ title: `Referat frå møte i næringsforum ${when}`, body: `Her er referatet frå møtet i næringsforum **${when}**. Neste møte er ${f.workday(f.random.int(25, 60))} kl. 08.30 i kommunestyresalen.`, present: 'Til stades', responsible: 'Ansvarleg' }),
    })
    const officer = f.officer()
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${points.map((point, at) => `${String(at + 1)}. ${point}`).join('\n')}\n\n${closing(f, 'Næring og samfunn')}`,
      reference: f.caseNumber(),
      attachments: [{ fileName: `referat_${isoDate(f.at - 3 * DAY)}.txt`, content: () => Buffer.from(`${text.title.toUpperCase()}\r\n\r\n${text.present}: ${f.name}, ${f.owner}\r\n\r\n${points.map((point, at) => `${String(at + 1)}  ${point}\r\n   ${text.responsible}: ${officer}\r\n`).join('\r\n')}`) }],
    }
  },
}

const largeTable: LetterKind = {
  id: 'large-table',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb'],
  weight: 0,
  write: (f) => {
    const rows = (): (string | number)[][] => {
      const random = f.stream('large')
      return Array.from({ length: 9000 }, (_, at) => [String(3001 + (at % 357)), `Grunnkrets ${String(at + 1)}`, isoDate(f.at).slice(0, 4), random.int(0, 4000), random.int(0, 900), random.int(0, 90), `${String(random.int(0, 99))},${String(random.int(0, 9))}`])
    }
    const head = ['Kommune', 'Område', 'År', 'Bosatte', 'Sysselsatte', 'Foretak', 'Andel']
    return {
      title: 'Tallgrunnlag dere har bestilt',
      summary: 'To filer: hele tabellen og den samme tabellen pakket.',
      body: `Her er tallene dere bestilte ${f.date(-4)}. Tabellen har 9 000 rader. Den er lagt ved både som den er og pakket, fordi noen systemer ikke tar imot så store filer.\n\n${closing(f, 'Informasjonstjenesten')}`,
      reference: f.caseNumber(),
      attachments: [
        { fileName: 'tallgrunnlag.csv', content: () => csv([head, ...rows()], true) },
        { fileName: 'tallgrunnlag.zip', content: () => zip([{ name: 'tallgrunnlag.csv', data: csv([head, ...rows()], true) }]) },
      ],
    }
  },
}

export const paperLetters: readonly LetterKind[] = [bundle, mapPapers, minutes, largeTable]
