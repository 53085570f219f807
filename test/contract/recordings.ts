import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const recording = z.object({
  name: z.string(),
  request: z.object({ method: z.string(), path: z.string() }),
  response: z.object({ status: z.number(), body: z.unknown().optional(), rawText: z.string().optional() }),
})
export type Recording = z.infer<typeof recording>

/** The recordings of one service that hold a single request and its answer; courses of several steps are left out. */
export function recordingsOf(service: 'correspondence' | 'dialogporten'): readonly Recording[] {
  const folder = join(import.meta.dirname, 'recorded', service)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const parsed = recording.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
      return parsed.success ? [parsed.data] : []
    })
}

/** The path of a recording, lower-case, without the query and a trailing slash. */
export function pathOf(recorded: Recording): string {
  return (recorded.request.path.split('?')[0] ?? '').toLowerCase().replace(/\/$/, '')
}
