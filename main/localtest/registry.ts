import { z } from 'zod'
import { type Handler, json } from './http.ts'
import type { LocalState } from './state.ts'

const packages: Readonly<Record<string, 'confidential' | 'mixed'>> = {
  'urn:altinn:accesspackage:post-til-virksomheten-med-taushetsbelagt-innhold': 'confidential',
  'urn:altinn:accesspackage:eksplisitt': 'mixed',
}

/** The resource registry's question which services a package reaches; needs no token (altinn3.md 1.8). */
export function registryRoutes(state: LocalState): Handler {
  return (call) => {
    if (call.path !== '/resourceregistry/api/v1/resource/bysubjects') return { status: 404 }
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
    let subjects: readonly string[]
    try {
      subjects = z.array(z.string()).parse(JSON.parse(call.body.toString('utf8')))
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return json(400, { title: 'One or more validation errors occurred.', status: 400 })
      throw error
    }
    const data = subjects.flatMap((urn) => {
      const flag = packages[urn]
      if (flag === undefined) return []
      const resources = state.world.resources.filter((resource) => resource[flag])
      const [, , type = '', value = ''] = urn.split(':')
      return [{ subject: { type: `urn:altinn:${type}`, value, urn }, resources: resources.map(({ id }) => ({ type: 'urn:altinn:resource', value: id, urn: `urn:altinn:resource:${id}` })) }]
    })
    return json(200, { links: { next: null }, data })
  }
}
