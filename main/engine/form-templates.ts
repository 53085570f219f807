import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ImportedForm, TemplateView } from '../../preload/contract/index.ts'
import { templateHash, type Forms } from '../reading/forms/forms.ts'
import type { TemplateFacts } from '../reading/forms/manifest.ts'
import type { TemplateSource } from '../reading/forms/package.ts'
import { FormError, formLimits } from '../reading/forms/problems.ts'
import type { TemplateStore } from '../store/forms/template-store.ts'
import type { Handlers } from './calls.ts'
import { Refusal } from './errors.ts'

const nullable = z.string().nullable()
/** What is kept of a template beside its content: it is listed and matched by this alone. */
const kept = z.object({
  content: z.string(),
  bytes: z.number().int(),
  addedAt: z.number().int(),
  facts: z.object({
    root: z.object({ namespace: z.string(), name: z.string() }),
    dataFormat: z.object({ provider: nullable, id: z.string(), version: nullable }).nullable(),
    register: z.object({ id: z.string(), version: nullable, form: nullable }).nullable(),
    solution: z.object({ name: z.string(), version: nullable }).nullable(),
    title: nullable,
    version: nullable,
    views: z.array(z.object({ name: z.string(), caption: z.string(), print: z.string().nullable() })).readonly(),
    defaultView: z.string(),
    labels: z.record(z.string(), z.string()),
  }),
})

/** A template that may be used for a form. */
export interface UsableTemplate {
  readonly facts: TemplateFacts
  /** Names its content. */
  readonly hash: string
  readonly from: 'message' | 'library'
  readonly source: () => Promise<TemplateSource>
}

/** What people call a template: its title, or the readable part of its urn. */
export function templateName({ title, solution, root }: Pick<TemplateFacts, 'title' | 'solution' | 'root'>): string {
  const urn = solution?.name.replace(/^urn:schemas-microsoft-com:office:infopath:/, '').replace(/:-.*$/, '') ?? ''
  return (title ?? (urn === '' ? root.name : urn)).replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 120)
}

const frame = z.array(z.object({ name: z.string(), bytes: z.number().int().nonnegative() }))

/** Files one behind the other, after a list of them; a packed template is one without a name. */
export function joinSource(source: TemplateSource): Buffer {
  const files = 'packed' in source ? [{ name: '', bytes: source.packed }] : source.files
  const list = Buffer.from(JSON.stringify(files.map(({ name, bytes }) => ({ name, bytes: bytes.length }))))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(list.length)
  return Buffer.concat([length, list, ...files.map(({ bytes }) => bytes)])
}

/** The opposite; what was sealed is whole. */
export function splitSource(content: Buffer): TemplateSource {
  const from = 4 + content.readUInt32LE(0)
  let at = from
  const files = frame.parse(JSON.parse(content.subarray(4, from).toString('utf8'))).map(({ name, bytes }) => {
    at += bytes
    return { name, bytes: content.subarray(at - bytes, at) }
  })
  const [first] = files
  return first?.name === '' ? { packed: first.bytes } : { files }
}

export interface TemplateLibrary {
  usable(): Promise<readonly UsableTemplate[]>
  readonly handlers: Handlers
  /** What writes; a profile that is open for reading has none of it. */
  readonly writing: Handlers
}

interface Parts {
  readonly store: TemplateStore
  readonly forms: Forms
  readonly now: () => number
  readonly changed: () => void
}

/** A template that is being handed over. */
interface Arriving {
  readonly handle: string
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly pieces: Buffer[]; got: number }[]
}

/** The library of templates: imported by a person, kept once per content. */
export function templateLibrary({ store, forms, now, changed }: Parts): TemplateLibrary {
  let arriving: Arriving | null = null
  const all = async (): Promise<{ readonly known: readonly { readonly id: string; readonly kept: z.infer<typeof kept> }[]; readonly damaged: readonly string[] }> => {
    const { templates, damaged } = await store.list()
    const read = templates.map(({ id, facts }) => ({ id, kept: kept.safeParse(facts) }))
    return { known: read.flatMap(({ id, kept: one }) => (one.success ? [{ id, kept: one.data }] : [])), damaged: [...damaged, ...read.flatMap(({ id, kept: one }) => (one.success ? [] : [id]))] }
  }
  const add = async (source: TemplateSource): Promise<ImportedForm> => {
    try {
      const facts = await forms.with((ask) => ask('template', { template: source }))
      const content = templateHash(source)
      const name = templateName(facts)
      if ((await all()).known.some((one) => one.kept.content === content)) return { outcome: 'known', name, problem: null }
      const joined = joinSource(source)
      await store.add({ content, bytes: joined.length, addedAt: now(), facts } satisfies z.infer<typeof kept>, joined)
      changed()
      return { outcome: 'added', name, problem: null }
    } catch (error) {
      if (error instanceof FormError) return { outcome: 'rejected', name: null, problem: error.problem }
      throw error
    }
  }
  return {
    usable: async () =>
      (await all()).known.map(({ id, kept: { content, facts } }) => ({
        facts, hash: content, from: 'library' as const,
        source: async () => {
          const bytes = await store.read(id)
          if (bytes === null) throw new FormError('template-unreadable', 'it was removed')
          return splitSource(bytes)
        },
      })),
    handlers: {
      'forms.templates': async () => {
        const { known, damaged } = await all()
        const templates: readonly TemplateView[] = known.map(({ id, kept: { facts, bytes, addedAt } }) => ({ id, name: templateName(facts), version: facts.version, views: facts.views.length, bytes, addedAt }))
        return { templates: [...templates].sort((a, b) => a.name.localeCompare(b.name, 'nb')), damaged: [...damaged] }
      },
    },
    writing: {
      'forms.import-begin': ({ files }) => {
        if (files.reduce((sum, { bytes }) => sum + bytes, 0) > formLimits.bytes) throw new Refusal('not-possible', 'template-too-large')
        arriving = { handle: randomBytes(16).toString('hex'), files: files.map(({ name, bytes }) => ({ name, bytes, pieces: [], got: 0 })) }
        return Promise.resolve({ handle: arriving.handle })
      },
      'forms.import-bytes': ({ handle, data }) => {
        const file = arriving?.handle === handle ? arriving.files.find(({ got, bytes }) => got < bytes) : undefined
        const piece = Buffer.from(data, 'base64')
        if (file === undefined || file.got + piece.length > file.bytes || piece.length === 0) throw new Refusal('invalid', 'more bytes than were announced')
        file.pieces.push(piece)
        file.got += piece.length
        return Promise.resolve({})
      },
      'forms.import-end': async ({ handle }) => {
        const whole = arriving?.handle === handle ? arriving : null
        arriving = null
        if (whole === null || whole.files.some(({ got, bytes }) => got < bytes)) throw new Refusal('invalid', 'not all bytes came')
        const files = whole.files.map(({ name, pieces }) => ({ name, bytes: Buffer.concat(pieces) }))
        const [first] = files
        return await add(files.length === 1 && first !== undefined ? { packed: first.bytes } : { files })
      },
      'forms.remove': async ({ id }) => {
        await store.remove(id)
        changed()
        return {}
      },
    },
  }
}

/** Names a document by its content. */
export const documentHash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
