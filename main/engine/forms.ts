import type { FormView } from '../../preload/contract/index.ts'
import type { AskForm, Forms } from '../reading/forms/forms.ts'
import { templateHash } from '../reading/forms/forms.ts'
import type { FormJobs } from '../reading/forms/jobs.ts'
import type { TemplateFacts } from '../reading/forms/manifest.ts'
import { type FormHint, matchTemplate, type Match } from '../reading/forms/matching.ts'
import { FormError, formLimits } from '../reading/forms/problems.ts'
import { detectKind, safeFileName } from '../reading/file-kinds.ts'
import type { Reading, SafeLetter } from '../reading/reading.ts'
import { decodeXml } from '../reading/forms/xml-text.ts'
import type { Reader } from '../store/open.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import { bytesOf, type KeptFiles, saveTo } from './files.ts'
import { documentHash, templateName, type TemplateLibrary, type UsableTemplate } from './form-templates.ts'
import { letterView } from './letter-view.ts'

interface Parts {
  readonly reader: Reader
  readonly files: KeptFiles
  readonly reading: Reading
  readonly forms: Forms
  readonly library: Pick<TemplateLibrary, 'usable'>
  readonly desk: Desk
}

/** The form of a message: an attachment, or with null its own text. */
interface FormPlace {
  readonly id: number
  readonly attachmentId: string | null
}

/** Longer source is cut on screen; the whole of it can be saved. */
const shownSource = 200_000
const keptFacts = 200

/** The newest of so many answers, by key. */
class Recent<Value> {
  readonly #values = new Map<string, Value>()

  async get(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const made = await make()
    this.#values.set(key, made)
    const [oldest] = this.#values.keys()
    if (this.#values.size > keptFacts && oldest !== undefined) this.#values.delete(oldest)
    return made
  }
}

/** What a message's own data says of its form, where its sender passed it on (xml-forms.md 2). */
export function hintOf(properties: Readonly<Record<string, string>>): FormHint | null {
  const at = (name: string): string | null => Object.entries(properties).find(([key]) => key.toLowerCase() === name)?.[1] ?? null
  const id = at('dataformatid')
  return id === null ? null : { provider: at('dataformatprovider'), id, version: at('dataformatversion') }
}

/** A form as it is to be shown. */
interface Shown {
  readonly mode: 'form' | 'plain'
  readonly letter: SafeLetter
  readonly view: FormView
  /** The view that the template names for printing this one. */
  readonly printView: string | null
}

export interface FormReading {
  readonly handlers: Handlers
  /** The letter of a form as a view shows it, for the addresses in it. */
  letter(place: FormPlace, view: string | null): Promise<SafeLetter>
  /** A form for paper: by the view that its template names for that, else as it is shown. */
  printed(place: FormPlace): Promise<SafeLetter>
}

/** Forms of messages: with the template that fits, or as a plain listing with the reason. */
export function formReading({ reader, files, reading, forms, library, desk }: Parts): FormReading {
  const documents = new Recent<FormJobs['document']['answer']>()
  const templates = new Recent<TemplateFacts | null>()

  const messageOf = async (id: number) => {
    const message = await reader.show(id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    return message
  }
  const bytesAt = async ({ id, attachmentId }: FormPlace): Promise<Uint8Array> => {
    if (attachmentId !== null) return await files.with(id, attachmentId, (file) => bytesOf(file, formLimits.data))
    const { body } = await messageOf(id)
    if (body === null) throw new Refusal('not-here', 'The message is only in Altinn')
    // It is text already, whatever its declaration says of bytes.
    return Buffer.from(body.replace(/^\ufeff/, '').trimStart().replace(/^(<\?xml[^>]*?)\s+encoding\s*=\s*("[^"]*"|'[^']*')/, '$1'))
  }

  /** Templates that came with the message: they serve it alone (security.md 24). One that cannot be read is none. */
  const ownTemplates = async (id: number, ask: AskForm): Promise<readonly UsableTemplate[]> => {
    const { attachments } = await messageOf(id)
    const found: UsableTemplate[] = []
    for (const { attachmentId, fileName, state, bytes } of attachments) {
      if (state !== 'stored' || !/\.(xsn|zip)$/i.test(fileName.trim()) || (bytes ?? 0) > formLimits.packed) continue
      const source = async (): Promise<{ readonly packed: Uint8Array }> => ({ packed: await files.with(id, attachmentId, (file) => bytesOf(file, formLimits.packed)) })
      const packed = await source()
      const hash = templateHash(packed)
      // What is no template, as most zip files, is remembered as well.
      const facts = await templates.get(hash, async () => {
        try {
          return await ask('template', { template: packed })
        } catch (error) {
          if (error instanceof FormError) return null
          throw error
        }
      })
      if (facts !== null) found.push({ facts, hash, from: 'message', source })
    }
    return found
  }

  const show = async (place: FormPlace, wanted: string | null, mode: 'form' | 'plain'): Promise<Shown> => {
    const data = await bytesAt(place)
    const content = documentHash(data)
    return await forms.with(async (ask) => {
      let document: FormJobs['document']['answer'] | null = null
      let match: Match<UsableTemplate> | null = null
      const about = (): Omit<FormView, 'mode' | 'letter' | 'problem' | 'view' | 'notices'> => ({
        template: match === null ? null : { name: templateName(match.template.facts), version: match.template.facts.version, from: match.template.from },
        quality: match?.quality ?? null,
        version: document?.facts.solution?.version ?? document?.facts.dataFormat?.version ?? document?.facts.register?.version ?? null,
        views: match === null ? [] : [...match.template.facts.views],
        embedded: [...(document?.embedded ?? [])],
      })
      const plain = async (problem: FormView['problem']): Promise<Shown> => {
        const letter = await reading.xml(data, match?.template.facts.labels ?? {})
        return { mode: 'plain', letter, printView: null, view: { ...about(), mode: 'plain', letter: letterView(letter), problem, view: null, notices: [] } }
      }
      try {
        document = await documents.get(content, () => ask('document', { data }))
        const usable = [...(await ownTemplates(place.id, ask)), ...(await library.usable())]
        match = matchTemplate(document.facts, usable, ({ facts }) => facts, hintOf((await messageOf(place.id)).propertyList))
        if (match === null || mode === 'plain') return await plain(null)
        const { template } = match
        const view = template.facts.views.some(({ name }) => name === wanted) ? wanted : null
        const form = await forms.render(ask, [content, template.hash], async () => ({ template: await template.source(), data, view }), view)
        const letter: SafeLetter = { mode: 'html', problem: null, html: form.html, links: form.links, ownColours: true, leftOut: [] }
        const notices = form.notices.map(({ kind, names }) => ({ kind, names: [...names] }))
        return { mode: 'form', letter, printView: template.facts.views.find(({ name }) => name === form.view)?.print ?? null, view: { ...about(), mode: 'form', letter: letterView(letter), problem: null, view: form.view, notices } }
      } catch (error) {
        if (error instanceof FormError) return await plain(error.problem)
        throw error
      }
    })
  }

  return {
    letter: async (place, view) => (await show(place, view, 'form')).letter,
    printed: async (place) => {
      const { letter, printView } = await show(place, null, 'form')
      return printView === null ? letter : (await show(place, printView, 'form')).letter
    },
    handlers: {
      'forms.show': async ({ id, attachmentId, view, mode }) => (await show({ id, attachmentId }, view, mode)).view,
      'forms.source': async (place) => {
        const text = decodeXml(await bytesAt(place))
        return { text: text.slice(0, shownSource).toWellFormed(), isCut: text.length > shownSource }
      },
      'forms.save-embedded': async ({ at, ...place }) => {
        const data = await bytesAt(place)
        const file = await forms.with((ask) => ask('embedded', { data, at })).catch((error: unknown) => {
          throw error instanceof FormError ? new Refusal('not-possible', 'form-file') : error
        })
        if (file === null) throw new Refusal('not-found', 'There is no such file in the form')
        const bytes = Buffer.from(file.bytes)
        const target = await desk.saveTarget(safeFileName(file.name, detectKind(file.name, bytes.subarray(0, 4096))))
        if (target === null) return { path: null }
        await saveTo(target.path, [bytes])
        return { path: target.path }
      },
    },
  }
}
