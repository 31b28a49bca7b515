import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountKeys,
  codeKey,
  knownDeviceKey,
  newPasswordKey,
  passwordKey,
  passwordKeys,
  recoveryKey,
} from './keys.ts';

/* Threat: two credentials share a counter, or the table of counters shows a password that was typed as a username. */

const account = { id: 'account', organisation_id: 'clinic', username_key: 'ada' };
const devices = [{ id: 'tablet' }, { id: 'phone' }];

test('each credential, account, name and device has a counter of its own', () => {
  const keys = [
    ...[codeKey('account'), codeKey('other'), recoveryKey('account'), newPasswordKey('account')],
    ...[passwordKey('clinic', 'ada'), passwordKey('clinic', 'bob'), passwordKey('school', 'ada')],
    ...[knownDeviceKey('account', 'phone'), knownDeviceKey('other', 'phone'), knownDeviceKey('account', 'tablet')],
    // The border between two parts moves, and the joined text stays the same.
    passwordKey('clinica', 'da'),
  ];
  assert.equal(new Set(keys).size, keys.length);
});

test('no key shows what it is made from', () => {
  assert.match(passwordKey('clinic', 'hunter2'), /^password\.[\w-]{43}$/);
});

test('a transaction takes the counters of an account in one order, however its devices are listed', () => {
  const keys = accountKeys(account, devices);
  assert.deepEqual(accountKeys(account, [...devices].reverse()), keys);
  assert.deepEqual(
    keys.map((key) => key.split('.')[0]),
    ['code', 'recovery', 'device', 'device', 'password', 'new-password'],
  );
  assert.deepEqual(passwordKeys(account, devices), keys.slice(2, 5));
});
