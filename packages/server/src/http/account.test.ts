/*
 * Threat: an attacker with the session of one user reads or changes data of another user, or weakens an account without
 * a fresh second factor.
 */
import assert from 'node:assert/strict';
import { Account } from '@tweestap/protocol';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, login, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };

withServer('a user sees and changes factors, devices and preferences', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const flow = await start(browser, 'login', first(anna));
  await submit(browser, flow, { ...totp(anna), remember: true });
  const { body } = await browser.get('/account');
  assert.deepEqual(Account.parse(body), body);
  assert.equal(body.factors[0].id, anna.factorId);
  assert.equal(body.recoveryCodesLeft, 6);
  assert.equal(body.devices.length, 1);
  assert.equal(body.devices[0].current, true);
  assert.equal((await browser.patch('/account', { rememberFor: '3d' })).body.rememberFor, '3d');
  const renamed = await browser.patch(`/account/factors/${anna.factorId}`, { name: ' Work  phone ' });
  assert.equal(renamed.body.factors[0].name, 'Work phone');
  assert.equal((await browser.delete(`/account/devices/${body.devices[0].id}`)).status, 204);
  assert.deepEqual((await browser.get('/account')).body.devices, []);
  assert.equal(
    (await start(browser, 'login', first(anna))).reply.body.flow.step.type,
    'totp',
    'the code is required again',
  );
});

withServer(
  'R37: a duration that the policy does not offer is refused',
  async ({ server, browser, fixture }) => {
    await login(browser, await server.user('beta', 'bob'));
    await fixture.database.write(async (tx) => {
      const { definition } = await tx
        .selectFrom('organisations')
        .select('definition')
        .where('id', '=', 'beta')
        .executeTakeFirstOrThrow();
      const changed = JSON.parse(definition);
      changed.policy.remember = { choices: ['never', '12h'], default: '12h' };
      await tx
        .updateTable('organisations')
        .set({ definition: JSON.stringify(changed) })
        .where('id', '=', 'beta')
        .execute();
    });
    assert.equal((await browser.patch('/account', { rememberFor: '1w' })).status, 403);
    assert.equal((await browser.patch('/account', { rememberFor: '2w' })).status, 400);
    assert.equal((await browser.patch('/account', { rememberFor: 'never' })).body.rememberFor, 'never');
  },
  sqlite,
);

withServer('R64: any id of one organisation is 404 with the credentials of another', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const bob = await server.user('beta', 'bob');
  const annas = server.browser();
  const flow = await start(annas, 'login', first(anna));
  await submit(annas, flow, { ...totp(anna), remember: true });
  const open = await start(annas);
  const device = (await annas.get('/account')).body.devices[0].id;
  await login(browser, bob);
  const before = JSON.stringify((await annas.get('/account')).body);
  const tries: [string, string, unknown?][] = [
    ['GET', `/flows/${open.id}`],
    ['POST', `/flows/${open.id}`, { inputs: first(bob) }],
    ['DELETE', `/flows/${open.id}`],
    ['PATCH', `/account/factors/${anna.factorId}`, { name: 'mine' }],
    ['DELETE', `/account/factors/${anna.factorId}`],
    ['DELETE', `/account/devices/${device}`],
  ];
  const bobs = await start(browser);
  for (const [method, path, body] of tries) {
    const reply = await browser.send(method, path, { body, token: bobs.token });
    assert.equal(reply.status, 404, `${method} ${path}`);
  }
  assert.equal((await browser.delete('/account/devices')).status, 204);
  assert.equal(JSON.stringify((await annas.get('/account')).body), before);
  assert.equal((await annas.get(`/flows/${open.id}`, { token: open.token })).status, 200);
});

withServer(
  'R9: removing the last factor needs a step-up, and also removes its devices, recovery codes and sessions',
  async (world) => {
    const { server, fixture } = world;
    const carl = await server.user('gamma', 'carl');
    const [here, there] = [world.browser, server.browser()];
    await login(there, carl);
    fixture.clock.advance(30_000);
    const flow = await start(here, 'login', first(carl));
    await submit(here, flow, { ...totp(carl), remember: true });
    fixture.clock.advance(301_000);
    const path = `/account/factors/${carl.factorId}`;
    const refused = await here.delete(path);
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'] ?? '', /insufficient_user_authentication.*max_age="300"/);
    await submit(here, await start(here, 'step-up'), totp(carl));
    assert.equal((await here.delete(path)).status, 204);
    const { body } = await here.get('/account');
    assert.deepEqual([body.factors, body.devices, body.recoveryCodesLeft], [[], [], 0]);
    assert.equal(body.enrolment.state, 'off');
    assert.equal((await there.get('/session')).status, 401, 'R71: the other session is ended');
    assert.equal((await here.delete(path)).status, 404);
    const notices = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.ok(notices.some(({ template }) => template === 'factor-removed'));
  },
);

withServer(
  'the last factor can’t be removed if the organisation requires one',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    assert.equal((await browser.delete(`/account/factors/${anna.factorId}`)).status, 403);
    assert.equal((await browser.get('/account')).body.factors.length, 1);
  },
  sqlite,
);

withServer(
  'a factor name with invisible or bidirectional characters is refused (R78 in part)',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    for (const name of ['a\u202eb', 'a\u0000', ' ', '\u200b']) {
      const reply = await browser.patch(`/account/factors/${anna.factorId}`, { name });
      assert.equal(reply.status, 422, JSON.stringify(name));
      assert.equal(reply.body.code, 'bad-name');
    }
  },
  sqlite,
);

withServer(
  'no route reveals or changes an account without its session',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const routes: [string, string, unknown?][] = [
      ['GET', '/session'],
      ['GET', '/account'],
      ['PATCH', '/account', { rememberFor: '1d' }],
      ['PATCH', `/account/factors/${anna.factorId}`, { name: 'x' }],
      ['DELETE', `/account/factors/${anna.factorId}`],
      ['DELETE', '/account/devices'],
      ['DELETE', `/account/devices/${anna.factorId}`],
      ['GET', '/account/events'],
      ['POST', `/account/events/${anna.factorId}`, { report: 'not-me' }],
      ['DELETE', '/account/sessions'],
    ];
    for (const [method, path, body] of routes) {
      const reply = await browser.send(method, path, { body });
      assert.equal(reply.status, 401, `${method} ${path}`);
      assert.equal(reply.body.code, 'no-session');
      assert.ok(reply.headers['www-authenticate']);
    }
  },
  sqlite,
);
