/** One guard in the code, how it is switched off, and the test that must fail without it. */
export interface Guard {
  /** What the guard ensures, for the table in `docs/security.md`. */
  readonly guard: string;
  /** The file with the guard, relative to the root folder. */
  readonly file: string;
  /** The text of the guard, which must occur exactly once in the file. */
  readonly from: string;
  /** The replacement: the same code without the guard. */
  readonly to: string;
  /** The test file, relative to the root folder. */
  readonly test: string;
  /** The beginning of the title of the test. */
  readonly title: string;
}

type GuardInFile = Omit<Guard, 'file' | 'test'>;

/** Returns the guards of one file that one test file covers. Both paths are relative to `packages/server/src`. */
export const guardsOf = (file: string, test: string, ...guards: GuardInFile[]): Guard[] =>
  guards.map((guard) => ({ ...guard, file: `packages/server/src/${file}`, test: `packages/server/src/${test}` }));
