import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountEvents } from '@tweestap/protocol/constants';
import { factors } from '../factors/index.ts';
import type { AccountEventRow } from '../store/audit.ts';
import { createAccountEvents } from './account-events.ts';

const meanings = createAccountEvents(factors);

const told = (event: string, result = 'ok', detail?: object) => {
  const row: AccountEventRow = { id: 'e', at: 0, event, result, method: null, address: null, detail: null };
  return meanings.codesOf({ ...row, detail: detail ? JSON.stringify(detail) : null });
};

test('an entry is told as what it means to the person, and what means nothing is not told', () => {
  assert.deepEqual(told('login', 'ok', { step: 'totp' }), ['login']);
  assert.deepEqual(told('login', 'ok', { step: 'enroll-totp' }), ['login', 'factor-added']);
  assert.deepEqual(told('enroll', 'ok', { step: 'recovery-codes' }), ['recovery-codes-made']);
  assert.deepEqual(told('change-password', 'ok', { step: 'new-password' }), ['password-changed']);
  assert.deepEqual(told('disable', 'ok', { step: 'totp' }), ['factors-off']);
  assert.deepEqual(told('password', 'wrong-credentials'), ['wrong-password']);
  assert.deepEqual(told('totp', 'code-used'), ['wrong-code']);
  assert.deepEqual(told('confirm-password', 'locked'), ['locked']);
  for (const [event, result] of [
    ['password', 'ok'],
    ['totp', 'code-early'],
    ['totp', 'out-of-order'],
    ['new-password', 'weak-password'],
    ['step-up', 'ok'],
    ['admin-find', 'ok'],
    ['constructor', 'ok'],
  ] as const) {
    assert.deepEqual(told(event, result), [], `${event} ${result}`);
  }
});

test('every word that the wire has for an event is said of some entry', () => {
  const results = ['ok', 'wrong-code', 'locked'];
  const said = meanings.events.flatMap((event) => results.flatMap((result) => told(event, result)));
  assert.deepEqual([...new Set(said)].sort(), [...accountEvents].sort());
});
