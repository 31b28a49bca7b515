import { CsvError, parse } from 'csv-parse/sync';
import { AdminError, type Fault } from '../request/admin-error.ts';
import type { UserInput } from './user.ts';

/*
 * A spreadsheet runs a cell that begins like a formula, even if a stranger entered it as a name. Therefore every cell
 * is quoted, and an apostrophe is put before each such beginning. This applies to the start of the cell, and to the
 * text after every character that a spreadsheet of another locale may treat as a separator (OWASP, 'CSV injection').
 */

/** The first characters of formulas, including the full-width forms that East Asian spreadsheets accept. */
const FORMULA = '=+\\-@\\t\\r\\n\\u{FF1D}\\u{FF0B}\\u{FF0D}\\u{FF20}';
const BEGINNING = '(?<=^|[,;|\\t"])';
const DANGEROUS = new RegExp(`${BEGINNING}(?='*[${FORMULA}])`, 'gu');
const GUARDED = new RegExp(`${BEGINNING}'(?='*[${FORMULA}])`, 'gu');

/** Formats a value as a quoted cell that no spreadsheet runs as a formula. */
export function csvCell(value: string | number): string {
  return `"${String(value).replace(DANGEROUS, "'").replaceAll('"', '""')}"`;
}

/** Formats values as a row of RFC 4180, including the line break. */
export function csvRow(values: readonly (string | number)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/**
 * Removes the apostrophes that `csvCell` added to an unquoted value, so that an exported value is imported unchanged.
 */
export function removeGuards(cell: string): string {
  return cell.replace(GUARDED, '');
}

const COLUMNS = [
  ...(['organisation', 'username', 'name', 'email'] as const),
  ...(['password', 'password_hash', 'totp_secret', 'phone_number', 'external_id'] as const),
] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['organisation', 'username'];
/** Maximum length of a file in UTF-16 code units. */
const MAX_SIZE = 100 * 1024 * 1024;

/** The column of each field of `UserInput`; '' for a field without a column. */
export const columnOf: Readonly<Record<keyof UserInput, string>> = {
  username: 'username',
  name: 'name',
  email: 'email',
  password: 'password',
  passwordHash: 'password_hash',
  totpSecret: 'totp_secret',
  phoneNumber: 'phone_number',
  externalId: 'external_id',
  passkeys: '',
  phones: '',
  recoveryCodes: '',
};

/** One user in a CSV file. */
export interface UserLine {
  /** The line of the file, where the header is line 1. */
  row: number;
  /** The id of the organisation, not checked yet. */
  organisation: string;
  /** The user's data, not checked yet. */
  input: UserInput;
}

/**
 * Reads the users of a CSV file (RFC 4180, with commas or with the semicolons of some spreadsheets). The caller checks
 * their data. @throws AdminError `bad-import` for a file without a valid header and rows
 */
export function readUsersFile(text: string): { columns: readonly string[]; lines: UserLine[] } {
  if (text.length > MAX_SIZE) throw new AdminError('bad-import', 'The file is larger than 100 MiB: split it.');
  const records = parseRecords(text);
  const [header, ...lines] = records;
  if (!header || lines.length === 0) {
    throw new AdminError(
      'bad-import',
      `The file contains no users; expected a header (${COLUMNS.join(',')}) and rows.`,
    );
  }
  const columns = readHeader(header.record);
  const faults = lines
    .filter(({ record }) => record.length !== columns.length)
    .map((line) => lengthFault(line, columns));
  if (faults.length > 0) throw importError(faults);
  return { columns, lines: lines.map(({ record, row }) => userLine(row, columns, record)) };
}

/** Creates the error of a file with faults. The message gives their number. */
export function importError(faults: readonly Fault[]): AdminError {
  const number = faults.length === 1 ? '1 error' : `${faults.length} errors`;
  return new AdminError('bad-import', `${number} in the file; nothing was imported.`, faults);
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
    // The message of the library quotes the text, which may contain secrets.
    const row = typeof error.lines === 'number' ? error.lines : 1;
    throw importError([
      { row, column: '', expected: 'expected CSV with double quotes around values that contain quotes' },
    ]);
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
    if (!names.includes(column)) faults.push({ row: 1, column, expected: 'expected this column, but it is missing' });
  }
  if (faults.length > 0) throw importError(faults);
  return names as Column[];
}

function lengthFault({ record, row }: Line, columns: readonly Column[]): Fault {
  return {
    row,
    column: '',
    expected: `expected ${columns.length} values, as in the header, but found ${record.length}`,
  };
}

function userLine(row: number, columns: readonly Column[], record: readonly string[]): UserLine {
  const value = (column: Column): string | undefined => {
    const index = columns.indexOf(column);
    const text = index < 0 ? undefined : record[index];
    return text === '' ? undefined : text;
  };
  /** Returns the value without the apostrophes that an export added. */
  const unguarded = (column: Column): string | undefined => {
    const text = value(column);
    return text === undefined ? undefined : removeGuards(text);
  };
  return {
    row,
    organisation: (value('organisation') ?? '').trim(),
    input: {
      username: unguarded('username') ?? '',
      name: unguarded('name'),
      email: unguarded('email'),
      password: value('password'),
      passwordHash: value('password_hash')?.trim(),
      totpSecret: value('totp_secret'),
      phoneNumber: unguarded('phone_number'),
      externalId: unguarded('external_id'),
    },
  };
}
