import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { errors } from 'oidc-provider'
import type Provider from 'oidc-provider'
import { pageHeaders } from '../../html.ts'
import { consentPage, errorPage, loginPage } from './pages.ts'
import type { Person } from './persons.ts'
import { idPortenPath, personClientName } from './client.ts'
import { consented, createProvider, type IdPortenOptions, scopesToGrant, wantedAcr } from './provider.ts'

const largestForm = 16 * 1024

/** A small form; null when it is larger than any of ours. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestForm) return null
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

function page(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, pageHeaders)
  response.end(html)
}

/** The pages of a login: who it is, and whether the program may have what it asked for. */
async function interact(provider: Provider, persons: readonly Person[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const details = await provider.interactionDetails(request, response)
  const { prompt, params, session } = details
  const acr = wantedAcr(params['acr_values'])
  const form = request.method === 'POST' ? await formOf(request) : new URLSearchParams()
  if (form === null) {
    page(response, 413, errorPage('invalid_request', 'The form is too large'))
    return
  }
  if (form.get('valg') === 'avbryt') {
    await provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'The user cancelled the login or did not consent' }, { mergeWithLastSubmission: false })
    return
  }
  if (prompt.name === 'login') {
    const person = persons.find(({ id }) => id === form.get('person'))
    if (person === undefined) page(response, 200, loginPage(persons, personClientName, acr))
    else await provider.interactionFinished(request, response, { login: { accountId: person.id, acr, amr: ['TestID'] } })
    return
  }
  if (form.get('valg') === 'tillat') {
    await provider.interactionFinished(request, response, { consent: { grantId: await consented(provider, details) } })
    return
  }
  const person = persons.find(({ id }) => id === session?.accountId)
  if (person === undefined) page(response, 400, errorPage('login_required', 'Nobody is logged in'))
  else page(response, 200, consentPage(person, personClientName, scopesToGrant(prompt.details)))
}

/** ID-porten as a listener for everything below `/idporten` of the local Altinn's server. */
export function mountIdPorten(options: IdPortenOptions): RequestListener {
  const provider = createProvider(options)
  const standard = provider.callback()
  return (request, response) => {
    const url = request.url ?? '/'
    if (url.startsWith(`${idPortenPath}/innlogging/`)) {
      interact(provider, options.persons, request, response).catch((error: unknown) => {
        // A login that was left too long, or one that was begun in another browser.
        if (error instanceof errors.OIDCProviderError) page(response, 400, errorPage(error.error, error.error_description ?? ''))
        else {
          options.report(error)
          if (response.headersSent) response.destroy()
          else page(response, 500, errorPage('server_error', ''))
        }
      })
      return
    }
    // The library finds its own addresses from what is left of the address it was mounted at.
    Object.assign(request, { originalUrl: url })
    request.url = url.slice(idPortenPath.length) || '/'
    void standard(request, response)
  }
}
