/** One error in a request or a file. */
export interface Fault {
  /** The line of the file, where the header is line 1. Missing for a request without a file. */
  row?: number;
  /** The column of the file or the field of the request; '' for an error of a whole row. */
  column: string;
  /** What is expected instead. */
  expected: string;
}

/** A verb was refused, and nothing was changed. `message` is one line that says what to fix. */
export class AdminError extends Error {
  /** The kind of the error. */
  readonly code:
    | 'bad-request'
    | 'not-allowed'
    | 'unknown-organisation'
    | 'unknown-account'
    | 'not-possible'
    | 'taken'
    | 'bad-import'
    | 'busy';
  /** All errors, if there can be several. */
  readonly faults: readonly Fault[];
  constructor(code: AdminError['code'], message: string, faults: readonly Fault[] = []) {
    super(message);
    this.name = 'AdminError';
    this.code = code;
    this.faults = faults;
  }
}

/** Formats a fault as one line of text. */
export function faultLine({ row, column, expected }: Fault): string {
  const where = row === undefined ? column : column === '' ? `row ${row}` : `row ${row}, column ${column}`;
  return `${where}: ${expected}`;
}
