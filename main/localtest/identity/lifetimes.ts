import { z } from 'zod'
import { handedIn } from '../door.ts'
import { type Handler, json } from '../http.ts'

/** How long what the sign-in services hand out lives, seconds. The real values are decided per client and scope (altinn3.md 1.1, 1.6). */
export interface Lifetimes {
  /** A Maskinporten token with no scope that has a lifetime of its own; 120 and 599 are the real ones. */
  maskinporten: number
  /** An Altinn token from the Maskinporten path. From the ID-porten path it ends with the person's own token. */
  exchange: number
  personAccess: number
  /** 0: no refresh token is handed out. */
  personRefresh: number
  /** How long the browser stays logged in at ID-porten. */
  personSession: number
}

export const realLifetimes: Readonly<Lifetimes> = { maskinporten: 120, exchange: 1800, personAccess: 600, personRefresh: 8 * 3600, personSession: 1800 }

const seconds = z.number().int().min(1).max(365 * 86_400)
const change = z.strictObject({
  maskinporten: seconds.optional(),
  exchange: seconds.optional(),
  personAccess: seconds.optional(),
  personRefresh: z.union([z.literal(0), seconds]).optional(),
  personSession: seconds.optional(),
})

/** `POST /localtest/lifetimes`: what is handed out from now on lives as long as is asked for. Answers with all of them. */
export function lifetimesDoor(lifetimes: Lifetimes): Handler {
  return (call) => {
    if (call.method === 'GET') return json(200, lifetimes)
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } }
    const asked = handedIn(change, call)
    if ('refusal' in asked) return asked.refusal
    Object.assign(lifetimes, asked.value)
    return json(200, lifetimes)
  }
}
