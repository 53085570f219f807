/** The one public client of all installations, as the real service would know it (altinn3.md 1.6). */
export const personClientId = 'meldingsboks-lokal'
export const personClientName = 'Meldingsboks'

export const idPortenPath = '/idporten'
export const acrValues = ['idporten-loa-substantial', 'idporten-loa-high'] as const
/** The level where none is asked for. */
export const standardAcr = acrValues[0]

/** No consent is asked for these; `noconsent` is granted to chosen clients for that very reason (altinn3.md 1.2). */
export const withoutConsent: readonly string[] = ['openid', 'profile', 'digdir:dialogporten.noconsent']
/** What the client is registered for. */
export const personScopes: readonly string[] = [...withoutConsent, 'digdir:dialogporten', 'altinn:correspondence.read', 'altinn:accessmanagement/authorizedparties', 'altinn:clientdelegations.read', 'altinn:clientdelegations.write']
