import { z } from 'zod'
import type { DemoAltinn } from '../../main/shell/demo.ts'

const usage = z.object({ cpuMs: z.number(), count: z.number(), requests: z.array(z.object({ method: z.string(), url: z.string(), accept: z.string(), body: z.string() })) })
export type ServerUsage = z.infer<typeof usage>
export type SeenRequest = ServerUsage['requests'][number]

/** What a local Altinn has used and seen since it began or was reset. */
export async function serverUsage({ platform }: DemoAltinn): Promise<ServerUsage> {
  return usage.parse(await (await fetch(`${platform}/localtest/usage`)).json())
}

/** Forgets the requests seen so far. */
export async function forgetRequests({ platform }: DemoAltinn): Promise<void> {
  await fetch(`${platform}/localtest/usage`, { method: 'DELETE' })
}

/** Processor time of this process and its threads, ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Wall and processor time of some work, ms. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly wallMs: number; readonly cpuMs: number }> {
  const [wall, cpu] = [performance.now(), cpuMs()]
  const result = await work()
  return { result, wallMs: performance.now() - wall, cpuMs: cpuMs() - cpu }
}
