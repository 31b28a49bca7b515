import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedName } from './remove-factor.ts';

test('a name of an authenticator is kept as it is shown, with single spaces', () => {
  assert.equal(checkedName('  Work   phone '), 'Work phone');
  assert.equal(checkedName('Te\u0301le\u0301phone'), 'Téléphone');
  assert.equal(checkedName('<b>"phone"</b>'), '<b>"phone"</b>', 'the name is escaped only when it is shown');
});

test('a name that is empty, too long, or has invisible or bidirectional characters is refused', () => {
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
  for (const name of names) assert.equal(checkedName(name), undefined, JSON.stringify(name));
});
