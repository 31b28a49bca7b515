/** One guard of the product, how it is switched off, and the test that has to notice. */
export interface Guard {
  /** What it keeps, as the table in `docs/security.md` says it. */
  readonly guard: string;
  /** Below the repository's root. */
  readonly file: string;
  /** The guard, exactly as it is in the file, and there only once. */
  readonly from: string;
  /** What it is replaced by: the same code without the guard. */
  readonly to: string;
  /** The file of the test, below the repository's root. */
  readonly test: string;
  /** The beginning of the test's title. */
  readonly title: string;
}

type Given = Omit<Guard, 'file' | 'test'>;

/** Guards of one file that one file of tests decides; both below `packages/server/src`. */
export const guardsOf = (file: string, test: string, ...guards: Given[]): Guard[] =>
  guards.map((guard) => ({ ...guard, file: `packages/server/src/${file}`, test: `packages/server/src/${test}` }));
