import { element, xmlDocument } from '../files/xml.ts'
import { DAY, isoDate } from '../calendar.ts'
import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'

/** NAV to employers: sickness benefit, refunds, meetings. */

interface Absence {
  readonly employee: string
  readonly born: string
  readonly from: string
  readonly to: string
  readonly workdays: number
  readonly daily: number
  readonly sum: number
  readonly fromAt: number
  readonly toAt: number
}

function absence(f: Facts): Absence {
  const start = -f.random.int(38, 70)
  const length = f.random.int(17, 30)
  const workdays = Math.round((length * 5) / 7)
  const daily = f.random.int(780, 2860)
  return {
    employee: f.employee(),
    born: `${String(f.random.int(1, 28)).padStart(2, '0')}.${String(f.random.int(1, 12)).padStart(2, '0')}.${String(f.random.int(1961, 2003))}`,
    from: f.date(start),
    to: f.date(start + length),
    workdays,
    daily,
    sum: workdays * daily,
    fromAt: f.at + start * DAY,
    toAt: f.at + (start + length) * DAY,
  }
}

const refund: LetterKind = {
  id: 'sickness-refund',
  resource: 'nav-sykepenger-arbeidsgiver',
  languages: ['nb', 'nn', 'en'],
  weight: 9,
  write: (f) => {
    const a = absence(f)
    const reference = f.caseNumber()
    const unit = f.say({ nb: () => 'NAV Arbeid og ytelser', nn: () => 'NAV Arbeid og ytingar', en: () => 'NAV Employment and Benefits' })
    const text = f.say({
      nb: () => ({
        title: 'Vedtak om refusjon av sykepenger',
        summary: `${f.kroner(a.sum)} blir utbetalt for perioden ${a.from} til ${a.to}.`,
        body: `NAV har innvilget kravet om refusjon av sykepenger for **${a.employee}** (født ${a.born}).

${table(['', ''], [['Periode', `${a.from} – ${a.to}`], ['Sykepengedager', String(a.workdays)], ['Dagsats', f.kroner(a.daily)], ['**Refusjon**', `**${f.kroner(a.sum)}**`]], [1])}

Beløpet blir betalt til kontoen som er registrert for refusjoner, normalt innen fem virkedager. Dagsatsen bygger på inntektsmeldingen dere har sendt. Arbeidsgiverperioden på 16 kalenderdager er trukket fra.

Har den ansatte vært delvis i arbeid i perioden, eller er lønnen ikke forskuttert, må dere si fra med en gang. Er noe utbetalt for mye, kan vi kreve det tilbake.`,
      }),
      nn: () => ({
        title: 'Vedtak om refusjon av sjukepengar',
        summary: `${f.kroner(a.sum)} blir utbetalt for perioden ${a.from} til ${a.to}.`,
        body: `NAV har innvilga kravet om refusjon av sjukepengar for **${a.employee}** (fødd ${a.born}).

${table(['', ''], [['Periode', `${a.from} – ${a.to}`], ['Sjukepengedagar', String(a.workdays)], ['Dagsats', f.kroner(a.daily)], ['**Refusjon**', `**${f.kroner(a.sum)}**`]], [1])}

Beløpet blir betalt til kontoen som er registrert for refusjonar, normalt innan fem verkedagar. Dagsatsen byggjer på inntektsmeldinga de har sendt. Arbeidsgivarperioden på 16 kalenderdagar er trekt frå.

Har den tilsette delvis vore i arbeid i perioden, eller er løna ikkje forskottert, må de seie frå med ein gong. Er noko utbetalt for mykje, kan vi krevje det tilbake.`,
      }),
      en: () => ({
        title: 'Decision on refund of sickness benefit',
        summary: `${f.kroner(a.sum)} will be paid for the period ${a.from} to ${a.to}.`,
        body: `NAV has granted your claim for a refund of sickness benefit for **${a.employee}** (born ${a.born}).

${table(['', ''], [['Period', `${a.from} – ${a.to}`], ['Benefit days', String(a.workdays)], ['Daily rate', f.kroner(a.daily)], ['**Refund**', `**${f.kroner(a.sum)}**`]], [1])}

The amount will be paid to the account registered for refunds, normally within five working days. The daily rate is based on the income report you have submitted. The employer's period of 16 calendar days has been deducted.

If the employee has worked part of the time, or if wages were not paid in advance, please tell us at once.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 6)}\n\n${closing(f, unit)}`,
      reference,
      ...(f.random.chance(0.7) ? { attachments: [letterPdf(f, { fileName: f.language === 'en' ? 'Decision.pdf' : 'Vedtak.pdf', title: text.title, unit, reference, markdown: `${text.body}\n\n${appeal(f, 6)}\n\n${contact(f, reference)}\n\n${closing(f)}` })] } : {}),
    }
  },
}

const incomeReport: LetterKind = {
  id: 'income-report',
  resource: 'nav-sykepenger-arbeidsgiver',
  languages: ['nb', 'nn'],
  weight: 9,
  due: [7, 14],
  confirm: 0.1,
  write: (f) => {
    const a = absence(f)
    const link = { linkURL: `${f.site}/inntektsmelding/ny?ref=${String(f.random.int(100_000, 999_999))}`, linkText: f.say({ nb: () => 'Send inntektsmelding', nn: () => 'Send inntektsmelding' }) }
    const text = f.say({
      nb: () => ({
        title: 'Inntektsmelding: vi mangler opplysninger',
        summary: `Send inntektsmelding for ${a.employee} innen ${f.due}.`,
        body: `**${a.employee}** har søkt om sykepenger fra ${a.from}. Før vi kan behandle søknaden, trenger vi inntektsmelding fra dere.

Send den innen **${f.due}**. I inntektsmeldingen oppgir dere

- beregnet månedsinntekt i de tre siste månedene før sykefraværet,
- bestemmende fraværsdag, som vi har satt til ${a.from},
- om dere betaler lønn under sykefraværet og krever refusjon, og
- naturalytelser som faller bort.

Får vi ikke inntektsmeldingen, kan vi fastsette sykepengene etter opplysningene i a-meldingen. Da mister dere muligheten til refusjon for tiden før kravet kom inn, ut over tre måneder.`,
      }),
      nn: () => ({
        title: 'Inntektsmelding: vi manglar opplysningar',
        summary: `Send inntektsmelding for ${a.employee} innan ${f.due}.`,
        body: `**${a.employee}** har søkt om sjukepengar frå ${a.from}. Før vi kan behandle søknaden, treng vi inntektsmelding frå dykk.

Send ho innan **${f.due}**. I inntektsmeldinga oppgjev de

- utrekna månadsinntekt i dei tre siste månadene før sjukefråværet,
- avgjerande fråværsdag, som vi har sett til ${a.from},
- om de betaler løn under sjukefråværet og krev refusjon, og
- naturalytingar som fell bort.

Får vi ikkje inntektsmeldinga, kan vi fastsetje sjukepengane etter opplysningane i a-meldinga. Då mistar de høvet til refusjon for tida før kravet kom inn, ut over tre månader.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber(), replyOptions: [link] }
  },
}

const meeting: LetterKind = {
  id: 'dialogue-meeting',
  resource: 'nav-sykepenger-arbeidsgiver',
  languages: ['nb', 'nn'],
  weight: 4,
  due: [4, 7],
  confirm: 0.6,
  write: (f) => {
    const employee = f.employee()
    const when = f.workday(f.random.int(14, 24))
    const hour = f.random.pick(['09.00', '10.30', '12.30', '14.00'])
    const officer = f.officer()
    const answers = (texts: readonly [string, string, string]) => ['kommer', 'nytt-tidspunkt', 'avlys'].map((answer, at) => ({ linkURL: `${f.site}/dialogmote/svar?valg=${answer}`, linkText: texts[at] ?? null }))
    const text = f.say({
      nb: () => ({
        title: `Innkalling til dialogmøte ${when}`,
        summary: 'Vi ber om svar på om dere kommer.',
        replies: answers(['Vi kommer', 'Vi ønsker et annet tidspunkt', 'Vi ønsker å avlyse']),
        body: `NAV kaller inn til dialogmøte om oppfølgingen av **${employee}**.

| | |
|---|---|
| Tid | ${when} kl. ${hour} |
| Sted | Videomøte. Lenken får dere dagen før. |
| Til stede | arbeidstaker, arbeidsgiver, NAV |
| Leder møtet | ${officer} |

Målet med møtet er å finne ut hva som skal til for at ${employee} kan komme tilbake i arbeid, helt eller delvis. Ta med en oppdatert oppfølgingsplan. Sykmelder er ikke innkalt denne gangen.

Svar innen **${f.due}** om dere kommer. Kan dere ikke, må dere foreslå et annet tidspunkt innen to uker.`,
      }),
      nn: () => ({
        title: `Innkalling til dialogmøte ${when}`,
        summary: 'Vi ber om svar på om de kjem.',
        replies: answers(['Vi kjem', 'Vi ønskjer eit anna tidspunkt', 'Vi ønskjer å avlyse']),
        body: `NAV kallar inn til dialogmøte om oppfølginga av **${employee}**.

| | |
|---|---|
| Tid | ${when} kl. ${hour} |
| Stad | Videomøte. Lenkja får de dagen før. |
| Til stades | arbeidstakar, arbeidsgivar, NAV |
| Leier møtet | ${officer} |

Målet med møtet er å finne ut kva som skal til for at ${employee} kan kome tilbake i arbeid, heilt eller delvis. Ta med ein oppdatert oppfølgingsplan. Sjukmeldar er ikkje kalla inn denne gongen.

Svar innan **${f.due}** om de kjem. Kan de ikkje, må de føreslå eit anna tidspunkt innan to veker.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f, `NAV ${f.recipient.business.municipality === 'tindvik' ? 'Tindvik' : 'Vinterdal'}`)}`, reference: f.caseNumber(), replyOptions: text.replies }
  },
}

const overpaid: LetterKind = {
  id: 'refund-overpaid',
  resource: 'nav-sykepenger-arbeidsgiver',
  languages: ['nb', 'nn'],
  weight: 2,
  due: [14, 21],
  confirm: 0.3,
  write: (f) => {
    const a = absence(f)
    const back = Math.round(a.sum / 3)
    const reference = f.caseNumber()
    const text = f.say({
      nb: () => ({
        title: 'Varsel om tilbakekreving av refusjon',
        summary: `Vi vurderer å kreve tilbake ${f.kroner(back)}.`,
        body: `Vi har utbetalt refusjon for ${a.employee} for ${a.from} til ${a.to}. Etter utbetalingen har vi fått melding om at den ansatte var i arbeid i ${String(Math.round(a.workdays / 3))} av dagene.

Vi vurderer derfor å kreve tilbake **${f.kroner(back)}**. Før vi bestemmer oss, kan dere uttale dere. Fristen er **${f.due}**. Skriv om opplysningene stemmer, og legg ved timelister for perioden.

> Den som har fått en ytelse på grunn av uriktige eller mangelfulle opplysninger, kan bli bedt om å betale den tilbake. Det gjelder også når arbeidsgiveren har fått den som refusjon.

Beregningen ligger ved.`,
      }),
      nn: () => ({
        title: 'Varsel om tilbakekrevjing av refusjon',
        summary: `Vi vurderer å krevje tilbake ${f.kroner(back)}.`,
        body: `Vi har utbetalt refusjon for ${a.employee} for ${a.from} til ${a.to}. Etter utbetalinga har vi fått melding om at den tilsette var i arbeid i ${String(Math.round(a.workdays / 3))} av dagane.

Vi vurderer difor å krevje tilbake **${f.kroner(back)}**. Før vi bestemmer oss, kan de uttale dykk. Fristen er **${f.due}**. Skriv om opplysningane stemmer, og legg ved timelister for perioden.

> Den som har fått ei yting på grunn av urette eller mangelfulle opplysningar, kan bli beden om å betale ho tilbake. Det gjeld også når arbeidsgivaren har fått ho som refusjon.

Utrekninga ligg ved.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${contact(f, reference)}\n\n${closing(f, 'NAV Kontroll')}`,
      reference,
      attachments: [
        {
          fileName: 'beregning.xml',
          content: () =>
            xmlDocument(
              element('Skjema', { xmlns: 'urn:no:eksempel:nav:tilbakekreving', skjemanummer: '739', spesifikasjonsnummer: '10514', blankettnummer: 'NAV 00-08.45', tittel: 'Beregning ved tilbakekreving', gruppeid: '8113' },
                element('Arbeidsgiver-grp-301', { gruppeid: '301' }, element('EnhetOrganisasjonsnummer-datadef-18', { orid: '18' }, f.recipient.party.number), element('EnhetNavn-datadef-1', { orid: '1' }, f.name)),
                element('Arbeidstaker-grp-302', { gruppeid: '302' }, element('PersonNavn-datadef-2', { orid: '2' }, a.employee), element('FravarStart-datadef-4411', { orid: '4411' }, isoDate(a.fromAt)), element('FravarSlutt-datadef-4412', { orid: '4412' }, isoDate(a.toAt))),
                element('Beregning-grp-303', { gruppeid: '303' }, element('DagsatsSykepenger-datadef-7031', { orid: '7031' }, a.daily), element('DagerUtbetalt-datadef-7032', { orid: '7032' }, a.workdays), element('RefusjonUtbetalt-datadef-7033', { orid: '7033' }, a.sum), element('RefusjonTilbake-datadef-7034', { orid: '7034' }, back)))),
        },
      ],
    }
  },
}

/** Confidential mail: only the resource with the confidential package sends it. */
const followUp: LetterKind = {
  id: 'confidential-follow-up',
  resource: 'nav-oppfolging-av-ansatte',
  languages: ['nb', 'nn'],
  weight: 0,
  due: [10, 18],
  confirm: 0.3,
  confidential: true,
  write: (f) => {
    const employee = f.employee()
    const reference = f.caseNumber()
    const text = f.say({
      nb: () => ({
        title: `Oppfølging av sykmeldt ansatt: vurdering av tilrettelegging`,
        summary: 'Taushetsbelagt. Gjelder én av virksomhetens ansatte.',
        body: `NAV har mottatt en uttalelse fra sykmelderen til **${employee}**. Med samtykke fra den ansatte gjengir vi det som har betydning for tilretteleggingen:

1. ${employee} kan arbeide inntil ${String(f.random.pick([20, 40, 50, 60]))} prosent fra ${f.date(7)}.
2. Tunge løft og arbeid over skulderhøyde bør unngås i ${String(f.random.int(6, 12))} uker.
3. Arbeidstiden bør ligge mellom kl. 09 og 14 den første måneden.

Vi ber dere vurdere hva som er mulig, og oppdatere oppfølgingsplanen innen **${f.due}**. Kan tilretteleggingen ikke gjennomføres, skal planen si hvorfor.

Opplysningene er taushetsbelagte. De skal bare leses av den som har ansvar for å følge opp den ansatte, og ikke lagres lenger enn nødvendig.`,
      }),
      nn: () => ({
        title: `Oppfølging av sjukmeld tilsett: vurdering av tilrettelegging`,
        summary: 'Teiepliktig. Gjeld éin av dei tilsette i verksemda.',
        body: `NAV har motteke ei fråsegn frå sjukmeldaren til **${employee}**. Med samtykke frå den tilsette gjev vi att det som har noko å seie for tilrettelegginga:

1. ${employee} kan arbeide inntil ${String(f.random.pick([20, 40, 50, 60]))} prosent frå ${f.date(7)}.
2. Tunge løft og arbeid over skulderhøgd bør ein unngå i ${String(f.random.int(6, 12))} veker.
3. Arbeidstida bør liggje mellom kl. 09 og 14 den første månaden.

Vi ber dykk vurdere kva som er mogleg, og oppdatere oppfølgingsplanen innan **${f.due}**. Kan tilrettelegginga ikkje gjennomførast, skal planen seie kvifor.

Opplysningane er underlagde teieplikt. Dei skal berre lesast av den som har ansvar for å følgje opp den tilsette, og ikkje lagrast lenger enn nødvendig.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vurdering av tilrettelegging.pdf', title: text.title, unit: f.say({ nb: () => 'Sykefraværsoppfølging', nn: () => 'Sjukefråværsoppfølging' }), reference, markdown: `${text.body}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

export const sicknessLetters: readonly LetterKind[] = [refund, incomeReport, meeting, overpaid, followUp]
