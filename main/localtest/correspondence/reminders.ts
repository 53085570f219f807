import type { Caller } from '../callers.ts'
import type { Call, Reply } from '../http.ts'
import type { LocalState, MessageState } from '../state.ts'
import type { Language } from '../world/model.ts'
import { normalised } from './content.ts'
import { actionHeaders, invalid, type ProblemCode } from './problems.ts'

interface Texts {
  readonly opening: string
  line(sender: string, date: string, service: string): string
  readonly ending: string
}

const help = (path: string): string => `https://info.altinn.no/${path}ny-tilgangsstyring/taushetsbelagt-post/`
const texts: Readonly<Record<Language, Texts>> = {
  nb: {
    opening: `Under ligger en oversikt over hvilke meldinger som er uåpnet og viser til avsender, dato meldingen ble publisert og hvilken tjeneste som kreves. Hovedadministrator må delegere tilgang til denne tjenesten for at noen i din virksomhet skal kunne se meldingene. Se mer informasjon på våre hjelpesider: ${help('hjelp/')}`,
    line: (sender, date, service) => `Melding fra avsender ${sender} datert ${date}, denne krever tilgang til tjenesten: ${service}`,
    ending: 'NB! Dette varselet forsvinner når alle uleste taushetsbelagte meldinger er åpnet.',
  },
  nn: {
    opening: `Under ligg ein oversikt over kva meldingar som er uopna og viser til avsendar, dato meldinga blei publisert og kva teneste som krevst. Hovudadministrator må delegere tilgang til denne tenesta for at nokon i verksemda di skal kunne sjå meldingane. Sjå meir informasjon på våre hjelpesider: ${help('nn/hjelp/')}`,
    line: (sender, date, service) => `Melding frå avsendar ${sender} datert ${date}, denne krev tilgang til tenesta: ${service}`,
    ending: 'NB! Dette varselet forsvinn når alle ulesne tausheitsbelagte meldingar er opna.',
  },
  en: {
    opening: `Below is an overview of which correspondences are unopened and shows the sender, the date the correspondence was published and which service is required. The main administrator must delegate access to this service for someone in your organization to be able to see the messages. See more information on our support pages: ${help('en/help/')}`,
    line: (sender, date, service) => `Correspondence from sender ${sender} dated ${date}, this requires access to the service: ${service}`,
    ending: 'N.B. This notice will disappear when all unread confidential correspondences have been opened.',
  },
}

const isLanguage = (text: string): text is Language => text in texts

function dayOf(at: number): string {
  const [year = '', month = '', day = ''] = new Date(at).toISOString().slice(0, 10).split('-')
  return `${day}.${month}.${year}`
}

function lineOf(state: LocalState, { sent }: MessageState, at: number, language: Language): string {
  const resource = state.resource(sent.resourceId)
  const sender = sent.messageSender === '' ? (resource?.owner.name[language] ?? sent.sender) : sent.messageSender
  return texts[language].line(sender, dayOf(at), resource?.title[language] ?? sent.resourceId)
}

/**
 * `GET /confidential-reminders`: what Altinn's reminder of confidential mail shows. It lists what nobody has **read**, so that
 * the overview, which ends the reminder itself, takes nothing from it; nor does a purge (recorded: confidential-reminders-after,
 * together/053), and only what is old enough for a reminder.
 */
export function confidentialReminders(state: LocalState, caller: Caller, call: Call): Reply | ProblemCode {
  const asked = [...call.query].find(([name]) => name.toLowerCase() === 'languagecode')?.[1] ?? ''
  if (asked === '') return invalid({ languageCode: ['The languageCode field is required.'] }, { call, file: true })
  if (caller.behalf === null) return 4006
  if (!caller.may(caller.behalf, null)) return 4001
  const language = isLanguage(asked) ? asked : 'nb'
  const unread = state
    .messagesOf([caller.behalf])
    .map((message) => ({ message, at: state.publishAt(message) }))
    .filter(({ message, at }) => message.sent.confidential && message.reads.length === 0 && at <= state.now() && message.sent.requestedPublishAt + state.delays.reminder <= state.now())
    .sort((a, b) => a.at - b.at)
  if (unread.length === 0) return 1062
  const { opening, ending } = texts[language]
  const lines = unread.map(({ message, at }, index) => `${String(index + 1)}. ${lineOf(state, message, at, language)}`)
  return { status: 200, headers: { ...actionHeaders, 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(normalised([opening, ...lines, ending].join('\n\n'))) }
}
