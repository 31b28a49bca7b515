import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { HttpProblem, noContent } from './answer.ts';
import { readQuery } from './body.ts';
import { type Route, routeFinder, targetReader } from './route-table.ts';

const handle = async () => noContent();
const route = (method: Route['method'], path: string): Route =>
  method === 'GET' ? { method, path, handle } : { method, path, check: async () => {}, handle };
const find = routeFinder([
  route('GET', '/flows/:id'),
  route('POST', '/flows'),
  route('DELETE', '/account/devices'),
  route('DELETE', '/account/devices/:id'),
]);

test('a route is found by its method and path, with its id', () => {
  assert.equal(find('POST', '/flows')?.route.path, '/flows');
  assert.equal(find('GET', '/flows/abc_-9')?.id, 'abc_-9');
  assert.equal(find('HEAD', '/flows/abc')?.route.method, 'GET');
  assert.equal(find('DELETE', '/account/devices/x')?.id, 'x');
  assert.equal(find('DELETE', '/account/devices')?.id, '');
});

test('R76: unknown paths and paths with malformed ids are not found', () => {
  for (const path of ['', '/', '/flows/', '/flows/a/b', '/flows//a', '/flow', '/flows/a%2fb', '/flows/..', '/:id']) {
    assert.equal(find('GET', path), undefined, path);
  }
  assert.equal(find('GET', `/flows/${'a'.repeat(65)}`), undefined);
  assert.equal(find('GET', '/__proto__'), undefined);
});

test('a method that a path does not support is refused with the supported ones', () => {
  const refused = (error: unknown): boolean =>
    error instanceof HttpProblem && error.code === 'method-not-allowed' && error.details.headers?.[1] === 'GET, HEAD';
  for (const method of ['POST', 'PUT', 'OPTIONS', 'constructor'])
    assert.throws(() => find(method, '/flows/a'), refused);
});

test('R76: a duplicate or unknown query parameter and one with control characters are refused', () => {
  assert.equal(readQuery('q=a+b%20c', ['q']).get('q'), 'a b c');
  assert.equal(readQuery('').size, 0);
  for (const text of ['q=1&q=2', 'q=1&x=2', 'x', 'q[]=1', '__proto__=1', 'q=%00', '&q=a%0ab']) {
    assert.throws(() => readQuery(text, ['q']), HttpProblem, text);
  }
  assert.throws(() => readQuery('q=1'), HttpProblem);
});

test('the path below the mount path is found, whether or not a router stripped the mount path', () => {
  const read = targetReader('/mfa/v1');
  const of = (url: string, originalUrl?: string) =>
    read({ url, ...(originalUrl === undefined ? {} : { originalUrl }) } as IncomingMessage);
  assert.deepEqual(of('/mfa/v1/flows?q=1'), { path: '/flows', query: 'q=1' });
  assert.deepEqual(of('/flows?q=1', '/mfa/v1/flows?q=1'), { path: '/flows', query: 'q=1' });
  assert.deepEqual(of('/flows', '/elsewhere/flows'), { path: '/flows', query: '' });
  assert.deepEqual(of('/mfa/v1/flows', '/mfa/v1/flows'), { path: '/flows', query: '' });
  assert.deepEqual(of('/mfa/v1/flows', '/app/mfa/v1/flows'), { path: '/flows', query: '' });
  assert.deepEqual(of('/mfa/v1'), { path: '', query: '' });
  for (const url of ['/', '/mfa/v10/flows', '/flows', '/mfa', '/x/mfa/v1/flows'])
    assert.equal(of(url, url), undefined, url);
});
