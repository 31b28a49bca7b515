/* Threat: a system that may prove less than before, or nothing any more, still logs its users in (K11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factors } from '../../factors/index.ts';
import { parseOrganisation } from '../../organisations/schema.ts';
import { createRegistry } from './factor.ts';
import type { Facts } from './facts.ts';
import { createOrder } from './next-step.ts';

const at = Date.UTC(2026, 0, 1);
const order = createOrder(createRegistry(factors));
const jwks = 'https://school.example/jwks.json';
const policyWith = (handOver: object[]) =>
  parseOrganisation({ id: 'alpha', name: 'Alpha', policy: { handOver } }).policy;
const school = { issuer: 'https://school.example', name: 'School', jwks };

const facts = (proves: 'password' | 'factor', more: Partial<Facts> = {}): Facts => ({
  ...{ organisation: 'alpha', account: { username: 'ada', key: 'ada' }, person: { id: 'a', username: 'ada' } },
  has: { active: { totp: 1 }, disabled: false, recoveryCodes: 6 },
  handOver: { issuer: school.issuer, key: jwks, at, proves },
  ...more,
});

test('K11 the present policy caps what a hand-over has proven', () => {
  const stepOf = (proves: 'password' | 'factor', handOver: object[]) =>
    order.nextStep('login', facts(proves), policyWith(handOver), at);
  assert.equal(stepOf('factor', [{ ...school, proves: 'factor' }]), 'done');
  assert.equal(stepOf('password', [{ ...school, proves: 'factor' }]), 'totp');
  assert.equal(stepOf('factor', [{ ...school, proves: 'password' }]), 'totp');
  assert.equal(stepOf('factor', []), 'password');
  assert.equal(stepOf('factor', [{ ...school, issuer: 'https://other.example', proves: 'factor' }]), 'password');
  assert.equal(stepOf('factor', [{ ...school, jwks: `${jwks}?new`, proves: 'factor' }]), 'password');
});

test('K11 a new password comes after a factor of this flow, also after a hand-over', () => {
  const policy = policyWith([{ ...school, proves: 'factor' }]);
  const marked = facts('factor', { mustChange: true });
  assert.equal(order.nextStep('login', marked, policy, at), 'totp');
  const proven = { ...marked, factor: { method: 'totp' as const, id: 'f', at } };
  assert.equal(order.nextStep('login', proven, policy, at), 'new-password');
});

test('K11 a hand-over replaces the password of a login only, and for five minutes that of a set-up', () => {
  const policy = policyWith([{ ...school, proves: 'password' }]);
  const without = facts('password', { has: { active: {}, disabled: false, recoveryCodes: 0 }, offerAccepted: { at } });
  assert.equal(order.nextStep('login', without, policy, at), 'enroll-totp');
  assert.equal(order.nextStep('login', without, policy, at + 300_001), 'confirm-password');
  assert.equal(order.nextStep('enroll', without, policy, at), 'confirm-password');
  assert.equal(order.nextStep('disable', facts('factor'), policy, at), 'confirm-password');
});
