import { memo, type ReactElement, useMemo } from 'react'
import { useWords } from '../texts/words.ts'
import { calm } from './decode.ts'
import { tableOf } from './table.ts'

/** Whether a cell is a number as Norwegian and English spreadsheets write it: such columns stand to the right. */
const isNumber = (cell: string): boolean => /^[-+−]?\d[\d\s\u00a0.,]*%?$/.test(cell.trim())

/** Separated values as a table: its beginning, where it is long. Drawn once: what else changes in the window is none of its thousands of cells' business. */
export const TableView = memo(function TableView({ text, cut, name }: { readonly text: string; readonly cut: boolean; readonly name: string }): ReactElement {
  const { t, number } = useWords()
  const table = useMemo(() => tableOf(calm(text.replace(/^\ufeff/, ''))), [text])
  const right = useMemo(() => table.head.map((_, at) => table.rows.some((row) => row[at] !== '') && table.rows.slice(0, 50).every((row) => row[at] === '' || isNumber(row[at] ?? ''))), [table])
  return (
    <>
      {(table.moreRows || cut) && <p className="preview-note" role="status">{t('preview.rows', { count: number(table.rows.length) })}</p>}
      {table.moreColumns && <p className="preview-note" role="status">{t('preview.columns', { count: number(table.head.length) })}</p>}
      <div className="preview-table" tabIndex={0} role="region" aria-label={`${t('preview.table')}: ${name}`}>
        <table>
          <thead><tr>{table.head.map((cell, at) => <th key={at} scope="col" data-right={right[at]}><bdi>{cell}</bdi></th>)}</tr></thead>
          <tbody>{table.rows.map((row, n) => <tr key={n}>{row.map((cell, at) => <td key={at} data-right={right[at]}><bdi>{cell}</bdi></td>)}</tr>)}</tbody>
        </table>
      </div>
    </>
  )
})
