import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../crypto/tokens.ts';
import { decodeSecret, encodeSecret, newTotpSecret, SecretError } from './secret.ts';

const fault = (code: SecretError['code']) => (error: unknown) => error instanceof SecretError && error.code === code;

test('R18 a new secret has 20 random bytes', () => {
  const requested: number[] = [];
  const secret = newTotpSecret((bytes) => {
    requested.push(bytes);
    return systemRandom(bytes);
  });
  assert.deepEqual(requested, [20]);
  assert.equal(secret.byteLength, 20);
  assert.match(encodeSecret(secret), /^[A-Z2-7]{32}$/);
});

test('the base32 vectors of RFC 4648 §10 and RFC 6238 pass, without padding', () => {
  assert.equal(encodeSecret(Buffer.from('foobar')), 'MZXW6YTBOI');
  assert.equal(encodeSecret(Buffer.from('12345678901234567890')), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
});

test('a secret is decoded in any case, with or without grouping and padding', () => {
  const expected = Buffer.from('12345678901234567890');
  const spellings = ['gezd gnbv gy3t qojq gezd gnbv gy3t qojq', 'GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ'];
  for (const text of [...spellings, ' GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====']) {
    assert.deepEqual(Buffer.from(decodeSecret(text)), expected);
  }
});

test('any secret of 10 to 64 bytes is decoded to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 64 }), (secret) => {
      assert.deepEqual(Buffer.from(decodeSecret(encodeSecret(secret).toLowerCase())), Buffer.from(secret));
    }),
  );
});

test('an invalid secret is refused with a typed error that does not repeat it', () => {
  const hides = (error: unknown) => error instanceof SecretError && !error.message.includes('1890');
  assert.throws(() => decodeSecret('18901890189018901890'), fault('not-base32'));
  assert.throws(() => decodeSecret('18901890189018901890'), hides);
  assert.throws(() => decodeSecret(''), fault('too-short'));
  assert.throws(() => decodeSecret('MZXW6YTBOI'), fault('too-short'));
  assert.throws(() => decodeSecret('A'.repeat(104)), fault('too-long'));
  assert.throws(() => decodeSecret('GEZDGNBV=GY3TQOJQ'), fault('not-base32'));
});
