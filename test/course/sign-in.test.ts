import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LoginDesk } from '../../main/accounts/person-login.ts'
import { partiesOf } from '../../main/accounts/parties.ts'
import { checkSignIn } from '../../main/accounts/sign-in-check.ts'
import { type PendingRequest, type RequestMemory, SystemUserApproval } from '../../main/accounts/system-user-request.ts'
import { type AltinnClient, createAltinnClient } from '../../main/altinn/client.ts'
import { parseEnvironment } from '../../main/altinn/environment-file.ts'
import { addressesOf } from '../../main/localtest/identity/entrances.ts'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { identityWorld, owner } from '../localtest/identity/identity-world.ts'
import { Browser, logIn } from '../localtest/identity/person.ts'
import { clients, letter, orgUrn, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let folder = ''
let altinn: LocalAltinn
let client: AltinnClient

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-sign-in-'))
  altinn = await startLocalAltinn({ folder, world: identityWorld((at) => [letter(1, at - 1000)]), seed: 1, keepKeys: true })
  // By the addresses that it leaves in a file for a program, as for any other Altinn.
  client = createAltinnClient({ environment: parseEnvironment(addressesOf(altinn.platform, altinn.maskinporten, altinn.idPorten)), userAgent: 'Meldingsboks test' })
})
afterEach(async () => {
  await client.close()
  await altinn.close()
  rmSync(folder, { recursive: true })
})

const page = { language: 'nb', title: 'Ferdig', text: 'Du kan lukke vinduet.' } as const
const pages = { done: page, other: page }

describe('a person', () => {
  it('logs in at ID-porten in a browser, and sees who they may act for', async () => {
    const browser = new Browser()
    let shown = ''
    const login = await new LoginDesk(client).login({
      level: 'substantial', language: 'nb', pages,
      open: (address) => {
        const redirect = new URL(address).searchParams.get('redirect_uri') ?? ''
        void logIn(browser, { address, redirect, verifier: '' }, owner.partyUuid).then(async (back) => {
          shown = (await browser.follow(back.href, 'https://nowhere.example/')).html
        })
        return Promise.resolve(true)
      },
    })
    if (!login.ok) throw new Error(login.failure.message)
    await expect.poll(() => shown).toContain('Du kan lukke vinduet.')
    const identity = client.person('kari', login.value)
    const parties = await partiesOf(client, identity)
    if (!parties.ok) throw new Error(parties.failure.message)
    expect(parties.value.source).toBe('access-management')
    expect(parties.value.parties.map(({ party }) => party)).toEqual(expect.arrayContaining([owner.urn, orgUrn(clients[0])]))
    expect(identity.state()).toMatchObject({ state: 'signed-in', problem: null })
  })
})

describe('the system user of an own organisation', () => {
  const remembering = (): RequestMemory => {
    let kept: PendingRequest | null = null
    const keep = (request: PendingRequest | null): Promise<void> => {
      kept = request
      return Promise.resolve()
    }
    return { remember: keep, remembered: () => Promise.resolve(kept), forget: () => keep(null) }
  }
  const decide = async (address: string | null, choice: 'godkjenn' | 'avvis'): Promise<void> => {
    const html = await (await fetch(address ?? '')).text()
    const answer = await fetch(address ?? '', { method: 'POST', body: new URLSearchParams({ merke: /name="merke" value="([0-9a-f]+)"/.exec(html)?.[1] ?? '', valg: choice }) })
    expect(answer.status).toBe(200)
  }

  it('is asked for, refused, asked for again and approved; then every step of signing in works', async () => {
    const { own } = altinn
    if (own === null) throw new Error('The world has no organisation of its own')
    const grant = { clientId: own.clientId, kid: own.kid, key: own.key, organisation: own.organisation, scopes: ['altinn:correspondence.read', 'digdir:dialogporten'] }
    const before = await client.grant(grant)
    expect(before.ok ? null : before.failure.signIn).toMatchObject({ code: 'no-system-user', supportCode: 'MP-303' })

    const vendor = client.vendor('own', { clientId: own.clientId, kid: own.kid, key: own.key, scopes: ['altinn:authentication/systemuser.request.write', 'altinn:authentication/systemuser.request.read'] })
    const approval = new SystemUserApproval(client, vendor, remembering())
    const wanted = { kind: 'standard', systemId: own.systemId, partyOrgNo: own.organisation, resources: ['skd-brev'], accessPackages: [] } as const
    const first = await approval.ask(wanted)
    if (!first.ok) throw new Error(first.failure.message)
    expect(await approval.look()).toMatchObject({ end: 'waiting' })
    await decide(first.value.confirmUrl, 'avvis')
    expect(await approval.look()).toMatchObject({ end: 'refused' })
    // The refused one stands in the way no more.
    const second = await approval.ask(wanted)
    if (!second.ok) throw new Error(second.failure.message)
    expect(second.value.id).not.toBe(first.value.id)
    await decide(second.value.confirmUrl, 'godkjenn')
    expect(await approval.look()).toMatchObject({ end: 'accepted' })
    expect(await approval.pending()).toBeNull()

    const steps = await checkSignIn({ client, grant: () => Promise.resolve(grant) })
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual(['key ok', 'grant ok', 'exchange ok', 'parties ok', 'dialogporten ok', 'correspondence ok'])
  })
})

describe('what stands in the way of signing in', () => {
  it('is told with the identity, with a code for support, until it is gone', async () => {
    const course = await Course.begin(smallWorld((at) => [letter(1, at - 1000)]))
    try {
      await course.door('system-users', { held: false })
      const problem = { code: 'no-system-user', supportCode: 'MP-303', scopes: [] }
      expect(await course.engine.call('sync.run', { accountUuid: course.accountUuid })).toMatchObject({ ok: true, value: { stopped: { code: 'sign-in', canRetry: false, signIn: problem } } })
      expect((await course.call('sync.state', {})).accounts[0]).toMatchObject({ trouble: 'sign-in', signIn: problem })
      await course.door('system-users', { held: true })
      expect(await course.call('sync.run', { accountUuid: course.accountUuid })).toMatchObject({ stopped: null })
      expect((await course.call('sync.state', {})).accounts[0]).toMatchObject({ trouble: null, signIn: null })
      // What worked before and is gone was taken away, also after a restart.
      await course.engine.close()
      await course.door('system-users', { held: false })
      await course.startEngine()
      expect(await course.call('sync.run', { accountUuid: course.accountUuid })).toMatchObject({ stopped: { code: 'sign-in', signIn: { code: 'revoked', supportCode: 'MP-303' } } })
    } finally {
      await course.end()
    }
  })
})
