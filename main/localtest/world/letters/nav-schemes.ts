import { monthName } from '../calendar.ts'
import { csv } from '../files/csv.ts'
import type { LetterKind } from './kind.ts'
import { appeal, closing, letterPdf, table } from './phrases.ts'

/** NAV to employers: wage subsidies, lay-offs, the register of employees, inclusion grants. */

const wageSubsidy: LetterKind = {
  id: 'wage-subsidy',
  resource: 'nav-tiltak',
  languages: ['nb', 'nn'],
  weight: 4,
  write: (f) => {
    const month = f.month - 1
    const employee = f.employee()
    const wages = f.random.int(180, 420) * 100
    const percent = f.random.pick([40, 60, 75])
    const holiday = Math.round(wages * 0.12)
    const fee = Math.round((wages + holiday) * 0.141)
    const basis = wages + holiday + fee
    const paid = Math.round((basis * percent) / 100)
    const rows = (words: readonly [string, string, string, string, string]): string =>
      table(['', 'Kroner'], [[words[0], f.number(wages)], [words[1], f.number(holiday)], [words[2], f.number(fee)], [words[3], f.number(basis)], [`**${words[4]}**`, `**${f.number(paid)}**`]], [1])
    const text = f.say({
      nb: () => ({
        title: `Lønnstilskudd for ${monthName(month, 'nb')} er utbetalt`,
        summary: `${f.kroner(paid)} for ${employee}.`,
        body: `Refusjonskravet for **${monthName(month, 'nb')}** er godkjent. Avtalen gjelder ${employee}, og tilskuddet er ${String(percent)} prosent.

${rows(['Lønn', 'Feriepenger, 12 %', 'Arbeidsgiveravgift, 14,1 %', 'Grunnlag', 'Utbetalt'])}

Sykefravær i perioden er trukket fra. Beløpet skal føres som offentlig tilskudd og er ikke merverdiavgiftspliktig. Neste krav kan sendes fra den første i kommende måned, og senest to måneder etter perioden det gjelder.`,
      }),
      nn: () => ({
        title: `Lønstilskot for ${monthName(month, 'nn')} er utbetalt`,
        summary: `${f.kroner(paid)} for ${employee}.`,
        body: `Refusjonskravet for **${monthName(month, 'nn')}** er godkjent. Avtalen gjeld ${employee}, og tilskotet er ${String(percent)} prosent.

${rows(['Løn', 'Feriepengar, 12 %', 'Arbeidsgivaravgift, 14,1 %', 'Grunnlag', 'Utbetalt'])}

Sjukefråvær i perioden er trekt frå. Beløpet skal førast som offentleg tilskot og er ikkje meirverdiavgiftspliktig. Neste krav kan sendast frå den første i komande månad, og seinast to månader etter perioden det gjeld.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference: f.caseNumber(),
      ...(f.random.chance(0.4) ? { attachments: [{ fileName: 'refusjon.csv', content: () => csv([['Lønn', 'Feriepenger', 'Arbeidsgiveravgift', 'Grunnlag', 'Prosent', 'Utbetalt'], [wages, holiday, fee, basis, percent, paid]]) }] } : {}),
    }
  },
}

const layoff: LetterKind = {
  id: 'layoff',
  resource: 'nav-arbeidsgiver-og-arbeidstaker',
  languages: ['nb', 'nn'],
  weight: 2,
  applies: ({ business }) => ['carpentry', 'boats', 'skiing', 'fish', 'nursery', 'cafe'].includes(business.trade),
  write: (f) => {
    const persons = f.random.int(1, 4)
    const text = f.say({
      nb: () => ({
        title: 'Vi har mottatt varsel om permittering',
        summary: `Gjelder ${String(persons)} ansatte fra ${f.date(14)}.`,
        body: `NAV har mottatt melding fra ${f.name} om permittering av **${String(persons)} ansatte** fra ${f.date(14)}. Årsaken er oppgitt til ${f.random.pick(['sesongsvingninger', 'mangel på oppdrag', 'mangel på råstoff', 'ombygging av lokalene'])}.

- Dere skal betale lønn i 15 arbeidsdager fra permitteringen begynner.
- Permitteringsvarselet til de ansatte skal være skriftlig, og fristen er som regel 14 dager.
- Blir noen tatt inn igjen i mer enn seks uker, må varselet sendes på nytt.

Melding om permittering er ikke det samme som innvilgede dagpenger. De ansatte må selv søke, og vi vurderer da om vilkårene er oppfylt.`,
      }),
      nn: () => ({
        title: 'Vi har motteke varsel om permittering',
        summary: `Gjeld ${String(persons)} tilsette frå ${f.date(14)}.`,
        body: `NAV har motteke melding frå ${f.name} om permittering av **${String(persons)} tilsette** frå ${f.date(14)}. Årsaka er oppgjeven til ${f.random.pick(['sesongsvingingar', 'mangel på oppdrag', 'mangel på råstoff', 'ombygging av lokala'])}.

- De skal betale løn i 15 arbeidsdagar frå permitteringa tek til.
- Permitteringsvarselet til dei tilsette skal vere skriftleg, og fristen er som regel 14 dagar.
- Blir nokon tekne inn att i meir enn seks veker, må varselet sendast på nytt.

Melding om permittering er ikkje det same som innvilga dagpengar. Dei tilsette må sjølve søkje, og vi vurderer då om vilkåra er oppfylte.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber() }
  },
}

const registerDeviation: LetterKind = {
  id: 'register-deviation',
  resource: 'nav-arbeidsgiver-og-arbeidstaker',
  languages: ['nb', 'nn'],
  weight: 3,
  due: [14, 30],
  write: (f) => {
    const rows = f.random.some(f.recipient.business.employees, f.random.int(1, 3)).map((name) => [name, `${String(f.random.int(20, 100))} %`, f.day(-f.random.int(90, 900))])
    const text = f.say({
      nb: () => ({
        title: 'Arbeidsforhold som trolig skulle vært avsluttet',
        summary: `Rett opplysningene i a-meldingen innen ${f.due}.`,
        body: `I Aa-registeret står disse arbeidsforholdene som løpende hos ${f.name}, men det er ikke rapportert lønn på tre måneder eller mer:

${table(['Ansatt', 'Stillingsprosent', 'Startdato'], rows, [1])}

Har den ansatte sluttet, setter dere sluttdato i neste a-melding. Er den ansatte i permisjon eller permittert, skal det rapporteres som det. Rett opplysningene innen **${f.due}**. Feil i registeret kan føre til at ansatte ikke får det de har krav på, og at andre får utbetalinger de ikke skal ha.`,
      }),
      nn: () => ({
        title: 'Arbeidsforhold som truleg skulle ha vore avslutta',
        summary: `Rett opplysningane i a-meldinga innan ${f.due}.`,
        body: `I Aa-registeret står desse arbeidsforholda som løpande hos ${f.name}, men det er ikkje rapportert løn på tre månader eller meir:

${table(['Tilsett', 'Stillingsprosent', 'Startdato'], rows, [1])}

Har den tilsette slutta, set de sluttdato i neste a-melding. Er den tilsette i permisjon eller permittert, skal det rapporterast som det. Rett opplysningane innan **${f.due}**. Feil i registeret kan føre til at tilsette ikkje får det dei har krav på, og at andre får utbetalingar dei ikkje skal ha.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber() }
  },
}

const inclusionGrant: LetterKind = {
  id: 'inclusion-grant',
  resource: 'nav-tiltak',
  languages: ['nb'],
  weight: 2,
  write: (f) => {
    const sum = f.random.int(40, 1360) * 100
    const granted = f.random.chance(0.7)
    const reference = f.caseNumber()
    const body = granted
      ? `Dere har fått innvilget inkluderingstilskudd med **${f.kroner(sum)}** til merkostnader ved tilrettelegging av en arbeidsplass. Søknaden kom inn ${f.date(-f.random.int(20, 50))}.

Tilskuddet dekker

1. innkjøp og montering av hev- og senkbart arbeidsbord,
2. opplæring i inntil ${String(f.random.int(8, 30))} timer, og
3. frakt og tilpasning.

Send refusjonskrav med kopi av fakturaene innen tre måneder. Utstyret tilhører virksomheten, men skal stå til disposisjon for den ansatte så lenge arbeidsforholdet varer.`
      : `Vi har avslått søknaden om inkluderingstilskudd på ${f.kroner(sum)}, som kom inn ${f.date(-f.random.int(20, 50))}.

Tilskuddet kan gis til dokumenterte merkostnader når en person med særlig behov for det får arbeid eller arbeidstrening. Det kan ikke gis til utstyr som enhver arbeidsplass må ha etter arbeidsmiljøloven. Etter det som står i søknaden, er dette utstyr av det siste slaget.`
    return {
      title: granted ? 'Inkluderingstilskudd: søknaden er innvilget' : 'Inkluderingstilskudd: søknaden er avslått',
      summary: granted ? `Inntil ${f.kroner(sum)}.` : null,
      body: `${body}\n\n${appeal(f, 6)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'vedtak.pdf', title: 'Vedtak om inkluderingstilskudd', unit: 'Tiltak', reference, markdown: `${body}\n\n${appeal(f, 6)}\n\n${closing(f)}` })],
    }
  },
}

export const schemeLetters: readonly LetterKind[] = [wageSubsidy, layoff, registerDeviation, inclusionGrant]
