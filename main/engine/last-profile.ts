import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { asStoreError, errnoOf, writeWhole } from '../store/disk.ts'
import { knownProfiles } from './known-profiles.ts'

const pathOf = (data: string): string => join(data, 'last-profile.json')
const form = z.object({ version: z.literal(1), name: z.string() })

/** The profile that a window had open last; the demo where that is not known, or it is there no more. */
export function lastProfile(data: string): string {
  try {
    const { name } = form.parse(JSON.parse(readFileSync(pathOf(data), 'utf8')))
    return knownProfiles(data).some((one) => one.name === name) ? name : 'demo'
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || errnoOf(error) !== undefined) return 'demo'
    throw error
  }
}

/** Remembers which profile is open, for the next start. @throws {StoreError} 'full', 'unwritable'. */
export async function rememberProfile(data: string, name: string): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw asStoreError(error, 'making the data folder')
  }
  await writeWhole(pathOf(data), Buffer.from(`${JSON.stringify({ version: 1, name } satisfies z.infer<typeof form>)}\n`))
}
