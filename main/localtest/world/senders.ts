import type { LocalizedText, ServiceOwner, WorldResource } from './model.ts'

/** Who sends, through which services. The numbers are synthetic; ids and titles of the services are invented. */

const same = (name: string): LocalizedText => ({ nb: name, nn: name, en: name })

const skd: ServiceOwner = { orgNumber: '314671201', code: 'skd', name: { nb: 'Skatteetaten', nn: 'Skatteetaten', en: 'The Norwegian Tax Administration' } }
const nav: ServiceOwner = { orgNumber: '312955083', code: 'nav', name: { nb: 'NAV', nn: 'NAV', en: 'NAV' } }
const brg: ServiceOwner = { orgNumber: '316207154', code: 'brg', name: { nb: 'Brønnøysundregistrene', nn: 'Brønnøysundregistera', en: 'The Brønnøysund Register Centre' } }
const dat: ServiceOwner = { orgNumber: '319053743', code: 'dat', name: { nb: 'Arbeidstilsynet', nn: 'Arbeidstilsynet', en: 'The Norwegian Labour Inspection Authority' } }
const ssb: ServiceOwner = { orgNumber: '317420684', code: 'ssb', name: { nb: 'Statistisk sentralbyrå', nn: 'Statistisk sentralbyrå', en: 'Statistics Norway' } }
const mat: ServiceOwner = { orgNumber: '318011931', code: 'mat', name: { nb: 'Mattilsynet', nn: 'Mattilsynet', en: 'The Norwegian Food Safety Authority' } }
const tindvik: ServiceOwner = { orgNumber: '316773427', code: 'tindvik', name: same('Tindvik kommune') }
const vinterdal: ServiceOwner = { orgNumber: '315509173', code: 'vinterdal', name: same('Vinterdal kommune') }
const digdir: ServiceOwner = { orgNumber: '312345676', code: 'digdir', name: { nb: 'Digitaliseringsdirektoratet', nn: 'Digitaliseringsdirektoratet', en: 'The Norwegian Digitalisation Agency' } }

type Kind = 'ordinary' | 'confidential' | 'mixed'

function letters(owner: ServiceOwner, id: string, nb: string, nn: string, en: string, kind: Kind = 'ordinary'): WorldResource {
  return { id, title: { nb, nn, en }, owner, type: 'correspondenceservice', confidential: kind === 'confidential', mixed: kind === 'mixed', minimumLevel: 3 }
}

function service(owner: ServiceOwner, id: string, nb: string, nn: string, en: string): WorldResource {
  return { id, title: { nb, nn, en }, owner, type: id.startsWith('app_') ? 'altinnapp' : 'genericaccessresource', confidential: false, mixed: false, minimumLevel: 3 }
}

/** Access package `post-til-virksomheten-med-taushetsbelagt-innhold`. */
export const confidentialResource = 'nav-oppfolging-av-ansatte'
/** Access package `eksplisitt`: confidential and ordinary letters both occur. */
export const mixedResource = 'tindvik-oppvekst'
export const reminderResource = 'digdir-reminder-unopened-confidential-correspondences'

export const resources: readonly WorldResource[] = [
  letters(skd, 'skd-kontroll', 'Kontroll og fastsetting', 'Kontroll og fastsetjing', 'Audit and assessment'),
  letters(skd, 'skd-merverdiavgift', 'Merverdiavgift', 'Meirverdiavgift', 'Value added tax'),
  letters(skd, 'skd-arbeidsgiver', 'Arbeidsgiver: skattetrekk og a-melding', 'Arbeidsgivar: skattetrekk og a-melding', 'Employer: tax deductions and a-melding'),
  letters(skd, 'skd-skatt-virksomhet', 'Skatt for virksomheter', 'Skatt for verksemder', 'Tax for businesses'),
  letters(skd, 'skd-innkreving', 'Betaling og innkreving', 'Betaling og innkrevjing', 'Payment and collection'),
  letters(nav, 'nav-sykepenger-arbeidsgiver', 'Sykepenger og refusjon til arbeidsgiver', 'Sjukepengar og refusjon til arbeidsgivar', 'Sickness benefit and refunds to employers'),
  letters(nav, 'nav-tiltak', 'Arbeidsmarkedstiltak', 'Arbeidsmarknadstiltak', 'Employment schemes'),
  letters(nav, 'nav-arbeidsgiver-og-arbeidstaker', 'Aa-registeret og permittering', 'Aa-registeret og permittering', 'State register of employers and employees'),
  letters(nav, confidentialResource, 'Oppfølging av ansatte (taushetsbelagt)', 'Oppfølging av tilsette (teiepliktig)', 'Follow-up of employees (confidential)', 'confidential'),
  letters(brg, 'brg-foretaksregisteret', 'Foretaksregisteret og Enhetsregisteret', 'Føretaksregisteret og Einingsregisteret', 'Register of Business Enterprises'),
  letters(brg, 'brg-regnskapsregisteret', 'Regnskapsregisteret', 'Rekneskapsregisteret', 'Register of Company Accounts'),
  letters(brg, 'brg-losoreregisteret', 'Løsøreregisteret', 'Lausøyreregisteret', 'Register of Mortgaged Movable Property'),
  letters(dat, 'dat-tilsyn', 'Tilsyn og vedtak', 'Tilsyn og vedtak', 'Inspections and decisions'),
  letters(ssb, 'ssb-oppgaveplikt', 'Oppgaveplikt og statistikk', 'Oppgåveplikt og statistikk', 'Surveys and statistics'),
  letters(mat, 'mat-tilsyn', 'Tilsyn med mat og drikkevann', 'Tilsyn med mat og drikkevatn', 'Food safety inspections'),
  letters(tindvik, 'tindvik-vedtak', 'Vedtak og svar fra Tindvik kommune', 'Vedtak og svar frå Tindvik kommune', 'Decisions from Tindvik municipality'),
  letters(tindvik, 'tindvik-eiendom', 'Eiendom og gebyrer i Tindvik kommune', 'Eigedom og gebyr i Tindvik kommune', 'Property and fees in Tindvik municipality'),
  letters(tindvik, mixedResource, 'Oppvekst i Tindvik kommune', 'Oppvekst i Tindvik kommune', 'Childhood services in Tindvik municipality', 'mixed'),
  letters(vinterdal, 'vinterdal-brev', 'Brev frå Vinterdal kommune', 'Brev frå Vinterdal kommune', 'Letters from Vinterdal municipality'),
  letters(digdir, reminderResource, 'Påminnelse om uåpnet taushetsbelagt post', 'Påminning om uopna teiepliktig post', 'Reminder of unopened confidential mail'),
  service(skd, 'skd-skattemelding-naering', 'Skattemelding for næringsdrivende', 'Skattemelding for næringsdrivande', 'Tax return for businesses'),
  service(skd, 'skd-a-melding', 'A-melding', 'A-melding', 'A-melding'),
  service(skd, 'skd-mva-melding', 'Mva-melding', 'Mva-melding', 'VAT return'),
  service(nav, 'nav-soknad-tiltak', 'Søknad om arbeidsmarkedstiltak', 'Søknad om arbeidsmarknadstiltak', 'Application for employment schemes'),
  service(brg, 'app_brg_samordnet-registermelding', 'Samordnet registermelding', 'Samordna registermelding', 'Coordinated register notification'),
  service(brg, 'app_brg_arsregnskap', 'Innsending av årsregnskap', 'Innsending av årsrekneskap', 'Submission of annual accounts'),
  service(tindvik, 'app_tindvik_soknad', 'Søknad til Tindvik kommune', 'Søknad til Tindvik kommune', 'Application to Tindvik municipality'),
]

/** The service with this id; throws when there is none. */
export function resourceById(id: string): WorldResource {
  const found = resources.find((resource) => resource.id === id)
  if (found === undefined) throw new RangeError(`No such service: ${id}`)
  return found
}

/** How the sender's paper looks. */
export const house: Readonly<Record<string, { readonly colour: string; readonly site: string }>> = {
  skd: { colour: '#7a1f2b', site: 'https://skatteetaten.example' },
  nav: { colour: '#a3171e', site: 'https://nav.example' },
  brg: { colour: '#0f4b66', site: 'https://brreg.example' },
  dat: { colour: '#8a4b00', site: 'https://arbeidstilsynet.example' },
  ssb: { colour: '#17624a', site: 'https://ssb.example' },
  mat: { colour: '#2d6330', site: 'https://mattilsynet.example' },
  tindvik: { colour: '#14506b', site: 'https://tindvik.kommune.example' },
  vinterdal: { colour: '#3b4a7a', site: 'https://vinterdal.kommune.example' },
  digdir: { colour: '#1e2b3c', site: 'https://digdir.example' },
}
