import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from '@tweestap/protocol/openapi';
import type { ApiDocument, SeenAnswer } from './answer-check.ts';
import { createAnswerCheck } from './answer-check.ts';

const document = openApiDocument({ mountPath: '/mfa/v1', version: '0' });
const check = createAnswerCheck(document as unknown as ApiDocument);

const flow = {
  id: 'f',
  kind: 'login',
  status: 'open',
  step: { type: 'password', actions: ['submit', 'back'], username: 'anna' },
  expiresAt: '2026-11-20T12:00:00.000Z',
  serverTime: '2026-11-20T12:00:00.000Z',
};
const problem = {
  type: 'urn:tweestap:problem:wrong-code',
  title: 'The code is not right',
  status: 422,
  code: 'wrong-code',
  correlationId: 'c',
  flow,
};
const answer = (body: unknown, rest: Partial<SeenAnswer> = {}): SeenAnswer => ({
  method: 'POST',
  path: '/mfa/v1/flows/f',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
  ...rest,
});
const problemType = { status: 422, contentType: 'application/problem+json' };

test('Answers as the document describes them are without fault', () => {
  assert.deepEqual(check(answer({ flow })), []);
  assert.deepEqual(check(answer({ flow, token: 't' }, { path: '/mfa/v1/flows', status: 201 })), []);
  assert.deepEqual(check(answer(problem, problemType)), []);
  assert.deepEqual(check(answer(undefined, { method: 'DELETE', status: 204, contentType: '', text: '' })), []);
});

test('What the document does not know is a fault', () => {
  const faulty: SeenAnswer[] = [
    answer({ flow: { ...flow, secret: 'x' } }),
    answer({ flow: { ...flow, step: { ...flow.step, type: 'sms' } } }),
    answer({ flow: { ...flow, serverTime: 'noon' } }),
    answer({ flow: { ...flow, step: { ...flow.step, hash: 'x' } } }),
    answer({ flow }, { status: 202 }),
    answer({ flow }, { path: '/mfa/v1/secrets' }),
    answer({ flow }, { contentType: 'text/html' }),
    answer({ ...problem, code: 'throttled' }, problemType),
    answer({ ...problem, stack: 'Error: at …' }, problemType),
    answer({ flow }, { method: 'DELETE', status: 204 }),
  ];
  for (const seen of faulty) assert.ok(check(seen).length > 0, JSON.stringify(seen));
});
