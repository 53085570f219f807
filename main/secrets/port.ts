/**
 * The port to secret keeping. "locked" never reads as empty and nothing hangs: every answer is one of these values
 * (design.md section 7).
 *
 * - available: entries can be read and written
 * - locked: there is a keeper, but it is locked, or nobody answered its question in time
 * - absent: this machine has no keeper (no service, no library)
 * - changed: the keeper answers, but what it holds is not what was put there
 * - denied: the keeper or the user refused
 */
export type SecretState = { readonly state: 'available' | 'locked' | 'absent' | 'changed' | 'denied'; readonly reason: string }

export type SecretTrouble = SecretState & { readonly state: 'locked' | 'absent' | 'changed' | 'denied' }

/** `missing`: the keeper was open and holds no entry of that name. */
export type SecretRead =
  | { readonly state: 'found'; readonly value: Buffer }
  | { readonly state: 'missing' }
  | SecretTrouble

export type SecretWrite = { readonly state: 'written' } | SecretTrouble

export type SecretRemove = { readonly state: 'removed' } | { readonly state: 'missing' } | SecretTrouble

/** A Windows credential holds 2560 bytes; base64 and the mark before it need a third more than the secret. */
export const longestSecret = 1800

/** Keeps small secrets (at most `longestSecret` bytes) by name. No method throws for what the keeper answers, and none takes longer than its time-out. */
export interface SecretKeeper {
  readonly kind: 'keychain'
  probe(): Promise<SecretState>
  read(name: string): Promise<SecretRead>
  /** Written and read back. */
  write(name: string, value: Buffer): Promise<SecretWrite>
  remove(name: string): Promise<SecretRemove>
}
