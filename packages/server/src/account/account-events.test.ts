import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountEvents } from '@tweestap/protocol/constants';
import { factors } from '../factors/index.ts';
import type { AccountEventRow } from '../store/audit.ts';
import { createAccountEvents } from './account-events.ts';

const accountAudit = createAccountEvents(factors);

const codesFor = (event: string, result = 'ok', detail?: object) => {
  const row: AccountEventRow = { id: 'e', at: 0, event, result, method: null, address: null, detail: null };
  return accountAudit.codesOf({ ...row, detail: detail ? JSON.stringify(detail) : null });
};

test('an audit event is shown by its meaning for the user, and an event without a meaning is not shown', () => {
  assert.deepEqual(codesFor('login', 'ok', { step: 'totp' }), ['login']);
  assert.deepEqual(codesFor('login', 'ok', { step: 'enroll-totp' }), ['login', 'factor-added']);
  assert.deepEqual(codesFor('enroll', 'ok', { step: 'recovery-codes' }), ['recovery-codes-made']);
  assert.deepEqual(codesFor('change-password', 'ok', { step: 'new-password' }), ['password-changed']);
  assert.deepEqual(codesFor('disable', 'ok', { step: 'totp' }), ['factors-off']);
  assert.deepEqual(codesFor('password', 'wrong-credentials'), ['wrong-password']);
  assert.deepEqual(codesFor('totp', 'code-used'), ['wrong-code']);
  assert.deepEqual(codesFor('confirm-password', 'locked'), ['locked']);
  for (const [event, result] of [
    ['password', 'ok'],
    ['totp', 'code-early'],
    ['totp', 'out-of-order'],
    ['new-password', 'weak-password'],
    ['step-up', 'ok'],
    ['admin-find', 'ok'],
    ['constructor', 'ok'],
  ] as const) {
    assert.deepEqual(codesFor(event, result), [], `${event} ${result}`);
  }
});

test('every event code of the wire is the meaning of some audit event', () => {
  const results = ['ok', 'wrong-code', 'locked'];
  const codes = accountAudit.events.flatMap((event) => results.flatMap((result) => codesFor(event, result)));
  assert.deepEqual([...new Set(codes)].sort(), [...accountEvents].sort());
});
