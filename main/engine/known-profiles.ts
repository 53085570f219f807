import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnvironmentKind, KnownProfile } from '../../preload/contract/index.ts'
import { isProfileName, parseProfile, ProfileFileError, profilePath } from '../accounts/profile-file.ts'
import { type Environment, environments, isLoopback } from '../altinn/environment.ts'
import { errnoOf, isMissing } from '../store/disk.ts'

/** Which badge an environment wears: told by where its platform is, for a file of addresses may call itself anything. */
export function environmentKind(environment: Environment): EnvironmentKind {
  if (environment.platform === environments.prod.platform) return 'prod'
  if (environment.platform === environments.tt02.platform) return 'tt02'
  return environment.name === 'demo' && isLoopback(environment) ? 'demo' : 'other'
}

const demo: KnownProfile = { name: 'demo', environment: 'demo', environmentName: 'demo' }

/** What stands in the clear of one profile; null where there is none. One whose file cannot be read is still one. */
function known(data: string, name: string): KnownProfile | null {
  const folder = join(data, name)
  try {
    const { environment } = parseProfile(folder, readFileSync(profilePath(folder)))
    return { name, environment: environmentKind(environment), environmentName: environment.name }
  } catch (error) {
    if (isMissing(error)) return null
    if (error instanceof ProfileFileError || errnoOf(error) !== undefined) return { name, environment: 'other', environmentName: '' }
    throw error
  }
}

/**
 * The profiles in a data folder, the demo first whether or not it has begun. Read at once, for shells that say it with the
 * engine's state: one small file a profile, and nothing of a profile that is only half made.
 */
export function knownProfiles(data: string): readonly KnownProfile[] {
  let names: readonly string[] = []
  try {
    names = readdirSync(data)
  } catch (error) {
    // A folder that cannot be read is told by the engine, which needs more of it than this.
    if (errnoOf(error) === undefined) throw error
  }
  return [demo, ...names.filter(isProfileName).sort().flatMap((name) => known(data, name) ?? [])]
}
