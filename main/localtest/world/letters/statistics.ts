import { isoDate, monthName } from '../calendar.ts'
import { csv } from '../files/csv.ts'
import { columnChart } from '../files/drawings.ts'
import { element, escapeXml, xmlDocument } from '../files/xml.ts'
import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** Statistics Norway: surveys a business must answer, reminders, coercive fines, and what the figures came to. */

/** The survey that a trade belongs to. */
export function survey(f: Facts): { readonly code: string; readonly name: string } {
  const wholesale = ['bakery', 'cafe', 'nursery'].includes(f.recipient.business.trade)
  const goods = ['transport'].includes(f.recipient.business.trade)
  return f.say({
    nb: () => (wholesale ? { code: 'RA-0107', name: 'Omsetning i varehandel' } : goods ? { code: 'RA-0228', name: 'Lastebilundersøkelsen' } : { code: 'RA-0635', name: 'Produksjon, ordre og ledige stillinger' }),
    nn: () => (wholesale ? { code: 'RA-0107', name: 'Omsetnad i varehandel' } : goods ? { code: 'RA-0228', name: 'Lastebilundersøkinga' } : { code: 'RA-0635', name: 'Produksjon, ordrar og ledige stillingar' }),
    en: () => (wholesale ? { code: 'RA-0107', name: 'Turnover in wholesale and retail trade' } : goods ? { code: 'RA-0228', name: 'Road goods transport survey' } : { code: 'RA-0635', name: 'Production, orders and job vacancies' }),
  })
}

function period(f: Facts): string {
  return monthName(f.month - 1, f.language)
}

const request: LetterKind = {
  id: 'survey',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb', 'nn', 'en'],
  weight: 7,
  due: [8, 15],
  write: (f) => {
    const { code, name } = survey(f)
    const reference = f.caseNumber()
    const reply = (label: string) => [{ linkURL: `${f.site}/skjema/${code.toLowerCase()}?periode=${isoDate(f.at).slice(0, 7)}`, linkText: label }]
    const text = f.say({
      nb: () => ({
        title: `${name}: nytt skjema for ${period(f)}`,
        summary: `Svarfrist ${f.due}.`,
        replies: reply('Svar på skjemaet'),
        body: `Skjemaet **${code} ${name}** for ${period(f)} er klart. ${f.name} er trukket ut til å svare, og svaret er pliktig etter statistikkloven.

- Frist: **${f.due}**
- Det tar omtrent ${String(f.random.int(8, 25))} minutter.
- Tallene skal gjelde hele virksomheten, medregnet underenheter.

Har dere ikke tallene ennå, kan dere gi et anslag og rette det i neste periode. Opplysningene brukes bare til statistikk.`,
      }),
      nn: () => ({
        title: `${name}: nytt skjema for ${period(f)}`,
        summary: `Svarfrist ${f.due}.`,
        replies: reply('Svar på skjemaet'),
        body: `Skjemaet **${code} ${name}** for ${period(f)} er klart. ${f.name} er trekt ut til å svare, og svaret er pliktig etter statistikklova.

- Frist: **${f.due}**
- Det tek om lag ${String(f.random.int(8, 25))} minutt.
- Tala skal gjelde heile verksemda, medrekna undereiningar.

Har de ikkje tala enno, kan de gje eit overslag og rette det i neste periode. Opplysningane blir berre brukte til statistikk.`,
      }),
      en: () => ({
        title: `${name}: new form for ${period(f)}`,
        summary: `Please reply by ${f.due}.`,
        replies: reply('Open the form'),
        body: `The form **${code} ${name}** for ${period(f)} is ready. ${f.name} has been selected, and replying is mandatory under the Statistics Act.

- Deadline: **${f.due}**
- It takes about ${String(f.random.int(8, 25))} minutes.
- Figures are to cover the whole enterprise, including its local units.

If the figures are not available yet, please give an estimate. The information is used for statistics only.`,
      }),
    })
    const answered = f.stream('previous')
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      replyOptions: text.replies,
      ...(f.random.chance(0.5)
        ? {
            attachments: [
              {
                fileName: `${code}_forrige_svar.xml`,
                content: () =>
                  xmlDocument(
                    element('Skjema', { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', skjemanummer: '1327', spesifikasjonsnummer: '9843', blankettnummer: code, tittel: name, gruppeid: '5871' },
                      element('InternInformasjon-grp-5872', { gruppeid: '5872' }, element('RapporteringsenhetOrganisasjonsnummer-datadef-28', { orid: '28' }, f.recipient.party.number), element('RapporteringsenhetNavn-datadef-27', { orid: '27' }, f.name), element('PeriodeMaaned-datadef-19121', { orid: '19121' }, isoDate(f.at).slice(5, 7))),
                      element('Omsetning-grp-5873', { gruppeid: '5873' }, element('OmsetningUtenMva-datadef-2021', { orid: '2021' }, answered.int(200, 9000) * 1000), element('OmsetningEksport-datadef-2022', { orid: '2022' }, answered.int(0, 900) * 1000), element('LagerendringSisteMaaned-datadef-2023', { orid: '2023' }, answered.int(-90, 200) * 1000)),
                      element('Merknad-grp-5874', { gruppeid: '5874' }, element('SkjemaMerknad-datadef-1131', { orid: '1131', 'xsi:nil': 'true' })))),
              },
            ],
          }
        : {}),
    }
  },
}

const chase: LetterKind = {
  id: 'survey-reminder',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb', 'nn'],
  weight: 4,
  due: [5, 9],
  confirm: 0.15,
  write: (f) => {
    const { code, name } = survey(f)
    const text = f.say({
      nb: () => ({ title: `${name}: vi mangler svar for ${period(f)}`, summary: `Ny frist ${f.due}.`, link: 'Svar nå', body: `Fristen for å svare på **${code} ${name}** for ${period(f)} er ute. Vi ber ${f.name} svare innen **${f.due}**.\n\nUten svar blir statistikken dårligere for bransjen deres, og dere kan få tvangsmulkt. Er virksomheten nedlagt, solgt eller uten drift i perioden, skal dere likevel svare og krysse av for det.` }),
      nn: () => ({ title: `${name}: vi manglar svar for ${period(f)}`, summary: `Ny frist ${f.due}.`, link: 'Svar no', body: `Fristen for å svare på **${code} ${name}** for ${period(f)} er ute. Vi ber ${f.name} svare innan **${f.due}**.\n\nUtan svar blir statistikken dårlegare for bransjen dykkar, og de kan få tvangsmulkt. Er verksemda nedlagd, seld eller utan drift i perioden, skal de likevel svare og krysse av for det.` }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber(), replyOptions: [{ linkURL: `${f.site}/skjema/${code.toLowerCase()}`, linkText: text.link }] }
  },
}

const coerciveFine: LetterKind = {
  id: 'survey-fine',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb', 'nn'],
  weight: 2,
  due: [14, 21],
  confirm: 0.7,
  write: (f) => {
    const { code, name } = survey(f)
    const reference = f.caseNumber()
    const sum = f.random.pick([5_100, 10_250, 25_600])
    const text = f.say({
      nb: () => ({
        title: `Vedtak om tvangsmulkt: ${name}`,
        summary: `${f.kroner(sum)} hvis svaret ikke er levert ${f.due}.`,
        body: `${f.name} har ikke svart på **${code} ${name}** for ${period(f)}, til tross for påminnelse. Statistisk sentralbyrå har derfor vedtatt tvangsmulkt på **${f.kroner(sum)}**.

Svarer dere innen **${f.due}**, faller mulkten bort. Gjør dere ikke det, blir den krevd inn, og opplysningsplikten består.

Vedtaket er gjort med hjemmel i statistikkloven § 23. Vi har vurdert om plikten er urimelig tyngende, og kommet til at den ikke er det.`,
      }),
      nn: () => ({
        title: `Vedtak om tvangsmulkt: ${name}`,
        summary: `${f.kroner(sum)} om svaret ikkje er levert ${f.due}.`,
        body: `${f.name} har ikkje svart på **${code} ${name}** for ${period(f)}, trass i påminning. Statistisk sentralbyrå har difor vedteke tvangsmulkt på **${f.kroner(sum)}**.

Svarar de innan **${f.due}**, fell mulkta bort. Gjer de ikkje det, blir ho kravd inn, og opplysningsplikta står ved lag.

Vedtaket er gjort med heimel i statistikklova § 23. Vi har vurdert om plikta er urimeleg tyngjande, og kome til at ho ikkje er det.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vedtak om tvangsmulkt.pdf', title: text.title, unit: f.say({ nb: () => 'Datafangst', nn: () => 'Datafangst' }), reference, markdown: `${text.body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

const feedback: LetterKind = {
  id: 'survey-feedback',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb', 'nn'],
  weight: 5,
  write: (f) => {
    const { code, name } = survey(f)
    const values = Array.from({ length: 12 }, (_, at) => Math.round(90 + at * f.random.next() * 3 + f.random.int(-9, 12)))
    const months = values.map((_, at) => monthName(f.month - 12 + at, f.language))
    const rows = months.map((month, at) => [month, String(values[at] ?? 0)])
    const text = f.say({
      nb: () => ({ title: `Takk for svaret – slik gikk det i bransjen`, body: `Takk for at dere svarte på ${code} ${name}. Her er indeksen for bransjen de siste tolv månedene (gjennomsnitt i fjor = 100):`, after: 'Tallene er foreløpige. De endelige kommer om tre måneder. Figuren og tallene ligger ved og kan brukes fritt med kildehenvisning.', head: ['Måned', 'Indeks'] }),
      nn: () => ({ title: `Takk for svaret – slik gjekk det i bransjen`, body: `Takk for at de svarte på ${code} ${name}. Her er indeksen for bransjen dei siste tolv månadene (gjennomsnitt i fjor = 100):`, after: 'Tala er førebelse. Dei endelege kjem om tre månader. Figuren og tala ligg ved og kan brukast fritt med kjeldetilvising.', head: ['Månad', 'Indeks'] }),
    })
    const page = (): Buffer => {
      const lines = rows.map(([month = '', value = '']) => `      <tr><td>${escapeXml(month)}</td><td>${value}</td></tr>`).join('\n')
      return Buffer.from(`<!DOCTYPE html>
<html lang="${f.language}">
  <head><meta charset="utf-8"><title>${escapeXml(name)}</title></head>
  <body>
    <h1>${escapeXml(name)}</h1>
    <table>
      <tr><th>${text.head[0] ?? ''}</th><th>${text.head[1] ?? ''}</th></tr>
${lines}
    </table>
    <p>${escapeXml(text.after)}</p>
  </body>
</html>
`)
    }
    const data = { kilde: 'Statistisk sentralbyrå', skjema: code, serie: name, enhet: 'indeks', verdier: rows.map(([month, value]) => ({ periode: month, verdi: Number(value) })) }
    return {
      title: text.title,
      summary: null,
      body: `${text.body}\n\n${table(text.head, rows, [1])}\n\n${text.after}\n\n${closing(f)}`,
      reference: f.caseNumber(),
      attachments: f.random.some([
        { fileName: 'figur.png', content: () => columnChart(values, '#1f7a5c') },
        { fileName: 'tall.json', content: () => Buffer.from(`${JSON.stringify(data, null, 2)}\n`) },
        { fileName: 'tall.csv', content: () => csv([text.head, ...rows]) },
        { fileName: 'side.html', content: page },
      ], f.random.int(1, 4)),
      allowForwarding: true,
    }
  },
}

export const statisticsLetters: readonly LetterKind[] = [request, chase, coerciveFine, feedback]
