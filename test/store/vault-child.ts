import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openKeys } from '../../main/store/keys.ts'
import { FolderVault } from '../../main/store/vault/folder-vault.ts'

/** Writes files for ever and says the name of each once `settle` has answered. Killed by its test. */
const folder = process.argv[2] ?? ''
const vault = new FolderVault(join(folder, 'vault'), await openKeys(folder, { kind: 'demo-file' }))
await vault.prepare()
for (let n = 0; ; n += 1) {
  const attachmentId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const writer = await vault.begin({ correspondenceId: '00000000-0000-4000-8000-000000000001', attachmentId, fileName: `${String(n)}.pdf` })
  for (let piece = 0; piece < 5; piece += 1) await writer.write(randomBytes(50_000))
  const [result] = await vault.settle([await writer.end()])
  if (result?.kind === 'file') writeSync(1, `${result.name} ${attachmentId}\n`)
}
