import { z } from 'zod'
import { connectWay, stepResult } from '../../preload/contract/connect.ts'
import { guid, time } from '../../preload/contract/shapes.ts'
import type { NewLedgerEvent } from '../store/ledger/events.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import { Refusal } from './errors.ts'
import { Turns } from './turns.ts'

const requestState = z.enum(['waiting', 'accepted', 'refused', 'timed-out'])

/**
 * What is known of one way in, kept as a setting of the ledger from its beginning, so that days may pass between the steps.
 * Nothing of it is secret: key, login and the link to an approval lie sealed beside the ledger under the same uuid.
 */
const connectRecord = z.object({
  way: connectWay,
  name: z.string(),
  organisation: z.string().nullable(),
  clientId: z.string().nullable(),
  /** Given by hand. */
  kid: z.string().nullable(),
  /** The sealed key, by what may be shown. */
  key: z.object({ kid: z.string().nullable(), certificate: z.object({ organisation: z.string().nullable(), notAfter: time }).nullable() }).nullable(),
  systemId: z.string().nullable(),
  externalRef: z.string().nullable(),
  packages: z.array(z.string()),
  resources: z.array(z.string()),
  request: z.object({ id: guid, state: requestState, askedAt: time, seenAt: time.nullable() }).nullable(),
  /** The last login of a person, before it is an identity: the ledger has it afterwards. */
  login: z.object({ at: time, endsAt: time.nullable() }).nullable(),
  checked: z.object({ at: time, results: z.array(stepResult) }).nullable(),
  /** What its client was found to be granted; null before that was tried. */
  scopes: z.array(z.string()).nullable(),
  begunAt: time,
})
export type ConnectRecord = z.infer<typeof connectRecord>

export const newRecord = (way: ConnectRecord['way'], name: string, begunAt: number): ConnectRecord => ({
  way, name, organisation: null, clientId: null, kid: null, key: null, systemId: null, externalRef: null, packages: [], resources: [], request: null, login: null, checked: null, scopes: null, begunAt,
})

const prefix = 'connect.'

/** The ways in that were begun, in the ledger. */
export class ConnectRecords {
  readonly #ledger: Pick<Ledger, 'setting' | 'settings' | 'appendAll'>
  /** Read, changed and written as one step. */
  readonly #turns = new Turns()

  constructor(ledger: Pick<Ledger, 'setting' | 'settings' | 'appendAll'>) {
    this.#ledger = ledger
  }

  async all(): Promise<ReadonlyMap<string, ConnectRecord>> {
    const settings = Object.entries(await this.#ledger.settings())
    return new Map(settings.flatMap(([name, value]) => (name.startsWith(prefix) && value !== null ? [[name.slice(prefix.length), connectRecord.parse(value)]] : [])))
  }

  /** null when there is none, or it was removed. */
  async find(uuid: string): Promise<ConnectRecord | null> {
    const value = await this.#ledger.setting(prefix + uuid)
    return value === null ? null : connectRecord.parse(value)
  }

  async add(uuid: string, record: ConnectRecord): Promise<void> {
    await this.#turns.take(uuid, () => this.#write(uuid, record, []))
  }

  /** @param also events that belong to the change: both are written or neither. @throws {Refusal} 'not-found' */
  async change(uuid: string, change: (record: ConnectRecord) => ConnectRecord, also: readonly NewLedgerEvent[] = []): Promise<ConnectRecord> {
    return await this.#turns.take(uuid, async () => {
      const before = await this.find(uuid)
      if (before === null) throw new Refusal('not-found', 'There is no such connection')
      const after = change(before)
      if (after !== before || also.length > 0) await this.#write(uuid, after, also)
      return after
    })
  }

  async remove(uuid: string): Promise<void> {
    await this.#turns.take(uuid, async () => {
      if ((await this.find(uuid)) !== null) await this.#write(uuid, null, [])
    })
  }

  async #write(uuid: string, value: ConnectRecord | null, also: readonly NewLedgerEvent[]): Promise<void> {
    await this.#ledger.appendAll([{ type: 'setting-changed', name: prefix + uuid, value }, ...also])
  }
}
