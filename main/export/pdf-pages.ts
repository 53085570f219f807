import { EncryptedPDFError, PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, type PDFObject, type PDFPage, PDFRef, PDFStream } from '@cantoo/pdf-lib'

export type SafePages = { readonly ok: true; readonly bytes: Uint8Array; readonly pages: number } | { readonly ok: false; readonly why: 'protected' | 'damaged' | 'too-large' }

/** What a page needs to look as it does; everything else of it may act, lead somewhere or carry files (PDF 32000-1 table 30). */
const pageKeys = new Set(['Type', 'MediaBox', 'CropBox', 'Rotate', 'Resources', 'Contents', 'UserUnit', 'Group'])
/** Of pictures, forms and fonts: what stands elsewhere or belongs to another document (tables 89, 95, 97 and 45). */
const streamKeys = ['AF', 'Metadata', 'OPI', 'PieceInfo', 'Ref', 'StructParent', 'StructParents']
const hidden = 1 << 1
const noView = 1 << 5

const name = (text: string): PDFName => PDFName.of(text)

function numbers(array: PDFObject | undefined): readonly number[] {
  return array instanceof PDFArray ? array.asArray().map((_one, at) => array.lookup(at)).map((one) => (one instanceof PDFNumber ? one.asNumber() : 0)) : []
}

type Matrix = readonly [number, number, number, number, number, number]
type Box = readonly [number, number, number, number]

const boxOf = (values: readonly number[]): Box | null => {
  const [a, b, c, d] = values
  return a === undefined || b === undefined || c === undefined || d === undefined ? null : [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
}

/** How an appearance is laid into its annotation's rectangle (PDF 32000-1, 12.5.5, algorithm 8.1). */
function placing(box: Box, matrix: Matrix, rect: Box): Matrix | null {
  const corners = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]] as const
  const points = corners.map(([x, y]) => [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]] as const)
  const [left, bottom] = [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))]
  const [width, height] = [Math.max(...points.map(([x]) => x)) - left, Math.max(...points.map(([, y]) => y)) - bottom]
  if (width === 0 || height === 0) return null
  const [sx, sy] = [(rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height]
  return [sx, 0, 0, sy, rect[0] - left * sx, rect[1] - bottom * sy]
}

/** The picture that an annotation shows: what was filled into a form, a stamp, a mark. */
function appearanceOf(annotation: PDFDict): { readonly ref: PDFRef; readonly stream: PDFStream } | null {
  const { context } = annotation
  const flags = context.lookup(annotation.get(name('F')))
  if (flags instanceof PDFNumber && (flags.asNumber() & (hidden | noView)) !== 0) return null
  if (annotation.get(name('Subtype')) === name('Popup')) return null
  const states = context.lookup(annotation.get(name('AP')))
  let normal = states instanceof PDFDict ? states.get(name('N')) : undefined
  if (normal === undefined) return null
  if (context.lookup(normal) instanceof PDFDict) {
    const state = context.lookup(annotation.get(name('AS')))
    normal = state instanceof PDFName ? (context.lookup(normal) as PDFDict).get(state) : undefined
  }
  const stream = context.lookup(normal)
  return normal instanceof PDFRef && stream instanceof PDFStream ? { ref: normal, stream } : null
}

/** Draws what annotations show into the page, before they are taken away: a filled form stays filled. */
function flatten(page: PDFPage): void {
  const { node, doc } = page
  const annotations = doc.context.lookup(node.get(name('Annots')))
  if (!(annotations instanceof PDFArray)) return
  const drawn: string[] = []
  for (const entry of annotations.asArray()) {
    const annotation = doc.context.lookup(entry)
    if (!(annotation instanceof PDFDict)) continue
    const appearance = appearanceOf(annotation)
    const rect = boxOf(numbers(doc.context.lookup(annotation.get(name('Rect')))))
    if (appearance === null || rect === null) continue
    const { dict } = appearance.stream
    const box = boxOf(numbers(doc.context.lookup(dict.get(name('BBox')))))
    const own = numbers(doc.context.lookup(dict.get(name('Matrix'))))
    const matrix: Matrix = own.length === 6 ? (own as unknown as Matrix) : [1, 0, 0, 1, 0, 0]
    const at = box === null ? null : placing(box, matrix, rect)
    if (at === null) continue
    dict.set(name('Type'), name('XObject'))
    dict.set(name('Subtype'), name('Form'))
    const key = node.newXObject('Shown', appearance.ref)
    drawn.push(`q ${at.map((one) => one.toFixed(5)).join(' ')} cm ${key.toString()} Do Q`)
  }
  if (drawn.length === 0) return
  const { context } = doc
  // What the page itself left changed must not move what is drawn over it.
  node.wrapContentStreams(context.register(context.stream('q\n')), context.register(context.stream('\nQ\n')))
  node.addContentStream(context.register(context.stream(`\n${drawn.join('\n')}\n`)))
}

/** Takes out of copied objects whatever acts, or stands in another file. */
function calm(document: PDFDocument): void {
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    const dict = object instanceof PDFStream ? object.dict : object instanceof PDFDict ? object : null
    if (dict === null) continue
    if (object instanceof PDFStream) {
      for (const key of streamKeys) dict.delete(name(key))
      // A stream whose content is another file.
      for (const key of ['F', 'FFilter', 'FDecodeParms']) dict.delete(name(key))
    }
    const kind = dict.get(name('S'))
    const isAction = kind instanceof PDFName && ['JavaScript', 'Launch', 'URI', 'GoToR', 'GoToE', 'SubmitForm', 'ImportData', 'Rendition', 'RichMediaExecute'].includes(kind.decodeText())
    if (isAction || dict.has(name('EF'))) for (const key of dict.keys()) dict.delete(key)
  }
}

/**
 * The pages of somebody else's PDF as a document of their own: what they look like and nothing that acts. Blocking, and
 * without end for some files; belongs into a thread that can be killed.
 * @param maxPages more are refused
 */
export async function safePages(bytes: Uint8Array, maxPages: number): Promise<SafePages> {
  try {
    const source = await PDFDocument.load(bytes, { updateMetadata: false, capNumbers: true, parseSpeed: Infinity, password: '' }).catch(async (error: unknown) => {
      if (error instanceof EncryptedPDFError) throw error
      // One that is not encrypted at all may be refused for the empty password.
      return await PDFDocument.load(bytes, { updateMetadata: false, capNumbers: true, parseSpeed: Infinity })
    })
    const pages = source.getPages()
    if (pages.length === 0) return { ok: false, why: 'damaged' }
    if (pages.length > maxPages) return { ok: false, why: 'too-large' }
    for (const page of pages) {
      flatten(page)
      for (const key of page.node.keys()) if (!pageKeys.has(key.decodeText()) && key !== name('Parent')) page.node.delete(key)
    }
    const target = await PDFDocument.create({ updateMetadata: false })
    for (const page of await target.copyPages(source, pages.map((_page, at) => at))) target.addPage(page)
    calm(target)
    return { ok: true, bytes: await target.save({ addDefaultPage: false, updateFieldAppearances: false }), pages: pages.length }
  } catch (error) {
    // Whatever the parser stumbles over, the file is named to the person instead.
    if (error instanceof Error) return { ok: false, why: error instanceof EncryptedPDFError || /password|encrypt/i.test(error.message) ? 'protected' : 'damaged' }
    throw error
  }
}

export interface Appended {
  /** Which of the printed messages it belongs to, from 0. */
  readonly message: number
  /** The bookmark's text. */
  readonly name: string
  readonly bytes: Uint8Array
}

interface Bookmark {
  readonly ref: PDFRef
  readonly dict: PDFDict
  readonly page: number
}

/** The bookmarks of the first level: one a message, as the browser makes them of its headings. */
function messageBookmarks(document: PDFDocument, root: PDFDict): readonly Bookmark[] {
  const found: Bookmark[] = []
  const pages = document.getPages().map((page) => page.ref)
  let next = root.get(name('First'))
  while (next instanceof PDFRef && found.length <= pages.length) {
    const dict = document.context.lookup(next)
    if (!(dict instanceof PDFDict)) break
    const place = document.context.lookup(dict.get(name('Dest')))
    const page = place instanceof PDFArray ? pages.findIndex((one) => one === place.get(0)) : -1
    if (page >= 0) found.push({ ref: next, dict, page })
    next = dict.get(name('Next'))
  }
  return found
}

const count = (dict: PDFDict): number => {
  const value = dict.get(name('Count'))
  return value instanceof PDFNumber ? Math.max(0, value.asNumber()) : 0
}

/** Adds a bookmark as the last one below another. */
function addBookmark(document: PDFDocument, root: PDFDict, parent: { readonly ref: PDFRef; readonly dict: PDFDict }, title: string, page: PDFRef): void {
  const { context } = document
  const dict = context.obj({})
  const ref = context.register(dict)
  dict.set(name('Title'), PDFHexString.fromText(title))
  dict.set(name('Dest'), context.obj([page, name('Fit')]))
  dict.set(name('Parent'), parent.ref)
  const last = parent.dict.get(name('Last'))
  const before = context.lookup(last)
  if (last instanceof PDFRef && before instanceof PDFDict) {
    dict.set(name('Prev'), last)
    before.set(name('Next'), ref)
  } else parent.dict.set(name('First'), ref)
  parent.dict.set(name('Last'), ref)
  parent.dict.set(name('Count'), PDFNumber.of(count(parent.dict) + 1))
  if (parent.dict !== root) root.set(name('Count'), PDFNumber.of(count(root) + 1))
}

/** The root of the bookmarks, made where there are none. */
function outlineOf({ context, catalog }: PDFDocument): { readonly ref: PDFRef; readonly dict: PDFDict } {
  const ref = catalog.get(name('Outlines'))
  const dict = context.lookup(ref)
  if (ref instanceof PDFRef && dict instanceof PDFDict) return { ref, dict }
  const made = context.obj({ Type: 'Outlines', Count: 0 })
  const madeRef = context.register(made)
  catalog.set(name('Outlines'), madeRef)
  return { ref: madeRef, dict: made }
}

/**
 * Puts the pages of files behind the messages they came with, each with a bookmark below its message's.
 * @param printed our own document, with one bookmark of the first level a message
 * @param messages how many messages it holds
 */
export async function withAppended(printed: Uint8Array, messages: number, appended: readonly Appended[]): Promise<Uint8Array> {
  const document = await PDFDocument.load(printed, { updateMetadata: false, parseSpeed: Infinity })
  const { catalog } = document
  const outline = outlineOf(document)
  const bookmarks = messageBookmarks(document, outline.dict)
  // A browser that makes no bookmarks: the files follow at the end.
  const isKnown = bookmarks.length === messages
  let added = 0
  for (const { message, name: title, bytes } of appended) {
    const source = await PDFDocument.load(bytes, { updateMetadata: false, parseSpeed: Infinity })
    const own = bookmarks[message]
    const end = isKnown ? bookmarks[message + 1]?.page : undefined
    let at = end === undefined ? document.getPageCount() : end + added
    const pages = await document.copyPages(source, source.getPageIndices())
    const [first] = pages
    for (const page of pages) {
      document.insertPage(at, page)
      at += 1
      if (end !== undefined) added += 1
    }
    if (first !== undefined) addBookmark(document, outline.dict, isKnown && own !== undefined ? own : outline, title, first.ref)
  }
  catalog.set(name('PageMode'), name('UseOutlines'))
  document.setCreator('Meldingsboks')
  return await document.save({ addDefaultPage: false, updateFieldAppearances: false })
}

/** How many pages one of our own documents has. */
export async function pageCount(bytes: Uint8Array): Promise<number> {
  return (await PDFDocument.load(bytes, { updateMetadata: false, parseSpeed: Infinity })).getPageCount()
}
