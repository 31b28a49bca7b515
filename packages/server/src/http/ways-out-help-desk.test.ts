import assert from 'node:assert/strict';
import type { Actor } from '../admin/request/roles.ts';
import { sqliteForTests, testDatabases } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser } from './testing/browser.ts';
import { first, start, startToCode, submit, totp, type World, withServer } from './testing/server.ts';
import { type HelpDeskWayOut, helpDeskWaysOut } from './testing/ways-out-help-desk.ts';

/*
 * Threat (R91): a stranger locks a user out, the user calls the help desk, and no verb lets the user in again; or the
 * verb lets in whoever called. Each cell is the whole way, over HTTP: the limit is reached, the help desk acts, the
 * user logs in.
 */

const LOCKS = { soft: 10, hard: 10, firstWaitSeconds: 3600, maxWaitSeconds: 3600 };
const SOFT = { ...LOCKS, hard: 100 };
const NEW = 'a lamp beside the canal';
const helper: Actor = { role: 'helpdesk', name: 'hans', organisation: 'alpha' };
const who = (person: TestUser) =>
  ({ actor: helper, reason: 'called, known by voice', organisation: 'alpha', account: person.id }) as const;

/** A stranger types wrong passwords elsewhere, or the owner's password was seen and wrong codes are typed. */
async function reach({ server, fixture }: World, { limit }: HelpDeskWayOut, person: TestUser): Promise<void> {
  const stranger = server.browser();
  const isCode = limit === 'code-lock' || limit === 'code-cap';
  const flow = isCode ? await startToCode(stranger, person) : await start(stranger, 'login', first(person).slice(0, 2));
  const wrong = isCode ? { step: 'totp', code: '000000' } : { step: 'password', password: 'not the password at all' };
  for (let tried = 0; tried < 10; tried += 1) await submit(stranger, flow, wrong);
  const { body } = await submit(stranger, flow, wrong);
  assert.equal(body.flow.step.type, 'locked', JSON.stringify(body));
  fixture.clock.advance(30_000);
}

/** Whether the owner gets in on this browser with this password, as far as `done`, or as far as a new app. */
async function comesTo({ fixture }: World, browser: Browser, person: TestUser, password: string): Promise<string> {
  fixture.clock.advance(30_000);
  const flow = await start(browser, 'login', first({ ...person, password }));
  const { type } = flow.reply.body.flow.step;
  return type === 'totp' ? (await submit(browser, flow, totp(person))).body.flow.step.type : type;
}

async function newPassword(browser: Browser, person: TestUser, begin: object): Promise<void> {
  const { body } = await browser.post('/flows', { kind: 'reset', ...begin });
  const flow = { id: body.flow.id, token: body.token, reply: { body } } as Awaited<ReturnType<typeof start>>;
  assert.equal(body.flow.step.type, 'totp', 'the help desk alone finishes nothing');
  const early = await submit(browser, flow, { step: 'new-password', password: NEW });
  assert.equal(early.body.code, 'out-of-order');
  assert.equal((await submit(browser, flow, totp(person))).body.flow.step.type, 'new-password');
  const end = await submit(browser, flow, { step: 'new-password', password: NEW });
  assert.partialDeepStrictEqual(end.body.flow.step, { type: 'done', next: 'login' });
  assert.equal(browser.cookies.has('mfa-session'), false);
}

/** Each way out: what the help desk does, what the user does with it, and what the login comes to. */
const taken: Readonly<
  Record<HelpDeskWayOut['way'], (world: World, browser: Browser, person: TestUser) => Promise<string>>
> = {
  async unlock(world, browser, person) {
    const unlocked = await world.server.tweestap.admin.unlock(who(person));
    assert.deepEqual([unlocked.lifted, unlocked.remaining], [1, []]);
    return await comesTo(world, browser, person, person.password);
  },
  async 'resetPassword by code'(world, browser, person) {
    const { admin } = world.server.tweestap;
    assert.deepEqual((await admin.unlock(who(person))).remaining, ['password-cap']);
    const started = await admin.resetPassword({ ...who(person), by: 'code' });
    assert.ok(started.by === 'code');
    const identify = { step: 'identify', username: person.username, code: started.code };
    const inputs = [{ step: 'organisation', organisation: 'alpha' }, identify];
    await newPassword(browser, person, { inputs });
    return await comesTo(world, browser, person, NEW);
  },
  async 'resetPassword by letter'(world, browser, person) {
    const started = await world.server.tweestap.admin.resetPassword({ ...who(person), by: 'letter' });
    const [, link] = /#mfa-reset=([\w-]{43})</.exec(started.by === 'letter' ? started.html : '') ?? [];
    await newPassword(browser, person, { link });
    return await comesTo(world, browser, person, NEW);
  },
  async resetFactors(world, browser, person) {
    assert.deepEqual((await world.server.tweestap.admin.unlock(who(person))).remaining, ['code-cap']);
    await world.server.tweestap.admin.resetFactors(who(person));
    return await comesTo(world, browser, person, person.password);
  },
};

for (const cell of helpDeskWaysOut) {
  const { limit, way, email, device } = cell;
  const locks = limit === 'password-lock' || limit === 'code-lock' ? SOFT : LOCKS;
  withServer(
    `R91 ${limit}: the help desk's ${way} lets the user in, ${email ? 'with' : 'without'} email, on a device that is ${device}`,
    async (world) => {
      const { server, fixture, browser } = world;
      const person = await server.user('alpha', 'ada');
      const address = email ? 'ada@mail.example' : null;
      await fixture.database.write((tx) => tx.updateTable('accounts').set({ email: address }).execute());
      if (device === 'known') {
        assert.equal(await comesTo(world, browser, person, person.password), 'done');
        assert.equal((await browser.delete('/session')).status, 204);
      }
      await reach(world, cell, person);
      const end = await taken[way](world, browser, person);
      assert.equal(end, way === 'resetFactors' ? 'enroll-offer' : 'done');
    },
    {
      // Email and device change nothing in the queries: each way is walked on PostgreSQL once.
      databases: email || device === 'known' ? [sqliteForTests] : testDatabases,
      options: { organisations: [{ id: 'alpha', name: 'Alpha School', policy: { locks } }] },
    },
  );
}

// Threat: codes for new passwords are guessed from one address, on all accounts at once.
withServer(
  'R44 R55: wrong codes for a new password count as failed credentials of their address, for any name',
  async ({ server, browser }) => {
    await server.user('alpha', 'ada');
    const flow = await start(browser, 'reset', [{ step: 'organisation', organisation: 'alpha' }]);
    assert.deepEqual(flow.reply.body.flow.step.fields, ['username', 'code']);
    const guess = (username: string) =>
      submit(browser, flow, { step: 'identify', username, code: '0000-0000-0000-0000' });
    for (const username of ['ada', 'nobody', 'ada', 'someone', 'ada']) {
      const { status, body } = await guess(username);
      assert.deepEqual([status, body.code], [422, 'wrong-code']);
    }
    for (const username of ['ada', 'nobody']) {
      const { status, body, headers } = await guess(username);
      assert.deepEqual([status, body.code], [429, 'throttled']);
      assert.ok(Number(headers['retry-after']) > 0);
    }
  },
  { options: { throttle: { failures: 5, windowSeconds: 600 } } },
);

withServer(
  'R5: identify is answered with an email, or with a username and a code, never both or neither',
  async (world) => {
    const { browser } = world;
    const flow = await start(browser, 'reset', [{ step: 'organisation', organisation: 'alpha' }]);
    for (const wrong of [{}, { username: 'ada' }, { username: 'ada', code: 'x', email: 'ada@mail.example' }]) {
      const { status, body } = await submit(browser, flow, { step: 'identify', ...wrong });
      assert.deepEqual([status, body.code], [400, 'malformed']);
      assert.equal(body.issues[0].path, '/inputs/0/email');
    }
    const byMail = await submit(browser, flow, { step: 'identify', username: 'ada', email: 'ada@mail.example' });
    assert.deepEqual([byMail.body.code, byMail.body.flow.step.type], ['wrong-code', 'identify']);
    const other = await start(browser, 'recover', [{ step: 'organisation', organisation: 'alpha' }]);
    const byCode = await submit(browser, other, { step: 'identify', username: 'ada', code: '0000-0000-0000-0000' });
    assert.deepEqual([byCode.body.code, byCode.body.flow.step.type], ['bad-email', 'identify']);
  },
);
