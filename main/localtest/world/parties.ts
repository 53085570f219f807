import { syntheticPersonNumber } from './check-digits.ts'
import { uuid } from './ids.ts'
import type { WorldParty } from './model.ts'
import { seededRandom } from './random.ts'

/** What the letters know of a recipient beyond its name. All of it invented. */
export interface Business {
  readonly number: string
  readonly name: string
  readonly trade: 'bakery' | 'transport' | 'cafe' | 'fish' | 'architects' | 'carpentry' | 'kindergarten' | 'housing' | 'nursery' | 'skiing' | 'boats' | 'sports' | 'accounting'
  /** What it does, as the register has it: industry code and its words in bokmål and nynorsk. */
  readonly industry: readonly [code: string, nb: string, nn: string]
  readonly municipality: 'tindvik' | 'vinterdal'
  readonly street: string
  readonly postal: string
  readonly manager: string
  readonly employees: readonly string[]
  /** How much mail it gets, against the others. */
  readonly share: number
  readonly units: readonly { readonly number: string; readonly name: string; readonly deleted?: boolean; readonly share: number }[]
}

export const firm: Business = {
  number: '313675904', name: 'Fjordtun Regnskap AS', trade: 'accounting', industry: ['69.201', 'Regnskap og bokføring', 'Rekneskap og bokføring'], municipality: 'tindvik',
  street: 'Strandgata 14', postal: '8900 Tindvik', manager: 'Ingrid Moe', employees: ['Ingrid Moe', 'Jonas Aspelund', 'Marte Hovden', 'Per Olav Sandnes', 'Samira Haddad'], share: 5, units: [],
}

export const clients: readonly Business[] = [
  {
    number: '312845679', name: 'Nordlys Bakeri AS', trade: 'bakery', industry: ['10.710', 'Produksjon av brød og ferske konditorvarer', 'Produksjon av brød og ferske konditorvarer'], municipality: 'tindvik',
    street: 'Havnegata 22', postal: '8901 Tindvik', manager: 'Silje Nordvik', employees: ['Silje Nordvik', 'Ahmed Barzani', 'Hilde Myrvang', 'Tor Egil Hansen', 'Karina Wójcik', 'Oda Lillevik', 'Emil Storhaug'], share: 13,
    units: [
      { number: '311409360', name: 'Nordlys Bakeri AS avd. Torget', share: 2 },
      { number: '314208579', name: 'Nordlys Bakeri AS avd. Kaia', deleted: true, share: 0.6 },
    ],
  },
  {
    number: '311602748', name: 'Havørn Transport AS', trade: 'transport', industry: ['49.410', 'Godstransport på vei', 'Godstransport på veg'], municipality: 'tindvik',
    street: 'Industriveien 41', postal: '8904 Tindvik', manager: 'Geir Havnås', employees: ['Geir Havnås', 'Tomasz Zieliński', 'Liv Grete Berg', 'Rune Kolstad', 'Daiva Kazlauskas', 'Øystein Lund', 'Andrei Popescu', 'Mona Fagerli', 'Stian Nygård'], share: 15,
    units: [
      { number: '310602914', name: 'Havørn Transport AS avd. Tindvik', share: 2.5 },
      { number: '315731046', name: 'Havørn Transport AS avd. Vinterdal', share: 1.5 },
    ],
  },
  {
    number: '315301726', name: 'Ishavet Kafé AS', trade: 'cafe', industry: ['56.110', 'Drift av restauranter og kafeer', 'Drift av restaurantar og kafear'], municipality: 'tindvik',
    street: 'Torget 3', postal: '8900 Tindvik', manager: 'Vilde Østrem', employees: ['Vilde Østrem', 'Sander Bakke', 'Leyla Demir', 'Markus Ellingsen', 'Thea Sørli'], share: 9, units: [],
  },
  {
    number: '312077418', name: 'Skarvøy Fiskemottak AS', trade: 'fish', industry: ['10.203', 'Slakting, bearbeiding og konservering av fisk', 'Slakting, foredling og konservering av fisk'], municipality: 'tindvik',
    street: 'Skarvøyveien 8', postal: '8906 Skarvøy', manager: 'Arne Skarvøy', employees: ['Arne Skarvøy', 'Maria Ionescu', 'Kjell Inge Pettersen', 'Rasa Petrauskienė', 'Jan Erik Myhre', 'Solveig Dahl', 'Pawel Nowak'], share: 10,
    units: [{ number: '311357913', name: 'Skarvøy Fiskemottak AS avd. Fryselager', share: 1.5 }],
  },
  {
    number: '314519868', name: 'Lund & Dahl Arkitekter AS', trade: 'architects', industry: ['71.112', 'Arkitekttjenester vedrørende byggverk', 'Arkitekttenester for byggverk'], municipality: 'tindvik',
    street: 'Torget 11', postal: '8900 Tindvik', manager: 'Amalie Dahl', employees: ['Amalie Dahl', 'Terje Lund', 'Nora Vikan', 'Henrik Solum'], share: 6, units: [],
  },
  {
    number: '315182433', name: 'Granli Tømrerservice AS', trade: 'carpentry', industry: ['43.320', 'Snekkerarbeid', 'Snikkararbeid'], municipality: 'tindvik',
    street: 'Granliveien 19', postal: '8905 Tindvik', manager: 'Knut Granli', employees: ['Knut Granli', 'Ole Martin Lie', 'Mateusz Kowalski', 'Eirik Brattli', 'Lars Petter Hagen', 'Jonas Rød'], share: 10, units: [],
  },
  {
    number: '314883071', name: 'Elvebredden Barnehage SA', trade: 'kindergarten', industry: ['88.911', 'Drift av barnehager', 'Drift av barnehagar'], municipality: 'tindvik',
    street: 'Elveveien 5', postal: '8902 Tindvik', manager: 'Berit Aune', employees: ['Berit Aune', 'Camilla Strand', 'Fatima Yusuf', 'Anne Lise Kvam', 'Synne Haugen', 'Trond Vik', 'Ragnhild Eide', 'Malin Sætre'], share: 9,
    units: [{ number: '314680243', name: 'Elvebredden Barnehage SA avd. Skogstua', share: 1.2 }],
  },
  {
    number: '310255203', name: 'Fjellheim Borettslag', trade: 'housing', industry: ['68.201', 'Utleie av egen eller leid fast eiendom, borettslag', 'Utleige av eigen eller leigd fast eigedom, burettslag'], municipality: 'tindvik',
    street: 'Fjellheimveien 2–24', postal: '8903 Tindvik', manager: 'Odd Arne Fossum', employees: ['Odd Arne Fossum', 'Gerd Johansen'], share: 5, units: [],
  },
  {
    number: '312766418', name: 'Solbakken Gartneri', trade: 'nursery', industry: ['01.190', 'Dyrking av ettårige vekster ellers', 'Dyrking av eittårige vekstar elles'], municipality: 'vinterdal',
    street: 'Solbakkvegen 77', postal: '6895 Vinterdal', manager: 'Turid Solbakken', employees: ['Gunnhild Rutle', 'Zuzana Nováková', 'Sjur Myklebust', 'Daniel Rutle'], share: 6, units: [],
  },
  {
    number: '312468026', name: 'Vinterdal Skisenter AS', trade: 'skiing', industry: ['93.291', 'Drift av alpin- og skianlegg', 'Drift av alpin- og skianlegg'], municipality: 'vinterdal',
    street: 'Fjellvegen 130', postal: '6896 Vinterdal', manager: 'Ragnar Hjelle', employees: ['Ragnar Hjelle', 'Ingunn Bøen', 'Torstein Lid', 'Marit Helland', 'Viljar Espe', 'Petra Lindqvist'], share: 10,
    units: [
      { number: '311246801', name: 'Vinterdal Skisenter AS avd. Skiutleige', share: 1.4 },
      { number: '311135791', name: 'Vinterdal Skisenter AS avd. Fjellkafeen', share: 1.4 },
    ],
  },
  {
    number: '312988666', name: 'Uthaug Båtbyggeri AS', trade: 'boats', industry: ['30.120', 'Bygging av fritidsbåter', 'Bygging av fritidsbåtar'], municipality: 'vinterdal',
    street: 'Naustvegen 6', postal: '6898 Uthaug', manager: 'Asbjørn Uthaug', employees: ['Asbjørn Uthaug', 'Magnhild Uthaug', 'Krzysztof Mazur', 'Oddvar Teigen'], share: 7, units: [],
  },
  {
    number: '313827461', name: 'Tindvik Idrettslag', trade: 'sports', industry: ['93.120', 'Idrettslag og -klubber', 'Idrettslag og -klubbar'], municipality: 'tindvik',
    street: 'Stadionveien 1', postal: '8902 Tindvik', manager: 'Heidi Rønning', employees: ['Heidi Rønning', 'Anders Kirkeby', 'Yusuf Ali'], share: 4, units: [],
  },
]

/** A party together with the business behind it; sub-units share the business of their main unit. */
export interface Recipient {
  readonly party: WorldParty
  readonly business: Business
  readonly share: number
}

export function organisationUrn(number: string): string {
  return `urn:altinn:organization:identifier-no:${number}`
}

function organisation(seed: number, number: string, name: string, parent: string | null, isDeleted: boolean): WorldParty {
  const random = seededRandom(seed, 'party', number)
  return {
    urn: organisationUrn(number), number, name, kind: 'Organization', dateOfBirth: null, partyId: 51_000_000 + random.int(0, 999_999), partyUuid: uuid(random),
    parentUrn: parent === null ? null : organisationUrn(parent), isDeleted,
  }
}

/** The firm, its clients and their sub-units, main units before their sub-units. */
export function organisations(seed: number): readonly Recipient[] {
  return [firm, ...clients].flatMap((business) => [
    { party: organisation(seed, business.number, business.name, null, false), business, share: business.share },
    ...business.units.map((unit) => ({
      party: organisation(seed, unit.number, unit.name, business.number, unit.deleted === true), business, share: unit.share,
    })),
  ])
}

/** Who runs the firm and is its client administrator: she logs in herself, and gets no letters of her own. */
export function manager(seed: number): WorldParty {
  const random = seededRandom(seed, 'manager')
  const number = syntheticPersonNumber('1981-09-07', random.int(100, 399))
  return {
    urn: `urn:altinn:person:identifier-no:${number}`, number, name: firm.manager.toUpperCase(), kind: 'Person', dateOfBirth: '1981-09-07', partyId: 49_000_000 + random.int(0, 999_999), partyUuid: uuid(random), parentUrn: null,
    isDeleted: false,
  }
}

/** The owner of one of the clients, a person the firm may see: nothing is fetched for a person unless it is chosen. */
export function person(seed: number): WorldParty {
  const random = seededRandom(seed, 'person')
  const number = syntheticPersonNumber('1974-03-18', random.int(100, 399))
  return {
    urn: `urn:altinn:person:identifier-no:${number}`, number, name: 'TURID SOLBAKKEN', kind: 'Person', dateOfBirth: '1974-03-18', partyId: 50_000_000 + random.int(0, 999_999),
    partyUuid: uuid(random), parentUrn: null, isDeleted: false,
  }
}
