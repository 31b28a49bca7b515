import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEntry } from './otpauth.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('an otpauth link is read as issuer, account and secret', () => {
  const link = `otpauth://totp/Gemeente%20Wolvenrade:joris?secret=${secret}&issuer=Gemeente%20Wolvenrade&digits=6`;
  assert.deepEqual(readEntry(link), { issuer: 'Gemeente Wolvenrade', account: 'joris', secret });
  assert.deepEqual(readEntry(`otpauth://totp/joris?secret=${secret}`), { issuer: '', account: 'joris', secret });
});

test('a key without a link is read as an entry without an account', () => {
  assert.equal(readEntry(' gezd gnbv gy3t qojq gezd gnbv gy3t qojq ')?.secret, secret);
});

test('any other text is rejected', () => {
  for (const text of ['', 'hello', 'https://example.org/', 'otpauth://totp/x?secret=1', 'otpauth://']) {
    assert.equal(readEntry(text), undefined);
  }
});
