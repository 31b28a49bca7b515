import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../lib/files.ts';
import type { Guard } from './guard.ts';

/** The time limit of one test, in ms. */
const TEST_TIMEOUT_MS = 30_000;
/** The time limit of the process that runs the test, in ms. */
const PROCESS_TIMEOUT_MS = 120_000;

/** A temporary copy of the packages in which guards are switched off. It links to the installed dependencies. */
export interface Tree {
  readonly folder: string;
  remove(): void;
}

export function copyTree(): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-mutation-'));
  const filter = (source: string): boolean => basename(source) !== 'dist';
  cpSync(join(root, 'packages'), join(folder, 'packages'), { recursive: true, verbatimSymlinks: true, filter });
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true, filter });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The result of switching a guard off: the tests that failed, as expected, or why no test shows that the guard works. */
export type Outcome = { readonly caughtBy: readonly string[] } | { readonly fault: string };

/** Switches one guard off, runs its test, and restores the guard. */
export async function tryWithout(tree: Tree, guard: Guard, databaseUrl: string): Promise<Outcome> {
  const path = join(tree.folder, guard.file);
  const source = readFileSync(path, 'utf8');
  const parts = source.split(guard.from);
  if (parts.length !== 2) return { fault: `its text occurs ${parts.length - 1} times in ${guard.file}, expected once` };
  writeFileSync(path, parts.join(guard.to));
  try {
    return outcomeOf(guard, await runTest(tree, guard, databaseUrl));
  } finally {
    writeFileSync(path, source);
  }
}

interface Run {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly output: string;
}

function outcomeOf({ title, test }: Guard, { passed, failed, output }: Run): Outcome {
  const caughtBy = failed.filter((name) => name.startsWith(title));
  if (caughtBy.length > 0) return { caughtBy };
  if (passed.length > 0) return { fault: `"${title}" in ${test} passed without the guard` };
  return { fault: `"${title}" in ${test} did not run: ${output.trim().split('\n').at(-1) ?? 'no output'}` };
}

/** Runs the test of a guard. A test for both databases runs on SQLite only, unless the guard's title names PostgreSQL. */
async function runTest({ folder }: Tree, { test, title }: Guard, databaseUrl: string): Promise<Run> {
  const pattern = title.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const skip = title.includes('(postgres)') ? [] : ['--test-skip-pattern=\\(postgres\\)'];
  const args = [
    '--conditions=tweestap-source',
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...skip,
  ];
  args.push(`--test-name-pattern=^${pattern}`, '--test-reporter=./scripts/reporters/names.ts', test);
  const env = { TWEESTAP_PROPERTY_RUNS: '20000', ...process.env, TEST_DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, args, { cwd: folder, env, timeout: PROCESS_TIMEOUT_MS, killSignal: 'SIGKILL' });
  let output = '';
  let faults = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    faults += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const names = (mark: string): string[] =>
    output.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []));
  return { passed: names('passed '), failed: names('failed '), output: output + faults };
}
