import { resolve } from 'node:path'
import type { EngineApi, RequestName, RequestOf, ResponseOf } from '../../../preload/contract/index.ts'
import { recoveryText } from '../../../resources/locales/recovery-text.ts'
import type { Engine } from '../../engine.ts'
import { defaultDataFolder, folderOf, isProfileName, openDemo, openForReading as openProfileForReading, openForWriting as openProfileForWriting, prepareDemo, type ProfileChoice } from '../../profiles.ts'
import { DemoStartError, type RunningDemo, startDemo } from '../demo.ts'
import { CliFailure, exit, failureOf } from '../failure.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'

/** An open profile. */
export interface Session {
  readonly engine: Pick<Engine, 'call' | 'on'>
  readonly folder: string
  close(): Promise<void>
}

/** One that writes: it may ask for new mail by itself, and the demo's local Altinn runs with it. */
export interface WritingSession extends Session {
  readonly engine: Engine
  readonly demo: RunningDemo | null
}

export const dataFolder = (options: Options): string => resolve(options.data ?? defaultDataFolder())

export function choiceOf(options: Options, failed: (error: unknown) => void): ProfileChoice {
  const name = options.demo || options.command === 'demo' ? 'demo' : options.profile
  if (name === null) throw new CliFailure('error.choose-profile', {}, exit.usage)
  if (name !== 'demo' && !isProfileName(name)) throw new CliFailure('error.profile-name', {}, exit.usage)
  return { data: dataFolder(options), name, passphraseFile: options.passphraseFile, recoveryCodeFile: options.recoveryCodeFile, hostSecret: options.hostSecret, failed }
}

/** Opens a profile for reading only; needs neither Altinn nor the lock. */
export async function openForReading(options: Options, failed: (error: unknown) => void): Promise<Session> {
  const choice = choiceOf(options, failed)
  const engine = await openProfileForReading(choice)
  return { engine, folder: folderOf(choice), close: () => engine.close() }
}

/** Opens a profile for writing; the demo's local Altinn is started with it. */
export async function openForWriting(options: Options, output: Output, failed: (error: unknown) => void): Promise<WritingSession> {
  const choice: ProfileChoice = { ...choiceOf(options, failed), recovering: (now) => { if (now !== null) output.progress(recoveryText(output.t, now)) } }
  const folder = folderOf(choice)
  if (choice.name !== 'demo') {
    const engine = await openProfileForWriting(choice)
    return { engine, folder, demo: null, close: () => engine.close() }
  }
  await prepareDemo(choice)
  const demo = await startDemo(choice.data).catch((error: unknown) => {
    if (!(error instanceof DemoStartError)) throw error
    throw error.busy ? new CliFailure('error.busy', {}, exit.busy) : new CliFailure('error.demo-start', { detail: error.message })
  })
  try {
    const engine = await openDemo(choice, demo.altinn, true)
    return {
      engine,
      folder,
      demo,
      close: async () => {
        await engine.close()
        await demo.end()
      },
    }
  } catch (error) {
    await demo.end()
    throw error
  }
}

/** Says what the user should know about how the profile was opened. */
export async function tellNotices({ engine, folder }: Session, output: Output): Promise<void> {
  const { notices } = await ask(engine, folder, 'profile.notices', {})
  for (const { kind, parked } of notices) output.say(output.t(`notice.${kind}`, { count: parked }))
}

/** A request whose refusal becomes a sentence. */
export async function ask<Name extends RequestName>(engine: Pick<EngineApi, 'call'>, folder: string, name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
  const result = await engine.call(name, request)
  if (!result.ok) throw failureOf(result.error, folder)
  return result.value
}
