/*
 * Threat: a stranger in the user's network requests all emails of a day, and the user has no way out (R91). Each row is
 * tested completely over HTTP: the emails are used up, and the user takes the way out to a session.
 */
import assert from 'node:assert/strict';
import { sqliteForTests, testDatabases } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { first, type HeldFlow, start, submit, totp, type World, withServer } from './testing/server.ts';
import { type MailWay, type MailWayOut, mailWaysOut } from './testing/ways-out-mail.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EMAIL = 'ada@mail.example';
const NEW = 'a lamp beside the canal';
const ELSEWHERE = { 'x-forwarded-for': '203.0.113.9' };

/** A user at a browser. */
interface Case {
  world: World;
  user: TestUser;
  here: Browser;
}

const stepAt = (reply: Reply) => reply.body.flow.step;
const hold = (reply: Reply): HeldFlow => ({ id: reply.body.flow.id, token: reply.body.token, reply });

const requestMail = (browser: Browser, headers: Record<string, string> = {}) => {
  const identify = { step: 'identify', username: 'ada', email: EMAIL };
  const inputs = [{ step: 'organisation', organisation: 'alpha' }, identify];
  return browser.post('/flows', { kind: 'recover', inputs }, { headers });
};

async function lockName(browser: Browser, user: TestUser): Promise<HeldFlow> {
  const flow = await start(browser, 'login', first({ ...user, password: 'wrong' }));
  for (let tries = 1; tries < 3; tries += 1) await submit(browser, flow, { step: 'password', password: 'wrong' });
  return flow;
}

const unlock = (browser: Browser, { id, token }: HeldFlow, headers: Record<string, string> = {}) =>
  browser.post(`/flows/${id}`, { inputs: [{ step: 'locked', action: 'unlock', way: 'mail' }] }, { token, headers });

const reach: Record<MailWayOut['limit'], (one: Case) => Promise<void>> = {
  async 'reset mails'({ world }) {
    const stranger = world.server.browser();
    for (let times = 0; times < 5; times += 1) assert.equal(stepAt(await requestMail(stranger)).type, 'mail-sent');
    assert.equal((await requestMail(stranger)).body.problem.code, 'throttled');
  },
  async 'unlock mails'({ world, user }) {
    const stranger = world.server.browser();
    const flow = await lockName(stranger, user);
    for (let times = 0; times < 3; times += 1) assert.equal((await unlock(stranger, flow)).status, 200);
    assert.equal((await unlock(stranger, flow)).status, 429);
  },
};

/** Opens the link of the given kind in the newest email. */
async function open({ world, here }: Case, kind: 'reset' | 'unlock'): Promise<HeldFlow> {
  const links = (await world.server.tweestap.outbox.messages()).flatMap((message) => message.links);
  const link = links
    .find((url) => url.includes(`#mfa-${kind}=`))
    ?.split('=')
    .at(-1);
  return hold(await here.post('/flows', { kind, link }));
}

async function finish({ world, user, here }: Case): Promise<void> {
  world.fixture.clock.advance(MINUTE / 2);
  const flow = await start(here, 'login', first(user));
  const end = await submit(here, flow, totp(user));
  assert.equal(stepAt(end).type, 'done', end.text);
  assert.equal((await here.get('/session')).status, 200);
}

async function reset(one: Case, headers?: Record<string, string>): Promise<void> {
  assert.equal(stepAt(await requestMail(one.here, headers)).type, 'mail-sent');
  const flow = await open(one, 'reset');
  await submit(one.here, flow, { step: 'new-password', password: NEW });
  const end = await submit(one.here, flow, { step: 'enroll-offer', action: 'later' });
  assert.equal(stepAt(end).next, 'login', end.text);
  one.user.password = NEW;
  await finish(one);
}

const take: Record<MailWay, (one: Case) => Promise<void>> = {
  'log in': finish,
  async wait(one) {
    const { reply } = await start(one.here, 'login', first(one.user));
    assert.ok(stepAt(reply).ways.includes('wait'));
    one.world.fixture.clock.advance(MINUTE);
    await finish(one);
  },
  'reset by mail': (one) => reset(one),
  'reset by mail from another network': (one) => reset(one, ELSEWHERE),
  async 'reset by mail the next day'(one) {
    assert.equal((await requestMail(one.here)).body.problem.code, 'throttled');
    one.world.fixture.clock.advance(DAY);
    await reset(one);
  },
  async 'unlock by mail from another network'(one) {
    const flow = await start(one.here, 'login', first(one.user));
    assert.equal(stepAt(flow.reply).type, 'locked');
    assert.equal(stepAt(await unlock(one.here, flow, ELSEWHERE)).mailed, true);
    const link = await open(one, 'unlock');
    assert.equal(stepAt(await unlock(one.here, link)).next, 'login');
    await finish(one);
  },
};

for (const { limit, email, device, way } of mailWaysOut) {
  withServer(
    `R91 after a stranger has used up the ${limit} of a day the user can ${way} (${email ? 'with' : 'without'} email, ${device} device)`,
    async (world) => {
      const user = await world.server.user('alpha', 'ada');
      const address = email ? EMAIL : null;
      await world.fixture.database.write((tx) => tx.updateTable('accounts').set({ email: address }).execute());
      const one = { world, user, here: world.browser };
      if (device === 'known') await finish(one);
      await reach[limit](one);
      await take[way](one);
    },
    {
      // The queries do not depend on email and device, so each way is tested once on PostgreSQL.
      databases: email && device === 'unknown' ? testDatabases : [sqliteForTests],
      options: {
        organisations: [
          {
            id: 'alpha',
            name: 'Alpha School',
            policy: { locks: { soft: 3, firstWaitSeconds: 60, ways: ['wait', 'helpdesk', 'mail'] } },
          },
        ],
        baseUrl: 'https://portal.example',
        trustedProxies: ['127.0.0.1'],
      },
    },
  );
}
