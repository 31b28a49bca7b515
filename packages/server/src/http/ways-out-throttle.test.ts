/*
 * Threat: a stranger at the user's address uses up the budget of the address, and the user has no way out. Each row is
 * tested over HTTP, from the used-up budget to a session.
 */
import assert from 'node:assert/strict';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { organisations } from './testing/organisations.ts';
import { first, type TestServer, totp, type World, withServer } from './testing/server.ts';
import {
  type ThrottleLimit,
  type ThrottleWay,
  type ThrottleWayOut,
  throttleWaysOut,
} from './testing/ways-out-throttle.ts';

const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';
const WINDOW = 600_000;
const LIMIT = 2;

interface Case {
  world: World;
  user: TestUser;
  /** Users of other accounts, whose passwords a stranger knows. */
  others: readonly TestUser[];
  /** The device that the row is about. */
  here: Browser;
  known: Browser;
}

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

const begin = (browser: Browser, user: TestUser, address = HERE): Promise<Reply> =>
  browser.post('/flows', { kind: 'login', inputs: first(user) }, from(address));

const submitInput = (browser: Browser, { body }: Reply, input: object, address = HERE): Promise<Reply> =>
  browser.post(`/flows/${body.flow.id}`, { inputs: [input] }, { token: body.token, ...from(address) });

async function logIn({ user }: Case, browser: Browser, address = HERE): Promise<Reply> {
  const begun = await begin(browser, user, address);
  return begun.body.problem ? begun : await submitInput(browser, begun, totp(user), address);
}

const outcomeOf = ({ body }: Reply): string => body.problem?.code ?? body.code ?? body.flow.step.type;

const guess = (server: TestServer, user: TestUser, browser = server.browser()): Promise<Reply> =>
  begin(browser, { ...user, password: 'Spring2026' });

/** Uses up the budget of a row. */
const reach: Record<ThrottleLimit, (one: Case) => Promise<void>> = {
  async 'password ceiling of the address'({ world: { server }, user }) {
    for (let n = 0; n < 2 * LIMIT; n += 1) await guess(server, { ...user, username: `nobody${n}` });
  },
  async 'code ceiling of the address'({ world: { server }, others }) {
    for (const user of others.slice(0, 2)) {
      const stranger = server.browser();
      const flow = await begin(stranger, user);
      for (let times = 0; times < LIMIT; times += 1)
        await submitInput(stranger, flow, { step: 'totp', code: wrong(user) });
    }
  },
  async 'budget of the address on the account'({ world: { server }, user }) {
    for (let n = 0; n < LIMIT; n += 1) await guess(server, user);
  },
  async 'budget of the known device'({ world: { server }, user, here }) {
    for (let n = 0; n < LIMIT; n += 1) await guess(server, user, here);
  },
  async 'stopped logins of the address'({ world: { server, fixture }, others }) {
    for (const user of others) await begin(server.browser(), user);
    fixture.clock.advance(WINDOW / 2);
    // One more login uses the attempt that is still allowed.
    await begin(server.browser(), others[0] as TestUser);
  },
};

const wrong = (user: TestUser): string => String((Number(user.code()) + 500_001) % 1e6).padStart(6, '0');

/** Takes a way out, and returns the last response of the login. */
const leave: Record<ThrottleWay, (one: Case) => Promise<Reply>> = {
  'log in': (one) => logIn(one, one.here),
  async wait(one) {
    const refused = await logIn(one, one.here);
    assert.equal(outcomeOf(refused), 'throttled');
    one.world.fixture.clock.advance(Number(refused.headers['retry-after']) * 1000);
    return await logIn(one, one.here);
  },
  async 'use another network'(one) {
    assert.equal(outcomeOf(await logIn(one, one.here)), 'throttled');
    return await logIn(one, one.here, ELSEWHERE);
  },
  async 'log in on a known device'(one) {
    assert.equal(outcomeOf(await logIn(one, one.here)), 'throttled');
    return await logIn(one, one.known);
  },
  async 'log in on another device'(one) {
    assert.equal(outcomeOf(await logIn(one, one.here)), 'throttled');
    return await logIn(one, one.world.server.browser());
  },
};

async function prepare(
  world: World,
  { email, device }: ThrottleWayOut,
  index: number,
  others: readonly TestUser[],
): Promise<Case> {
  const user = await world.server.user('alpha', `user${index}`);
  const address = email ? `${user.username}@mail.example` : null;
  await world.fixture.database.write((tx) =>
    tx.updateTable('accounts').set({ email: address }).where('id', '=', user.id).execute(),
  );
  const [known, unknown] = [world.server.browser(), world.server.browser()];
  const one = { world, user, others, here: device === 'known' ? known : unknown, known };
  assert.equal(outcomeOf(await logIn(one, known)), 'done');
  // The next login needs a new code.
  world.fixture.clock.advance(30_000);
  return one;
}

withServer(
  'R91 each budget has a way out for the user, with and without email, on a known and on an unknown device',
  async (world) => {
    const others: TestUser[] = [];
    while (others.length <= LIMIT) others.push(await world.server.user('alpha', `other${others.length}`));
    for (const [index, row] of throttleWaysOut.entries()) {
      const one = await prepare(world, row, index, others);
      await reach[row.limit](one);
      const reply = await leave[row.way](one);
      assert.equal(outcomeOf(reply), 'done', `${row.limit}, ${row.device} device: ${row.way}`);
      // After this time every window has ended, so the next row starts with empty counters.
      world.fixture.clock.advance(3_600_000 + WINDOW);
    }
  },
  {
    options: {
      organisations: [
        { id: 'alpha', name: 'Alpha School', policy: { locks: { soft: 100 } } },
        ...organisations.slice(1),
      ],
      trustedProxies: ['127.0.0.1'],
      throttle: { failures: 2 * LIMIT, codes: 2 * LIMIT, perAccount: LIMIT, stoppedLogins: LIMIT },
    },
  },
);
