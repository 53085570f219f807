import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError, isMissing, readIfThere, writeWhole } from '../disk.ts'
import { StoreError } from '../errors.ts'
import type { ProfileKeys } from '../keys.ts'
import { expand, templatePurpose } from '../keys-purposes.ts'

/** What lies in front of the two sealed parts: magic with its version, key epoch, salt, length of the first part. */
const magic = Buffer.from('MBFT\x01', 'latin1')
const headerBytes = magic.length + 4 + 32 + 4
const tagBytes = 16
const suffix = '.template'
const idPattern = /^[0-9a-f]{32}$/
/** What describes a template is small; a file that says otherwise is damaged. */
const maxFactsBytes = 4 * 1024 * 1024

export interface StoredTemplate {
  readonly id: string
  /** What describes it, as it was given. */
  readonly facts: unknown
}

/** Form templates that a user imported, each sealed in a file of its own in the profile's folder. */
export interface TemplateStore {
  /** Keeps a template. @returns its id. @throws {StoreError} 'full', 'unwritable' */
  add(facts: unknown, content: Buffer): Promise<string>
  /** All that can be read, and the ids of those that cannot. */
  list(): Promise<{ readonly templates: readonly StoredTemplate[]; readonly damaged: readonly string[] }>
  /** A template's content. @throws {StoreError} 'damaged'. @returns null when there is none of that id */
  read(id: string): Promise<Buffer | null>
  /** Nothing happens when there is none. */
  remove(id: string): Promise<void>
}

type Part = 'facts' | 'content'

/** Each part has a nonce of its own; the key belongs to this one file, whose salt is random. */
const nonces: Readonly<Record<Part, Buffer>> = { facts: Buffer.alloc(12, 0), content: Buffer.alloc(12, 1) }

class FolderTemplates implements TemplateStore {
  readonly #folder: string
  readonly #keys: ProfileKeys

  constructor(folder: string, keys: ProfileKeys) {
    this.#folder = join(folder, 'forms')
    this.#keys = keys
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${suffix}`)
  }

  #bound(id: string, header: Buffer, part: Part): Buffer {
    return Buffer.concat([Buffer.from(`${this.#keys.profileId}\n${id}\n${part}\n`), header])
  }

  async add(facts: unknown, content: Buffer): Promise<string> {
    const id = randomBytes(16).toString('hex')
    const text = Buffer.from(JSON.stringify(facts))
    const header = Buffer.alloc(headerBytes)
    magic.copy(header)
    header.writeUInt32LE(this.#keys.epoch, magic.length)
    randomBytes(32).copy(header, magic.length + 4)
    header.writeUInt32LE(text.length + tagBytes, headerBytes - 4)
    const key = expand(this.#keys.derive('forms'), header.subarray(magic.length + 4, magic.length + 36), templatePurpose(id))
    const seal = (part: Part, bytes: Buffer): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', key, nonces[part])
      cipher.setAAD(this.#bound(id, header, part))
      return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    }
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw asStoreError(error, 'making the folder of templates')
    }
    await writeWhole(this.#path(id), Buffer.concat([header, seal('facts', text), seal('content', content)]))
    return id
  }

  /** One part of a file. @throws {StoreError} 'damaged' */
  #open(id: string, file: Buffer, part: Part): Buffer {
    const damaged = (cause?: unknown): StoreError => new StoreError('damaged', 'a form template cannot be read', { cause })
    if (file.length < headerBytes + 2 * tagBytes || !file.subarray(0, magic.length).equals(magic)) throw damaged()
    const header = file.subarray(0, headerBytes)
    const length = header.readUInt32LE(headerBytes - 4)
    if (length < tagBytes || length > maxFactsBytes || headerBytes + length + tagBytes > file.length) throw damaged()
    const sealed = part === 'facts' ? file.subarray(headerBytes, headerBytes + length) : file.subarray(headerBytes + length)
    try {
      const key = expand(this.#keys.derive('forms', header.readUInt32LE(magic.length)), header.subarray(magic.length + 4, magic.length + 36), templatePurpose(id))
      const decipher = createDecipheriv('aes-256-gcm', key, nonces[part], { authTagLength: tagBytes })
      decipher.setAAD(this.#bound(id, header, part))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
    } catch (error) {
      throw damaged(error)
    }
  }

  async list(): Promise<{ readonly templates: readonly StoredTemplate[]; readonly damaged: readonly string[] }> {
    let names: readonly string[]
    try {
      names = await readdir(this.#folder)
    } catch (error) {
      if (isMissing(error)) return { templates: [], damaged: [] }
      throw error
    }
    const templates: StoredTemplate[] = []
    const damaged: string[] = []
    for (const name of [...names].sort()) {
      const id = name.endsWith(suffix) ? name.slice(0, -suffix.length) : ''
      if (!idPattern.test(id)) continue
      const file = await readIfThere(this.#path(id))
      if (file === null) continue
      try {
        templates.push({ id, facts: JSON.parse(this.#open(id, file, 'facts').toString('utf8')) as unknown })
      } catch (error) {
        if (!(error instanceof StoreError) && !(error instanceof SyntaxError)) throw error
        damaged.push(id)
      }
    }
    return { templates, damaged }
  }

  async read(id: string): Promise<Buffer | null> {
    if (!idPattern.test(id)) return null
    const file = await readIfThere(this.#path(id))
    return file === null ? null : this.#open(id, file, 'content')
  }

  async remove(id: string): Promise<void> {
    if (idPattern.test(id)) await rm(this.#path(id), { force: true })
  }
}

/** @param folder the profile's folder; nothing is made there before something is added */
export function openTemplates(folder: string, keys: ProfileKeys): TemplateStore {
  return new FolderTemplates(folder, keys)
}
