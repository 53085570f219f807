import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const addressFile = z.object({ platform: z.url(), pid: z.number().int() })
const pathOf = (folder: string): string => join(folder, 'address.json')

/** Leaves the address of a running local Altinn in its folder, for `localtest send --folder`. */
export function leaveAddress(folder: string, platform: string): void {
  const path = pathOf(folder)
  writeFileSync(`${path}.tmp`, `${JSON.stringify({ platform, pid: process.pid })}\n`, { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

export function takeAddressAway(folder: string): void {
  rmSync(pathOf(folder), { force: true })
}

/** The address left in a folder, or null. One that a crash has left behind may be of nobody any more. */
export function readAddress(folder: string): string | null {
  try {
    return addressFile.parse(JSON.parse(readFileSync(pathOf(folder), 'utf8'))).platform
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (isMissing || error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
