import assert from 'node:assert/strict';
import type { Input, Kind } from '@tweestap/protocol';
import { hashToken, newToken, systemRandom } from '../crypto/tokens.ts';
import { readSession } from '../sessions/sessions.ts';
import { findFlow } from '../store/flows.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { type Browser, cheapHasher, World } from './testing/world.ts';

/* Threat: a client mixes, repeats, steals or reorders the ids, tokens and inputs of its own or other flows. */

const MINUTE = 60_000;

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation();
  return { world, ada: await world.user() };
}

withDatabases(
  'R2 ids, tokens and cookies that are issued before the end of a flow are invalid everywhere else',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.password(ada);
    const { id, token } = browser.flow ?? { id: '', token: '' };
    const handedOut = [id, token, browser.flowCookie, hashToken(token), `${id}.${token}`];
    for (const value of handedOut) {
      assert.equal(await readSession(fixture.database.read, value, fixture.clock()), undefined);
      const other = world.browser();
      [other.device, other.session] = [value, value];
      assert.equal((await other.password(ada)).flow.step.type, 'totp', 'the value is accepted as a remembered device');
      await assert.rejects(other.start('step-up'), { code: 'no-session' });
      other.flow = { id, token: value === token ? newToken(systemRandom) : value };
      await assert.rejects(other.step(), { code: 'no-such-flow' });
    }
  },
);

withDatabases('R4 a flow is accessible only with its id, token and browser together', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [one, two] = [world.browser(), world.browser()];
  await one.password(ada);
  await two.password(ada);
  const mixed = [
    { id: one.flow?.id ?? '', token: two.flow?.token ?? '', by: one },
    { id: two.flow?.id ?? '', token: one.flow?.token ?? '', by: one },
    { id: one.flow?.id ?? '', token: one.flow?.token ?? '', by: two },
    { id: 'AAAAAAAAAAAAAAAAAAAAAA', token: one.flow?.token ?? '', by: one },
  ];
  const code = world.code(ada);
  for (const { id, token, by } of mixed) {
    const ref = { id, tokenHash: hashToken(token) };
    const context = await by.context();
    await assert.rejects(world.engine.view(ref, context), { code: 'no-such-flow' });
    await assert.rejects(world.engine.submit(ref, [{ step: 'totp', code }], context), { code: 'no-such-flow' });
    await assert.rejects(world.engine.cancel(ref, context), { code: 'no-such-flow' });
  }
  assert.equal((await one.code(code)).flow.status, 'done');
});

withDatabases(
  "R4 a flow of a session continues only in that session, and never with another user's code",
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const bob = await world.user({ username: 'bob' });
    const browser = world.browser();
    await browser.login(ada);
    await browser.start('step-up');
    const own = browser.session;
    fixture.clock.advance(30_000);
    const other = world.browser();
    await other.login(bob);
    fixture.clock.advance(30_000);
    for (const session of [undefined, other.session]) {
      browser.session = session;
      await assert.rejects(browser.code(world.code(ada)), { code: 'no-session' });
      await assert.rejects(browser.step(), { code: 'no-session' });
    }
    browser.session = own;
    assert.equal(
      (await browser.submit({ step: 'totp', action: 'back', to: 'username' })).refusal?.code,
      'out-of-order',
    );
    assert.equal((await browser.code(world.code(bob))).refusal?.code, 'wrong-code');
    assert.equal((await browser.code(world.code(ada))).flow.status, 'done');
  },
);

withDatabases('R3 an input for any step except the present one changes nothing', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }]);
  const before = await findFlow(fixture.database.read, browser.flow?.id ?? '');
  const others: Input[] = [
    { step: 'organisation', organisation: 'clinic' },
    { step: 'password', password: ada.password },
    { step: 'totp', code: world.code(ada) },
    { step: 'choose-method', method: 'totp' },
    { step: 'recovery-code', code: 'AAAA-BBBB-CCCC' },
    { step: 'confirm-password', password: ada.password },
    { step: 'enroll-totp', code: world.code(ada) },
    { step: 'recovery-codes' },
    { step: 'locked', action: 'poll' },
    { step: 'totp', action: 'switch', method: 'recovery-code' },
    { step: 'totp', action: 'back', to: 'username' },
  ];
  for (const input of others) {
    const { refusal, flow } = await browser.submit(input);
    assert.deepEqual([refusal, flow.step.type], [{ code: 'out-of-order', input: 0 }, 'username'], input.step);
  }
  assert.deepEqual(await findFlow(fixture.database.read, browser.flow?.id ?? ''), before);
});

withDatabases(
  'R3 inputs are applied in order up to the first refused one, and those before it remain accepted',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    const inputs: Input[] = [
      { step: 'organisation', organisation: 'clinic' },
      { step: 'username', username: 'ada' },
      { step: 'password', password: 'wrong' },
      { step: 'password', password: ada.password },
    ];
    const { refusal, flow } = await browser.start('login', inputs);
    assert.deepEqual([refusal, flow.step.type], [{ code: 'wrong-credentials', input: 2 }, 'password']);
    assert.equal((await browser.step()).type, 'password');
    const unknown = await world.browser().start('login', [{ step: 'organisation', organisation: 'nowhere' }]);
    assert.deepEqual(unknown.refusal, { code: 'unknown-organisation', input: 0 });
    const name = await world.browser().start('login', [
      { step: 'organisation', organisation: 'clinic' },
      { step: 'username', username: 'a\u202eda' },
    ]);
    assert.deepEqual(name.refusal, { code: 'bad-username', input: 1 });
  },
);

withDatabases('R5 an empty or mistyped value never advances a step', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const values = ['', ' ', null, undefined, true, false, 0, 1, [], ['x'], {}, { $ne: null }];
  const at: [string, (value: unknown) => unknown, () => Promise<Browser>][] = [
    ['username', (username) => ({ step: 'username', username }), () => begun(world, [])],
    [
      'password',
      (password) => ({ step: 'password', password }),
      () => begun(world, [{ step: 'username', username: 'ada' }]),
    ],
    ['totp', (code) => ({ step: 'totp', code }), () => begun(world, typed(ada.password))],
  ];
  for (const [type, inputOf, prepare] of at) {
    const browser = await prepare();
    for (const value of values) {
      try {
        await browser.submit(inputOf(value) as Input);
      } catch (error) {
        // HTTP refuses these values before they reach the engine. Without that, the engine fails closed.
        assert.ok(error instanceof TypeError || error instanceof Error);
      }
      assert.ok([type, 'locked'].includes((await browser.step()).type), `${type}: ${JSON.stringify(value)}`);
    }
  }
});

const typed = (password: string): Input[] => [
  { step: 'username', username: 'ada' },
  { step: 'password', password },
];

async function begun(world: World, inputs: Input[]): Promise<Browser> {
  const browser = world.browser();
  await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }, ...inputs]);
  return browser;
}

withDatabases(
  'R6 after a reload, after going back and in another browser, every mandatory step is required again',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = await begun(world, typed(ada.password));
    assert.equal((await browser.step()).type, 'totp');
    for (const [to, next] of [
      ['password', 'password'],
      ['username', 'username'],
      ['organisation', 'organisation'],
    ] as const) {
      const flow = await begun(world, typed(ada.password));
      assert.equal((await flow.submit({ step: 'totp', action: 'back', to })).flow.step.type, next);
      if (to === 'password') await flow.submit({ step: 'password', password: ada.password });
      else if (to === 'username') await flow.submit(...typed(ada.password));
      else await flow.submit({ step: 'organisation', organisation: 'clinic' }, ...typed(ada.password));
      assert.equal((await flow.step()).type, 'totp');
      assert.equal(flow.session, undefined);
    }
    assert.equal((await browser.submit({ step: 'totp', action: 'back', to: 'done' })).refusal?.code, 'out-of-order');
  },
);

withEachDatabase(
  'R7 50 parallel last inputs of one flow create one session and do not lock the account',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.password(ada);
    const context = await browser.context();
    const inputs: Input[] = [{ step: 'totp', code: world.code(ada) }];
    const last = Array.from({ length: 50 }, () => world.engine.submit(browser.ref(), inputs, context));
    const outcomes = await Promise.all(last);
    assert.equal(outcomes.filter(({ issued }) => issued?.session).length, 1);
    const rows = await fixture.database.read.selectFrom('sessions').selectAll().execute();
    assert.equal(rows.length, 1);
    fixture.clock.advance(30_000);
    assert.equal((await world.browser().login(ada)).flow.status, 'done');
  },
);

withEachDatabase(
  'R7 50 parallel correct passwords that end a flow create one session, although no code is spent',
  async (fixture) => {
    const { world } = await clinic(fixture);
    await world.organisation({ id: 'club', policy: { factor: 'optional', locks: { soft: 100 } } });
    const bob = await world.user({ organisation: 'club', username: 'bob', without: 'totp' });
    const browser = world.browser();
    await browser.start('login', [
      { step: 'organisation', organisation: 'club' },
      { step: 'username', username: 'bob' },
    ]);
    const context = await browser.context();
    const inputs: Input[] = [{ step: 'password', password: bob.password }];
    const last = Array.from({ length: 50 }, () => world.engine.submit(browser.ref(), inputs, context));
    const outcomes = await Promise.all(last);
    assert.equal(outcomes.filter(({ issued }) => issued?.session).length, 1);
    assert.equal((await fixture.database.read.selectFrom('sessions').selectAll().execute()).length, 1);
  },
);

withDatabases(
  'R7 a finished flow issues nothing more, is shown for five minutes, and then expires',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.login(ada);
    const session = browser.session;
    fixture.clock.advance(30_000);
    for (const input of [
      { step: 'totp', code: world.code(ada) },
      { step: 'password', password: ada.password },
      { step: 'organisation', organisation: 'clinic' },
    ] as Input[]) {
      const again = await browser.submit(input);
      assert.deepEqual([again.refusal?.code, again.issued], ['out-of-order', undefined]);
    }
    assert.equal(browser.session, session);
    assert.equal((await browser.step()).type, 'done');
    fixture.clock.advance(5 * MINUTE);
    await assert.rejects(browser.step(), { code: 'flow-expired' });
  },
);

withDatabases('R8 an exception in a verifier denies and changes nothing', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const hasher = cheapHasher();
  const fault = new Error('the verifier broke');
  const broken = {
    ...hasher,
    stats: hasher.stats,
    verify: () => Promise.reject(fault),
    raw: () => Promise.reject(fault),
  };
  const failing = new World(fixture.database, fixture.clock, broken);
  await world.giveRecoveryCodes(ada);
  const browser = failing.browser(failing.engine);
  await browser.start('login', [
    { step: 'organisation', organisation: 'clinic' },
    { step: 'username', username: 'ada' },
  ]);
  const before = await everything(fixture);
  await assert.rejects(browser.submit({ step: 'password', password: ada.password }), fault);
  assert.deepEqual(await everything(fixture), before);
  assert.equal((await browser.step()).type, 'password');
  // The same for a recovery code, in a flow that an instance without the fault began.
  const second = world.browser();
  await second.password(ada);
  await second.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  const at = await everything(fixture);
  const recovery: Input = { step: 'recovery-code', code: ada.recoveryCodes[0] ?? '' };
  await assert.rejects(failing.engine.submit(second.ref(), [recovery], await second.context()), fault);
  assert.deepEqual(await everything(fixture), at);
  assert.equal((await second.submit(recovery)).flow.status, 'done');
});

/** Everything that a login may change, except the time stamps of the counters. */
async function everything({ database: { read } }: Fixture): Promise<unknown> {
  const counters = await read.selectFrom('counters').select(['key', 'soft', 'hard', 'locked_until']).execute();
  return {
    counters: counters.filter(({ hard }) => hard > 0),
    flows: await read.selectFrom('flows').selectAll().orderBy('id').execute(),
    sessions: await read.selectFrom('sessions').selectAll().execute(),
    devices: await read.selectFrom('devices').selectAll().execute(),
    factors: await read.selectFrom('factors').selectAll().execute(),
    codes: await read.selectFrom('recovery_codes').selectAll().orderBy('id').execute(),
  };
}

withDatabases(
  'a flow expires at its time, can be extended ten times, and requires a session where its kind needs one',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    for (const kind of ['enroll', 'step-up'] satisfies Kind[])
      await assert.rejects(browser.start(kind), { code: 'no-session' });
    await browser.password(ada);
    for (let count = 0; count < 10; count += 1) {
      fixture.clock.advance(15 * MINUTE - 1);
      assert.equal((await browser.submit({ step: 'totp', action: 'extend' })).refusal, undefined);
    }
    assert.ok(!(await browser.step()).actions.includes('extend'));
    assert.equal((await browser.submit({ step: 'totp', action: 'extend' })).refusal?.code, 'not-allowed');
    fixture.clock.advance(15 * MINUTE);
    await assert.rejects(browser.code(world.code(ada)), { code: 'flow-expired' });
  },
);

withDatabases('a cancelled flow no longer exists', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  await world.engine.cancel(browser.ref(), await browser.context());
  await assert.rejects(browser.code(world.code(ada)), { code: 'no-such-flow' });
});

withDatabases('R70 a flow ends with its allowed return URL, and does not start with any other URL', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  const context = await browser.context();
  const start = (returnTo: string) => world.engine.start({ kind: 'login', returnTo }, context);
  await assert.rejects(start('https://evil.example/'), { code: 'not-allowed' });
  const { flow, token } = await start('https://portal.example/files');
  browser.flow = { id: flow.id, token };
  await browser.submit({ step: 'organisation', organisation: 'clinic' }, ...typed(ada.password));
  const end = await browser.code(world.code(ada));
  assert.ok(end.flow.step.type === 'done' && 'amr' in end.flow.step);
  assert.equal(end.flow.step.returnTo, 'https://portal.example/files');
});
