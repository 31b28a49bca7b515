import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../lib/files.ts';
import type { Tally } from '../lib/tally.ts';
import type { Guard } from './guard.ts';
import { guards } from './guards.ts';
import { copyTree, tryWithout } from './mutate.ts';

/** The number of mutations that run in parallel: one for each core of the smallest supported machine. */
const WORKERS = 2;

/**
 * Switches the guards off one at a time and runs the test of each. A guard is a failure if its test passes without it, or
 * if its text is no longer in its file.
 */
export async function mutationDrill(chosen: readonly Guard[] = guards): Promise<Tally> {
  const postgres = fork(join(root, 'packages/server/src/drills/support/postgres-process.ts'), {
    execArgv: ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning'],
  });
  const [databaseUrl] = (await once(postgres, 'message')) as [string];
  const waiting = [...chosen];
  let failed = 0;
  const work = async (): Promise<void> => {
    const tree = copyTree();
    try {
      for (let guard = waiting.shift(); guard; guard = waiting.shift()) {
        const outcome = await tryWithout(tree, guard, databaseUrl);
        if ('fault' in outcome) failed += 1;
        console.log('fault' in outcome ? `  NOT CAUGHT: ${guard.guard}: ${outcome.fault}` : `  caught: ${guard.guard}`);
      }
    } finally {
      tree.remove();
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, work));
  } finally {
    const gone = once(postgres, 'exit');
    postgres.disconnect();
    await gone;
  }
  return { passed: chosen.length - failed, failed };
}
