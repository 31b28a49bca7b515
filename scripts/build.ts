import { accessSync, constants } from 'node:fs';
import { root } from './lib/files.ts';
import { isMain } from './lib/main.ts';
import { run } from './lib/run.ts';
import { digestOfInputs, isUpToDate, writeStamp } from './lib/stamp.ts';
import { tsc } from './lib/tsc.ts';

/** The first command builds declarations and the code for Node. The second builds the files for browsers, by package. */
const commands: readonly (readonly [string, ...string[]])[] = [
  tsc('-b'),
  ['pnpm', '--recursive', '--if-present', '--workspace-concurrency=1', '--reporter-hide-prefix', 'run', 'build'],
];

/**
 * Builds the packages and the demo, unless nothing has changed since the last build.
 * @throws Error with a message of one line if the build fails
 */
export async function build(): Promise<void> {
  const digest = digestOfInputs(root);
  if (isUpToDate(root, digest)) return;
  console.log('Building …');
  try {
    accessSync(root, constants.W_OK);
  } catch (cause) {
    throw new Error(`The build needs write access to ${root}.`, { cause });
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
