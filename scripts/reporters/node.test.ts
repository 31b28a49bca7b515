import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Runs a test file in a separate process, and returns its exit code, its tally and what the run wrote on standard error. */
function ran(source: string): { code: number | null; tally: unknown; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  try {
    const file = join(folder, 'a.test.mjs');
    writeFileSync(file, `import { test, suite } from 'node:test';\n${source}`);
    const reporter = join(import.meta.dirname, 'node.ts');
    const env = { ...process.env };
    delete env.NODE_TEST_CONTEXT;
    const untracked = `--import=${join(import.meta.dirname, '../lib/untracked-tests.mjs')}`;
    const args = [untracked, '--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', file];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    return { code: status, tally: JSON.parse(stdout), stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tallyOf = (source: string): unknown => ran(source).tally;

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

test('an uncaught error of a finished test fails the file, and its stack is printed', () => {
  const lost = {
    throw: "setTimeout(() => { throw new Error('lost'); });",
    reject: "Promise.reject(new Error('lost'));",
  };
  for (const source of Object.values(lost)) {
    const { code, tally, stderr } = ran(`test('a', () => { ${source} }); test('b', (t, done) => setTimeout(done, 1));`);
    assert.equal(code, 1);
    assert.deepEqual(tally, { passed: 2, failed: 1 });
    assert.match(stderr, /Error: lost\n {4}at .*a\.test\.mjs/);
  }
});
