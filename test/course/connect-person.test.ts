import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { other, owner } from '../localtest/identity/identity-world.ts'
import { Browser } from '../localtest/identity/person.ts'
import { letter } from '../localtest/small-world.ts'
import { ConnectCourse } from './connect-course.ts'

let course: ConnectCourse
beforeEach(async () => {
  course = await ConnectCourse.begin((at) => [letter(1, at - 2000), letter(2, at - 1000, { recipient: owner.urn })])
})
afterEach(async () => {
  await course.end()
})

describe('a person', () => {
  it('from the beginning to the first list of messages, with a login that is broken off and restarts in between', async () => {
    const { uuid } = await course.call('connect.begin', { way: 'person', name: 'Turid' })
    expect((await course.call('connect.list', {})).personClient).toBe(true)
    expect(await course.check(uuid)).toEqual(['exchange failed login-ended', 'parties not-reached', 'dialogporten not-reached', 'correspondence not-reached'])
    expect(await course.ask('connect.finish', { uuid })).toMatchObject({ ok: false, error: { obstacle: 'incomplete' } })
    expect(await course.logIn(uuid, null)).toMatchObject({ kind: 'sign-in', problem: { code: 'login-refused' } })
    expect((await course.connection(uuid)).login).toEqual({ state: 'none', endsAt: null, address: null })

    // The program ends while the page is open: the login ends with it, cleanly.
    const broken = course.ask('connect.login', { uuid, level: 'substantial', language: 'nb' })
    await expect.poll(() => course.opened.length, { timeout: 60_000 }).toBe(2)
    await course.restart()
    expect(await broken).toMatchObject({ ok: true, value: { problem: { kind: 'sign-in', problem: { code: 'login-refused' } } } })

    course.browser = new Browser()
    expect(await course.logIn(uuid, owner.partyUuid)).toBeNull()
    await course.restart()
    expect(await course.connection(uuid)).toMatchObject({ way: 'person', connected: false, login: { state: 'in' } })
    expect(await course.check(uuid)).toEqual(['exchange ok', 'parties ok', 'dialogporten ok', 'correspondence ok'])
    await course.call('connect.finish', { uuid })
    // Until the person has chosen whose messages are fetched, their own can be chosen too.
    expect(await course.firstList(uuid)).toEqual(['Brev 2', 'Brev 1'])
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ accountUuid: uuid, kind: 'person', organisation: null, trouble: null }])
    const { types, text } = await course.trail()
    // The session of the first engine is the same to the second; neither it nor the national number is in the trail.
    expect(types.filter((type) => type.startsWith('account-')).reverse()).toEqual(['account-added', 'account-signed-in', 'account-added'])
    expect(text).not.toContain(owner.number)
    expect(text).toContain(owner.partyUuid)

    await course.call('consent.give', { accountUuid: uuid, fromAt: null, parties: [owner.urn], attachments: true, by: 'window' })
    expect(await course.call('sync.run', { accountUuid: uuid })).toMatchObject({ stopped: null, summary: { messages: 1 } })
    const { rows } = await course.call('messages.list', { view: 'inbox', limit: 10 })
    const own = rows.find(({ title }) => title === 'Brev 2')
    expect((await course.call('messages.show', { id: own?.id ?? 0 })).reporting).toMatchObject({ confirm: 'allowed', as: 'Turid' })
    expect((await course.call('messages.show', { id: rows.find(({ title }) => title === 'Brev 1')?.id ?? 0 })).reporting).toMatchObject({ confirm: 'off-for-client', as: 'Turid' })
    expect(course.faults).toEqual([])
  }, 300_000)

  it('has to log in again when the login is over, is told so once, and may not be somebody else then', async () => {
    await course.door('lifetimes', { personAccess: 600, personRefresh: 0 })
    let ahead = 0
    course.options = { now: () => Date.now() + ahead }
    await course.restart()
    const { uuid } = await course.call('connect.begin', { way: 'person', name: 'Turid' })
    expect(await course.logIn(uuid, owner.partyUuid)).toBeNull()
    await course.call('connect.finish', { uuid })
    await course.firstList(uuid)
    const endsAt = (await course.call('sync.state', {})).accounts[0]?.signInEndsAt ?? null
    expect(endsAt).not.toBeNull()
    expect((await course.connection(uuid)).login).toMatchObject({ state: 'in', endsAt })

    // A short login is told of when half of it is over, once, also after a restart.
    expect((await course.call('reminders.due', {})).reminders).toEqual([])
    ahead = 400_000
    const [ends] = (await course.call('reminders.due', {})).reminders
    if (ends === undefined) throw new Error('Nothing is told')
    expect(ends).toMatchObject({ what: 'sign-in-ends', count: 1 })
    await course.call('reminders.shown', ends)
    await course.restart()
    expect((await course.call('reminders.due', {})).reminders.filter(({ what }) => what === 'sign-in-ends')).toEqual([])

    ahead = 601_000
    const run = await course.ask('sync.run', { accountUuid: uuid })
    expect(run).toMatchObject({ ok: true, value: { stopped: { code: 'sign-in', signIn: { code: 'login-ended' } } } })
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ trouble: 'sign-in', signIn: { code: 'login-ended' }, signInEndsAt: null }])
    expect((await course.connection(uuid)).login).toMatchObject({ state: 'over' })
    expect(await course.ask('sync.run', { accountUuid: uuid })).toMatchObject({ ok: false, error: { code: 'sign-in' } })
    expect((await course.call('reminders.due', {})).reminders.map(({ what }) => what)).toEqual(['sign-in'])
    await course.restart()
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ trouble: 'sign-in', signIn: { code: 'login-ended' } }])

    await course.door('lifetimes', { personAccess: 600, personRefresh: 3600 })
    course.browser = new Browser()
    expect(await course.logIn(uuid, other.partyUuid)).toMatchObject({ kind: 'sign-in', problem: { code: 'login-other-person' } })
    expect((await course.connection(uuid)).login).toMatchObject({ state: 'over' })
    course.browser = new Browser()
    expect(await course.logIn(uuid, owner.partyUuid)).toBeNull()
    expect(await course.call('sync.run', { accountUuid: uuid })).toMatchObject({ stopped: null })
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ trouble: null, signIn: null, signInEndsAt: null }])

    await course.call('connect.log-out', { uuid })
    expect((await course.connection(uuid)).login).toMatchObject({ state: 'none' })
    expect(await course.ask('sync.run', { accountUuid: uuid })).toMatchObject({ ok: false, error: { code: 'sign-in' } })
    expect(course.faults).toEqual([])
  }, 300_000)
})
