import { reminderText } from '../../../resources/locales/reminder-text.ts'
import { resetDemo } from '../../profiles.ts'
import { CliFailure, exit, sentence } from '../failure.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'
import { ask, dataFolder, openForWriting, type Session, tellNotices } from './session.ts'

async function tellReminders(session: Session, output: Output): Promise<void> {
  const { reminders } = await ask(session.engine, session.folder, 'reminders.due', {})
  for (const reminder of reminders) {
    output.out(output.json ? JSON.stringify(reminder) : reminderText(output.t, reminder))
    await ask(session.engine, session.folder, 'reminders.shown', reminder)
  }
}

/** Runs until the terminal or another process ends it. */
async function untilEnded(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { resolve() })
  })
}

/** `run`: gets messages regularly, without a window, and tells what is new and what is due. */
export async function run(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const session = await openForWriting(options, output, failed)
  try {
    const { engine, folder, demo } = session
    await tellNotices(session, output)
    output.say(output.t('run.started'))
    if (demo !== null) {
      output.say(output.t('demo.not-protected'))
      output.say(output.t('demo.page', { address: demo.altinn.page }))
    }
    let telling = Promise.resolve()
    engine.on('reminders.changed', () => {
      telling = telling.then(() => tellReminders(session, output)).catch((error: unknown) => {
        if (error instanceof CliFailure) output.say(sentence(output.t, error))
        else failed(error)
      })
    })
    const ended = untilEnded()
    const first = (async () => {
      for (const { accountUuid } of (await ask(engine, folder, 'sync.state', {})).accounts) await ask(engine, folder, 'sync.run', { accountUuid })
    })().catch((error: unknown) => {
      if (error instanceof CliFailure) output.say(sentence(output.t, error))
      else failed(error)
    })
    engine.startPolling()
    await ended
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 1000))])
    await telling
    return exit.done
  } finally {
    await session.close()
  }
}

/** `demo`: the demo from the beginning or where it was. */
export async function demo(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  if (options.reset) {
    if (!options.yes) output.say(output.t('demo.reset.ask'))
    const answer = options.yes ? true : await output.confirm()
    if (answer === null) throw new CliFailure('ask.no-terminal', {}, exit.usage)
    if (!answer) return exit.undecided
    await resetDemo(dataFolder(options))
    output.say(output.t('demo.reset.done'))
    return exit.done
  }
  return await run(options, output, failed)
}
