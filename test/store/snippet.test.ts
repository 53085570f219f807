import { describe, expect, it } from 'vitest'
import { snippetOf } from '../../main/store/reader/snippet.ts'

const of = (body: string, ...words: readonly string[]) => snippetOf({ id: 1, body, files: ['Årsregnskap.pdf'] }, words)
const marked = ({ text, marks }: ReturnType<typeof of>): readonly string[] => marks.map(([from, to]) => text.slice(from, to))

describe('a snippet', () => {
  it('marks every word that begins as it was typed, to its end', () => {
    expect(marked(of('Fristen for skattemeldingen er i dag. Skatt og frist.', 'skatt', 'frist'))).toEqual(['Fristen', 'skattemeldingen', 'Skatt', 'frist'])
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
})
