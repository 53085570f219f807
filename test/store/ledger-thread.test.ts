import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { ledgerMethods } from '../../main/store/ledger/ledger-db.ts'
import type { Ledger } from '../../main/store/ledger/ledger.ts'
import { startThread } from '../../main/store/threads/rpc.ts'
import { TestLedger } from './ledger-profile.ts'

let files: TestLedger
beforeEach(() => {
  files = new TestLedger()
  files.close()
})
afterEach(() => {
  files.remove()
})

const start = () =>
  startThread<Ledger>('ledger-thread', { path: files.path, key: files.key, journalFolder: files.journalFolder, journalKeys: files.journalKeys, profileId: 'p', person: 'kari' }, ledgerMethods)

describe('the ledger in its thread', () => {
  it('answers as it does without one, refusals with their code', async () => {
    const thread = await start()
    try {
      const written = await thread.api.appendAll([{ type: 'setting-changed', name: 'a', value: { deep: [1, null] } }, { type: 'notified', key: 'k', what: 'new', count: 2 }])
      expect(written.map(({ seq }) => seq)).toEqual([written[0]?.seq, (written[0]?.seq ?? 0) + 1])
      expect(await thread.api.setting('a')).toEqual({ deep: [1, null] })
      expect(await thread.api.outbox()).toEqual([])
      await expect(thread.api.append({ type: 'outbox-undone', outboxUuid: randomUUID() })).rejects.toMatchObject({ name: 'LedgerRefusal', code: 'unknown-outbox' })
    } finally {
      await thread.close()
    }
    files.open()
    expect(files.api.setting('a')).toEqual({ deep: [1, null] })
  })

  it('keeps what was asked for before it was closed', async () => {
    const thread = await start()
    const asked = Array.from({ length: 50 }, (_, n) => thread.api.append({ type: 'setting-changed', name: `s${String(n)}`, value: n }))
    await thread.close()
    await Promise.all(asked)
    files.open()
    expect(Object.keys(files.api.settings())).toHaveLength(50)
  })

  it('says that the journal is damaged as an error of the store, where nothing else is left', async () => {
    for (const name of readdirSync(dirname(files.journalFolder))) if (name.startsWith('ledger.db')) rmSync(join(dirname(files.journalFolder), name))
    const [oldest = ''] = readdirSync(files.journalFolder).sort()
    const path = join(files.journalFolder, oldest)
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(150) ^ 1, 150)
    writeFileSync(path, bytes)
    const error: unknown = await start().then((thread) => thread.close(), (reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code: 'damaged', message: expect.stringMatching(/segment 1, byte \d+/) as string })
  })
})
