import type { Reply } from '../http.ts'
import type { Action } from './actions.ts'

/** Left out of the public document (altinn3.md 2.3). */
const hidden: ReadonlySet<string> = new Set(['/content', '/forward/check'])

/** The document of the interface: what of it is served here, without models. */
export function openApi(base: string, actions: Readonly<Record<string, Action>>): Reply {
  const id = { name: 'correspondenceId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
  const file = { ...id, name: 'attachmentId' }
  const operation = (action: Action, parameters: readonly object[]) => ({
    [action.method.toLowerCase()]: { tags: ['Correspondence'], parameters, responses: { 200: { description: 'OK', content: { [action.type ?? 'application/octet-stream']: {} } } } },
  })
  const paths = Object.fromEntries(
    Object.entries(actions)
      .filter(([end]) => !hidden.has(end))
      .map(([end, action]) => (end === '/download' ? [`${base}/{correspondenceId}/attachment/{attachmentId}/download`, operation(action, [id, file])] : [`${base}/{correspondenceId}${end}`, operation(action, [id])])),
  )
  const document = { openapi: '3.0.4', info: { title: 'Altinn Correspondence (local)', version: 'v1' }, paths }
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8', 'cache-control': 'public, max-age=600', 'transfer-encoding': 'chunked' },
    body: JSON.stringify(document, null, 2),
  }
}
