import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { file, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})
const day = 86_400_000

describe('one letter through every layer', () => {
  it('is found, fetched, shown, confirmed and proven', async () => {
    const pdf = randomBytes(50_000)
    course = await Course.begin(smallWorld((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + 3 * day, attachments: [file(1, 'vedtak.pdf', pdf)] })]))
    await course.consent()
    const summary = await course.sync()
    expect(summary).toMatchObject({ recipients: 3, dialogs: 1, messages: 1, attachments: 1, bytes: 50_000, skipped: {}, failed: 0 })
    expect(course.effects(letterId(1))).toEqual(['Fetched', 'AttachmentsDownloaded'])

    const { rows } = await course.call('messages.list', { view: 'needs-confirmation', limit: 10 })
    expect(rows).toMatchObject([{ title: 'Brev 1', sender: 'Skatteetaten', partyName: 'Klient 1 AS', needsConfirmation: true, unread: true, confirmedAt: null }])
    const id = rows[0]?.id ?? 0
    expect(await course.call('messages.find', { id: letterId(1).toUpperCase() })).toEqual({ id })
    const message = await course.call('messages.show', { id })
    expect(message).toMatchObject({ body: 'Innhold i brev 1', attachments: [{ fileName: 'vedtak.pdf', state: 'stored', bytes: 50_000, md5Matches: true }] })

    const { uuid } = await course.call('receipts.confirm', { id, waitMs: 0, versionShown: message.version })
    expect(await course.call('receipts.wait', { uuid, timeoutMs: 20_000 })).toMatchObject({ state: 'proven', attempts: 1, answerStatus: 200 })
    expect((await course.call('messages.show', { id })).confirmedBy).toBe('us')
    expect((await course.call('messages.list', { view: 'needs-confirmation', limit: 10 })).rows).toEqual([])
    expect(course.effects(letterId(1)).filter((status) => status === 'Confirmed')).toHaveLength(1)
  })
})
