/** One thing that is wrong in what was handed in. `row` is the line of the file, the header being line 1. */
export interface Fault {
  row?: number;
  column: string;
  expected: string;
}

/** An admin verb can't do what it was asked; `message` is one line that says what to mend. Nothing was changed. */
export class AdminError extends Error {
  readonly code:
    | 'bad-request'
    | 'not-allowed'
    | 'unknown-organisation'
    | 'unknown-account'
    | 'not-possible'
    | 'taken'
    | 'bad-import'
    | 'busy';
  /** Everything that is wrong, where several things can be. */
  readonly faults: readonly Fault[];
  constructor(code: AdminError['code'], message: string, faults: readonly Fault[] = []) {
    super(message);
    this.name = 'AdminError';
    this.code = code;
    this.faults = faults;
  }
}

/** A fault as a person reads it. */
export function faultLine({ row, column, expected }: Fault): string {
  const where = row === undefined ? column : column === '' ? `row ${row}` : `row ${row}, column ${column}`;
  return `${where}: ${expected}`;
}
