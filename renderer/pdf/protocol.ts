/** What crosses between the window and the page that draws PDFs; each side checks origin, source and shape (security.md 9). */

export type ToPdf =
  | { readonly kind: 'begin'; readonly bytes: number; readonly scheme: 'light' | 'dark'; readonly language: string }
  | { readonly kind: 'piece'; readonly data: ArrayBuffer }
  | { readonly kind: 'go'; readonly page: number }
  | { readonly kind: 'zoom'; readonly to: 'in' | 'out' | 'width' }
  | { readonly kind: 'find'; readonly text: string; readonly again: 'next' | 'previous' | null }

export type FromPdf =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly pages: number }
  | { readonly kind: 'page'; readonly page: number }
  | { readonly kind: 'zoom'; readonly percent: number }
  | { readonly kind: 'found'; readonly at: number; readonly count: number }
  | { readonly kind: 'failed'; readonly reason: 'password' | 'damaged' }
  | { readonly kind: 'key'; readonly key: string; readonly ctrlKey: boolean; readonly shiftKey: boolean }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const shapesTo: Readonly<Record<ToPdf['kind'], (value: Readonly<Record<string, unknown>>) => boolean>> = {
  begin: ({ bytes, scheme, language }) => Number.isSafeInteger(bytes) && (bytes as number) >= 0 && (scheme === 'light' || scheme === 'dark') && typeof language === 'string',
  piece: ({ data }) => data instanceof ArrayBuffer,
  go: ({ page }) => Number.isSafeInteger(page),
  zoom: ({ to }) => to === 'in' || to === 'out' || to === 'width',
  find: ({ text, again }) => typeof text === 'string' && text.length <= 200 && (again === null || again === 'next' || again === 'previous'),
}
const shapesFrom: Readonly<Record<FromPdf['kind'], (value: Readonly<Record<string, unknown>>) => boolean>> = {
  ready: () => true,
  opened: ({ pages }) => Number.isSafeInteger(pages),
  page: ({ page }) => Number.isSafeInteger(page),
  zoom: ({ percent }) => typeof percent === 'number',
  found: ({ at, count }) => Number.isSafeInteger(at) && Number.isSafeInteger(count),
  failed: ({ reason }) => reason === 'password' || reason === 'damaged',
  key: ({ key, ctrlKey, shiftKey }) => typeof key === 'string' && key.length <= 20 && typeof ctrlKey === 'boolean' && typeof shiftKey === 'boolean',
}

function fits(shapes: Readonly<Record<string, (value: Readonly<Record<string, unknown>>) => boolean>>, value: unknown): boolean {
  if (!isObject(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(shapes, value['kind'])) return false
  return shapes[value['kind']]?.(value) === true
}

export const isToPdf = (value: unknown): value is ToPdf => fits(shapesTo, value)
export const isFromPdf = (value: unknown): value is FromPdf => fits(shapesFrom, value)
