import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Text } from '../messages.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

const english: Record<string, Text> = en;
const dutch: Record<string, Text> = nl;
const formsOf = (text: Text = ''): string[] => (typeof text === 'string' ? [text] : Object.values(text));
/** The places that a text fills in, whichever of its plural forms is chosen. */
const places = (text?: Text) => [...new Set(formsOf(text).flatMap((form) => form.match(/\{[a-z]+\}/g) ?? []))].sort();

test('the phone has the same texts in both languages, with the same places', () => {
  assert.deepEqual(Object.keys(dutch), Object.keys(english));
  for (const [key, text] of Object.entries(english)) assert.deepEqual(places(dutch[key]), places(text), key);
});

test('no text of the phone shouts or uses jargon, and every text is used', () => {
  const source = join(import.meta.dirname, '../..');
  const code = globSync('{approve,mfa-approve}/*.ts', { cwd: source })
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  for (const [key, text] of [...Object.entries(english), ...Object.entries(dutch)]) {
    for (const form of formsOf(text))
      assert.doesNotMatch(form, /!|\b(OTP|TOTP|token|invalid|ongeldig|credentials|sessie|session)\b/i);
    const made = /^problem\.|^approve\.(?:was-)?(?:pending|approved|denied|expired|wrong|ended)(?:-description)?$/.test(
      key,
    );
    assert.ok(made || code.includes(`'${key}'`), key);
  }
});
