import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startLocalAltinn } from '../../main/localtest/index.ts'
import { demoWorld } from '../../main/localtest/world/demo.ts'
import { altinnToken } from '../localtest/sign.ts'

/** Dialogporten's own description, where a copy lies beside the project; it is not part of it. */
const path = join(import.meta.dirname, '..', '..', '..', 'shared', 'contract', 'dialogporten-enduser.openapi.json')
/** OpenAPI 3.0 allows `nullable` beside a reference, JSON Schema does not; this service leaves nulls out anyway. */
const withoutLooseNull = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'nullable'))
}

const base = '/dialogporten/api/v1/enduser'

describe('the local Altinn against Dialogporten\'s OpenAPI document', () => {
  it('every answer of search, parties, look-up and service resources fits its schema', async (context) => {
    if (!existsSync(path)) context.skip('the OpenAPI document of Dialogporten is not beside the project')
    const document = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), withoutLooseNull) as { paths: Record<string, { get: { responses: Record<string, { content: { 'application/json': { schema: { $ref: string } } } }> } }> }
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats.default(ajv)
    ajv.addFormat('guid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    ajv.addSchema(document, 'openapi')
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-openapi-'))
    const altinn = await startLocalAltinn({ folder, world: demoWorld, seed: 1 })
    try {
      const token = await altinnToken(altinn)
      const [right] = altinn.state.world.identities[0]?.rights ?? []
      const party = encodeURIComponent(right?.party ?? '')
      const message = altinn.state.world.messages.at(-1)
      const checks: readonly (readonly [template: string, query: string])[] = [
        ['/api/v1/enduser/dialogs', `?${(altinn.state.world.identities[0]?.rights ?? []).map((one) => `party=${encodeURIComponent(one.party)}`).join('&')}&limit=1000`],
        ['/api/v1/enduser/parties', ''],
        ['/api/v1/enduser/serviceresources', `?party=${party}`],
        ['/api/v1/enduser/dialoglookup', `?instanceRef=urn:altinn:correspondence-id:${message?.id ?? ''}`],
      ]
      for (const [template, query] of checks) {
        const answer = await fetch(`${altinn.platform}${base}${template.slice('/api/v1/enduser'.length)}${query}`, { headers: { authorization: `Bearer ${token}` } })
        expect([template, answer.status]).toEqual([template, 200])
        const { $ref } = document.paths[template]?.get.responses['200']?.content['application/json'].schema ?? { $ref: '' }
        const validate = ajv.getSchema(`openapi${$ref}`)
        expect(validate).toBeTypeOf('function')
        const fits = validate?.(await answer.json())
        expect([template, (validate?.errors ?? []).slice(0, 5), fits]).toEqual([template, [], true])
      }
    } finally {
      await altinn.close()
      rmSync(folder, { recursive: true })
    }
  })
})
