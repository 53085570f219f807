import { type RequestOf, type ResponseOf, shortestPassphrase } from '../../preload/contract/index.ts'
import { keychainKeeper } from '../secrets/keychain.ts'
import type { SecretKeeper } from '../secrets/port.ts'
import { addKeySlot, KeychainError, type KeyHolder, keyWays, type KeyWay, type ProfileKeys, removeKeySlot } from '../store/keys.ts'
import { makeRecoveryCode, parseRecoveryCode } from '../store/keys-recovery-code.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'

interface Parts {
  readonly folder: string
  readonly keys: ProfileKeys
  readonly keeper?: SecretKeeper
  /** What a person typed to open the profile may open it no more. */
  readonly changed: () => void
}

/** What the store says of a wrong use, as a refusal the window can word. */
async function allowed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('not-possible', 'own-way')
    throw error
  }
}

/** A recovery code as a way in; an older one is replaced. */
async function addRecoveryCode(folder: string, keys: ProfileKeys, bits: Buffer): Promise<void> {
  const before = (await keyWays(folder)).ways.filter(({ kind }) => kind === 'recovery-code')
  await addKeySlot(folder, keys, { kind: 'recovery-code', bits })
  for (const { id } of before) await removeKeySlot(folder, keys, id)
}

/** A recovery code that is shown to a person and counts once it is added. */
export interface OfferedCode {
  readonly text: string
  /** Whether what a person typed is this code. */
  matches(typed: string): boolean
  /** It counts, and an older one is over. Where that failed it may be tried again. */
  add(): Promise<void>
  /** Wipes its bits: from now on it can neither be added nor compared. */
  forget(): void
}

/** A new recovery code; nothing is stored before it is added. */
export function offerRecoveryCode(folder: string, keys: ProfileKeys): OfferedCode {
  const { bits, text } = makeRecoveryCode()
  return {
    text,
    matches: (typed) => {
      const parsed = parseRecoveryCode(typed)
      return parsed.ok && parsed.bits.equals(bits)
    },
    add: () => addRecoveryCode(folder, keys, bits),
    forget: () => {
      bits.fill(0)
    },
  }
}

/** How long an offered code waits for a person, ms: a window that was closed gives nothing up. */
export const offerMs = 30 * 60_000

/** The code that is offered and does not count yet: at most one, and not for ever. */
class Offer {
  #code: OfferedCode | null = null
  #timer: NodeJS.Timeout | null = null

  get code(): OfferedCode | null {
    return this.#code
  }

  /** A later offer takes the place of an earlier one. */
  begin(code: OfferedCode): void {
    this.take()?.forget()
    this.#code = code
    this.#timer = setTimeout(() => this.take()?.forget(), offerMs)
    this.#timer.unref()
  }

  /** Ends the offer; the code is the caller's to add or to forget. */
  take(): OfferedCode | null {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const code = this.#code
    this.#code = null
    this.#timer = null
    return code
  }
}

/** Takes a way in away; an entry in the keychain goes after keys.json was replaced (durability.md 6). */
export async function removeWay(folder: string, keys: ProfileKeys, id: string, keeper: SecretKeeper): Promise<void> {
  const gone = await removeKeySlot(folder, keys, id)
  // An entry that stays behind opens nothing any more.
  if (gone.kind === 'keychain') await keeper.remove(gone.account)
}

/**
 * A new way in first, which `addKeySlot` proves, then those it takes the place of: there is never none, and a kill between
 * any two steps leaves at most one too many.
 * @throws {KeychainError}, {StoreError}
 */
export async function replaceWays(folder: string, keys: ProfileKeys, how: Extract<KeyHolder, { kind: 'passphrase' | 'keychain' | 'host-secret' }>, replaced: readonly KeyWay['kind'][], keeper: SecretKeeper): Promise<void> {
  const before = (await keyWays(folder)).ways.filter(({ kind }) => replaced.includes(kind))
  await addKeySlot(folder, keys, how)
  for (const { id } of before) await removeWay(folder, keys, id, keeper)
}

/** What a person opens the profile with from now on, in place of what it was. @throws {StoreError} */
async function protect({ folder, keys, keeper }: Required<Omit<Parts, 'changed'>>, wanted: RequestOf<'keys.protect'>['protect']): Promise<ResponseOf<'keys.protect'>> {
  if (wanted.by === 'passphrase' && wanted.passphrase.length < shortestPassphrase) return { problem: 'passphrase' }
  const how = wanted.by === 'keychain' ? ({ kind: 'keychain', keeper } as const) : ({ kind: 'passphrase', passphrase: Buffer.from(wanted.passphrase) } as const)
  try {
    await replaceWays(folder, keys, how, ['passphrase', 'keychain'], keeper)
    return { problem: null }
  } catch (error) {
    if (error instanceof KeychainError) return { problem: `keychain-${error.state}` }
    throw error
  } finally {
    if (how.kind === 'passphrase') how.passphrase.fill(0)
  }
}

/** The ways in of the open profile. */
export function keyHandlers({ folder, keys, keeper = keychainKeeper(), changed }: Parts): Handlers {
  const offer = new Offer()
  return {
    'keys.ways': async () => ({ ways: [...(await keyWays(folder)).ways] }),
    'keys.offer-recovery-code': () => {
      if (keys.holder === 'demo-file') throw new Refusal('not-possible', 'own-way')
      const code = offerRecoveryCode(folder, keys)
      offer.begin(code)
      return Promise.resolve({ code: code.text })
    },
    'keys.keep-recovery-code': async ({ typed }) => {
      const { code } = offer
      if (code === null) throw new Refusal('no-offer', 'No recovery code is offered')
      if (!code.matches(typed)) return { kept: false }
      // Taken out first: it is neither added twice nor wiped while it is being added.
      offer.take()
      try {
        await allowed(code.add())
      } catch (error) {
        // A full disk is no reason to write another code down.
        if (offer.code === null) offer.begin(code)
        else code.forget()
        throw error
      }
      code.forget()
      changed()
      return { kept: true }
    },
    'keys.give-up-recovery-code': () => {
      offer.take()?.forget()
      return Promise.resolve({})
    },
    'keys.protect': async ({ protect: wanted }) => {
      if (keys.holder === 'demo-file') throw new Refusal('not-possible', 'own-way')
      const answer = await protect({ folder, keys, keeper }, wanted)
      if (answer.problem === null) changed()
      return answer
    },
    'keys.remove': async ({ id }) => {
      await allowed(removeWay(folder, keys, id, keeper))
      changed()
      return {}
    },
  }
}
