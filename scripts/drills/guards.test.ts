import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../lib/files.ts';
import { guards } from './guards.ts';
import { securityPage, withTables } from './table.ts';

test('each guard of the mutation table is in its file exactly once, and there are at least sixty', () => {
  assert.ok(guards.length >= 60, `${guards.length} guards`);
  const wrong = guards.filter(({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2);
  assert.deepEqual(
    wrong.map(({ guard, file, from }) => `${guard}: ${file} must have exactly once: ${from}`),
    [],
  );
});

test('each guard is switched off by another text, has a title of a test, and is in the table once', () => {
  for (const { guard, from, to, title } of guards) {
    assert.notEqual(from, to, guard);
    assert.ok(title.length >= 20, `${guard}: the title names no test: "${title}"`);
  }
  assert.equal(new Set(guards.map(({ guard }) => guard)).size, guards.length);
});

test('docs/security.md has its tables as the code is: node scripts/drills/table.ts writes it', () => {
  // Compared as a whole, but not printed as one.
  assert.ok(withTables(securityPage()) === securityPage(), 'run: node scripts/drills/table.ts');
});
