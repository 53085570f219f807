import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a secret of the start file may be used (security.md 11). */
export const secretMs = 60_000
const maxWrong = 10
/** Windows that are open at once, and a few that were closed without a word. */
const maxSessions = 4

interface Secret {
  readonly text: string
  readonly madeAt: number
}

const equal = (a: string, b: string): boolean => {
  // Of equal length whatever was sent, so that the time tells nothing.
  const digest = (text: string): Buffer => createHmac('sha256', 'length').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** The key both sides hold; it is never sent again after it was handed out. */
export function proofOf(key: Buffer, side: 'server' | 'client', clientNonce: string, serverNonce: string): string {
  return createHmac('sha256', key).update(`meldingsboks/${side}/${clientNonce}/${serverNonce}`).digest('base64url')
}

export const provesClient = (key: Buffer, proof: string, clientNonce: string, serverNonce: string): boolean => equal(proof, proofOf(key, 'client', clientNonce, serverNonce))

/**
 * Who may talk to the engine: a one-use secret from the start file becomes a cookie and a key in the page. Both are
 * needed for everything but the fixed files (security.md 11, 12).
 */
export class Sessions {
  readonly #now: () => number
  readonly #renewed: (secret: string) => void
  #secrets: Secret[] = []
  #wrong = 0
  readonly #keys = new Map<string, Buffer>()

  /** @param renewed told of each new secret, for the start file */
  constructor(renewed: (secret: string) => void, now: () => number = Date.now) {
    this.#renewed = renewed
    this.#now = now
  }

  /** A fresh secret; one before it stays good for the rest of its time unless it was guessed at. */
  renew(): string {
    const secret = { text: randomBytes(16).toString('base64url'), madeAt: this.#now() }
    this.#secrets = [...this.#secrets.filter((one) => this.#now() - one.madeAt < secretMs), secret].slice(-2)
    this.#renewed(secret.text)
    return secret.text
  }

  /** Cookie and key for a secret; null when it is wrong, used or too old. Ten wrong ones make a new one. */
  redeem(text: string): { readonly cookie: string; readonly key: Buffer } | null {
    const found = this.#secrets.find((one) => equal(one.text, text) && this.#now() - one.madeAt < secretMs)
    if (found === undefined) {
      this.#wrong += 1
      if (this.#wrong >= maxWrong) {
        this.#wrong = 0
        this.#secrets = []
        this.renew()
      }
      return null
    }
    this.#secrets = []
    this.renew()
    const cookie = randomBytes(24).toString('base64url')
    const key = randomBytes(32)
    this.#keys.set(cookie, key)
    const [oldest] = this.#keys.keys()
    if (this.#keys.size > maxSessions && oldest !== undefined) this.#keys.delete(oldest)
    return { cookie, key }
  }

  keyOf(cookie: string | null): Buffer | null {
    return cookie === null ? null : (this.#keys.get(cookie) ?? null)
  }
}
