import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeAt, fromBase32, leftAt } from './totp.ts';

const secret = new TextEncoder().encode('12345678901234567890');

test('the phone computes the codes of RFC 6238 appendix B, truncated to six digits', async () => {
  const vectors = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const;
  for (const [seconds, code] of vectors) assert.equal(await codeAt(secret, seconds * 1000), code);
});

test('a base32 key may have any case, spaces, hyphens and padding; other text is rejected', () => {
  const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  assert.deepEqual(fromBase32(key), secret);
  assert.deepEqual(fromBase32(`${key.toLowerCase().replace(/(.{4})/g, '$1 ')}====`), secret);
  assert.equal(fromBase32('GEZDGNBVGY3TQOJ1GEZDGNBVGY3TQOJQ'), undefined);
  assert.equal(fromBase32('GEZDGNBV'), undefined);
});

test('a code is valid until the next multiple of 30 seconds', () => {
  assert.equal(leftAt(0), 30_000);
  assert.equal(leftAt(29_999), 1);
});
