import { writeSync } from 'node:fs'
import { replayJournal, startSegment } from '../../main/store/journal/journal.ts'

/** Writes records for ever and says each number on stdout only after `append` has returned. Killed by its test. */
const folder = process.argv[2] ?? ''
const options = { folder, profileId: '00000000-0000-4000-8000-000000000001', keys: [{ epoch: 1, key: Buffer.alloc(32, 1), headerKey: Buffer.alloc(32, 2) }] }
const end = replayJournal(options, () => undefined)
const journal = startSegment(options, end, end.lastSeq + 1)
for (;;) {
  journal.append(1, Buffer.from(`event ${String(journal.lastSeq + 1)} ${'x'.repeat(journal.lastSeq % 3000)}`))
  writeSync(1, `${String(journal.lastSeq)}\n`)
}
