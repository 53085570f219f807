import { csv } from '../files/csv.ts'
import type { Language } from '../model.ts'
import type { Random } from '../random.ts'
import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** The tax administration: audits of value added tax and decisions after them. */

/** The two-month period (termin) that was reported last, e.g. `5. termin 2026`. */
export function lastTerm(facts: Facts): { readonly number: number; readonly year: number; readonly text: string } {
  const now = Math.ceil(facts.month / 2)
  // Reported one month and ten days after the period has ended.
  const term = now > 2 ? { number: now - 2, year: facts.year } : { number: now + 4, year: facts.year - 1 }
  return {
    ...term,
    text: facts.say({
      nb: () => `${String(term.number)}. termin ${String(term.year)}`,
      nn: () => `${String(term.number)}. termin ${String(term.year)}`,
      en: () => `period ${String(term.number)}, ${String(term.year)}`,
    }),
  }
}

const purchases: readonly (readonly [nb: string, nn: string, from: number, to: number])[] = [
  ['Varekjøp', 'Varekjøp', 4000, 90_000], ['Leie av lokaler', 'Leige av lokale', 12_000, 48_000], ['Drivstoff', 'Drivstoff', 900, 14_000], ['Reparasjon av kjøretøy', 'Reparasjon av køyretøy', 2500, 62_000],
  ['Kjøp av maskiner', 'Kjøp av maskiner', 15_000, 240_000], ['Strøm', 'Straum', 3000, 41_000], ['Regnskapstjenester', 'Rekneskapstenester', 4500, 19_000], ['Emballasje', 'Emballasje', 700, 16_000],
  ['Arbeidstøy', 'Arbeidsklede', 900, 8_500], ['Renhold', 'Reinhald', 2200, 11_000], ['Programvare', 'Programvare', 350, 24_000], ['Reklame', 'Reklame', 1500, 55_000], ['Representasjon', 'Representasjon', 450, 7_200],
  ['Frakt', 'Frakt', 300, 19_500], ['Forsikring', 'Forsikring', 2800, 31_000], ['Inventar', 'Inventar', 1900, 88_000], ['Mobil og bredbånd', 'Mobil og breiband', 400, 4_900],
  ['Vedlikehold av bygg', 'Vedlikehald av bygg', 3500, 130_000],
]
const suppliers = [
  'Fjordkraft Handel AS', 'Brattvåg Maskin AS', 'Tindvik Byggvare AS', 'Kystfrakt Nord AS', 'Olsen & Sønner AS', 'Vestby Emballasje AS', 'Nordnett Drift AS', 'Havnekontoret i Tindvik', 'Skogheim Eiendom AS',
  'Reinhold Renhold AS', 'Bilsenteret Tindvik AS', 'Elkompaniet AS', 'Grossisten Nord AS', 'Papir og Trykk AS', 'Verktøybua AS',
]

export interface Voucher {
  readonly number: number
  readonly date: string
  readonly text: string
  readonly supplier: string
  /** Kroner without tax, and the tax of 25 %. */
  readonly net: number
  readonly tax: number
}

/** Vouchers of a period of two months, or of a whole year (`number: null`), in order of their numbers and dates. */
export function vouchers(random: Random, term: { readonly number: number | null; readonly year: number }, count: number, language: Language): readonly Voucher[] {
  let number = random.int(1000, 1400)
  const [first, months] = term.number === null ? [1, 12] : [term.number * 2 - 1, 2]
  return Array.from({ length: count }, (_, at) => {
    number += random.int(1, 6)
    const [nb, nn, from, to] = random.pick(purchases)
    const day = Math.floor((at / count) * months * 28)
    const date = [1 + (day % 28), first + Math.floor(day / 28)].map((part) => String(part).padStart(2, '0'))
    const net = random.int(from, to)
    return { number, date: [...date, String(term.year)].join('.'), text: language === 'nn' ? nn : nb, supplier: random.pick(suppliers), net, tax: Math.round(net / 4) }
  })
}

const vatAudit: LetterKind = {
  id: 'vat-audit',
  resource: 'skd-kontroll',
  languages: ['nb', 'nn'],
  weight: 5,
  due: [10, 21],
  confirm: 0.35,
  write: (f) => {
    const term = lastTerm(f)
    const reference = f.caseNumber()
    const list = vouchers(f.stream('vouchers'), term, f.random.int(18, 60), f.language)
    const input = list.reduce((sum, voucher) => sum + voucher.tax, 0)
    const output = Math.round(input * (0.5 + f.random.next()))
    const officer = f.officer()
    const figures = table(
      f.say({ nb: () => ['Post', 'Beløp i kroner'], nn: () => ['Post', 'Beløp i kroner'] }),
      f.say({
        nb: () => [['Utgående merverdiavgift', f.number(output)], ['Inngående merverdiavgift, fradrag', f.number(input)], ['**Til gode / å betale**', `**${f.number(output - input)}**`]],
        nn: () => [['Utgåande meirverdiavgift', f.number(output)], ['Inngåande meirverdiavgift, frådrag', f.number(input)], ['**Til gode / å betale**', `**${f.number(output - input)}**`]],
      }),
      [1],
    )
    const text = f.say({
      nb: () => ({
        title: `Varsel om kontroll av merverdiavgift, ${term.text}`,
        summary: `Vi skal kontrollere mva-meldingen for ${term.text} og ber om dokumentasjon innen ${f.due}.`,
        file: 'Varsel om kontroll.pdf',
        body: `Vi har valgt ut mva-meldingen for **${term.text}** til kontroll. Meldingen ble levert av ${f.name} (org.nr. ${f.orgNumber}) og viser dette:

${figures}

## Dette ber vi om
Send oss følgende innen **${f.due}**:

- bokføringsspesifikasjon for perioden
- de ${String(Math.min(20, list.length))} største inngående fakturaene
- spesifikasjon av salg uten merverdiavgift, med forklaring
- kontoutskrift for konto 2700 til 2740

Bilagslisten vi tar utgangspunkt i, ligger ved. Dokumentasjonen leverer dere på [siden for kontroll](${f.site}/kontroll) eller som svar i regnskapssystemet.

## Hva skjer videre
Saksbehandleren går gjennom det dere sender, og tar kontakt hvis noe er uklart. Finner vi feil, får dere et eget varsel med anledning til å uttale dere før vi endrer noe. Svarer dere ikke innen fristen, kan vi fastsette avgiften ved skjønn og ilegge tvangsmulkt.

Saken behandles av ${officer}, saksnummer ${reference}.`,
      }),
      nn: () => ({
        title: `Varsel om kontroll av meirverdiavgift, ${term.text}`,
        summary: `Vi skal kontrollere mva-meldinga for ${term.text} og ber om dokumentasjon innan ${f.due}.`,
        file: 'Varsel om kontroll.pdf',
        body: `Vi har valt ut mva-meldinga for **${term.text}** til kontroll. Meldinga vart levert av ${f.name} (org.nr. ${f.orgNumber}) og viser dette:

${figures}

## Dette ber vi om
Send oss dette innan **${f.due}**:

- bokføringsspesifikasjon for perioden
- dei ${String(Math.min(20, list.length))} største inngåande fakturaene
- spesifikasjon av sal utan meirverdiavgift, med forklaring
- kontoutskrift for konto 2700 til 2740

Bilagslista vi tek utgangspunkt i, ligg ved. Dokumentasjonen leverer de på [sida for kontroll](${f.site}/kontroll) eller som svar i rekneskapssystemet.

## Kva skjer vidare
Saksbehandlaren går gjennom det de sender, og tek kontakt om noko er uklart. Finn vi feil, får de eit eige varsel og høve til å uttale dykk før vi endrar noko. Svarer de ikkje innan fristen, kan vi fastsetje avgifta ved skjønn og gje tvangsmulkt.

Saka blir behandla av ${officer}, saksnummer ${reference}.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      properties: { termin: `${String(term.year)}-${String(term.number)}`, saksbehandler: officer },
      attachments: [
        letterPdf(f, { fileName: text.file, title: text.title, unit: f.say({ nb: () => 'Divisjon brukerdialog, merverdiavgift', nn: () => 'Divisjon brukardialog, meirverdiavgift' }), reference, markdown: `${text.body}\n\n${contact(f, reference)}\n\n${closing(f)}` }),
        { fileName: 'Bilagsliste.csv', content: () => csv([['Bilag', 'Dato', 'Tekst', 'Leverandør', 'Netto', 'Mva'], ...list.map((v) => [v.number, v.date, v.text, v.supplier, v.net, v.tax])], true) },
      ],
    }
  },
}

const vatDecision: LetterKind = {
  id: 'vat-decision',
  resource: 'skd-kontroll',
  languages: ['nb', 'nn'],
  weight: 3,
  due: [21, 28],
  confirm: 0.4,
  write: (f) => {
    const term = lastTerm(f)
    const reference = f.caseNumber()
    const wrong = vouchers(f.random, term, f.random.int(3, 7), f.language)
    const back = wrong.reduce((sum, voucher) => sum + voucher.tax, 0)
    const surcharge = f.random.chance(0.5) ? Math.round(back * 0.2) : 0
    const rows = wrong.map((v) => [String(v.number), v.date, v.text, f.number(v.tax)])
    const text = f.say({
      nb: () => ({
        title: `Vedtak om endret merverdiavgift for ${term.text}`,
        summary: `Avgiften er økt med ${f.kroner(back)}. Beløpet forfaller ${f.due}.`,
        ground: 'Hvorfor vi endrer',
        body: `Vi viser til varselet vårt og til det dere har sendt inn. Skatteetaten har kommet til at fradraget for inngående merverdiavgift i **${term.text}** skal settes ned med **${f.kroner(back)}**.

## Bilagene det gjelder
${table(['Bilag', 'Dato', 'Tekst', 'Mva i kroner'], rows, [3])}

## Hvorfor vi endrer
Fradragsretten gjelder bare anskaffelser til bruk i den avgiftspliktige virksomheten, og fradraget må kunne dokumenteres. For bilagene over mangler enten salgsdokument med opplysningene bokføringsreglene krever, eller så viser dokumentet at kjøpet ikke er til bruk i virksomheten.

## Tilleggsskatt
${surcharge === 0 ? 'Vi har vurdert tilleggsskatt, men finner at opplysningene ble gitt frivillig og i god tid. Det blir derfor ingen tilleggsskatt i denne saken.' : `Opplysningene var uriktige, og de kunne ha ført til en fordel. Vi ilegger derfor tilleggsskatt med 20 prosent, ${f.kroner(surcharge)}. Vi har ikke funnet grunner til å frita dere.`}

## Betaling
Til sammen skal dere betale **${f.kroner(back + surcharge)}** innen **${f.due}**. Faktura kommer for seg. Betaler dere for sent, løper det forsinkelsesrenter.`,
      }),
      nn: () => ({
        title: `Vedtak om endra meirverdiavgift for ${term.text}`,
        summary: `Avgifta er auka med ${f.kroner(back)}. Beløpet forfell ${f.due}.`,
        ground: 'Kvifor vi endrar',
        body: `Vi viser til varselet vårt og til det de har sendt inn. Skatteetaten har kome til at frådraget for inngåande meirverdiavgift i **${term.text}** skal setjast ned med **${f.kroner(back)}**.

## Bilaga det gjeld
${table(['Bilag', 'Dato', 'Tekst', 'Mva i kroner'], rows, [3])}

## Kvifor vi endrar
Frådragsretten gjeld berre kjøp til bruk i den avgiftspliktige verksemda, og frådraget må kunne dokumenterast. For bilaga over manglar anten salsdokument med dei opplysningane bokføringsreglane krev, eller så viser dokumentet at kjøpet ikkje er til bruk i verksemda.

## Tilleggsskatt
${surcharge === 0 ? 'Vi har vurdert tilleggsskatt, men finn at opplysningane vart gjevne frivillig og i god tid. Det blir difor ingen tilleggsskatt i denne saka.' : `Opplysningane var urette, og dei kunne ha ført til ein fordel. Vi gjev difor tilleggsskatt med 20 prosent, ${f.kroner(surcharge)}. Vi har ikkje funne grunnar til å frita dykk.`}

## Betaling
Til saman skal de betale **${f.kroner(back + surcharge)}** innan **${f.due}**. Faktura kjem for seg. Betaler de for seint, blir det lagt til forseinkingsrenter.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 6)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vedtak.pdf', displayName: text.title, title: text.title, unit: 'Innsats', reference, markdown: `${text.body}\n\n${appeal(f, 6)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

const vatMissing: LetterKind = {
  id: 'vat-missing',
  resource: 'skd-merverdiavgift',
  languages: ['nb', 'nn'],
  weight: 6,
  due: [7, 14],
  confirm: 0.1,
  write: (f) => {
    const term = lastTerm(f)
    const perDay = f.random.pick([659, 662, 1318])
    const text = f.say({
      nb: () => ({
        title: `Vi mangler mva-meldingen for ${term.text}`,
        summary: `Lever innen ${f.due} for å unngå tvangsmulkt.`,
        body: `Fristen for å levere mva-melding for **${term.text}** har gått ut, og vi har ikke mottatt noen melding fra ${f.name}.

Lever meldingen så snart som mulig og senest **${f.due}**. Gjør dere ikke det, får virksomheten tvangsmulkt på ${f.kroner(perDay)} for hver dag til meldingen er levert, likevel ikke mer enn ${f.kroner(perDay * 50)} til sammen. Mulkten løper også i helger og på helligdager.

- Dere skal levere selv om det ikke har vært omsetning i perioden.
- Er virksomheten avsluttet, må den slettes i Merverdiavgiftsregisteret. Det gjør dere med en [samordnet registermelding](${f.site}/registrering).
- Har dere levert de siste dagene, kan dere se bort fra dette brevet.`,
      }),
      nn: () => ({
        title: `Vi manglar mva-meldinga for ${term.text}`,
        summary: `Lever innan ${f.due} for å unngå tvangsmulkt.`,
        body: `Fristen for å levere mva-melding for **${term.text}** har gått ut, og vi har ikkje fått noka melding frå ${f.name}.

Lever meldinga så snart som råd og seinast **${f.due}**. Gjer de ikkje det, får verksemda tvangsmulkt på ${f.kroner(perDay)} for kvar dag til meldinga er levert, likevel ikkje meir enn ${f.kroner(perDay * 50)} til saman. Mulkta går også i helger og på heilagdagar.

- De skal levere sjølv om det ikkje har vore omsetning i perioden.
- Er verksemda avslutta, må ho slettast i Meirverdiavgiftsregisteret. Det gjer de med ei [samordna registermelding](${f.site}/registrering).
- Har de levert dei siste dagane, kan de sjå bort frå dette brevet.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference: f.caseNumber(),
      replyOptions: [{ linkURL: `${f.site}/mva-melding/lever?periode=${String(term.year)}-${String(term.number)}`, linkText: f.say({ nb: () => 'Lever mva-melding', nn: () => 'Lever mva-melding' }) }],
    }
  },
}

export const taxAuditLetters: readonly LetterKind[] = [vatAudit, vatDecision, vatMissing]
