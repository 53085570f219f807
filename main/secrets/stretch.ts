import { scrypt } from 'node:crypto'

/** Cost of scrypt (RFC 7914 section 2): N the work and the memory, r the block size, p how often. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** What new things are sealed with (security.md 20): 128 MB and some tenths of a second. */
export const scryptCost = { N: 2 ** 17, r: 8, p: 1 } as const satisfies ScryptCost

/** Costs that are accepted from a file: a changed one can ask neither for all memory nor for nearly no work. */
export const scryptBounds = { N: [2 ** 15, 2 ** 16, 2 ** 17], r: 8, mostP: 4 } as const

const memory = 256 * 1024 * 1024

/** A passphrase stretched to 32 bytes. The caller wipes both. */
export function stretch(passphrase: Buffer, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { N, r, p, maxmem: memory }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
