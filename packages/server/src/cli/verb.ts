import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** What a verb answers: `data` for `--json`, `lines` for people, `ok: false` for a non-zero exit code. */
export interface Answer {
  data: unknown;
  lines: readonly string[];
  ok?: boolean;
}

/** What the verbs are registered with. */
export interface Cli {
  program: Command;
  terminal: Terminal;
  /** Prints the answer as `--json` or as lines, and sets the exit code. */
  answer(answer: Answer): void;
}

/** Help text under the options. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
