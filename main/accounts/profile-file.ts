import { mkdir, readdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseEnvironment } from '../altinn/environment-file.ts'
import type { Environment } from '../altinn/environment.ts'
import { asStoreError, isMissing, readIfThere, writeWhole } from '../store/disk.ts'

const profileFile = z.object({
  version: z.literal(1),
  name: z.string(),
  environment: z.unknown(),
  holder: z.enum(['keychain', 'passphrase', 'host-secret', 'demo-file']),
  createdAt: z.number().int(),
})

/** A profile as its folder says: one environment, one folder (design.md section 3). */
export interface Profile {
  readonly name: string
  readonly environment: Environment
  /** What opened its keys when it was made. */
  readonly holder: 'keychain' | 'passphrase' | 'host-secret' | 'demo-file'
  readonly createdAt: number
}

/** A profile file that cannot be used; the message says what is wrong with it. */
export class ProfileFileError extends Error {
  override readonly name = 'ProfileFileError'
  readonly file: string
  constructor(file: string, message: string) {
    super(message)
    this.file = file
  }
}

/** Where profiles lie: local data of the user, the same for every shell (design.md section 3). */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const base =
    platform === 'darwin'
      ? join(homedir(), 'Library', 'Application Support')
      : platform === 'win32'
        ? (env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
        : (env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'))
  return join(base, 'Meldingsboks')
}

/** A name that is safe as a folder everywhere; `demo` and `demo-altinn` belong to the demo, `run` to the browser's window. */
export const isProfileName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,29}$/.test(name) && !name.startsWith('demo') && name !== 'run' && !/^(con|prn|aux|nul|com\d|lpt\d)$/.test(name)

export const profilePath = (folder: string): string => join(folder, 'profile.json')

/** The profile in a folder, or null when there is none. @throws {ProfileFileError} when its file cannot be used. */
export async function readProfile(folder: string): Promise<Profile | null> {
  const bytes = await readIfThere(profilePath(folder))
  return bytes === null ? null : parseProfile(folder, bytes)
}

/** What a profile's file says. @throws {ProfileFileError} */
export function parseProfile(folder: string, bytes: Buffer): Profile {
  try {
    const file = profileFile.parse(JSON.parse(bytes.toString('utf8')))
    return { name: file.name, environment: parseEnvironment(file.environment), holder: file.holder, createdAt: file.createdAt }
  } catch (error) {
    throw new ProfileFileError(profilePath(folder), error instanceof z.ZodError ? `"${error.issues[0]?.path.join('.') ?? ''}"` : error instanceof Error ? error.message : 'unknown')
  }
}

/** Writes a profile's file whole. @throws {StoreError} 'full', 'unwritable'. */
export async function writeProfile(folder: string, profile: Profile): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw asStoreError(error, `making ${folder}`)
  }
  await writeWhole(profilePath(folder), Buffer.from(`${JSON.stringify({ version: 1, ...profile }, null, 2)}\n`))
}

/** Names of the profiles in a data folder; the demo is one of them once it has begun. */
export async function profileNames(data: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(data, { withFileTypes: true })
    const found = await Promise.all(entries.filter((entry) => entry.isDirectory()).map(async (entry) => ((await readIfThere(profilePath(join(data, entry.name)))) === null ? [] : [entry.name])))
    return found.flat().sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Removes the demo and its local Altinn, nothing else. */
export async function removeDemo(data: string): Promise<void> {
  for (const name of ['demo', 'demo-altinn']) await rm(join(data, name), { recursive: true, force: true })
}
