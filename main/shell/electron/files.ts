import { staticFiles, type StaticFile } from '../browser/static-files.ts'
import { pdfHeaders, pdfOrigin, windowHeaders, windowOrigin } from './policy.ts'

interface Page {
  readonly origin: string
  readonly files: ReadonlyMap<string, StaticFile>
  readonly headers: Readonly<Record<string, string>>
}

/** Answers our two schemes from lists read at start; what is not on them does not exist. */
export function pageServer(windowFolder: string, pdfFolder: string): (request: { readonly url: string; readonly method: string }) => Response {
  const pages: readonly Page[] = [
    { origin: windowOrigin, files: staticFiles(windowFolder), headers: windowHeaders },
    { origin: pdfOrigin, files: staticFiles(pdfFolder), headers: pdfHeaders },
  ]
  return ({ url, method }) => {
    const page = pages.find((one) => url.startsWith(`${one.origin}/`))
    const path = page === undefined ? '' : url.slice(page.origin.length).replace(/[?#].*$/, '')
    const file = page?.files.get(path)
    if (page === undefined || file === undefined || method !== 'GET') return new Response(null, { status: 404 })
    return new Response(new Uint8Array(file.bytes), { headers: { ...page.headers, 'content-type': file.type } })
  }
}
