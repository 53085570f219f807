import { keychainKeeper } from '../secrets/keychain.ts'
import type { SecretKeeper } from '../secrets/port.ts'
import { addKeySlot, keyWays, type ProfileKeys, removeKeySlot } from '../store/keys.ts'
import { makeRecoveryCode, parseRecoveryCode } from '../store/keys-recovery-code.ts'
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
async function addRecoveryCode(folder: string, keys: ProfileKeys, bits: Buffer): Promise<void> {
  try {
    const before = (await keyWays(folder)).ways.filter(({ kind }) => kind === 'recovery-code')
    await addKeySlot(folder, keys, { kind: 'recovery-code', bits })
    for (const { id } of before) await removeKeySlot(folder, keys, id)
  } finally {
    bits.fill(0)
  }
}

/** A recovery code that is shown to a person and counts once it is added. */
export interface OfferedCode {
  readonly text: string
  /** Whether what a person typed is this code. */
  matches(typed: string): boolean
  add(): Promise<void>
  /** It never counts; its bits are wiped. */
  giveUp(): void
}

export function offerRecoveryCode(folder: string, keys: ProfileKeys): OfferedCode {
  const { bits, text } = makeRecoveryCode()
  return {
    text,
    matches: (typed) => {
      const parsed = parseRecoveryCode(typed)
      return parsed.ok && parsed.bits.equals(bits)
    },
    add: () => addRecoveryCode(folder, keys, bits),
    giveUp: () => {
      bits.fill(0)
    },
  }
}

/** Takes a way in away; an entry in the keychain goes after keys.json was replaced (durability.md 6). */
export async function removeWay(folder: string, keys: ProfileKeys, id: string, keeper: SecretKeeper): Promise<void> {
  const gone = await removeKeySlot(folder, keys, id)
  // An entry that stays behind opens nothing any more.
  if (gone.kind === 'keychain') await keeper.remove(gone.account)
}

/** The ways in of the open profile. At most one code is offered at a time. */
export function keyHandlers({ folder, keys, keeper = keychainKeeper() }: Parts): Handlers {
  let offered: OfferedCode | null = null
  const giveUp = (): void => {
    offered?.giveUp()
    offered = null
  }
  return {
    'keys.ways': async () => ({ ways: [...(await keyWays(folder)).ways] }),
    'keys.offer-recovery-code': () => {
      if (keys.holder === 'demo-file') throw new Refusal('not-possible', 'a demo profile has no other way in')
      giveUp()
      offered = offerRecoveryCode(folder, keys)
      return Promise.resolve({ code: offered.text })
    },
    'keys.keep-recovery-code': async ({ typed }) => {
      if (offered === null) throw new Refusal('not-possible', 'No recovery code is offered')
      if (!offered.matches(typed)) return { kept: false }
      const code = offered
      // Adding wipes it, whether or not that succeeds.
      offered = null
      await allowed(code.add())
      return { kept: true }
    },
    'keys.give-up-recovery-code': () => {
      giveUp()
      return Promise.resolve({})
    },
    'keys.remove': async ({ id }) => {
      await allowed(removeWay(folder, keys, id, keeper))
      return {}
    },
  }
}
