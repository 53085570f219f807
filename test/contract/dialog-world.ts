import type { DialogTransmission, OtherDialog, SentMessage, WorldParty, WorldResource } from '../../main/localtest/world/model.ts'
import { resources as allResources, reminderResource } from '../../main/localtest/world/senders.ts'
import { reminderDialog } from '../../main/localtest/world/others.ts'
import { dialogIdOf, file, letter, letterId, orgUrn } from '../localtest/small-world.ts'

/** Dialogs of the kinds that were recorded, by the external references of the recordings. */
export const dialogNames: Readonly<Record<string, number>> = {
  full: 100, stem: 110, 'ref-1': 111, archived: 112, binned: 113, backdated: 114, 'st-completed': 115, 'due-later': 116, 'due-past': 117, deleted: 118, purged: 119, expired: 120, 'api-only': 121,
  denied: 122, future: 123, reminder: 124, trans: 125, rich: 126, actors: 127, marked: 128, level: 129, parallel: 130,
}
/** Transmissions and activities of `trans`. */
export const partIds: Readonly<Record<string, string>> = { first: letterId(901), created: letterId(911) }

export const dialogParty = orgUrn('310000108')
export const otherParty = orgUrn('310001104')
export const deniedParty = orgUrn('310002100')
const day = 86_400_000
const same = (text: string) => ({ nb: text, nn: text, en: text })
const id = (name: string): string => dialogIdOf(dialogNames[name] ?? 0)

const transmission = (n: number, at: number, type: DialogTransmission['type'], by: DialogTransmission['by'], title: string): DialogTransmission => ({
  id: letterId(900 + n), createdAt: at, type, by, title: same(title), summary: same(`Sammendrag ${title}`), correspondenceId: letterId(920 + n),
})

/** Letters whose dialogs were recorded, and those that lie in `trans` as transmissions. */
export function dialogMessages(at: number): readonly SentMessage[] {
  const one = (name: string, more: Partial<SentMessage> = {}): SentMessage =>
    letter(dialogNames[name] ?? 0, at - 20 * day, { recipient: dialogParty, resourceId: 'rec-letters', sendersReference: name, title: `Melding ${name}`, ...more })
  const within = (n: number, title: string): SentMessage =>
    letter(920 + n, at - 20 * day, {
      id: letterId(920 + n), dialogId: id('trans'), transmissionOf: id('trans'), recipient: dialogParty, resourceId: 'rec-letters', sendersReference: '', title, summary: `Sammendrag ${title}`,
      attachments: [file(930 + n, 'Forsendelsesvedlegg.pdf', Buffer.from('%PDF-1.4'))],
    })
  return [
    one('full', {
      resourceId: 'rec-correspondence',
      title: 'Vedtak om merverdiavgift', summary: 'Vi har fattet et vedtak om tilbakebetaling', messageSender: 'Skatteetaten Øst', needsConfirmation: true, dueAt: at + 14 * day,
      replyOptions: [{ linkURL: 'https://svar.example/skjema?x=1', linkText: 'Svar på brevet' }],
      attachments: ['Vedtaksbrev.pdf', 'Beregning.xlsx', 'Foiler.ppt'].map((fileName, n) => file(940 + n, fileName, Buffer.from('%PDF-1.4'))),
    }),
    one('stem', { title: 'Barnehagene stenges tidligere', summary: 'Gjelder alle barn' }),
    one('ref-1', { title: 'Vedtak om skatt', createdAt: at - 2 * day }),
    one('archived', { systemLabel: 'Archive' }),
    one('binned', { systemLabel: 'Bin' }),
    one('backdated', { title: 'Migrert melding', createdAt: Date.parse('2024-03-01T09:00:00.123Z'), requestedPublishAt: Date.parse('2024-03-01T09:00:00Z'), dialogUpdatedAt: Date.parse('2024-03-02T10:30:00Z') }),
    one('st-completed'),
    one('due-later', { dueAt: at + 30 * day }),
    one('due-past', { dueAt: at - 10 * day }),
    ...['deleted', 'purged', 'expired', 'actors', 'marked', 'parallel'].map((name) => one(name)),
    one('rich', { sendersReference: 'richmwt1nb7r', summary: 'Kort om saken', messageSender: 'Etaten' }),
    one('denied', { recipient: deniedParty }),
    one('future', { requestedPublishAt: at + 5 * day, publishedAt: null }),
    ...['Forsendelse en', 'Forsendelse to', 'Innsending fra parten'].map((title, n) => within(n + 1, title)),
    // What a search of the other party finds.
    letter(150, at - day, { recipient: otherParty, resourceId: 'rec-correspondence', sendersReference: 'rec-157' }),
    letter(151, at - 2 * day, { recipient: otherParty, resourceId: 'rec-correspondence', sendersReference: 'rec-156' }),
  ]
}

/** Dialogs that are no letters: an application under way with transmissions, and Altinn's reminder. */
export function dialogOthers(at: number): readonly OtherDialog[] {
  const began = at - 20 * day
  const trans: OtherDialog = {
    id: id('trans'), party: dialogParty, resourceId: 'rec-other-service', title: same('Søknad om tilskudd'), summary: null, senderName: null, status: 'InProgress',
    extendedStatus: { code: 'rec:venter', text: same('Venter') }, progress: 40, process: 'urn:rec:process:1', externalReference: 'trans', createdAt: began, updatedAt: began, contentUpdatedAt: began, dueAt: null,
    expiresAt: null, isApiOnly: false, systemLabel: 'Default', guiActions: [], reminderFor: null,
    activities: [
      { id: letterId(911), createdAt: began, type: 'DialogCreated', by: 'ServiceOwner', description: null },
      { id: letterId(912), createdAt: began + 1, type: 'Information', by: 'ServiceOwner', description: { nb: 'Saken er opprettet', nn: 'Saka er oppretta', en: 'The case was created' } },
      { id: letterId(913), createdAt: began + 2, type: 'FormSubmitted', by: 'PartyRepresentative', description: null },
    ],
    transmissions: [transmission(1, began, 'Information', 'ServiceOwner', 'Forsendelse en'), transmission(2, began, 'Information', 'ServiceOwner', 'Forsendelse to'), transmission(3, began, 'Submission', 'PartyRepresentative', 'Innsending fra parten')],
  }
  const apiOnly: OtherDialog = { ...trans, id: id('api-only'), title: same('Bare for program'), process: null, extendedStatus: null, externalReference: 'api-only', isApiOnly: true, transmissions: [], activities: [], status: 'NotApplicable' }
  const reminder: OtherDialog = { ...reminderDialog(id('reminder'), dialogParty, began, []), externalReference: 'reminder' }
  return [trans, apiOnly, reminder]
}

export const dialogResources = (resource: WorldResource): readonly WorldResource[] => [
  { ...resource, id: 'rec-other-service', owner: { ...resource.owner, code: 'ttd' } },
  { ...resource, id: 'rec-letters', owner: { ...resource.owner, code: 'ttd' } },
  ...allResources.filter((one) => one.id === reminderResource),
]

export const dialogParties = (party: WorldParty): readonly WorldParty[] =>
  [otherParty, deniedParty].map((urn, n) => ({ ...party, urn, number: urn.slice(-9), name: `Mottaker ${String(n + 3)}`, partyId: 80 + n }))
