import { escape, pageOf } from '../../html.ts'
import type { Person } from './persons.ts'

const note = '<p class="note">Dette er en lokal ID-porten med oppdiktede personer. Ingen her finnes.</p>'

const cancel = '<form method="post"><button name="valg" value="avbryt">Avbryt</button></form>'

const levels: Readonly<Record<string, string>> = { 'idporten-loa-substantial': 'betydelig', 'idporten-loa-high': 'høyt' }

/** Sikkerhetsnivå as Norwegian services name it. */
export const levelText = (acr: string): string => levels[acr] ?? acr

/** Who logs in. @param acr the level that was asked for */
export function loginPage(persons: readonly Person[], clientName: string, acr: string): string {
  const choices = persons.map(({ id, name, dateOfBirth }) => `<button class="wide" name="person" value="${escape(id)}"><bdi>${escape(name)}</bdi>${dateOfBirth === null ? '' : ` <span class="quiet">født ${escape(dateOfBirth)}</span>`}</button>`)
  return pageOf('Logg inn med ID-porten', `${note}
<p>${escape(clientName)} ber deg logge inn på sikkerhetsnivå ${escape(levelText(acr))}. Velg en testperson.</p>
<form method="post">${choices.join('\n')}</form>
${cancel}`)
}

const scopeTexts: Readonly<Record<string, string>> = {
  'digdir:dialogporten': 'se og håndtere dialogene dine og dem du kan opptre for, i Dialogporten',
  'altinn:correspondence.read': 'hente, lese og bekrefte meldinger i Altinn for deg og dem du kan opptre for',
  'altinn:accessmanagement/authorizedparties': 'se hvem du kan opptre for i Altinn',
  'altinn:clientdelegations.read': 'se hvilke klienter systembrukeren har',
  'altinn:clientdelegations.write': 'endre hvilke klienter systembrukeren har',
}

/** Whether the person lets a program use what it asked for beyond the login. */
export function consentPage(person: Person, clientName: string, scopes: readonly string[]): string {
  const items = scopes.map((scope) => `<li>${escape(scopeTexts[scope] ?? 'bruke tilgangen')} <span class="quiet">(${escape(scope)})</span></li>`)
  return pageOf('Gi tilgang', `${note}
<p>${escape(person.name)}, ${escape(clientName)} ber om å få:</p>
<ul>${items.join('\n')}</ul>
<form method="post"><button class="main" name="valg" value="tillat">Tillat</button> <button name="valg" value="avbryt">Ikke tillat</button></form>`)
}

/** What is told when a login cannot go on and there is nobody to send back to. */
export function errorPage(code: string, description: string): string {
  return pageOf('Innloggingen kan ikke fortsette', `${note}
<p>Gå tilbake til programmet og begynn innloggingen på nytt.</p>
<dl><dt>Feilkode</dt><dd>${escape(code)}</dd><dt>Beskrivelse</dt><dd>${escape(description)}</dd></dl>`)
}
