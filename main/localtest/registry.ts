import { z } from 'zod'
import { confidentialPackage } from './identity/system-users.ts'
import { type Handler, json } from './http.ts'
import { parsedOrNull } from './json.ts'
import type { LocalState } from './state.ts'
import type { WorldResource } from './world/model.ts'

const prefix = '/resourceregistry/api/v1/resource/'
const explicitPackage = 'urn:altinn:accesspackage:eksplisitt'
const packagePrefix = 'urn:altinn:accesspackage:'

/** Services that a package reaches: the confidential ones and the mixed ones have their own, the others have all the rest, as rights are given here. */
function reachedBy(subject: string, resources: readonly WorldResource[]): readonly WorldResource[] | null {
  if (!subject.startsWith(packagePrefix)) return null
  if (subject === confidentialPackage) return resources.filter((resource) => resource.confidential)
  if (subject === explicitPackage) return resources.filter((resource) => resource.mixed)
  return resources.filter((resource) => !resource.confidential)
}

/** The public texts of a service (altinn3.md 1.8). */
const wire = ({ id, title, owner, type }: WorldResource) => ({
  identifier: id, title, description: title, resourceType: type, hasCompetentAuthority: { organization: owner.orgNumber, orgcode: owner.code, name: owner.name },
})

/** The resource registry: which services a package reaches, and how a service is called; needs no token (altinn3.md 1.8). */
export function registryRoutes(state: LocalState): Handler {
  const { resources } = state.world
  return (call) => {
    if (!call.path.startsWith(prefix)) return { status: 404 }
    const path = decodeURIComponent(call.path.slice(prefix.length))
    if (path !== 'bysubjects') {
      if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
      const found = resources.find(({ id }) => id.toLowerCase() === path)
      return found === undefined ? { status: 404 } : json(200, wire(found))
    }
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
    const asked = z.array(z.string()).safeParse(parsedOrNull(call.body.toString('utf8')))
    if (!asked.success) return json(400, { title: 'One or more validation errors occurred.', status: 400 })
    const data = asked.data.flatMap((urn) => {
      const reached = reachedBy(urn, resources)
      if (reached === null) return []
      const [, , type = '', value = ''] = urn.split(':')
      return [{ subject: { type: `urn:altinn:${type}`, value, urn }, resources: reached.map(({ id }) => ({ type: 'urn:altinn:resource', value: id, urn: `urn:altinn:resource:${id}` })) }]
    })
    return json(200, { links: { next: null }, data })
  }
}
