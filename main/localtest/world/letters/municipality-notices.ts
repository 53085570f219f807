import { docx } from '../files/docx.ts'
import { DAY, isoDate } from '../calendar.ts'
import type { Recipient } from '../parties.ts'
import type { LetterKind } from './kind.ts'
import { appeal, closing, contact, letterPdf, table } from './phrases.ts'
import { plot } from './municipality.ts'

/** Municipalities: water and roads, fire inspection, plans on hearing, childhood services. */

const decisions = ({ business }: Recipient): string => (business.municipality === 'tindvik' ? 'tindvik-vedtak' : 'vinterdal-brev')

const waterOff: LetterKind = {
  id: 'water-off',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 4,
  write: (f) => {
    const when = f.workday(f.random.int(3, 9))
    const street = f.recipient.business.street.replace(/ [\d–-]+$/, '')
    const text = f.say({
      nb: () => ({
        title: `Vannet stenges i ${street} ${when}`,
        body: `Vi skifter ledning i ${street} og stenger vannet **${when} mellom kl. 22.00 og 04.00**.

Tapp vann på forhånd, steng hovedkranen, og la et kaldtvannspunkt stå åpent når vannet kommer tilbake. Vannet kan være misfarget en stund, men er ikke farlig. Ta kontakt straks hvis dere har drift om natten som ikke tåler stans.`,
      }),
      nn: () => ({
        title: `Vatnet blir stengt i ${street} ${when}`,
        body: `Vi skiftar leidning i ${street} og stengjer vatnet **${when} mellom kl. 22.00 og 04.00**.

Tapp vatn på førehand, steng hovudkrana, og lat eit kaldvasspunkt stå ope når vatnet kjem tilbake. Vatnet kan vere misfarga ei stund, men er ikkje farleg. Ta kontakt straks om de har drift om natta som ikkje toler stans.`,
      }),
    })
    return { title: text.title, summary: null, body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Vann og avløp', nn: () => 'Vatn og avløp' }))}`, reference: f.caseNumber(), allowForwarding: true }
  },
}

const fireInspection: LetterKind = {
  id: 'fire-inspection',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 4,
  due: [7, 21],
  confirm: 0.3,
  write: (f) => {
    const reference = f.caseNumber()
    const when = f.workday(-f.random.int(4, 12))
    const found = f.say({
      nb: () => f.random.some(['Rømningsvei i kjelleren var delvis sperret av lagret utstyr.', 'Brannslokkere manglet kontrollmerke for siste år.', 'Branndør mellom lager og verksted stod oppkilt.', 'Det manglet nødlys ved utgang mot bakgården.', 'Brannbok var ikke ført siden i fjor.', 'Alarmsentralen viste feil på sløyfe 3.'], f.random.int(2, 4)),
      nn: () => f.random.some(['Rømingsvegen i kjellaren var delvis sperra av lagra utstyr.', 'Brannsløkkjarar mangla kontrollmerke for siste år.', 'Branndøra mellom lager og verkstad stod oppkilt.', 'Det mangla naudlys ved utgangen mot bakgarden.', 'Brannbok var ikkje ført sidan i fjor.', 'Alarmsentralen viste feil på sløyfe 3.'], f.random.int(2, 4)),
    })
    const rows = found.map((finding, at) => [String(at + 1), finding, f.due])
    const text = f.say({
      nb: () => ({
        title: 'Rapport etter branntilsyn',
        summary: `${String(found.length)} avvik. Tilbakemelding innen ${f.due}.`,
        plan: 'Handlingsplan (mal).docx',
        planTitle: 'Handlingsplan etter branntilsyn',
        head: ['Nr.', 'Avvik', 'Ansvarlig', 'Rettet dato'],
        body: `Brannvesenet hadde tilsyn hos ${f.name} **${when}**. Til stede var ${f.employee()} og ${f.officer()}.

## Avvik
${table(['Nr.', 'Hva vi fant', 'Frist'], rows)}

Skriv hva dere har gjort og skal gjøre, og når det er ferdig. Bruk gjerne planen som ligger ved. Vi må ha svaret innen **${f.due}**. Avvik 1 må rettes med en gang.`,
      }),
      nn: () => ({
        title: 'Rapport etter branntilsyn',
        summary: `${String(found.length)} avvik. Tilbakemelding innan ${f.due}.`,
        plan: 'Handlingsplan (mal).docx',
        planTitle: 'Handlingsplan etter branntilsyn',
        head: ['Nr.', 'Avvik', 'Ansvarleg', 'Retta dato'],
        body: `Brannvesenet hadde tilsyn hos ${f.name} **${when}**. Til stades var ${f.employee()} og ${f.officer()}.

## Avvik
${table(['Nr.', 'Kva vi fann', 'Frist'], rows)}

Skriv kva de har gjort og skal gjere, og når det er ferdig. Bruk gjerne planen som ligg ved. Vi må ha svaret innan **${f.due}**. Avvik 1 må rettast med ein gong.`,
      }),
    })
    const empty = table(text.head, found.map((finding, at) => [String(at + 1), finding, ' ', ' ']))
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Brann og redning', nn: () => 'Brann og redning' }))}`,
      reference,
      attachments: [
        letterPdf(f, { fileName: 'Tilsynsrapport brann.pdf', title: text.title, unit: 'Brann og redning', reference, markdown: `${text.body}\n\n${contact(f, reference)}` }),
        { fileName: text.plan, content: () => docx(text.planTitle, empty) },
      ],
    }
  },
}

const hearing: LetterKind = {
  id: 'plan-hearing',
  resource: decisions,
  languages: ['nb', 'nn'],
  weight: 4,
  due: [28, 42],
  write: (f) => {
    const reference = f.caseNumber()
    const area = f.random.pick(['Havnefronten', 'Elvekanten', 'Skolebakken', 'Industriområdet Nord', 'Stasjonsbyen'])
    const replies = (texts: readonly string[]) => ['ingen-merknad', 'merknad', 'utsettelse', 'mote', 'kart'].map((path, at) => ({ linkURL: `${f.site}/plan/${reference.replace('/', '-')}/${path}`, linkText: texts[at] ?? null }))
    const text = f.say({
      nb: () => ({
        title: `Høring: forslag til reguleringsplan for «${area}»`,
        summary: `Uttalelse innen ${f.due}.`,
        replies: replies(['Vi har ingen merknader', 'Send merknad', 'Be om lengre frist', 'Meld på til folkemøte', 'Åpne plankartet']),
        body: `Utvalg for plan og miljø har vedtatt å legge forslaget til reguleringsplan for **${area}** ut til offentlig ettersyn. Dere får brevet som eier, fester eller nabo til gnr./bnr. ${plot(f)}.

## Hva planen går ut på
Planen legger til rette for ${String(f.random.int(24, 180))} boliger, næring på gateplan og en sammenhengende gang- og sykkelvei. Byggehøyden er fra tre til seks etasjer. ${String(f.random.int(20, 90))} parkeringsplasser på bakken blir borte og erstattes av et felles anlegg.

## Virkninger for næringslivet
- Varelevering flyttes til nordsiden og blir mulig mellom kl. 06 og 11.
- I byggetiden blir det omkjøring i inntil ${String(f.random.int(8, 20))} måneder.
- Støy over grensene skal varsles en uke i forveien.

Send uttalelse innen **${f.due}**. Alle merknader blir lagt frem for kommunestyret når planen skal vedtas.`,
      }),
      nn: () => ({
        title: `Høyring: framlegg til reguleringsplan for «${area}»`,
        summary: `Uttale innan ${f.due}.`,
        replies: replies(['Vi har ingen merknader', 'Send merknad', 'Be om lengre frist', 'Meld på til folkemøte', 'Opne plankartet']),
        body: `Utval for plan og miljø har vedteke å leggje framlegget til reguleringsplan for **${area}** ut til offentleg ettersyn. De får brevet som eigar, festar eller nabo til gnr./bnr. ${plot(f)}.

## Kva planen går ut på
Planen legg til rette for ${String(f.random.int(24, 180))} bustader, næring på gateplan og ein samanhengande gang- og sykkelveg. Byggjehøgda er frå tre til seks etasjar. ${String(f.random.int(20, 90))} parkeringsplassar på bakken blir borte og blir erstatta av eit felles anlegg.

## Verknader for næringslivet
- Varelevering blir flytt til nordsida og blir mogleg mellom kl. 06 og 11.
- I byggjetida blir det omkøyring i inntil ${String(f.random.int(8, 20))} månader.
- Støy over grensene skal varslast ei veke i førevegen.

Send uttale innan **${f.due}**. Alle merknader blir lagde fram for kommunestyret når planen skal vedtakast.`,
      }),
    })
    return {
      title: text.title,
      summary: text.summary,
      body: `${text.body}\n\n${closing(f, f.say({ nb: () => 'Plan og miljø', nn: () => 'Plan og miljø' }))}`,
      reference,
      replyOptions: text.replies,
      properties: { plan: area, arkivsak: reference },
      attachments: [letterPdf(f, { fileName: `Planbeskrivelse ${area}.pdf`, title: text.title, unit: 'Plan og miljø', reference, markdown: `${text.body}\n\n${contact(f, reference)}` })],
    }
  },
}

const kindergartenGrant: LetterKind = {
  id: 'kindergarten-grant',
  resource: 'tindvik-oppvekst',
  languages: ['nb'],
  weight: 9,
  applies: ({ business }) => business.trade === 'kindergarten',
  write: (f) => {
    const reference = f.caseNumber()
    const [small, large] = [f.random.int(12, 30), f.random.int(18, 44)]
    const [smallRate, largeRate] = [f.random.int(2350, 2720) * 100, f.random.int(1130, 1290) * 100]
    const sum = Math.round((small * smallRate + large * largeRate) / 12)
    const body = `Kommunen har beregnet driftstilskuddet til ${f.name} for ${String(f.year)} på grunnlag av barnetallet ${f.date(-f.random.int(10, 40))}.

${table(['Gruppe', 'Barn', 'Sats per år', 'Per måned'], [['0–2 år', String(small), f.number(smallRate), f.number(Math.round((small * smallRate) / 12))], ['3–6 år', String(large), f.number(largeRate), f.number(Math.round((large * largeRate) / 12))], ['**Sum**', String(small + large), '', `**${f.number(sum)}**`]], [1, 2, 3])}

Tilskuddet blir utbetalt den 20. hver måned. Endrer barnetallet seg med mer enn fem, må dere melde fra, så blir det regnet på nytt. Barnehagen skal levere resultatregnskap på fastsatt skjema.`
    return {
      title: `Vedtak om driftstilskudd ${String(f.year)}`,
      summary: `${f.kroner(sum)} per måned.`,
      body: `${body}\n\n${appeal(f, 3)}\n\n${closing(f, 'Barnehageseksjonen')}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vedtak driftstilskudd.pdf', title: `Vedtak om driftstilskudd ${String(f.year)}`, unit: 'Barnehageseksjonen', reference, markdown: `${body}\n\n${appeal(f, 3)}\n\n${closing(f, 'Barnehageseksjonen')}` })],
    }
  },
}

/** Where both kinds occur: a decision about one child, confidential. */
const childSupport: LetterKind = {
  id: 'confidential-child-support',
  resource: 'tindvik-oppvekst',
  languages: ['nb'],
  weight: 0,
  confidential: true,
  due: [12, 20],
  confirm: 0.5,
  write: (f) => {
    const hours = f.random.int(4, 18)
    const body = `Pedagogisk-psykologisk tjeneste har gitt sin sakkyndige vurdering, og kommunen har fattet vedtak om spesialpedagogisk hjelp til ett av barna i barnehagen. Barnet er omtalt i vedlegget som «barnet».

- Omfang: **${String(hours)} timer** i uken, fra ${f.date(10)} til ${isoDate(f.at + 200 * DAY).slice(0, 4)}
- Utføres av: spesialpedagog fra kommunen sammen med fast voksen i gruppen
- Evaluering: hvert halvår, skriftlig

Barnehagen skal legge til rette for at hjelpen kan gis, og melde fra om fravær. Vedtaket inneholder taushetsbelagte opplysninger og skal bare leses av styrer og pedagogisk leder.`
    const reference = f.caseNumber()
    return {
      title: 'Vedtak om spesialpedagogisk hjelp',
      summary: 'Taushetsbelagt.',
      body: `${body}\n\n${closing(f, 'Pedagogisk-psykologisk tjeneste')}`,
      reference,
      attachments: [letterPdf(f, { fileName: 'Vedtak og sakkyndig vurdering.pdf', title: 'Vedtak om spesialpedagogisk hjelp', unit: 'Pedagogisk-psykologisk tjeneste', reference, markdown: `${body}\n\n${appeal(f, 3)}\n\n${closing(f, 'Pedagogisk-psykologisk tjeneste')}` })],
    }
  },
}

export const municipalNotices: readonly LetterKind[] = [waterOff, fireInspection, hearing, kindergartenGrant, childSupport]
