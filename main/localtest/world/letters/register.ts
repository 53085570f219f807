import { isoDate } from '../calendar.ts'
import { element, xmlDocument } from '../files/xml.ts'
import type { Facts, LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, paymentTable, table } from './phrases.ts'

/** The Brønnøysund registers: businesses, accounts, mortgaged property. */

interface Change {
  readonly what: Readonly<Record<Facts['language'], string>>
  readonly before: string
  readonly now: string
}

function changes(f: Facts): readonly Change[] {
  const { business } = f.recipient
  const [one, two, three] = f.random.some(business.employees.filter((name) => name !== business.manager), 3)
  const all: readonly Change[] = [
    { what: { nb: 'Daglig leder', nn: 'Dagleg leiar', en: 'General manager' }, before: one ?? 'Rolf Tangen', now: business.manager },
    { what: { nb: 'Styremedlem', nn: 'Styremedlem', en: 'Board member' }, before: two ?? '–', now: three ?? 'Wenche Tangen' },
    { what: { nb: 'Forretningsadresse', nn: 'Forretningsadresse', en: 'Business address' }, before: `Sjøgata ${String(f.random.int(1, 60))}, 8900 Tindvik`, now: `${business.street}, ${business.postal}` },
    { what: { nb: 'Aksjekapital', nn: 'Aksjekapital', en: 'Share capital' }, before: f.amount(30_000_00), now: f.amount(f.random.int(6, 60) * 10_000_00) },
    { what: { nb: 'Næringskode', nn: 'Næringskode', en: 'Industry code' }, before: '00.000', now: `${business.industry[0]} ${f.language === 'nn' ? business.industry[2] : business.industry[1]}` },
    { what: { nb: 'Revisor', nn: 'Revisor', en: 'Auditor' }, before: 'Vestre Revisjon AS', now: f.say({ nb: () => 'Fravalgt', nn: () => 'Valt bort', en: () => 'Opted out' }) },
  ]
  return f.random.some(all, f.random.int(1, 4))
}

const changeRegistered: LetterKind = {
  id: 'change-registered',
  resource: 'brg-foretaksregisteret',
  languages: ['nb', 'nn', 'en'],
  weight: 8,
  write: (f) => {
    const fee = f.random.pick([2832, 1270, 0])
    const reference = f.caseNumber()
    const found = changes(f)
    const rows = found.map((change) => [change.what[f.language], change.before, change.now])
    const text = f.say({
      nb: () => ({
        title: 'Endringer er registrert i Foretaksregisteret',
        summary: null,
        body: `Vi har registrert endringene som ble meldt for **${f.name}** ${f.date(-f.random.int(3, 9))}. Opplysningene er nå synlige for alle som slår opp virksomheten.

## Dette er endret
${table(['Opplysning', 'Før', 'Nå'], rows)}

## Gebyr
${fee === 0 ? 'Endringene er gebyrfrie.' : `Gebyret for registreringen er ${f.kroner(fee)}. Faktura sendes til fakturaadressen som er registrert på virksomheten.`}

## Er noe feil?
Ser dere feil i registreringen, må dere melde fra innen tre uker. Meldingen sendes på samme måte som endringen ble meldt. Dere finner den fullstendige utskriften i vedlegget.`,
      }),
      nn: () => ({
        title: 'Endringar er registrerte i Føretaksregisteret',
        summary: null,
        body: `Vi har registrert endringane som vart melde for **${f.name}** ${f.date(-f.random.int(3, 9))}. Opplysningane er no synlege for alle som slår opp verksemda.

## Dette er endra
${table(['Opplysning', 'Før', 'No'], rows)}

## Gebyr
${fee === 0 ? 'Endringane er gebyrfrie.' : `Gebyret for registreringa er ${f.kroner(fee)}. Faktura blir send til fakturaadressa som er registrert på verksemda.`}

## Er noko feil?
Ser de feil i registreringa, må de melde frå innan tre veker. Meldinga sender de på same måten som endringa vart meld. De finn den fullstendige utskrifta i vedlegget.`,
      }),
      en: () => ({
        title: 'Changes registered in the Register of Business Enterprises',
        summary: null,
        body: `We have registered the changes that were notified for **${f.name}** on ${f.date(-f.random.int(3, 9))}. The information is now public.

## What has changed
${table(['Item', 'Before', 'Now'], rows)}

If you find an error, please notify us within three weeks. The complete transcript is enclosed.`,
      }),
    })
    const { business } = f.recipient
    const transcript = f.say({
      nb: () => [['Organisasjonsnummer', f.orgNumber], ['Navn', f.name], ['Forretningsadresse', `${business.street}, ${business.postal}`], ['Næringskode', `${business.industry[0]} ${business.industry[1]}`], ['Daglig leder', business.manager], ['Antall ansatte', String(business.employees.length)]],
      nn: () => [['Organisasjonsnummer', f.orgNumber], ['Namn', f.name], ['Forretningsadresse', `${business.street}, ${business.postal}`], ['Næringskode', `${business.industry[0]} ${business.industry[2]}`], ['Dagleg leiar', business.manager], ['Talet på tilsette', String(business.employees.length)]],
      en: () => [['Organisation number', f.orgNumber], ['Name', f.name], ['Business address', `${business.street}, ${business.postal}`], ['Industry code', `${business.industry[0]} ${business.industry[1]}`], ['General manager', business.manager], ['Employees', String(business.employees.length)]],
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Foretaksregisteret', nn: () => 'Føretaksregisteret', en: () => 'Register of Business Enterprises' }))}`,
      reference,
      attachments: [
        letterPdf(f, {
          fileName: f.say({ nb: () => 'Registreringsutskrift.pdf', nn: () => 'Registreringsutskrift.pdf', en: () => 'Transcript.pdf' }),
          title: f.say({ nb: () => 'Registreringsutskrift', nn: () => 'Registreringsutskrift', en: () => 'Transcript from the register' }),
          unit: f.say({ nb: () => 'Foretaksregisteret', nn: () => 'Føretaksregisteret', en: () => 'Register of Business Enterprises' }),
          reference,
          markdown: `${table(['', ''], transcript)}\n\n${text.body}\n\n${closing(f)}`,
        }),
      ],
    }
  },
}

const deficient: LetterKind = {
  id: 'notification-deficient',
  resource: 'brg-foretaksregisteret',
  languages: ['nb', 'nn'],
  weight: 4,
  due: [14, 28],
  confirm: 0.15,
  write: (f) => {
    const missing = f.say({
      nb: () => ['protokoll fra generalforsamlingen, signert av møteleder og én til', 'bekreftelse fra bank eller revisor på at innskuddet er gjort opp', 'villighetserklæring fra den nye revisoren', 'oppdaterte vedtekter i sin helhet', 'fullstendig navn og fødselsdato på det nye styremedlemmet'],
      nn: () => ['protokoll frå generalforsamlinga, signert av møteleiar og éin til', 'stadfesting frå bank eller revisor på at innskotet er gjort opp', 'erklæring frå den nye revisoren om å ta på seg oppdraget', 'oppdaterte vedtekter i heilskap', 'fullstendig namn og fødselsdato på den nye styremedlemmen'],
    })
    const points = f.random.some(missing, f.random.int(1, 3)).map((point) => `- ${point}`).join('\n')
    const text = f.say({
      nb: () => ({
        title: 'Registermeldingen kan ikke registreres ennå',
        summary: `Rett manglene innen ${f.due}.`,
        link: 'Rett registermeldingen',
        body: `Vi har gått gjennom meldingen fra ${f.name}, men kan ikke registrere den. Dette mangler:

${points}

Send det som mangler, innen **${f.due}**. Bruk knappen under brevet, så slipper dere å fylle ut meldingen på nytt. Hører vi ikke fra dere, blir meldingen nektet registrert, og gebyret blir ikke betalt tilbake.`,
      }),
      nn: () => ({
        title: 'Registermeldinga kan ikkje registrerast enno',
        summary: `Rett manglane innan ${f.due}.`,
        link: 'Rett registermeldinga',
        body: `Vi har gått gjennom meldinga frå ${f.name}, men kan ikkje registrere ho. Dette manglar:

${points}

Send det som manglar, innan **${f.due}**. Bruk knappen under brevet, så slepp de å fylle ut meldinga på nytt. Høyrer vi ikkje frå dykk, blir meldinga nekta registrert, og gebyret blir ikkje betalt tilbake.`,
      }),
    })
    return { title: text.title, summary: text.summary, body: `${text.body}\n\n${closing(f)}`, reference: f.caseNumber(), replyOptions: [{ linkURL: `${f.site}/registermelding/rett`, linkText: text.link }] }
  },
}

const accountsReceipt: LetterKind = {
  id: 'accounts-receipt',
  resource: 'brg-regnskapsregisteret',
  languages: ['nb', 'nn'],
  weight: 4,
  applies: ({ party }) => party.parentUrn === null,
  write: (f) => {
    const reference = f.caseNumber()
    const of = f.settledYear
    const result = f.random.int(-300, 1900) * 1000
    const equity = f.random.int(200, 6000) * 1000
    const assets = equity + f.random.int(300, 7000) * 1000
    const text = f.say({
      nb: () => ({
        title: `Kvittering for innsendt årsregnskap ${String(of)}`,
        summary: null,
        body: `Årsregnskapet for **${String(of)}** for ${f.name} er mottatt og kunngjort. Det er åpent for alle.

${table(['Hovedtall', 'Kroner'], [['Årsresultat', f.number(result)], ['Egenkapital', f.number(equity)], ['Sum eiendeler', f.number(assets)]], [1])}

Regnskapet ble signert av ${f.recipient.business.manager}. Filen vi har lagret, ligger ved. Dere trenger ikke å gjøre noe mer.`,
      }),
      nn: () => ({
        title: `Kvittering for innsendt årsrekneskap ${String(of)}`,
        summary: null,
        body: `Årsrekneskapen for **${String(of)}** for ${f.name} er motteken og kunngjord. Han er open for alle.

${table(['Hovudtal', 'Kroner'], [['Årsresultat', f.number(result)], ['Eigenkapital', f.number(equity)], ['Sum eigedelar', f.number(assets)]], [1])}

Rekneskapen vart signert av ${f.recipient.business.manager}. Fila vi har lagra, ligg ved. De treng ikkje gjere noko meir.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Regnskapsregisteret', nn: () => 'Rekneskapsregisteret' }))}`,
      reference,
      attachments: [
        {
          fileName: `årsregnskap-${String(of)}.xml`,
          displayName: f.say({ nb: () => `Årsregnskap ${String(of)} (fil)`, nn: () => `Årsrekneskap ${String(of)} (fil)` }),
          content: () =>
            xmlDocument(
              element('melding', { dataFormatProvider: 'SERES', dataFormatId: '758', dataFormatVersion: '51980', tjenestehandling: 'aarsregnskap', tjeneste: 'regnskap' },
                element('Innsender', {}, element('enhet', {}, element('organisasjonsnummer', {}, f.recipient.party.number), element('organisasjonsform', {}, f.name.endsWith(' AS') ? 'AS' : 'FLI'), element('navn', {}, f.name)),
                  element('opplysningerInnsending', {}, element('regnskapsaar', {}, of), element('mottattDato', {}, isoDate(f.at)), element('systemNavn', {}, 'Fjordtun Årsoppgjør'))),
                element('Skjemainnhold', {}, element('resultatregnskap', { valuta: 'NOK' }, element('aarsresultat', { orid: '172' }, result)),
                  element('balanse', { valuta: 'NOK' }, element('sumEgenkapital', { orid: '250' }, equity), element('sumEiendeler', { orid: '219' }, assets), element('sumGjeld', { orid: '1119' }, assets - equity)))),
              ['mso-infoPathSolution solutionVersion="1.0.0.14" productVersion="12.0.0" PIVersion="1.0.0.0" name="urn:no:eksempel:aarsregnskap:758:51980" href="manifest.xsf"', 'mso-application progid="InfoPath.Document"'],
            ),
        },
      ],
    }
  },
}

const lateFee: LetterKind = {
  id: 'late-fee',
  resource: 'brg-regnskapsregisteret',
  languages: ['nb', 'nn'],
  weight: 3,
  due: [21, 28],
  confirm: 0.4,
  applies: ({ party, business }) => party.parentUrn === null && business.name.endsWith(' AS'),
  write: (f) => {
    const weeks = f.random.int(2, 11)
    const fee = 1277 * Math.min(weeks, 8) + Math.max(0, weeks - 8) * 2554
    const reference = f.caseNumber()
    const text = f.say({
      nb: () => ({
        title: `Forsinkelsesgebyr: årsregnskapet for ${String(f.settledYear)} kom for sent`,
        summary: `${f.kroner(fee)} forfaller ${f.due}.`,
        body: `Årsregnskapet for ${String(f.settledYear)} skulle ha vært hos oss 31. juli. Det kom **${String(weeks)} uker for sent**, og ${f.name} har fått forsinkelsesgebyr på **${f.kroner(fee)}**.

Gebyret regnes for hver påbegynt uke: ett rettsgebyr i uke 1 til 8, og to rettsgebyr i uke 9 til 16.

${paymentTable(f, fee)}

Gebyret er tvangsgrunnlag for utlegg. Styrets medlemmer hefter solidarisk sammen med selskapet. Særlige omstendigheter som virksomheten ikke rår over, kan gi grunnlag for å ettergi gebyret.`,
      }),
      nn: () => ({
        title: `Forseinkingsgebyr: årsrekneskapen for ${String(f.settledYear)} kom for seint`,
        summary: `${f.kroner(fee)} forfell ${f.due}.`,
        body: `Årsrekneskapen for ${String(f.settledYear)} skulle ha vore hos oss 31. juli. Han kom **${String(weeks)} veker for seint**, og ${f.name} har fått forseinkingsgebyr på **${f.kroner(fee)}**.

Gebyret blir rekna for kvar påbyrja veke: eitt rettsgebyr i veke 1 til 8, og to rettsgebyr i veke 9 til 16.

${paymentTable(f, fee)}

Gebyret er tvangsgrunnlag for utlegg. Medlemmene i styret heftar solidarisk saman med selskapet. Særlege omstende som verksemda ikkje rår over, kan gje grunnlag for å ettergje gebyret.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${appeal(f, 3)}\n\n${closing(f)}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Forsinkelsesgebyr.pdf', title: text.title, unit: f.say({ nb: () => 'Regnskapsregisteret', nn: () => 'Rekneskapsregisteret' }), reference, markdown: `${text.body}\n\n${appeal(f, 3)}\n\n${contact(f, reference)}\n\n${closing(f)}` })],
    }
  },
}

export const registerLetters: readonly LetterKind[] = [changeRegistered, deficient, accountsReceipt, lateFee]
