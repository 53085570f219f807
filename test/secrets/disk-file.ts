import type { WholeFile } from '../../main/secrets/passphrase-file.ts'
import { readIfThere, writeWhole } from '../../main/store/disk.ts'

/** A file as the program writes its own. */
export const diskFile = (path: string): WholeFile => ({ read: () => readIfThere(path), replace: (content) => writeWhole(path, content) })
