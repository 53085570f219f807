import Database from 'better-sqlite3'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { leaveAddress, takeAddressAway } from './address-file.ts'
import { identityOf } from './callers.ts'
import { correspondenceRoutes, health } from './correspondence/routes.ts'
import { publicRoutes } from './dialogporten/public.ts'
import { dialogportenRoutes } from './dialogporten/routes.ts'
import { EffectJournal } from './effects.ts'
import { type Fault, Faults } from './faults.ts'
import { type Aside, callOf, type Handler, type Reply, send, serveHttp } from './http.ts'
import { keptKey, ownOrganisationClient } from './identity/entrances.ts'
import { personsOf } from './identity/id-porten/persons.ts'
import { idPortenPath, personClientId } from './identity/id-porten/client.ts'
import { LoginStore } from './identity/id-porten/store.ts'
import { personKeys, tokenKeys } from './identity/keys.ts'
import { type Lifetimes, realLifetimes } from './identity/lifetimes.ts'
import { maskinportenPath } from './identity/maskinporten.ts'
import { identityDoors, identityRoutes, type Routes } from './identity/routes.ts'
import { Recorder } from './recorder.ts'
import { registryRoutes } from './registry.ts'
import { sideDoor } from './side-door.ts'
import { type Delays, LocalState, realDelays } from './state.ts'
import { share } from './times.ts'
import { type DemoClient, Tokens } from './tokens.ts'
import type { World } from './world/model.ts'
import { type Size, sizedWorld } from './world/sized.ts'

export type { DemoClient } from './tokens.ts'

export interface LocalAltinnOptions {
  /** Where the world lives; made when it is not there. */
  readonly folder: string
  /** Makes the world from its seed and anchor (ms since 1970, a whole minute). */
  readonly world: (seed: number, anchorAt: number) => World
  readonly seed: number
  /** A world of this size in place of `world`. A folder keeps the world it began with. */
  readonly size?: Size
  /** Whether an effect is on disk before the answer tells of it; without it a large run is not held up by the disk. */
  readonly durable?: boolean
  /** Keeps the requests for `/localtest/usage`. */
  readonly recordRequests?: boolean
  /** What goes wrong from the beginning. */
  readonly faults?: readonly Fault[]
  /** 0: any free port. */
  readonly port?: number
  /** Letters keep arriving about this often; 0: none. */
  readonly arrivalsEverySeconds?: number
  readonly clock?: () => number
  readonly delays?: Partial<Delays>
  readonly lifetimes?: Partial<Lifetimes>
  /** Whether the clients' private keys are kept in the folder, so that profiles made with them outlive a restart. */
  readonly keepKeys?: boolean
  /** Whether the zip of all attachments is switched on, as it is in production (altinn3.md 2.3). */
  readonly downloadAll?: boolean
  readonly report?: (error: unknown) => void
}

export interface LocalAltinn {
  /** Base URL of everything but Maskinporten. */
  readonly platform: string
  readonly maskinporten: string
  readonly idPorten: { readonly issuer: string; readonly clientId: string }
  readonly client: DemoClient
  /** A client of an organisation with a system of its own; only where keys are kept. */
  readonly own: (DemoClient & { readonly systemId: string }) | null
  readonly state: LocalState
  readonly faults: Faults
  /** Signs tokens for callers other than the world's own client (tokens.ts). */
  readonly issue: Tokens['issue']
  /** The services drop connections until `resume`; the side door answers. */
  pause(): void
  resume(): void
  close(): Promise<void>
}

/** Another process uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

const sizeFile = z.object({ recipients: z.number().int(), messages: z.number().int(), attachmentKb: z.number().int(), undelegated: z.number().int().exactOptional() })
const worldFile = z.object({ version: z.literal(1), name: z.string(), seed: z.number().int(), anchorAt: z.number().int(), size: sizeFile.optional() })
const minute = 60_000

/** Held while the folder is in use; the system frees it when the process ends in any way. */
function lockFolder(folder: string): { release(): void } {
  const db = new Database(join(folder, 'lock.db'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw new FolderInUse('Another process runs a local Altinn in this folder')
    throw error
  }
  return {
    release: () => {
      db.exec('ROLLBACK')
      db.close()
    },
  }
}

/** Seed and anchor of the folder's world; a new one begins now. */
function worldOf(options: LocalAltinnOptions, now: number): World {
  const path = join(options.folder, 'world.json')
  if (existsSync(path)) {
    const kept = worldFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    return (kept.size === undefined ? options.world : sizedWorld(kept.size))(kept.seed, kept.anchorAt)
  }
  const { size } = options
  const world = (size === undefined ? options.world : sizedWorld(size))(options.seed, Math.floor(now / minute) * minute)
  writeFileSync(`${path}.tmp`, JSON.stringify({ version: 1, name: world.name, seed: world.seed, anchorAt: world.anchorAt, ...(size === undefined ? {} : { size }) }), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
  return world
}

/**
 * Starts a local Altinn on 127.0.0.1. Its world goes on from where it was, on any port.
 * @throws {FolderInUse}, {JournalError}, or what the system says of folder and port.
 */
export async function startLocalAltinn(options: LocalAltinnOptions): Promise<LocalAltinn> {
  const clock = options.clock ?? Date.now
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(options.folder)
  let journal: EffectJournal | null = null
  try {
    const world = worldOf(options, clock())
    const opened = EffectJournal.open(join(options.folder, 'effects.jsonl'), options.durable ?? true)
    journal = opened.journal
    const state = new LocalState({ world, journal: opened.journal, before: opened.effects, clock, delays: { ...realDelays, ...options.delays } })
    const keys = await tokenKeys()
    const keepsKeys = options.keepKeys ?? false
    const tokens = new Tokens(state, keys, keepsKeys ? await keptKey(options.folder, 'clients', keys.client) : keys.client)
    const own = keepsKeys ? ownOrganisationClient(state, await keptKey(options.folder, 'own')) : null
    const lifetimes: Lifetimes = { ...realLifetimes, ...options.lifetimes }
    const persons = personsOf(world)
    const report = options.report ?? (() => undefined)
    let paused = false
    const power = {
      pause: () => {
        paused = true
      },
      resume: () => {
        paused = false
      },
    }
    const door = sideDoor(state, power)
    const faults = new Faults(state)
    for (const one of options.faults ?? []) faults.add(one)
    const recorder = new Recorder(options.recordRequests ?? false)
    const routes: Routes = [
      ...identityRoutes(state, tokens, keys, persons, lifetimes),
      ['/correspondence/api/v1', correspondenceRoutes(state, tokens, { downloadAll: options.downloadAll ?? true })],
      ['/health', health],
      ['/dialogporten/api/v1/enduser', dialogportenRoutes(state, tokens)],
      ['/dialogporten/api/v1', publicRoutes(tokens)],
      ['/resourceregistry/api/v1', registryRoutes(state)],
      ['/localtest/usage', recorder.door],
      ['/localtest/faults', faults.door],
      ...identityDoors(state, lifetimes),
      ['/localtest', door],
    ]
    const handler: Handler = (call) => {
      const route: Handler = (one) => routes.find(([prefix]) => one.path === prefix || one.path.startsWith(`${prefix}/`))?.[1](one) ?? { status: 404 }
      if (call.path.startsWith('/localtest')) return route(call)
      recorder.saw(call)
      return faults.answer(call, route)
    }
    let idPorten: Promise<RequestListener> | null = null
    /** Its key and its library wait for somebody to log in; its address is known once the server listens. */
    const beginIdPorten = async (): Promise<RequestListener> => {
      const { mountIdPorten } = await import('./identity/id-porten/mount.ts')
      return mountIdPorten({ issuer: `${tokens.platform}${idPortenPath}`, key: (await personKeys()).private, persons, clientOwner: identityOf(world).vendorOrganisation, lifetimes, clock, logins: new LoginStore(join(options.folder, 'idporten.json')), report })
    }
    /** ID-porten answers for itself; faults strike it like the rest. */
    const aside: Aside = async (request, response) => {
      const call = callOf(request, Buffer.alloc(0))
      if (!(call.path === idPortenPath || call.path.startsWith(`${idPortenPath}/`))) return false
      recorder.saw(call)
      const untouched: Reply = { status: 200 }
      const answer = await faults.answer(call, () => untouched)
      if (answer !== untouched) {
        send(response, answer)
        return true
      }
      idPorten ??= beginIdPorten()
      ;(await idPorten)(request, response)
      return true
    }
    const server = serveHttp(handler, (path) => paused && !path.startsWith('/localtest'), report, aside, clock)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    const platform = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    tokens.listenAt(platform)
    leaveAddress(options.folder, platform)

    let timer: NodeJS.Timeout | null = null
    const arrive = (): void => {
      state.record({ kind: 'Arrived', at: clock(), caller: 'sender', n: state.arrivals })
      waitForNext()
    }
    const waitForNext = (): void => {
      const every = options.arrivalsEverySeconds ?? 0
      // Between two thirds and four thirds of the mean, the same after each restart.
      if (every > 0) timer = setTimeout(arrive, every * 1000 * (2 / 3 + (2 / 3) * share(`arrival ${String(state.arrivals)}`)))
    }
    waitForNext()

    return {
      platform,
      maskinporten: `${platform}${maskinportenPath}`,
      idPorten: { issuer: `${platform}${idPortenPath}`, clientId: personClientId },
      client: tokens.client,
      own,
      state,
      faults,
      issue: (kind, claims, terms) => tokens.issue(kind, claims, terms),
      ...power,
      close: async () => {
        if (timer !== null) clearTimeout(timer)
        await new Promise<void>((resolve) => {
          server.close(() => {
            resolve()
          })
          server.closeAllConnections()
        })
        opened.journal.close()
        takeAddressAway(options.folder)
        lock.release()
      },
    }
  } catch (error) {
    journal?.close()
    lock.release()
    throw error
  }
}
