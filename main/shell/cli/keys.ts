import { openWays, type WaysIn } from '../../profiles.ts'
import { exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { choiceOf } from './session.ts'

const names = { passphrase: 'way.passphrase', keychain: 'way.keychain', 'recovery-code': 'way.recovery-code', 'host-secret': 'way.host-secret', 'demo-file': 'way.demo-file' } as const

/**
 * Shows a new recovery code once. Where somebody sits at the terminal it counts when they have typed it back.
 * @returns the code; null when it was not typed back, and not added
 */
export async function addCode(ways: WaysIn, output: Output): Promise<string | null> {
  const code = ways.offerCode()
  try {
    if (!output.json) {
      output.say(output.t('recovery-code.shown', { code: code.text }))
      output.say(output.t('recovery-code.keep'))
      const typed = await output.typed(output.t('recovery-code.type'))
      if (typed !== null && !code.matches(typed)) {
        output.say(output.t('recovery-code.not-typed'))
        return null
      }
    }
    await code.add()
    return code.text
  } finally {
    code.forget()
  }
}

async function list(ways: WaysIn, output: Output): Promise<void> {
  const all = await ways.list()
  if (output.json) {
    output.out(JSON.stringify({ ways: all }))
    return
  }
  for (const { id, kind, createdAt } of all) output.out(`${id}  ${output.dates.short(createdAt)}  ${output.t(names[kind])}`)
}

/** `profile keys`: the ways in, and what changes them. */
export async function keys(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const [, action, id, ...more] = options.words
  if (more.length > 0 || (id !== undefined && action !== 'remove')) throw new UsageError('profile keys.')
  const ways = await openWays(choiceOf(options, failed))
  const added = (way: keyof typeof names): void => {
    if (output.json) output.out(JSON.stringify({ added: way }))
    else output.out(output.t('way.added', { way: output.t(names[way]) }))
  }
  switch (action) {
    case undefined:
      await list(ways, output)
      return exit.done
    case 'add-recovery-code': {
      const code = await addCode(ways, output)
      if (code === null) return exit.undecided
      if (output.json) output.out(JSON.stringify({ recoveryCode: code }))
      else added('recovery-code')
      return exit.done
    }
    case 'add-passphrase':
      if (options.newPassphraseFile === null) throw new UsageError('--new-passphrase-file?')
      await ways.setPassphrase(options.newPassphraseFile)
      added('passphrase')
      return exit.done
    case 'add-keychain':
      await ways.addKeychain()
      added('keychain')
      return exit.done
    case 'add-credential':
      if (options.newHostSecret === null) throw new UsageError('--new-credential? --new-credential-fd?')
      await ways.setHostSecret(options.newHostSecret)
      added('host-secret')
      return exit.done
    case 'remove':
      if (id === undefined) throw new UsageError('profile keys remove <id>.')
      await ways.remove(id)
      if (output.json) output.out(JSON.stringify({ removed: id }))
      else output.out(output.t('way.removed'))
      return exit.done
    default:
      throw new UsageError('profile keys [add-recovery-code | add-passphrase | add-keychain | add-credential | remove <id>].')
  }
}
