import { z } from 'zod'
import type { Caller } from './call.ts'
import { readJson } from './json.ts'
import { type Outcome, failure } from './outcome.ts'

/** Which services are confidential, and which may hold both kinds (altinn3.md 1.8); bare resource ids. */
export interface ConfidentialResources {
  readonly confidential: readonly string[]
  readonly mixed: readonly string[]
}

const confidentialPackage = 'urn:altinn:accesspackage:post-til-virksomheten-med-taushetsbelagt-innhold'
const explicitPackage = 'urn:altinn:accesspackage:eksplisitt'

const pageWire = z.object({
  links: z.object({ next: z.string().nullish() }).nullish(),
  data: z.array(z.object({ subject: z.object({ urn: z.string() }), resources: z.array(z.object({ value: z.string() })) })),
})

/**
 * Which services each subject of their policies reaches: bare resource ids by the subject's URN. Needs no token and touches
 * no message.
 */
export async function servicesBySubject(caller: Caller, platform: string, subjects: readonly string[], signal?: AbortSignal): Promise<Outcome<ReadonlyMap<string, ReadonlySet<string>>>> {
  const first = `${platform}/resourceregistry/api/v1/resource/bysubjects/`
  const reached = new Map<string, Set<string>>(subjects.map((urn) => [urn, new Set()]))
  const asked = new Set<string>()
  for (let url = first; ; ) {
    const outcome: Outcome<string> = await caller.query({ route: 'resource/bysubjects', url, accept: 'application/json', signal }, JSON.stringify(subjects))
    if (!outcome.ok) return outcome
    const page = readJson(pageWire, outcome.value)
    if ('problem' in page) return { ok: false, failure: failure('schema', page.problem, { status: 200 }), exchange: outcome.exchange }
    for (const { subject, resources } of page.value.data) for (const { value } of resources) reached.get(subject.urn)?.add(value)
    asked.add(url)
    const next = page.value.links?.next ?? null
    // An address in an answer is followed only within the platform itself, and no page twice.
    if (next === null || !URL.canParse(next) || new URL(next).origin !== new URL(first).origin || asked.has(next)) return { ok: true, value: reached, exchange: outcome.exchange }
    url = next
  }
}

/** Which services are confidential, asked of the resource registry. */
export async function confidentialResources(caller: Caller, platform: string, signal?: AbortSignal): Promise<Outcome<ConfidentialResources>> {
  const outcome = await servicesBySubject(caller, platform, [confidentialPackage, explicitPackage], signal)
  if (!outcome.ok) return outcome
  const explicit = outcome.value.get(explicitPackage) ?? new Set()
  const confidential = [...(outcome.value.get(confidentialPackage) ?? [])].filter((id) => !explicit.has(id))
  return { ...outcome, value: { confidential: confidential.sort(), mixed: [...explicit].sort() } }
}

/** A text in the languages that its owner wrote it in; keys as the registry has them (`nb`, `nn`, `en`). */
export type NameTexts = Readonly<Record<string, string>>

/** A service as its owner names it. */
export interface ServiceName {
  readonly title: NameTexts
  readonly owner: NameTexts | null
}

/** Longest name that is kept: it is somebody else's text. */
const longestName = 300
const texts = z.record(z.string(), z.string().nullish()).transform((all): NameTexts => Object.fromEntries(Object.entries(all).flatMap(([language, text]) => (text == null || text.trim() === '' ? [] : [[language, text.trim().slice(0, longestName)]]))))
const serviceWire = z.object({ title: texts, hasCompetentAuthority: z.object({ name: texts.nullish() }).nullish() })

/** How a service is called; needs no token. A failure of kind `not-found` where the registry knows none of this id. */
export async function serviceName(caller: Caller, platform: string, resource: string, signal?: AbortSignal): Promise<Outcome<ServiceName>> {
  const outcome = await caller.json(null, { route: 'resource/{id}', url: `${platform}/resourceregistry/api/v1/resource/${encodeURIComponent(resource)}`, accept: 'application/json', signal }, serviceWire)
  return outcome.ok ? { ...outcome, value: { title: outcome.value.title, owner: outcome.value.hasCompetentAuthority?.name ?? null } } : outcome
}
