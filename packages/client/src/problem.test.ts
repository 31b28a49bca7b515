import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProblemCode } from '@tweestap/protocol';
import { MfaProblem } from './problem.ts';
import { problemBody, totpStep, wireFlow } from './testing/api.ts';

const problemOf = (code: ProblemCode, withFlow: boolean) => {
  const problem = problemBody(code, withFlow ? { flow: wireFlow(totpStep) } : {});
  return new MfaProblem(code, { status: problem.status, problem });
};

test('A problem is a refusal if the flow continues or a field was invalid', () => {
  for (const code of ['wrong-code', 'out-of-order', 'not-allowed'] as const) {
    assert.equal(problemOf(code, true).kind, 'refusal', code);
  }
  assert.equal(problemOf('bad-name', false).kind, 'refusal');
});

test('The end of a flow is not a failure, and a failed call is not a refusal', () => {
  assert.equal(problemOf('flow-expired', false).kind, 'ended');
  assert.equal(problemOf('no-such-flow', false).kind, 'ended');
  for (const code of ['cross-site', 'idempotency-conflict', 'throttled', 'busy'] as const) {
    assert.equal(problemOf(code, false).kind, 'failure', code);
  }
  assert.equal(problemOf('internal', true).kind, 'failure');
  assert.equal(new MfaProblem('network').kind, 'failure');
});

test('The message of a problem is the title that the server sent, or the code', () => {
  assert.equal(problemOf('wrong-code', false).message, 'The code is incorrect');
  assert.equal(new MfaProblem('timeout').message, 'timeout');
});
