import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from '@tweestap/protocol/openapi';
import type { ApiDocument, SeenResponse } from './response-check.ts';
import { createResponseCheck } from './response-check.ts';

const document = openApiDocument({ mountPath: '/mfa/v1', version: '0' });
const check = createResponseCheck(document as unknown as ApiDocument);

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
const response = (body: unknown, rest: Partial<SeenResponse> = {}): SeenResponse => ({
  method: 'POST',
  path: '/mfa/v1/flows/f',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
  ...rest,
});
const problemType = { status: 422, contentType: 'application/problem+json' };

test('a response that matches the document has no fault', () => {
  assert.deepEqual(check(response({ flow })), []);
  assert.deepEqual(check(response({ flow, token: 't' }, { path: '/mfa/v1/flows', status: 201 })), []);
  assert.deepEqual(check(response(problem, problemType)), []);
  assert.deepEqual(check(response(undefined, { method: 'DELETE', status: 204, contentType: '', text: '' })), []);
});

test('a response with an undocumented path, status, media type or field has a fault', () => {
  const faulty: SeenResponse[] = [
    response({ flow: { ...flow, secret: 'x' } }),
    response({ flow: { ...flow, step: { ...flow.step, type: 'sms' } } }),
    response({ flow: { ...flow, serverTime: 'noon' } }),
    response({ flow: { ...flow, step: { ...flow.step, hash: 'x' } } }),
    response({ flow }, { status: 202 }),
    response({ flow }, { path: '/mfa/v1/secrets' }),
    response({ flow }, { contentType: 'text/html' }),
    response({ ...problem, code: 'throttled' }, problemType),
    response({ ...problem, stack: 'Error: at …' }, problemType),
    response({ flow }, { method: 'DELETE', status: 204 }),
  ];
  for (const seen of faulty) assert.ok(check(seen).length > 0, JSON.stringify(seen));
});
