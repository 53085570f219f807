/** What crosses between the window and the page that draws PDFs; each side checks origin, source and shape (security.md 9). */

export type Fit = 'width' | 'page'

export type ToPdf =
  | { readonly kind: 'begin'; readonly bytes: number; readonly scheme: 'light' | 'dark'; readonly language: string; /** Opened there, with the words marked. */ readonly page: number | null; readonly search: string }
  | { readonly kind: 'piece'; readonly data: ArrayBuffer }
  | { readonly kind: 'scheme'; readonly scheme: 'light' | 'dark' }
  /** A person's password for this one opening; neither side keeps it. */
  | { readonly kind: 'password'; readonly text: string }
  | { readonly kind: 'go'; readonly page: number }
  | { readonly kind: 'zoom'; readonly to: 'in' | 'out' | Fit }
  | { readonly kind: 'scale'; readonly percent: number }
  | { readonly kind: 'rotate'; readonly by: 90 | -90 }
  | { readonly kind: 'find'; readonly text: string; readonly again: 'next' | 'previous' | null }
  | { readonly kind: 'print' }
  /** Prints no more pages than have been drawn: somebody thought better of it. */
  | { readonly kind: 'stop-printing' }

export type FromPdf =
  | { readonly kind: 'ready' }
  | { readonly kind: 'password'; readonly why: 'needed' | 'wrong' }
  | { readonly kind: 'opened'; readonly pages: number }
  /** The first page is on the screen. */
  | { readonly kind: 'drawn' }
  | { readonly kind: 'page'; readonly page: number }
  | { readonly kind: 'zoom'; readonly percent: number; readonly fit: Fit | null }
  | { readonly kind: 'found'; readonly at: number; readonly count: number }
  | { readonly kind: 'printing'; readonly done: number; readonly total: number }
  | { readonly kind: 'printed'; readonly problem: 'too-many' | 'failed' | null }
  | { readonly kind: 'failed' }
  | { readonly kind: 'key'; readonly key: string; readonly ctrlKey: boolean; readonly shiftKey: boolean }

/** Percent of the paper's size that a page may be shown at. */
export const zoomLimits = { least: 10, most: 1000 } as const

type Shape = (value: Readonly<Record<string, unknown>>) => boolean
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const isScheme = (value: unknown): boolean => value === 'light' || value === 'dark'
const isPage = (value: unknown): boolean => Number.isSafeInteger(value)
const isText = (value: unknown, limit: number): boolean => typeof value === 'string' && value.length <= limit
const isFit = (value: unknown): boolean => value === 'width' || value === 'page'

const shapesTo: Readonly<Record<ToPdf['kind'], Shape>> = {
  begin: ({ bytes, scheme, language, page, search }) => Number.isSafeInteger(bytes) && (bytes as number) >= 0 && isScheme(scheme) && isText(language, 10) && (page === null || isPage(page)) && isText(search, 200),
  piece: ({ data }) => data instanceof ArrayBuffer,
  scheme: ({ scheme }) => isScheme(scheme),
  password: ({ text }) => isText(text, 500),
  go: ({ page }) => isPage(page),
  zoom: ({ to }) => to === 'in' || to === 'out' || isFit(to),
  scale: ({ percent }) => typeof percent === 'number' && percent >= zoomLimits.least && percent <= zoomLimits.most,
  rotate: ({ by }) => by === 90 || by === -90,
  find: ({ text, again }) => isText(text, 200) && (again === null || again === 'next' || again === 'previous'),
  print: () => true,
  'stop-printing': () => true,
}
const shapesFrom: Readonly<Record<FromPdf['kind'], Shape>> = {
  ready: () => true,
  password: ({ why }) => why === 'needed' || why === 'wrong',
  opened: ({ pages }) => isPage(pages),
  drawn: () => true,
  page: ({ page }) => isPage(page),
  zoom: ({ percent, fit }) => typeof percent === 'number' && (fit === null || isFit(fit)),
  found: ({ at, count }) => isPage(at) && isPage(count),
  printing: ({ done, total }) => isPage(done) && isPage(total),
  printed: ({ problem }) => problem === null || problem === 'too-many' || problem === 'failed',
  failed: () => true,
  key: ({ key, ctrlKey, shiftKey }) => isText(key, 20) && typeof ctrlKey === 'boolean' && typeof shiftKey === 'boolean',
}

function fits(shapes: Readonly<Record<string, Shape>>, value: unknown): boolean {
  if (!isObject(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(shapes, value['kind'])) return false
  return shapes[value['kind']]?.(value) === true
}

export const isToPdf = (value: unknown): value is ToPdf => fits(shapesTo, value)
export const isFromPdf = (value: unknown): value is FromPdf => fits(shapesFrom, value)
