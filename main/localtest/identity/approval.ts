import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { handedIn, refused } from '../door.ts'
import { escape, pageHeaders, pageOf } from '../html.ts'
import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import type { RequestState } from './system-users.ts'

export const approvalPath = '/accessmanagement/ui/systemuser'

/** Where a person of the party approves or rejects a request (altinn3.md 1.4). */
export const approvalAddress = (ui: string, { id, kind }: Pick<RequestState, 'id' | 'kind'>): string => `${ui}${approvalPath}/${kind === 'agent' ? 'agentrequest' : 'request'}?id=${id}&DONTCHOOSEREPORTEE=true`

const packageNames: Readonly<Record<string, string>> = {
  'regnskapsforer-med-signeringsrettighet': 'Regnskapsfører med signeringsrettighet',
  'regnskapsforer-uten-signeringsrettighet': 'Regnskapsfører uten signeringsrettighet',
  'post-til-virksomheten': 'Post til virksomheten',
  'post-til-virksomheten-med-taushetsbelagt-innhold': 'Post til virksomheten med taushetsbelagt innhold',
  eksplisitt: 'Eksplisitt tjenestedelegering',
}
const packageName = (urn: string): string => packageNames[urn.split(':').at(-1) ?? ''] ?? urn

/** What has become of a request, for the person who looks at it. */
const outcomes: Readonly<Record<Exclude<RequestState['status'], 'New'>, string>> = {
  Accepted: 'Forespørselen er godkjent. Du kan lukke denne siden og gå tilbake til programmet.',
  Rejected: 'Forespørselen er avvist. Programmet får ikke tilgang.',
  Denied: 'Altinn har avslått forespørselen. Programmet får ikke tilgang.',
  Timedout: 'Forespørselen er utløpt. Be om en ny fra programmet.',
}

const note = '<p class="note">Dette er en lokal Altinn med oppdiktede virksomheter. Den som åpner siden, regnes som en som kan godkjenne.</p>'
const page = (status: number, title: string, body: string, headers: Reply['headers'] = {}): Reply => ({ status, headers: { ...pageHeaders, ...headers }, body: pageOf(title, `${note}\n${body}`) })

/** What a decision does to a request; an approval makes its system user. */
export function decide(state: LocalState, request: RequestState, status: 'Accepted' | 'Rejected' | 'Denied'): void {
  const systemUser = status === 'Accepted' ? (request.changes ?? randomUUID()) : null
  state.record({ kind: 'RequestDecided', at: state.now(), caller: 'approver', request: request.id, status, systemUser })
}

const decision = z.strictObject({ request: z.guid(), status: z.enum(['Accepted', 'Rejected', 'Denied']) })

/** `POST /localtest/requests`: decides a request without the page; `Denied` is Altinn's own refusal, which no page gives. `GET` lists. */
export function requestsDoor(state: LocalState): Handler {
  return (call) => {
    if (call.method === 'GET') return json(200, state.systemUsers.requests().map(({ id, status, systemId, organisation }) => ({ id, status, systemId, organisation })))
    if (call.method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } }
    const asked = handedIn(decision, call)
    if ('refusal' in asked) return asked.refusal
    const request = state.systemUsers.request(asked.value.request.toLowerCase())
    if (request === null) return refused('request: there is no such request', 404)
    if (request.status !== 'New') return refused('request: it was decided or timed out before', 409)
    decide(state, request, asked.value.status)
    return { status: 204 }
  }
}

/** The page of the access-management UI on which a request is approved or rejected: a form, no script. */
export function approvalPages(state: LocalState): Handler {
  // A form of another site must not approve in a person's name: each page carries what only this process can make.
  const secret = randomBytes(32)
  const markOf = (id: string): string => createHmac('sha256', secret).update(id).digest('hex')
  const isOwnForm = (id: string, mark: string): boolean => mark.length === 64 && timingSafeEqual(Buffer.from(mark), Buffer.from(markOf(id)))

  const form = (request: RequestState): Reply => {
    const system = state.systemUsers.system(request.systemId)
    const nameOf = (number: string): string => state.party(`urn:altinn:organization:identifier-no:${number}`)?.name ?? ''
    const named = (number: string): string => `<bdi>${escape(nameOf(number))}</bdi> (org.nr. ${escape(number)})`
    const vendor = system?.vendor ?? ''
    const rights = request.rights.map((id) => `<li><bdi>${escape(state.resource(id)?.title.nb ?? id)}</bdi> <span class="quiet">(${escape(id)})</span></li>`)
    const packages = request.accessPackages.map((urn) => `<li>${escape(packageName(urn))}</li>`)
    const list = (title: string, items: readonly string[]): string => (items.length === 0 ? '' : `<h2>${title}</h2><ul>${items.join('')}</ul>`)
    const kind = request.kind === 'agent' ? 'en systembruker for klientforhold' : request.changes === null ? 'en systembruker' : 'å endre en systembruker'
    // The way back is an address of the vendor's, and browsers hold form-action against it.
    const back = request.redirectUrl === null ? '' : ` ${new URL(request.redirectUrl).origin}`
    const policy = `${pageHeaders['content-security-policy'] ?? ''}${back}`
    return page(
      200,
      'Gi systemtilgang',
      `<p>${nameOf(vendor) === '' ? `Leverandøren med org.nr. ${escape(vendor)}` : named(vendor)} ber om ${kind} for ${named(request.organisation)}.</p>
<dl><dt>System</dt><dd><bdi>${escape(system?.name.nb ?? request.systemId)}</bdi> <span class="quiet">(${escape(request.systemId)})</span></dd>${request.integrationTitle === null ? '' : `<dt>Navn på tilgangen</dt><dd><bdi>${escape(request.integrationTitle)}</bdi></dd>`}</dl>
${list('Tjenester systemet får bruke', rights)}
${list(request.kind === 'agent' ? 'Tilgangspakker systemet kan få for klientene' : 'Tilgangspakker systemet får', packages)}
${request.kind === 'agent' ? '<p>Etter godkjenningen må en klientadministrator legge klientene til systembrukeren.</p>' : ''}
<form method="post"><input type="hidden" name="merke" value="${markOf(request.id)}"><button class="main" name="valg" value="godkjenn">Godkjenn</button> <button name="valg" value="avvis">Avvis</button></form>`,
      { 'content-security-policy': policy },
    )
  }

  const answered = (call: Call, request: RequestState): Reply => {
    const sent = new URLSearchParams(call.body.toString('utf8'))
    if (!isOwnForm(request.id, sent.get('merke') ?? '')) return page(400, 'Skjemaet er ikke gyldig lenger', '<p>Åpne lenken på nytt fra programmet.</p>')
    const choice = sent.get('valg')
    if (choice !== 'godkjenn' && choice !== 'avvis') return form(request)
    decide(state, request, choice === 'godkjenn' ? 'Accepted' : 'Rejected')
    if (request.redirectUrl !== null) return { status: 303, headers: { location: request.redirectUrl, 'cache-control': 'no-store' } }
    return page(200, choice === 'godkjenn' ? 'Godkjent' : 'Avvist', `<p>${outcomes[choice === 'godkjenn' ? 'Accepted' : 'Rejected']}</p>`)
  }

  return (call) => {
    const kind = { [`${approvalPath}/request`]: 'standard', [`${approvalPath}/agentrequest`]: 'agent' }[call.path]
    if (kind === undefined) return { status: 404 }
    if (call.method !== 'GET' && call.method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } }
    const request = state.systemUsers.request((call.query.get('id') ?? '').toLowerCase())
    if (request?.kind !== kind) return page(404, 'Forespørselen finnes ikke', '<p>Den kan være trukket tilbake. Be om en ny fra programmet.</p>')
    if (request.status !== 'New') return page(200, 'Forespørselen er avsluttet', `<p>${outcomes[request.status]}</p>`)
    return call.method === 'GET' ? form(request) : answered(call, request)
  }
}
