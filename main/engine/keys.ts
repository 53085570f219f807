import { keychainKeeper } from '../secrets/keychain.ts'
import type { SecretKeeper } from '../secrets/port.ts'
import { addKeySlot, keyWays, type ProfileKeys, removeKeySlot } from '../store/keys.ts'
import { makeRecoveryCode } from '../store/keys-recovery-code.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'

interface Parts {
  readonly folder: string
  readonly keys: ProfileKeys
  readonly keeper?: SecretKeeper
}

/** What the store says of a wrong use, as a refusal the window can word. */
async function allowed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('not-possible', error.message)
    throw error
  }
}

/** A recovery code as a way in; an older one is replaced. The caller's bits are wiped. */
export async function addRecoveryCode(folder: string, keys: ProfileKeys, bits: Buffer): Promise<void> {
  try {
    const before = (await keyWays(folder)).ways.filter(({ kind }) => kind === 'recovery-code')
    await addKeySlot(folder, keys, { kind: 'recovery-code', bits })
    for (const { id } of before) await removeKeySlot(folder, keys, id)
  } finally {
    bits.fill(0)
  }
}

/** Takes a way in away; an entry in the keychain goes after keys.json was replaced (durability.md 6). */
export async function removeWay(folder: string, keys: ProfileKeys, id: string, keeper: SecretKeeper): Promise<void> {
  const gone = await removeKeySlot(folder, keys, id)
  // An entry that stays behind opens nothing any more.
  if (gone.kind === 'keychain') await keeper.remove(gone.account)
}

/** The ways in of the open profile. */
export function keyHandlers({ folder, keys, keeper = keychainKeeper() }: Parts): Handlers {
  return {
    'keys.ways': async () => ({ ways: [...(await keyWays(folder)).ways] }),
    'keys.add-recovery-code': async () => {
      const { bits, text } = makeRecoveryCode()
      await allowed(addRecoveryCode(folder, keys, bits))
      return { code: text }
    },
    'keys.remove': async ({ id }) => {
      await allowed(removeWay(folder, keys, id, keeper))
      return {}
    },
  }
}
