import { spawn, spawnSync } from 'node:child_process';
import { root } from './files.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program in the root folder, on this terminal and without a shell. Returns its exit code, or 128 plus the number of
 * the signal that ended it. Programs in node_modules/.bin are found if pnpm started this process.
 */
export function run(command: string, args: readonly string[], { env }: RunOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/**
 * Runs a program and returns its output.
 * @throws Error with the output if the program fails
 */
export function runQuietly(command: string, args: readonly string[], folder: string, { env }: RunOptions = {}): string {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw new Error(`${command} could not be started: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
