import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfStep, totpCode } from './code.ts';
import { type ActiveAuthenticator, verifyTotpAmong } from './factor.ts';

// Threat: a code that one of several authenticators has spent is accepted for another, or the refusal of one authenticator
// hides a more helpful refusal of another.

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

test('a code of any of several authenticators is accepted, and the result names the authenticator', () => {
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

test('R14 each authenticator has its own last time step, and a spent code of one is not accepted for another', () => {
  const spent = [{ ...phone, lastStep: STEP }, tablet];
  const verdict = verifyTotpAmong(spent, { code: code(phone, STEP), now });
  assert.deepEqual(verdict, { outcome: 'refused', code: 'code-used', counts: false, factorId: 'phone' });
  assert.equal(verifyTotpAmong(spent, { code: code(tablet, STEP), now }).outcome, 'accepted');
});

test('R18a the most helpful refusal is returned, with the authenticator whose time step is burnt', () => {
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

test('R16 only the newest authenticator verifies after the others were replaced', () => {
  const question = { code: code(phone, STEP), now, retired: [{ secret: phone.secret }] };
  const verdict = verifyTotpAmong([tablet], question);
  assert.deepEqual(verdict, { outcome: 'refused', code: 'old-authenticator', counts: true, factorId: 'tablet' });
  assert.equal(verifyTotpAmong([tablet], { code: code(tablet, STEP), now }).outcome, 'accepted');
});

test('without an authenticator every code is a wrong code', () => {
  assert.deepEqual(verifyTotpAmong([], { code: '123456', now }), {
    outcome: 'refused',
    code: 'wrong-code',
    counts: true,
  });
});
