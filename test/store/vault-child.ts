import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openKeys } from '../../main/store/keys.ts'
import { FolderVault } from '../../main/store/vault/folder-vault.ts'
import type { VaultPending } from '../../main/store/vault/vault.ts'

/** Writes files for ever, one, two or three at once, and says their names once `settle` has answered. Killed by its test. */
const folder = process.argv[2] ?? ''
const vault = new FolderVault(join(folder, 'vault'), await openKeys(folder, { kind: 'demo-file' }))
await vault.prepare()
for (let n = 0; ; n += 3) {
  const ids = Array.from({ length: (n % 9) / 3 + 1 }, (_, index) => `00000000-0000-4000-8000-${String(n + index).padStart(12, '0')}`)
  const pending: VaultPending[] = []
  for (const attachmentId of ids) {
    const writer = await vault.begin({ correspondenceId: '00000000-0000-4000-8000-000000000001', attachmentId, fileName: `${String(n)}.pdf` })
    for (let piece = 0; piece < 4; piece += 1) await writer.write(randomBytes(50_000))
    pending.push(await writer.end())
  }
  const results = await vault.settle(pending)
  writeSync(1, results.map((result, index) => `${result.kind === 'file' ? result.name : ''} ${ids[index] ?? ''}\n`).join(''))
}
