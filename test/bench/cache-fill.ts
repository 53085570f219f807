import { randomUUID } from 'node:crypto'
import type { SentMessage, World } from '../../main/localtest/world/model.ts'
import { openKeys } from '../../main/store/keys.ts'
import type { DialogRecord, FetchedMessage } from '../../main/store/mail/records.ts'
import { openStore } from '../../main/store/open.ts'
import { say } from '../harness/run.ts'

const pageSize = 1000
const fetchSize = 250

const orgOf = (world: World): ((resource: string) => string) => {
  const codes = new Map(world.resources.map((resource) => [resource.id, resource.owner.code]))
  return (resource) => codes.get(resource) ?? ''
}

/** The rows that a search would have made of a message. */
function dialogOf(sent: SentMessage, org: string): DialogRecord {
  const { dialogId, recipient, resourceId, createdAt, dialogUpdatedAt, dueAt, title, needsConfirmation } = sent
  const updatedAtText = `${new Date(dialogUpdatedAt).toISOString().slice(0, -1)}0000Z`
  const status = needsConfirmation && sent.alreadyConfirmed === null ? 'RequiresAttention' : 'NotApplicable'
  const facts = { dialogId, party: recipient, serviceResource: resourceId, org, createdAt, updatedAt: dialogUpdatedAt, updatedAtText, contentUpdatedAt: dialogUpdatedAt, dueAt, status, title }
  return {
    ...facts,
    kind: 'correspondence', summary: null, senderName: null, language: 'nb', level: 3, labels: ['Default'], revision: dialogId, transmissionsCount: 0, externalReference: null, isApiOnly: false,
    // About as long as an item of a search.
    original: JSON.stringify({ ...facts, content: { title: { value: [{ value: title, languageCode: 'nb' }], mediaType: 'text/plain' } }, seenSinceLastUpdate: [], seenSinceLastContentUpdate: [], endUserContext: { revision: dialogId, systemLabels: ['Default'] }, hasUnopenedContent: false, isApiOnly: false, fromServiceOwnerTransmissionsCount: 0 }),
  }
}

/** The content that an overview would have brought. */
function letterOf(sent: SentMessage, accountUuid: string): FetchedMessage {
  const { id, dialogId, recipient, resourceId, createdAt, publishedAt, title, body, dueAt } = sent
  const facts = { correspondenceId: id, resourceId, recipient, sender: sent.sender, title, body, createdAt, publishedAt, dueAt }
  return {
    ...facts,
    messageId: null, accountUuid, via: 'overview', fetchedAt: createdAt + 1000, dialogId, isTransmissionOf: null, messageSender: null, summary: null, language: 'nb', requestedPublishAt: createdAt,
    readAt: sent.alreadyRead, confirmedAt: sent.alreadyConfirmed, needsConfirmation: sent.needsConfirmation, confidential: false, allowForwarding: false, altinn2Id: null, replyOptions: [],
    propertyList: {}, attachments: [], statusHistory: null,
    original: JSON.stringify({ ...facts, status: 'Read', statusText: 'Read', notifications: [], externalReferences: [{ referenceValue: dialogId, referenceType: 'DialogportenDialogId' }], replyOptions: [], propertyList: {}, isConfidential: false, ignoreReservation: false }),
  }
}

/** Fills a profile with the letters of a world through the writers that sync uses, without the network. */
export async function fillCache(folder: string, world: World): Promise<void> {
  const keys = await openKeys(folder, { kind: 'demo-file' })
  const store = await openStore(folder, keys, 'harness')
  try {
    const accountUuid = randomUUID()
    const at = world.anchorAt
    const named = world.parties.map(({ urn, partyUuid, name }) => ({ urn, uuid: partyUuid, name, kind: 'organisation' as const, parentUrn: null, isDeleted: false, headingOnly: false }))
    await store.mail.partiesAnswered({ accountUuid, source: 'dialogporten', parties: named, at, believeShrunkMs: 0 })
    const org = orgOf(world)
    const parties = world.parties.map(({ urn }) => urn)
    for (let from = 0; from < world.messages.length; from += pageSize) {
      const page = world.messages.slice(from, from + pageSize)
      const dialogs = page.map((sent) => dialogOf(sent, org(sent.resourceId)))
      await store.mail.applySearchPage({ accountUuid, groupKey: 'bench', parties, dialogs, rejected: [], position: { updatedAfter: dialogs.at(-1)?.updatedAtText ?? '', startedServerDateAt: at }, at })
      const letters = page.map((sent) => letterOf(sent, accountUuid))
      await Promise.all(Array.from({ length: Math.ceil(letters.length / fetchSize) }, (_, n) => store.mail.storeFetched(letters.slice(n * fetchSize, (n + 1) * fetchSize))))
      void store.refreshIndex()
      if ((from / pageSize) % 50 === 49) say(`${String(from + pageSize)} messages`)
    }
    for (let from = 0; from < parties.length; from += 100) {
      await store.mail.finishGroup({ accountUuid, groupKey: `bench ${String(from)}`, parties: parties.slice(from, from + 100), watermark: '2020-01-01T00:00:00.0000000Z', at, pass: 'poll', found: 0 })
    }
    await store.refreshIndex()
    // As the engine does when a first fetch has ended.
    await store.gatherIndex()
  } finally {
    await store.close()
  }
}
