import { colleague } from './dialogporten/actors.ts'
import { escape } from './html.ts'
import type { LocalState, MessageState } from './state.ts'

const when = new Intl.DateTimeFormat('nb-NO', { timeZone: 'Europe/Oslo', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' })
const perPage = 50

const style = `
  :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45 }
  body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
  h1 { font-size: 1.6rem; margin-bottom: .25rem } p { margin: .25rem 0 1rem; max-width: 60ch }
  nav a { margin-right: 1rem } nav { margin: 1rem 0 } a[aria-current] { font-weight: 650 }
  .wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
  th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); vertical-align: top }
  th { font-weight: 600 } td { font-variant-numeric: tabular-nums } .quiet { opacity: .65 } .title { min-width: 16rem; max-width: 26rem; overflow-wrap: anywhere }`

const views = { alle: 'Alle', bekreftes: 'Må bekreftes', ulest: 'Ikke meldt som lest' } as const
type View = keyof typeof views
const isView = (text: string | null): text is View => text !== null && text in views

function facts(rows: readonly { readonly at: number; readonly caller: string }[]): string {
  const last = rows.at(-1)
  if (last === undefined) return '<span class="quiet">nei</span>'
  const count = rows.length > 1 ? ` (${String(rows.length)} ganger)` : ''
  return `${escape(when.format(last.at))}${count}<br><span class="quiet">${callerText(last.caller)}</span>`
}

const callerText = (caller: string): string => (caller === 'before' ? 'før verdenen begynte' : caller === colleague ? 'en kollega' : `systembruker ${escape(caller.slice(0, 8))}`)

const places: Readonly<Record<string, string>> = { Archive: 'i arkivet', Bin: 'i papirkurven', MarkedAsUnopened: 'merket som uåpnet' }

/** Where the recipient keeps it: the sender does not see this. */
function place(state: LocalState, { sent }: MessageState): string {
  if (sent.transmissionOf !== null) return '<br><span class="quiet">i en annen dialog</span>'
  const words = (state.dialogs.get(sent.dialogId)?.labels ?? []).flatMap((label) => places[label] ?? [])
  return words.length === 0 ? '' : `<br><span class="quiet">${words.join(', ')} (det ser ikke avsenderen)</span>`
}

function row(state: LocalState, message: MessageState): string {
  const { sent } = message
  const confirmed = state.confirmed(message)
  const needed = sent.needsConfirmation ? facts(confirmed) : '<span class="quiet">trengs ikke</span>'
  const due = sent.dueAt === null ? '' : `<br><span class="quiet">frist: ${escape(when.format(sent.dueAt))}</span>`
  const resource = state.resource(sent.resourceId)
  const sender = sent.messageSender === '' ? (resource?.owner.name.nb ?? '') : sent.messageSender
  return `<tr><td class="title"><bdi>${escape(sent.title)}</bdi>${due}</td><td><bdi>${escape(sender)}</bdi></td><td><bdi>${escape(state.party(sent.recipient)?.name ?? sent.recipient)}</bdi>${place(state, message)}</td>
    <td>${escape(when.format(sent.createdAt))}</td><td>${facts(message.fetched)}</td><td>${facts(message.reads)}</td><td>${needed}</td><td>${facts(message.downloads)}</td><td>${facts(message.purges)}</td></tr>`
}

/** What the sender of each message can see of what the recipient did, newest first; a page without script. */
export function senderPage(state: LocalState, query: URLSearchParams): string {
  const asked = query.get('vis')
  const view: View = isView(asked) ? asked : 'alle'
  const all = [...state.messages()]
    .filter((message) => view === 'alle' || (view === 'ulest' ? message.reads.length === 0 : message.sent.needsConfirmation && state.confirmed(message).length === 0))
    .sort((a, b) => b.sent.createdAt - a.sent.createdAt)
  const pages = Math.max(1, Math.ceil(all.length / perPage))
  const wanted = Number(query.get('side') ?? '1')
  const page = Number.isInteger(wanted) && wanted >= 1 && wanted <= pages ? wanted : 1
  const link = (to: number, text: string): string => `<a href="/localtest?vis=${view}&amp;side=${String(to)}">${text}</a>`
  return `<!doctype html><html lang="nb" translate="no"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Dette ser avsenderen</title><style>${style}</style></head><body>
  <h1>Dette ser avsenderen</h1>
  <p>Lokal Altinn med oppdiktet post. Siden viser hva avsenderen av hver melding kan se at mottakeren har gjort.</p>
  <nav>${Object.entries(views).map(([name, text]) => `<a href="/localtest?vis=${name}"${name === view ? ' aria-current="page"' : ''}>${text}</a>`).join('')}</nav>
  <div class="wide"><table><thead><tr><th>Tittel</th><th>Avsender</th><th>Mottaker</th><th>Sendt</th><th>Hentet</th><th>Meldt som lest</th><th>Bekreftet</th><th>Vedlegg lastet ned</th><th>Slettet for godt</th></tr></thead>
  <tbody>${all.slice((page - 1) * perPage, page * perPage).map((message) => row(state, message)).join('')}</tbody></table></div>
  <nav>${page > 1 ? link(page - 1, 'Forrige') : ''}Side ${String(page)} av ${String(pages)} ${page < pages ? link(page + 1, 'Neste') : ''}</nav></body></html>`
}
