import { runStages } from './lib/run-stages.ts';
import { stages } from './stages.ts';

/*
 * Runs every check and every test, in an order that finds what is cheap to find first, and stops at the first red one.
 * `pnpm test <stage> …` runs the named stages only. Closes with `N passed, N failed`.
 */
await runStages(stages);
