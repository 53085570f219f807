import { describe, expect, it } from 'vitest'
import { calm, cutText, decode } from '../../renderer/preview/decode.ts'
import { isJson, prettyJson } from '../../renderer/preview/json.ts'
import { separatorOf, tableOf } from '../../renderer/preview/table.ts'

describe('text of files', () => {
  it.each([
    ['utf-8', Buffer.from('blåbær'), 'utf-8'], ['a mark', Buffer.from('\ufeffblåbær'), 'utf-8'], ['wide', Buffer.from('\ufeffblåbær', 'utf16le'), 'utf-16le'], ['wide, turned', Buffer.from('\ufeffblåbær', 'utf16le').swap16(), 'utf-16be'], ['old', Buffer.from('blåbær', 'latin1'), 'windows-1252'],
    ['a cut character', Buffer.from('blåbæræ').subarray(0, -1), 'utf-8'],
  ] as const)('%s', (_name, bytes, encoding) => {
    const found = decode(bytes)
    expect([found.text.startsWith('blåbær'), found.encoding]).toEqual([true, encoding])
  })

  it('shows what turns the line as a symbol, and is cut between lines and never inside a character', () => {
    expect(calm('a\u202eb\u0007\r\nc\td')).toBe('a\u25a1b\u25a1\nc\td')
    expect(cutText('linje\nlinje\nlinje', 13)).toEqual({ text: 'linje\nlinje', cut: true })
    expect(cutText('aaa\u{1f600}', 4)).toEqual({ text: 'aaa', cut: true })
    expect(cutText('kort', 4)).toEqual({ text: 'kort', cut: false })
  })
})

describe('JSON', () => {
  it('has a line for each value and loses nothing', () => {
    expect(prettyJson('{"a":12345678901234567890,"a":[1,{}, []],"b":"x, {y}\\""}', 1000).text).toBe('{\n  "a": 12345678901234567890,\n  "a": [\n    1,\n    {},\n    []\n  ],\n  "b": "x, {y}\\""\n}')
  })

  it('is bounded, also where it nests without end', () => {
    const deep = prettyJson('['.repeat(100_000), 50_000)
    expect([deep.cut, deep.text.length <= 50_000]).toEqual([true, true])
    expect([isJson('{"a":1}'), isJson('{a}'), isJson('')]).toEqual([true, false, false])
  })
})

describe('tables', () => {
  it.each([['a;b;c\n1;2,5;3', ';'], ['a,b\n1,2', ','], ['a\tb\n1\t2', '\t'], ['"a;b";c\n1;2', ';'], ['ett ord', ';']] as const)('%j is separated by %j', (text, separator) => {
    expect(separatorOf(text)).toBe(separator)
  })

  it('are read with their quotes and cut where they are long', () => {
    expect(tableOf('Navn;Sum\r\n"Hansen; AS";"1 ""a"""\r\n\r\nB')).toMatchObject({ head: ['Navn', 'Sum'], rows: [['Hansen; AS', '1 "a"'], ['B', '']], moreRows: false, moreColumns: false })
    const long = tableOf(`a;b\n${'1;2\n'.repeat(5000)}`)
    expect([long.rows.length, long.moreRows]).toEqual([1000, true])
    const wide = tableOf(`${'x;'.repeat(500)}\n${`${'1;'.repeat(500)}\n`.repeat(300)}`)
    expect([wide.head.length, wide.rows.length, wide.moreColumns, wide.moreRows]).toEqual([100, 100, true, true])
  })
})
