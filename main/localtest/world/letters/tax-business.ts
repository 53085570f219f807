import { isoDate, monthName, osloDate, osloTime } from '../calendar.ts'
import { csv } from '../files/csv.ts'
import type { LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, paymentTable, table } from './phrases.ts'

/** The tax administration: what a business owes, pays and gets back. */

const taxAssessment: LetterKind = {
  id: 'tax-assessment',
  resource: 'skd-skatt-virksomhet',
  languages: ['nb', 'nn', 'en'],
  weight: 4,
  due: [21, 24],
  applies: ({ party }) => party.parentUrn === null,
  write: (f) => {
    const reference = f.caseNumber()
    const income = f.random.int(-40, 380) * 10_000
    const tax = Math.round(Math.max(0, income) * 0.22)
    const advance = Math.round(tax * (0.6 + f.random.next() * 0.6))
    const rest = tax - advance
    const figures = (words: readonly [string, string, string, string]): string =>
      table(['', 'NOK'], [[words[0], f.number(income)], [words[1], f.number(tax)], [words[2], f.number(-advance)], [`**${words[3]}**`, `**${f.number(rest)}**`]], [1])
    const text = f.say({
      nb: () => ({
        title: `Skatteoppgjør for ${String(f.settledYear)}`,
        summary: rest > 0 ? `Restskatt ${f.kroner(rest)}, forfall ${f.due}.` : `Skatt til gode: ${f.kroner(-rest)}.`,
        body: `Skatteoppgjøret for ${f.name} for inntektsåret ${String(f.settledYear)} er klart. Det bygger på skattemeldingen dere har levert${f.random.chance(0.3) ? ', med de endringene vi tidligere har varslet' : ''}.

${figures(['Alminnelig inntekt', 'Utlignet skatt, 22 %', 'Betalt forskuddsskatt', rest > 0 ? 'Å betale' : 'Til gode'])}

${rest > 0 ? `Restskatten forfaller til betaling **${f.due}**.\n\n${paymentTable(f, rest)}` : 'Beløpet blir betalt til kontonummeret som er registrert på virksomheten, som regel innen en uke. Er det krav mot virksomheten fra før, kan beløpet bli brukt til motregning.'}

Kontroller tallene. Har dere oppgitt noe feil, retter dere det ved å levere endringsmelding. Det kan dere gjøre i tre år etter leveringsfristen.`,
      }),
      nn: () => ({
        title: `Skatteoppgjer for ${String(f.settledYear)}`,
        summary: rest > 0 ? `Restskatt ${f.kroner(rest)}, forfall ${f.due}.` : `Skatt til gode: ${f.kroner(-rest)}.`,
        body: `Skatteoppgjeret for ${f.name} for inntektsåret ${String(f.settledYear)} er klart. Det byggjer på skattemeldinga de har levert${f.random.chance(0.3) ? ', med dei endringane vi tidlegare har varsla' : ''}.

${figures(['Alminneleg inntekt', 'Utlikna skatt, 22 %', 'Betalt forskotsskatt', rest > 0 ? 'Å betale' : 'Til gode'])}

${rest > 0 ? `Restskatten forfell til betaling **${f.due}**.\n\n${paymentTable(f, rest)}` : 'Beløpet blir betalt til kontonummeret som er registrert på verksemda, som regel innan ei veke. Er det krav mot verksemda frå før, kan beløpet bli brukt til motrekning.'}

Kontroller tala. Har de oppgjeve noko feil, rettar de det ved å levere endringsmelding. Det kan de gjere i tre år etter leveringsfristen.`,
      }),
      en: () => ({
        title: `Tax settlement notice for ${String(f.settledYear)}`,
        summary: rest > 0 ? `Outstanding tax ${f.kroner(rest)}, due ${f.due}.` : `Refund: ${f.kroner(-rest)}.`,
        body: `The tax settlement for ${f.name} for the income year ${String(f.settledYear)} is ready. It is based on the tax return that you have submitted.

${figures(['Ordinary income', 'Assessed tax, 22 %', 'Advance tax paid', rest > 0 ? 'To be paid' : 'Refund'])}

${rest > 0 ? `Outstanding tax falls due on **${f.due}**.\n\n${paymentTable(f, rest)}` : 'The refund will be paid to the account registered for the organisation, normally within a week.'}

Please check the figures. If something you reported is wrong, you may change the return yourself within three years of the submission deadline.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: `Skatteoppgjør ${String(f.settledYear)}.pdf`, title: text.title, unit: f.say({ nb: () => 'Upersonlige skattytere', nn: () => 'Upersonlege skattytarar', en: () => 'Companies' }), reference, markdown: `${text.body}\n\n${appeal(f, 6)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

const reminder: LetterKind = {
  id: 'payment-reminder',
  resource: 'skd-innkreving',
  languages: ['nb', 'nn'],
  weight: 6,
  due: [10, 14],
  write: (f) => {
    const term = Math.max(1, Math.ceil(f.month / 2) - 1)
    const contribution = f.random.int(90, 4200) * 100
    const withheld = f.random.chance(0.6) ? f.random.int(120, 5200) * 100 : 0
    const interest = f.random.int(40, 900)
    const sum = contribution + withheld + interest
    const reference = f.caseNumber()
    const text = f.say({
      nb: () => ({
        title: `Betalingspåminnelse: arbeidsgiveravgift, ${String(term)}. termin ${String(f.year)}`,
        summary: `${f.kroner(sum)} er ikke betalt. Ny frist ${f.due}.`,
        body: `Vi kan ikke se at dette kravet er betalt:

${table(['Krav', 'Beløp'], [[`Arbeidsgiveravgift, ${String(term)}. termin`, f.amount(contribution * 100)], ...(withheld > 0 ? [['Forskuddstrekk', f.amount(withheld * 100)]] : []), [`Forsinkelsesrenter til ${f.day(0)}`, f.amount(interest * 100)], ['**Sum**', `**${f.amount(sum * 100)}**`]], [1])}

Betal innen **${f.due}**. Ellers kan vi ta utlegg eller motregne uten flere varsler, og det kommer gebyr i tillegg.

${paymentTable(f, sum)}

Har dere betalt de siste tre dagene, kan dere se bort fra brevet. Kan dere ikke betale alt på en gang, kan dere [søke om betalingsavtale](${f.site}/betalingsavtale).`,
      }),
      nn: () => ({
        title: `Betalingspåminning: arbeidsgivaravgift, ${String(term)}. termin ${String(f.year)}`,
        summary: `${f.kroner(sum)} er ikkje betalt. Ny frist ${f.due}.`,
        body: `Vi kan ikkje sjå at dette kravet er betalt:

${table(['Krav', 'Beløp'], [[`Arbeidsgivaravgift, ${String(term)}. termin`, f.amount(contribution * 100)], ...(withheld > 0 ? [['Forskotstrekk', f.amount(withheld * 100)]] : []), [`Forseinkingsrenter til ${f.day(0)}`, f.amount(interest * 100)], ['**Sum**', `**${f.amount(sum * 100)}**`]], [1])}

Betal innan **${f.due}**. Elles kan vi ta utlegg eller motrekne utan fleire varsel, og det kjem gebyr i tillegg.

${paymentTable(f, sum)}

Har de betalt dei siste tre dagane, kan de sjå bort frå brevet. Kan de ikkje betale alt på éin gong, kan de [søkje om betalingsavtale](${f.site}/betalingsavtale).`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, 'Innkreving')}`,
      reference,
      ...(f.random.chance(0.5) ? { attachments: [letterPdf(f, { fileName: 'Betalingspåminnelse.pdf', title: text.title, unit: 'Innkreving', reference, markdown: `${text.body}\n\n${closing(f, 'Innkreving')}` })] } : {}),
    }
  },
}

const statement: LetterKind = {
  id: 'account-statement',
  resource: 'skd-innkreving',
  languages: ['nb'],
  weight: 5,
  write: (f) => {
    const month = monthName(f.month - 1, 'nb')
    const kinds = ['Arbeidsgiveravgift', 'Forskuddstrekk', 'Merverdiavgift', 'Innbetaling', 'Forsinkelsesrenter', 'Motregning', 'Forskuddsskatt']
    const stream = f.stream('statement')
    let balance = stream.int(-50, 200) * 1000_00
    const opening = balance
    const count = stream.int(14, 70)
    const before = osloDate(osloTime(f.year, f.month - 1, 1))
    const rows = Array.from({ length: count }, (_, at) => {
      const day = `${String(1 + Math.floor((at / count) * 28)).padStart(2, '0')}.${String(before.month).padStart(2, '0')}.${String(before.year)}`
      const kind = stream.pick(kinds)
      const ore = (kind === 'Innbetaling' || kind === 'Motregning' ? -1 : 1) * stream.int(90_00, 90_000_00)
      balance += ore
      return [day, kind, `${String(f.year)}-${String(stream.int(100_000, 999_999))}`, f.amount(ore), f.amount(balance)]
    })
    const reference = f.caseNumber()
    const body = `Her er kontoutskriften for **${month}** for alle krav Skatteetaten krever inn fra ${f.name}.

${table(['', 'Kroner'], [['Inngående saldo', f.amount(opening)], ['Bevegelser', f.amount(balance - opening)], ['**Utgående saldo**', `**${f.amount(balance)}**`]], [1])}

Positive tall er krav mot virksomheten, negative tall er betalt eller til gode. Alle posteringer står i vedleggene, både til å skrive ut og som fil til avstemming.`
    return {
      title: `Kontoutskrift for ${month} – skatt og avgift`,
      summary: `Utgående saldo ${f.amount(balance)} kroner.`,
      body: `${body}\n\n${closing(f)}`,
      reference,
      attachments: [
        letterPdf(f, { fileName: `Kontoutskrift ${month}.pdf`, title: `Kontoutskrift for ${month}`, unit: 'Innkreving', reference, wide: true, markdown: `${body}\n\n${table(['Dato', 'Krav', 'Referanse', 'Beløp', 'Saldo'], rows, [3, 4])}` }),
        { fileName: `kontoutskrift-${isoDate(osloTime(before.year, before.month, 2)).slice(0, 7)}.csv`, content: () => csv([['Dato', 'Krav', 'Referanse', 'Beløp', 'Saldo'], ...rows.map((row) => row.map((cell) => cell.replace(/\u00a0/g, '')))]) },
      ],
    }
  },
}

const paymentPlan: LetterKind = {
  id: 'payment-plan',
  resource: 'skd-innkreving',
  languages: ['nb', 'nn'],
  weight: 2,
  due: [14, 20],
  write: (f) => {
    const months = f.random.int(3, 8)
    const each = f.random.int(30, 240) * 100
    const reference = f.caseNumber()
    const plan = Array.from({ length: months }, (_, at) => [f.date(20 + at * 30), f.amount(each * 100)])
    const text = f.say({
      nb: () => ({
        title: 'Svar på søknad om betalingsavtale',
        summary: `Søknaden er innvilget: ${String(months)} avdrag à ${f.kroner(each)}.`,
        body: `Vi har innvilget søknaden om betalingsavtale. Avtalen gjelder restanser av merverdiavgift og arbeidsgiveravgift, i alt ${f.kroner(each * months)}.

${table(['Forfall', 'Avdrag'], plan, [1])}

Avtalen forutsetter at

- hvert avdrag er betalt på forfallsdagen,
- alle nye krav blir betalt i rett tid, og
- pliktige oppgaver blir levert.

Blir noe av dette brutt, faller avtalen bort uten varsel, og hele beløpet kan kreves inn. Det løper forsinkelsesrenter også mens avtalen gjelder. Første avdrag må være betalt senest ${f.due}.`,
      }),
      nn: () => ({
        title: 'Svar på søknad om betalingsavtale',
        summary: `Søknaden er innvilga: ${String(months)} avdrag à ${f.kroner(each)}.`,
        body: `Vi har innvilga søknaden om betalingsavtale. Avtalen gjeld restansar av meirverdiavgift og arbeidsgivaravgift, i alt ${f.kroner(each * months)}.

${table(['Forfall', 'Avdrag'], plan, [1])}

Avtalen føreset at

- kvart avdrag er betalt på forfallsdagen,
- alle nye krav blir betalte i rett tid, og
- pliktige oppgåver blir leverte.

Blir noko av dette brote, fell avtalen bort utan varsel, og heile beløpet kan krevjast inn. Det går forseinkingsrenter også medan avtalen gjeld. Første avdrag må vere betalt seinast ${f.due}.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f, 'Innkreving')}`, reference }
  },
}

export const taxBusinessLetters: readonly LetterKind[] = [taxAssessment, reminder, statement, paymentPlan]
