import { CsvError, parse } from 'csv-parse/sync';
import { AdminError, type Fault } from '../request/admin-error.ts';
import type { UserInput } from './user.ts';

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

const COLUMNS = ['organisation', 'username', 'name', 'email', 'password', 'password_hash', 'totp_secret'] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['organisation', 'username'];
const MOST_BYTES = 100 * 1024 * 1024;

/** The columns by the names that a person's faults have. */
export const columnOf: Readonly<Record<keyof UserInput, string>> = {
  username: 'username',
  name: 'name',
  email: 'email',
  password: 'password',
  passwordHash: 'password_hash',
  totpSecret: 'totp_secret',
  recoveryCodes: '',
};

export interface UserLine {
  row: number;
  organisation: string;
  input: UserInput;
}

/**
 * Reads the people of a CSV file (RFC 4180; comma or semicolon, as spreadsheets write it). Whether they are right is
 * somebody else's matter. @throws AdminError for a file that is no such table
 */
export function readUsersFile(text: string): { columns: readonly string[]; lines: UserLine[] } {
  if (text.length > MOST_BYTES) throw new AdminError('bad-import', 'The file is larger than 100 MiB: split it up.');
  const records = parseRecords(text);
  const [header, ...lines] = records;
  if (!header || lines.length === 0) {
    throw new AdminError('bad-import', `The file holds no people; expected a header (${COLUMNS.join(',')}) and rows.`);
  }
  const columns = readHeader(header.record);
  const faults = lines
    .filter(({ record }) => record.length !== columns.length)
    .map((line) => lengthFault(line, columns));
  if (faults.length > 0) throw faulty(faults);
  return { columns, lines: lines.map(({ record, row }) => userLine(row, columns, record)) };
}

/** The error of a file with faults in it: the first in the message, all of them in `faults`. */
export function faulty(faults: readonly Fault[]): AdminError {
  const many = faults.length === 1 ? 'One fault' : `${faults.length} faults`;
  return new AdminError('bad-import', `${many} in the file; nothing was imported.`, faults);
}

interface Line {
  record: string[];
  row: number;
}

function parseRecords(text: string): Line[] {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiter = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
  try {
    const options = { bom: true, delimiter, info: true, skip_empty_lines: true, relax_column_count: true } as const;
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ record, row: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The library's message quotes the text, which may hold secrets.
    const row = typeof error.lines === 'number' ? error.lines : 1;
    throw faulty([{ row, column: '', expected: 'expected CSV with double quotes around values that hold quotes' }]);
  }
}

function readHeader(cells: readonly string[]): Column[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const faults: Fault[] = [];
  const expected = `expected one of ${COLUMNS.join(', ')}`;
  for (const [index, name] of names.entries()) {
    const column = name.slice(0, 40) || `number ${index + 1}`;
    if (!COLUMNS.some((known) => known === name)) faults.push({ row: 1, column, expected });
    else if (names.indexOf(name) !== index) faults.push({ row: 1, column, expected: 'expected each column once' });
  }
  for (const column of REQUIRED) {
    if (!names.includes(column)) faults.push({ row: 1, column, expected: 'expected this column, it is missing' });
  }
  if (faults.length > 0) throw faulty(faults);
  return names as Column[];
}

function lengthFault({ record, row }: Line, columns: readonly Column[]): Fault {
  return { row, column: '', expected: `expected ${columns.length} values as in the header, found ${record.length}` };
}

function userLine(row: number, columns: readonly Column[], record: readonly string[]): UserLine {
  const value = (column: Column): string | undefined => {
    const index = columns.indexOf(column);
    const text = index < 0 ? undefined : record[index];
    return text === '' ? undefined : text;
  };
  /** As an export of ours guards it. */
  const guarded = (column: Column): string | undefined => {
    const text = value(column);
    return text === undefined ? undefined : unguarded(text);
  };
  return {
    row,
    organisation: (value('organisation') ?? '').trim(),
    input: {
      username: guarded('username') ?? '',
      name: guarded('name'),
      email: guarded('email'),
      password: value('password'),
      passwordHash: value('password_hash')?.trim(),
      totpSecret: value('totp_secret'),
    },
  };
}
