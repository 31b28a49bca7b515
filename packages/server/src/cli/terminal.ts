import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';

/** The environment, input and output of the command line. */
export interface Terminal {
  /** The environment variables. */
  env: Readonly<Record<string, string | undefined>>;
  /** Prints one line of the result. */
  out(line: string): void;
  /** Prints one line of an error. */
  err(line: string): void;
  /** Reads all of standard input; null if it is an interactive terminal. */
  input(): Promise<string | null>;
}

/** Ends a verb with one line and exit code 1. */
export class CliError extends Error {
  /** The code of the error for `--json`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** Returns the terminal of this process. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader of a pipe has read enough, as `head` does. The verb goes on, because it may be in the middle of a change.
      if (error.code !== 'EPIPE') throw error;
    });
  }
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

/** Reads a file of the command line. A relative path starts at the user's working directory. @throws CliError */
export async function readNamedFile(terminal: Terminal, name: string): Promise<string> {
  try {
    return await readFile(resolve(terminal.env.INIT_CWD ?? process.cwd(), name), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    const reason = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'permission is denied' }[code];
    throw new CliError('bad-file', `The file ${name} can't be read: ${reason ?? code}.`);
  }
}

/** Reads a password from the first line of standard input, never from an argument. @throws CliError if it is missing */
export async function readPassword(terminal: Terminal): Promise<string> {
  const text = await terminal.input();
  const [password] = (text ?? '').split(/\r?\n/);
  if (password) return password;
  throw new CliError('bad-input', 'The password is missing on standard input: pass it with < file or a pipe.');
}

/**
 * Writes a file that only its owner may read. A relative path starts at the user's working directory. @throws CliError
 */
export async function writeNamedFile(terminal: Terminal, name: string, text: string): Promise<void> {
  try {
    await writeFile(resolve(terminal.env.INIT_CWD ?? process.cwd(), name), text, { mode: 0o600 });
  } catch (error) {
    throw new CliError('bad-file', `The file ${name} can't be written: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Returns the default of `--actor`: the user of the machine. */
export function defaultActor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // A user id may have no name, for example in a container.
    return `cli:${process.getuid?.() ?? 'unknown'}`;
  }
}
