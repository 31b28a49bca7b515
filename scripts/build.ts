import { accessSync, constants } from 'node:fs';
import { root } from './lib/files.ts';
import { isMain } from './lib/main.ts';
import { run } from './lib/run.ts';
import { digestOfInputs, isUpToDate, writeStamp } from './lib/stamp.ts';

/** Declarations and Node's code first, all at once; then what each package's own `build` adds for browsers. */
const commands: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '-b'],
  ['pnpm', '--recursive', '--if-present', '--workspace-concurrency=1', '--reporter-hide-prefix', 'run', 'build'],
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
  for (const [program, ...args] of commands) {
    const code = await run(program, args, { env: { NODE_ENV: 'production' } });
    if (code !== 0) throw new Error(`The build failed: '${program} ${args.join(' ')}' ended with ${code}.`);
  }
  writeStamp(root, digest);
}

if (isMain(import.meta)) {
  try {
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
