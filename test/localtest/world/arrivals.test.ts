import { describe, expect, test } from 'vitest'
import { anchorAt, world } from './worlds.ts'

const day = 86_400_000
const arrivals = Array.from({ length: 400 }, (_, n) => world.arrival(n, anchorAt + n * 75_000))

describe('letters that arrive while the world runs', () => {
  test('the same n and time give the same letter and the same files', async () => {
    for (const n of [0, 3, 17, 251]) {
      const [one, two] = [world.arrival(n, anchorAt), world.arrival(n, anchorAt)]
      expect(JSON.stringify(one)).toBe(JSON.stringify(two))
      for (const [at, file] of one.attachments.entries()) expect((await file.content()).equals((await two.attachments[at]?.content()) ?? Buffer.alloc(0))).toBe(true)
    }
  })
  test('another n gives another letter with ids of its own', () => {
    expect(new Set(arrivals.map(({ id }) => id)).size).toBe(400)
    expect(new Set(arrivals.map(({ dialogId }) => dialogId)).size).toBe(400)
    expect(new Set(arrivals.map(({ title }) => title)).size).toBeGreaterThan(100)
    const known = new Set(world.messages.map(({ id }) => id))
    expect(arrivals.filter(({ id }) => known.has(id))).toEqual([])
  })
  test('not yet published, no history, sent at the given time', () => {
    arrivals.forEach((message, n) => {
      expect(message).toMatchObject({ createdAt: anchorAt + n * 75_000, publishedAt: null, alreadyFetched: null, alreadyRead: null, alreadyConfirmed: null, alreadyDownloaded: [], altinn2Id: null, serviceOwnerLabel: true, transmissionOf: null, systemLabel: 'Default' })
      expect(message.requestedPublishAt).toBeLessThanOrEqual(message.createdAt)
    })
  })
  test('about one in four needs a confirmation, due in 1 to 14 days', () => {
    const confirm = arrivals.filter(({ needsConfirmation }) => needsConfirmation)
    expect(confirm.length).toBeGreaterThan(75)
    expect(confirm.length).toBeLessThan(125)
    const days = confirm.map(({ dueAt, createdAt }) => ((dueAt ?? 0) - createdAt) / day)
    expect(Math.min(...days)).toBeGreaterThan(0.5)
    expect(Math.max(...days)).toBeLessThan(15)
    expect(new Set(days.map(Math.floor)).size).toBeGreaterThan(10)
  })
  test('varied senders, recipients that exist, some with PDF, none confidential or hostile', () => {
    expect(new Set(arrivals.map(({ resourceId }) => resourceId)).size).toBeGreaterThan(12)
    expect(new Set(arrivals.map(({ language }) => language)).size).toBe(3)
    const alive = new Set(world.parties.filter(({ kind, isDeleted }) => kind === 'Organization' && !isDeleted).map(({ urn }) => urn))
    expect(arrivals.every(({ recipient }) => alive.has(recipient))).toBe(true)
    expect(new Set(arrivals.map(({ recipient }) => recipient)).size).toBeGreaterThan(12)
    expect(arrivals.filter(({ attachments }) => attachments.some(({ fileName }) => fileName.endsWith('.pdf'))).length).toBeGreaterThan(100)
    expect(arrivals.some(({ confidential }) => confidential)).toBe(false)
  })
  test('at another time the text speaks of other days, the id stays apart from the dialog', () => {
    const [now, later] = [world.arrival(9, anchorAt), world.arrival(9, anchorAt + 30 * day)]
    expect(later.recipient).toBe(now.recipient)
    expect(later.resourceId).toBe(now.resourceId)
    expect(later.dialogId).not.toBe(now.dialogId)
    expect(now.id).not.toBe(now.dialogId)
  })
})
