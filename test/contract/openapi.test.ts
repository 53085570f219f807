import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LocalAltinn, startLocalAltinn } from '../../main/localtest/index.ts'
import { demoWorld } from '../../main/localtest/world/demo.ts'
import { altinnToken } from '../localtest/sign.ts'

/** Dialogporten's own description, where a copy lies beside the project; it is not part of it. */
const path = join(import.meta.dirname, '..', '..', '..', 'shared', 'contract', 'dialogporten-enduser.openapi.json')
/** OpenAPI 3.0 allows `nullable` beside a reference, JSON Schema does not; this service leaves nulls out anyway. */
const withoutLooseNull = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'nullable'))
}

interface Schema {
  readonly $ref?: string
  readonly items?: { readonly $ref: string }
}
interface Document {
  readonly paths: Record<string, { readonly get: { readonly responses: Record<string, { readonly content: { readonly 'application/json': { readonly schema: Schema } } }> } }>
}

/** The dialogs of the demo that hold most: with a correspondence and its files, with transmissions, Altinn's reminder. */
function dialogsOf({ state }: LocalAltinn): readonly string[] {
  const { messages, otherDialogs } = state.world
  const letters = messages.filter((message) => message.attachments.length > 1 && message.transmissionOf === null).slice(0, 2).map((message) => message.dialogId)
  const others = [otherDialogs.find((other) => other.transmissions.length > 0), otherDialogs.find((other) => other.reminderFor !== null)]
  return [...letters, ...others.flatMap((other) => other?.id ?? [])]
}

describe('the local Altinn against Dialogporten\'s OpenAPI document', () => {
  it('every answer of the end-user API and of the public metadata fits its schema', async (context) => {
    if (!existsSync(path)) context.skip('the OpenAPI document of Dialogporten is not beside the project')
    const document = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), withoutLooseNull) as Document
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats.default(ajv)
    ajv.addFormat('guid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    ajv.addSchema(document, 'openapi')
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-openapi-'))
    const altinn = await startLocalAltinn({ folder, world: demoWorld, seed: 1 })
    try {
      const authorization = `Bearer ${await altinnToken(altinn)}`
      const get = async (address: string): Promise<Response> => await fetch(`${altinn.platform}/dialogporten${address}`, { headers: { authorization } })
      const fits = async (template: string, address: string): Promise<unknown> => {
        const answer = await get(address)
        expect([address, answer.status]).toEqual([address, 200])
        const schema = document.paths[template]?.get.responses['200']?.content['application/json'].schema ?? {}
        const validate = ajv.getSchema(`openapi${schema.$ref ?? schema.items?.$ref ?? ''}`)
        expect([template, typeof validate]).toEqual([template, 'function'])
        const body: unknown = await answer.json()
        for (const one of schema.$ref === undefined ? (body as readonly unknown[]) : [body]) {
          const isFit = validate?.(one)
          expect([template, (validate?.errors ?? []).slice(0, 5), isFit]).toEqual([template, [], true])
        }
        return body
      }
      const end = '/api/v1/enduser'
      const rights = altinn.state.world.identities[0]?.rights ?? []
      const message = altinn.state.world.messages.findLast(({ transmissionOf }) => transmissionOf === null)
      await fits(`${end}/dialogs`, `${end}/dialogs?${rights.map((one) => `party=${encodeURIComponent(one.party)}`).join('&')}&limit=1000`)
      await fits(`${end}/parties`, `${end}/parties`)
      await fits(`${end}/serviceresources`, `${end}/serviceresources?party=${encodeURIComponent(rights[0]?.party ?? '')}`)
      await fits(`${end}/dialoglookup`, `${end}/dialoglookup?instanceRef=urn:altinn:correspondence-id:${message?.id ?? ''}`)
      for (const address of ['/api/v1/metadata/limits', '/api/v1/metadata/serviceresources']) await fits(address, address)

      const found = dialogsOf(altinn)
      expect(found).toHaveLength(4)
      for (const id of found) {
        const labelled = await fetch(`${altinn.platform}/dialogporten${end}/dialogs/${id}/context/systemlabels`, { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ addLabels: ['Archive', 'MarkedAsUnopened'] }) })
        expect(labelled.status).toBe(204)
        await fits(`${end}/dialogs/{dialogId}`, `${end}/dialogs/${id}`)
        await fits(`${end}/dialogs/{dialogId}/context/labellog`, `${end}/dialogs/${id}/context/labellog`)
        for (const [kind, one] of [['transmissions', 'transmissionId'], ['activities', 'activityId'], ['seenlog', 'seenLogId']] as const) {
          const list = (await fits(`${end}/dialogs/{dialogId}/${kind}`, `${end}/dialogs/${id}/${kind}`)) as readonly { readonly id: string }[]
          for (const item of list.slice(0, 2)) await fits(`${end}/dialogs/{dialogId}/${kind}/{${one}}`, `${end}/dialogs/${id}/${kind}/${item.id}`)
        }
      }
    } finally {
      await altinn.close()
      rmSync(folder, { recursive: true })
    }
  })
})
