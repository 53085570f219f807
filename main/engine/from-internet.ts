import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'

/** Runs a program with arguments, without a shell; resolves when it has ended, whatever it said. */
const runQuietly = (program: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    child.on('error', () => { resolve() })
    child.on('exit', () => { resolve() })
  })

/** What marks a file on each system; told apart so that tests can see it on any of them. */
export interface Marker {
  readonly platform: NodeJS.Platform
  readonly write: (path: string, text: string) => Promise<void>
  readonly run: (program: string, args: readonly string[]) => Promise<void>
  readonly now: () => number
}

const thisMachine: Marker = { platform: process.platform, write: (path, text) => writeFile(path, text), run: runQuietly, now: Date.now }

/**
 * Marks a file as come from the internet, as the system's own programs do: Office then opens it in its protected view. No
 * address goes into it (security.md 23). Linux has no mark without one (`user.xdg.origin.url`), and no program there that
 * heeds it: nothing is written. A file system that keeps no such marks is no reason to refuse saving.
 */
export async function markFromInternet(path: string, marker: Marker = thisMachine): Promise<void> {
  if (marker.platform === 'win32') {
    try {
      await marker.write(`${path}:Zone.Identifier`, '[ZoneTransfer]\r\nZoneId=3\r\n')
    } catch (error) {
      // FAT and some network disks have no second stream.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  } else if (marker.platform === 'darwin') await marker.run('/usr/bin/xattr', ['-w', 'com.apple.quarantine', `0081;${Math.floor(marker.now() / 1000).toString(16)};Meldingsboks;`, path])
}
