import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { firstLoad, wholeLoad } from './first-load.ts';

function packageOf(context: TestContext, contents: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [file, source] of Object.entries(contents)) writeFileSync(join(folder, file), source);
  return folder;
}

test('the first load is the entry and its static imports, without dynamic imports', (context) => {
  const contents = {
    'a.js': "import './b.js'; export const later = () => import('./d.js');",
    'b.js': "export { c } from './c.js'; export * from './a.js';",
    'c.js': 'export const c = 1;',
    'd.js': "import './a.js'; console.log('a long text that would change the size');",
  };
  const { files, bytes, roundTrips } = firstLoad(packageOf(context, contents), './a.js');
  assert.deepEqual(files, ['a.js', 'b.js', 'c.js']);
  assert.equal(roundTrips, 3);
  const sizes = [contents['a.js'], contents['b.js'], contents['c.js']].map((text) => brotliCompressSync(text).length);
  assert.equal(
    bytes,
    sizes.reduce((a, b) => a + b, 0),
  );
});

test('the whole load has each file once, with those that are loaded later, and without the unwanted ones', (context) => {
  const folder = packageOf(context, {
    'a.js': 'export const later = () => [import(`./c.js`), import("./en.js"), import("./nl.js")];',
    'b.js': "export const later = () => import('./c.js');",
    'c.js': "import './a.js';",
    'en.js': '',
    'nl.js': '',
  });
  const { files } = wholeLoad(folder, ['./a.js', './b.js'], (file) => file !== 'nl.js');
  assert.deepEqual([...files].sort(), ['a.js', 'b.js', 'c.js', 'en.js']);
});

test('an import from outside the package is an error', (context) => {
  const folder = packageOf(context, { 'a.js': "import 'lit';" });
  assert.throws(() => firstLoad(folder, './a.js'), /a\.js needs 'lit', which is not in the package/);
});
