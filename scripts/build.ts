import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/files.ts';
import { run } from './lib/run.ts';
import { digestOfInputs, isUpToDate, writeStamp } from './lib/stamp.ts';

/** In their order: the declarations and Node's code first, then what browsers load. */
const commands: readonly { readonly folder: string; readonly command: readonly [string, ...string[]] }[] = [
  { folder: '.', command: ['tsc', '-b'] },
  { folder: 'packages/elements', command: ['vite', 'build', '--logLevel', 'warn'] },
  { folder: 'demo-server', command: ['vite', 'build', '--logLevel', 'warn'] },
];

/** Builds packages and demo, unless nothing changed since the last build. Throws an error of one line when it fails. */
export async function build(): Promise<void> {
  const digest = digestOfInputs(root);
  if (isUpToDate(root, digest)) return;
  console.log('Building …');
  try {
    accessSync(root, constants.W_OK);
  } catch (cause) {
    throw new Error(`Cannot build: ${root} is not writable.`, { cause });
  }
  for (const { folder, command } of commands) {
    const [program, ...args] = command;
    const code = await run(program, args, { folder: join(root, folder), env: { NODE_ENV: 'production' } });
    if (code !== 0) throw new Error(`The build failed: '${command.join(' ')}' in ${folder} ended with ${code}.`);
  }
  writeStamp(root, digest);
}

if (import.meta.main) {
  try {
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
