import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountEvents, durations } from '@tweestap/protocol/constants';
import { en } from './en.ts';
import { nl } from './nl.ts';

const english: Record<string, string> = en;
const dutch: Record<string, string> = nl;
const places = (text = '') => (text.match(/\{[a-z]+\}/g) ?? []).sort();

test('the settings have the same texts in both languages, with the same places', () => {
  assert.deepEqual(Object.keys(dutch), Object.keys(english));
  for (const [key, text] of Object.entries(english)) assert.deepEqual(places(dutch[key]), places(text), key);
});

test('every event and every duration has its words', () => {
  for (const event of accountEvents) assert.ok(english[`event.${event}`], event);
  for (const duration of durations) assert.ok(english[`settings.${duration}`], duration);
});

test('no text of the settings shouts, uses jargon, or stands there for nothing', () => {
  const source = join(import.meta.dirname, '../..');
  const code = globSync('{settings,mfa-settings}/*.ts', { cwd: source })
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  for (const [key, text] of [...Object.entries(english), ...Object.entries(dutch)]) {
    assert.doesNotMatch(text, /!|\b(OTP|TOTP|token|invalid|ongeldig|credentials|sessie|session)\b/i);
    const made = /^event\.|^settings\.(?:12h|1d|3d|1w|never|(?:rename|remove)(?:-of)?)$|^said\./.test(key);
    assert.ok(made || code.includes(`'${key}'`), key);
  }
});
