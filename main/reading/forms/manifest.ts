import { documentFacts, type FormFacts, rootFacts } from './document.ts'
import { manifestName, type Package } from './package.ts'
import { FormError, formLimits } from './problems.ts'
import { decodeXml, plain, readXmlText } from './xml-text.ts'

const xsf = 'http://schemas.microsoft.com/office/infopath/2003/solutionDefinition'
const schema = 'http://www.w3.org/2001/XMLSchema'

export interface FormView {
  readonly name: string
  readonly caption: string
  readonly transform: string
  /** The view that the template names for printing this one. */
  readonly print: string | null
}

/** What a template's manifest names; file names are free. */
export interface Manifest {
  /** urn of the template, as the instruction of its documents names it. */
  readonly name: string | null
  readonly version: string | null
  readonly views: readonly FormView[]
  readonly defaultView: string
  /** Data sources that lie in the package. */
  readonly secondary: readonly { readonly name: string; readonly file: string }[]
  readonly empty: string | null
  readonly schemas: readonly string[]
}

/** @throws {FormError} */
export function readManifest(files: Package): Manifest {
  const file = files.get(manifestName)
  if (file === undefined) throw new FormError('template-incomplete', 'no manifest')
  let name: string | null = null
  let version: string | null = null
  let wanted: string | null = null
  let empty: string | null = null
  const views: FormView[] = []
  const secondary: { name: string; file: string }[] = []
  const schemas: { readonly file: string; readonly root: boolean }[] = []
  let view: Omit<FormView, 'transform'> | null = null
  let source: string | null = null
  readXmlText(decodeXml(file.bytes), 'template-unreadable', {
    open: (tag) => {
      // Later versions put their own elements of other namespaces beside these.
      if (tag.uri !== xsf) return
      switch (tag.local) {
        case 'xDocumentClass':
          name = plain(tag, 'name')
          version = plain(tag, 'solutionVersion')
          break
        case 'views':
          wanted = plain(tag, 'default')
          break
        case 'view':
          view = { name: plain(tag, 'name') ?? '', caption: plain(tag, 'caption') ?? plain(tag, 'name') ?? '', print: plain(tag, 'printView') }
          break
        case 'mainpane': {
          const transform = plain(tag, 'transform')
          if (view !== null && transform !== null && views.length < formLimits.files) views.push({ ...view, transform })
          break
        }
        case 'dataObject':
          source = plain(tag, 'name')
          break
        case 'xmlFileAdapter': {
          const address = plain(tag, 'fileUrl')
          // An adapter outside of a data object is the form's own submit or query connection.
          if (source !== null && address !== null) secondary.push({ name: source, file: address.replace(/^x-soln:(?:\/\/\/?)?/i, '') })
          break
        }
        case 'initialXmlDocument':
          empty = plain(tag, 'href')
          break
        case 'documentSchema': {
          const location = plain(tag, 'location')?.trim().split(/\s+/).at(-1)
          if (location !== undefined) schemas.push({ file: location, root: plain(tag, 'rootSchema') === 'yes' })
          break
        }
      }
    },
    close: (tag) => {
      if (tag.uri === xsf && tag.local === 'view') view = null
      if (tag.uri === xsf && tag.local === 'dataObject') source = null
    },
  })
  const usable = views.filter(({ transform }) => files.has(transform.toLowerCase()))
  const [first] = usable
  if (first === undefined) throw new FormError('template-incomplete', 'no view')
  return { name, version, views: usable, defaultView: usable.find((one) => one.name === wanted)?.name ?? first.name, secondary, empty, schemas: schemas.sort((a, b) => Number(b.root) - Number(a.root)).map((one) => one.file) }
}

/** What the schema says of names: labels for people, and values that the root always has. */
interface SchemaFacts {
  readonly labels: Readonly<Record<string, string>>
  readonly fixed: ReadonlyMap<string, string>
}

const maxLabels = 2000

function readSchema(text: string): SchemaFacts {
  const labels: Record<string, string> = {}
  const fixed = new Map<string, string>()
  const open: (string | null)[] = []
  let said = ''
  let inside = false
  readXmlText(text, 'template-unreadable', {
    open: (tag) => {
      const isNamed = tag.uri === schema && (tag.local === 'element' || tag.local === 'attribute')
      open.push(isNamed ? (plain(tag, 'name') ?? plain(tag, 'ref')?.replace(/^.*:/, '') ?? null) : null)
      if (tag.uri === schema && tag.local === 'documentation') [said, inside] = ['', true]
      const value = plain(tag, 'fixed') ?? plain(tag, 'default')
      const name = plain(tag, 'name')
      if (tag.uri === schema && tag.local === 'attribute' && name !== null && value !== null) fixed.set(name, value)
    },
    text: (piece) => { if (inside) said += piece },
    close: (tag) => {
      open.pop()
      if (tag.uri !== schema || tag.local !== 'documentation') return
      inside = false
      // Of documentation below documentation, the name is that of the nearest element around.
      const name = open.findLast((one) => one !== null)
      const label = said.replace(/\s+/g, ' ').trim()
      if (name !== undefined && label !== '' && label.length <= 120 && Object.keys(labels).length < maxLabels) labels[name] ??= label
    },
  })
  return { labels, fixed }
}

/** A template as it is listed and matched; nothing of it is markup. */
export interface TemplateFacts extends FormFacts {
  readonly version: string | null
  readonly views: readonly { readonly name: string; readonly caption: string; /** The view that is named for printing this one. */ readonly print: string | null }[]
  readonly defaultView: string
  readonly labels: Readonly<Record<string, string>>
}

/** @throws {FormError} */
export function templateFacts(files: Package): TemplateFacts {
  const manifest = readManifest(files)
  const empty = files.get((manifest.empty ?? 'template.xml').toLowerCase()) ?? files.get('template.xml')
  let labels: Record<string, string> = {}
  const fixed = new Map<string, string>()
  for (const name of manifest.schemas) {
    const file = files.get(name.toLowerCase())
    if (file === undefined) continue
    const found = readSchema(decodeXml(file.bytes))
    labels = { ...found.labels, ...labels }
    for (const [key, value] of found.fixed) if (!fixed.has(key)) fixed.set(key, value)
  }
  const own = empty === undefined ? { ...rootFacts('', '', new Map()), solution: null } : documentFacts(empty.bytes)
  const bySchema = rootFacts(own.root.namespace, own.root.name, fixed)
  return {
    root: own.root,
    dataFormat: own.dataFormat ?? bySchema.dataFormat,
    register: own.register ?? bySchema.register,
    title: own.title ?? bySchema.title,
    solution: manifest.name === null ? own.solution : { name: manifest.name, version: manifest.version },
    version: manifest.version,
    views: manifest.views.map(({ name, caption, print }) => ({ name, caption, print })),
    defaultView: manifest.defaultView,
    labels,
  }
}
