import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { Tokens } from '../tokens.ts'
import type { RegisteredSystem } from './effects.ts'
import { authProblem, bodyOf, validationProblem } from './problems.ts'
import { authenticationPath, packageShape, partsAfter, resourcesOf, rightShape, rightWire, vendorOf } from './vendor.ts'

export const registerPath = `${authenticationPath}/systemregister/vendor`

const texts = z.object({ nb: z.string().min(1), nn: z.string().min(1), en: z.string().min(1) })
const systemBody = z.object({
  id: z.string().regex(/^\d{9}_[^\s/]+$/, 'must be the number of the vendor, an underscore and a name'),
  vendor: z.object({ id: z.string().regex(/^0192:\d{9}$/) }),
  name: texts,
  description: texts,
  rights: z.array(rightShape).default([]),
  accesspackages: z.array(packageShape).default([]),
  clientid: z.array(z.string().min(1)).min(1),
  allowedredirecturls: z.array(z.url()).default([]),
  isvisible: z.boolean().default(true),
})

const wire = (system: RegisteredSystem) => ({
  id: system.id, vendor: { authority: 'iso6523-actorid-upis', ID: `0192:${system.vendor}` }, name: system.name, description: system.description, rights: system.rights.map(rightWire),
  accessPackages: system.accessPackages.map((urn) => ({ urn })), isDeleted: false, clientId: system.clientIds, isVisible: system.isVisible, allowedRedirectUrls: system.redirectUrls,
})

/** The vendor's part of the system register: which clients are which system, and what it may ask for (altinn3.md 1.4). */
export function registerRoutes(state: LocalState, tokens: Tokens): Handler {
  const keep = (system: RegisteredSystem): void => { state.record({ kind: 'SystemRegistered', at: state.now(), caller: 'vendor', system }) }

  /** A body made a system, or the problem with it. */
  const systemOf = (call: Call, vendor: string): RegisteredSystem | { readonly problem: Reply } => {
    const asked = bodyOf(systemBody, call.body)
    if ('problem' in asked) return asked
    const { value } = asked
    const rights = resourcesOf(value.rights)
    const errors: (readonly [string, string])[] = []
    if (value.vendor.id !== `0192:${vendor}`) errors.push(['$.vendor.ID', 'The vendor must be the organisation of the token'])
    if (!value.id.startsWith(`${vendor}_`)) errors.push(['$.id', 'The id must begin with the number of the vendor and an underscore'])
    if (rights.some((id) => state.resource(id) === undefined)) errors.push(['$.rights', 'One or more resources do not exist'])
    const elsewhere = value.clientid.some((id) => state.systemUsers.systems().some((system) => system.id !== value.id && system.clientIds.includes(id)))
    if (elsewhere) errors.push(['$.clientId', 'A client id belongs to another system already'])
    if (errors.length > 0) return { problem: validationProblem(errors) }
    return {
      id: value.id, vendor, name: value.name, description: value.description, clientIds: value.clientid, rights: [...rights], accessPackages: value.accesspackages.map(({ urn }) => urn), redirectUrls: value.allowedredirecturls,
      isVisible: value.isvisible,
    }
  }

  const create = (call: Call, vendor: string): Reply => {
    const system = systemOf(call, vendor)
    if ('problem' in system) return system.problem
    if (state.systemUsers.system(system.id) !== undefined) return validationProblem([['$.id', 'The system id exists already']])
    keep(system)
    return json(200, randomUUID())
  }

  const change = (call: Call, vendor: string, before: RegisteredSystem, part: string): Reply => {
    if (part === 'rights') {
      const asked = bodyOf(z.array(rightShape), call.body)
      if ('problem' in asked) return asked.problem
      const rights = resourcesOf(asked.value)
      if (rights.some((id) => state.resource(id) === undefined)) return validationProblem([['$.rights', 'One or more resources do not exist']])
      keep({ ...before, rights: [...rights] })
    } else if (part === 'accesspackages') {
      const asked = bodyOf(z.array(packageShape), call.body)
      if ('problem' in asked) return asked.problem
      keep({ ...before, accessPackages: asked.value.map(({ urn }) => urn) })
    } else {
      const system = systemOf(call, vendor)
      if ('problem' in system) return system.problem
      if (system.id !== before.id) return validationProblem([['$.id', 'The id of a system cannot be changed']])
      keep(system)
    }
    return json(200, { success: true })
  }

  return async (call) => {
    const asked = await vendorOf(tokens, call, 'register')
    if ('reply' in asked) return asked.reply
    const [id, part = '', ...rest] = partsAfter(call, registerPath) ?? ['?', '', '']
    if (id === undefined) return call.method === 'POST' ? create(call, asked.vendor) : { status: 405, headers: { allow: 'POST' } }
    const system = state.systemUsers.system(id)
    if (rest.length > 0 || !['', 'rights', 'accesspackages'].includes(part.toLowerCase())) return { status: 404 }
    if (system === undefined) return authProblem(11)
    if (system.vendor !== asked.vendor) return { status: 403 }
    if (call.method === 'GET' && part === '') return json(200, wire(system))
    return call.method === 'PUT' ? change(call, asked.vendor, system, part.toLowerCase()) : { status: 405, headers: { allow: part === '' ? 'GET, PUT' : 'PUT' } }
  }
}
