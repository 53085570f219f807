import type { Call, Handler, Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import { type Caller, type TokenProblem, type Tokens, unauthorized } from '../tokens.ts'
import { shortDate } from '../world/calendar.ts'
import type { Language } from '../world/model.ts'
import { notAcceptable } from './accept.ts'
import { actionHeaders, problem } from './problems.ts'

/** Words of the service itself (recorded in bokmål and English). */
const words: Readonly<Record<Language, { readonly before: string; readonly after: string; readonly line: (sender: string, day: string, service: string) => string }>> = {
  nb: {
    before:
      'Under ligger en oversikt over hvilke meldinger som er uåpnet og viser til avsender, dato meldingen ble publisert og hvilken tjeneste som kreves. Hovedadministrator må delegere tilgang til denne tjenesten for at noen i din virksomhet skal kunne se meldingene. Se mer informasjon på våre hjelpesider: [https://info.altinn.no/hjelp/ny-tilgangsstyring/taushetsbelagt-post/](https://info.altinn.no/hjelp/ny-tilgangsstyring/taushetsbelagt-post/)',
    line: (sender, day, service) => `Melding fra avsender ${sender} datert ${day}, denne krever tilgang til tjenesten: ${service}`,
    after: 'NB! Dette varselet forsvinner når alle uleste taushetsbelagte meldinger er åpnet.',
  },
  nn: {
    before:
      'Under ligg ei oversikt over kva meldingar som er uopna og viser til avsendar, dato meldinga vart publisert og kva teneste som krevst. Hovudadministrator må delegere tilgang til denne tenesta for at nokon i di verksemd skal kunne sjå meldingane. Sjå meir informasjon på hjelpesidene våre: [https://info.altinn.no/nn/hjelp/ny-tilgangsstyring/taushetsbelagt-post/](https://info.altinn.no/nn/hjelp/ny-tilgangsstyring/taushetsbelagt-post/)',
    line: (sender, day, service) => `Melding frå avsendar ${sender} datert ${day}, denne krev tilgang til tenesta: ${service}`,
    after: 'NB! Dette varselet forsvinn når alle ulesne tausheitsbelagde meldingar er opna.',
  },
  en: {
    before:
      'Below is an overview of which correspondences are unopened and shows the sender, the date the correspondence was published and which service is required. The main administrator must delegate access to this service for someone in your organization to be able to see the messages. See more information on our support pages: [https://info.altinn.no/en/help/ny-tilgangsstyring/taushetsbelagt-post/](https://info.altinn.no/en/help/ny-tilgangsstyring/taushetsbelagt-post/)',
    line: (sender, day, service) => `Correspondence from sender ${sender} dated ${day}, this requires access to the service: ${service}`,
    after: 'N.B. This notice will disappear when all unread confidential correspondences have been opened.',
  },
}

/** The text of Altinn's reminder: senders, days and services of what nobody opened, no titles. */
function textOf(state: LocalState, messages: readonly MessageState[], language: Language): string {
  const { before, line, after } = words[language]
  const lines = messages.map((message, n) => {
    const resource = state.resource(message.sent.resourceId)
    return `${String(n + 1)}. ${line(resource?.owner.name[language] ?? '', shortDate(state.publishAt(message), 'nb'), resource?.title[language] ?? message.sent.resourceId)}`
  })
  return [before, ...lines, after].join('\n\n')
}

const languageOf = (query: URLSearchParams): Language => {
  const asked = [...query].find(([name]) => name.toLowerCase() === 'languagecode')?.[1].toLowerCase()
  return asked === 'nn' || asked === 'en' ? asked : 'nb'
}

/**
 * `GET /correspondence/api/v1/confidential-reminders?languageCode=`: what the reminder dialog points to (altinn3.md 3.6, 3.8).
 * An Altinn token asks for its own organisation, a dialog token for the party of its dialog.
 */
export function reminderTextRoute(state: LocalState, tokens: Tokens): Handler {
  const partyOf = (caller: Caller): string => `urn:altinn:organization:identifier-no:${caller.systemUserId === '' ? '' : (state.world.identities[0]?.organisation ?? '')}`
  return async (call: Call): Promise<Reply> => {
    if (call.path !== '/correspondence/api/v1/confidential-reminders') return { status: 404, headers: actionHeaders }
    if (call.method !== 'GET') return { status: 405, headers: { ...actionHeaders, allow: 'GET' } }
    state.settle()
    const dialogParty = await tokens.dialogParty(call)
    const caller: Caller | TokenProblem = dialogParty === null ? await tokens.caller(call) : { problem: 'none' }
    if (dialogParty === null) {
      if ('problem' in caller) return unauthorized(caller, 2)
      if (caller.kind === 'maskinporten' || !caller.scopes.includes('altinn:correspondence.read')) return { status: 403 }
    }
    const refusal = notAcceptable(call, 'text/plain')
    if (refusal !== null) return refusal
    const party = dialogParty ?? ('problem' in caller ? '' : partyOf(caller))
    const waiting = state.reminders.waiting(party)
    if (waiting.length === 0) return problem(1062, true)
    return { status: 200, headers: { ...actionHeaders, 'content-type': 'text/plain; charset=utf-8', 'transfer-encoding': 'chunked' }, body: textOf(state, waiting, languageOf(call.query)) }
  }
}
