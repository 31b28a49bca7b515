import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from './client.ts';
import type { MfaProblem } from './problem.ts';
import { api, doneStep, flowReply, json, lost, problemReply, started, totpStep } from './testing/api.ts';

const user = { id: 'u', organisation: 'de-linde', username: 'anna' };

test('A flow survives a reload: another client with the same storage resumes it at its step', async (t) => {
  const { client, seen } = await api(t, [started(), flowReply(totpStep), flowReply(doneStep)]);
  await client.start('login');
  const flow = await client.resume();
  assert.equal(flow?.step.type, 'totp');
  assert.equal(seen[1]?.method, 'GET');
  assert.equal(seen[1]?.headers.authorization, 'Bearer secret');
  await flow?.submit({ step: 'totp', code: '1' });
  assert.equal(await client.resume(), undefined, 'a finished flow is not resumed');
});

test('R72 the token of a flow is stored in the given session storage and nowhere else', async (t) => {
  // Threat: a script or a later user of the computer reads secrets from localStorage or an address.
  const { client, seen, storage } = await api(t, [started(), flowReply(doneStep)]);
  const flow = await client.start('login');
  assert.equal(storage.items.size, 1);
  assert.match([...storage.items.values()].join(), /secret/);
  await flow.submit({ step: 'password', password: 'hush' });
  assert.deepEqual([...storage.items.values()], ['{}'], 'only the note that there was a login');
  assert.doesNotMatch(seen.map((request) => request.path).join(), /secret|hush/);
});

test('A login that was finished in this tab is known until the user logs out', async (t) => {
  const session = { user, amr: ['pwd'], acr: 'aal1', authTime: 'x', recovery: false, expiresAt: 'x' };
  const replies = [started(), flowReply(doneStep), json(200, { session }), json(200, {})];
  const { client, seen } = await api(t, replies);
  assert.equal(await client.recentLogin(), null);
  assert.equal(seen.length, 0, 'without a login there is no request');
  await (await client.start('login')).submit({ step: 'password', password: 'hush' });
  assert.deepEqual(await client.recentLogin(), { session, returnTo: undefined });
  await client.logOut();
  assert.equal(await client.recentLogin(), null);
  assert.equal(seen.length, 4);
});

test('A login whose session has ended is asked for once', async (t) => {
  const { client, seen } = await api(t, [started(), flowReply(doneStep), problemReply('no-session')]);
  await (await client.start('login')).submit({ step: 'password', password: 'hush' });
  assert.equal(await client.recentLogin(), null);
  assert.equal(await client.recentLogin(), null);
  assert.equal(seen.length, 3);
});

test('A stored flow of another kind is not resumed and stays stored', async (t) => {
  const { client, storage } = await api(t, [started()]);
  await client.start('login');
  assert.equal(await client.resume('enroll'), undefined);
  assert.equal(storage.items.size, 1);
});

test('A stored flow that has ended on the server is removed', async (t) => {
  const { client, storage } = await api(t, [started(), problemReply('flow-expired')]);
  await client.start('login');
  assert.equal(await client.resume(), undefined);
  assert.equal(storage.items.size, 0);
});

test("A stored flow that can't be read because of the network stays stored", async (t) => {
  const { client, storage } = await api(t, [started(), lost], { attempts: 1 });
  await client.start('login');
  await assert.rejects(client.resume(), { code: 'network' });
  assert.equal(storage.items.size, 1);
});

test('Flows work without storage, and with storage that throws or contains invalid data', async (t) => {
  const refuse = () => {
    throw new Error('blocked');
  };
  const throwing = { getItem: refuse, setItem: refuse, removeItem: refuse };
  const rubbish = { getItem: () => '{"id":1}', setItem: () => {}, removeItem: () => {} };
  for (const storage of [null, throwing, rubbish]) {
    const { client } = await api(t, [started(), flowReply(doneStep)], { storage });
    assert.equal(await client.resume(), undefined);
    const flow = await client.start('login');
    await flow.submit({ step: 'password', password: 'p' });
    assert.equal(flow.status, 'done');
  }
});

test('session() returns the session, or null if there is none', async (t) => {
  const session = { user, amr: ['pwd'], acr: 'aal1', authTime: 'x', recovery: false, expiresAt: 'x' };
  const { client } = await api(t, [json(200, { session }), problemReply('no-session'), problemReply('internal')]);
  assert.deepEqual(await client.session(), session);
  assert.equal(await client.session(), null);
  await assert.rejects(client.session(), { code: 'internal' });
});

test('organisations() sends the typed text as the query', async (t) => {
  const organisations = [{ id: 'de-linde', name: 'De Linde' }];
  const { client, seen } = await api(t, [json(200, { organisations })]);
  assert.deepEqual(await client.organisations('linde & co'), organisations);
  assert.equal(seen[0]?.path, '/mfa/v1/organisations?q=linde%20%26%20co');
});

test('Each call that reads or changes the account is one request', async (t) => {
  const none = json(200, { user, events: [] });
  const { client, seen } = await api(
    t,
    Array.from({ length: 11 }, () => none),
  );
  await client.account.get();
  await client.account.setRememberFor('1d');
  await client.account.renameFactor('a/b', 'Blue phone');
  await client.account.removeFactor('a/b');
  await client.account.forgetDevice('d');
  await client.account.forgetDevices();
  await client.account.endOtherSessions();
  assert.deepEqual(await client.account.events(), []);
  await client.account.notMe('e/1');
  await client.logOut();
  await client.logOut({ forgetDevice: true });
  assert.deepEqual(
    seen.map(({ method, path, body }) => [method, path.slice('/mfa/v1'.length), body]),
    [
      ['GET', '/account', undefined],
      ['PATCH', '/account', { rememberFor: '1d' }],
      ['PATCH', '/account/factors/a%2Fb', { name: 'Blue phone' }],
      ['DELETE', '/account/factors/a%2Fb', undefined],
      ['DELETE', '/account/devices/d', undefined],
      ['DELETE', '/account/devices', undefined],
      ['DELETE', '/account/sessions', undefined],
      ['GET', '/account/events', undefined],
      ['POST', '/account/events/e%2F1', { report: 'not-me' }],
      ['DELETE', '/session', undefined],
      ['DELETE', '/session?forget=device', undefined],
    ],
  );
});

test('The default options work outside a browser', async () => {
  const client = createClient({ api: 'http://127.0.0.1:9/', attempts: 1 });
  assert.equal(await client.resume(), undefined);
  await assert.rejects(client.start('login'), (problem: MfaProblem) => problem.code === 'network');
});
