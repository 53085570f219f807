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

/** Asks the resource registry, which needs no token and touches no message. */
export async function confidentialResources(caller: Caller, platform: string, signal?: AbortSignal): Promise<Outcome<ConfidentialResources>> {
  const first = `${platform}/resourceregistry/api/v1/resource/bysubjects/`
  const confidential = new Set<string>()
  const explicit = new Set<string>()
  let url: string | null = first
  for (;;) {
    const outcome: Outcome<string> = await caller.query({ route: 'resource/bysubjects', url, accept: 'application/json', signal }, JSON.stringify([confidentialPackage, explicitPackage]))
    if (!outcome.ok) return outcome
    const page = readJson(pageWire, outcome.value)
    if ('problem' in page) return { ok: false, failure: failure('schema', page.problem, { status: 200 }), exchange: outcome.exchange }
    for (const { subject, resources } of page.value.data) {
      const found = subject.urn === confidentialPackage ? confidential : subject.urn === explicitPackage ? explicit : null
      for (const resource of resources) found?.add(resource.value)
    }
    const next = page.value.links?.next ?? null
    // An address in an answer is followed only within the platform itself.
    if (next === null || !URL.canParse(next) || new URL(next).origin !== new URL(first).origin) {
      const mixed = [...explicit].sort()
      return { ok: true, value: { confidential: [...confidential].filter((id) => !explicit.has(id)).sort(), mixed }, exchange: outcome.exchange }
    }
    url = next
  }
}
