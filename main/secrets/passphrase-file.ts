import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { longestSecret, type SecretKeeper, type SecretRead, type SecretRemove, type SecretState, type SecretTrouble, type SecretWrite } from './port.ts'
import { scryptBounds, scryptCost, stretch, type ScryptCost } from './stretch.ts'

/** Where the file lies. Errors of the operating system are thrown with their `code`. */
export interface WholeFile {
  /** null when there is none. */
  read(): Promise<Buffer | null>
  /** Replaces it whole, for this user only: after a kill either the old or the new one is there, never half of one. */
  replace(content: Buffer): Promise<void>
}

export interface PassphraseFileOptions {
  readonly file: WholeFile
  /** Not wiped here: it is its owner's. An empty one is refused. */
  readonly passphrase: Buffer
  /** Of a file that is made now; within `scryptBounds`. */
  readonly cost?: ScryptCost
}

const version = 1
const purpose = 'meldingsboks/passphrase-file'
const [saltBytes, nonceBytes, tagBytes] = [32, 12, 16]
/** Some hundred entries of the greatest length. */
const longestFile = 1024 * 1024

const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length)
const fileForm = z.object({
  version: z.literal(version),
  kdf: z.object({ name: z.literal('scrypt'), N: z.union(scryptBounds.N.map((N) => z.literal(N))), r: z.literal(scryptBounds.r), p: z.number().int().min(1).max(scryptBounds.mostP) }),
  salt: bytes(saltBytes),
  nonce: bytes(nonceBytes),
  /** AES-256-GCM over the entries as JSON, the tag at the end. */
  sealed: z.base64(),
})
type FileForm = z.infer<typeof fileForm>
/** Pairs and no object, so that a name may be any text. */
const entriesForm = z.array(z.tuple([z.string(), z.base64()])).transform((pairs) => new Map(pairs))
type Entries = ReadonlyMap<string, string>

/** Everything that stands in the clear is authenticated. */
const factsOf = ({ kdf, salt, nonce }: Omit<FileForm, 'sealed'>): Buffer => Buffer.from(JSON.stringify([purpose, version, kdf.name, kdf.N, kdf.r, kdf.p, salt, nonce]))

/** What is opened, with the key that opens it; a file that is not there yet has no key. */
interface Opened {
  readonly entries: Entries
  readonly form: FileForm | null
  readonly key: Buffer | null
}

class Closed extends Error {
  readonly trouble: SecretTrouble
  constructor(state: SecretTrouble['state'], reason: string) {
    super(reason)
    this.trouble = { state, reason }
  }
}

/** What the system says of the file, as a state: the path and the content never stand in the reason. */
function troubleOf(error: unknown): SecretTrouble {
  if (error instanceof Closed) return error.trouble
  const named = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = named instanceof Error && 'code' in named && typeof named.code === 'string' ? named.code : null
  if (code === null) throw error
  const state = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code) ? 'denied' : code === 'damaged' ? 'changed' : 'absent'
  return { state, reason: `the file with the secrets: ${code}` }
}

function parse(content: Buffer): FileForm {
  if (content.length > longestFile) throw new Closed('changed', 'the file with the secrets is too long')
  let json: unknown
  try {
    json = JSON.parse(content.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Closed('changed', 'the file with the secrets is not JSON')
    throw error
  }
  const later = z.object({ version: z.number() }).safeParse(json)
  if (later.success && later.data.version > version) throw new Closed('changed', 'the file with the secrets was written by a newer version of the program')
  const parsed = fileForm.safeParse(json)
  if (!parsed.success) throw new Closed('changed', 'the file with the secrets does not have its form')
  return parsed.data
}

function unseal(form: FileForm, key: Buffer): Entries {
  const sealed = Buffer.from(form.sealed, 'base64')
  if (sealed.length < tagBytes) throw new Closed('changed', 'the file with the secrets was cut')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(form.nonce, 'base64'), { authTagLength: tagBytes }).setAAD(factsOf(form)).setAuthTag(sealed.subarray(-tagBytes))
  const plain = decipher.update(sealed.subarray(0, -tagBytes))
  try {
    decipher.final()
  } catch {
    // A wrong passphrase and a changed file look the same to GCM; the first is what happens to people.
    throw new Closed('denied', 'the passphrase does not open the file with the secrets')
  }
  try {
    return entriesForm.parse(JSON.parse(plain.toString('utf8')))
  } finally {
    plain.fill(0)
  }
}

function seal(entries: Entries, kdf: FileForm['kdf'], salt: string, key: Buffer): Buffer {
  const clear = { version, kdf, salt, nonce: randomBytes(nonceBytes).toString('base64') } as const
  const plain = Buffer.from(JSON.stringify([...entries]))
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(clear.nonce, 'base64')).setAAD(factsOf(clear))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  plain.fill(0)
  return Buffer.from(`${JSON.stringify({ ...clear, sealed: sealed.toString('base64') } satisfies FileForm)}\n`)
}

/**
 * Small secrets in one file that a passphrase opens: for machines without a keychain. Sealed with AES-256-GCM under a key
 * that scrypt makes of the passphrase; version, cost, salt and nonce are authenticated. It is read anew at each question, so
 * that what another process wrote is seen, and each question takes scrypt's some tenths of a second.
 *
 * A wrong passphrase is 'denied', a file without its form 'changed', one that cannot be read 'denied' or 'absent'. A file
 * that is not there is an empty keeper: it is made by the first `write`.
 * @throws {RangeError} for an empty passphrase, a cost out of bounds or a secret that is too long
 */
export function passphraseFileKeeper({ file, passphrase, cost = scryptCost }: PassphraseFileOptions): SecretKeeper {
  if (passphrase.length === 0) throw new RangeError('a passphrase may not be empty')
  const N = scryptBounds.N.find((one) => one === cost.N)
  if (N === undefined || cost.r !== scryptBounds.r || cost.p < 1 || cost.p > scryptBounds.mostP) throw new RangeError('a cost of scrypt that could not be read back')
  const kdf = { name: 'scrypt', N, r: cost.r, p: cost.p } as const
  /** One question at a time: each reads the file and may replace it. */
  let last: Promise<unknown> = Promise.resolve()

  async function open(): Promise<Opened> {
    const content = await file.read()
    if (content === null) return { entries: new Map(), form: null, key: null }
    const form = parse(content)
    const key = await stretch(passphrase, Buffer.from(form.salt, 'base64'), form.kdf)
    try {
      return { entries: unseal(form, key), form, key }
    } catch (error) {
      key.fill(0)
      throw error
    }
  }

  async function replace({ form, key }: Opened, entries: Entries): Promise<void> {
    if (form !== null && key !== null) {
      await file.replace(seal(entries, form.kdf, form.salt, key))
      return
    }
    const salt = randomBytes(saltBytes)
    const made = await stretch(passphrase, salt, kdf)
    try {
      await file.replace(seal(entries, kdf, salt.toString('base64'), made))
    } finally {
      made.fill(0)
    }
  }

  function ask<T>(question: (opened: Opened) => T | Promise<T>): Promise<T | SecretTrouble> {
    const asked = last.then(async () => {
      let opened: Opened | null = null
      try {
        opened = await open()
        return await question(opened)
      } catch (error) {
        return troubleOf(error)
      } finally {
        opened?.key?.fill(0)
      }
    })
    last = asked.catch(() => undefined)
    return asked
  }

  return {
    kind: 'passphrase-file',
    probe: () => ask((): SecretState => ({ state: 'available', reason: 'the passphrase opens the file with the secrets' })),
    read: (name) => ask(({ entries }): SecretRead => {
      const found = entries.get(name)
      return found === undefined ? { state: 'missing' } : { state: 'found', value: Buffer.from(found, 'base64') }
    }),
    write: (name, value) => {
      if (value.length > longestSecret) return Promise.reject(new RangeError(`a secret holds at most ${String(longestSecret)} bytes`))
      return ask(async (opened): Promise<SecretWrite> => {
        await replace(opened, new Map([...opened.entries, [name, value.toString('base64')]]))
        const again = await open()
        again.key?.fill(0)
        return again.entries.get(name) === value.toString('base64') ? { state: 'written' } : { state: 'changed', reason: 'what was written does not read back' }
      })
    },
    remove: (name) => ask(async (opened): Promise<SecretRemove> => {
      if (!opened.entries.has(name)) return { state: 'missing' }
      await replace(opened, new Map([...opened.entries].filter(([other]) => other !== name)))
      return { state: 'removed' }
    }),
  }
}
