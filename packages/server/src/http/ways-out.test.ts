/*
 * Threat: a stranger reaches a limit of a user's account and thereby locks the user out, because the way out does not
 * exist, does not work, or can be used up too. Each row is tested over HTTP, from the limit to a session.
 */
import assert from 'node:assert/strict';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { OrganisationInput } from '../organisations/schema.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { first, type HeldFlow, start, startToCode, submit, type World, withServer } from './testing/server.ts';
import { type Limit, type Way, type WayOut, waysOut } from './testing/ways-out.ts';

const SOFT = 3;
const HARD = 10;
const NEW = 'a lamp beside the canal';
const OLD = 'a boat under the bridge';
/** Milliseconds after which another email of the same kind is sent to a username. */
const MAIL_INTERVAL_MS = 16 * 60_000;
const WRONG = 'AAAA-BBBB-CCCC';

const clinic: OrganisationInput = {
  id: 'clinic',
  name: 'Clinic',
  policy: {
    locks: { soft: SOFT, hard: HARD, firstWaitSeconds: 5, maxWaitSeconds: 5, ways: ['wait', 'helpdesk', 'mail'] },
  },
};
const options = { organisations: [clinic], throttle: { failures: 10_000 } };

/** One row under test, with a user at the browser `here`, and the browser that the account knows. */
interface Case {
  world: World;
  row: WayOut;
  user: TestUser;
  here: Browser;
  known: Browser;
}

const stepAt = (reply: Reply) => reply.body.flow.step;
const hold = (reply: Reply): HeldFlow => ({ id: reply.body.flow.id, token: reply.body.token, reply });
/** Advances the clock past a wait; by default until the next code. */
const pass = ({ world }: Pick<Case, 'world'>, ms = 30_000) => world.fixture.clock.advance(ms);

async function prepare(world: World, row: WayOut, index: number): Promise<Case> {
  const user = await world.server.user('clinic', `user${index}`);
  if (row.email) {
    const email = { email: `${user.username}@mail.example` };
    const { database } = world.fixture;
    await database.write((tx) => tx.updateTable('accounts').set(email).where('id', '=', user.id).execute());
  }
  const known = world.server.browser();
  const one = { world, row, user, here: row.device === 'known' ? known : world.server.browser(), known };
  await finish(one, known);
  pass(one);
  return one;
}

/** Logs in with password and app, and asserts that this gives a session. */
async function finish(one: Case, browser: Browser): Promise<void> {
  pass(one);
  const flow = await startToCode(browser, one.user);
  assert.equal(stepAt(flow.reply).type, 'totp', JSON.stringify(stepAt(flow.reply)));
  await assertSession(one, browser, await submit(browser, flow, { step: 'totp', code: one.user.code() }));
}

async function assertSession(one: Case, browser: Browser, reply: Reply): Promise<void> {
  assert.equal(stepAt(reply).type, 'done', JSON.stringify(reply.body.code ?? stepAt(reply)));
  const { session } = (await browser.get('/session')).body;
  assert.equal(session.user.id, one.user.id);
}

async function wrongPasswords(one: Case, times: number, browser: () => Browser): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await start(browser(), 'login', first({ ...one.user, password: 'wrong' }));
    if (times > SOFT) pass(one, 5000);
  }
}

/** Wrong codes of one kind, typed by a stranger who knows the password. */
async function wrongCodes(one: Case, times: number, step: 'totp' | 'recovery-code'): Promise<void> {
  const stranger = one.world.server.browser();
  const flow = await startToCode(stranger, one.user);
  if (step !== 'totp') await submit(stranger, flow, { step: 'totp', action: 'switch', method: step });
  for (let count = 0; count < times; count += 1) {
    await submit(stranger, flow, { step, code: step === 'totp' ? wrongCode(one) : WRONG });
    if (times > SOFT) pass(one, 5000);
  }
}

/** Returns a code that is wrong in the current time step and in those near it. */
function wrongCode({ world, user }: Case): string {
  const now = stepOf(world.fixture.clock());
  const taken = new Set(Array.from({ length: 5 }, (_, index) => totpCode(user.secret, now - 2 + index)));
  for (let number = 0; ; number += 1) {
    const code = String(number).padStart(6, '0');
    if (!taken.has(code)) return code;
  }
}

/** Requests a link for a new password, and opens the link from the outbox. */
async function resetFlow(one: Case, browser: Browser): Promise<HeldFlow> {
  pass(one, MAIL_INTERVAL_MS);
  const identify = { step: 'identify', username: one.user.username, email: `${one.user.username}@mail.example` };
  await start(browser, 'recover', [{ step: 'organisation', organisation: 'clinic' }, identify]);
  return await linked(one, browser, 'reset');
}

async function linked({ world, user }: Case, browser: Browser, kind: 'reset' | 'unlock'): Promise<HeldFlow> {
  const messages = await world.server.tweestap.outbox.messages();
  const mine = messages.filter(({ to }) => to === `${user.username}@mail.example`);
  const links = mine.flatMap((message) => message.links).filter((link) => link.includes(`#mfa-${kind}=`));
  const token = links.map((link) => link.split('=').at(-1)).at(0);
  assert.ok(token, `an email with a link to ${kind}`);
  return hold(await browser.post('/flows', { kind, link: token }));
}

/**
 * With a mailed link, tries to set the current password again. It must not contain the username, or it is not compared.
 */
async function oldPasswords(one: Case, times: number): Promise<void> {
  const stranger = one.world.server.browser();
  await reset(one, stranger, OLD);
  const flow = await resetFlow(one, stranger);
  for (let count = 0; count < times; count += 1) {
    const reply = await submit(stranger, flow, { step: 'new-password', password: OLD });
    assert.ok(reply.body.reason === 'reused' || reply.body.code === 'locked', reply.text);
    if (times > SOFT) pass(one, 5000);
  }
}

/** Sets a new password by a mailed link, and keeps the factor. */
async function reset(one: Case, browser: Browser, password = NEW): Promise<void> {
  const flow = await resetFlow(one, browser);
  const offer = await submit(browser, flow, { step: 'new-password', password });
  assert.equal(stepAt(offer).type, 'enroll-offer', offer.text);
  const end = await submit(browser, flow, { step: 'enroll-offer', action: 'later' });
  assert.equal(stepAt(end).next, 'login');
  one.user.password = password;
}

/** Reaches the limit of a row. */
const reach: Record<Limit, (one: Case) => Promise<unknown>> = {
  'password lock': (one) => wrongPasswords(one, SOFT, () => one.world.server.browser()),
  'password cap': (one) => wrongPasswords(one, HARD, () => one.world.server.browser()),
  'device lock': (one) => wrongPasswords(one, SOFT, () => one.here),
  'device cap': (one) => wrongPasswords(one, HARD, () => one.here),
  'code lock': (one) => wrongCodes(one, SOFT, 'totp'),
  'code cap': (one) => wrongCodes(one, HARD, 'totp'),
  'recovery lock': (one) => wrongCodes(one, SOFT, 'recovery-code'),
  'recovery cap': (one) => wrongCodes(one, HARD, 'recovery-code'),
  'new password lock': (one) => oldPasswords(one, SOFT),
  'new password cap': (one) => oldPasswords(one, HARD - 1),
};

/** What the step `locked` lists for a way out, if it lists it. */
const named: Partial<Record<Way, { ways?: string; method?: string }>> = {
  wait: { ways: 'wait' },
  'unlock by mail': { ways: 'mail' },
  'reset by mail': { ways: 'reset' },
  'use the app': { method: 'totp' },
  'use a recovery code': { method: 'recovery-code' },
};

/** Starts a login. If it is locked, asserts that the step `locked` lists the way out of the row. */
async function atLock(one: Case): Promise<HeldFlow> {
  const flow = await startToCode(one.here, one.user);
  const step = stepAt(flow.reply);
  const { ways, method } = named[one.row.way] ?? {};
  if (step.type !== 'locked') return flow;
  if (ways) assert.ok(step.ways.includes(ways), `${one.row.way}: ${JSON.stringify(step)}`);
  if (method) assert.deepEqual(step.methods, [{ method }]);
  return flow;
}

const take: Record<Way, (one: Case) => Promise<void>> = {
  'log in': (one) => finish(one, one.here),
  async wait(one) {
    if (one.row.limit === 'new password lock') return await waitAndChoose(one);
    if (one.row.limit === 'recovery lock') return await waitForRecovery(one);
    const flow = await atLock(one);
    const { until } = stepAt(flow.reply);
    assert.ok(until, flow.reply.text);
    pass(one, Date.parse(until) - one.world.fixture.clock());
    const next = await startToCode(one.here, one.user);
    assert.equal(stepAt(next.reply).type, 'totp');
    await assertSession(one, one.here, await submit(one.here, next, { step: 'totp', code: one.user.code() }));
  },
  async 'unlock by mail'(one) {
    const flow = await atLock(one);
    const sent = await submit(one.here, flow, { step: 'locked', action: 'unlock', way: 'mail' });
    assert.equal(stepAt(sent).mailed, true);
    const unlock = await linked(one, one.here, 'unlock');
    const end = await submit(one.here, unlock, { step: 'locked', action: 'unlock', way: 'mail' });
    assert.equal(stepAt(end).next, 'login');
    await finish(one, one.here);
  },
  async 'reset by mail'(one) {
    if (one.row.limit !== 'new password cap') await atLock(one);
    await reset(one, one.here);
    // The stranger reaches the cap again, which does not lock the user out of this browser.
    await reach['password cap'](one);
    const elsewhere = await startToCode(one.world.server.browser(), one.user);
    assert.equal(stepAt(elsewhere.reply).type, 'locked');
    await finish(one, one.here);
  },
  async 'log in on a known device'(one) {
    await finish(one, one.known);
    // The waiting time caused by the stranger continues, but the cap is lifted.
    pass(one, 5000);
    await finish(one, one.here);
  },
  async 'use the app'(one) {
    const flow = await startToCode(one.here, one.user);
    assert.deepEqual(stepAt(flow.reply).methods, [], 'recovery codes are locked or disabled');
    await assertSession(one, one.here, await submit(one.here, flow, { step: 'totp', code: one.user.code() }));
  },
  async 'use a recovery code'(one) {
    const flow = await atLock(one);
    assert.equal(stepAt(flow.reply).type, 'locked');
    await submit(one.here, flow, { step: 'locked', action: 'switch', method: 'recovery-code' });
    await useRecovery(one, flow, one.user.recoveryCodes[0]);
  },
  async 'use a help-desk code'(one) {
    const { admin } = one.world.server.tweestap;
    const actor = { role: 'administrator', name: 'Ada' } as const;
    const request = { actor, reason: 'known by voice', organisation: 'clinic', account: one.user.id };
    const { code } = await admin.issueCode(request);
    const flow = await startToCode(one.here, one.user);
    const { type: step } = stepAt(flow.reply);
    await submit(one.here, flow, { step, action: 'switch', method: 'recovery-code' });
    pass(one, 5000);
    await useRecovery(one, flow, code);
  },
};

/** Submits a recovery code or help-desk code, and enrolls a new app if that is required. */
async function useRecovery(one: Case, flow: HeldFlow, code: string | undefined): Promise<void> {
  const { here: browser, row } = one;
  const reply = await submit(browser, flow, { step: 'recovery-code', code });
  const isNewApp = row.limit === 'code cap' || row.way === 'use a help-desk code';
  assert.equal(stepAt(reply).type, isNewApp ? 'enroll-totp' : 'done', JSON.stringify(reply.body));
  if (!isNewApp) return await assertSession(one, browser, reply);
  const secret = decodeSecret(stepAt(reply).secret);
  const bound = totpCode(secret, stepOf(one.world.fixture.clock()));
  const next = await submit(browser, flow, { step: 'enroll-totp', code: bound });
  const isAsked = stepAt(next).type === 'recovery-codes';
  await assertSession(one, browser, isAsked ? await submit(browser, flow, { step: 'recovery-codes' }) : next);
}

/** The lock applies to the recovery code only, so it is visible in a flow that has reached that step. */
async function waitForRecovery(one: Case): Promise<void> {
  pass(one, 5000);
  const flow = await startToCode(one.here, one.user);
  await submit(one.here, flow, { step: 'totp', action: 'switch', method: 'recovery-code' });
  for (let count = 0; count < SOFT; count += 1) await submit(one.here, flow, { step: 'recovery-code', code: WRONG });
  const shut = stepAt(await one.here.get(`/flows/${flow.id}`, { token: flow.token }));
  assert.deepEqual([shut.type, shut.ways, shut.methods], ['locked', ['wait', 'helpdesk'], [{ method: 'totp' }]]);
  pass(one, Date.parse(shut.until) - one.world.fixture.clock());
  await useRecovery(one, flow, one.user.recoveryCodes[0]);
}

async function waitAndChoose(one: Case): Promise<void> {
  const flow = await linked(one, one.here, 'reset');
  const shut = await submit(one.here, flow, { step: 'new-password', password: NEW });
  assert.deepEqual([stepAt(shut).type, stepAt(shut).ways], ['locked', ['wait', 'helpdesk']]);
  pass(one, 5000);
  await submit(one.here, flow, { step: 'new-password', password: NEW });
  await submit(one.here, flow, { step: 'enroll-offer', action: 'later' });
  one.user.password = NEW;
  await finish(one, one.here);
}

for (const limit of new Set(waysOut.map((row) => row.limit))) {
  const rows = waysOut.filter((row) => row.limit === limit);
  withServer(
    `R91 ${limit}: each way out leads to a session, with and without email, on known and unknown devices`,
    async (world) => {
      for (const [index, row] of rows.entries()) {
        const one = await prepare(world, row, index);
        await reach[limit](one);
        try {
          await take[row.way](one);
        } catch (error) {
          throw new Error(`${limit}, ${row.email ? 'with' : 'without'} email, ${row.device} device: ${row.way}`, {
            cause: error,
          });
        }
      }
    },
    { options },
  );
}
