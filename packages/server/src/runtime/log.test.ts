/*
 * Threat: an error's own fields and message carry rows, parameters and bodies into the log.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggable } from './log.ts';

const secret = 'hunter2';

test('R25: of an error only its kind, code and place are logged, and its causes in the same way', () => {
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

test('R25: what JSON.parse says of a text, it quotes: so it is left out, in the stack as well', () => {
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

test('R25: what was thrown and is no error tells its type alone', () => {
  assert.deepEqual(loggable(secret), { name: 'string' });
  assert.deepEqual(loggable(undefined), { name: 'undefined' });
});
