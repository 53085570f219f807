/**
 * A table as Norwegian spreadsheets read it: `;` between the cells, CRLF, quotes where needed (RFC 4180 with `;`).
 * @param mark begin with a byte order mark, as spreadsheets that save "UTF-8" do
 */
export function csv(rows: readonly (readonly (string | number)[])[], mark = false): Buffer {
  const cell = (value: string | number): string => {
    const text = String(value)
    return /[;"\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
  }
  return Buffer.from((mark ? '\ufeff' : '') + rows.map((row) => `${row.map(cell).join(';')}\r\n`).join(''))
}
