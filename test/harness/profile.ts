import { randomUUID } from 'node:crypto'
import type { RequestName, RequestOf, ResponseOf } from '../../preload/contract/index.ts'
import { type Engine, type EngineOptions, openEngine } from '../../main/engine.ts'
import type { DemoAltinn } from '../../main/shell/demo.ts'
import { createKeys, openKeys } from '../../main/store/keys.ts'

/** A request of the contract that must succeed. */
export async function must<Name extends RequestName>(engine: Pick<Engine, 'call'>, name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
  const result = await engine.call(name, request)
  if (!result.ok) throw new Error(`${name}: ${result.error.code} (${result.error.detail})`)
  return result.value
}

/** An engine on a profile of its own, signed in to a local Altinn. */
export interface HarnessProfile {
  readonly engine: Engine
  readonly accountUuid: string
}

/** What an engine needs to reach a local Altinn as its client. */
export function reach({ platform, maskinporten, client }: DemoAltinn): Pick<EngineOptions, 'environment' | 'grantOf' | 'person' | 'userAgent' | 'room'> {
  return {
    environment: { name: 'local', platform, maskinporten: { issuer: `${maskinporten}/`, token: `${maskinporten}/token` } },
    grantOf: ({ clientId, organisation, scopes }) => Promise.resolve({ clientId, organisation, scopes, kid: client.kid, key: client.key }),
    person: 'harness',
    userAgent: 'Meldingsboks harness',
    // The reserve of a real profile would only wear the disk here.
    room: { reserveBytes: 1024 * 1024 },
  }
}

/** Makes a profile whose key lies in a file, as the demo's does; every file is encrypted as always. */
export async function makeProfile(folder: string): Promise<void> {
  await createKeys(folder, { kind: 'demo-file' }, { name: 'local', loopback: true })
}

/** Opens the profile in `folder` as it is, towards a local Altinn. */
export async function openBare(folder: string, altinn: DemoAltinn, options: Partial<EngineOptions> = {}): Promise<Engine> {
  return await openEngine({ folder, keys: await openKeys(folder, { kind: 'demo-file' }), ...reach(altinn), ...options })
}

/** Opens the profile in `folder`; adds the identity and its consent where it has none. */
export async function openProfile(folder: string, altinn: DemoAltinn, options: Partial<EngineOptions> = {}): Promise<HarnessProfile> {
  const engine = await openBare(folder, altinn, options)
  const { accounts } = await must(engine, 'sync.state', {})
  const known = accounts[0]?.accountUuid
  if (known !== undefined) return { engine, accountUuid: known }
  const accountUuid = randomUUID()
  const { clientId, kid, organisation, scopes } = altinn.client
  await must(engine, 'accounts.add', { uuid: accountUuid, clientId, kid, organisation, scopes: [...scopes], name: 'Harness' })
  await must(engine, 'consent.give', { accountUuid, fromAt: null, parties: null, attachments: true, by: 'command-line' })
  return { engine, accountUuid }
}
