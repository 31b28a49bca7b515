import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { en } from './en.ts';
import { first } from './first.ts';
import { nl } from './nl.ts';

const english: Record<string, string> = { ...first.en, ...en };
const dutch: Record<string, string> = { ...first.nl, ...nl };
const places = (text = '') => (text.match(/\{[a-z]+\}/g) ?? []).sort();

test('both languages have the same texts with the same places', () => {
  assert.deepEqual(Object.keys(dutch).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) assert.deepEqual(places(dutch[key]), places(text), key);
});

test('no text shouts, and none uses jargon', () => {
  for (const text of [...Object.values(english), ...Object.values(dutch)])
    assert.doesNotMatch(text, /!|\b(OTP|TOTP|token|invalid|ongeldig|credentials)\b/i);
});

test('every text is used', () => {
  const source = join(import.meta.dirname, '..');
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !/locales|testing|\.test\./.test(file));
  const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  // Names that are put together: of a method, a duration, a system, a problem.
  const made = /^(set-up|enroll-offer|method|switch|remember|system|problem|clock|hint)\./;
  const unused = Object.keys(english).filter((key) => !made.test(key) && !code.includes(`'${key}'`));
  assert.deepEqual(unused, []);
});
