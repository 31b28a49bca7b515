import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from './client.ts';
import type { MfaProblem } from './problem.ts';
import { api, doneStep, flowAnswer, json, lost, problemAnswer, started, totpStep } from './testing/api.ts';

const user = { id: 'u', organisation: 'de-linde', username: 'anna' };

test('A flow survives a reload: another client of the same storage takes it up at its step', async (t) => {
  const { client, seen } = await api(t, [started(), flowAnswer(totpStep), flowAnswer(doneStep)]);
  await client.start('login');
  const flow = await client.resume();
  assert.equal(flow?.step.type, 'totp');
  assert.equal(seen[1]?.method, 'GET');
  assert.equal(seen[1]?.headers.authorization, 'Bearer secret');
  await flow?.submit({ step: 'totp', code: '1' });
  assert.equal(await client.resume(), undefined, 'a flow that is done is not resumed');
});

test('R72: the token of a flow stands in the session storage that was given, and nowhere else', async (t) => {
  // Threat: a script or a later user of the machine reads secrets out of localStorage or an address.
  const { client, seen, storage } = await api(t, [started(), flowAnswer(doneStep)]);
  const flow = await client.start('login');
  assert.equal(storage.items.size, 1);
  assert.match([...storage.items.values()].join(), /secret/);
  await flow.submit({ step: 'password', password: 'hush' });
  assert.equal(storage.items.size, 0);
  assert.doesNotMatch(seen.map((request) => request.path).join(), /secret|hush/);
});

test('A flow of another kind is left alone', async (t) => {
  const { client, storage } = await api(t, [started()]);
  await client.start('login');
  assert.equal(await client.resume('enroll'), undefined);
  assert.equal(storage.items.size, 1);
});

test('A flow that ended meanwhile is forgotten', async (t) => {
  const { client, storage } = await api(t, [started(), problemAnswer('flow-expired')]);
  await client.start('login');
  assert.equal(await client.resume(), undefined);
  assert.equal(storage.items.size, 0);
});

test('A flow that the network keeps away is not forgotten', async (t) => {
  const { client, storage } = await api(t, [started(), lost], { attempts: 1 });
  await client.start('login');
  await assert.rejects(client.resume(), { code: 'network' });
  assert.equal(storage.items.size, 1);
});

test('A page without storage, or with one that throws or holds rubbish, runs flows all the same', async (t) => {
  const refuse = () => {
    throw new Error('blocked');
  };
  const throwing = { getItem: refuse, setItem: refuse, removeItem: refuse };
  const rubbish = { getItem: () => '{"id":1}', setItem: () => {}, removeItem: () => {} };
  for (const storage of [null, throwing, rubbish]) {
    const { client } = await api(t, [started(), flowAnswer(doneStep)], { storage });
    assert.equal(await client.resume(), undefined);
    const flow = await client.start('login');
    await flow.submit({ step: 'password', password: 'p' });
    assert.equal(flow.status, 'done');
  }
});

test('The session is given, or null where there is none', async (t) => {
  const session = { user, amr: ['pwd'], acr: 'aal1', authTime: 'x', recovery: false, expiresAt: 'x' };
  const { client } = await api(t, [json(200, { session }), problemAnswer('no-session'), problemAnswer('internal')]);
  assert.deepEqual(await client.session(), session);
  assert.equal(await client.session(), null);
  await assert.rejects(client.session(), { code: 'internal' });
});

test('Organisations are searched by what was typed', async (t) => {
  const organisations = [{ id: 'de-linde', name: 'De Linde' }];
  const { client, seen } = await api(t, [json(200, { organisations })]);
  assert.deepEqual(await client.organisations('linde & co'), organisations);
  assert.equal(seen[0]?.path, '/mfa/v1/organisations?q=linde%20%26%20co');
});

test('Each change of the account is one request', async (t) => {
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
  await client.signOut();
  await client.signOut({ forgetDevice: true });
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

test('Where the browser has nothing to offer, the defaults still work', async () => {
  const client = createClient({ api: 'http://127.0.0.1:9/', attempts: 1 });
  assert.equal(await client.resume(), undefined);
  await assert.rejects(client.start('login'), (problem: MfaProblem) => problem.code === 'network');
});
