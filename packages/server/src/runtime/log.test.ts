/*
 * Threat: the fields and the message of an error bring rows, parameters and request bodies into the log.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggable } from './log.ts';

const secret = 'hunter2';

test('R25: only the kind, code, message and stack of an error are logged, also for its causes', () => {
  const driver = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: `Key (token)=(${secret})`,
    parameters: [secret],
  });
  const text = JSON.stringify(loggable(new TypeError('it failed', { cause: driver })));
  assert.match(text, /"name":"TypeError","message":"it failed"/);
  assert.match(text, /"code":"23505","message":"duplicate key"/);
  assert.match(text, /log\.test/);
  assert.ok(!text.includes(secret));
});

test('R25: the message of JSON.parse, which quotes the text, is left out, also from the stack', () => {
  let error: unknown;
  try {
    JSON.parse(`{"password":${secret}`);
  } catch (caught) {
    error = caught;
  }
  const text = JSON.stringify(loggable(error));
  assert.match(text, /"name":"SyntaxError"/);
  assert.ok(!text.includes(secret.slice(0, 3)), text);
});

test('R25: only the type of a thrown value that is not an error is logged', () => {
  assert.deepEqual(loggable(secret), { name: 'string' });
  assert.deepEqual(loggable(undefined), { name: 'undefined' });
});
