import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenName } from './remove-factor.ts';

test('a given name is kept as it shows', () => {
  assert.equal(givenName('  Work   phone '), 'Work phone');
  assert.equal(givenName('Te\u0301le\u0301phone'), 'Téléphone');
  assert.equal(givenName('<b>"phone"</b>'), '<b>"phone"</b>', 'escaping belongs to whoever shows it');
});

test('a name that hides characters, turns the text around or is empty is none', () => {
  const names = [
    '',
    '   ',
    'a\u0000b',
    'a\nb',
    'a\u202eb',
    'a\u200bb',
    'a\ufeffb',
    'a\u2028b',
    '\ud800',
    'x'.repeat(61),
  ];
  for (const name of names) assert.equal(givenName(name), undefined, JSON.stringify(name));
});
