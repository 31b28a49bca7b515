import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '..');
const files = globSync('**/*.ts', { cwd: source }).filter((file) => !/\.test\.ts$|testing|locales/.test(file));
const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
const views = code.replace(/\/\*\*[\s\S]*?\*\//g, '');
const unique = (words: Iterable<string>) => [...new Set(words)].sort();

const documented = (tag: string, pattern: string) =>
  unique(
    [...code.matchAll(new RegExp(`@${tag} (?:\\{[^\\n]*\\} )?\\[?(${pattern})`, 'g'))].map(([, name]) => name ?? ''),
  );

/** Returns the names in `part="a b"` and in the strings of `part=${…}`. */
const parts = () => {
  const fixed = [...views.matchAll(/\spart="([^"]*)"/g)].map(([, words]) => words ?? '');
  const chosen = [...views.matchAll(/\spart=\$\{([^}]*)\}/g)].flatMap(([, expression]) =>
    [...(expression ?? '').matchAll(/'([^']*)'/g)].map(([, words]) => words ?? ''),
  );
  return unique([...fixed, ...chosen].flatMap((words) => words.split(' ')));
};

test('every part is documented, and every documented part exists', () => {
  assert.deepEqual(documented('csspart', '[a-z-]+'), parts());
});

test('every custom property is documented, and every documented custom property is used', () => {
  assert.deepEqual(documented('cssproperty', '--mfa-[a-z0-9-]+'), unique(views.match(/--mfa-[a-z0-9-]+/g) ?? []));
});

test('every event is documented, and every documented event is dispatched', () => {
  const sent = [...views.matchAll(/\.emit\('(mfa-[a-z]+)'/g)].map(([, name]) => name ?? '');
  assert.deepEqual(documented('event', '[a-z-]+'), unique(sent));
});

test("every slot for the page is documented, and every documented slot exists, except the internal 'mfa-' slots", () => {
  const names = [...views.matchAll(/<slot name="([a-z-]+)(\$\{)?/g)].map(([, name, open]) =>
    open ? `${name}<step>` : `${name}`,
  );
  assert.deepEqual(documented('slot', '[a-z<>-]+'), unique(names.filter((name) => !name.startsWith('mfa-'))));
});
