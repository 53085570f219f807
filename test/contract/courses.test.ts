import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { World } from '../../main/localtest/world/model.ts'
import { enduser, Service } from '../localtest/service.ts'
import { dialogIdOf, orgUrn } from '../localtest/small-world.ts'
import { Bindings, courseDifferences } from './course-compare.ts'
import { courseRow, courseSend } from './courses.ts'
import { dialogNames, dialogParty } from './dialog-world.ts'
import { recordedWorld } from './world.ts'

const rows = z.array(z.looseObject({ file: z.string() })).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')))
const courses = rows.flatMap((row) => ('course' in row ? [courseRow.parse(row)] : []))
const step = z.looseObject({
  ms: z.number().optional(),
  request: z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string().nullable()).optional(), body: z.unknown().optional() }).optional(),
  response: z.looseObject({ status: z.number(), headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional() }).optional(),
})
const recording = z.object({ steps: z.array(step) })
const personUuid = '00000009-0000-4000-8000-000000000099'
/** What a step without a request tells of the dialog that the course is about. */
const watched = ['systemLabel', 'endUserContext', 'updatedAt', 'contentUpdatedAt', 'isContentSeen', 'hasUnopenedContent', 'seenSinceLastUpdate', 'seenSinceLastContentUpdate'] as const

let altinn: Service
async function start({ organisation, person }: z.infer<typeof courseRow>['course']): Promise<void> {
  const urn = `urn:altinn:person:identifier-no:${person ?? ''}`
  const world = (seed: number, anchorAt: number): World => {
    const made = recordedWorld(seed, anchorAt)
    const [anybody] = made.parties
    const asPerson = person === undefined || anybody === undefined ? {} : { parties: [...made.parties, { ...anybody, urn, number: person, name: 'TEST PERSON', kind: 'Person' as const, partyId: 99, partyUuid: personUuid }], persons: [{ urn, rights: [] }] }
    return { ...made, ...asPerson, identities: made.identities.map((identity) => ({ ...identity, organisation, rights: [...identity.rights, { party: orgUrn(organisation), resources: 'all' as const }] })) }
  }
  altinn = new Service({ world, delays: { confirm: [3200, 3300], reminder: 60_000 } })
  await altinn.start()
  if (person !== undefined) altinn.useToken(await altinn.altinn.issue('altinn', { pid: person, 'urn:altinn:authlevel': '4', scope: 'altinn:correspondence.read digdir:dialogporten' }))
}
afterEach(async () => {
  await altinn.end()
})

const named = (text: string): string => text
  .replace(/\{dialog:([\w-]+)\}/g, (_, name: string) => dialogIdOf(dialogNames[name] ?? 0))
  .replace(/\{now([+-]\d+)?\}/g, (_, ms: string | undefined) => new Date(altinn.now + Number(ms ?? 0)).toISOString())

/** Messages of the course, sent as its sender did, with the ids that the recording calls them by. */
async function sendAll(sends: z.infer<typeof courseRow>['course']['sends'], bindings: Bindings): Promise<void> {
  for (const { as, body } of sends) {
    const filled = JSON.parse(named(bindings.filled(JSON.stringify(body)))) as unknown
    const answer = await altinn.call('POST', '/localtest/send', filled)
    expect([JSON.stringify(answer.body), answer.status]).toEqual([expect.stringContaining('correspondenceId'), 201])
    const ids = answer.body as Readonly<Record<string, string>>
    const message = altinn.altinn.state.message(ids['correspondenceId'] ?? '')
    for (const [name, recorded] of Object.entries(as)) {
      const served = name.startsWith('attachment') ? message?.sent.attachments[Number(name.slice('attachment'.length))]?.id : ids[name]
      if (served === undefined) throw new Error(`Nothing was sent that is called ${name}`)
      bindings.bind(recorded, served)
    }
  }
}

const tokenIn = (body: unknown): string | null => (typeof body === 'object' && body !== null && 'dialogToken' in body && typeof body.dialogToken === 'string' ? body.dialogToken : null)

/** Lists were reduced to whether the message of the course is in them. */
function withContained(recorded: unknown, served: unknown, sends: z.infer<typeof courseRow>['course']['sends'], bindings: Bindings): unknown {
  if (typeof recorded !== 'object' || recorded === null || !('contains' in recorded) || typeof served !== 'object') return served
  const text = JSON.stringify(served)
  return { contains: Object.values(sends[0]?.as ?? {}).some((id) => text.includes(bindings.filled(id))) }
}

async function before(calls: readonly string[], bindings: Bindings): Promise<void> {
  for (const call of calls) {
    if (call.startsWith('send ')) {
      await sendAll([courseSend.parse(JSON.parse(call.slice('send '.length)))], bindings)
      continue
    }
    const [, method = '', path = '', body] = /^(\w+) (\S+)(?: (.*))?$/.exec(named(bindings.filled(call))) ?? []
    if (method === 'wait') altinn.offset += Number(path)
    else expect([call, (await altinn.call(method, path, body)).status < 300]).toEqual([call, true])
  }
}

describe('the local Altinn goes through a course as the real one did', () => {
  it.each(courses)('$file', async ({ file, course }) => {
    const { steps } = recording.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'recorded', file), 'utf8')))
    await start(course)
    const bindings = new Bindings()
    for (const [recorded, served] of Object.entries(course.ids)) if (served !== '{reminder}') bindings.bind(recorded, named(served))
    await sendAll(course.sends, bindings)
    altinn.offset += 6000
    await before(course.setUp, bindings)
    altinn.altinn.state.settle()
    const reminder = [...altinn.altinn.state.others()].findLast((other) => other.reminderFor !== null && other.party === orgUrn(course.organisation))
    for (const [recorded, served] of Object.entries(course.ids)) if (served === '{reminder}') bindings.bind(recorded, reminder?.id ?? '')
    let last = steps.find((one) => one.ms !== undefined)?.ms ?? 0
    const found: string[] = []
    let dialogToken = ''
    for (const [n, one] of steps.entries()) {
      altinn.offset += Math.max(0, (one.ms ?? last) - last)
      last = one.ms ?? last
      await before(course.before[String(n)] ?? [], bindings)
      if (course.leftOut[String(n)] !== undefined) continue
      const told = (list: readonly string[]): void => {
        found.push(...list.map((text) => `step ${String(n)}${text}`).filter((text) => !course.except.some((path) => text.replace(/^step \d+/, '').startsWith(`${path}: `))))
      }
      if (one.request === undefined) {
        // The state of the dialog between two calls.
        if (!watched.some((key) => key in one)) continue
        const id = bindings.filled(course.watch ?? '')
        const { items } = await altinn.get<{ items: { id: string }[] }>(`${enduser}/dialogs?party=${dialogParty}&limit=1000`)
        told(courseDifferences(Object.fromEntries(watched.flatMap((key) => (key in one ? [[key, one[key]]] : []))), items.find((item) => item.id === id), bindings))
        continue
      }
      const { method, path, headers = {}, body } = one.request
      const sent = body === undefined || body === null ? undefined : bindings.filled(typeof body === 'string' ? body : JSON.stringify(body))
      const given = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === null || ['authorization', 'user-agent'].includes(name.toLowerCase()) ? [] : [[name.toLowerCase(), bindings.filled(value)]])))
      const withDialogToken = Object.values(headers).some((value) => value?.includes('dialog token') === true)
      const answer = await altinn.call(method, bindings.filled(path), sent, { ...given, ...(withDialogToken && dialogToken !== '' ? { authorization: `Bearer ${dialogToken}` } : {}) })
      dialogToken = tokenIn(answer.body) ?? dialogToken
      const { response } = one
      if (answer.status !== response?.status) {
        told([`: ${String(response?.status)} recorded, ${String(answer.status)} served (${method} ${path})`])
        continue
      }
      // Of courses only some headers were kept.
      told(['content-type', 'cache-control', 'allow'].flatMap((name) => {
        const [wanted, got] = [response.headers?.[name], answer.headers.get(name)]
        return wanted === undefined || wanted === got ? [] : [`: ${name} ${wanted} recorded, ${String(got)} served`]
      }))
      const etag = [response.headers?.['etag'], answer.headers.get('etag')] as const
      if (etag[0] !== undefined) told([etag[1] === null ? 'no ETag' : bindings.meet(etag[0], etag[1])].flatMap((text) => (text === null ? [] : [`/etag: ${text}`])))
      told(courseDifferences(response.body === '' ? undefined : response.body, withContained(response.body, answer.body, course.sends, bindings), bindings))
    }
    expect(found).toEqual([])
  })
})
