/*
 * Threat: the list of an account's events reveals them to other users, or contains a secret; or the report 'this was
 * not me' leaves the attacker a way in.
 */
import assert from 'node:assert/strict';
import { AccountEventsAnswer } from '@tweestap/protocol';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, login, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
type ListedEvent = { id: string; event: string; method?: string };

withServer('a user reads the events of the account, newest first', async ({ server, browser, fixture }) => {
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
  const listed = reply.body.events.map(({ event }: ListedEvent) => event);
  assert.deepEqual(listed, ['device-forgotten', 'login', 'wrong-code', 'wrong-password']);
  assert.equal(reply.body.events[1].method, 'totp');
  for (const secret of ['a guess', '000000', anna.password, anna.id, bob.id]) assert.ok(!reply.text.includes(secret));
  for (let more = 0; more < 18; more += 1) {
    fixture.clock.advance(30_000);
    await login(server.browser(), anna);
  }
  assert.equal((await browser.get('/account/events')).body.events.length, 20);
});

withServer('the event of the last step of a flow is recorded too', async ({ server, browser, fixture }) => {
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
    events.map(({ event }: ListedEvent) => event),
    ['password-changed', 'recovery-codes-made', 'login'],
  );
});

withServer("R64: the events of another user can't be read or reported", async ({ server, browser }) => {
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

withServer('R82: the report of an event ends everything except this session, and notifies the user', async (world) => {
  const { server, browser, fixture } = world;
  const anna = await server.user('alpha', 'anna');
  const thief = server.browser();
  await submit(thief, await start(thief, 'login', first(anna)), { ...totp(anna), remember: true });
  fixture.clock.advance(30_000);
  await submit(browser, await start(browser, 'login', first(anna)), { ...totp(anna), remember: true });
  const enrolment = await start(thief, 'enroll');
  const { events } = (await browser.get('/account/events')).body;
  assert.equal((await browser.post(`/account/events/${events[1].id}`, { report: 'not-me' })).status, 204);
  assert.equal((await thief.get('/session')).status, 401, 'the session');
  const flow = await thief.get(`/flows/${enrolment.id}`, { token: enrolment.token });
  assert.ok(flow.status === 410 || flow.status === 401, 'the flow');
  assert.equal((await start(thief, 'login', first(anna))).reply.body.flow.step.type, 'totp', 'the device');
  const { body } = await browser.get('/account');
  assert.deepEqual([body.devices, body.otherSessions], [[], 0]);
  assert.equal((await browser.get('/account/events')).body.events[0].event, 'not-me');
  const notices = await fixture.database.read.selectFrom('outbox').select('template').execute();
  assert.ok(notices.some(({ template }) => template === 'not-me'));
});

withServer('R71: logging out of all other sessions keeps this session', async ({ server, browser, fixture }) => {
  const anna = await server.user('alpha', 'anna');
  const otherBrowser = server.browser();
  await login(otherBrowser, anna);
  fixture.clock.advance(30_000);
  await login(browser, anna);
  assert.equal((await browser.get('/account')).body.otherSessions, 1);
  assert.equal((await browser.delete('/account/sessions')).status, 204);
  assert.equal((await otherBrowser.get('/session')).status, 401);
  assert.equal((await browser.get('/account')).body.otherSessions, 0);
});

withServer('R35: two remaining recovery codes count as few', async ({ server, browser, fixture }) => {
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

withServer('R41a: a user who logs out can have the device forgotten, for this user only', async (world) => {
  const { server, browser, fixture } = world;
  const anna = await server.user('alpha', 'anna');
  const bob = await server.user('beta', 'bob');
  const remembered = async (user: typeof anna) => {
    await submit(browser, await start(browser, 'login', first(user)), { ...totp(user), remember: true });
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
  assert.ok(!browser.cookies.has('mfa-device'), 'the cookie is removed with the last account');
});

withServer(
  'logging out does not forget the device by default',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    await submit(browser, await start(browser, 'login', first(anna)), { ...totp(anna), remember: true });
    await browser.delete('/session');
    assert.equal((await start(browser, 'login', first(anna))).reply.body.flow.status, 'done');
  },
  sqlite,
);

withServer(
  "D13 R82 after 'this was not me' the next login asks for a new password, also when the settings were left before it",
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    fixture.clock.advance(30_000);
    const [event] = (await browser.get('/account/events')).body.events;
    assert.equal((await browser.post(`/account/events/${event.id}`, { report: 'not-me' })).status, 204);
    const other = server.browser();
    const flow = await start(other, 'login', first(anna));
    assert.equal(flow.reply.body.flow.step.type, 'totp');
    const { step } = (await submit(other, flow, totp(anna))).body.flow;
    assert.deepEqual([step.type, step.reason], ['new-password', 'not-me']);
    assert.equal((await other.get('/session')).status, 401);
    // The new password of the settings removes the mark as well.
    fixture.clock.advance(30_000);
    const password = 'een heel ander wachtwoord';
    const change = await start(browser, 'change-password');
    await submit(browser, change, { step: 'confirm-password', password: anna.password }, totp(anna));
    await submit(browser, change, { step: 'new-password', password });
    fixture.clock.advance(30_000);
    assert.equal((await login(server.browser(), { ...anna, password })).body.flow.status, 'done');
  },
);
