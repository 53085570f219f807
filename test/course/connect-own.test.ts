import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firm, letter } from '../localtest/small-world.ts'
import { base64, ConnectCourse } from './connect-course.ts'

let course: ConnectCourse
beforeEach(async () => {
  course = await ConnectCourse.begin((at) => [letter(1, at - 1000)])
})
afterEach(async () => {
  await course.end()
})

const ownClient = () => {
  const { own } = course.altinn
  if (own === null) throw new Error('The world has no organisation of its own')
  return own
}

describe('a system user of one\'s own organisation', () => {
  it('from the beginning to the first list of messages, with a refusal and restarts in between', async () => {
    const own = ownClient()
    const { uuid } = await course.call('connect.begin', { way: 'own', name: 'Egen' })
    expect(await course.check(uuid)).toEqual(['key failed no-private-key', 'grant not-reached', 'exchange not-reached', 'parties not-reached', 'dialogporten not-reached', 'correspondence not-reached'])
    expect(await course.ask('connect.finish', { uuid })).toMatchObject({ ok: false, error: { code: 'not-possible', obstacle: 'incomplete' } })
    expect(await course.ask('connect.ask', { uuid })).toMatchObject({ ok: false, error: { code: 'not-possible', obstacle: 'incomplete' } })

    // A key without a name: it may be filled in afterwards.
    expect(await course.call('connect.key', { uuid, data: base64(own.key), password: '' })).toEqual({ problem: null })
    await course.restart()
    expect((await course.check(uuid))[0]).toBe('key failed needs-kid')
    await course.call('connect.change', { uuid, kid: own.kid })
    expect((await course.check(uuid)).slice(0, 2)).toEqual(['key ok', 'grant failed unknown-client'])
    await course.call('connect.change', { uuid, clientId: own.clientId, organisation: '310000109' })
    expect((await course.check(uuid))[1]).toBe('grant failed wrong-organisation')
    await course.call('connect.change', { uuid, organisation: own.organisation, systemId: own.systemId, resources: ['skd-brev'] })
    expect((await course.check(uuid))[1]).toBe('grant failed no-system-user')

    expect(await course.call('connect.ask', { uuid })).toEqual({ problem: null })
    await course.restart()
    expect(await course.connection(uuid)).toMatchObject({ connected: false, key: { kid: null, certificate: null }, request: { state: 'waiting' }, login: null })
    await course.call('connect.open-approval', { uuid })
    await course.decide('avvis')
    expect(await course.call('connect.look', { uuid })).toEqual({ problem: null })
    expect(await course.connection(uuid)).toMatchObject({ request: { state: 'refused', confirmUrl: null } })

    await course.call('connect.ask', { uuid })
    await course.call('connect.open-approval', { uuid })
    await course.restart()
    await course.decide('godkjenn')
    // Nobody looks: it is looked at by itself, after the restart too.
    await expect.poll(async () => (await course.connection(uuid)).request?.state, { timeout: 60_000 }).toBe('accepted')
    const [told] = (await course.call('reminders.due', {})).reminders
    if (told === undefined) throw new Error('Nothing is told')
    expect(told).toMatchObject({ what: 'system-user-accepted', count: 1, recipients: [] })
    await course.call('reminders.shown', told)
    expect((await course.call('reminders.due', {})).reminders).toEqual([])

    expect(await course.check(uuid)).toEqual(['key ok', 'grant ok', 'exchange ok', 'parties ok', 'dialogporten ok', 'correspondence ok'])
    await course.call('connect.finish', { uuid })
    expect(await course.firstList(uuid)).toEqual(['Brev 1'])
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ accountUuid: uuid, name: 'Egen', kind: 'system-user', organisation: own.organisation, consented: false, trouble: null, signInEndsAt: null }])
    expect(await course.connection(uuid)).toMatchObject({ connected: true, way: 'own', clientId: own.clientId, checked: { results: [{ step: 'key', result: 'ok' }, {}, {}, {}, {}, {}] } })
    // What was asked of whom is in the trail; neither the key nor the way to the approval is.
    const { types, text } = await course.trail()
    expect(types.filter((type) => type.startsWith('system-user-')).reverse()).toEqual(['system-user-asked', 'system-user-answered', 'system-user-asked', 'system-user-answered'])
    expect(text).not.toContain('DONTCHOOSEREPORTEE')
    expect(text).not.toContain(own.key.d)
    expect(course.faults).toEqual([])
  }, 300_000)

  it('what a system user cannot be asked for is told as what it is, and a refusal that nobody here remembers stands in no way', async () => {
    const own = ownClient()
    const begin = async (more: { readonly systemId?: string; readonly resources?: string[] } = {}): Promise<string> => {
      const { uuid } = await course.call('connect.begin', { way: 'own', name: 'Egen' })
      await course.call('connect.change', { uuid, clientId: own.clientId, organisation: own.organisation, kid: own.kid, systemId: own.systemId, resources: ['skd-brev'], ...more })
      await course.call('connect.key', { uuid, data: base64(own.key), password: '' })
      return uuid
    }
    const refusal = async (uuid: string): Promise<string | null> => {
      const { problem } = await course.call('connect.ask', { uuid })
      return problem?.kind === 'sign-in' ? `${problem.problem.code} ${problem.problem.supportCode}` : null
    }
    expect(await refusal(await begin({ systemId: `${own.organisation}_annet` }))).toBe('unknown-system AUTH-00011')
    expect(await refusal(await begin({ resources: ['finnes-ikke'] }))).toBe('rights-not-offered AUTH-00001')

    const forgotten = await begin()
    await course.call('connect.ask', { uuid: forgotten })
    await course.call('connect.open-approval', { uuid: forgotten })
    await course.call('connect.remove', { uuid: forgotten })
    await course.decide('avvis')
    const uuid = await begin()
    expect(await course.call('connect.ask', { uuid })).toEqual({ problem: null })
    await course.call('connect.open-approval', { uuid })
    await course.decide('godkjenn')
    expect(await refusal(await begin())).toBe('system-user-exists AUTH-00004')
    expect(course.faults).toEqual([])
  }, 300_000)

  it('a key that cannot be used keeps the one of before; another one counts at once', async () => {
    const own = ownClient()
    const { uuid } = await course.call('connect.begin', { way: 'own', name: 'Egen' })
    await course.call('connect.change', { uuid, clientId: own.clientId, organisation: own.organisation, kid: own.kid, systemId: own.systemId, resources: ['skd-brev'] })
    const locked = createPrivateKey({ key: own.key, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hemmelig' }).toString()
    expect(await course.call('connect.key', { uuid, data: base64(locked), password: '' })).toMatchObject({ problem: { code: 'needs-password' } })
    expect(await course.call('connect.key', { uuid, data: base64(locked), password: 'feil' })).toMatchObject({ problem: { code: 'wrong-password' } })
    expect(await course.call('connect.key', { uuid, data: base64('ikke en nøkkel'), password: '' })).toMatchObject({ problem: { code: 'not-a-key' } })
    expect(await course.connection(uuid)).toMatchObject({ key: null })
    expect(await course.call('connect.key', { uuid, data: base64(locked), password: 'hemmelig' })).toEqual({ problem: null })
    await course.call('connect.ask', { uuid })
    await course.call('connect.open-approval', { uuid })
    await course.decide('godkjenn')
    await course.call('connect.look', { uuid })
    await course.call('connect.finish', { uuid })
    await course.firstList(uuid)

    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
    expect(await course.call('connect.key', { uuid, data: base64(foreign), password: '' })).toEqual({ problem: null })
    expect((await course.check(uuid))[1]).toBe('grant failed wrong-key')
    expect(await course.call('sync.run', { accountUuid: uuid })).toMatchObject({ stopped: { code: 'sign-in', signIn: { code: 'wrong-key' } } })
    await course.call('connect.key', { uuid, data: base64(own.key), password: '' })
    expect(await course.call('sync.run', { accountUuid: uuid })).toMatchObject({ stopped: null })
    expect(await course.ask('connect.change', { uuid, organisation: firm })).toMatchObject({ ok: false, error: { obstacle: 'connected' } })
    await course.call('connect.change', { uuid, name: 'Ny' })
    expect((await course.call('sync.state', {})).accounts).toMatchObject([{ name: 'Ny' }])

    // What it was goes, what was fetched stays.
    await course.call('connect.remove', { uuid })
    expect((await course.trail()).sealed).not.toContain(uuid)
    expect((await course.call('connect.list', {})).connections).toEqual([])
    expect((await course.call('sync.state', {})).accounts).toEqual([])
    expect((await course.call('messages.list', { view: 'inbox', limit: 10 })).rows).toHaveLength(1)
    expect((await course.call('recipients.list', {})).rows.every(({ current }) => !current)).toBe(true)
    expect(course.faults).toEqual([])
  }, 300_000)
})
