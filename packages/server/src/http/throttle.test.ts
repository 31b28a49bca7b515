/*
 * Threat: a stranger who guesses passwords for made-up usernames uses up the budget of a shared address, and locks out
 * everyone behind it; or a stranger tries stolen passwords on many accounts, and no limit of a single account is
 * reached.
 */
import assert from 'node:assert/strict';
import type { TweestapOptions } from '../options.ts';
import { sqliteForTests, withEachDatabase } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { organisations } from './testing/organisations.ts';
import {
  first,
  login,
  serve,
  start,
  startToCode,
  submit,
  totp,
  withServer,
  withServerOnEach,
} from './testing/server.ts';

/** The locks are far above the budgets, so every refusal is one of the throttle. */
const patient = [{ id: 'alpha', name: 'Alpha School', policy: { locks: { soft: 100 } } }, ...organisations.slice(1)];
const throttledBy = (throttle: TweestapOptions['throttle']): Partial<TweestapOptions> => ({
  organisations: patient,
  trustedProxies: ['127.0.0.1'],
  ...(throttle ? { throttle } : {}),
});
const at = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

/** Tries a password for a username, in a new flow. */
const guess = (browser: Browser, username: string, address = HERE, password = 'Spring2026'): Promise<Reply> => {
  const inputs = [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'username', username },
    { step: 'password', password },
  ];
  return browser.post('/flows', { kind: 'login', inputs }, { headers: at(address) });
};

const right = (browser: Browser, { username, password }: TestUser, address = HERE): Promise<Reply> =>
  guess(browser, username, address, password);

/** Returns the code of the problem in the response to a start, or the type of the step. */
const outcomeOf = ({ body }: Reply): string => body.problem?.code ?? body.flow.step.type;

const wrongCode = (user: TestUser): object => ({
  step: 'totp',
  code: String((Number(user.code()) + 500_001) % 1e6).padStart(6, '0'),
});

withServer(
  'R44 after 300 wrong passwords for made-up usernames from an address, a known device and an open code step still work there',
  async ({ server }) => {
    const [ada, bob, carl] = [
      await server.user('alpha', 'ada'),
      await server.user('alpha', 'bob'),
      await server.user('alpha', 'carl'),
    ];
    const known = server.browser();
    assert.equal((await login(known, ada)).status, 200);
    const running = server.browser();
    const flow = await startToCode(running, bob);
    const stranger = server.browser();
    for (let n = 0; n < 300; n += 20) {
      const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(stranger, `nobody${n + i}`)));
      for (const { body } of replies) assert.equal(body.problem.code, 'wrong-credentials');
    }
    const onKnown = await start(known, 'login', first(ada));
    assert.equal(onKnown.reply.body.flow?.step.type, 'totp', 'the user on a known device');
    assert.equal((await submit(running, flow, totp(bob))).body.flow?.status, 'done', 'the code of an open flow');
    const refused = await start(server.browser(), 'login', first(carl));
    assert.equal(refused.reply.status, 201);
    assert.equal(
      refused.reply.body.problem.code,
      'throttled',
      'a correct password on an unknown device at the address',
    );
    assert.ok(Number(refused.reply.headers['retry-after']) > 1);
  },
);

withServer(
  'R44 a known device has its own budget for an account, which the address and strangers can’t use up',
  async ({ server }) => {
    const [ada, bob] = [await server.user('alpha', 'ada'), await server.user('alpha', 'bob')];
    const known = server.browser();
    await login(known, ada);
    const stranger = server.browser();
    for (let n = 0; n < 3; n += 1) assert.equal(outcomeOf(await guess(stranger, 'ada')), 'wrong-credentials');
    assert.equal(outcomeOf(await right(stranger, ada)), 'throttled', 'the address, on this account');
    assert.equal(outcomeOf(await right(stranger, bob)), 'totp', 'the address, on another account');
    assert.equal(outcomeOf(await right(stranger, ada, ELSEWHERE)), 'totp', 'another address, on this account');
    const forged = server.browser();
    const [id = ''] = (known.cookies.get('mfa-device') ?? '').split('.');
    forged.cookies.set('mfa-device', `${id}.${'X'.repeat(43)}`);
    assert.equal(
      outcomeOf(await right(forged, ada)),
      'throttled',
      'a cookie with the id of the device but a wrong secret',
    );
    assert.equal(outcomeOf(await right(known, ada)), 'totp');
    for (let n = 0; n < 3; n += 1) assert.equal(outcomeOf(await guess(known, 'ada', ELSEWHERE)), 'wrong-credentials');
    assert.equal(outcomeOf(await right(known, ada)), 'throttled', 'the device, from any address');
  },
  { options: throttledBy({ perAccount: 3 }) },
);

withServer(
  'R44 wrong codes have a separate ceiling, which made-up usernames can’t reach and which blocks no password',
  async ({ server }) => {
    const users = [
      await server.user('alpha', 'ada'),
      await server.user('alpha', 'bob'),
      await server.user('beta', 'carl'),
    ] as const;
    const [ada, bob, carl] = users;
    const browsers = users.map(() => server.browser());
    const running = await Promise.all(users.map((user, n) => startToCode(browsers[n] as Browser, user)));
    const submitTo = (n: number, input: object) => submit(browsers[n] as Browser, running[n] as never, input);
    for (const n of [0, 1]) {
      for (let times = 0; times < 2; times += 1) {
        assert.equal((await submitTo(n, wrongCode(users[n] as TestUser))).body.code, 'wrong-code');
      }
    }
    const refused = await submitTo(2, totp(carl));
    assert.deepEqual([refused.status, refused.body.code], [429, 'throttled'], 'the ceiling spans all organisations');
    assert.ok(Number(refused.headers['retry-after']) > 1, 'R52');
    const stranger = server.browser();
    assert.equal(outcomeOf(await start(stranger, 'login', first(ada)).then(({ reply }) => reply)), 'totp');
    assert.equal(outcomeOf(await start(stranger, 'login', first(bob)).then(({ reply }) => reply)), 'totp');
  },
  { databases: [sqliteForTests], options: { organisations: patient, throttle: { codes: 4 } } },
);

withServer(
  'R42 a throttled attempt is not evaluated or counted by a lock, and creates an audit event',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const stranger = server.browser();
    for (let n = 0; n < 2; n += 1) await guess(stranger, 'ada');
    const counters = () => fixture.database.read.selectFrom('counters').selectAll().orderBy('key').execute();
    const before = await counters();
    for (let n = 0; n < 20; n += 1) assert.equal(outcomeOf(await right(stranger, ada)), 'throttled');
    assert.deepEqual(await counters(), before);
    const events = await fixture.database.read
      .selectFrom('audit')
      .select(['event', 'organisation_id', 'address'])
      .where('result', '=', 'throttled')
      .execute();
    assert.deepEqual(events, [{ event: 'password', organisation_id: 'alpha', address: HERE }]);
  },
  { options: throttledBy({ perAccount: 2 }) },
);

withServerOnEach(
  'R44 beyond the ceiling one of fifty parallel attempts is evaluated after each wait, and a correct one does not use it up',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const stranger = server.browser();
    for (let n = 0; n < 5; n += 1) await guess(stranger, `nobody${n}`);
    const wait = Number((await guess(stranger, 'nobody5')).headers['retry-after']);
    fixture.clock.advance(wait * 1000);
    for (let n = 0; n < 3; n += 1) assert.equal(outcomeOf(await right(stranger, ada)), 'totp');
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => guess(stranger, `name${n}`)));
    const outcomes = replies.map(outcomeOf).sort();
    assert.deepEqual(outcomes, [...Array(49).fill('throttled'), 'wrong-credentials']);
  },
  { options: throttledBy({ failures: 5 }) },
);

withEachDatabase('R45 budgets are shared by instances and survive a restart', async (fixture) => {
  const options = throttledBy({ failures: 4 });
  const one = await serve(fixture, options);
  const two = await serve(fixture, options);
  try {
    for (let n = 0; n < 4; n += 1) await guess((n % 2 ? one : two).browser(), `nobody${n}`);
    for (const server of [one, two]) assert.equal(outcomeOf(await guess(server.browser(), 'nobody')), 'throttled');
  } finally {
    await one.stop();
    await two.stop();
  }
  const restarted = await serve(fixture, options);
  try {
    assert.equal(outcomeOf(await guess(restarted.browser(), 'nobody')), 'throttled');
    fixture.clock.advance(600_000);
    assert.equal(outcomeOf(await guess(restarted.browser(), 'nobody')), 'wrong-credentials', 'a new window');
  } finally {
    await restarted.stop();
  }
});

withServer(
  'R44 a user on a known device can request an email from an address that has requested too many',
  async ({ server }) => {
    const ada = await server.user('alpha', 'ada');
    const known = server.browser();
    await login(known, ada);
    const requestMail = (browser: Browser, username: string) =>
      browser.post(
        '/flows',
        {
          kind: 'recover',
          inputs: [
            { step: 'organisation', organisation: 'alpha' },
            { step: 'identify', username, email: 'x@mail.example' },
          ],
        },
        { headers: at(HERE) },
      );
    const stranger = server.browser();
    for (let n = 0; n < 3; n += 1) assert.equal(outcomeOf(await requestMail(stranger, `nobody${n}`)), 'mail-sent');
    assert.equal(outcomeOf(await requestMail(stranger, 'ada')), 'throttled');
    assert.equal(outcomeOf(await requestMail(known, 'ada')), 'mail-sent');
    assert.equal(outcomeOf(await guess(stranger, 'nobody')), 'throttled', 'failed passwords share the ceiling');
  },
  { databases: [sqliteForTests], options: throttledBy({ failures: 3 }) },
);

withServer(
  'R44 an address where many logins stop after a correct password is slowed down, which creates one audit event',
  async ({ server, fixture }) => {
    const names = ['ada', 'bob', 'carl', 'dora', 'eve', 'fay'];
    const users = await Promise.all(names.map((name) => server.user('alpha', name)));
    const [ada, bob, carl, dora, eve, fay] = users as [TestUser, TestUser, TestUser, TestUser, TestUser, TestUser];
    const known = server.browser();
    await login(known, fay);
    // A finished login does not count as stopped, nor does a login on a known device.
    const own = server.browser();
    const { body } = await right(own, bob);
    const end = { inputs: [totp(bob)] };
    const done = await own.post(`/flows/${body.flow.id}`, end, { token: body.token, headers: at(HERE) });
    assert.equal(done.body.flow.status, 'done');
    fixture.clock.advance(30_000);
    assert.equal(outcomeOf(await right(known, fay)), 'totp');
    for (const user of [ada, ada, carl, dora]) assert.equal(outcomeOf(await right(server.browser(), user)), 'totp');
    fixture.clock.advance(5 * 60_000);
    for (let times = 0; times < 3; times += 1)
      assert.equal(outcomeOf(await right(server.browser(), eve)), 'totp', 'three stopped logins are allowed');
    fixture.clock.advance(5 * 60_000);
    assert.equal(
      outcomeOf(await right(server.browser(), bob)),
      'totp',
      'the fourth is the one attempt that is allowed',
    );
    const slowed = await right(server.browser(), ada);
    assert.equal(outcomeOf(slowed), 'throttled');
    fixture.clock.advance(Number(slowed.headers['retry-after']) * 1000);
    assert.equal(outcomeOf(await right(server.browser(), ada)), 'totp', 'one attempt is allowed after each wait');
    const more = await right(server.browser(), carl);
    assert.ok(Number(more.headers['retry-after']) > 1.5 * Number(slowed.headers['retry-after']), 'R52: the wait grows');
    assert.equal(outcomeOf(await right(known, fay)), 'totp', 'a known device');
    assert.equal(outcomeOf(await right(server.browser(), ada, ELSEWHERE)), 'totp', 'another address');
    const events = await fixture.database.read
      .selectFrom('audit')
      .select(['result', 'address', 'detail'])
      .where('event', '=', 'password-stuffing')
      .execute();
    assert.deepEqual(events, [{ result: 'slowed', address: HERE, detail: '{"moreThan":3}' }]);
    fixture.clock.advance(3_600_000);
    assert.equal(outcomeOf(await right(server.browser(), carl)), 'totp', 'the limit ends after an hour');
    assert.equal(outcomeOf(await right(server.browser(), dora)), 'totp');
  },
  { options: throttledBy({ stoppedLogins: 3 }) },
);

withServer(
  'R52 emails that lift a lock count for the address too, and a refused one creates an audit event',
  async ({ server, fixture }) => {
    const stranger = server.browser();
    const requestMail = ({ body }: Reply): Promise<Reply> => {
      const inputs = [{ step: 'locked', action: 'unlock', way: 'mail' }];
      return stranger.post(`/flows/${body.flow.id}`, { inputs }, { token: body.token, headers: at(HERE) });
    };
    const locked: Reply[] = [];
    for (const name of ['nobody1', 'nobody2']) {
      for (let times = 1; times < 3; times += 1) await guess(stranger, name);
      locked.push(await guess(stranger, name));
      assert.equal((await requestMail(locked.at(-1) as Reply)).body.flow.step.mailed, true);
    }
    assert.equal(outcomeOf(await guess(stranger, 'nobody3')), 'throttled', 'six passwords and two emails were counted');
    const refused = await requestMail(locked[0] as Reply);
    assert.deepEqual([refused.status, refused.body.code], [429, 'throttled']);
    const events = fixture.database.read.selectFrom('audit').select('event').where('result', '=', 'throttled');
    assert.deepEqual(await events.execute(), [{ event: 'password' }, { event: 'locked' }]);
  },
  {
    databases: [sqliteForTests],
    options: {
      ...throttledBy({ failures: 8 }),
      organisations: [{ id: 'alpha', name: 'Alpha School', policy: { locks: { soft: 3, ways: ['mail', 'wait'] } } }],
    },
  },
);

withServer(
  'R81 each wrong password that was evaluated creates its own audit event',
  async ({ server, fixture }) => {
    const stranger = server.browser();
    for (let n = 0; n < 5; n += 1) await guess(stranger, 'nobody');
    const events = fixture.database.read.selectFrom('audit').select('id').where('result', '=', 'wrong-credentials');
    assert.equal((await events.execute()).length, 5);
  },
  { databases: [sqliteForTests], options: throttledBy({}) },
);
