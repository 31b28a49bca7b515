import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfStep, totpCode } from './code.ts';
import { type ActiveAuthenticator, verifyTotpAmong } from './factor.ts';

// Threat: with several authenticators a code that one of them has spent is taken by another, or a refusal of one hides
// what the other would have said.

const STEP = 59_000_000;
const now = startOfStep(STEP) + 15_000;
const phone: ActiveAuthenticator = {
  factorId: 'phone',
  secret: Buffer.from('the phone, 20 bytes.'),
  lastStep: null,
  burntSteps: [],
};
const tablet: ActiveAuthenticator = {
  factorId: 'tablet',
  secret: Buffer.from('the tablet, 20 bytes'),
  lastStep: null,
  burntSteps: [],
};
const both = [phone, tablet];
const code = (of: ActiveAuthenticator, step: number) => totpCode(of.secret, step);

test('any of several authenticators is accepted, and named', () => {
  assert.deepEqual(verifyTotpAmong(both, { code: code(phone, STEP), now }), {
    outcome: 'accepted',
    step: STEP,
    factorId: 'phone',
  });
  assert.deepEqual(verifyTotpAmong(both, { code: code(tablet, STEP - 1), now }), {
    outcome: 'accepted',
    step: STEP - 1,
    factorId: 'tablet',
  });
});

test('R14: each authenticator has its own last step, and a spent code of one is not good for another', () => {
  const spent = [{ ...phone, lastStep: STEP }, tablet];
  const verdict = verifyTotpAmong(spent, { code: code(phone, STEP), now });
  assert.deepEqual(verdict, { outcome: 'refused', code: 'code-used', counts: false, factorId: 'phone' });
  assert.equal(verifyTotpAmong(spent, { code: code(tablet, STEP), now }).outcome, 'accepted');
});

test('R18a: the refusal that helps most is given, with the authenticator whose step is burnt', () => {
  const off = verifyTotpAmong(both, { code: code(tablet, STEP + 8), now });
  assert.deepEqual(off, {
    outcome: 'refused',
    code: 'clock-off',
    counts: true,
    offBySeconds: 240,
    burn: STEP + 8,
    factorId: 'tablet',
  });
  const early = verifyTotpAmong(both, { code: code(tablet, STEP + 1), now });
  assert.deepEqual(early, {
    outcome: 'refused',
    code: 'code-early',
    counts: false,
    retryAt: startOfStep(STEP + 1),
    factorId: 'tablet',
  });
});

test('R16: only the newest authenticator verifies when the others are retired', () => {
  const question = { code: code(phone, STEP), now, retired: [{ secret: phone.secret }] };
  const verdict = verifyTotpAmong([tablet], question);
  assert.deepEqual(verdict, { outcome: 'refused', code: 'old-authenticator', counts: true, factorId: 'tablet' });
  assert.equal(verifyTotpAmong([tablet], { code: code(tablet, STEP), now }).outcome, 'accepted');
});

test('without an authenticator every code is wrong', () => {
  assert.deepEqual(verifyTotpAmong([], { code: '123456', now }), {
    outcome: 'refused',
    code: 'wrong-code',
    counts: true,
  });
});
