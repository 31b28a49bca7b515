import { useMemoryFolder } from './lib/memory-folder.ts';
import { runStages } from './lib/run-stages.ts';
import { stages } from './stages.ts';

/*
 * Runs the checks and tests of a commit, the cheapest first, and stops at the first failed stage. `pnpm test <stage> …` runs only
 * the named stages. The last line is `N passed, N failed`.
 */
useMemoryFolder();
await runStages(stages);
