/** Rows of one statement: far below what both databases take as parameters. */
const SIZE = 500;

export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += SIZE) yield rows.slice(from, from + SIZE);
}
