import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { sizedWorld } from '../../main/localtest/world/sized.ts'
import { identityWorld, subUnit } from '../localtest/identity/identity-world.ts'
import { clients, firm, letter, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})

const begin = async (...[world, change]: Parameters<typeof Course.begin>): Promise<Course> => {
  course = await Course.begin(world, change)
  await course.consent()
  await course.sync()
  return course
}
const rows = async (one: Course) => (await one.call('recipients.coverage', {})).rows
const rowOf = async (one: Course, number: string) => (await rows(one)).find(({ party }) => party === orgUrn(number))
const details = (one: Course, number: string) => one.call('recipients.details', { party: orgUrn(number), language: 'nb' })
const shrunk = async (one: Course) => (await one.call('reminders.due', {})).reminders.find(({ what }) => what === 'coverage-shrunk') ?? null
/** The newest are told, so that only what is new now is due. */
const tellAll = async (one: Course): Promise<void> => {
  for (const reminder of (await one.call('reminders.due', {})).reminders) await one.call('reminders.shown', reminder)
}

const two = smallWorld((at) => [letter(1, at - 1000)])

describe('250 clients, 60 of them not delegated', () => {
  it('are told apart; one disappears, and that is told once; it comes back', async () => {
    const one = await begin(sizedWorld({ recipients: 251, messages: 300, attachmentKb: 0, undelegated: 60 }))
    await tellAll(one)
    // With the scope that lists clients, which the daily grant does without.
    const agent = randomUUID()
    const { clientId, kid, organisation, scopes } = one.altinn.client
    await one.call('accounts.add', { uuid: agent, clientId, kid, organisation, scopes: [...scopes, 'altinn:clientdelegations.read'], name: 'Klientpost' })
    expect((await one.call('recipients.coverage', {})).available).toMatchObject({ state: 'no-scope', clients: [] })
    expect((await one.call('sync.run', { accountUuid: agent })).stopped).toBeNull()
    const { available, rows: all } = await one.call('recipients.coverage', {})
    expect(all.filter(({ sees }) => (sees ?? 0) > 10)).toHaveLength(191)
    expect(available.state).toBe('known')
    expect(available.clients).toHaveLength(60)
    expect(available.clients[0]).toMatchObject({ identity: 'Klientpost' })

    const gone = (await one.call('recipients.list', {})).rows.find(({ messages, party }) => messages > 0 && party !== orgUrn(organisation))
    const number = gone?.party.split(':').at(-1) ?? ''
    await one.door('delegations', { client: number, held: false })
    expect((await one.call('recipients.refresh', {})).failed).toBeNull()
    expect((await rowOf(one, number))?.loss).toMatchObject({ kind: 'gone', seen: false })
    const after = (await one.call('recipients.list', {})).rows.find(({ party }) => party === gone?.party)
    // Nothing is deleted.
    expect(after).toMatchObject({ current: false, messages: gone?.messages, troubled: true })
    expect((await one.call('recipients.coverage', {})).available.clients).toHaveLength(61)
    const told = await shrunk(one)
    expect(told).toMatchObject({ count: 1, recipients: [gone?.name] })
    if (told !== null) await one.call('reminders.shown', told)
    await one.engine.close()
    await one.startEngine()
    await one.call('recipients.refresh', {})
    expect(await shrunk(one)).toBeNull()
    await one.call('recipients.seen', { parties: [orgUrn(number)] })
    expect((await one.call('recipients.list', {})).rows.find(({ party }) => party === gone?.party)?.troubled).toBe(false)
    expect((await rowOf(one, number))?.loss).toMatchObject({ kind: 'gone', seen: true })

    await one.door('delegations', { client: number, held: true })
    await one.call('recipients.refresh', {})
    expect((await rowOf(one, number))?.loss).toBeNull()
  }, 180_000)
})

describe('coverage', () => {
  it('says by name what can be seen, and what a client has sent', async () => {
    const one = await begin(two)
    expect(await rowOf(one, clients[0])).toMatchObject({ sees: 3, services: 1, identities: 1, loss: null })
    const { identities, sent } = await details(one, clients[0])
    expect(identities).toMatchObject([{ name: 'Fjordregnskap', current: true, source: 'access-management', rights: { packages: [{ id: 'regnskapsforer-med-signeringsrettighet' }] }, loss: null }])
    expect(identities[0]?.rights?.services.map(({ id, name, owner }) => [id, name, owner])).toContainEqual(['skd-brev', 'skd-brev', 'Skatteetaten'])
    expect(sent).toMatchObject([{ id: 'skd-brev', messages: 1 }])
    expect((await details(one, clients[1])).sent).toEqual([])
  })

  it('that shrinks is told with what was taken away, and ends when it is back', async () => {
    const one = await begin(two)
    await tellAll(one)
    await one.door('rights', { party: clients[0], held: true, resources: ['skd-melding'] })
    await one.sync()
    expect((await rowOf(one, clients[0]))?.loss).toMatchObject({ kind: 'fewer', seen: false })
    expect((await rowOf(one, clients[1]))?.loss).toBeNull()
    expect((await details(one, clients[0])).identities[0]).toMatchObject({ rights: { packages: [], services: [{ id: 'skd-melding', single: true }] }, loss: { packages: [{ id: 'regnskapsforer-med-signeringsrettighet' }], services: [] } })
    expect(await shrunk(one)).toMatchObject({ count: 1, recipients: ['Klient 1 AS'] })
    await one.door('rights', { party: clients[0], held: true, resources: 'all' })
    await one.sync()
    expect((await rowOf(one, clients[0]))?.loss).toBeNull()
    expect(await shrunk(one)).toBeNull()
  })

  it('is not lost while access management is away, nor where Dialogporten says less in its place', async () => {
    const one = await begin(two, (_, json) => json)
    const before = await rows(one)
    const unchanged = async (): Promise<void> => {
      expect((await rows(one)).map(({ loss, sees }) => [loss, sees])).toEqual(before.map(({ sees }) => [null, sees]))
      expect(await shrunk(one)).toBeNull()
    }
    await one.door('faults', { kind: 'error-empty', path: '/accessmanagement/' })
    expect((await one.call('recipients.refresh', {})).failed).toMatchObject({ code: 'service' })
    await unchanged()
    await one.door('faults', null, 'DELETE')
    // Access management takes this identity no more; Dialogporten names one client fewer.
    await one.door('faults', { kind: 'no-access', path: '/accessmanagement/' })
    if (one.meddler === null) throw new Error('There is no meddler')
    one.meddler.change = (path, json) => (path.endsWith('/enduser/parties') ? { authorizedParties: (json as { readonly authorizedParties: readonly { readonly party: string }[] }).authorizedParties.filter(({ party }) => party !== orgUrn(clients[1])) } : json)
    expect((await one.call('recipients.refresh', {})).failed).toBeNull()
    expect((await details(one, clients[0])).identities[0]).toMatchObject({ source: 'dialogporten', current: true })
    expect((await details(one, clients[1])).identities[0]).toMatchObject({ current: true })
    await unchanged()
  })

  it('a client under a new name is the same one, with its letters', async () => {
    let name = 'Klient 1 AS'
    const one = await begin(two, (path, json): unknown => (path.includes('authorizedparties') ? JSON.parse(JSON.stringify(json).replaceAll('Klient 1 AS', name)) : json))
    name = 'Ny Klient AS'
    await one.sync()
    const found = (await one.call('recipients.list', {})).rows.filter(({ party }) => party === orgUrn(clients[0]))
    expect(found).toMatchObject([{ name: 'Ny Klient AS', current: true, messages: 1 }])
    expect(await shrunk(one)).toBeNull()
    expect(await rows(one)).toHaveLength(3)
  })

  it('sub-units name their main unit, and the table is saved as a file where the person says', async () => {
    const one = await begin(identityWorld((at) => [letter(1, at - 1000)]))
    const path = join(one.folder, 'dekning.csv')
    await one.engine.close()
    let opened = ''
    await one.startEngine({
      openOutside: (address) => { opened = address; return Promise.resolve(true) }, saveTarget: () => Promise.resolve({ path }), folderTarget: () => Promise.resolve(null), openCopy: () => Promise.resolve(false),
      printPdf: () => Promise.resolve(null), closing: 'stops', senderPage: null, keysChanged: () => undefined, resetDemo: null,
    })
    expect((await one.call('recipients.list', {})).rows.find(({ party }) => party === orgUrn(subUnit))).toMatchObject({ parent: orgUrn(clients[0]), current: true })
    expect(await one.call('recipients.save-list', { language: 'nb', personNumbers: false })).toMatchObject({ path, count: 4 })
    const lines = readFileSync(path, 'utf8').split('\r\n')
    expect(lines.find((line) => line.includes(subUnit))).toContain('Underenhet;Klient')
    expect(lines.find((line) => line.includes(firm))).toContain('Fjordregnskap')
    // The environment of this course names no page where access is given.
    const refused = await one.engine.call('recipients.open-access', {})
    expect([refused.ok, opened]).toEqual([false, ''])
  })
})
