import { problemText, signInText, stepText } from '../../../resources/locales/sign-in-text.ts'
import { openProfileSignIn, type ProfileSignIn, type RequestEnd, type StepResult } from '../../profiles.ts'
import { CliFailure, exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { choiceOf } from './session.ts'
import { safe } from './terminal.ts'

/** The profile that the words name: these commands take its name as `profile add` does. */
async function opened(options: Options, failed: (error: unknown) => void): Promise<ProfileSignIn> {
  const [verb, name, ...more] = options.words
  if (name === undefined || more.length > 0) throw new UsageError(`profile ${verb ?? ''} <name>.`)
  return await openProfileSignIn(choiceOf({ ...options, profile: name, demo: false }, failed))
}

function tell(output: Output, result: StepResult): void {
  if (output.json) {
    output.out(JSON.stringify(result))
    return
  }
  const { t } = output
  const found = result.result === 'ok' && result.count !== null ? ` (${String(result.count)})` : ''
  output.out(`${t(`sign-in.step.${result.step}`)}: ${t(`sign-in.result.${result.result}`)}${found}`)
  if (result.result === 'failed') output.out(`  ${problemText(t, result.problem)}`)
}

/** `profile test`: which step from the key to a message works, and what to do about the first that does not. */
export async function testSignIn(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const signIn = await opened(options, failed)
  try {
    const results = await signIn.check((result) => { tell(output, result) })
    return results.some(({ result }) => result === 'failed') ? exit.failed : exit.done
  } finally {
    await signIn.close()
  }
}

function tellEnd(output: Output, end: RequestEnd): number {
  const { t } = output
  if (output.json) output.out(JSON.stringify(end.end === 'failed' ? { end: end.end, signIn: end.failure.signIn ?? null, detail: end.failure.message } : { end: end.end, id: end.request.id, confirmUrl: end.request.confirmUrl }))
  switch (end.end) {
    case 'failed':
      if (!output.json) output.say(end.failure.signIn === undefined ? stepText(t, end.failure.kind === 'no-access' ? 'no-access' : 'no-answer', end.failure.message, end.failure.traceId) : signInText(t, end.failure.signIn))
      return exit.failed
    case 'waiting':
      if (!output.json) output.say(t('system-user.waiting'))
      return exit.undecided
    case 'accepted':
    case 'refused':
    case 'timed-out':
      if (!output.json) output.say(t(`system-user.${end.end}`))
      return end.end === 'accepted' ? exit.done : exit.refused
  }
}

/** `profile request-system-user`: asks for one, or goes on waiting for the one that was asked for. */
export async function requestSystemUser(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const signIn = await opened(options, failed)
  try {
    const asked = await signIn.approval()
    if (asked === null) throw new CliFailure('sign-in.key.no-private-key')
    const { request: approval, organisation } = asked
    if (options.withdraw) {
      const done = await approval.withdraw()
      if (done?.ok === false) return tellEnd(output, { end: 'failed', request: null, failure: done.failure })
      if (output.json) output.out(JSON.stringify({ withdrawn: done !== null }))
      else output.say(output.t(done === null ? 'system-user.none' : 'system-user.withdrawn'))
      return exit.done
    }
    if (await approval.pending() === null) {
      if (options.system === null) throw new UsageError('--system?')
      if (options.agent && options.resources.length > 0) throw new UsageError('--agent: --packages.')
      if (options.packages.length + options.resources.length === 0) throw new UsageError('--resources / --packages?')
      const made = await approval.ask({ kind: options.agent ? 'agent' : 'standard', systemId: options.system, partyOrgNo: organisation, resources: options.resources, accessPackages: options.packages, externalRef: options.externalRef ?? undefined })
      if (!made.ok) return tellEnd(output, { end: 'failed', request: null, failure: made.failure })
    }
    const request = await approval.pending()
    if (request !== null && !output.json) {
      output.say(output.t(request.confirmUrl === null ? 'system-user.no-page' : 'system-user.asked'))
      if (request.confirmUrl !== null) output.say(safe(request.confirmUrl))
    }
    const end = await approval.wait({ signal: AbortSignal.timeout(options.timeoutSeconds * 1000) })
    // Between asking and waiting nothing forgets it but an answer of the service.
    return end === null ? exit.done : tellEnd(output, end)
  } finally {
    await signIn.close()
  }
}
