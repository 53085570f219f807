import type { TextTable } from './table.ts'

/** What is told about identities: on the desktop, and where something cannot be done about them. */
export const connectionTexts = {
  'reminder.sign-in-ends_one': ['{{count}} innlogging utløper snart. Logg inn på nytt for fortsatt å få nye meldinger.', '{{count}} innlogging går snart ut. Logg inn på nytt for framleis å få nye meldingar.', '{{count}} sign-in ends soon. Sign in again to go on getting new messages.'],
  'reminder.sign-in-ends_other': ['{{count}} innlogginger utløper snart. Logg inn på nytt for fortsatt å få nye meldinger.', '{{count}} innloggingar går snart ut. Logg inn på nytt for framleis å få nye meldingar.', '{{count}} sign-ins end soon. Sign in again to go on getting new messages.'],
  'reminder.system-user-accepted_one': ['Systembrukeren er godkjent. Fullfør tilkoblingen i Meldingsboks.', 'Systembrukaren er godkjend. Fullfør tilkoplinga i Meldingsboks.', 'The system user has been approved. Complete the connection in Meldingsboks.'],
  'reminder.system-user-accepted_other': ['{{count}} systembrukere er godkjent. Fullfør tilkoblingen i Meldingsboks.', '{{count}} systembrukarar er godkjende. Fullfør tilkoplinga i Meldingsboks.', '{{count}} system users have been approved. Complete the connection in Meldingsboks.'],
  'reminder.system-user-refused_one': ['Forespørselen om systembruker ble ikke godkjent. Se hva du kan gjøre i Meldingsboks.', 'Førespurnaden om systembrukar vart ikkje godkjend. Sjå kva du kan gjere i Meldingsboks.', 'The request for a system user was not approved. See in Meldingsboks what you can do.'],
  'reminder.system-user-refused_other': ['{{count}} forespørsler om systembruker ble ikke godkjent. Se hva du kan gjøre i Meldingsboks.', '{{count}} førespurnader om systembrukar vart ikkje godkjende. Sjå kva du kan gjere i Meldingsboks.', '{{count}} requests for system users were not approved. See in Meldingsboks what you can do.'],
  'error.not-possible.incomplete': ['Noe mangler ennå. Fyll ut det som står som ugjort, og prøv igjen.', 'Noko manglar enno. Fyll ut det som står som ugjort, og prøv igjen.', 'Something is still missing. Complete what is not done, and try again.'],
  'error.not-possible.connected': ['Dette kan ikke endres etter at innloggingen er tatt i bruk. Legg til en ny i stedet.', 'Dette kan ikkje endrast etter at innlogginga er teken i bruk. Legg til ei ny i staden.', 'This cannot be changed once the sign-in is in use. Add a new one instead.'],
} as const satisfies TextTable
