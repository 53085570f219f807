import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Service } from '../service.ts'
import { clients, letter, orgUrn } from '../small-world.ts'
import { identityWorld, stranger } from './identity-world.ts'
import { assertionOf, grantWith, rawToken, registerClient, systemUserOf, systemUserToken, type TestClient, vendorScopes } from './vendor.ts'

const vendor = '310000299'
const systemId = `${vendor}_postleser`
const base = '/authentication/api/v1'
const requests = `${base}/systemuser/request/vendor`
const packageUrn = 'urn:altinn:accesspackage:post-til-virksomheten'
let service: Service
let client: TestClient
let token = ''

const rightTo = (value: string) => ({ resource: [{ id: 'urn:altinn:resource', value }] })
const system = (more: Readonly<Record<string, unknown>> = {}) => ({
  id: systemId, vendor: { authority: 'iso6523-actorid-upis', ID: `0192:${vendor}` }, name: { nb: 'Postleser', nn: 'Postlesar', en: 'Mail reader' }, description: { nb: 'Leser post', nn: 'Les post', en: 'Reads mail' },
  rights: [rightTo('skd-brev')], accessPackages: [{ urn: packageUrn }], clientId: [client.clientId], allowedRedirectUrls: ['https://postleser.example/tilbake'], ...more,
})
const call = (method: string, path: string, body?: unknown, as = token) => service.call(method, path, body, { authorization: `Bearer ${as}` })
interface RequestBody { readonly id: string; readonly status: string; readonly confirmUrl: string; readonly externalRef: string; readonly timedOut: boolean }
const ask = async (more: Readonly<Record<string, unknown>> = {}, path = requests) => {
  const answer = await call('POST', path, { systemId, partyOrgNo: stranger, rights: [rightTo('skd-brev')], ...more })
  return { status: answer.status, headers: answer.headers, body: answer.body as RequestBody & { code?: string } }
}
const statusOf = async (id: string): Promise<string> => ((await call('GET', `${requests}/${id}`)).body as RequestBody).status
/** What a person does on the page: open it, press one of its buttons. */
async function press(confirmUrl: string, choice: 'godkjenn' | 'avvis', mark?: string): Promise<Response> {
  const html = await (await fetch(confirmUrl)).text()
  const found = /name="merke" value="([0-9a-f]+)"/.exec(html)?.[1] ?? ''
  return await fetch(confirmUrl, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ merke: mark ?? found, valg: choice }) })
}
const grant = async (organisation: string, externalRef?: string) => await grantWith(service, await assertionOf(service, client, systemUserOf(organisation, externalRef)))

beforeEach(async () => {
  service = new Service({ world: identityWorld((at) => [letter(1, at - 1000, { recipient: orgUrn(stranger) }), letter(2, at - 1000)]) })
  await service.start()
  client = await registerClient(service, vendor)
  token = await rawToken(service, client, vendorScopes)
})
afterEach(() => service.end())
const registered = async (more: Readonly<Record<string, unknown>> = {}): Promise<void> => { expect((await call('POST', `${base}/systemregister/vendor`, system(more))).status).toBe(200) }

describe('the system register', () => {
  it('takes a system, shows it, and changes what it may ask for', async () => {
    await registered()
    const path = `${base}/systemregister/vendor/${systemId}`
    expect((await call('GET', path)).body).toMatchObject({ id: systemId, vendor: { ID: `0192:${vendor}` }, clientId: [client.clientId], rights: [rightTo('skd-brev')], accessPackages: [{ urn: packageUrn }], isDeleted: false })
    expect((await call('PUT', `${path}/rights`, [rightTo('skd-brev'), rightTo('skd-blandet')])).status).toBe(200)
    expect((await call('PUT', `${path}/accesspackages`, [])).status).toBe(200)
    expect((await call('GET', path)).body).toMatchObject({ rights: [rightTo('skd-brev'), rightTo('skd-blandet')], accessPackages: [] })
    expect((await call('PUT', path, system({ isVisible: false }))).status).toBe(200)
    await service.restart()
    token = await rawToken(service, client, vendorScopes)
    expect((await call('GET', path)).body).toMatchObject({ isVisible: false, rights: [rightTo('skd-brev')] })
  })

  it.each([
    ['an id that does not begin with the vendor', () => ({ id: '310000108_x' })],
    ['another vendor than the token', () => ({ vendor: { ID: '0192:310000108' } })],
    ['a service that does not exist', () => ({ rights: [rightTo('finnes-ikke')] })],
    ['a client of another system', () => ({ clientId: [service.altinn.client.clientId] })],
    ['no client', () => ({ clientId: [] })],
  ])('refuses %s', async (_, more) => {
    const answer = await call('POST', `${base}/systemregister/vendor`, system(more()))
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'STD-00000'])
  })

  it('needs a token with the scope, and shows a vendor nobody else\'s', async () => {
    await registered()
    expect((await service.call('GET', `${base}/systemregister/vendor/${systemId}`, undefined, { authorization: '' })).status).toBe(401)
    const weak = await rawToken(service, client, ['altinn:correspondence.read'])
    expect((await call('GET', `${base}/systemregister/vendor/${systemId}`, undefined, weak)).status).toBe(403)
    const rival = await registerClient(service, '310000302')
    expect((await call('GET', `${base}/systemregister/vendor/${systemId}`, undefined, await rawToken(service, rival, vendorScopes))).status).toBe(403)
    expect((await call('GET', `${base}/systemregister/vendor/${vendor}_ukjent`)).body).toMatchObject({ status: 404, code: 'AUTH-00011' })
  })
})

describe('a request for a system user', () => {
  beforeEach(() => registered())

  it('is new once, the same again, and approved on a page that says who asks for what for whom', async () => {
    expect(await grant(stranger)).toMatchObject({ status: 400, body: { error: 'invalid_altinn_customer_configuration', error_description: expect.stringContaining('MP-303') as string } })
    const first = await ask({ integrationTitle: 'Posten vår' })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ systemId, partyOrgNo: stranger, externalRef: stranger, status: 'New', timedOut: false, escalated: false, rights: [rightTo('skd-brev')], accessPackages: [] })
    expect(first.body.confirmUrl).toBe(`${service.altinn.platform}/accessmanagement/ui/systemuser/request?id=${first.body.id}&DONTCHOOSEREPORTEE=true`)
    expect(first.headers.get('location')).toContain(first.body.id)
    expect(await ask()).toMatchObject({ status: 200, body: { id: first.body.id } })
    const page = await fetch(first.body.confirmUrl)
    const html = await page.text()
    for (const text of ['Gi systemtilgang', vendor, 'Egen Bedrift AS', stranger, 'Postleser', 'Posten vår', 'skd-brev', 'Godkjenn', 'Avvis']) expect(html).toContain(text)
    expect(html).not.toContain('<script')
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'`)
    expect((await press(first.body.confirmUrl, 'godkjenn')).status).toBe(200)
    expect(await statusOf(first.body.id)).toBe('Accepted')
    expect(await (await fetch(first.body.confirmUrl)).text()).toContain('Forespørselen er godkjent')
    expect(await grant(stranger)).toMatchObject({ status: 200 })
    expect(await ask()).toMatchObject({ status: 400, body: { code: 'AUTH-00004' } })
  })

  it('gives its system user what was asked for, of its own organisation only', async () => {
    const { body } = await ask()
    await press(body.confirmUrl, 'godkjenn')
    const found = (await call('GET', `${base}/systemuser/vendor/byquery?system-id=${systemId}&orgno=${stranger}`)).body as { id: string }
    expect(found).toMatchObject({ systemId, reporteeOrgNo: stranger, isDeleted: false, productName: 'Postleser' })
    expect((await call('GET', `${base}/systemuser/vendor/bysystem/${systemId}`)).body).toMatchObject({ links: { next: null }, data: [{ id: found.id }] })
    const user = await systemUserToken(service, client, stranger)
    const parties = (await call('GET', '/dialogporten/api/v1/enduser/parties', undefined, user)).body as { authorizedParties: { party: string }[] }
    expect(parties.authorizedParties.map(({ party }) => party)).toEqual([orgUrn(stranger)])
    const items = async (party: string): Promise<number> => ((await call('GET', `/dialogporten/api/v1/enduser/dialogs?party=${party}`, undefined, user)).body as { items: unknown[] }).items.length
    expect([await items(orgUrn(stranger)), await items(orgUrn(clients[0]))]).toEqual([1, 0])
    const list = (resource: string) => call('GET', `/correspondence/api/v1/correspondence?resourceId=${resource}&role=Recipient&onBehalfOf=${orgUrn(stranger)}`, undefined, user)
    expect([(await list('skd-brev')).status, (await list('skd-blandet')).status]).toEqual([200, 401])
  })

  it('survives a restart at every step', async () => {
    const { body } = await ask()
    await service.restart()
    token = await rawToken(service, client, vendorScopes)
    expect(await statusOf(body.id)).toBe('New')
    const page = ((await call('GET', `${requests}/${body.id}`)).body as RequestBody).confirmUrl
    await press(page, 'godkjenn')
    await service.restart()
    token = await rawToken(service, client, vendorScopes)
    expect(await statusOf(body.id)).toBe('Accepted')
    expect((await grant(stranger)).status).toBe(200)
  })

  it('rejected it gives nothing, and can be made anew once it was withdrawn', async () => {
    const { body } = await ask()
    await press(body.confirmUrl, 'avvis')
    expect(await statusOf(body.id)).toBe('Rejected')
    expect((await grant(stranger)).body.error_description).toContain('MP-303')
    expect(await ask()).toMatchObject({ status: 400, body: { code: 'AUTH-00009' } })
    expect((await call('DELETE', `${requests}/${body.id}`)).status).toBe(202)
    expect((await call('GET', `${requests}/${body.id}`)).body).toMatchObject({ status: 404, code: 'AUTH-00010' })
    expect((await fetch(body.confirmUrl)).status).toBe(404)
    expect((await ask()).status).toBe(201)
  })

  it('can be denied by Altinn itself, and times out after ten days', async () => {
    const denied = await ask()
    expect(await service.status('POST', '/localtest/requests', { request: denied.body.id, status: 'Denied' })).toBe(204)
    expect(await statusOf(denied.body.id)).toBe('Denied')
    expect(await ask()).toMatchObject({ status: 400, body: { code: 'AUTH-00008' } })
    const late = await ask({ externalRef: 'sen' })
    service.offset = 10 * 86_400_000
    token = await rawToken(service, client, vendorScopes)
    expect((await call('GET', `${requests}/${late.body.id}`)).body).toMatchObject({ status: 'Timedout', timedOut: true })
    expect(await (await fetch(late.body.confirmUrl)).text()).toContain('utløpt')
    expect((await ask({ externalRef: 'sen' })).status).toBe(201)
  })

  it('leads back to where the vendor said, if that stands in the register', async () => {
    expect(await ask({ redirectUrl: 'https://evil.example/' })).toMatchObject({ status: 400, body: { code: 'AUTH-00021' } })
    const { body } = await ask({ redirectUrl: 'https://postleser.example/tilbake' })
    expect((await fetch(body.confirmUrl)).headers.get('content-security-policy')).toContain('https://postleser.example')
    const answer = await press(body.confirmUrl, 'godkjenn')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://postleser.example/tilbake'])
  })

  it('is not approved by a form that another site made', async () => {
    const { body } = await ask()
    expect((await press(body.confirmUrl, 'godkjenn', '0'.repeat(64))).status).toBe(400)
    expect((await press(body.confirmUrl, 'godkjenn', '')).status).toBe(400)
    expect(await statusOf(body.id)).toBe('New')
  })

  it.each([
    ['an unknown system', { systemId: `${vendor}_ukjent` }, 'AUTH-00011'],
    ['a number nobody has', { partyOrgNo: '310009997' }, 'AUTH-00000'],
    ['a right the system does not have', { rights: [rightTo('skd-blandet')] }, 'AUTH-00001'],
    ['a package the system does not have', { accessPackages: [{ urn: 'urn:altinn:accesspackage:skatt' }] }, 'AUTH-00052'],
    ['nothing', { rights: [] }, 'STD-00000'],
    ['a number of ten digits', { partyOrgNo: '3100099971' }, 'STD-00000'],
  ])('refuses to ask for %s', async (_, more, code) => {
    expect((await ask(more)).body).toMatchObject({ code })
  })

  it('is found by what the vendor called it, and listed by system in pages', async () => {
    const ids: string[] = []
    for (let n = 0; n < 23; n += 1) ids.push((await ask({ externalRef: `ref-${String(n)}` })).body.id)
    expect((await call('GET', `${requests}/byexternalref/${systemId}/${stranger}/ref-7`)).body).toMatchObject({ id: ids[7] })
    expect((await call('GET', `${requests}/byexternalref/${systemId}/${stranger}/ref-x`)).status).toBe(404)
    interface Page { readonly links: { readonly next: string | null }; readonly data: readonly RequestBody[] }
    const first = (await call('GET', `${requests}/bysystem/${systemId}`)).body as Page
    const second = (await call('GET', (first.links.next ?? '').replace(service.altinn.platform, ''))).body as Page
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids)
    expect(second.links.next).toBeNull()
  })

  it('several for one organisation are told apart by their reference', async () => {
    const { body } = await ask({ externalRef: 'lager' })
    await press(body.confirmUrl, 'godkjenn')
    expect((await grant(stranger)).status).toBe(400)
    expect((await grant(stranger, 'lager')).status).toBe(200)
  })

  it('for a change keeps the rights as they are until the party agrees', async () => {
    await call('PUT', `${base}/systemregister/vendor/${systemId}/rights`, [rightTo('skd-brev'), rightTo('skd-blandet')])
    const { body } = await ask()
    await press(body.confirmUrl, 'godkjenn')
    const user = await systemUserToken(service, client, stranger)
    const mixed = async (): Promise<number> => (await call('GET', `/correspondence/api/v1/correspondence?resourceId=skd-blandet&role=Recipient&onBehalfOf=${orgUrn(stranger)}`, undefined, user)).status
    const change = (await call('POST', `${base}/systemuser/changerequest/vendor`, { systemId, partyOrgNo: stranger, requiredRights: [rightTo('skd-blandet')] })).body as RequestBody
    expect(await mixed()).toBe(401)
    await press(change.confirmUrl, 'godkjenn')
    expect(await mixed()).toBe(200)
    expect((await call('GET', `${base}/systemuser/changerequest/vendor/${change.id}`)).body).toMatchObject({ status: 'Accepted' })
    expect((await call('GET', `${requests}/${change.id}`)).status).toBe(404)
  })

  it('taken away by its party, it works no longer, and given back it does', async () => {
    const { body } = await ask()
    await press(body.confirmUrl, 'godkjenn')
    const user = await systemUserToken(service, client, stranger)
    const held = ((await call('GET', '/localtest/system-users')).body as { id: string; organisation: string }[]).find(({ organisation }) => organisation === stranger)
    expect(await service.status('POST', '/localtest/system-users', { systemUser: held?.id, held: false })).toBe(204)
    expect((await grant(stranger)).body.error).toBe('invalid_altinn_customer_configuration')
    expect(((await call('GET', `/dialogporten/api/v1/enduser/dialogs?party=${orgUrn(stranger)}`, undefined, user)).body as { items: unknown[] }).items).toEqual([])
    await service.status('POST', '/localtest/system-users', { systemUser: held?.id, held: true })
    expect((await grant(stranger)).status).toBe(200)
    expect(await service.status('POST', '/localtest/system-users', { systemUser: randomUUID(), held: true })).toBe(404)
  })

  it('of the agent kind has addresses and a page of its own', async () => {
    const answer = await ask({ accessPackages: [{ urn: packageUrn }] }, `${requests}/agent`)
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('rights')
    expect(answer.body.confirmUrl).toContain('/accessmanagement/ui/systemuser/agentrequest?id=')
    expect((await call('GET', `${requests}/${answer.body.id}`)).status).toBe(404)
    expect((await call('GET', `${requests}/agent/${answer.body.id}`)).body).toMatchObject({ status: 'New' })
    expect(await (await fetch(answer.body.confirmUrl)).text()).toContain('en systembruker for klientforhold')
    expect(await ask({}, `${requests}/agent`)).toMatchObject({ status: 400 })
    await press(answer.body.confirmUrl, 'godkjenn')
    expect((await grant(stranger)).status).toBe(200)
  })
})
