import Papa from 'papaparse'

/** What is drawn of a table at most: more cells make the window slow. */
const limits = { rows: 1000, cells: 10_000, columns: 100, cell: 500 } as const

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** There are more rows, or more columns, than are here. */
  readonly moreRows: boolean
  readonly moreColumns: boolean
  readonly separator: ';' | ',' | '\t'
}

const separators = [';', ',', '\t'] as const

/** The separator that gives the first lines the same number of columns, more than one; `;` as Norwegian spreadsheets write it. */
export function separatorOf(text: string): Table['separator'] {
  const lines = Papa.parse<string[]>(text.slice(0, 20_000), { preview: 20, delimiter: '\u0000' }).data.map((row) => row[0] ?? '')
  const start = lines.filter((line) => line !== '').slice(0, 10)
  const score = (separator: string): number => {
    const counts = start.map((line) => Papa.parse<string[]>(line, { delimiter: separator }).data[0]?.length ?? 1)
    const most = Math.max(1, ...counts)
    // Columns that each line has count; a sentence with a comma in it is no table.
    return most === 1 ? 0 : counts.filter((count) => count === most).length * Math.min(most, 20)
  }
  return separators.reduce((best, one) => (score(one) > score(best) ? one : best))
}

/** A table of separated values (RFC 4180, any of three separators), at most as much of it as is drawn. */
export function tableOf(text: string): Table {
  const separator = separatorOf(text)
  const { data, meta } = Papa.parse<string[]>(text, { delimiter: separator, preview: limits.rows + 2, skipEmptyLines: 'greedy' })
  const width = data.reduce((most, row) => Math.max(most, row.length), 1)
  const columns = Math.min(width, limits.columns)
  const shownRows = Math.min(limits.rows, Math.max(20, Math.floor(limits.cells / columns)))
  const cell = (value: string): string => (value.length > limits.cell ? `${value.slice(0, limits.cell)}…` : value)
  const row = (values: readonly string[]): readonly string[] => Array.from({ length: columns }, (_, at) => cell(values[at] ?? ''))
  const [head = [], ...rest] = data
  return { head: row(head), rows: rest.slice(0, shownRows).map(row), moreRows: rest.length > shownRows || meta.truncated, moreColumns: width > columns, separator }
}
