import { describe, expect, test } from 'vitest'
import { labelsSince } from '../../../main/localtest/world/compose.ts'
import { demoWorld } from '../../../main/localtest/world/demo.ts'
import type { SentMessage } from '../../../main/localtest/world/model.ts'
import { confidentialResource, mixedResource, reminderResource } from '../../../main/localtest/world/senders.ts'
import { anchorAt, files, world } from './worlds.ts'

/** What the world promises of deadlines, history, confidential mail, expiry, labels and other dialogs. */

const day = 86_400_000
const all = (test: (message: SentMessage) => boolean): readonly SentMessage[] => world.messages.filter(test)
const open = all(({ needsConfirmation, alreadyConfirmed }) => needsConfirmation && alreadyConfirmed === null)
/** Days from today in Oslo (the anchor is 10:00 there) to the day on which the deadline ends. */
const daysLeft = ({ dueAt }: SentMessage): number => Math.floor(((dueAt ?? 0) - Date.UTC(2026, 10, 23, 23)) / day)

describe('deadlines', () => {
  test('who needs a confirmation has a deadline', () => {
    for (const message of all(({ needsConfirmation }) => needsConfirmation)) expect(message.dueAt).not.toBeNull()
  })
  test('open ones: past, today, tomorrow, within three days, later', () => {
    const left = open.map(daysLeft)
    expect(left.filter((days) => days < 0).length).toBeGreaterThanOrEqual(2)
    for (const days of [0, 1, 2, 3]) expect(left).toContain(days)
    expect(left.filter((days) => days > 3).length).toBeGreaterThanOrEqual(4)
  })
  test('deadlines end at 23:59 in Oslo, and the letter names that day', () => {
    const clock = new Intl.DateTimeFormat('nb-NO', { timeZone: 'Europe/Oslo', hour: '2-digit', minute: '2-digit' })
    const date = new Intl.DateTimeFormat('nb-NO', { timeZone: 'Europe/Oslo', day: 'numeric', month: 'long', year: 'numeric' })
    for (const message of all(({ dueAt }) => dueAt !== null)) {
      expect(clock.format(message.dueAt ?? 0)).toBe('23:59')
      if (message.needsConfirmation && message.language !== 'en') {
        expect(message.body.replace(/\u00a0|&nbsp;/g, ' ').includes(date.format(message.dueAt ?? 0)), message.title).toBe(true)
      }
    }
  })
  test('some without confirmation are due too', () => {
    expect(all(({ needsConfirmation, dueAt }) => !needsConfirmation && dueAt !== null && dueAt > anchorAt).length).toBeGreaterThan(3)
  })
})

describe('history', () => {
  test('fetched, then read, then confirmed, all before the anchor and after the letter', () => {
    for (const message of world.messages) {
      const steps = [message.publishedAt, message.alreadyFetched, message.alreadyRead, message.alreadyConfirmed].filter((at) => at !== null)
      expect([...steps].sort((a, b) => a - b)).toEqual(steps)
      expect(steps.at(-1)).toBeLessThan(anchorAt)
      if (message.alreadyRead !== null) expect(message.alreadyFetched).not.toBeNull()
      if (message.alreadyConfirmed !== null) expect(message.needsConfirmation && message.alreadyRead !== null).toBe(true)
      for (const { attachmentId, at } of message.alreadyDownloaded) {
        expect(message.attachments.map(({ id }) => id)).toContain(attachmentId)
        expect(at).toBeGreaterThan(message.alreadyRead ?? Infinity)
      }
    }
  })
  test('old ones are mostly read, the newest are not', () => {
    const old = all(({ createdAt }) => createdAt < anchorAt - 90 * day)
    expect(old.filter(({ alreadyRead }) => alreadyRead !== null).length / old.length).toBeGreaterThan(0.7)
    const fresh = all(({ createdAt }) => createdAt > anchorAt - 4 * day)
    expect(fresh.length).toBeGreaterThan(5)
    expect(fresh.filter(({ alreadyRead }) => alreadyRead !== null)).toEqual([])
    expect(all(({ alreadyConfirmed }) => alreadyConfirmed !== null).length).toBeGreaterThan(15)
    expect(open.filter(({ alreadyRead }) => alreadyRead !== null).length).toBeGreaterThan(0)
    expect(all(({ systemLabel }) => systemLabel === 'Archive').length).toBeGreaterThan(20)
    expect(all(({ systemLabel }) => systemLabel === 'Bin').length).toBeGreaterThan(0)
  })
})

describe('confidential mail', () => {
  test('the confidential service sends only such, the mixed one both, others none', () => {
    expect(world.resources.filter(({ confidential }) => confidential).map(({ id }) => id)).toEqual([confidentialResource])
    expect(world.resources.filter(({ mixed }) => mixed).map(({ id }) => id)).toEqual([mixedResource])
    for (const message of world.messages) {
      if (message.resourceId === confidentialResource) expect(message.confidential).toBe(true)
      else if (message.resourceId !== mixedResource) expect(message.confidential).toBe(false)
    }
    expect(new Set(all(({ resourceId }) => resourceId === mixedResource).map(({ confidential }) => confidential)).size).toBe(2)
    expect(all(({ confidential, alreadyFetched }) => confidential && alreadyFetched === null).length).toBeGreaterThanOrEqual(5)
  })
  test('a reminder for each party with one unopened for seven days, and for no other', () => {
    const unopened = all(({ confidential, alreadyFetched, createdAt }) => confidential && alreadyFetched === null && createdAt < anchorAt - 7 * day)
    const reminders = world.otherDialogs.filter(({ reminderFor }) => reminderFor !== null)
    expect(reminders.length).toBeGreaterThanOrEqual(2)
    expect(new Set(reminders.map(({ party }) => party))).toEqual(new Set(unopened.map(({ recipient }) => recipient)))
    expect(reminders.flatMap(({ reminderFor }) => reminderFor ?? []).sort()).toEqual(unopened.map(({ id }) => id).sort())
    for (const reminder of reminders) {
      expect(reminder).toMatchObject({ resourceId: reminderResource, externalReference: 'corr-confidential-reminder', status: 'RequiresAttention' })
      expect(reminder.createdAt).toBeLessThan(anchorAt)
    }
  })
})

describe('expiry', () => {
  test('files of one letter are gone, of two go within a week', () => {
    const expiring = files().filter(({ attachment }) => attachment.expiresAt !== null)
    expect(expiring.filter(({ attachment }) => (attachment.expiresAt ?? 0) < anchorAt).length).toBeGreaterThan(0)
    expect(expiring.filter(({ attachment }) => (attachment.expiresAt ?? 0) > anchorAt && (attachment.expiresAt ?? 0) < anchorAt + 7 * day).length).toBeGreaterThan(1)
    for (const { message, attachment } of expiring) expect(attachment.expiresAt).toBeGreaterThan(message.createdAt)
  })
})

describe('labels', () => {
  test('only dialogs since 23 March 2026 carry the label', () => {
    for (const { serviceOwnerLabel, createdAt } of world.messages) expect(serviceOwnerLabel).toBe(createdAt >= labelsSince)
    expect(all(({ serviceOwnerLabel }) => !serviceOwnerLabel).length).toBeGreaterThan(100)
    expect(all(({ serviceOwnerLabel }) => serviceOwnerLabel).length).toBeGreaterThan(100)
  })
  test('a world that begins before that day carries them all', () => {
    expect(demoWorld(3, Date.UTC(2026, 1, 1)).messages.every(({ serviceOwnerLabel }) => serviceOwnerLabel)).toBe(true)
  })
})

describe('reply options', () => {
  test('none, one, three and more than three', () => {
    const counts = new Set(world.messages.map(({ replyOptions }) => replyOptions.length))
    for (const count of [0, 1, 3, 5]) expect([...counts]).toContain(count)
  })
})

describe('other dialogs', () => {
  const others = world.otherDialogs.filter(({ reminderFor }) => reminderFor === null)
  test('about twenty, of many statuses, with deadlines on both sides', () => {
    expect(others.length).toBeGreaterThanOrEqual(18)
    expect(others.length).toBeLessThanOrEqual(25)
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['Completed', 'RequiresAttention', 'InProgress', 'Draft', 'Awaiting']))
    const due = others.map(({ dueAt }) => dueAt).filter((at) => at !== null)
    expect(due.some((at) => at < anchorAt) && due.some((at) => at > anchorAt)).toBe(true)
    expect(others.some(({ isApiOnly }) => isApiOnly)).toBe(true)
  })
  test('none of them belongs to a service that sends correspondences', () => {
    for (const { resourceId } of others) expect(world.resources.find(({ id }) => id === resourceId)?.type).not.toBe('correspondenceservice')
  })
  test('times run forward, every text has its three languages', () => {
    for (const dialog of world.otherDialogs) {
      expect(dialog.updatedAt).toBeGreaterThanOrEqual(dialog.createdAt)
      expect(dialog.updatedAt).toBeLessThan(anchorAt)
      for (const text of [dialog.title, dialog.extendedStatus?.text, ...dialog.guiActions.map(({ title }) => title)]) {
        for (const language of ['nb', 'nn', 'en'] as const) expect(text === undefined ? 'none' : text[language]).not.toBe('')
      }
      for (const { createdAt } of [...dialog.activities, ...dialog.transmissions]) {
        expect(createdAt).toBeGreaterThanOrEqual(dialog.createdAt)
        expect(createdAt).toBeLessThanOrEqual(dialog.updatedAt)
      }
    }
  })
  test('letters within other dialogs are tied both ways', () => {
    const within = all(({ transmissionOf }) => transmissionOf !== null)
    expect(within).toHaveLength(3)
    for (const message of within) {
      const parent = world.otherDialogs.find(({ id }) => id === message.transmissionOf)
      const transmission = parent?.transmissions.find(({ correspondenceId }) => correspondenceId === message.id)
      expect(parent?.party).toBe(message.recipient)
      expect(message.dialogId).toBe(parent?.id)
      expect(transmission?.title[message.language]).toBe(message.title)
      expect(message.externalReferences).toContainEqual({ referenceType: 'DialogportenTransmissionId', referenceValue: transmission?.id })
    }
  })
})
