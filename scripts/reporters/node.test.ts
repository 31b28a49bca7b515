import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Runs a test file in a separate process and returns its tally. */
function tallyOf(source: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  try {
    const file = join(folder, 'a.test.mjs');
    writeFileSync(file, `import { test, suite } from 'node:test';\n${source}`);
    const reporter = join(import.meta.dirname, 'node.ts');
    const env = { ...process.env };
    delete env.NODE_TEST_CONTEXT;
    const args = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', file];
    return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8', env }).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the tally counts tests and not suites', () => {
  const source = "suite('s', () => { test('a', () => {}); test('b', () => {}); }); test('c', () => { throw 1; });";
  assert.deepEqual(tallyOf(source), { passed: 2, failed: 1 });
});

test('a test marked as skip or todo counts as failed', () => {
  assert.deepEqual(tallyOf("test.skip('a', () => {}); test.todo('b'); test('c', () => {});"), { passed: 1, failed: 2 });
});

test('a file that throws before its first test counts as failed', () => {
  assert.deepEqual(tallyOf("throw new Error('broken');"), { passed: 0, failed: 1 });
});
