import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';

/** What the command line needs of the outside. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  /** One line of the answer. */
  out(line: string): void;
  /** One line about what went wrong. */
  err(line: string): void;
  /** All of standard input; null when a person sits at it. */
  input(): Promise<string | null>;
}

/** Ends a verb with one line and a non-zero exit code. */
export class CliError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

export function processTerminal(): Terminal {
  return {
    env: process.env,
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    async input() {
      if (process.stdin.isTTY) return null;
      let text = '';
      process.stdin.setEncoding('utf8');
      for await (const chunk of process.stdin) text += chunk;
      return text;
    },
  };
}

/** A file that was named on the command line; relative names start where the command was typed. @throws CliError */
export async function readNamedFile(terminal: Terminal, name: string): Promise<string> {
  try {
    return await readFile(resolve(terminal.env.INIT_CWD ?? process.cwd(), name), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    const reason = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'this user may not read it' }[
      code
    ];
    throw new CliError('bad-file', `The file ${name} can't be read: ${reason ?? code}.`);
  }
}

/** The first line of standard input: a password is never in the command. @throws CliError when there is none */
export async function readPassword(terminal: Terminal): Promise<string> {
  const text = await terminal.input();
  const [password] = (text ?? '').split(/\r?\n/);
  if (password) return password;
  throw new CliError('bad-input', 'There is no password on standard input: hand it over with < file or a pipe.');
}

/** Writes a file that this user alone may read; relative names start where the command was typed. @throws CliError */
export async function writeNamedFile(terminal: Terminal, name: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(terminal.env.INIT_CWD ?? process.cwd(), name), text, { mode: 0o600 });
  } catch (error) {
    throw new CliError('bad-file', `The file ${name} can't be written: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Whom the audit names when `--actor` is not given. */
export function defaultActor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // A user id without a name, as in containers.
    return `cli:${process.getuid?.() ?? 'unknown'}`;
  }
}
