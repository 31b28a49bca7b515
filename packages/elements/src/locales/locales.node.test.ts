import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { durations, methods, passwordFaults, problems, setUpMethods } from '@tweestap/protocol/constants';
import { en } from './en.ts';
import { first } from './messages.ts';
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

const systems = ['android', 'ios', 'desktop'];
const problemCodes = [...Object.keys(problems), 'network', 'timeout'];
/** Keys that the source puts together, as they are written there, and what each can become. */
const made: Record<string, readonly string[]> = {
  'switch.${method}': methods,
  'method.${method}': methods,
  'set-up.${method}': setUpMethods,
  'remember.${remember.for}': durations.filter((duration) => duration !== 'never'),
  'system.${system}': systems,
  'clock.${system}': ['android', 'ios'],
  'enroll-offer.${question}': ['what', 'how', 'why', 'when', 'long'],
  'enroll-offer.${question}?': ['what', 'how', 'why', 'when', 'long'],
  'hint.${fault}': passwordFaults.filter((fault) => fault !== 'common' && fault !== 'reused'),
  'problem.weak-${fault}': passwordFaults,
  "problem.weak-${problem.problem?.reason ?? 'common'}": passwordFaults,
  // A problem without words of its own is 'problem.other'.
  'problem.${problem.code}': problemCodes.filter((code) => Object.hasOwn(english, `problem.${code}`)),
};

test('every text is used, also those whose key is put together, and each of those has a text', () => {
  const source = join(import.meta.dirname, '..');
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !/locales|testing|settings|\.test\./.test(file));
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
