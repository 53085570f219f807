import type { Ledger } from '../ledger/ledger.ts'
import type { MailWriter, MirrorRow } from '../mail/api.ts'
import { type TellRecovering, told } from './progress.ts'

/** What only the ledger knows, brought into mail.db after a start or a restore; ahead is as wrong as behind (durability.md 5). */
export async function catchUp(ledger: Ledger, mail: MailWriter, tell: TellRecovering): Promise<number> {
  const { generation, lastSeq } = await ledger.generation()
  const mark = await mail.mirroredTo()
  const ahead = mark?.generation === generation && mark.seq > lastSeq
  const parked = ahead ? await ledger.reportRestored('mail.db has seen later events than the ledger holds') : 0
  const from = mark?.generation === generation && mark.seq <= lastSeq ? mark.seq : 0
  await mirrorSince(ledger, mail, from, tell)
  return parked
}

/** Rows of one transaction: so that a list is never held up by them. */
const mirrorStep = 500

/** What lists filter by, and what a person deleted, from all of the ledger's history after a number (durability.md 5, 20 and 21). */
export async function mirrorSince(ledger: Ledger, mail: MailWriter, from: number, tell: TellRecovering): Promise<void> {
  const now = await ledger.generation()
  const changed = await ledger.letters({ changedAfter: from })
  const deleted = changed.flatMap(({ dialogId, correspondenceId, deletedAt }) => (deletedAt === null ? [] : [{ dialogId, correspondenceId, deletedAt }]))
  const letters: readonly MirrorRow[] = changed.map((row) => ({ dialogId: row.dialogId, correspondenceId: row.correspondenceId, openedHereAt: row.openedAt, handledAt: row.handledAt }))
  const receipts: readonly MirrorRow[] = (await ledger.outbox({ changedAfter: from })).map((row) => ({
    dialogId: row.dialogId,
    correspondenceId: row.correspondenceId,
    receipt: { kind: row.kind, state: row.state, at: row.provenAt ?? row.sendingEndedAt ?? row.clickedAt },
  }))
  const rows = [...receipts, ...letters]
  const total = deleted.length + rows.length
  let done = 0
  await told(tell, () => ({ what: 'mirrors', done, total }), async () => {
    for (let at = 0; at < deleted.length; at += mirrorStep) {
      await mail.deleteHere(deleted.slice(at, at + mirrorStep))
      done = at
    }
    // The place in the history is written with the last step: broken off, it begins where it began.
    for (let at = 0; at + mirrorStep < rows.length; at += mirrorStep) {
      await mail.mirror(rows.slice(at, at + mirrorStep), null)
      done = deleted.length + at
    }
    await mail.mirror(rows.slice(Math.floor(Math.max(0, rows.length - 1) / mirrorStep) * mirrorStep), { generation: now.generation, seq: now.lastSeq })
  })
}
