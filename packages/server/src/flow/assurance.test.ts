import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assuranceOf } from './assurance.ts';
import type { Facts } from './facts.ts';

/* Threat: a portal that takes a remembered device or a password alone for two fresh factors. */

const at = Date.UTC(2026, 0, 1);
const earlier = at - 3_600_000;
const password: Facts = { password: { at } };
const factor = (method: 'totp' | 'recovery-code'): Facts => ({ factor: { method, id: 'f', at } });
const remembered: Facts = { remembered: { deviceId: 'd', factorTime: earlier } };
const enrolled: Facts = { enrolled: { factorId: 'n', at } };
const one = { amr: ['pwd'], acr: 'aal1', recovery: false };
const two = { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', factorTime: at };

const table: [name: string, facts: Facts, expected: object][] = [
  ['the password alone', password, { ...one, factorTime: null }],
  ['a remembered device', { ...password, ...remembered }, { ...one, factorTime: earlier }],
  ['an authenticator', { ...password, ...factor('totp') }, { ...two, recovery: false }],
  [
    'an authenticator on a remembered device',
    { ...password, ...remembered, ...factor('totp') },
    { ...two, recovery: false },
  ],
  ['a recovery code', { ...password, ...factor('recovery-code') }, { ...two, recovery: true }],
  ['an authenticator that was just set up', { ...password, ...enrolled }, { ...two, recovery: false }],
  [
    'one set up after a recovery code',
    { ...password, ...factor('recovery-code'), ...enrolled },
    { ...two, recovery: true },
  ],
];

for (const [name, facts, expected] of table) {
  test(`R69: the assurance of ${name}`, () => assert.deepEqual(assuranceOf(facts), expected));
}
