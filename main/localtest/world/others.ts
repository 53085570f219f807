import { DAY, endOfDay, HOUR, monthName, osloDate } from './calendar.ts'
import { uuidv7 } from './ids.ts'
import type { DialogActivity, DialogTransmission, LocalizedText, OtherDialog, SentMessage } from './model.ts'
import { clients, organisationUrn } from './parties.ts'
import { seededRandom } from './random.ts'
import type { Random } from './random.ts'
import { house, reminderResource, resourceById } from './senders.ts'

/** Dialogs that are no correspondences: returns, applications, feedback to reports; and Altinn's reminder of unopened confidential mail. */

interface Outline {
  /** Number of the organisation. */
  readonly to: string
  readonly resource: string
  readonly title: LocalizedText
  readonly summary?: LocalizedText
  readonly status: OtherDialog['status']
  readonly state?: readonly [code: string, nb: string, nn: string, en: string]
  readonly progress?: number
  /** Days before the anchor when it was made and last changed. */
  readonly made: number
  readonly changed: number
  /** Days from the anchor, negative: past. */
  readonly due?: number
  readonly action: LocalizedText
  readonly activities?: readonly DialogActivity['type'][]
  readonly apiOnly?: boolean
  readonly label?: OtherDialog['systemLabel']
}

const same = (text: string): LocalizedText => ({ nb: text, nn: text, en: text })
const [bakery, transport, cafe, fish, architects, carpentry, kindergarten, housing, nursery, skiing, boats, sports] = clients.map(({ number }) => number)

/** The client at its place; the list above is complete by construction. */
function known(number: string | undefined): string {
  if (number === undefined) throw new RangeError('No such client')
  return number
}

const open: LocalizedText = { nb: 'Åpne', nn: 'Opne', en: 'Open' }
const goOn: LocalizedText = { nb: 'Fortsett utfylling', nn: 'Hald fram med utfylling', en: 'Continue' }
const correct: LocalizedText = { nb: 'Rett meldingen', nn: 'Rett meldinga', en: 'Correct the report' }

function taxReturns(anchorAt: number): readonly Outline[] {
  const { year, month } = osloDate(anchorAt)
  const settled = String(month >= 8 ? year - 1 : year - 2)
  const title: LocalizedText = { nb: `Skattemelding for ${settled}`, nn: `Skattemelding for ${settled}`, en: `Tax return for ${settled}` }
  const base = { resource: 'skd-skattemelding-naering', title, action: open }
  const done = ['skd:fastsatt', 'Fastsatt', 'Fastsett', 'Assessed'] as const
  return [
    { ...base, to: known(bakery), status: 'Completed', state: done, made: 240, changed: 35, activities: ['FormSaved', 'FormSubmitted', 'DialogClosed'] },
    { ...base, to: known(transport), status: 'Completed', state: done, made: 238, changed: 34, activities: ['FormSaved', 'FormSubmitted', 'DialogClosed'], label: 'Archive' },
    { ...base, to: known(skiing), status: 'InProgress', state: ['skd:kontroll', 'Til kontroll', 'Til kontroll', 'Under review'], made: 236, changed: 12, activities: ['FormSubmitted', 'Information'] },
    { ...base, to: known(boats), status: 'RequiresAttention', state: ['skd:sporsmal', 'Vi har spørsmål', 'Vi har spørsmål', 'Questions'], made: 231, changed: 4, due: 10, activities: ['FormSubmitted', 'Information'] },
    { ...base, to: known(nursery), status: 'Draft', state: ['skd:utkast', 'Endringsmelding påbegynt', 'Endringsmelding påbyrja', 'Amendment begun'], progress: 40, made: 20, changed: 6, action: goOn },
  ]
}

function payrollReports(anchorAt: number): readonly Outline[] {
  const { month } = osloDate(anchorAt)
  const of = (back: number): LocalizedText => ({
    nb: `A-melding for ${monthName(month - back, 'nb')}: tilbakemelding`, nn: `A-melding for ${monthName(month - back, 'nn')}: tilbakemelding`, en: `A-melding for ${monthName(month - back, 'en')}: feedback`,
  })
  const fine = ['skd:mottatt', 'Mottatt uten avvik', 'Motteken utan avvik', 'Received without deviations'] as const
  const wrong = ['skd:avvik', 'Mottatt med avvik', 'Motteken med avvik', 'Received with deviations'] as const
  const base = { resource: 'skd-a-melding', activities: ['FormSubmitted', 'Information'] as const }
  return [
    { ...base, to: known(bakery), title: of(1), status: 'Completed', state: fine, made: 19, changed: 19, action: open, apiOnly: true },
    { ...base, to: known(transport), title: of(1), status: 'RequiresAttention', state: wrong, made: 18, changed: 18, due: 3, action: correct },
    { ...base, to: known(fish), title: of(1), status: 'RequiresAttention', state: wrong, made: 20, changed: 17, due: -2, action: correct },
    { ...base, to: known(kindergarten), title: of(1), status: 'Completed', state: fine, made: 19, changed: 18, action: open },
    { ...base, to: known(carpentry), title: of(2), status: 'Completed', state: fine, made: 50, changed: 49, action: open, apiOnly: true },
  ]
}

function vatReturns(anchorAt: number): readonly Outline[] {
  const { year, month } = osloDate(anchorAt)
  const term = Math.max(1, Math.ceil(month / 2) - 1)
  const title: LocalizedText = { nb: `Mva-melding, ${String(term)}. termin ${String(year)}`, nn: `Mva-melding, ${String(term)}. termin ${String(year)}`, en: `VAT return, period ${String(term)}, ${String(year)}` }
  const base = { resource: 'skd-mva-melding', title }
  return [
    { ...base, to: known(cafe), status: 'Draft', progress: 70, made: 9, changed: 2, due: 16, action: goOn, activities: ['FormSaved'] },
    { ...base, to: known(architects), status: 'Completed', made: 12, changed: 8, action: open, activities: ['FormSaved', 'FormSubmitted'] },
    { ...base, to: known(skiing), status: 'RequiresAttention', made: 70, changed: 30, due: -14, action: { nb: 'Lever mva-melding', nn: 'Lever mva-melding', en: 'Submit the return' } },
  ]
}

const forms: readonly Outline[] = [
  {
    to: known(boats), resource: 'nav-soknad-tiltak', status: 'Awaiting', made: 25, changed: 24, action: open, activities: ['FormSaved', 'FormSubmitted'],
    title: { nb: 'Søknad om lønnstilskudd', nn: 'Søknad om lønstilskot', en: 'Application for wage subsidy' },
    state: ['nav:mottatt', 'Til behandling', 'Til behandling', 'Being processed'],
  },
  {
    to: known(housing), resource: 'app_brg_samordnet-registermelding', status: 'InProgress', made: 6, changed: 5, action: { nb: 'Gå til signering', nn: 'Gå til signering', en: 'Go to signing' }, progress: 60, activities: ['FormSaved', 'SentToSigning'],
    title: { nb: 'Samordnet registermelding: nytt styremedlem', nn: 'Samordna registermelding: ny styremedlem', en: 'Register notification: new board member' },
    state: ['brg:signering', 'Venter på signatur', 'Ventar på signatur', 'Awaiting signature'], due: 8,
  },
  {
    to: known(sports), resource: 'app_brg_samordnet-registermelding', status: 'Draft', made: 90, changed: 88, action: goOn, progress: 20,
    title: { nb: 'Samordnet registermelding: ny adresse', nn: 'Samordna registermelding: ny adresse', en: 'Register notification: new address' },
  },
  {
    to: known(carpentry), resource: 'app_brg_arsregnskap', status: 'Completed', made: 160, changed: 130, action: open, activities: ['FormSaved', 'SentToSigning', 'SignatureProvided', 'FormSubmitted', 'DialogClosed'],
    title: { nb: 'Innsending av årsregnskap', nn: 'Innsending av årsrekneskap', en: 'Submission of annual accounts' }, label: 'Archive',
  },
  {
    to: known(nursery), resource: 'app_brg_arsregnskap', status: 'RequiresAttention', made: 100, changed: 40, due: -20, action: { nb: 'Signer årsregnskapet', nn: 'Signer årsrekneskapen', en: 'Sign the accounts' }, activities: ['FormSaved', 'SentToSigning'],
    title: { nb: 'Årsregnskapet må signeres', nn: 'Årsrekneskapen må signerast', en: 'The annual accounts must be signed' },
  },
]

/** Applications whose answers come as correspondences within the dialog. The id stands for the dialog in the plan of letters. */
export const parents: readonly (Outline & { readonly key: string; readonly letter: string; readonly sent: number })[] = [
  {
    key: 'application-building', letter: 'building-permit', sent: 6, to: known(carpentry), resource: 'app_tindvik_soknad', status: 'Completed', made: 75, changed: 6, action: open, activities: ['FormSaved', 'FormSubmitted', 'Information'],
    title: { nb: 'Søknad om tiltak: tilbygg og støttemur', nn: 'Søknad om tiltak: tilbygg og støttemur', en: 'Building application: extension and retaining wall' },
  },
  {
    key: 'application-licence', letter: 'alcohol-licence', sent: 16, to: known(cafe), resource: 'app_tindvik_soknad', status: 'Completed', made: 33, changed: 16, action: open, activities: ['FormSubmitted', 'PaymentMade', 'Information'],
    title: { nb: 'Søknad om skjenkebevilling for én anledning', nn: 'Søknad om skjenkjeløyve for eitt høve', en: 'Application for an alcohol licence' },
  },
  {
    key: 'application-subsidy', letter: 'wage-subsidy', sent: 11, to: known(kindergarten), resource: 'nav-soknad-tiltak', status: 'InProgress', made: 140, changed: 11, action: open, activities: ['FormSubmitted', 'Information'],
    title: { nb: 'Lønnstilskudd: avtale og refusjoner', nn: 'Lønstilskot: avtale og refusjonar', en: 'Wage subsidy: agreement and refunds' },
    state: ['nav:lopende', 'Avtalen løper', 'Avtalen går', 'Agreement running'],
  },
]

/** When a parent dialog was made, and its ids; both sides need them. */
export function parentIds(seed: number, anchorAt: number, key: string, made: number, sent: number): { readonly dialogId: string; readonly transmissionId: string; readonly createdAt: number; readonly sentAt: number } {
  const random = seededRandom(seed, 'parent', key)
  const createdAt = anchorAt - made * DAY - random.int(1, 8) * HOUR
  const sentAt = anchorAt - sent * DAY + random.int(1, 7) * HOUR
  return { dialogId: uuidv7(createdAt, random), transmissionId: uuidv7(sentAt, random), createdAt, sentAt }
}

function activitiesOf(outline: Outline, createdAt: number, updatedAt: number, random: Random): readonly DialogActivity[] {
  const kinds: readonly DialogActivity['type'][] = ['DialogCreated', ...(outline.activities ?? [])]
  return kinds.map((type, at) => {
    const when = createdAt + Math.floor(((updatedAt - createdAt) * at) / Math.max(1, kinds.length - 1))
    const byOwner = type === 'DialogCreated' || type === 'Information' || type === 'DialogClosed'
    return {
      id: uuidv7(when, random), createdAt: when, type, by: byOwner ? 'ServiceOwner' : 'PartyRepresentative',
      description: type === 'Information' ? { nb: 'Saken er oppdatert', nn: 'Saka er oppdatert', en: 'The case has been updated' } : null,
    }
  })
}

function dialog(outline: Outline, ids: { readonly id: string; readonly createdAt: number; readonly updatedAt: number }, anchorAt: number, random: Random, transmissions: readonly DialogTransmission[]): OtherDialog {
  const { owner } = resourceById(outline.resource)
  const [code, nb, nn, en] = outline.state ?? []
  return {
    id: ids.id,
    party: organisationUrn(outline.to),
    resourceId: outline.resource,
    title: outline.title,
    summary: outline.summary ?? null,
    senderName: null,
    status: outline.status,
    extendedStatus: code === undefined || nb === undefined || nn === undefined || en === undefined ? null : { code, text: { nb, nn, en } },
    progress: outline.progress ?? null,
    process: null,
    externalReference: `${owner.code}-${String(random.int(1_000_000, 9_999_999))}`,
    createdAt: ids.createdAt,
    updatedAt: ids.updatedAt,
    contentUpdatedAt: ids.updatedAt,
    dueAt: outline.due === undefined ? null : endOfDay(anchorAt, outline.due),
    expiresAt: null,
    isApiOnly: outline.apiOnly ?? false,
    systemLabel: outline.label ?? 'Default',
    guiActions: [{ action: outline.status === 'Draft' ? 'write' : 'read', title: outline.action, url: `${house[owner.code]?.site ?? 'https://avsender.example'}/sak/${String(random.int(100_000, 999_999))}`, priority: 'Primary' }],
    activities: activitiesOf(outline, ids.createdAt, ids.updatedAt, random),
    transmissions,
    reminderFor: null,
  }
}

/** Words of Altinn itself, the same for everybody (recorded). */
const reminderTitle: LocalizedText = { nb: 'Din virksomhet har uåpnet taushetsbelagt post', nn: 'Din verksemd har uopna tausheitsbelagt post', en: 'Your organization has unopened confidential mail' }
const reminderSummary: LocalizedText = {
  nb: 'Din virksomhet har mottatt en eller flere meldinger som er taushetsbelagte og som ikke er åpnet. Dette varselet inneholder informasjon om hvordan du kan lese disse',
  nn: 'Din verksemd har mottatt ein eller fleire meldingar som er tausheitsbelagte og som ikkje er opna. Dette varselet inneheld informasjon om korleis du kan lese desse',
  en: 'Your organization has received one or more correspondences that are confidential and have not been opened. This notice contains information on how you can read them',
}

/** Altinn's own dialog about confidential mail that nobody has opened (altinn3.md 3.8). */
export function reminderDialog(id: string, party: string, createdAt: number, about: readonly string[]): OtherDialog {
  return {
    id, party, resourceId: reminderResource, title: reminderTitle, summary: reminderSummary, senderName: null, status: 'RequiresAttention', extendedStatus: null, progress: null, process: null,
    externalReference: 'corr-confidential-reminder', createdAt, updatedAt: createdAt, contentUpdatedAt: createdAt, dueAt: null, expiresAt: null, isApiOnly: false, systemLabel: 'Default', guiActions: [], activities: [], transmissions: [],
    reminderFor: about,
  }
}

/** One reminder for each party with confidential mail that nobody has opened for seven days. */
function reminders(seed: number, anchorAt: number, messages: readonly SentMessage[]): readonly OtherDialog[] {
  const unopened = messages.filter((message) => message.confidential && message.alreadyFetched === null && message.createdAt < anchorAt - 7 * DAY)
  return [...new Set(unopened.map(({ recipient }) => recipient))].map((party) => {
    const about = unopened.filter(({ recipient }) => recipient === party)
    const createdAt = Math.min(...about.map((message) => message.createdAt)) + 7 * DAY
    return reminderDialog(uuidv7(createdAt, seededRandom(seed, 'reminder', party)), party, createdAt, about.map(({ id }) => id))
  })
}

/**
 * Everything in the inboxes that is no correspondence of its own, oldest first.
 * @param messages those of the world: transmissions and confidential ones are found among them
 */
export function otherDialogs(seed: number, anchorAt: number, messages: readonly SentMessage[]): readonly OtherDialog[] {
  const plain = [...taxReturns(anchorAt), ...payrollReports(anchorAt), ...vatReturns(anchorAt), ...forms].map((outline, n) => {
    const random = seededRandom(seed, 'other', n)
    const createdAt = anchorAt - outline.made * DAY - random.int(60, 600) * 60_000
    const updatedAt = Math.max(createdAt, anchorAt - outline.changed * DAY - random.int(20, 59) * 60_000)
    return dialog(outline, { id: uuidv7(createdAt, random), createdAt, updatedAt }, anchorAt, random, [])
  })
  const withLetters = parents.map((outline) => {
    const random = seededRandom(seed, 'parent-rest', outline.key)
    const { dialogId, transmissionId, createdAt, sentAt } = parentIds(seed, anchorAt, outline.key, outline.made, outline.sent)
    const letter = messages.find((message) => message.transmissionOf === dialogId)
    const submittedAt = createdAt + 2 * HOUR
    return dialog(outline, { id: dialogId, createdAt, updatedAt: letter?.dialogUpdatedAt ?? sentAt }, anchorAt, random, [
      { id: uuidv7(submittedAt, random), createdAt: submittedAt, type: 'Submission', by: 'PartyRepresentative', title: { nb: 'Søknad', nn: 'Søknad', en: 'Application' }, summary: null, correspondenceId: null },
      { id: transmissionId, createdAt: sentAt, type: 'Decision', by: 'ServiceOwner', title: same(letter?.title ?? ''), summary: null, correspondenceId: letter?.id ?? null },
    ])
  })
  return [...plain, ...withLetters, ...reminders(seed, anchorAt, messages)].sort((a, b) => a.createdAt - b.createdAt)
}
