import { keyDetail } from '../../../resources/locales/sign-in-text.ts'
import { addProfile, KeyFileError, profileNames } from '../../profiles.ts'
import { addCode, keys } from './keys.ts'
import { CliFailure, exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { dataFolder } from './session.ts'
import { requestSystemUser, testSignIn } from './sign-in.ts'

const needed = (value: string | null, name: string): string => {
  if (value === null || value === '') throw new UsageError(`--${name}?`)
  return value
}

async function add(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const [, name, ...more] = options.words
  if (name === undefined || more.length > 0) throw new UsageError('profile add <name>.')
  const { profile: added, ways } = await addProfile({
    data: dataFolder(options),
    name,
    organisation: needed(options.organisation, 'org'),
    clientId: needed(options.clientId, 'client-id'),
    kid: options.kid,
    environment: needed(options.environment, 'environment'),
    keyFile: needed(options.keyFile, 'key-file'),
    keyPasswordFile: options.keyPasswordFile,
    passphraseFile: options.passphraseFile,
    hostSecret: options.hostSecret,
    failed,
  }).catch((error: unknown) => {
    if (error instanceof KeyFileError) throw new CliFailure(`sign-in.key.${error.code}`, { detail: keyDetail(error.code, error.detail) }, exit.failed)
    throw error
  })
  const recoveryCode = await addCode(ways, output)
  output.out(output.json ? JSON.stringify({ name, environment: added.environment.name, organisation: options.organisation, recoveryCode }) : output.t('profile.added', { name }))
  return exit.done
}

async function list(options: Options, output: Output): Promise<number> {
  const data = dataFolder(options)
  const names = await profileNames(data)
  if (output.json) output.out(JSON.stringify({ profiles: names }))
  else if (names.length === 0) output.say(output.t('profile.none', { folder: data }))
  else for (const name of names) output.out(name)
  return exit.done
}

/** `profile add`, `list`, `keys`, `test` and `request-system-user`. */
export async function profile(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  switch (options.words[0]) {
    case 'add':
      return await add(options, output, failed)
    case 'list':
      return await list(options, output)
    case 'keys':
      return await keys(options, output, failed)
    case 'test':
      return await testSignIn(options, output, failed)
    case 'request-system-user':
      return await requestSystemUser(options, output, failed)
    default:
      throw new UsageError('profile add | list | keys | test | request-system-user.')
  }
}
