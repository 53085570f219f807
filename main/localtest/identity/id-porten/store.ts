import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { z } from 'zod'
import { parsedOrNull } from '../../json.ts'

const file = z.object({
  version: z.literal(1),
  cookieKey: z.string(),
  rows: z.array(z.tuple([z.string(), z.object({ payload: z.record(z.string(), z.unknown()), until: z.number().nullable() })])),
})
type Row = z.infer<typeof file>['rows'][number][1]

/**
 * What ID-porten remembers between a login's steps and afterwards: sessions, consents, codes, refresh tokens. Kept in one file,
 * so that a person's login outlives a restart of the local Altinn as it would at the real service.
 */
export class LoginStore {
  readonly #path: string
  readonly #rows: Map<string, Row>
  readonly cookieKey: string

  /** @param path of the file, made when something is kept; one that cannot be read is begun anew: it costs a login, no more */
  constructor(path: string) {
    this.#path = path
    const kept = file.safeParse(existsSync(path) ? parsedOrNull(readFileSync(path, 'utf8')) : null)
    this.#rows = new Map(kept.success ? kept.data.rows : [])
    this.cookieKey = kept.success ? kept.data.cookieKey : randomBytes(32).toString('base64url')
  }

  readonly adapter = (name: string): Adapter => {
    const key = (id: string): string => `${name} ${id}`
    const find = (id: string): Promise<AdapterPayload | undefined> => Promise.resolve(this.#standing(key(id)))
    const findBy = (field: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> => {
      const found = [...this.#rows.keys()].find((one) => one.startsWith(`${name} `) && this.#standing(one)?.[field] === value)
      return Promise.resolve(found === undefined ? undefined : this.#standing(found))
    }
    return {
      upsert: (id, payload, expiresIn) => {
        this.#rows.set(key(id), { payload: { ...payload }, until: expiresIn === undefined ? null : Date.now() + expiresIn * 1000 })
        return this.#save()
      },
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (code) => findBy('userCode', code),
      consume: (id) => {
        const row = this.#rows.get(key(id))
        if (row !== undefined) this.#rows.set(key(id), { ...row, payload: { ...row.payload, consumed: Math.floor(Date.now() / 1000) } })
        return this.#save()
      },
      destroy: (id) => {
        this.#rows.delete(key(id))
        return this.#save()
      },
      revokeByGrantId: (grantId) => {
        for (const [one, { payload }] of this.#rows) if (payload['grantId'] === grantId) this.#rows.delete(one)
        return this.#save()
      },
    }
  }

  #standing(key: string): AdapterPayload | undefined {
    const row = this.#rows.get(key)
    return row === undefined || (row.until !== null && row.until < Date.now()) ? undefined : row.payload
  }

  #save(): Promise<void> {
    for (const [key, { until }] of this.#rows) if (until !== null && until < Date.now()) this.#rows.delete(key)
    writeFileSync(`${this.#path}.tmp`, JSON.stringify({ version: 1, cookieKey: this.cookieKey, rows: [...this.#rows] }), { mode: 0o600 })
    renameSync(`${this.#path}.tmp`, this.#path)
    return Promise.resolve()
  }
}
