/*
 * Threat: a route, an origin, a token or an organisation that was not considered is let through. Each matrix is
 * generated from the route table or from a list of everything that the server issues, so it includes new entries
 * automatically.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '@tweestap/protocol/constants';
import type { OrganisationInput } from '../organisations/schema.ts';
import { Phone } from '../push/testing/phone.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { organisations } from './testing/organisations.ts';
import { dump, type Owner, ownerOf, type RouteSample, routeSamples } from './testing/routes.ts';
import { first, start, submit, type TestServer, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const samples = routeSamples();
/** VAPID keys of the form that the option takes. Nothing is sent with them. */
const VAPID = `B${'A'.repeat(86)}:${'A'.repeat(43)}`;

const foreignOrigins: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost.evil.example' },
  { origin: 'https://localhost' },
  { origin: 'http://localhost:81' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
];

const send = async (
  owner: Owner,
  { method, request, headers: own }: RouteSample,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const { path, body } = request(owner);
  const proof = (await own?.(owner, method, path)) ?? {};
  return await owner.browser.send(method, path, { body, token: owner.flow.token, headers: { ...proof, ...headers } });
};

test('every route of the table has exactly one sample request', () => {
  assert.ok(samples.length >= 19);
  assert.equal(new Set(samples.map(({ route }) => route)).size, samples.length);
});

withServer(
  'R75 a changing request from a foreign origin is refused on every route and changes nothing',
  async ({ server, fixture }) => {
    const anna = await ownerOf(server, 'alpha', 'anna');
    const before = await dump(fixture.database);
    for (const sample of samples.filter(({ method }) => method !== 'GET')) {
      for (const headers of foreignOrigins) {
        const reply = await send(anna, sample, headers);
        const where = `${sample.route} ${JSON.stringify(headers)}`;
        assert.deepEqual([reply.status, reply.body?.code], [403, 'cross-site'], where);
        assert.deepEqual(reply.setCookies, [], where);
      }
    }
    assert.equal(await dump(fixture.database), before);
  },
);

withServer(
  'R75 GET and HEAD change nothing on any route and allow no origin',
  async ({ server, fixture }) => {
    const anna = await ownerOf(server, 'alpha', 'anna');
    const before = await dump(fixture.database);
    for (const sample of samples.filter(({ method }) => method === 'GET')) {
      for (const method of ['GET', 'HEAD']) {
        const reply = await send(anna, { ...sample, method }, { ...foreignOrigins[0], 'idempotency-key': 'one' });
        assert.equal(reply.status, 200, `${method} ${sample.route}`);
        assert.ok(!Object.keys(reply.headers).some((name) => name.startsWith('access-control')), sample.route);
      }
    }
    assert.equal(await dump(fixture.database), before);
  },
  { options: { webPush: VAPID } },
);

/** Returns clients that lack the flow token or the flow cookie, each with its description. */
const withoutProof = async (server: TestServer, owner: Owner, other: Owner): Promise<[string, Owner][]> => {
  const stranger = server.browser();
  const sameBrowser = server.browser().sharing(owner.browser);
  return [
    ['nothing', { ...owner, browser: stranger, flow: { ...owner.flow, token: '' } }],
    ['the flow token alone', { ...owner, browser: stranger }],
    ['another user’s cookies', { ...owner, browser: other.browser }],
    ['another flow’s token', { ...owner, browser: sameBrowser, flow: { ...owner.flow, token: other.flow.token } }],
  ];
};

withServer(
  'R4 R64 a flow is accessible only with its own token and from its own browser',
  async ({ server, fixture }) => {
    const anna = await ownerOf(server, 'alpha', 'anna');
    const bob = await ownerOf(server, 'beta', 'bob');
    const before = await dump(fixture.database);
    for (const sample of samples.filter(({ needs }) => needs === 'flow')) {
      for (const [what, thief] of await withoutProof(server, anna, bob)) {
        const reply = await send(thief, sample);
        assert.deepEqual([reply.status, reply.body?.code], [404, 'no-such-flow'], `${sample.route} with ${what}`);
      }
    }
    assert.equal(await dump(fixture.database), before);
  },
);

withServer('R4 a session route without a session is refused and changes nothing', async ({ server, fixture }) => {
  const anna = await ownerOf(server, 'alpha', 'anna');
  const before = await dump(fixture.database);
  for (const sample of samples.filter(({ needs }) => needs === 'session')) {
    for (const name of [undefined, 'mfa-flow', 'mfa-device']) {
      const thief = server.browser();
      if (name) thief.cookies.set(name, anna.browser.cookies.get(name) ?? '');
      const reply = await send({ ...anna, browser: thief }, sample);
      assert.deepEqual([reply.status, reply.body?.code], [401, 'no-session'], `${sample.route} with ${name}`);
    }
  }
  assert.equal(await dump(fixture.database), before);
});

withServer('R4 R20 a route of a phone without its key is refused and changes nothing', async ({ server, fixture }) => {
  const anna = await ownerOf(server, 'alpha', 'anna');
  const bob = await ownerOf(server, 'beta', 'bob');
  const before = await dump(fixture.database);
  for (const sample of samples.filter(({ needs }) => needs === 'phone')) {
    const { headers: _, ...withoutProof } = sample;
    const none = await send(anna, withoutProof);
    assert.deepEqual([none.status, none.body?.code], [401, 'bad-proof'], sample.route);
    const stranger = { ...anna, phone: await Phone.create(fixture.clock) };
    const unknown = await send(stranger, sample);
    assert.deepEqual([unknown.status, unknown.body?.code], [404, 'not-found'], sample.route);
    if (!sample.route.includes('/:id')) continue;
    const foreign = await send({ ...anna, phone: bob.phone }, sample);
    assert.deepEqual([foreign.status, foreign.body?.code], [404, 'not-found'], sample.route);
  }
  assert.equal(await dump(fixture.database), before);
});

withServer('R64 an id of another organisation is not found on any route', async ({ server }) => {
  const anna = await ownerOf(server, 'alpha', 'anna');
  const bob = await ownerOf(server, 'beta', 'bob');
  const carl = await ownerOf(server, 'alpha', 'carl');
  const named = samples.filter(({ route }) => route.includes('/:id'));
  const see = async (): Promise<string> =>
    JSON.stringify([(await anna.browser.get('/account')).body, (await anna.browser.get('/account/events')).body]);
  const before = await see();
  // Another user of the same organisation is refused too, because an id alone is not a credential.
  for (const thief of [bob, carl]) {
    for (const sample of named) {
      const reply = await send({ ...anna, browser: thief.browser, flow: { ...anna.flow }, phone: thief.phone }, sample);
      assert.equal(reply.status, 404, `${sample.route} as ${thief.user.username}`);
    }
    for (const sample of samples.filter(({ needs, route }) => needs === 'session' && !route.includes('/:id'))) {
      await send(thief, sample);
    }
  }
  assert.equal(await see(), before);
});

/** An organisation with self-registration, in which an email lifts the lock after three wrong passwords. */
const open: OrganisationInput = {
  id: 'open',
  name: 'Open House',
  username: 'email',
  policy: { selfRegistration: true, locks: { soft: 3, ways: ['mail'] } },
};

/** Returns every id, token and code that the server issues, by its purpose. */
async function issueTokens(server: TestServer, owner: Owner): Promise<Record<string, string>> {
  const { admin, outbox } = server.tweestap;
  const request = { actor: { role: 'administrator', name: 'ria' } as const, reason: 'a new colleague' };
  const add = (organisation: string, username: string, rest: object) =>
    admin.addUser({ ...request, organisation, username, ...rest });
  await add('alpha', 'mia', { email: 'mia@mail.example' });
  await admin.invite({ ...request, organisation: 'alpha', account: 'mia' });
  const password = 'a lamp beside the canal';
  await add('alpha', 'rob', { email: 'rob@mail.example', password });
  await add('open', 'uma@mail.example', { password });
  const at = (organisation: string) => ({ step: 'organisation', organisation });
  const rob = { step: 'identify', username: 'rob', email: 'rob@mail.example' };
  await start(server.browser(), 'recover', [at('alpha'), rob]);
  await start(server.browser(), 'register', [at('open'), { step: 'identify', email: 'new@mail.example' }]);
  const guesser = server.browser();
  const locked = await start(guesser, 'login', [at('open'), { step: 'username', username: 'uma@mail.example' }]);
  for (let times = 0; times < 3; times += 1) await submit(guesser, locked, { step: 'password', password: 'wrong' });
  await submit(guesser, locked, { step: 'locked', action: 'unlock', way: 'mail' });
  const messages = await outbox.messages();
  const linkIn = (purpose: string): string =>
    messages
      .flatMap(({ links }) => links)
      .find((link) => link.includes(`#mfa-${purpose}=`))
      ?.split('=')
      .at(-1) ?? '';
  const { code } = await admin.issueCode({ ...request, organisation: 'alpha', account: owner.user.username });
  const cookie = (name: string): string => owner.browser.cookies.get(`mfa-${name}`) ?? '';
  return {
    activate: linkIn('activate'),
    reset: linkIn('reset'),
    unlock: linkIn('unlock'),
    register: linkIn('register'),
    'flow token': owner.flow.token,
    'flow id': owner.flow.id,
    'session cookie': cookie('session'),
    'device cookie': cookie('device'),
    'flow cookie': cookie('flow'),
    'recovery code': owner.user.recoveryCodes[0] ?? '',
    'help-desk code': code,
  };
}

/** Returns every place where a token can be presented, with a function that says whether it is accepted there. */
function placesOf(
  server: TestServer,
  { user, browser, flow }: Owner,
): Record<string, (token: string) => Promise<boolean>> {
  const holding = (cookie: string, token: string): Browser => {
    const other = server.browser();
    other.cookies.set(cookie, token);
    return other;
  };
  const places: ReturnType<typeof placesOf> = {
    'session cookie': async (token) => (await holding('mfa-session', token).get('/session')).status === 200,
    'flow token': async (token) => (await browser.get(`/flows/${flow.id}`, { token })).status === 200,
    'flow cookie': async (token) =>
      (await holding('mfa-flow', token).get(`/flows/${flow.id}`, { token: flow.token })).status === 200,
    'device cookie': async (token) => {
      const { reply } = await start(holding('mfa-device', token), 'login', first(user));
      return reply.body.flow.step.type === 'done';
    },
  };
  for (const kind of kinds) {
    places[kind] = async (link) => (await server.browser().post('/flows', { kind, link })).status === 201;
  }
  return places;
}

withServer(
  'R12 each token serves its own purpose and no other',
  async ({ server }) => {
    const anna = await ownerOf(server, 'alpha', 'anna');
    const tokens = await issueTokens(server, anna);
    for (const [name, token] of Object.entries(tokens)) assert.ok(token.length > 10, name);
    for (const [place, accepts] of Object.entries(placesOf(server, anna))) {
      for (const [purpose, token] of Object.entries(tokens)) {
        assert.equal(await accepts(token), purpose === place, `${purpose} as ${place}`);
      }
    }
  },
  { options: { organisations: [...organisations, open] } },
);

withServer(
  'R12 a secret in the URL or in another header is not accepted',
  async ({ server }) => {
    const anna = await ownerOf(server, 'alpha', 'anna');
    const tokens = await issueTokens(server, anna);
    for (const [purpose, token] of Object.entries(tokens)) {
      for (const path of [
        `/session?token=${token}`,
        `/flows/${anna.flow.id}?token=${token}`,
        `/account?session=${token}`,
      ]) {
        const { status } = await server.browser().get(path);
        assert.ok(status >= 400 && status < 500, `${purpose} in ${path.split('?')[0]}: ${status}`);
      }
      for (const header of ['x-session', 'x-flow-token', 'x-auth-token', 'authorization']) {
        const value = header === 'authorization' ? `Basic ${token}` : token;
        const reply = await server.browser().get('/account', { headers: { [header]: value } });
        assert.equal(reply.status, 401, `${purpose} in ${header}`);
      }
    }
  },
  { ...sqlite, options: { organisations: [...organisations, open] } },
);
