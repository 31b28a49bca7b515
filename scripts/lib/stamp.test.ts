import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOfInputs, isUpToDate, writeStamp } from './stamp.ts';

function folder(context: TestContext): string {
  const base = mkdtempSync(join(tmpdir(), 'a stamp '));
  context.after(() => rmSync(base, { recursive: true }));
  write(base, 'packages/server/src/a.ts', 'one');
  return base;
}

function write(base: string, file: string, content: string): void {
  mkdirSync(dirname(join(base, file)), { recursive: true });
  writeFileSync(join(base, file), content);
}

test('the digest depends on contents and names, not on file times, tests or built files', (context) => {
  const base = folder(context);
  const before = digestOfInputs(base);
  utimesSync(join(base, 'packages/server/src/a.ts'), 1, 1);
  write(base, 'packages/server/src/a.test.ts', 'a test');
  write(base, 'packages/server/dist/a.js', 'built');
  assert.equal(digestOfInputs(base), before);
  write(base, 'packages/server/src/a.ts', 'two');
  const changed = digestOfInputs(base);
  assert.notEqual(changed, before);
  write(base, 'demo-server/static/icon.svg', 'new');
  assert.notEqual(digestOfInputs(base), changed);
});

test('a build is up to date only with its stamp and its outputs', (context) => {
  const base = folder(context);
  const digest = digestOfInputs(base);
  assert.equal(isUpToDate(base, digest), false);
  writeStamp(base, digest);
  assert.equal(isUpToDate(base, digest), false);
  const built = ['protocol', 'client', 'react', 'server'].map((name) => `${name}/dist/index`);
  for (const name of [...built, 'elements/dist/mfa-login']) write(base, `packages/${name}.js`, '');
  for (const name of ['demo', 'start']) write(base, `demo-server/dist/server/${name}.js`, '');
  assert.equal(isUpToDate(base, digest), true);
  assert.equal(isUpToDate(base, 'another'), false);
});
