import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { root } from './lib/files.ts';
import { run } from './lib/run.ts';

/*
 * Runs the measurements of bench/run.ts with the same arguments. Row 2 needs a browser, which is found or installed here and
 * named in the environment.
 */
const args = process.argv.slice(2);
const rows = args.filter((arg, at) => /^\d+$/.test(arg) && args[at - 1] !== '--rounds');
if (rows.length === 0 || rows.includes('2')) await findBrowser();
const flags = ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning'];
process.exitCode = await run(process.execPath, [...flags, join(root, 'bench/run.ts'), ...args]);
