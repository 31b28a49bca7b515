import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { importViolations } from './check-imports.ts';

/** A repository of these files, and what the check says of it. */
function violationsOf(context: TestContext, contents: Record<string, string>): string[] {
  const base = mkdtempSync(join(tmpdir(), 'imports-'));
  context.after(() => rmSync(base, { recursive: true }));
  for (const [file, source] of Object.entries(contents)) {
    mkdirSync(dirname(join(base, file)), { recursive: true });
    writeFileSync(join(base, file), source);
  }
  return importViolations(base);
}

const steps = {
  'packages/protocol/src/steps/index.ts':
    "import { a } from './totp.ts'; import { b } from './password.ts'; export const l = [a, b];",
  'packages/protocol/src/steps/totp.ts': 'export const a = 1;',
  'packages/protocol/src/steps/password.ts': 'export const b = 1;',
};

test('a tree that keeps the rule has no violation', (context) => {
  const found = violationsOf(context, {
    ...steps,
    'packages/protocol/src/index.ts': "export * from './steps/index.ts';",
    'packages/protocol/src/constants.ts': "export { a } from './steps/totp.ts';",
    'packages/client/src/transport.ts': 'export const get = (url: string) => fetch(url);',
    'packages/client/src/passkey.ts': 'export const c = () => navigator.credentials;',
    'packages/elements/src/steps/totp.ts':
      "import type { Step } from '@tweestap/protocol'; import { a } from '@tweestap/protocol/constants'; export type S = Step; export { a };",
    'packages/server/src/steps/totp.ts':
      "import { a } from '@tweestap/protocol'; import { helper } from './compare.ts'; export const b = [a, helper];",
    'packages/server/src/steps/compare.ts': 'export const helper = 1;',
    'packages/server/src/store/x.ts': "import { sql } from 'kysely'; export const x = sql;",
    'packages/server/src/flow/x.test.ts': "import { sql } from 'kysely'; export const x = sql;",
    'demo-server/src/demo.ts': "import { b } from '@tweestap/server'; export { b };",
    'scripts/docs/x.ts': "import { a } from '../../packages/protocol/src/steps/totp.ts'; export const x = a;",
  });
  assert.deepEqual(found, []);
});

const breaches: Record<string, [file: string, source: string, expected: RegExp]> = {
  'server outside store → kysely, only for a type': [
    'packages/server/src/flow/x.ts',
    "import type { Kysely } from 'kysely'; export type K = Kysely<unknown>;",
    /imports kysely; only packages\/server\/src\/store\/ may/,
  ],
  'a query outside the store': [
    'packages/server/src/flow/x.ts',
    "export const x = (db: { selectFrom(t: string): unknown }) => db.selectFrom('accounts');",
    /builds a query with selectFrom; only packages\/server\/src\/store\/ may/,
  ],
  'server → client': ['packages/server/src/x.ts', "import '@tweestap/client';", /server must not import client/],
  'server → elements, only for a type': [
    'packages/server/src/x.ts',
    "type T = import('@tweestap/elements').T; export type { T };",
    /server must not import elements/,
  ],
  'server → elements, dynamically': [
    'packages/server/src/x.ts',
    "await import('@tweestap/elements/mfa-login.js');",
    /server must not import elements/,
  ],
  'protocol → anything': [
    'packages/protocol/src/x.ts',
    "export { a } from '@tweestap/client';",
    /protocol must not import client/,
  ],
  'client → lit': ['packages/client/src/x.ts', "import { html } from 'lit'; html``;", /client must not import lit/],
  'client → zod': ['packages/client/src/x.ts', "import { z } from 'zod'; z;", /client must not import zod/],
  'bench → demo-server': ['bench/x.ts', "import '@tweestap/demo-server';", /bench must not import demo-server/],
  'by path into another package': [
    'packages/server/src/x.ts',
    "import '../../client/src/y.ts';",
    /another package by path/,
  ],
  'a script → a package, outside the generator of the reference': [
    'scripts/x.ts',
    "import '../packages/client/src/y.ts';",
    /another package by path/,
  ],
  'fetch in elements': ['packages/elements/src/x.ts', "fetch('/');", /touches fetch/],
  'globalThis.fetch in elements': ['packages/elements/src/x.ts', "globalThis.fetch('/');", /touches fetch/],
  'fetch in the client outside transport': ['packages/client/src/x.ts', "fetch('/');", /touches fetch/],
  'navigator.credentials in elements': [
    'packages/elements/src/x.ts',
    'navigator.credentials.get();',
    /touches navigator\.credentials/,
  ],
  'window.navigator.credentials in the client': [
    'packages/client/src/x.ts',
    'window.navigator.credentials;',
    /touches navigator\.credentials/,
  ],
  'a value from the protocol in elements': [
    'packages/elements/src/x.ts',
    "import { type A, b } from '@tweestap/protocol'; b;",
    /needs 'import type'/,
  ],
  'an import of types that still loads': [
    'packages/client/src/x.ts',
    "import { type A } from '@tweestap/protocol'; export type B = A;",
    /needs 'import type'/,
  ],
  'zod behind the constants': ['packages/protocol/src/constants.ts', "import { z } from 'zod'; z;", /brings zod into/],
  'a step that imports another': [
    'packages/server/src/steps/totp.ts',
    "import './password.ts';",
    /a step imports another step/,
  ],
  'an inner index.ts': ['packages/server/src/locks/index.ts', 'export const a = 1;', /an inner barrel/],
  'an inner barrel by another name': [
    'packages/server/src/locks/all.ts',
    "export * from './lock.ts';",
    /an inner barrel/,
  ],
};

for (const [name, [file, source, expected]] of Object.entries(breaches)) {
  test(`refused: ${name}`, (context) => {
    const found = violationsOf(context, { ...steps, [file]: source });
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', expected);
  });
}

test('refused: a cycle, over three files and over types alone', (context) => {
  const found = violationsOf(context, {
    'packages/server/src/a.ts': "import { b } from './b.ts'; export const a = b;",
    'packages/server/src/b.ts': "import { c } from './deep/c.ts'; export const b = c;",
    'packages/server/src/deep/c.ts': "import type { A } from '../a.ts'; export type C = A; export const c = 1;",
  });
  const circles = found.filter((line) => line.startsWith('import cycle'));
  assert.equal(circles.length, 1);
  assert.match(circles[0] ?? '', /import cycle: .*a\.ts.*b\.ts.*c\.ts/);
});

test('a lazy import back to the file that loads it is no cycle', (context) => {
  const found = violationsOf(context, {
    'packages/elements/src/a.ts': "export const later = () => import('./b.ts');",
    'packages/elements/src/b.ts': "import { later } from './a.ts'; export const b = later;",
  });
  assert.deepEqual(found, []);
});

test('a program that a test starts does not reach the test runner, at whatever distance', (context) => {
  const found = violationsOf(context, {
    'packages/server/src/http/serve-child.ts': "import { a } from './settings.ts'; export const b = a;",
    'packages/server/src/http/settings.ts': "import { c } from './fixture.ts'; export const a = c;",
    'packages/server/src/http/fixture.ts': "import { test } from 'node:test'; export const c = test;",
    'packages/server/src/http/fixture.test.ts': "import { c } from './fixture.ts'; export const d = c;",
  });
  assert.deepEqual(found, [
    'packages/server/src/http/serve-child.ts is no test and reaches node:test through packages/server/src/http/fixture.ts',
  ]);
});

test('folders that import each other are refused, tests excepted', (context) => {
  const found = violationsOf(context, {
    'packages/server/src/flow/a.ts': "import { b } from '../links/b.ts'; export const a = b;",
    'packages/server/src/links/b.ts': 'export const b = 1;',
    'packages/server/src/links/c.ts': "import { d } from '../flow/d.ts'; export const c = d;",
    'packages/server/src/flow/d.ts': 'export const d = 1;',
    'packages/server/src/store/e.ts': "import { f } from '../mail/f.ts'; export const e = f;",
    'packages/server/src/mail/f.ts': 'export const f = 1;',
    'packages/server/src/mail/f.test.ts': "import { e } from '../store/e.ts'; export const g = e;",
  });
  assert.deepEqual(found, [
    'packages/server/src/flow and packages/server/src/links import each other: packages/server/src/flow/a.ts, packages/server/src/links/c.ts',
  ]);
});

test('the engine imports no step and no factor, from any folder of flow/', (context) => {
  const found = violationsOf(context, {
    'packages/server/src/flow/rules/a.ts': "import { b } from '../../factors/b.ts'; export const a = b;",
    'packages/server/src/factors/b.ts': 'export const b = 1;',
  });
  assert.deepEqual(found, [
    'packages/server/src/flow/rules/a.ts:1 flow/ imports a step or a factor: ../../factors/b.ts',
  ]);
});
