import type { Shell } from 'electron'
import { openCopy } from '../open-copy.ts'

/** Opens a copy by Electron's own call, after the same look at it as in the browser shell; it says why it could not in words. */
export const copyOpener = (shell: Pick<Shell, 'openPath'>) => (path: string): Promise<boolean> => openCopy(path, async (checked) => (await shell.openPath(checked)) === '')
