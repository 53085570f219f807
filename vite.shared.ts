import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'preload', 'contract')

/** Put into window and engine alike, so that a window of another build notices (design.md section 2). */
export const contractDefine = {
  __MELDINGSBOKS_CONTRACT__: JSON.stringify(readdirSync(folder).sort().reduce((hash, name) => hash.update(readFileSync(join(folder, name))), createHash('sha256')).digest('hex').slice(0, 16)),
}
