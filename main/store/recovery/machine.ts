import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readIfThere, writeWhole } from '../disk.ts'

const run = promisify(execFile)

/** How long a program of the system may take for its answer, ms. */
const answerMs = 3000

async function said(program: string, args: readonly string[], pattern: RegExp): Promise<string | null> {
  try {
    const { stdout } = await run(program, [...args], { timeout: answerMs, windowsHide: true })
    return pattern.exec(stdout)?.[1] ?? null
  } catch (error) {
    // A program that is not there, or has no answer: then this machine is told by a file of our own.
    if (error instanceof Error) return null
    throw error
  }
}

/** What the system calls this machine; none of these needs a privilege. null where it has no name for it. */
async function systemName(platform: NodeJS.Platform): Promise<string | null> {
  switch (platform) {
    case 'linux': {
      const text = (await readIfThere('/etc/machine-id')) ?? (await readIfThere('/var/lib/dbus/machine-id'))
      const name = text?.toString('utf8').trim() ?? ''
      return /^[0-9a-f]{32}$/.test(name) ? name : null
    }
    case 'darwin':
      return await said('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'], /"IOPlatformUUID" = "([0-9A-F-]{36})"/i)
    case 'win32':
      return await said('reg', ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid'], /MachineGuid\s+REG_SZ\s+([0-9a-f-]{36})/i)
    default:
      return null
  }
}

/** The user's folder for settings of programs, outside every profile: it does not go along when one is copied. */
export function settingsFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Preferences', 'Meldingsboks')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Meldingsboks')
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'meldingsboks')
}

async function ownName(folder: string): Promise<string> {
  const path = join(folder, 'machine')
  const known = (await readIfThere(path))?.toString('utf8').trim() ?? ''
  if (/^[0-9a-f]{32}$/.test(known)) return known
  const name = randomBytes(16).toString('hex')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeWhole(path, Buffer.from(`${name}\n`))
  return name
}

/** What may be put in the place of the system; for tests. */
export interface MachineOptions {
  readonly platform?: NodeJS.Platform
  readonly system?: (platform: NodeJS.Platform) => Promise<string | null>
  readonly folder?: string
}

/**
 * Who this machine is, to one profile (durability.md 22): 64 hex digits that say nothing of the machine and differ from
 * profile to profile.
 * @throws {StoreError} 'full', 'unwritable' where the system has no name for it and ours cannot be kept
 */
export async function machineId(profileId: string, options: MachineOptions = {}): Promise<string> {
  const { platform = process.platform, system = systemName, folder = settingsFolder() } = options
  const name = (await system(platform)) ?? (await ownName(folder))
  return createHash('sha256').update(`meldingsboks/machine/1\n${profileId}\n${name.toLowerCase()}`).digest('hex')
}
