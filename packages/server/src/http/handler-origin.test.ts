/*
 * Threat: a page of another site makes the browser of a logged-in user send a changing request (CSRF), or starts a flow
 * in it under the attacker's account (login CSRF).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originCheck } from './handler.ts';

const allowed = originCheck(['https://portal.example', 'https://other.example:8443']);

test('R75: the allowed origins and a client without either header are accepted', () => {
  assert.ok(allowed({}));
  assert.ok(allowed({ origin: 'https://portal.example' }));
  assert.ok(allowed({ origin: 'https://other.example:8443', 'sec-fetch-site': 'same-origin' }));
  assert.ok(allowed({ 'sec-fetch-site': 'none' }));
});

test('R75: any other origin is refused by an exact comparison', () => {
  const others = ['https://portal.example.evil.example', 'http://portal.example', 'https://portal.example:443'];
  others.push('null', '', 'https://portal.example/', 'https://PORTAL.example', 'https://sub.portal.example');
  for (const origin of others) assert.equal(allowed({ origin }), false, origin);
});

test('R75: a request that the browser reports as cross-site or same-site is refused with any origin', () => {
  for (const site of ['cross-site', 'same-site', 'Same-Origin', '', 'same-origin, none']) {
    assert.equal(allowed({ 'sec-fetch-site': site }), false, site);
    assert.equal(allowed({ 'sec-fetch-site': site, origin: 'https://portal.example' }), false, site);
  }
});
