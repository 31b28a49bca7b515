import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { factors } from '../../factors/index.ts';
import { withDatabases } from '../../store/testing/databases.ts';
import { type Browser, type TestUser, World } from '../testing/world.ts';
import { assuranceOf } from './assurance.ts';
import { createRegistry } from './factor.ts';
import type { Facts } from './facts.ts';

const MINUTE = 60_000;
const registry = createRegistry(factors);

/* Threat: a portal takes a remembered device or a password alone for two fresh factors. */

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
  ['a deferred enrolment', { ...password, deferred: { at } }, { ...one, factorTime: null }],
  ['deferred recovery codes', { ...password, ...factor('totp'), codesDeferred: { at } }, { ...two, recovery: false }],
  ['a remembered device', { ...password, ...remembered }, { ...one, factorTime: earlier }],
  ['an authenticator', { ...password, ...factor('totp') }, { ...two, recovery: false }],
  [
    'an authenticator on a remembered device',
    { ...password, ...remembered, ...factor('totp') },
    { ...two, recovery: false },
  ],
  ['a recovery code', { ...password, ...factor('recovery-code') }, { ...two, recovery: true }],
  ['a newly enrolled authenticator', { ...password, ...enrolled }, { ...two, recovery: false }],
  [
    'an authenticator enrolled after a recovery code',
    { ...password, ...factor('recovery-code'), ...enrolled },
    { ...two, recovery: true },
  ],
];

for (const [name, facts, expected] of table) {
  test(`R69 the assurance of ${name}`, () => assert.deepEqual(assuranceOf(registry, facts), expected));
}

/** The ways to create a session, with the expected times in minutes after the first request. */
const sessions: [name: string, expected: object, begin: (walk: Walk) => Promise<unknown>][] = [
  ['a code', { ...two, recovery: false, auth: 0, factor: 0 }, ({ browser, ada }) => browser.login(ada)],
  ['a remembered device', { ...one, auth: 10, factor: 0 }, remembering],
  ['a deferred enrolment', { ...one, auth: 0, factor: null }, deferring],
  ['a step-up on a remembered device', { ...two, recovery: false, auth: 11, factor: 11 }, steppingUp],
  ['a recovery code', { ...two, recovery: true, auth: 0, factor: 0 }, recovering],
];

interface Walk {
  world: World;
  browser: Browser;
  ada: TestUser;
}

async function remembering({ world, browser, ada }: Walk): Promise<void> {
  await browser.login(ada, true);
  world.clock.advance(10 * MINUTE);
  await browser.password(ada);
}

async function deferring({ world, browser }: Walk): Promise<void> {
  await world.organisation({ id: 'club', policy: { factor: 'optional', setUp: { timeZone: 'UTC' } } });
  const bob = await world.user({ organisation: 'club', username: 'bob', without: 'totp' });
  await browser.password(bob);
  await browser.submit({ step: 'enroll-offer', action: 'later' });
}

async function steppingUp(walk: Walk): Promise<void> {
  const { world, browser, ada } = walk;
  await remembering(walk);
  world.clock.advance(MINUTE);
  await browser.start('step-up');
  await browser.code(world.code(ada));
}

async function recovering({ world, browser, ada }: Walk): Promise<void> {
  const [code = ''] = await world.giveRecoveryCodes(ada);
  await browser.password(ada);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  await browser.submit({ step: 'recovery-code', code });
}

for (const [name, expected, begin] of sessions) {
  withDatabases(
    `R69 amr, acr, auth_time and the time of the factor, in session and assertion, after ${name}`,
    async (fixture) => {
      const world = new World(fixture.database, fixture.clock);
      await world.organisation();
      const walk = { world, browser: world.browser(), ada: await world.user() };
      const from = fixture.clock();
      walk.browser.nonce = 'nonce-of-the-session';
      await begin(walk);
      const row = await walk.browser.sessionRow();
      assert.ok(row);
      const { amr, acr, recovery, auth_time: auth, factor_time: factor } = row;
      const minutes = (time: number | null) => (time === null ? null : (time - from) / MINUTE);
      const found = {
        amr: JSON.parse(amr),
        acr,
        recovery: recovery === 1,
        auth: minutes(auth),
        factor: minutes(factor),
      };
      const { factorTime: _, ...rest } = {
        factorTime: undefined,
        ...(expected as { amr: string[]; acr: string; recovery: boolean }),
      };
      assert.deepEqual(found, rest);
      const step = walk.browser.last?.flow.step;
      assert.ok(step?.type === 'done' && 'assertion' in step && step.assertion !== undefined);
      const claims = decodeJwt(step.assertion);
      const asserted = { amr: claims.amr, acr: claims.acr, recovery: claims.recovery === true };
      assert.deepEqual(asserted, { amr: rest.amr, acr: rest.acr, recovery: rest.recovery });
      assert.equal(claims.auth_time, auth / 1000);
    },
  );
}
