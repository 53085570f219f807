import type { ProfileKeys } from '../store/keys.ts'
import { openSecret, removeSecret, sealSecret } from '../store/sealed.ts'
import { pendingRequest, type RequestMemory } from './system-user-request.ts'

/** Under the account's name; the address in it lets whoever has it see what is asked for. */
const nameOf = (accountUuid: string): string => `system-user-request/${accountUuid}`

/** Remembers an account's request beside its key, sealed with the profile's keys. */
export function sealedMemory(folder: string, keys: ProfileKeys, accountUuid: string): RequestMemory {
  return {
    remember: (request) => sealSecret(folder, keys, nameOf(accountUuid), Buffer.from(JSON.stringify(request))),
    remembered: async () => {
      const bytes = await openSecret(folder, keys, nameOf(accountUuid))
      return bytes === null ? null : pendingRequest.parse(JSON.parse(bytes.toString('utf8')))
    },
    forget: () => removeSecret(folder, nameOf(accountUuid)),
  }
}
