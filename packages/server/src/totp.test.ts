import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newTotpSecret, normaliseCode, otpauthUri, parseOtpauthUri, stepOf, totpCode, verifyTotp } from './totp.ts';

test('R14 R18 the verifier alone enrolls a user, accepts a code once, and says why another one is refused', () => {
  const secret = newTotpSecret();
  assert.equal(secret.byteLength, 20);
  const uri = otpauthUri({ secret, issuer: 'Portal', account: 'anna' });
  assert.deepEqual(Buffer.from(parseOtpauthUri(uri).secret), Buffer.from(secret));
  const now = Date.UTC(2026, 0, 1);
  const code = normaliseCode(` ${totpCode(secret, stepOf(now)).replace(/(...)/, '$1 ')}`, 6);
  assert.ok(code);
  const verdict = verifyTotp({ secret, lastStep: null, burntSteps: [], code, now });
  assert.deepEqual(verdict, { outcome: 'accepted', step: stepOf(now) });
  const again = verifyTotp({ secret, lastStep: stepOf(now), burntSteps: [], code, now });
  assert.equal(again.outcome === 'refused' && again.code, 'code-used');
});
