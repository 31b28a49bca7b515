import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PasskeyCode } from '@tweestap/client';
import { methods, passwordFaults, problems, setUpMethods } from '@tweestap/protocol/constants';
import { en } from './en.ts';
import { fill, first, type Text } from './messages.ts';
import { nl } from './nl.ts';

const english: Record<string, Text> = { ...first.en, ...en };
const dutch: Record<string, Text> = { ...first.nl, ...nl };
const formsOf = (text: Text = ''): string[] => (typeof text === 'string' ? [text] : Object.values(text));
/** The places that a text fills in, whichever of its plural forms is chosen. */
const places = (text?: Text) => [...new Set(formsOf(text).flatMap((form) => form.match(/\{[a-z]+\}/g) ?? []))].sort();

test('both languages have the same texts with the same places', () => {
  assert.deepEqual(Object.keys(dutch).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) assert.deepEqual(places(dutch[key]), places(text), key);
});

test('no text shouts, and none uses jargon', () => {
  for (const text of [...Object.values(english), ...Object.values(dutch)].flatMap(formsOf))
    assert.doesNotMatch(text, /!|\b(OTP|TOTP|token|invalid|ongeldig|credentials)\b/i);
});

const systems = ['android', 'ios', 'desktop'];
const passkeyCodes: PasskeyCode[] = [
  'passkey-cancelled',
  'passkey-timeout',
  'passkey-unsupported',
  'passkey-not-allowed',
  'passkey-registered',
  'passkey-unverified',
  'passkey-failed',
];
const problemCodes = [...Object.keys(problems), 'network', 'timeout', ...passkeyCodes];
/** Keys that the source puts together, as they are written there, and what each can become. */
const made: Record<string, readonly string[]> = {
  'switch.${method}': methods,
  'method.${method}': methods,
  'set-up.${method}': setUpMethods,
  'safer.${stronger}': setUpMethods.filter((method) => method !== 'sms'),
  'instead.${method}': setUpMethods.filter((method) => method !== 'sms'),
  'system.${system}': systems,
  'clock.${system}': ['android', 'ios'],
  'enroll-offer.${question}': ['what', 'how', 'why', 'when', 'long'],
  'enroll-offer.${question}?': ['what', 'how', 'why', 'when', 'long'],
  'enroll-push.code-${channel}': ['sms', 'mail'],
  'push.check-${check}': ['open', 'network', 'notifications', 'account', 'by-hand'],
  'hint.${fault}': passwordFaults.filter((fault) => fault !== 'common' && fault !== 'reused'),
  'problem.weak-${fault}': passwordFaults,
  "problem.weak-${problem.problem?.reason ?? 'common'}": passwordFaults,
  // A problem without words of its own is 'problem.other'.
  'problem.${problem.code}': problemCodes.filter((code) => Object.hasOwn(english, `problem.${code}`)),
};

test('each failure of a passkey has a text of its own', () => {
  for (const code of passkeyCodes) assert.ok(Object.hasOwn(english, `problem.${code}`), code);
});

test('every text is used, also those whose key is put together, and each of those has a text', () => {
  const source = join(import.meta.dirname, '..');
  const files = globSync('**/*.ts', { cwd: source }).filter(
    (file) => !/locales|testing|settings|approve|\.test\./.test(file),
  );
  const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  const templates = [...code.matchAll(/`([a-z-]+\.(?:[a-z-]*\$\{[^`]*))`/g)].map(([, template = '']) => template);
  assert.deepEqual([...new Set(templates)].sort(), Object.keys(made).sort(), 'keys that are put together');
  const names = Object.entries(made).flatMap(([template, values]) =>
    values.map((value) => template.replace(/\$\{.*\}/, value)),
  );
  for (const name of names) assert.ok(Object.hasOwn(english, name), name);
  const unused = Object.keys(english).filter((key) => !code.includes(`'${key}'`) && !names.includes(key));
  assert.deepEqual(unused, []);
});

test('a text with a count uses the plural form of its language, or `other` if that form is missing', () => {
  const codes: Text = { one: '{count} kod', few: '{count} kody', many: '{count} kodów', other: '{count} kodu' };
  const filled = (count: number, language: string): string => fill(codes, { count }, language);
  assert.deepEqual(
    [1, 2, 5, 22].map((count) => filled(count, 'pl')),
    ['1 kod', '2 kody', '5 kodów', '22 kody'],
  );
  assert.equal(filled(2, 'en'), '2 kodu');
  assert.equal(fill({ other: '{count} left' }, { count: 1 }, 'en'), '1 left');
});
