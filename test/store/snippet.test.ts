import { describe, expect, it } from 'vitest'
import { type SnippetFile, snippetOf } from '../../main/store/reader/snippet.ts'

const file = (fileName: string, ...pages: readonly string[]): SnippetFile => ({ attachmentId: `id of ${fileName}`, fileName, hasPages: fileName.endsWith('.pdf'), pages: () => pages })
const of = (body: string, ...words: readonly string[]) => snippetOf({ id: 1, body, files: [file('Årsregnskap.pdf')] }, words)
const marked = ({ text, marks }: ReturnType<typeof of>): readonly string[] => marks.map(([from, to]) => text.slice(from, to))

describe('a snippet', () => {
  it('marks every word that begins as it was typed, to its end', () => {
    expect(marked(of('Fristen for skattemeldingen er i dag. Skatt og frist.', 'skatt', 'frist'))).toEqual(['Fristen', 'skattemeldingen', 'Skatt', 'frist'])
  })

  it('reads entities as letters, and words that a tag stands in as one', () => {
    const shown = of('<p>Et sp&oslash;rsm&aring;l om <b>mer</b>verdi&shy;avgift &amp;amp;</p>', 'spørsmål', 'merverdi')
    expect(shown).toMatchObject({ where: 'body', text: 'Et spørsmål om merverdi\u00adavgift &amp;' })
    expect(shown.marks).toHaveLength(2)
  })

  it('leaves out what only lays a text out, and keeps words and signs together', () => {
    expect(of('# Vedtak\n\n**Rune Kolstad**, som _ifølge_ `a-meldingen` er [ansatt](https://a.example/b) hos dere: 3*4 i fil_navn. | a | b |', 'vedtak').text).toBe('Vedtak Rune Kolstad, som ifølge a-meldingen er ansatt hos dere: 3*4 i fil_navn. a b')
    expect(of(`a${'*'.repeat(200_000)}b skatt`, 'skatt').text).toContain('skatt')
  })

  it('marks no word twice, and none inside another', () => {
    expect(marked(of('regnskapsåret', 'regn', 'regnskap'))).toEqual(['regnskapsåret'])
  })

  it('begins a little before the first hit, whichever word it is of', () => {
    const shown = of(`${'fyll '.repeat(200)}nåden og resten av teksten`, 'resten', 'nåden')
    expect(shown.text.startsWith('… ')).toBe(true)
    expect(marked(shown)).toEqual(['nåden', 'resten'])
  })

  it('marks the right letters behind one whose lower case is longer', () => {
    expect(marked(of('İİİ brevet', 'brev'))).toEqual(['brevet'])
  })

  it('names a file when only that has the word', () => {
    expect(of('Ingenting', 'årsregnskap')).toMatchObject({ where: 'attachment', text: 'Årsregnskap.pdf' })
  })

  it('of a body of megabytes full of hits looks at no more than it shows', () => {
    expect(marked(of('ord og andre ord '.repeat(200_000), 'ord', 'andre')).slice(0, 3)).toEqual(['ord', 'andre', 'ord'])
  })

  it('is of the page that has the most of the words, where the letter lacks one', () => {
    const files = [file('Notat.txt', 'Fristen er i mai'), file('Vedtak.pdf', 'Om frist', `${'fyll '.repeat(50)}frist for skatt\n og mer`)]
    const shown = snippetOf({ id: 1, body: 'Brev om skatt', files }, ['frist', 'skatt'])
    expect(shown).toMatchObject({ where: 'attachment', attachmentId: 'id of Vedtak.pdf', fileName: 'Vedtak.pdf', page: 2 })
    expect(marked(shown)).toEqual(['frist', 'skatt'])
  })

  it('names no page of a file that has none, nor for a hit in its name', () => {
    const files = [file('Notat.txt', 'Fristen er i mai'), file('Skatt.pdf', 'Innhold')]
    expect(snippetOf({ id: 1, body: '', files }, ['frist'])).toMatchObject({ where: 'attachment', fileName: 'Notat.txt', page: null })
    expect(snippetOf({ id: 1, body: '', files }, ['skatt'])).toMatchObject({ where: 'attachment', fileName: 'Skatt.pdf', page: null, text: 'Skatt.pdf' })
  })

  it('does not look into attachments where the letter has every word', () => {
    const never: SnippetFile = { ...file('Stor.pdf'), pages: () => { throw new Error('looked into') } }
    expect(snippetOf({ id: 1, body: 'Frist for skatt', files: [never] }, ['frist', 'skatt']).where).toBe('body')
  })
})
