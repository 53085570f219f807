import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../altinn/environment.ts'
import type { Reader } from '../store/open.ts'
import { reserveName } from '../store/recovery/room.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { environmentKind } from './known-profiles.ts'
import { Refusal } from './errors.ts'

/** Bytes of the files right in a folder; one that goes while we look does not count. The vault's are counted by its rows. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === reserveName) continue
    try {
      bytes += (await stat(join(folder, entry.name))).size
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return bytes
}

/** Which profile this is, told to the window. */
export function profileHandlers(parts: {
  readonly folder: string
  readonly reader: Pick<Reader, 'keptBytes'>
  readonly name: string
  readonly environment: Environment
  readonly person: string
  readonly readOnly: boolean
  readonly desk: Desk
  readonly now: () => number
  /** A window is there. */
  readonly opened: () => void
}): Handlers {
  const { desk, environment } = parts
  return {
    'profile.state': async () => {
      parts.opened()
      return {
        name: parts.name,
        environment: environmentKind(environment),
        environmentName: environment.name,
        readOnly: parts.readOnly,
        person: parts.person,
        closing: desk.closing,
        hasSenderPage: desk.senderPage !== null,
        bytes: (await bytesIn(parts.folder)) + (await parts.reader.keptBytes()),
        nowAt: parts.now(),
      }
    },
    'profile.reset-demo': async () => {
      if (desk.resetDemo === null) throw new Refusal('not-possible', 'no-demo')
      await desk.resetDemo()
      return {}
    },
  }
}
