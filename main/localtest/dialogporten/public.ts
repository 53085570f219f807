import { gzipSync } from 'node:zlib'
import type { Call, Handler, Reply } from '../http.ts'
import type { Tokens } from '../tokens.ts'

const limits = {
  endUserSearch: { maxPartyFilterValues: 100, maxServiceResourceFilterValues: 20, maxOrgFilterValues: 20, maxExtendedStatusFilterValues: 20 },
  serviceOwnerSearch: { maxPartyFilterValues: 20, maxServiceResourceFilterValues: 20, maxExtendedStatusFilterValues: 20 },
}
const oneDay = { 'cache-control': 'public, max-age=86400', vary: 'Accept-Encoding' }

/** What everybody may read compresses where it is asked to; the end-user API never does (recorded). */
function publicReply(call: Call, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  const text = JSON.stringify(body)
  const type = { 'content-type': 'application/json; charset=utf-8', ...headers }
  if (!/\bgzip\b/.test(call.headers['accept-encoding'] ?? '')) return { status: 200, headers: type, body: text }
  return { status: 200, headers: { ...type, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, body: gzipSync(text) }
}

/** Limits, keys of dialog tokens and their metadata: for everybody, without a token (altinn3.md 0, 3.5). */
export function publicRoutes(tokens: Tokens): Handler {
  const base = '/dialogporten/api/v1'
  return async (call) => {
    const documents: Readonly<Record<string, (() => Promise<Reply>) | undefined>> = {
      '/metadata/limits': () => Promise.resolve(publicReply(call, limits)),
      '/metadata/serviceresources': () => Promise.resolve(publicReply(call, { items: [] })),
      '/.well-known/jwks.json': async () => publicReply(call, { keys: [await tokens.dialogKey()] }, oneDay),
      '/.well-known/oauth-authorization-server': () => Promise.resolve(publicReply(call, { issuer: `${tokens.platform}${base}`, jwks_uri: `${tokens.platform}${base}/.well-known/jwks.json` }, oneDay)),
    }
    const document = documents[call.path.slice(base.length)]
    if (document === undefined) return { status: 404 }
    return call.method === 'GET' ? await document() : { status: 405, headers: { allow: 'GET' } }
  }
}
