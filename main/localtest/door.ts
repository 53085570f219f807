import type { z } from 'zod'
import { type Call, json, type Reply } from './http.ts'

/** What was handed in through the side door, checked; or the answer that says in words what is wrong with it. */
export function handedIn<T extends z.ZodType>(schema: T, call: Call): { readonly value: z.infer<T> } | { readonly refusal: Reply } {
  let raw: unknown
  try {
    raw = JSON.parse(call.body.length === 0 ? '{}' : call.body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return { refusal: refused('The body must be JSON') }
    throw error
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return { value: parsed.data }
  return { refusal: refused(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')) }
}

export const refused = (error: string, status = 400): Reply => json(status, { error })
