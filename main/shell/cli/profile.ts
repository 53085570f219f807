import { addProfile, openWays, profileNames } from '../../profiles.ts'
import { addCode, keys } from './keys.ts'
import { exit } from '../failure.ts'
import { type Options, UsageError } from './options.ts'
import type { Output } from './output.ts'
import { dataFolder } from './session.ts'

const needed = (value: string | null, name: string): string => {
  if (value === null || value === '') throw new UsageError(`--${name}?`)
  return value
}

async function add(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  const [, name, ...more] = options.words
  if (name === undefined || more.length > 0) throw new UsageError('profile add <name>.')
  const { environment, organisation } = await addProfile({
    data: dataFolder(options),
    name,
    organisation: needed(options.organisation, 'org'),
    clientId: needed(options.clientId, 'client-id'),
    kid: needed(options.kid, 'kid'),
    environment: needed(options.environment, 'environment'),
    keyFile: needed(options.key, 'key'),
    passphraseFile: options.passphraseFile,
    failed,
  }).then((profile) => ({ environment: profile.environment.name, organisation: options.organisation }))
  const recoveryCode = await addCode(await openWays({ data: dataFolder(options), name, passphraseFile: options.passphraseFile, failed }), output)
  output.out(output.json ? JSON.stringify({ name, environment, organisation, recoveryCode }) : output.t('profile.added', { name }))
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

/** `profile add`, `profile list` and `profile keys`. */
export async function profile(options: Options, output: Output, failed: (error: unknown) => void): Promise<number> {
  switch (options.words[0]) {
    case 'add':
      return await add(options, output, failed)
    case 'list':
      return await list(options, output)
    case 'keys':
      return await keys(options, output, failed)
    default:
      throw new UsageError('profile add | profile list | profile keys.')
  }
}
