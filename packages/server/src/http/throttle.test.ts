/*
 * Threat: a stranger who guesses at made-up names uses up what a shared address may fail, and shuts out everybody
 * behind it; or a stranger tries stolen passwords on many accounts, and no limit of a single account notices.
 */
import assert from 'node:assert/strict';
import type { TweestapOptions } from '../options.ts';
import { sqliteForTests, withDatabases } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { organisations } from './testing/organisations.ts';
import { first, login, serve, start, startToCode, submit, totp, withServer } from './testing/server.ts';

/** Locks far above the budgets: what refuses here is the throttle. */
const patient = [{ id: 'alpha', name: 'Alpha School', policy: { locks: { soft: 100 } } }, ...organisations.slice(1)];
const throttledBy = (throttle: TweestapOptions['throttle']): Partial<TweestapOptions> => ({
  organisations: patient,
  trustedProxies: ['127.0.0.1'],
  ...(throttle ? { throttle } : {}),
});
const at = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

/** Tries a password on a name, in a flow of its own. */
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

/** The problem that an answer to a start tells, else the step that it has come to. */
const told = ({ body }: Reply): string => body.problem?.code ?? body.flow.step.type;

const wrongCode = (person: TestUser): object => ({
  step: 'totp',
  code: String((Number(person.code()) + 500_001) % 1e6).padStart(6, '0'),
});

withServer(
  'R44 after 300 wrong passwords on made-up names at an address, a known device and a running code still work there',
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
    assert.equal(onKnown.reply.body.flow?.step.type, 'totp', 'the owner on a known device');
    assert.equal((await submit(running, flow, totp(bob))).body.flow?.status, 'done', 'the code of a running flow');
    const refused = await start(server.browser(), 'login', first(carl));
    assert.equal(refused.reply.status, 201);
    assert.equal(refused.reply.body.problem.code, 'throttled', 'a right password of a stranger at the address');
    assert.ok(Number(refused.reply.headers['retry-after']) > 1);
  },
);

withServer(
  'R44 a known device has its own budget for an account, which neither the address nor a stranger uses up',
  async ({ server }) => {
    const [ada, bob] = [await server.user('alpha', 'ada'), await server.user('alpha', 'bob')];
    const known = server.browser();
    await login(known, ada);
    const stranger = server.browser();
    for (let n = 0; n < 3; n += 1) assert.equal(told(await guess(stranger, 'ada')), 'wrong-credentials');
    assert.equal(told(await right(stranger, ada)), 'throttled', 'the address, on this account');
    assert.equal(told(await right(stranger, bob)), 'totp', 'the address, on another account');
    assert.equal(told(await right(stranger, ada, ELSEWHERE)), 'totp', 'another address, on this account');
    const forged = server.browser();
    const [id = ''] = (known.cookies.get('mfa-device') ?? '').split('.');
    forged.cookies.set('mfa-device', `${id}.${'X'.repeat(43)}`);
    assert.equal(told(await right(forged, ada)), 'throttled', 'a cookie that only names the device');
    assert.equal(told(await right(known, ada)), 'totp');
    for (let n = 0; n < 3; n += 1) assert.equal(told(await guess(known, 'ada', ELSEWHERE)), 'wrong-credentials');
    assert.equal(told(await right(known, ada)), 'throttled', 'the device, whatever its address');
  },
  { options: throttledBy({ perAccount: 3 }) },
);

withServer(
  'R44 wrong codes have a ceiling of their own, which no made-up name reaches and which stops no password',
  async ({ server }) => {
    const people = [
      await server.user('alpha', 'ada'),
      await server.user('alpha', 'bob'),
      await server.user('beta', 'carl'),
    ] as const;
    const [ada, bob, carl] = people;
    const browsers = people.map(() => server.browser());
    const running = await Promise.all(people.map((person, n) => startToCode(browsers[n] as Browser, person)));
    const answer = (n: number, input: object) => submit(browsers[n] as Browser, running[n] as never, input);
    for (const n of [0, 1]) {
      for (let times = 0; times < 2; times += 1) {
        assert.equal((await answer(n, wrongCode(people[n] as TestUser))).body.code, 'wrong-code');
      }
    }
    const refused = await answer(2, totp(carl));
    assert.deepEqual([refused.status, refused.body.code], [429, 'throttled'], 'over all organisations');
    assert.ok(Number(refused.headers['retry-after']) > 1, 'R52');
    const stranger = server.browser();
    assert.equal(told(await start(stranger, 'login', first(ada)).then(({ reply }) => reply)), 'totp');
    assert.equal(told(await start(stranger, 'login', first(bob)).then(({ reply }) => reply)), 'totp');
  },
  { databases: [sqliteForTests], options: { organisations: patient, throttle: { codes: 4 } } },
);

withServer(
  'R42 a throttled attempt counts in no lock, is not evaluated, and leaves an audit event',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const stranger = server.browser();
    for (let n = 0; n < 2; n += 1) await guess(stranger, 'ada');
    const counters = () => fixture.database.read.selectFrom('counters').selectAll().orderBy('key').execute();
    const before = await counters();
    for (let n = 0; n < 20; n += 1) assert.equal(told(await right(stranger, ada)), 'throttled');
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

withServer(
  'R44 beyond the ceiling one of fifty parallel attempts is evaluated after each wait, and a right one gives its turn back',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const stranger = server.browser();
    for (let n = 0; n < 5; n += 1) await guess(stranger, `nobody${n}`);
    const wait = Number((await guess(stranger, 'nobody5')).headers['retry-after']);
    fixture.clock.advance(wait * 1000);
    for (let n = 0; n < 3; n += 1) assert.equal(told(await right(stranger, ada)), 'totp');
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => guess(stranger, `name${n}`)));
    const outcomes = replies.map(told).sort();
    assert.deepEqual(outcomes, [...Array(49).fill('throttled'), 'wrong-credentials']);
  },
  { options: throttledBy({ failures: 5 }) },
);

withDatabases('R45 budgets are shared by instances and outlive a restart', async (fixture) => {
  const options = throttledBy({ failures: 4 });
  const one = await serve(fixture, options);
  const two = await serve(fixture, options);
  try {
    for (let n = 0; n < 4; n += 1) await guess((n % 2 ? one : two).browser(), `nobody${n}`);
    for (const server of [one, two]) assert.equal(told(await guess(server.browser(), 'nobody')), 'throttled');
  } finally {
    await one.stop();
    await two.stop();
  }
  const restarted = await serve(fixture, options);
  try {
    assert.equal(told(await guess(restarted.browser(), 'nobody')), 'throttled');
    fixture.clock.advance(600_000);
    assert.equal(told(await guess(restarted.browser(), 'nobody')), 'wrong-credentials', 'a new window');
  } finally {
    await restarted.stop();
  }
});

withServer(
  'R44 an owner on a known device may ask for a mail at an address that has asked for too many',
  async ({ server }) => {
    const ada = await server.user('alpha', 'ada');
    const known = server.browser();
    await login(known, ada);
    const ask = (browser: Browser, username: string) =>
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
    for (let n = 0; n < 3; n += 1) assert.equal(told(await ask(stranger, `nobody${n}`)), 'mail-sent');
    assert.equal(told(await ask(stranger, 'ada')), 'throttled');
    assert.equal(told(await ask(known, 'ada')), 'mail-sent');
    assert.equal(told(await guess(stranger, 'nobody')), 'throttled', 'failed passwords share the ceiling');
  },
  { databases: [sqliteForTests], options: throttledBy({ failures: 3 }) },
);

withServer(
  'R44 an address where many logins stop after a right password is slowed down, and one audit event tells it',
  async ({ server, fixture }) => {
    const names = ['ada', 'bob', 'carl', 'dora', 'eve', 'fay'];
    const people = await Promise.all(names.map((name) => server.user('alpha', name)));
    const [ada, bob, carl, dora, eve, fay] = people as [TestUser, TestUser, TestUser, TestUser, TestUser, TestUser];
    const known = server.browser();
    await login(known, fay);
    // Neither a finished login is one that stopped, nor one on a known device.
    const own = server.browser();
    const { body } = await right(own, bob);
    const end = { inputs: [totp(bob)] };
    const done = await own.post(`/flows/${body.flow.id}`, end, { token: body.token, headers: at(HERE) });
    assert.equal(done.body.flow.status, 'done');
    fixture.clock.advance(30_000);
    assert.equal(told(await right(known, fay)), 'totp');
    for (const person of [ada, ada, carl, dora]) assert.equal(told(await right(server.browser(), person)), 'totp');
    fixture.clock.advance(5 * 60_000);
    for (let times = 0; times < 3; times += 1) assert.equal(told(await right(server.browser(), eve)), 'totp', 'three');
    fixture.clock.advance(5 * 60_000);
    assert.equal(told(await right(server.browser(), bob)), 'totp', 'four: the first one after that takes the turn');
    const slowed = await right(server.browser(), ada);
    assert.equal(told(slowed), 'throttled');
    fixture.clock.advance(Number(slowed.headers['retry-after']) * 1000);
    assert.equal(told(await right(server.browser(), ada)), 'totp', 'one after each wait');
    const more = await right(server.browser(), carl);
    assert.ok(Number(more.headers['retry-after']) > 1.5 * Number(slowed.headers['retry-after']), 'R52: it grows');
    assert.equal(told(await right(known, fay)), 'totp', 'a known device');
    assert.equal(told(await right(server.browser(), ada, ELSEWHERE)), 'totp', 'another address');
    const events = await fixture.database.read
      .selectFrom('audit')
      .select(['result', 'address', 'detail'])
      .where('event', '=', 'password-stuffing')
      .execute();
    assert.deepEqual(events, [{ result: 'slowed', address: HERE, detail: '{"moreThan":3}' }]);
    fixture.clock.advance(3_600_000);
    assert.equal(told(await right(server.browser(), carl)), 'totp', 'an hour later it is over');
    assert.equal(told(await right(server.browser(), dora)), 'totp');
  },
  { options: throttledBy({ stoppedLogins: 3 }) },
);

withServer(
  'R52 mails that lift a lock count for the address as well, and one that is refused is in the audit',
  async ({ server, fixture }) => {
    const stranger = server.browser();
    const ask = ({ body }: Reply): Promise<Reply> => {
      const inputs = [{ step: 'locked', action: 'unlock', way: 'mail' }];
      return stranger.post(`/flows/${body.flow.id}`, { inputs }, { token: body.token, headers: at(HERE) });
    };
    const locked: Reply[] = [];
    for (const name of ['nobody1', 'nobody2']) {
      for (let times = 1; times < 3; times += 1) await guess(stranger, name);
      locked.push(await guess(stranger, name));
      assert.equal((await ask(locked.at(-1) as Reply)).body.flow.step.mailed, true);
    }
    assert.equal(told(await guess(stranger, 'nobody3')), 'throttled', 'six passwords and two mails');
    const refused = await ask(locked[0] as Reply);
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
  'R81 each wrong password that was evaluated is an event of its own',
  async ({ server, fixture }) => {
    const stranger = server.browser();
    for (let n = 0; n < 5; n += 1) await guess(stranger, 'nobody');
    const events = fixture.database.read.selectFrom('audit').select('id').where('result', '=', 'wrong-credentials');
    assert.equal((await events.execute()).length, 5);
  },
  { databases: [sqliteForTests], options: throttledBy({}) },
);
