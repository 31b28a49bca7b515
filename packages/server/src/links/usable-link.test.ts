import assert from 'node:assert/strict';
import type { Kind } from '@tweestap/protocol';
import { kinds } from '@tweestap/protocol/constants';
import { decodeSecret } from '../factors/totp/secret.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { at, linkFor, mails, tokenIn, urlIn } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { voidLinks } from '../store/links.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threat: an attacker who reads a mailbox for a moment, finds an old mail or lets a scanner follow a link gets access to an
 * account, a session or another use of the link.
 */

const NEW = 'a lamp beside the canal';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  const ada = await world.user({ email: 'ada@mail.example' });
  return { world, ada };
}

const choose = (browser: Browser, password = NEW) => browser.submit({ step: 'new-password', password });
const ask = (world: World, { organisation, username }: TestUser, email = 'ada@mail.example') =>
  world.browser().start('recover', [
    { step: 'organisation', organisation },
    { step: 'identify', username, email },
  ]);

async function refusedWith(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FlowError);
  return error.code;
}

withDatabases(
  'R31 an activation link leads to a password, an app and recovery codes, and then to the login',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bea = await world.user({ username: 'bea', without: 'password' });
    const browser = world.browser();
    const first = at(await browser.start('activate', [], await linkFor(world, bea, 'activate')), 'new-password');
    assert.deepEqual([first.username, first.mayReuse], ['bea', false]);
    at(await choose(browser), 'enroll-offer');
    const { secret } = at(await browser.submit({ step: 'enroll-offer', action: 'accept' }), 'enroll-totp');
    const bound = { ...bea, password: NEW, secret: decodeSecret(secret) };
    at(await browser.submit({ step: 'enroll-totp', code: world.code(bound) }), 'recovery-codes');
    const end = await browser.submit({ step: 'recovery-codes' });
    assert.deepEqual(at(end, 'done'), {
      type: 'done',
      actions: [],
      next: 'login',
      organisation: 'clinic',
      username: 'bea',
    });
    assert.deepEqual(
      [end.issued?.session, browser.session],
      [undefined, undefined],
      'D9: a link alone never makes a session',
    );
    world.clock.advance(30_000);
    assert.ok('user' in at(await world.browser().login(bound), 'done'));
  },
);

withDatabases('R12 a link starts only its own kind of flow, and no other token works as a link', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const bea = await world.user({ username: 'bea', without: 'password' });
  await world.organisation({ id: 'open', username: 'email', policy: { selfRegistration: true } });
  const begin = [{ step: 'organisation', organisation: 'open' } as const];
  await world.browser().start('register', [...begin, { step: 'identify', email: 'new@mail.example' }]);
  const tokens = {
    activate: await linkFor(world, bea, 'activate'),
    reset: await linkFor(world, ada, 'reset'),
    unlock: await linkFor(world, ada, 'unlock'),
    register: await tokenIn(world, 'registration'),
  };
  for (const [purpose, link] of Object.entries(tokens)) {
    for (const kind of kinds) {
      if (kind === purpose) continue;
      assert.equal(await refusedWith(world.browser().start(kind, [], link)), 'no-such-link', `${purpose} as ${kind}`);
    }
    const browser = world.browser();
    browser.flow = { id: 'x', token: link };
    assert.equal(await refusedWith(browser.step()), 'no-such-flow', `${purpose} as a flow's token`);
  }
  for (const [purpose, link] of Object.entries(tokens)) {
    const browser = world.browser();
    await browser.start(purpose as Kind, [], link);
    const { token = '' } = browser.flow ?? {};
    for (const kind of Object.keys(tokens)) {
      assert.equal(await refusedWith(world.browser().start(kind as Kind, [], token)), 'no-such-link');
    }
  }
});

withDatabases('R31 a link works once, expires, and is voided by a newer link', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const older = await linkFor(world, ada, 'reset');
  const newer = await linkFor(world, ada, 'reset');
  assert.equal(await refusedWith(world.browser().start('reset', [], older)), 'link-expired');
  const browser = world.browser();
  await browser.start('reset', [], newer);
  const other = world.browser();
  await other.start('reset', [], newer);
  at(await choose(browser), 'enroll-offer');
  assert.equal(await refusedWith(choose(other)), 'flow-expired', 'R34: the new password ended the other flow');
  assert.equal(await refusedWith(world.browser().start('reset', [], newer)), 'link-expired');
  const lifetimes = { reset: HOUR, unlock: HOUR } as const;
  for (const [purpose, lifetime] of Object.entries(lifetimes)) {
    const link = await linkFor(world, ada, purpose as keyof typeof lifetimes);
    world.clock.advance(lifetime - 2);
    await world.browser().start(purpose as Kind, [], link);
    world.clock.advance(1);
    assert.equal(await refusedWith(world.browser().start(purpose as Kind, [], link)), 'link-expired', purpose);
  }
});

withDatabases(
  'R31 a change of password voids every link, and the database never has a link in the clear',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const unlock = await linkFor(world, ada, 'unlock');
    const reset = await linkFor(world, ada, 'reset');
    const browser = world.browser();
    await browser.start('reset', [], reset);
    await choose(browser);
    assert.equal(await refusedWith(world.browser().start('unlock', [], unlock)), 'link-expired');
    const rows = JSON.stringify([
      await world.database.read.selectFrom('links').selectAll().execute(),
      await world.database.read.selectFrom('outbox').selectAll().execute(),
    ]);
    assert.ok(!rows.includes(unlock) && !rows.includes(reset));
  },
);

withDatabases('R31 a link that is voided during its flow is refused at the end of the flow', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.start('reset', [], await linkFor(world, ada, 'reset'));
  await world.database.write((tx) => voidLinks(tx, ada.id, world.clock()));
  assert.equal((await choose(browser)).refusal?.code, 'link-expired');
  assert.ok((await world.browser().password(ada)).refusal === undefined, 'the old password is still valid');
});

withDatabases('R32 opening a link, by a scanner or a user, changes nothing', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const link = await linkFor(world, ada, 'reset');
  for (let visit = 0; visit < 3; visit += 1) {
    const scanner = world.browser();
    at(await scanner.start('reset', [], link), 'new-password');
    await scanner.step();
  }
  const lock = await linkFor(world, ada, 'unlock');
  at(await world.browser().start('unlock', [], lock), 'locked');
  at(await world.browser().start('unlock', [], lock), 'locked');
  assert.ok((await world.browser().password(ada)).refusal === undefined);
  const browser = world.browser();
  await browser.start('reset', [], link);
  at(await choose(browser), 'enroll-offer');
});

withDatabases(
  'R55 a request for mail has the same response and writes as many rows for every username',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const off = await world.user({ username: 'off', state: 'disabled', email: 'ada@mail.example' });
    const rows = async () => {
      const { read } = world.database;
      const [links, outbox] = [
        await read.selectFrom('links').selectAll().execute(),
        await read.selectFrom('outbox').selectAll().execute(),
      ];
      return [links.length, outbox.length];
    };
    const shapes: unknown[] = [];
    for (const user of [ada, off, { ...ada, username: 'nobody' }]) {
      const [links = 0, outbox = 0] = await rows();
      const { flow, refusal, issued } = await ask(world, user);
      const [linksNow = 0, outboxNow = 0] = await rows();
      shapes.push({ step: flow.step, kind: flow.kind, refusal, issued, wrote: [linksNow - links, outboxNow - outbox] });
    }
    const other = await ask(world, ada, 'eve@mail.example');
    assert.deepEqual(other.flow.step, {
      ...{ type: 'mail-sent', to: 'eve@mail.example' },
      ...{ actions: ['back', 'extend'], back: 'identify' },
    });
    assert.deepEqual(shapes[1], shapes[0]);
    assert.deepEqual(shapes[2], shapes[0]);
    const sent = await mails(world);
    assert.deepEqual(
      sent.map(({ account_id, template }) => [account_id, template]),
      [[ada.id, 'reset']],
      'R33: only the stored address gets a mail',
    );
  },
);

withDatabases(
  'R33 a link begins with the configured base URL, or with the page of the organisation',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await ask(world, ada);
    assert.match((await urlIn(world, 'reset')).href, /^https:\/\/portal\.example\/account#mfa-reset=[\w-]{43}$/);
    await world.organisation({ pages: { reset: 'https://intranet.example/new-password?from=mail' } });
    world.clock.advance(15 * MINUTE);
    await ask(world, ada);
    assert.equal((await urlIn(world, 'reset')).host, 'intranet.example');
  },
);

withDatabases('R52 a network may request mail for a username, existing or not, five times a day', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  for (const user of [ada, { ...ada, username: 'nobody' }]) {
    const codes: unknown[] = [];
    for (let times = 0; times < 6; times += 1) codes.push((await ask(world, user)).refusal?.code);
    assert.deepEqual(codes, [...Array(5).fill(undefined), 'throttled']);
  }
  assert.equal((await mails(world)).length, 1, 'R31: requests of the same moment share one mail');
  const { refusal } = await ask(world, ada);
  assert.equal(refusal?.retryAfter, 24 * 3600, 'the wait ends with the day, which has just begun');
  world.clock.advance(24 * HOUR);
  assert.equal((await ask(world, ada)).refusal, undefined);
});

withDatabases(
  'a request for a password sends a new activation link after the first one has expired',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bea = await world.user({ username: 'bea', without: 'password', email: 'bea@mail.example' });
    const link = await linkFor(world, bea, 'activate');
    world.clock.advance(24 * HOUR);
    const gone = world.browser().start('activate', [], link);
    await assert.rejects(gone, { code: 'link-expired', newRequest: { kind: 'recover', organisation: 'clinic' } });
    await ask(world, bea, 'bea@mail.example');
    at(await world.browser().start('activate', [], await tokenIn(world, 'activation')), 'new-password');
  },
);
