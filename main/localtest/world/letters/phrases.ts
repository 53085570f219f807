import { longDate } from '../calendar.ts'
import type { Language } from '../model.ts'
import { pdf } from '../files/pdf.ts'
import type { Sheet } from '../files/pdf.ts'
import type { AttachmentDraft, Facts } from './kind.ts'

/** What many letters say in the same words: how to appeal, where to ask, how it ends. */

/** How the letter ends. When it asks for a confirmation, it says so here: once, and by when. */
export function closing(facts: Facts, unit?: string): string {
  const confirm = facts.confirm
    ? facts.say({
        nb: () => `**Bekreft at du har mottatt brevet.** Det gjør du i Altinn, senest ${facts.due}. Du bekrefter bare at virksomheten har mottatt brevet, ikke at dere er enige i innholdet.\n\n`,
        nn: () => `**Stadfest at du har motteke brevet.** Det gjer du i Altinn, seinast ${facts.due}. Du stadfestar berre at verksemda har motteke brevet, ikkje at de er samde i innhaldet.\n\n`,
        en: () => `**Please confirm that you have received this letter.** You do so in Altinn, no later than ${facts.due}. You only confirm that the organisation has received the letter, not that you agree with it.\n\n`,
      })
    : ''
  const greeting = facts.say({ nb: () => 'Med vennlig hilsen', nn: () => 'Med venleg helsing', en: () => 'Yours sincerely' })
  return `${confirm}${greeting}  \n${unit === undefined ? facts.owner : `${unit}  \n${facts.owner}`}`
}

/** The right to appeal, with the deadline counted in weeks. */
export function appeal(facts: Facts, weeks: number): string {
  return facts.say({
    nb: () => `## Du kan klage
Er dere uenige i vedtaket, kan dere klage innen ${weekWord(weeks, 'nb')} uker etter at brevet kom frem. Klagen sender dere til oss. Skriv hvilket vedtak dere klager på, hvorfor dere mener det er feil, og hvilken endring dere ønsker. Legg ved det som kan ha betydning for saken.

Vedtaket gjelder selv om dere klager. Dere kan be om at gjennomføringen utsettes til klagen er avgjort. Dere har som regel rett til å se sakens dokumenter, og dere kan få veiledning av oss før dere klager.`,
    nn: () => `## Du kan klage
Er de usamde i vedtaket, kan de klage innan ${weekWord(weeks, 'nn')} veker etter at brevet kom fram. Klaga sender de til oss. Skriv kva vedtak de klagar på, kvifor de meiner det er feil, og kva endring de ønskjer. Legg ved det som kan ha noko å seie for saka.

Vedtaket gjeld sjølv om de klagar. De kan be om at gjennomføringa blir utsett til klaga er avgjord. De har som regel rett til å sjå dokumenta i saka, og de kan få rettleiing av oss før de klagar.`,
    en: () => `## You may appeal
If you disagree with the decision, you may appeal within ${weekWord(weeks, 'en')} weeks of receiving this letter. Send the appeal to us. State which decision you are appealing, why you believe it is wrong and what change you are asking for. Enclose anything that may be relevant.

The decision applies even if you appeal. You may ask for its implementation to be postponed until the appeal has been decided.`,
  })
}

function weekWord(weeks: number, language: Language): string {
  const words: Readonly<Record<Language, readonly string[]>> = {
    nb: ['null', 'én', 'to', 'tre', 'fire', 'fem', 'seks'],
    nn: ['null', 'ei', 'to', 'tre', 'fire', 'fem', 'seks'],
    en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six'],
  }
  return words[language][weeks] ?? String(weeks)
}

/** Where to ask, with the case number that the office wants to hear. */
export function contact(facts: Facts, caseNumber: string): string {
  return facts.say({
    nb: () => `## Har du spørsmål?
Du finner mer informasjon på [nettsidene våre](${facts.site}/kontakt). Ringer du oss, er det fint om du har saksnummeret klart: ${caseNumber}.`,
    nn: () => `## Har du spørsmål?
Du finn meir informasjon på [nettsidene våre](${facts.site}/kontakt). Ringjer du oss, er det fint om du har saksnummeret klart: ${caseNumber}.`,
    en: () => `## Questions?
You will find more information on [our website](${facts.site}/en/contact). If you call us, please have the case number at hand: ${caseNumber}.`,
  })
}

/** How a business pays: amount, account, payment reference. */
export function paymentTable(facts: Facts, kroner: number): string {
  const { account, reference } = facts.payment()
  return facts.say({
    nb: () => `| Betaling | |
|---|---:|
| Beløp | ${facts.amount(kroner * 100)} |
| Kontonummer | ${account} |
| KID-nummer | ${reference} |
| Betalingsfrist | ${facts.due} |`,
    nn: () => `| Betaling | |
|---|---:|
| Beløp | ${facts.amount(kroner * 100)} |
| Kontonummer | ${account} |
| KID-nummer | ${reference} |
| Betalingsfrist | ${facts.due} |`,
    en: () => `| Payment | |
|---|---:|
| Amount (NOK) | ${facts.amount(kroner * 100)} |
| Account number | ${account} |
| Payment reference (KID) | ${reference} |
| Due date | ${facts.due} |`,
  })
}

const pageWords: Readonly<Record<Language, readonly [string, string]>> = { nb: ['Side', 'av'], nn: ['Side', 'av'], en: ['Page', 'of'] }
const factWords: Readonly<Record<Language, readonly [string, string]>> = { nb: ['Dato', 'Vår referanse'], nn: ['Dato', 'Vår referanse'], en: ['Date', 'Our reference'] }

/** A letter or enclosure of the sender as PDF on its own paper. `unit` is the department below the name. */
export function letterPdf(
  facts: Facts,
  sheet: { readonly fileName: string; readonly displayName?: string; readonly title: string; readonly unit: string; readonly reference: string; readonly markdown: string; readonly wide?: boolean; readonly pictures?: () => Sheet['pictures'] },
): AttachmentDraft {
  const [page, of] = pageWords[facts.language]
  const [date, ours] = factWords[facts.language]
  const { business } = facts.recipient
  return {
    fileName: sheet.fileName,
    ...(sheet.displayName === undefined ? {} : { displayName: sheet.displayName }),
    content: () => {
      const pictures = sheet.pictures?.()
      return pdf({
        letterhead: facts.owner,
        unit: sheet.unit,
        colour: facts.colour,
        to: [facts.name, business.street, business.postal],
        facts: [[date, longDate(facts.at, facts.language)], [ours, sheet.reference], [facts.language === 'en' ? 'Org. no.' : 'Org.nr.', facts.orgNumber]],
        title: sheet.title,
        markdown: sheet.markdown,
        pageOf: (at, all) => `${page} ${String(at)} ${of} ${String(all)}`,
        at: facts.at,
        ...(sheet.wide === undefined ? {} : { wide: sheet.wide }),
        ...(pictures === undefined ? {} : { pictures }),
      })
    },
  }
}

/** A Markdown table; `right` are the columns (from 0) whose numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const marks = head.map((_, at) => (right.includes(at) ? '---:' : '---'))
  return [head, marks, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
