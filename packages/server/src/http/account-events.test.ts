/*
 * Threat: what is told to the owner of an account tells others about it, or holds what opens it; and what the owner
 * does about somebody else's doings leaves that somebody a way in.
 */
import assert from 'node:assert/strict';
import { AccountEventsAnswer } from '@tweestap/protocol';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, login, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
type Told = { id: string; event: string; method?: string };

withServer(
  'a person reads what happened to the account, newest first, in words',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    const bob = await server.user('alpha', 'bob');
    await start(server.browser(), 'login', first({ ...anna, password: 'a guess of the password' }));
    await login(server.browser(), bob);
    const flow = await start(browser, 'login', first(anna));
    await submit(browser, flow, { step: 'totp', code: '000000' });
    await submit(browser, flow, { ...totp(anna), remember: true });
    await browser.delete('/account/devices');
    const reply = await browser.get('/account/events');
    assert.deepEqual(AccountEventsAnswer.parse(reply.body), reply.body);
    const told = reply.body.events.map(({ event }: Told) => event);
    assert.deepEqual(told, ['device-forgotten', 'login', 'wrong-code', 'wrong-password']);
    assert.equal(reply.body.events[1].method, 'totp');
    for (const secret of ['a guess', '000000', anna.password, anna.id, bob.id]) assert.ok(!reply.text.includes(secret));
    for (let more = 0; more < 18; more += 1) {
      fixture.clock.advance(30_000);
      await login(server.browser(), anna);
    }
    assert.equal((await browser.get('/account/events')).body.events.length, 20);
  },
);

withServer('the end of a flow tells of its last step as well', async ({ server, browser, fixture }) => {
  const anna = await server.user('alpha', 'anna');
  await login(browser, anna);
  fixture.clock.advance(30_000);
  const codes = await start(browser, 'recovery-codes');
  await submit(browser, codes, totp(anna), { step: 'recovery-codes' });
  fixture.clock.advance(30_000);
  const password = await start(browser, 'change-password');
  await submit(browser, password, { step: 'confirm-password', password: anna.password }, totp(anna));
  await submit(browser, password, { step: 'new-password', password: 'een heel ander wachtwoord' });
  const { events } = (await browser.get('/account/events')).body;
  assert.deepEqual(
    events.map(({ event }: Told) => event),
    ['password-changed', 'recovery-codes-made', 'login'],
  );
});

withServer("R64: another's events can be neither read nor reported", async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const annas = server.browser();
  await login(annas, anna);
  const [event] = (await annas.get('/account/events')).body.events;
  for (const organisation of ['alpha', 'beta']) {
    await login(browser, await server.user(organisation, 'bob'));
    const path = `/account/events/${event.id}`;
    assert.equal((await browser.post(path, { report: 'not-me' })).status, 404, organisation);
    assert.ok(!(await browser.get('/account/events')).text.includes(event.id));
    assert.equal((await browser.delete('/account/sessions')).status, 204);
  }
  assert.equal((await annas.get('/session')).status, 200);
});

withServer('R82: this was not me leaves nothing but this session, and tells the person', async (world) => {
  const { server, browser, fixture } = world;
  const anna = await server.user('alpha', 'anna');
  const thief = server.browser();
  await submit(thief, await start(thief, 'login', first(anna)), { ...totp(anna), remember: true });
  fixture.clock.advance(30_000);
  await submit(browser, await start(browser, 'login', first(anna)), { ...totp(anna), remember: true });
  const begun = await start(thief, 'enroll');
  const { events } = (await browser.get('/account/events')).body;
  assert.equal((await browser.post(`/account/events/${events[1].id}`, { report: 'not-me' })).status, 204);
  assert.equal((await thief.get('/session')).status, 401, 'the session');
  const flow = await thief.get(`/flows/${begun.id}`, { token: begun.token });
  assert.ok(flow.status === 410 || flow.status === 401, 'the flow');
  assert.equal((await start(thief, 'login', first(anna))).reply.body.flow.step.type, 'totp', 'the device');
  const { body } = await browser.get('/account');
  assert.deepEqual([body.devices, body.otherSessions], [[], 0]);
  assert.equal((await browser.get('/account/events')).body.events[0].event, 'not-me');
  const notices = await fixture.database.read.selectFrom('outbox').select('template').execute();
  assert.ok(notices.some(({ template }) => template === 'not-me'));
});

withServer('R71: signing out everywhere else leaves this session alone', async ({ server, browser, fixture }) => {
  const anna = await server.user('alpha', 'anna');
  const there = server.browser();
  await login(there, anna);
  fixture.clock.advance(30_000);
  await login(browser, anna);
  assert.equal((await browser.get('/account')).body.otherSessions, 1);
  assert.equal((await browser.delete('/account/sessions')).status, 204);
  assert.equal((await there.get('/session')).status, 401);
  assert.equal((await browser.get('/account')).body.otherSessions, 0);
});

withServer('R35: two codes left are few', async ({ server, browser, fixture }) => {
  const anna = await server.user('alpha', 'anna');
  for (const [index, code] of anna.recoveryCodes.slice(0, 4).entries()) {
    const flow = await start(browser, 'login', first(anna));
    await submit(browser, flow, { step: 'totp', action: 'switch', method: 'recovery-code' });
    await submit(browser, flow, { step: 'recovery-code', code });
    const { body } = await browser.get('/account');
    assert.deepEqual([body.recoveryCodesLeft, body.recoveryCodesLow], [5 - index, index === 3]);
  }
  assert.ok(fixture);
});

withServer('R41a: signing out forgets a shared computer for who asks, and for nobody else', async (world) => {
  const { server, browser, fixture } = world;
  const anna = await server.user('alpha', 'anna');
  const bob = await server.user('beta', 'bob');
  const remembered = async (person: typeof anna) => {
    await submit(browser, await start(browser, 'login', first(person)), { ...totp(person), remember: true });
    fixture.clock.advance(30_000);
  };
  await remembered(bob);
  await remembered(anna);
  assert.equal((await browser.delete('/session?forget=everything')).status, 400);
  assert.equal((await browser.get('/session')).status, 200, 'nothing was done');
  assert.equal((await browser.delete('/session?forget=device')).status, 204);
  assert.equal((await start(browser, 'login', first(anna))).reply.body.flow.step.type, 'totp');
  assert.equal((await start(browser, 'login', first(bob))).reply.body.flow.status, 'done', 'R36');
  const last = await browser.delete('/session?forget=device');
  assert.equal(last.status, 204);
  assert.ok(!browser.cookies.has('mfa-device'), 'nobody is left, so the cookie goes');
});

withServer(
  'signing out alone forgets no device',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    await submit(browser, await start(browser, 'login', first(anna)), { ...totp(anna), remember: true });
    await browser.delete('/session');
    assert.equal((await start(browser, 'login', first(anna))).reply.body.flow.status, 'done');
  },
  sqlite,
);
