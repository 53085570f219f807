import { createPrivateKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { owner } from '../localtest/identity/identity-world.ts'
import { clients, firm, letter, orgUrn } from '../localtest/small-world.ts'
import { base64, ConnectCourse } from './connect-course.ts'

let course: ConnectCourse
beforeEach(async () => {
  course = await ConnectCourse.begin((at) => [
    letter(1, at - 4000, { needsConfirmation: true }),
    letter(2, at - 3000, { recipient: orgUrn(clients[1]) }),
    letter(3, at - 2000, { recipient: owner.urn }),
    letter(4, at - 1000, { recipient: orgUrn(firm) }),
  ])
})
afterEach(async () => {
  await course.end()
})

/** A system user for client relationships that exists already, as far as a first list. */
async function connectClients(): Promise<string> {
  const { client } = course.altinn
  const { uuid } = await course.call('connect.begin', { way: 'clients', name: 'Klientpost' })
  await course.call('connect.change', { uuid, clientId: client.clientId, organisation: client.organisation, kid: client.kid })
  await course.call('connect.key', { uuid, data: base64(client.key), password: '' })
  await course.call('connect.check', { uuid })
  await course.call('connect.finish', { uuid })
  await course.firstList(uuid)
  return uuid
}

async function connectPerson(): Promise<string> {
  const { uuid } = await course.call('connect.begin', { way: 'person', name: 'Turid' })
  expect(await course.logIn(uuid, owner.partyUuid)).toBeNull()
  await course.call('connect.finish', { uuid })
  await course.firstList(uuid)
  return uuid
}

describe('a system user for clients', () => {
  it('from the beginning to the first list of messages: scopes that are missing, a request that is taken back, restarts in between, and access that is taken away', async () => {
    const { client } = course.altinn
    const pem = createPrivateKey({ key: client.key, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString()
    const kid = 'b1'
    const poor = (await course.door('clients', { organisation: firm, scopes: ['altinn:authentication/systemuser.request.write', 'altinn:authentication/systemuser.request.read'], jwk: { kty: 'RSA', n: client.key.n, e: client.key.e, kid } })) as { readonly clientId: string }
    const { uuid } = await course.call('connect.begin', { way: 'clients', name: 'Klientpost' })
    await course.call('connect.change', { uuid, clientId: poor.clientId, organisation: firm, kid })
    expect(await course.call('connect.key', { uuid, data: base64(pem), password: '' })).toEqual({ problem: null })
    const { results } = await course.call('connect.check', { uuid })
    const { scopes } = await course.call('connect.list', {})
    expect(results[1]).toMatchObject({ step: 'grant', result: 'failed', problem: { kind: 'sign-in', problem: { code: 'scope-not-granted' } } })
    expect(scopes.receive).toEqual(['altinn:correspondence.read', 'digdir:dialogporten', 'altinn:accessmanagement/authorizedparties'])

    // Granted meanwhile, to the client of the world: its own system user is there.
    await course.restart()
    await course.call('connect.change', { uuid, clientId: client.clientId, kid: client.kid })
    expect(await course.check(uuid)).toEqual(['key ok', 'grant ok', 'exchange ok', 'parties ok', 'dialogporten ok', 'correspondence ok'])
    await course.door('system-users', { held: false })
    expect((await course.check(uuid))[1]).toBe('grant failed no-system-user')
    await course.door('system-users', { held: true })

    // Asked for all the same, under another reference.
    await course.call('connect.change', { uuid, systemId: course.altinn.state.world.identities[0]?.systemId ?? '', externalRef: 'kontor-2', packages: ['urn:altinn:accesspackage:regnskapsforer-med-signeringsrettighet'] })
    expect(await course.call('connect.ask', { uuid })).toEqual({ problem: null })
    const { request } = await course.connection(uuid)
    expect(request).toMatchObject({ state: 'waiting', confirmUrl: expect.stringContaining('/agentrequest?id=') as string })
    expect(await course.call('connect.withdraw', { uuid })).toEqual({ problem: null })
    expect((await course.connection(uuid)).request).toBeNull()
    await course.call('connect.change', { uuid, externalRef: null })

    await course.call('connect.finish', { uuid })
    expect(await course.firstList(uuid)).toEqual(['Brev 4', 'Brev 2', 'Brev 1'])
    await course.restart()
    expect(await course.connection(uuid)).toMatchObject({ connected: true, way: 'clients' })

    await course.door('system-users', { held: false })
    await course.restart()
    expect(await course.call('sync.run', { accountUuid: uuid })).toMatchObject({ stopped: { code: 'sign-in', signIn: { code: 'revoked' } } })
    expect(course.faults).toEqual([])
  }, 300_000)
})

describe('several identities with recipients in common', () => {
  it('each reaches its own, what both reach is reported by one that may, and one that is lost leaves the others at work', async () => {
    const system = await connectClients()
    const person = await connectPerson()
    await course.call('consent.give', { accountUuid: system, fromAt: null, parties: null, attachments: true, by: 'window' })
    await course.call('consent.give', { accountUuid: person, fromAt: null, parties: null, attachments: true, by: 'window' })
    await course.call('sync.run', { accountUuid: system })
    await course.call('sync.run', { accountUuid: person })
    const { rows } = await course.call('messages.list', { view: 'inbox', limit: 10 })
    const idOf = (title: string): number => rows.find((row) => row.title === title)?.id ?? 0
    const reporting = async (title: string) => (await course.call('messages.show', { id: idOf(title) })).reporting
    // "All" of a consent means organisations: a person's own mail is chosen by name.
    expect(rows.map(({ title }) => title)).toEqual(['Brev 4', 'Brev 3', 'Brev 2', 'Brev 1'])
    expect((await course.call('messages.show', { id: idOf('Brev 3') })).state).not.toBe('fetched')
    expect((await course.call('messages.show', { id: idOf('Brev 1') })).state).toBe('fetched')
    expect(await reporting('Brev 4')).toMatchObject({ as: 'Klientpost', confirm: 'allowed' })
    expect(await reporting('Brev 3')).toMatchObject({ as: 'Turid', confirm: 'allowed' })

    // The client's mail is reached by both; the system user signs out.
    await course.door('system-users', { held: false })
    expect(await course.call('sync.run', { accountUuid: person })).toMatchObject({ stopped: null })
    await course.call('settings.set', { confirmFor: [orgUrn(clients[0])] })
    await course.call('connect.remove', { uuid: system })
    expect(await reporting('Brev 1')).toMatchObject({ as: 'Turid', confirm: 'allowed' })
    const receipt = await course.call('receipts.confirm', { id: idOf('Brev 1'), waitMs: 600_000, versionShown: null })
    // Whoever has receipts under way stays, and nobody else sends them.
    expect(await course.ask('connect.remove', { uuid: person })).toMatchObject({ ok: false, error: { code: 'not-possible', obstacle: 'under-way' } })
    expect((await course.call('receipts.outgoing', { limit: 10 })).rows).toMatchObject([{ uuid: receipt.uuid, accountName: 'Turid' }])
    await course.call('connect.log-out', { uuid: person })
    expect((await course.call('receipts.outgoing', { limit: 10 })).rows).toMatchObject([{ uuid: receipt.uuid, state: 'waiting', accountName: 'Turid' }])
    await course.call('receipts.undo', { uuid: receipt.uuid })
    await course.call('connect.remove', { uuid: person })
    expect((await course.call('connect.list', {})).connections).toEqual([])
    expect((await course.call('messages.list', { view: 'inbox', limit: 10 })).rows).toHaveLength(4)
    expect(course.faults).toEqual([])
  }, 300_000)
})
