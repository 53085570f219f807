import { isoDate, monthName, osloDate, DAY } from '../calendar.ts'
import { earningsTemplate } from '../files/form-template.ts'
import { element, xmlDocument } from '../files/xml.ts'
import type { LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** The tax administration to employers: attachment of earnings, a-melding, tax deduction cards. */

const attachmentOfEarnings: LetterKind = {
  id: 'attachment-of-earnings',
  resource: 'skd-arbeidsgiver',
  languages: ['nb', 'nn'],
  weight: 5,
  due: [7, 14],
  confirm: 0.7,
  applies: ({ business }) => business.employees.length > 3,
  write: (f) => {
    const reference = f.caseNumber()
    const employee = f.employee()
    const monthly = f.random.int(12, 85) * 100
    const from = osloDate(f.at).month + 1
    const { account, reference: kid } = f.payment()
    const text = f.say({
      nb: () => ({
        title: 'Pålegg om utleggstrekk i lønn',
        summary: `Trekk ${f.kroner(monthly)} i måneden fra og med lønn for ${monthName(from, 'nb')}.`,
        body: `Vi har besluttet utleggstrekk i lønnen til **${employee}**, som ifølge a-meldingen er ansatt hos dere. Fra og med lønn for ${monthName(from, 'nb')} skal ${f.name} trekke **${f.kroner(monthly)}** i måneden og betale beløpet til oss.

## Slik gjør dere det
1. Trekk beløpet etter skattetrekket, men før andre trekk som er avtalt.
2. Betal senest den 15. i måneden etter til konto ${account}, merket KID ${kid}.
3. Rapporter trekket i a-meldingen.
4. Slutter den ansatte, eller blir lønnen for lav til at trekket kan gjennomføres, skal dere si fra til oss straks.

Trekket løper til dere får beskjed om at det er endret eller stanset. Et pålegg fra før går foran, med mindre det står noe annet i vedlegget. Unnlater dere å trekke, eller betaler dere ikke det som er trukket, kan virksomheten bli ansvarlig for beløpet.

Opplysningene i dette brevet er taushetsbelagte og skal bare brukes til å gjennomføre trekket. Pålegget ligger også ved som fil for lønnssystemet.`,
      }),
      nn: () => ({
        title: 'Pålegg om utleggstrekk i løn',
        summary: `Trekk ${f.kroner(monthly)} i månaden frå og med løn for ${monthName(from, 'nn')}.`,
        body: `Vi har vedteke utleggstrekk i løna til **${employee}**, som etter a-meldinga er tilsett hos dykk. Frå og med løn for ${monthName(from, 'nn')} skal ${f.name} trekkje **${f.kroner(monthly)}** i månaden og betale beløpet til oss.

## Slik gjer de det
1. Trekk beløpet etter skattetrekket, men før andre trekk som er avtalte.
2. Betal seinast den 15. i månaden etter til konto ${account}, merkt KID ${kid}.
3. Rapporter trekket i a-meldinga.
4. Sluttar den tilsette, eller blir løna for låg til at trekket kan gjennomførast, skal de seie frå til oss straks.

Trekket går til de får melding om at det er endra eller stansa. Eit pålegg frå før går føre, om det ikkje står noko anna i vedlegget. Lèt de vere å trekkje, eller betaler de ikkje det som er trekt, kan verksemda bli ansvarleg for beløpet.

Opplysningane i dette brevet er underlagde teieplikt og skal berre brukast til å gjennomføre trekket. Pålegget ligg òg ved som fil for lønssystemet.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      attachments: [
        letterPdf(f, { fileName: 'Pålegg om utleggstrekk.pdf', title: text.title, unit: 'Innkreving', reference, markdown: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f)}` }),
        {
          fileName: 'utleggstrekk.xml',
          content: () =>
            xmlDocument(
              element('melding', { xmlns: 'http://seres.no/xsd/skd/Utleggstrekk/2019', dataFormatProvider: 'SERES', dataFormatId: '6087', dataFormatVersion: '45310' },
                element('Innrapportering', {}, element('referanse', {}, reference), element('opprettetDato', {}, isoDate(f.at))),
                element('Arbeidsgiver', {}, element('organisasjonsnummer', {}, f.recipient.party.number), element('navn', {}, f.name)),
                element('Trekk', {}, element('ansattNavn', {}, employee), element('trekktype', {}, 'fastBeloep'), element('beloepPerMaaned', {}, monthly), element('gjelderFra', {}, isoDate(f.at + 30 * DAY).slice(0, 7)),
                  element('prioritet', {}, f.stream('xml').int(1, 4))),
                element('Betaling', {}, element('kontonummer', {}, account.replace(/ /g, '')), element('kid', {}, kid)))),
        },
        { fileName: 'skjemamal.zip', displayName: 'Skjemamal', content: earningsTemplate },
      ],
    }
  },
}

const reportMissing: LetterKind = {
  id: 'report-missing',
  resource: 'skd-arbeidsgiver',
  languages: ['nb', 'nn'],
  weight: 6,
  due: [5, 10],
  write: (f) => {
    const before = f.month - 1
    const perPerson = f.random.pick([132, 134])
    const persons = f.recipient.business.employees.length
    const text = f.say({
      nb: () => ({
        title: `Varsel om tvangsmulkt: a-meldingen for ${monthName(before, 'nb')} mangler`,
        summary: `Lever innen ${f.due}. Mulkten er ${f.kroner(perPerson * persons)} for hver dag etter det.`,
        body: `Vi har ikke mottatt a-meldingen for **${monthName(before, 'nb')}** fra ${f.name}. Fristen var den 5. i måneden etter.

Leverer dere ikke innen **${f.due}**, får virksomheten tvangsmulkt:

| | |
|---|---:|
| Ansatte i forrige melding | ${String(persons)} |
| Mulkt per ansatt og dag | ${f.kroner(perPerson)} |
| **Til sammen per dag** | **${f.kroner(perPerson * persons)}** |

Har det ikke vært utbetalt lønn, leverer dere en melding uten inntektsmottakere. Brevet er sendt uten særskilt vurdering av saken; har dere fått utsettelse, kan dere se bort fra det.`,
      }),
      nn: () => ({
        title: `Varsel om tvangsmulkt: a-meldinga for ${monthName(before, 'nn')} manglar`,
        summary: `Lever innan ${f.due}. Mulkta er ${f.kroner(perPerson * persons)} for kvar dag etter det.`,
        body: `Vi har ikkje fått a-meldinga for **${monthName(before, 'nn')}** frå ${f.name}. Fristen var den 5. i månaden etter.

Leverer de ikkje innan **${f.due}**, får verksemda tvangsmulkt:

| | |
|---|---:|
| Tilsette i førre melding | ${String(persons)} |
| Mulkt per tilsett og dag | ${f.kroner(perPerson)} |
| **Til saman per dag** | **${f.kroner(perPerson * persons)}** |

Har det ikkje vore betalt ut løn, leverer de ei melding utan inntektsmottakarar. Brevet er sendt utan særskild vurdering av saka; har de fått utsetjing, kan de sjå bort frå det.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber() }
  },
}

const taxCards: LetterKind = {
  id: 'tax-cards',
  resource: 'skd-arbeidsgiver',
  languages: ['nb', 'nn', 'en'],
  weight: 6,
  write: (f) => {
    const changed = f.random.some(f.recipient.business.employees, f.random.int(1, Math.min(4, f.recipient.business.employees.length)))
    const rows = changed.map((name) => ({ name, before: f.random.int(18, 38), now: f.random.int(16, 41) }))
    const listed = (head: readonly string[]): string => table(head, rows.map((row) => [row.name, `${String(row.before)} %`, `${String(row.now)} %`]), [1, 2])
    const text = f.say({
      nb: () => ({
        title: changed.length === 1 ? 'Endret skattekort for én ansatt' : `Endrede skattekort for ${String(changed.length)} ansatte`,
        summary: 'Hent skattekortene på nytt før neste lønnskjøring.',
        body: `${changed.length === 1 ? 'Skattekortet til denne ansatte er endret siden dere sist hentet det' : 'Skattekortene til disse ansatte er endret siden dere sist hentet dem'}:

${listed(['Ansatt', 'Før', 'Nå'])}

Endringen gjelder fra første lønnsutbetaling etter at dere har hentet skattekortene på nytt. De fleste lønnssystemer gjør det av seg selv; kontroller likevel at tallene over stemmer før neste lønnskjøring. Filen som ligger ved, kan leses inn i lønnssystemet.`,
      }),
      nn: () => ({
        title: changed.length === 1 ? 'Endra skattekort for éin tilsett' : `Endra skattekort for ${String(changed.length)} tilsette`,
        summary: 'Hent skattekorta på nytt før neste lønskøyring.',
        body: `${changed.length === 1 ? 'Skattekortet til denne tilsette er endra sidan de sist henta det' : 'Skattekorta til desse tilsette er endra sidan de sist henta dei'}:

${listed(['Tilsett', 'Før', 'No'])}

Endringa gjeld frå første lønsutbetaling etter at de har henta skattekorta på nytt. Dei fleste lønssystem gjer det av seg sjølve; kontroller likevel at tala over stemmer før neste lønskøyring. Fila som ligg ved, kan lesast inn i lønssystemet.`,
      }),
      en: () => ({
        title: changed.length === 1 ? 'Changed tax deduction card for one employee' : `Changed tax deduction cards for ${String(changed.length)} employees`,
        summary: 'Please retrieve the tax deduction cards again before the next payroll run.',
        body: `${changed.length === 1 ? 'The tax deduction card of this employee has changed since you last retrieved it' : 'The tax deduction cards of these employees have changed since you last retrieved them'}:

${listed(['Employee', 'Before', 'Now'])}

The change applies from the first payment of wages after you have retrieved the cards again. Most payroll systems do this on their own, but please check the percentages above before the next payroll run. The enclosed file can be imported into your payroll system.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference: f.caseNumber(),
      attachments: [
        {
          fileName: 'skattekort.xml',
          content: () =>
            xmlDocument(
              element('skattekortTilArbeidsgiver', { xmlns: 'urn:no:eksempel:skattekort:v1', inntektsaar: String(f.year) },
                element('arbeidsgiver', {}, element('organisasjonsnummer', {}, f.recipient.party.number)),
                rows.map((row, at) => element('skattekort', { loepenummer: String(at + 1) }, element('arbeidstaker', {}, row.name), element('trekkprosent', { forrige: `${String(row.before)}.00` }, `${String(row.now)}.00`), element('utstedtDato', {}, isoDate(f.at)))))),
        },
      ],
    }
  },
}

/** Endings of the names of those who come to work for a season. */
const abroad = /(ński|ski|escu|auskas|kienė|ková|Mazur|Nowak)$/

const foreignWorkers: LetterKind = {
  id: 'foreign-workers',
  resource: 'skd-arbeidsgiver',
  languages: ['en'],
  weight: 3,
  due: [14, 28],
  applies: ({ business }) => business.employees.some((name) => abroad.test(name)),
  write: (f) => {
    const reference = f.caseNumber()
    const employee = f.random.pick(f.recipient.business.employees.filter((name) => abroad.test(name)))
    const body = `According to the a-melding, ${f.name} (org. no. ${f.orgNumber}) has one or more employees who are staying temporarily in Norway. One of them, **${employee}**, has been taxed under the PAYE scheme (*kildeskatt på lønn*) since ${f.date(-f.random.int(60, 200))}.

## What we need from you
Please confirm by **${f.due}** that

1. the employee has been informed that participation is voluntary,
2. you have withheld 25 per cent of all wages and benefits in kind, and
3. no deductions have been made for expenses that the employee has covered.

| Item | As reported | Rate |
|---|---:|---:|
| Wages | ${f.number(f.random.int(90, 420) * 1000)} | 25 % |
| Board and lodging | ${f.number(f.random.int(4, 38) * 1000)} | 25 % |

If the figures are correct, no further action is needed beyond your reply. If not, please correct the a-melding for the months in question. Wrong deductions may become the responsibility of the employer.`
    return {
      title: 'PAYE scheme for foreign workers: please check what you have reported',
      summary: `Reply by ${f.due}.`,
      body: `${body}\n\n${contact(f, reference)}\n\n${closing(f)}`,
      reference,
      messageSender: 'The Norwegian Tax Administration, Foreign Workers',
      attachments: [letterPdf(f, { fileName: 'PAYE - letter to employer.pdf', title: 'PAYE scheme for foreign workers', unit: 'Foreign workers', reference, markdown: `${body}\n\n${appeal(f, 6)}\n\n${closing(f)}` })],
    }
  },
}

export const taxEmployerLetters: readonly LetterKind[] = [attachmentOfEarnings, reportMissing, taxCards, foreignWorkers]
