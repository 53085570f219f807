import { describe, expect, test } from 'vitest'
import { isOrganisationNumber, isPersonNumber } from '../../../main/localtest/world/check-digits.ts'
import { demoWorld } from '../../../main/localtest/world/demo.ts'
import type { SentMessage, World } from '../../../main/localtest/world/model.ts'
import { beginning } from '../../../main/localtest/world/plan.ts'
import { anchorAt, files, isHostile, world } from './worlds.ts'

const day = 86_400_000
const count = (test: (message: SentMessage) => boolean): number => world.messages.filter(test).length

describe('parties', () => {
  const main = world.parties.filter(({ kind, parentUrn }) => kind === 'Organization' && parentUrn === null)
  test('the firm, twelve clients, sub-units, one person', () => {
    expect(main).toHaveLength(13)
    expect(world.parties.filter(({ parentUrn }) => parentUrn !== null).length).toBeGreaterThanOrEqual(6)
    expect(world.parties.filter(({ kind }) => kind === 'Person').map(({ urn }) => urn)).toEqual(world.persons?.map(({ urn }) => urn))
    expect(world.parties.filter(({ isDeleted }) => isDeleted)).toHaveLength(1)
  })
  test('numbers are valid, synthetic and used once', () => {
    for (const party of world.parties) {
      expect(party.urn).toBe(`urn:altinn:${party.kind === 'Person' ? 'person' : 'organization'}:identifier-no:${party.number}`)
      if (party.kind === 'Person') {
        expect(isPersonNumber(party.number)).toBe(true)
        // The month of a synthetic person is moved by 40 or 80.
        expect(Number(party.number.slice(2, 4))).toBeGreaterThan(40)
      } else {
        expect(isOrganisationNumber(party.number), party.name).toBe(true)
        expect(party.number).toMatch(/^3/)
      }
    }
    for (const { owner } of world.resources) expect(isOrganisationNumber(owner.orgNumber) && owner.orgNumber.startsWith('3'), owner.code).toBe(true)
    const all = [...world.parties.map(({ number }) => number), ...new Set(world.resources.map(({ owner }) => owner.orgNumber))]
    expect(new Set(all).size).toBe(all.length)
    expect(new Set(world.parties.map(({ partyUuid }) => partyUuid)).size).toBe(world.parties.length)
    expect(new Set(world.parties.map(({ partyId }) => partyId)).size).toBe(world.parties.length)
  })
  test('every sub-unit stands after its main unit', () => {
    world.parties.forEach((party, at) => {
      if (party.parentUrn === null) return
      const parent = world.parties.findIndex(({ urn }) => urn === party.parentUrn)
      expect(parent).toBeGreaterThanOrEqual(0)
      expect(parent).toBeLessThan(at)
    })
  })
  test('the system user has every right for all organisations and none for the person', () => {
    const [identity, ...others] = world.identities
    expect(others).toEqual([])
    expect(identity?.organisation).toBe(world.parties[0]?.number)
    expect(identity?.systemId.startsWith(`${identity.vendorOrganisation}_`)).toBe(true)
    expect(identity?.rights.map(({ party }) => party)).toEqual(world.parties.filter(({ kind }) => kind === 'Organization').map(({ urn }) => urn))
    expect(identity?.rights.every(({ resources }) => resources === 'all')).toBe(true)
  })
})

/** Letters that a client fetches by itself: mail of the services that are confidential throughout comes besides the 400. */
const fetchable = ({ messages, resources }: World): World['messages'] =>
  messages.filter((message) => resources.find((resource) => resource.id === message.resourceId)?.confidential !== true)

describe('letters', () => {
  test('exactly 400, over 18 months before the anchor, oldest first', () => {
    expect(fetchable(world)).toHaveLength(400)
    const first = beginning(anchorAt)
    expect(first).toBe(Date.UTC(2025, 4, 24, 9, 0))
    let before = first - 60_000
    for (const message of world.messages) {
      expect(message.createdAt).toBeGreaterThanOrEqual(before)
      expect(message.publishedAt).toBeLessThan(anchorAt)
      expect(message.publishedAt).toBeGreaterThan(message.createdAt)
      expect(message.requestedPublishAt).toBeLessThanOrEqual(message.createdAt)
      expect(message.dialogUpdatedAt - message.createdAt).toBeGreaterThanOrEqual(50)
      expect(message.dialogUpdatedAt - message.createdAt).toBeLessThanOrEqual(850)
      before = message.createdAt
    }
    expect(world.messages[0]?.createdAt).toBeLessThan(first + 40 * day)
  })
  test('ids are lower-case GUIDs, each once; dialogs are version 7 and carry their time', () => {
    const ids = world.messages.flatMap(({ id, attachments }) => [id, ...attachments.map((file) => file.id)])
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const dialogs = [...world.messages.filter(({ transmissionOf }) => transmissionOf === null), ...world.otherDialogs.map(({ id, createdAt }) => ({ dialogId: id, createdAt }))]
    expect(new Set(dialogs.map(({ dialogId }) => dialogId)).size).toBe(dialogs.length)
    for (const { dialogId, createdAt } of dialogs) {
      expect(dialogId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
      expect(parseInt(dialogId.replace(/-/g, '').slice(0, 12), 16)).toBe(createdAt)
    }
  })
  test('mostly bokmål, a fair part nynorsk, a little English', () => {
    expect(count(({ language }) => language === 'nb')).toBeGreaterThan(260)
    expect(count(({ language }) => language === 'nn')).toBeGreaterThan(50)
    expect(count(({ language }) => language === 'en')).toBeGreaterThan(3)
    expect(count(({ language }) => language === 'en')).toBeLessThan(40)
  })
  test('every organisation gets some, unevenly; weeks are quiet and busy', () => {
    const each = world.parties.filter(({ kind, isDeleted }) => kind === 'Organization' && !isDeleted).map(({ urn }) => count(({ recipient }) => recipient === urn))
    expect(Math.min(...each)).toBeGreaterThan(0)
    expect(Math.max(...each)).toBeGreaterThan(35)
    const weeks = new Map<number, number>()
    for (const { createdAt } of world.messages) weeks.set(Math.floor((anchorAt - createdAt) / (7 * day)), (weeks.get(Math.floor((anchorAt - createdAt) / (7 * day))) ?? 0) + 1)
    expect(Math.max(...weeks.values())).toBeGreaterThan(12)
    expect([...weeks.values()].filter((letters) => letters <= 3).length).toBeGreaterThan(8)
  })
  test('every reference leads somewhere', () => {
    const parties = new Set(world.parties.map(({ urn }) => urn))
    for (const message of world.messages) {
      const resource = world.resources.find(({ id }) => id === message.resourceId)
      expect(parties.has(message.recipient)).toBe(true)
      expect(resource?.type).toBe('correspondenceservice')
      expect(message.sender).toBe(`urn:altinn:organization:identifier-no:${resource?.owner.orgNumber ?? ''}`)
      expect(message.externalReferences).toContainEqual({ referenceType: 'DialogportenDialogId', referenceValue: message.dialogId })
    }
  })
  test('lengths that the service keeps; migrated ones may go beyond', () => {
    for (const message of world.messages) {
      expect(message.title.length).toBeLessThanOrEqual(255)
      expect(message.summary?.length ?? 0).toBeLessThanOrEqual(255)
      expect(message.sendersReference.length).toBeLessThanOrEqual(255)
      expect(message.body.length).toBeGreaterThan(0)
      if (message.altinn2Id === null) expect(message.title.length * (message.body.length <= 30_000 ? 1 : 0)).toBeGreaterThan(0)
      expect(Object.keys(message.propertyList).length).toBeLessThanOrEqual(10)
      for (const { linkURL } of message.replyOptions) expect(linkURL).toMatch(/^https:\/\/[^\s]{1,245}$/)
    }
    expect(count(({ body }) => body.length > 25_000)).toBe(10)
    expect(count(({ title }) => title.length === 255)).toBe(1)
  })
  test('migrated ones: HTML, numbers of their own, sent half a year or more before; some without a title', () => {
    const migrated = world.messages.filter(({ altinn2Id }) => altinn2Id !== null)
    expect(migrated.length).toBeGreaterThan(40)
    expect(new Set(migrated.map(({ altinn2Id }) => altinn2Id)).size).toBe(migrated.length)
    for (const { body, createdAt } of migrated) {
      expect(body).toMatch(/<(p|table|font|div)[ >]/)
      expect(createdAt).toBeLessThan(anchorAt - 180 * day)
    }
    expect(migrated.filter(({ body }) => /<table[\s\S]*&nbsp;/.test(body)).length).toBeGreaterThan(5)
    expect(migrated.filter(({ body }) => / style="/.test(body)).length).toBeGreaterThan(20)
    expect(count(({ title }) => title === '')).toBe(2)
    expect(migrated.filter(({ title }) => title === '')).toHaveLength(2)
    expect(count(({ altinn2Id, body }) => altinn2Id === null && body.includes('\n| '))).toBeGreaterThan(60)
  })
  test('Markdown with headings, lists, tables and links', () => {
    const ours = world.messages.filter((message) => message.altinn2Id === null && !isHostile(message))
    for (const mark of [/^## /m, /^- /m, /^1\. /m, /^\| --- /m, /\]\(https:\/\//, /^> /m]) expect(ours.filter(({ body }) => mark.test(body)).length).toBeGreaterThan(8)
  })
  test('six hostile ones', () => {
    expect(world.messages.filter(isHostile)).toHaveLength(6)
    expect(count(({ title }) => title.includes('\u202e'))).toBe(1)
    expect(files().some(({ attachment }) => attachment.fileName === 'faktura.pdf.exe.txt')).toBe(true)
  })
})

describe('the same in other worlds', () => {
  test.each([[1, anchorAt], [2, Date.UTC(2027, 1, 28, 23, 59)], [99, Date.UTC(2026, 2, 23, 0, 0)], [4, Date.UTC(2028, 1, 29, 12, 0)]])('seed %i, anchor %i', (seed, at) => {
    const other = demoWorld(seed, at)
    expect(fetchable(other)).toHaveLength(400)
    const first = beginning(at)
    for (const message of other.messages) {
      expect(message.createdAt).toBeGreaterThanOrEqual(first - 60_000)
      expect(message.publishedAt).toBeLessThan(at)
    }
    expect(other.messages.filter(({ altinn2Id }) => altinn2Id !== null).length).toBeGreaterThan(30)
    expect(other.messages.filter(({ needsConfirmation, alreadyConfirmed, dueAt }) => needsConfirmation && alreadyConfirmed === null && dueAt !== null && dueAt < at).length).toBeGreaterThanOrEqual(2)
    expect(other.otherDialogs.every(({ updatedAt }) => updatedAt < at)).toBe(true)
  })
})
