import type { z } from 'zod'

/** JSON of an answer checked by a schema; what does not fit is a failure that names the first key, never its value. */
export function readJson<T>(schema: z.ZodType<T>, body: string): { readonly value: T } | { readonly problem: string } {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'The answer is not JSON' }
    throw error
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  const issue = parsed.error.issues[0]
  return { problem: `The answer does not fit what the service documents at "${issue?.path.join('.') ?? ''}" (${issue?.code ?? 'unknown'})` }
}
