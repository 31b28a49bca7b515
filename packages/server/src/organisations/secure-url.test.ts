import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecurePage } from './secure-url.ts';

/* Threat: a page without https is trusted, although anyone on the network can change it. */

test('a page is secure with https, or on this machine, to which every name of .localhost leads', () => {
  for (const address of ['https://portal.example', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:80/a']) {
    assert.equal(isSecurePage(address), true, address);
  }
  assert.equal(isSecurePage('http://clinic.localhost:3000'), true);
  for (const address of [
    'http://portal.example',
    'http://localhost.example',
    'http://xlocalhost',
    'http://127.0.0.2',
    'none',
  ]) {
    assert.equal(isSecurePage(address), false, address);
  }
});
