/*
 * Threat: an attacker at an unlocked screen, or with a remembered device, removes the second factor, creates new
 * recovery codes or locks the user out with a new password.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser } from './testing/browser.ts';
import { first, login, start, submit, totp, type World, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const confirm = ({ password }: TestUser) => ({ step: 'confirm-password', password });
const typeOf = (reply: { body: { flow: { step: { type: string } } } }) => reply.body.flow.step.type;

/**
 * Logs the user in on another browser, which is returned, and on `browser` as a remembered device. A new code is due.
 */
async function atTwoPlaces({ server, browser, fixture }: World, user: TestUser): Promise<Browser> {
  const otherBrowser = server.browser();
  await login(otherBrowser, user);
  fixture.clock.advance(30_000);
  await submit(browser, await start(browser, 'login', first(user)), { ...totp(user), remember: true });
  fixture.clock.advance(30_000);
  return otherBrowser;
}

const notices = async ({ fixture }: World): Promise<string[]> => {
  const rows = await fixture.database.read.selectFrom('outbox').select('template').orderBy('created_at').execute();
  return rows.map(({ template }) => template);
};

withServer(
  'R9: new recovery codes need a factor that is proven in the same flow, and replace the old ones',
  async (world) => {
    const { server, browser } = world;
    const anna = await server.user('alpha', 'anna');
    await atTwoPlaces(world, anna);
    const flow = await start(browser, 'recovery-codes');
    assert.equal(typeOf(flow.reply), 'totp', 'neither the session nor the remembered device is sufficient');
    assert.equal((await submit(browser, flow, { step: 'recovery-codes' })).status, 409);
    const shown = await submit(browser, flow, totp(anna));
    assert.equal(typeOf(shown), 'recovery-codes');
    const { codes } = shown.body.flow.step;
    assert.equal(codes.length, 6);
    assert.deepEqual((await browser.get(`/flows/${flow.id}`, { token: flow.token })).body.flow.step.codes, codes);
    const code = { step: 'recovery-code', code: anna.recoveryCodes[0] };
    const other = await start(server.browser(), 'login', first(anna));
    assert.equal(other.reply.status, 201);
    const done = await submit(browser, flow, { step: 'recovery-codes' });
    assert.equal(done.body.flow.status, 'done');
    const elsewhere = server.browser();
    const toCode = await start(elsewhere, 'login', first(anna));
    await submit(elsewhere, toCode, { step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal((await submit(elsewhere, toCode, code)).status, 422, 'an old code');
    assert.equal((await submit(elsewhere, toCode, { ...code, code: codes[0] })).status, 200, 'a new code');
    assert.ok((await notices(world)).includes('recovery-codes-made'));
  },
);

withServer(
  'R9, R71: turning the factor off needs password and factor, and ends everything that depends on it',
  async (world) => {
    const { server, browser } = world;
    const carl = await server.user('gamma', 'carl');
    const otherBrowser = await atTwoPlaces(world, carl);
    const open = await start(otherBrowser, 'step-up');
    const flow = await start(browser, 'disable');
    assert.equal(typeOf(flow.reply), 'confirm-password');
    const proven = await submit(browser, flow, confirm(carl));
    assert.equal(typeOf(proven), 'totp', 'the password alone is not enough');
    assert.equal((await browser.get('/account')).body.enrolment.state, 'on', 'nothing has changed yet');
    assert.equal((await submit(browser, flow, totp(carl))).body.flow.status, 'done');
    const { body } = await browser.get('/account');
    assert.deepEqual(
      [body.factors, body.devices, body.recoveryCodesLeft, body.enrolment.state],
      [[], [], 0, 'off'],
      'this session remains and shows the change',
    );
    assert.equal((await otherBrowser.get('/session')).status, 401);
    assert.notEqual((await submit(otherBrowser, open, totp(carl))).status, 200, 'an open flow');
    const again = await start(server.browser(), 'login', first(carl));
    assert.equal(again.reply.body.flow.status, 'done', 'only the password is required');
    assert.ok((await notices(world)).includes('factors-off'));
  },
);

withServer(
  'R9: a user who has no factor, or must have one, can’t start to turn it off',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    assert.equal((await start(browser, 'disable')).reply.status, 403, 'the organisation requires a factor');
    assert.ok(!(await browser.get('/account')).body.flows.includes('disable'));
    const other = server.browser();
    const dora = await server.user('gamma', 'dora', { factor: false });
    await start(other, 'login', first(dora));
    assert.equal((await start(other, 'disable')).reply.status, 403);
    assert.equal((await start(other, 'recovery-codes')).reply.status, 403);
    assert.deepEqual((await other.get('/account')).body.flows, ['enroll', 'change-password']);
    assert.equal((await start(server.browser(), 'disable')).reply.status, 401, 'without a session');
    assert.ok(fixture);
  },
  sqlite,
);

withServer(
  'a flow to turn the factor off is refused if the organisation requires a factor in the meantime',
  async (world) => {
    const { server, browser, fixture } = world;
    const carl = await server.user('gamma', 'carl');
    await atTwoPlaces(world, carl);
    const flow = await start(browser, 'disable');
    await submit(browser, flow, confirm(carl));
    await fixture.database.write(async (tx) => {
      const row = await tx.selectFrom('organisations').selectAll().where('id', '=', 'gamma').executeTakeFirstOrThrow();
      const definition = JSON.parse(row.definition);
      definition.policy.factor = 'mandatory';
      await tx
        .updateTable('organisations')
        .set({ definition: JSON.stringify(definition) })
        .where('id', '=', 'gamma')
        .execute();
    });
    fixture.clock.advance(60_000);
    const refused = await submit(browser, flow, totp(carl));
    assert.equal(refused.body.code, 'not-allowed');
    assert.equal((await browser.get('/account')).body.factors.length, 1);
  },
  sqlite,
);

withServer(
  'R34, R39, R71: a new password ends everything that depends on the old one, except this session',
  async (world) => {
    const { server, browser, fixture } = world;
    const anna = await server.user('alpha', 'anna');
    const otherBrowser = await atTwoPlaces(world, anna);
    const open = await start(otherBrowser, 'step-up');
    const flow = await start(browser, 'change-password');
    assert.equal(typeOf(flow.reply), 'confirm-password');
    assert.equal(typeOf(await submit(browser, flow, confirm(anna))), 'totp', 'a fresh factor is required, as in R9');
    assert.equal(typeOf(await submit(browser, flow, totp(anna))), 'new-password');
    const same = await submit(browser, flow, { step: 'new-password', password: anna.password });
    assert.equal(same.body.code, 'weak-password');
    const password = 'een heel ander wachtwoord';
    const done = await submit(browser, flow, { step: 'new-password', password });
    assert.equal(done.body.flow.status, 'done');
    assert.equal((await browser.get('/session')).status, 200);
    assert.equal((await otherBrowser.get('/session')).status, 401);
    assert.deepEqual((await browser.get('/account')).body.devices, []);
    assert.notEqual((await submit(otherBrowser, open, totp(anna))).status, 200, 'an open flow');
    fixture.clock.advance(30_000);
    const old = await start(server.browser(), 'login', first(anna));
    assert.equal(old.reply.body.problem.code, 'wrong-credentials');
    const renewed = await start(server.browser(), 'login', first({ ...anna, password }));
    assert.equal(typeOf(renewed.reply), 'totp');
    assert.ok((await notices(world)).includes('password-changed'));
  },
);

withServer(
  'without a factor, changing the password needs only the old one',
  async ({ server, browser }) => {
    const dora = await server.user('gamma', 'dora', { factor: false });
    await start(browser, 'login', first(dora));
    const flow = await start(browser, 'change-password');
    assert.equal((await submit(browser, flow, { ...confirm(dora), password: 'not this one' })).status, 422);
    assert.equal(typeOf(await submit(browser, flow, confirm(dora))), 'new-password');
    const done = await submit(browser, flow, { step: 'new-password', password: 'een heel ander wachtwoord' });
    assert.deepEqual(done.body.flow.step.amr, ['pwd']);
  },
  sqlite,
);
