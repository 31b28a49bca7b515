import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Input } from '@tweestap/protocol';
import { at, mails, tokenIn } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { type LinkRequest, requestKey } from './sending.ts';

/*
 * Threat: strangers who keep requesting a user's links use up the user's own requests, void the link that the user is about
 * to follow, or fill the user's mailbox.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EMAIL = 'ada@mail.example';

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ways: ['wait', 'helpdesk', 'mail'] } } });
  const ada = await world.user({ email: EMAIL });
  return { world, ada };
}

function browserAt(world: World, address: string): Browser {
  const browser = world.browser();
  browser.address = address;
  return browser;
}

/** Requests a reset link, as 'Forgot password' does. */
const ask = (
  browser: Browser,
  { organisation, username }: Pick<TestUser, 'organisation' | 'username'>,
  email = EMAIL,
) =>
  browser.start('recover', [
    { step: 'organisation', organisation },
    { step: 'identify', username, email },
  ]);

const unlock: Input = { step: 'locked', action: 'unlock', way: 'mail' };

/** Locks a username from one network, so every browser that types the username is offered an unlock link. */
async function lockedAt(world: World, user: TestUser, address: string): Promise<Browser> {
  const browser = browserAt(world, address);
  let outcome = await browser.password(user, 'wrong');
  for (let attempt = 0; attempt < 10 && outcome.flow.step.type !== 'locked'; attempt += 1) {
    outcome = await browser.submit({ step: 'password', password: 'wrong' });
  }
  at(outcome, 'locked');
  return browser;
}

withDatabases('R52 requests of strangers do not use up the reset mails of a user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (let network = 0; network < 2; network += 1) {
    const stranger = browserAt(world, `198.51.100.${network}`);
    for (let times = 0; times < 5; times += 1) assert.equal((await ask(stranger, ada)).refusal, undefined);
    assert.equal((await ask(stranger, ada)).refusal?.code, 'throttled', 'each network has five requests');
  }
  const colleague = browserAt(world, '192.0.2.1');
  for (let times = 0; times < 5; times += 1) await ask(colleague, ada, 'a.lovelace@mail.example');
  assert.equal((await ask(colleague, ada, 'a.lovelace@mail.example')).refusal?.code, 'throttled');
  world.clock.advance(HOUR);
  const before = (await mails(world, ada.id)).length;
  at(await ask(browserAt(world, '192.0.2.1'), ada), 'mail-sent');
  assert.equal((await mails(world, ada.id)).length, before + 1);
});

withDatabases('R52 a known device has a budget of its own, not the one of its network', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const own = browserAt(world, '192.0.2.1');
  at(await own.login(ada), 'done');
  const neighbour = browserAt(world, '192.0.2.1');
  for (let times = 0; times < 5; times += 1) await ask(neighbour, ada);
  assert.equal((await ask(neighbour, ada)).refusal?.code, 'throttled');
  for (let times = 0; times < 5; times += 1) assert.equal((await ask(own, ada)).refusal, undefined);
  assert.equal((await ask(own, ada)).refusal?.code, 'throttled');
  const bea = await world.user({ username: 'bea', email: EMAIL });
  assert.equal((await ask(own, bea)).refusal, undefined, 'the device is known for one account');
});

withDatabases('R50 requests of strangers do not use up the unlock mails of a user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const stranger = await lockedAt(world, ada, '198.51.100.1');
  for (let times = 0; times < 3; times += 1) assert.equal((await stranger.submit(unlock)).refusal, undefined);
  assert.equal((await stranger.submit(unlock)).refusal?.code, 'throttled');
  const own = await lockedAt(world, ada, '192.0.2.1');
  assert.equal((await own.submit(unlock)).refusal, undefined);
});

withDatabases('R31 a request of a stranger does not void the fresh link of a user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await ask(browserAt(world, '192.0.2.1'), ada);
  const link = await tokenIn(world, 'reset');
  const locked = await lockedAt(world, ada, '192.0.2.1');
  await locked.submit(unlock);
  const unlocking = await tokenIn(world, 'unlock');
  for (const minutes of [5, 9]) {
    world.clock.advance(minutes * MINUTE);
    const stranger = await lockedAt(world, ada, '198.51.100.1');
    assert.equal((await stranger.submit(unlock)).refusal, undefined);
    assert.equal((await ask(browserAt(world, '198.51.100.1'), ada)).refusal, undefined);
  }
  at(await world.browser().start('unlock', [], unlocking), 'locked');
  at(await world.browser().start('reset', [], link), 'new-password');
});

withDatabases('R31 a mailbox gets at most one mail of a purpose in 15 minutes', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (let minute = 0; minute < 80; minute += 2) {
    // Each request is of another network, within the budget of that network.
    await ask(browserAt(world, `198.51.100.${minute}`), ada);
    world.clock.advance(2 * MINUTE);
  }
  const times = (await mails(world, ada.id)).map((mail) => mail.send_after).sort((one, other) => one - other);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.ok(
    gaps.every((gap) => gap >= 15 * MINUTE),
    `minutes between the mails: ${gaps.map((gap) => gap / MINUTE)}`,
  );
  assert.ok(times.length >= 5, `expected at least 5 mails in 80 minutes, got ${times.length}`);
});

/* Threat: two different requests share a link, or the table of links reveals who requested one. */

const request: LinkRequest = { purpose: 'reset', organisationId: 'clinic', name: 'ada', email: 'ada@mail.example' };

test('the same request has the same key, and the key reveals no part of it', () => {
  assert.equal(requestKey({ ...request }), requestKey(request));
  assert.match(requestKey(request), /^[\w-]{43}$/);
});

test('a request with another purpose, organisation, name or address has another key', () => {
  const others: LinkRequest[] = [
    { ...request, purpose: 'register' },
    { ...request, organisationId: 'school' },
    { ...request, name: 'bob' },
    { ...request, email: 'bob@mail.example' },
    { ...request, email: undefined },
    // The boundary between two parts moves, and the joined text stays the same.
    { ...request, organisationId: 'clinica', name: 'da' },
  ];
  const keys = new Set([request, ...others].map(requestKey));
  assert.equal(keys.size, others.length + 1);
});
