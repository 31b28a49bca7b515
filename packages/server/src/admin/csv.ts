/*
 * A cell that begins like a formula is one to a spreadsheet, and runs what a stranger typed as a name. Every cell is
 * quoted, and a quote sign goes before each such beginning: at the start of the cell, and after whatever a spreadsheet of
 * another country may take for the end of one (OWASP, 'CSV injection').
 */

/** Also in the full width that East Asian spreadsheets read as the same. */
const FORMULA = '=+\\-@\\t\\r\\n\\u{FF1D}\\u{FF0B}\\u{FF0D}\\u{FF20}';
const BEGINNING = '(?<=^|[,;|\\t"])';
const DANGEROUS = new RegExp(`${BEGINNING}(?='*[${FORMULA}])`, 'gu');
const GUARDED = new RegExp(`${BEGINNING}'(?='*[${FORMULA}])`, 'gu');

/** A value as a cell that no spreadsheet runs. */
export function csvCell(value: string | number): string {
  return `"${String(value).replace(DANGEROUS, "'").replaceAll('"', '""')}"`;
}

/** A row of RFC 4180. */
export function csvRow(values: readonly (string | number)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** What `csvCell` was given, once the quotes of the row are gone: what was exported comes back as it was. */
export function unguarded(cell: string): string {
  return cell.replace(GUARDED, '');
}
