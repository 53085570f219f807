import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createKeys, openKeys } from '../../main/store/keys.ts'
import { openReadOnly, openStore } from '../../main/store/open.ts'
import { codeOf } from './code-of.ts'
import { mountSmallDisk } from './small-disk.ts'

describe('a profile in a folder that cannot be written', () => {
  it('is refused for writing with that reason, changes nothing, and opens as before once it can', async (context) => {
    const disk = mountSmallDisk(context, 16_384)
    try {
      const folder = join(disk.folder, 'profile')
      await createKeys(folder, { kind: 'demo-file' }, { name: 'local', loopback: true })
      const keys = await openKeys(folder, { kind: 'demo-file' })
      const first = await openStore(folder, keys, 'kari')
      await first.ledger.append({ type: 'setting-changed', name: 'kept', value: 'ja' })
      await first.close()
      disk.readOnly(true)
      const before = readdirSync(folder, { recursive: true }).sort()
      const ledger = readFileSync(join(folder, 'ledger.db'))
      expect(await codeOf(openStore(folder, keys, 'kari'))).toBe('unwritable')
      expect(['opened', 'unwritable']).toContain(await codeOf(openReadOnly(folder, keys)))
      expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before)
      disk.readOnly(false)
      expect(readFileSync(join(folder, 'ledger.db')).equals(ledger)).toBe(true)
      const again = await openStore(folder, keys, 'kari')
      expect(await again.ledger.setting('kept')).toBe('ja')
      await again.close()
    } finally {
      disk.remove()
    }
  })

  it('is no place for new keys: that is told, and nothing of them is left', async (context) => {
    const disk = mountSmallDisk(context, 4096)
    try {
      const folder = join(disk.folder, 'profile')
      mkdirSync(folder)
      disk.readOnly(true)
      await expect(createKeys(folder, { kind: 'demo-file' }, { name: 'local', loopback: true })).rejects.toMatchObject({ code: 'unwritable' })
      disk.readOnly(false)
      expect(readdirSync(folder)).toEqual([])
    } finally {
      disk.remove()
    }
  })
})
