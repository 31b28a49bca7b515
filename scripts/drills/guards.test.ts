import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../lib/files.ts';
import { guards } from './guards.ts';
import { securityPage, withTables } from './table.ts';

test('each guard of the mutation table occurs exactly once in its file, and there are at least 60 guards', () => {
  assert.ok(guards.length >= 60, `${guards.length} guards`);
  const wrong = guards.filter(({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2);
  assert.deepEqual(
    wrong.map(({ guard, file, from }) => `${guard}: ${file} must contain exactly once: ${from}`),
    [],
  );
});

test('each guard has a different replacement, the title of a test, and a unique description', () => {
  for (const { guard, from, to, title } of guards) {
    assert.notEqual(from, to, guard);
    assert.ok(title.length >= 20, `${guard}: the title must have at least 20 characters, got "${title}"`);
  }
  assert.equal(new Set(guards.map(({ guard }) => guard)).size, guards.length);
});

test('the test file of each guard exists', () => {
  const missing = guards.filter(({ test: file }) => !existsSync(join(root, file)));
  assert.deepEqual(
    missing.map(({ guard, test: file }) => `${guard}: ${file}`),
    [],
  );
});

test('the tables of docs/security.md match the code; node scripts/drills/table.ts updates them', () => {
  // A comparison by assert.equal would print the whole document.
  assert.ok(withTables(securityPage()) === securityPage(), 'run: node scripts/drills/table.ts');
});
