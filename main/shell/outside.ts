import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, parse } from 'node:path'
import type { SaveTarget } from '../engine/desk.ts'

/** The system's own opener: a program with the address as one argument, never a shell (security.md 6). */
export function openerFor(platform: NodeJS.Platform, address: string): { readonly program: string; readonly args: readonly string[] } {
  if (platform === 'darwin') return { program: 'open', args: [address] }
  return platform === 'win32' ? { program: 'rundll32', args: ['url.dll,FileProtocolHandler', address] } : { program: 'xdg-open', args: [address] }
}

/** Our own settings do not go along to other programs. */
const cleanEnvironment = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MELDINGSBOKS|NODE_)/.test(name)))

/** Opens an address, or a copy that was looked at, outside; false when no program took it within five seconds. */
export async function openOutside(address: string): Promise<boolean> {
  const { program, args } = openerFor(process.platform, address)
  return await new Promise<boolean>((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env: cleanEnvironment() })
    // An opener that goes on running has found a program.
    const timer = setTimeout(() => { resolve(true) }, 5000)
    const end = (opened: boolean): void => {
      clearTimeout(timer)
      resolve(opened)
    }
    child.on('error', () => { end(false) })
    child.on('exit', (code) => { end(code === 0) })
    child.unref()
  })
}

/** Where the user's downloads go. */
function downloadsFolder(): string {
  const folder = process.env['XDG_DOWNLOAD_DIR'] ?? join(homedir(), 'Downloads')
  return existsSync(folder) ? folder : join(homedir(), 'Meldingsboks')
}

/** A new file in the downloads folder; what is there already is never written over. */
export async function downloadsTarget(name: string, folder = downloadsFolder()): Promise<SaveTarget> {
  await mkdir(folder, { recursive: true })
  const { name: stem, ext } = parse(name)
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? name : `${stem} (${String(n)})${ext}`)
    try {
      // Made here, so that nobody else can put something in its place first.
      await (await open(path, 'wx', 0o600)).close()
      return { path, made: true }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** A new folder in the downloads folder, with a number where there is one of this name. */
export async function downloadsFolderTarget(name: string, folder = downloadsFolder()): Promise<{ readonly path: string }> {
  await mkdir(folder, { recursive: true })
  for (let n = 1; ; n += 1) {
    const path = join(folder, n === 1 ? name : `${name} (${String(n)})`)
    try {
      await mkdir(path, { mode: 0o700 })
      return { path }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}
