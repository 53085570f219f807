import type { ReceiptRow } from '../../../preload/contract/index.ts'
import { CliFailure, exit } from '../failure.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'
import { ask, openForWriting, tellNotices } from './session.ts'
import { messageOf, titleOf } from './show.ts'
import { safe } from './terminal.ts'

/** What became of a report, as a sentence and an exit code: proven 0, refused 3, undecided 4. */
function outcome({ t, dates }: Output, kind: 'confirm' | 'read', row: ReceiptRow): { readonly text: string; readonly code: number } {
  const detail = [row.reason, row.answerCode].filter((part) => part !== null).join(', ')
  switch (row.state) {
    case 'proven':
      return { text: t(`${kind}.done`, { date: dates.full(row.provenAt ?? row.clickedAt) }), code: exit.done }
    case 'done-elsewhere':
      return { text: t(`${kind}.elsewhere`), code: exit.done }
    case 'refused':
      return { text: t(`${kind}.refused`, { detail }), code: exit.refused }
    case 'waiting':
      return { text: t(`${kind}.waiting`), code: exit.undecided }
    case 'sending':
    case 'accepted':
    case 'undecided':
    case 'undone':
      return { text: t(`${kind}.undecided`), code: exit.undecided }
  }
}

/** `confirm` and `read`: show what is reported to whom, ask, send, and wait for the proof. */
export async function report(kind: 'confirm' | 'read', options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const { t, dates } = output
  const session = await openForWriting(options, output, failed)
  try {
    const { engine, folder } = session
    await tellNotices(session, output)
    const message = await messageOf(session, options)
    const sender = safe(message.sender)
    output.say(`${t('field.sender')}: ${sender}`)
    output.say(`${t('field.title')}: ${titleOf(output, message)}`)
    if (message.dueAt !== null) output.say(`${t('field.due')}: ${dates.full(message.dueAt)}`)
    const doneAt = kind === 'confirm' ? message.confirmedAt : message.readAt
    if (doneAt !== null) {
      output.out(output.json ? JSON.stringify({ state: 'done-elsewhere', provenAt: doneAt }) : t(`${kind}.elsewhere`))
      return exit.done
    }
    output.say(t(`${kind}.ask`, { recipient: safe(message.partyName), sender }))
    if (!options.yes) {
      const answer = await output.confirm()
      if (answer === null) throw new CliFailure('ask.no-terminal', {}, exit.usage)
      if (!answer) {
        output.say(t('ask.declined'))
        return exit.undecided
      }
    }
    const added = await ask(engine, folder, kind === 'confirm' ? 'receipts.confirm' : 'receipts.read', { id: message.id, waitMs: 0, versionShown: message.version })
    const row = await ask(engine, folder, 'receipts.wait', { uuid: added.uuid, timeoutMs: options.timeoutSeconds * 1000 })
    const { text, code } = outcome(output, kind, row)
    if (output.json) output.out(JSON.stringify(row))
    else output.out(text)
    return code
  } finally {
    await session.close()
  }
}
