import { afterEach, describe, expect, it } from 'vitest'
import type { SentMessage } from '../../main/localtest/world/model.ts'
import { clients, dialogIdOf, letter, letterId, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})

const day = 86_400_000
/** Synced, with rules under which the slow passes are due at once. */
const begin = async (letters: (at: number) => readonly SentMessage[]): Promise<Course> => {
  course = await Course.begin(smallWorld(letters))
  course.options = { rules: { openPassMs: 0, overlapMs: 0 } }
  await course.engine.close()
  await course.startEngine()
  await course.consent()
  await course.sync()
  return course
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const row = async (one: Course, n: number) => {
  const { id } = await one.call('messages.find', { id: letterId(n) })
  if (id === null) throw new Error('There is no such message')
  return await one.call('messages.show', { id })
}
const fullPass = async (one: Course): Promise<void> => {
  const state = async () => (await one.call('sync.state', {})).accounts[0]?.fullPass ?? null
  const before = await state()
  // Told when it begins, and when it and the look for what is missing, which comes after its last page, are over.
  let told = 0
  const end = one.engine.on('sync.changed', () => { told += 1 })
  await one.call('sync.full-pass', { accountUuid: one.accountUuid })
  await expect.poll(async () => ({ isOver: told >= 2, isNew: (await state())?.beganAt !== before?.beganAt, hasEnded: (await state())?.endedAt != null }), { timeout: 20_000 }).toEqual({ isOver: true, isNew: true, hasEnded: true })
  end()
}
/** The one that is under way, to its end. */
const fullPassOn = async (one: Course): Promise<void> => {
  await one.call('sync.full-pass', { accountUuid: one.accountUuid })
  await expect.poll(async () => (await one.call('sync.state', {})).accounts[0]?.fullPass?.endedAt, { timeout: 30_000 }).not.toBeNull()
  await one.call('sync.stop', {})
}

const toConfirm = { needsConfirmation: true, dueAt: Date.now() + 5 * day } as const

describe('confirmed by a colleague', () => {
  it('is learnt from the history, asked once, and told as done elsewhere', async () => {
    const one = await begin((at) => [letter(1, at - day, toConfirm), letter(2, at - day, toConfirm)])
    await one.door('colleague', { does: 'confirm', message: letterId(1) })
    await pause(1100)
    await one.sync()
    expect(await row(one, 1)).toMatchObject({ confirmedBy: 'elsewhere', needsConfirmation: true })
    expect((await row(one, 1)).confirmedAt).not.toBeNull()
    expect((await row(one, 2)).confirmedAt).toBeNull()
    const looks = one.effects(letterId(1)).filter((status) => status === 'Fetched').length
    await one.sync()
    expect(one.effects(letterId(1)).filter((status) => status === 'Fetched')).toHaveLength(looks)
    // Of the other one nothing was asked beyond its first sight.
    expect(one.effects(letterId(2))).toEqual(['Fetched'])
  })

  it('before we ever saw it: nobody is reminded of it, and opening it tells when', async () => {
    const one = await begin((at) => [letter(1, at - day, { ...toConfirm, alreadyConfirmed: at - day / 2, alreadyFetched: at - day / 2 })])
    expect((await one.call('messages.counts', {})).needsConfirmation.count).toBe(0)
    expect((await row(one, 1)).confirmedAt).toBeNull()
    await one.call('messages.opened', { id: (await row(one, 1)).id })
    for (let n = 0; n < 50 && (await row(one, 1)).confirmedAt === null; n += 1) await pause(20)
    expect(await row(one, 1)).toMatchObject({ confirmedBy: 'elsewhere', needsConfirmation: true })
  })

  it('a lost right looks the same and is never taken for it', async () => {
    const one = await begin((at) => [letter(1, at - day, toConfirm), letter(2, at - day, { recipient: orgUrn(clients[1]) })])
    await one.door('rights', { party: clients[0], held: false })
    await pause(1100)
    await one.sync()
    expect((await row(one, 1)).confirmedAt).toBeNull()
    expect(one.effects(letterId(1))).toEqual(['Fetched'])
    const { rows } = await one.call('recipients.coverage', {})
    expect(rows.find(({ party }) => party === orgUrn(clients[0]))).toMatchObject({ trouble: 'no-access' })
    await one.door('rights', { party: clients[0], held: true })
    await one.sync()
    expect((await one.call('recipients.coverage', {})).rows.find(({ party }) => party === orgUrn(clients[0]))?.trouble).toBeNull()
  })

  it('many at once of one recipient are marked, and nobody is asked', async () => {
    const one = await begin((at) => Array.from({ length: 8 }, (_, n) => letter(n + 1, at - day, toConfirm)))
    for (let n = 1; n <= 7; n += 1) await one.door('colleague', { does: 'confirm', message: letterId(n) })
    await pause(1100)
    const before = one.effects().filter((status) => status === 'Fetched').length
    await one.sync()
    expect(one.effects().filter((status) => status === 'Fetched')).toHaveLength(before)
    expect((await one.call('recipients.coverage', {})).rows.find(({ party }) => party === orgUrn(clients[0]))?.trouble).toBe('shrunk')
    expect((await one.call('messages.counts', {})).needsConfirmation.count).toBe(8)
  })
})

describe('the look through everything', () => {
  it('tells what is gone, keeps the copy, and takes it back when it returns', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day), letter(2, at - day)])
    await one.door(`dialogs/${dialogIdOf(1)}`, null, 'DELETE')
    await one.sync()
    expect((await row(one, 1)).removedAt).toBeNull()
    await fullPass(one)
    const gone = await row(one, 1)
    expect(gone.removedAt).not.toBeNull()
    expect(gone.body).toBe('Innhold i brev 1')
    expect((await row(one, 2)).removedAt).toBeNull()
    await one.door(`dialogs/${dialogIdOf(1)}/restore`, null)
    await fullPass(one)
    expect((await row(one, 1)).removedAt).toBeNull()
  })

  it('finds what was back-dated behind every watermark', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day)])
    await one.door('send', { recipient: clients[0], title: 'Fra gamle dager', body: 'Innhold', backDateTo: new Date(Date.now() - 300 * day).toISOString() })
    await pause(1100)
    await one.sync()
    expect((await one.call('messages.counts', {})).inbox).toBe(1)
    await fullPass(one)
    await one.sync()
    expect((await one.call('messages.list', { view: 'inbox', limit: 10 })).rows.map(({ title, state }) => [title, state]).sort()).toEqual([['Brev 1', 'fetched'], ['Fra gamle dager', 'fetched']])
  })

  it('finds what a colleague moved, which no filter does', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day)])
    await one.door('colleague', { does: 'label', dialog: dialogIdOf(1), addLabels: ['Archive'] })
    await one.sync()
    expect((await row(one, 1)).archived).toBe(false)
    await fullPass(one)
    expect((await row(one, 1)).archived).toBe(true)
  })

  it('is not held up by a recipient that makes its group fail, nor ever counts its letters as missing', async () => {
    const one = await begin((at) => [
      letter(1, at - 2 * day), letter(2, at - 3 * day),
      ...[3, 4, 5].map((n) => letter(n, at - n * day, { recipient: orgUrn(clients[1]) })),
    ])
    await one.door('faults', { kind: 'party-refused', party: orgUrn(clients[0]) })
    for (const n of [1, 3]) await one.door(`dialogs/${dialogIdOf(n)}`, null, 'DELETE')
    await one.call('sync.full-pass', { accountUuid: one.accountUuid })
    const state = async () => (await one.call('sync.state', {})).accounts[0]?.fullPass
    await expect.poll(async () => await state(), { timeout: 10_000 }).toMatchObject({ done: 2, total: 3, endedAt: null })
    // The other one is through; the pass as a whole is not, so nothing is said of anybody yet.
    await one.call('sync.stop', {})
    expect([(await row(one, 1)).removedAt, (await row(one, 3)).removedAt]).toEqual([null, null])

    // After as long as a pass may take it ends without this one.
    await one.engine.close()
    one.options = { rules: { openPassMs: 0, overlapMs: 0, fullPassMs: 0 } }
    await one.startEngine()
    await one.call('sync.full-pass', { accountUuid: one.accountUuid })
    await expect.poll(async () => (await row(one, 3)).removedAt, { timeout: 10_000 }).not.toBeNull()
    await one.call('sync.stop', {})
    expect((await state())?.endedAt).not.toBeNull()
    expect([(await row(one, 1)).removedAt, (await row(one, 2)).removedAt]).toEqual([null, null])
  })

  it('goes on with the half of a group where it stood, and forgets nothing that was met', async () => {
    const one = await begin((at) => [
      ...[1, 2, 3].map((n) => letter(n, at - (30 - n) * day)),
      ...[4, 5, 6].map((n) => letter(n, at - (30 - n) * day, { recipient: orgUrn(clients[1]) })),
    ])
    await one.engine.close()
    one.options = { rules: { openPassMs: 0, overlapMs: 0, pageSize: 2 } }
    await one.startEngine()
    await one.door(`dialogs/${dialogIdOf(4)}`, null, 'DELETE')
    // The first page of both together is answered, the second is not; then the one recipient is refused by itself as well.
    await one.door('faults', { kind: 'party-refused', party: orgUrn(clients[0]), after: 1 })
    await one.call('sync.full-pass', { accountUuid: one.accountUuid })
    await expect.poll(async () => (await one.call('sync.state', {})).accounts[0]?.fullPass, { timeout: 10_000 }).toMatchObject({ done: 2, total: 3 })
    await one.door('faults', null, 'DELETE')
    await fullPassOn(one)
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => (await row(one, n)).removedAt !== null))).toEqual([false, false, false, true, false, false])
    expect((await one.call('recipients.coverage', {})).rows.map(({ trouble }) => trouble)).not.toContain('shrunk')
  })

  it('a listing that shrinks sharply changes nothing but a mark', async () => {
    const one = await begin((at) => Array.from({ length: 10 }, (_, n) => letter(n + 1, at - (n + 2) * day)))
    for (let n = 1; n <= 7; n += 1) await one.door(`dialogs/${dialogIdOf(n)}`, null, 'DELETE')
    await fullPass(one)
    const { rows } = await one.call('messages.list', { view: 'inbox', limit: 20 })
    expect(rows.map(({ removedAt }) => removedAt)).toEqual(Array.from({ length: 10 }, () => null))
    expect((await one.call('recipients.coverage', {})).rows.find(({ party }) => party === orgUrn(clients[0]))?.trouble).toBe('shrunk')
  })
})

describe('a letter inside another dialog', () => {
  it('arrives, stands beside its parent, and is removed when the parent no longer names it', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day)])
    await one.door('send', { intoDialog: dialogIdOf(1), title: 'Svar i saken', body: 'Vedtaket' })
    await pause(1100)
    await one.sync()
    await one.sync()
    const { rows } = await one.call('messages.list', { view: 'inbox', limit: 10 })
    expect(rows.map(({ title, kind, state, dialogId }) => [title, kind, state, dialogId])).toEqual([
      ['Svar i saken', 'transmission', 'fetched', null],
      ['Brev 1', 'correspondence', 'fetched', dialogIdOf(1)],
    ])
    // Once handled it is not asked for again: one search, and what a person's word costs.
    expect((await one.sync()).messages).toBe(0)
    expect((await one.call('messages.show', { id: rows[0]?.id ?? 0 })).body).toBe('Vedtaket')
    const [id] = [rows[0]?.id ?? 0]
    expect(await one.engine.call('receipts.label', { id, to: 'archive', waitMs: 0 })).toMatchObject({ ok: false, error: { code: 'not-possible', obstacle: 'in-other-dialog' } })
  })
})

describe('one recipient that makes its group fail', () => {
  it('does not keep the others from being seen as confirmed by a colleague', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day, toConfirm), letter(2, at - day, { ...toConfirm, recipient: orgUrn(clients[1]) })])
    await one.door('faults', { kind: 'party-refused', party: orgUrn(clients[0]) })
    await one.door('colleague', { does: 'confirm', message: letterId(2) })
    await pause(1100)
    await one.sync()
    expect((await row(one, 2)).confirmedBy).toBe('elsewhere')
  })

  it('does not hold up the others, and is told with its trouble', async () => {
    const one = await begin((at) => [letter(1, at - 2 * day), letter(2, at - day, { recipient: orgUrn(clients[1]) })])
    await one.door('faults', { kind: 'error-empty', path: '/enduser/dialogs', party: orgUrn(clients[0]) })
    await one.door('send', { recipient: clients[1], title: 'Nytt til den andre', body: 'Hei' })
    await pause(1100)
    await one.sync()
    const { rows } = await one.call('messages.list', { view: 'inbox', party: orgUrn(clients[1]), limit: 10 })
    expect(rows.map(({ title }) => title)).toContain('Nytt til den andre')
    const coverage = (await one.call('recipients.coverage', {})).rows
    expect(coverage.find(({ party }) => party === orgUrn(clients[0]))?.trouble).toBe('failed')
    expect(coverage.find(({ party }) => party === orgUrn(clients[1]))?.trouble).toBeNull()
  })
})
