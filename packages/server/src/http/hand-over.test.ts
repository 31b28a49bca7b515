/*
 * Threat: someone logs in as another user with a token that the other system never made, made for another browser, made long ago,
 * or made for something else (K11).
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Directory } from '../directory/directory.ts';
import { type OrganisationInput, parseOrganisation } from '../organisations/schema.ts';
import { upsertOrganisation } from '../store/organisations.ts';
import type { Fixture } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { type ClientKey, makeKey, signWithSecret, unsigned } from './testing/clients.ts';
import { login, memoryLogger, submit, type TestServer, totp, withServer, withServerOnEach } from './testing/server.ts';

const ISSUER = 'https://school.example';
const AUDIENCE = 'http://localhost/mfa/v1';
const TYPE = { typ: 'hand-over+jwt' };
const school = await makeKey('ES256');
const clinic = await makeKey('EdDSA');
const stranger = await makeKey('ES256');

type Systems = NonNullable<NonNullable<OrganisationInput['policy']>['handOver']>;
const systems: Systems = [
  { issuer: ISSUER, name: 'School', keys: [school.publicKey] },
  {
    issuer: 'https://strong.example',
    name: 'Strong',
    keys: [
      { ...clinic.publicKey, kid: 'now' },
      { ...stranger.publicKey, kid: 'old' },
    ],
    proves: 'factor',
  },
];
const organisation = (id: string, policy: OrganisationInput['policy'] = { handOver: systems }): OrganisationInput => ({
  ...{ id, name: id, policy },
});
const logger = memoryLogger();
const how = {
  options: { logger, organisations: [organisation('alpha'), organisation('beta'), organisation('gamma', {})] },
};

const changePolicy = ({ database, clock }: Fixture, policy: OrganisationInput['policy']): Promise<void> =>
  database.write((tx) => upsertOrganisation(tx, parseOrganisation(organisation('alpha', policy)), clock()));

/** A user whom the other system knows by this id. */
async function pupil(
  server: TestServer,
  fixture: Fixture,
  { factor = true, id = '4711', organisation: at = 'alpha' } = {},
) {
  const user = await server.user(at, `user${id}`, { factor });
  await fixture.database.write(async (tx) => {
    await tx.updateTable('accounts').set({ external_id: id }).where('id', '=', user.id).execute();
  });
  return user;
}

const claims = (fixture: Fixture, nonce: string, given: object = {}): Record<string, unknown> => {
  const iat = Math.floor(fixture.clock() / 1000);
  return {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: '4711', organisation: 'alpha', nonce },
    ...{ jti: randomUUID(), iat, exp: iat + 60, ...given },
  };
};
const nonceOf = async (browser: Browser): Promise<string> => (await browser.post('/hand-over', undefined)).body.nonce;
const begin = (browser: Browser, handOver: string, more: object = {}): Promise<Reply> =>
  browser.post('/flows', { kind: 'login', handOver, ...more });
const seen = ({ status, body }: Reply): unknown[] => [status, body?.code];

/** Gets a nonce and begins a login with a token for it. */
async function arrive(browser: Browser, fixture: Fixture, given: object = {}, key: ClientKey = school): Promise<Reply> {
  return await begin(browser, key.sign(claims(fixture, await nonceOf(browser), given), TYPE));
}
const strong = { iss: 'https://strong.example', amr: ['pwd', 'mfa'] };
const arriveStrong = async (browser: Browser, fixture: Fixture, given: object = {}): Promise<Reply> => {
  const token = clinic.sign(claims(fixture, await nonceOf(browser), { ...strong, ...given }), { ...TYPE, kid: 'now' });
  return await begin(browser, token);
};

withServer(
  'K11 a user who is handed over is asked for the second factor alone, and gets a session',
  async ({ server, fixture, browser }) => {
    const user = await pupil(server, fixture);
    const reply = await arrive(browser, fixture);
    assert.equal(reply.status, 201, reply.text);
    assert.equal(reply.body.flow.step.type, 'totp');
    assert.equal(browser.cookies.has('mfa-hand-over'), false, 'the nonce was used');
    const flow = { id: reply.body.flow.id, token: reply.body.token, reply };
    const { step } = (await submit(browser, flow, totp(user))).body.flow;
    assert.deepEqual([step.type, step.user.id, step.amr, step.acr], ['done', user.id, ['pwd', 'otp', 'mfa'], 'aal2']);
    assert.equal((await browser.get('/session')).body.session.user.id, user.id);
    const rows = await fixture.database.read.selectFrom('audit').select(['event', 'result', 'detail']).execute();
    const found = rows.filter(({ event }) => event === 'hand-over');
    assert.deepEqual(
      found.map(({ result }) => result),
      ['ok'],
    );
    assert.ok(found[0]?.detail?.includes(ISSUER));
    assert.ok(rows.some(({ event, detail }) => event === 'login' && detail?.includes(ISSUER)));
  },
  how,
);

withServer(
  'K11 a hand-over proves at most what the policy lets the system prove',
  async ({ server, fixture }) => {
    const user = await pupil(server, fixture);
    // A system that may prove the password says that it has verified a second factor.
    const weak = await arrive(server.browser(), fixture, { amr: ['pwd', 'otp', 'mfa'] });
    assert.equal(weak.body.flow.step.type, 'totp');
    // One that may prove it, but has not.
    assert.equal((await arriveStrong(server.browser(), fixture, { amr: ['pwd'] })).body.flow.step.type, 'totp');
    assert.equal((await arriveStrong(server.browser(), fixture, { amr: undefined })).body.flow.step.type, 'totp');
    const browser = server.browser();
    const { step } = (await arriveStrong(browser, fixture)).body.flow;
    assert.deepEqual([step.type, step.amr, step.acr], ['done', ['pwd', 'mfa'], 'aal2']);
    const { session } = (await browser.get('/session')).body;
    assert.deepEqual([session.acr, session.factorTime], ['aal2', undefined]);
    // It is never fresh: a step-up and a change of factors need the user's own factor.
    const change = await browser.delete(`/account/factors/${user.factorId}`);
    assert.deepEqual(seen(change), [401, 'insufficient-user-authentication']);
    const started = await browser.post('/flows', { kind: 'recovery-codes' });
    assert.equal(started.body.flow.step.type, 'totp');
  },
  how,
);

withServer(
  'K11 a user without a second factor sets one up after a hand-over, unless the system has proven one',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture, { factor: false });
    const offered = await arrive(browser, fixture);
    assert.equal(offered.body.flow.step.type, 'enroll-offer');
    const flow = { id: offered.body.flow.id, token: offered.body.token, reply: offered };
    const next = await submit(browser, flow, { step: 'enroll-offer', action: 'accept' });
    assert.equal(next.body.flow.step.type, 'enroll-totp', 'the hand-over is a fresh proof of the password');
    assert.equal((await arriveStrong(server.browser(), fixture)).body.flow.step.type, 'done');
  },
  how,
);

withServer(
  'K11 each forgery of a token is refused, and makes no flow',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture);
    const nonce = await nonceOf(browser);
    const good = (given: object = {}) => claims(fixture, nonce, given);
    const now = Math.floor(fixture.clock() / 1000);
    const jwk = stranger.publicKey;
    const forged: Record<string, string> = {
      'alg none': unsigned(good()),
      'alg none with typ': school.sign(good(), { ...TYPE, alg: 'none' }),
      'the public key as a secret': signWithSecret(JSON.stringify(school.publicKey), good(), TYPE),
      'another key': stranger.sign(good(), { ...TYPE, kid: school.kid }),
      'an embedded key': stranger.sign(good(), { ...TYPE, jwk }),
      'a key of the system in the header': school.sign(good(), { ...TYPE, jwk: school.publicKey }),
      'a URL of keys': stranger.sign(good(), { ...TYPE, jku: 'https://evil.example/jwks' }),
      'a certificate': stranger.sign(good(), { ...TYPE, x5c: ['AAAA'] }),
      'the key of another system': clinic.sign(good(), { ...TYPE, kid: 'now' }),
      'an unknown kid': clinic.sign(good(strong), { ...TYPE, kid: 'next' }),
      'no kid where several keys are': clinic.sign(good(strong), { ...TYPE, kid: undefined }),
      'no typ': school.sign(good()),
      'another typ': school.sign(good(), { typ: 'JWT' }),
      'an unknown system': school.sign(good({ iss: 'https://evil.example' }), TYPE),
      'no issuer': school.sign(good({ iss: undefined }), TYPE),
      'another audience': school.sign(good({ aud: 'https://elsewhere.example' }), TYPE),
      'the origin as the audience': school.sign(good({ aud: 'http://localhost' }), TYPE),
      'several audiences': school.sign(good({ aud: [AUDIENCE, 'https://elsewhere.example'] }), TYPE),
      'no audience': school.sign(good({ aud: undefined }), TYPE),
      'an organisation without the system': school.sign(good({ organisation: 'gamma' }), TYPE),
      'an unknown organisation': school.sign(good({ organisation: 'delta' }), TYPE),
      'no organisation': school.sign(good({ organisation: undefined }), TYPE),
      'another nonce': school.sign(good({ nonce: 'N'.repeat(43) }), TYPE),
      'no nonce': school.sign(good({ nonce: undefined }), TYPE),
      'an unknown user': school.sign(good({ sub: '4712' }), TYPE),
      'a user of another organisation': school.sign(good({ organisation: 'beta' }), TYPE),
      'no user': school.sign(good({ sub: undefined }), TYPE),
      'an empty user': school.sign(good({ sub: '' }), TYPE),
      'a number as the user': school.sign(good({ sub: 4711 }), TYPE),
      'no id': school.sign(good({ jti: undefined }), TYPE),
      'a short id': school.sign(good({ jti: '1' }), TYPE),
      'a long id': school.sign(good({ jti: 'x'.repeat(129) }), TYPE),
      'an age of 61 seconds': school.sign(good({ iat: now - 61, exp: now - 1 }), TYPE),
      'an old time and a late end': school.sign(good({ iat: now - 61, exp: now + 60 }), TYPE),
      'a life of 61 seconds': school.sign(good({ exp: now + 61 }), TYPE),
      'a time in the future': school.sign(good({ iat: now + 6, exp: now + 60 }), TYPE),
      'an end as a text': school.sign(good({ exp: String(now + 60) }), TYPE),
      'no end': school.sign(good({ exp: undefined }), TYPE),
      'no time': school.sign(good({ iat: undefined }), TYPE),
      'no JWT': 'e30.e30.e30',
    };
    for (const [what, token] of Object.entries(forged)) {
      const reply = await begin(browser, token);
      assert.deepEqual(seen(reply), [403, 'bad-hand-over'], what);
      assert.ok(reply.body.detail.length > 20, what);
      assert.ok(!reply.text.includes('4711'));
    }
    const used = await fixture.database.read.selectFrom('used_ids').selectAll().execute();
    const kinds = used.filter(({ kind }) => kind === 'hand-over');
    // Only a token of the system itself, with the nonce of this browser, is recorded: here those of unknown users.
    assert.equal(kinds.length, 2);
    assert.equal((await fixture.database.read.selectFrom('flows').selectAll().execute()).length, 0);
    const audit = await fixture.database.read.selectFrom('audit').select(['event', 'result']).execute();
    assert.ok(audit.some(({ event, result }) => event === 'hand-over' && result === 'bad-hand-over'));
    assert.equal((await begin(browser, school.sign(good(), TYPE))).status, 201);
  },
  how,
);

withServerOnEach(
  'K11 a token is accepted once, also when copies arrive at the same time',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture);
    const nonce = await nonceOf(browser);
    const token = school.sign(claims(fixture, nonce), TYPE);
    const copies = Array.from({ length: 8 }, () => server.browser().sharing(browser));
    const replies = await Promise.all(copies.map((copy) => begin(copy, token)));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(replies.filter(({ body }) => body.code === 'bad-hand-over').length, 7);
    fixture.clock.advance(61_000);
    assert.equal((await begin(server.browser().sharing(copies[0] as Browser), token)).status, 403);
  },
  how,
);

withServer(
  'K11 a token counts only in the browser that got its nonce, so an attacker can’t log a user in to the attacker’s account',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture);
    const attacker = server.browser();
    const token = school.sign(claims(fixture, await nonceOf(attacker)), TYPE);
    // The user's browser has no nonce, or another one.
    assert.deepEqual(seen(await begin(browser, token)), [403, 'bad-hand-over']);
    await nonceOf(browser);
    assert.deepEqual(seen(await begin(browser, token)), [403, 'bad-hand-over']);
    // The cookie itself is no nonce. A system that gets the nonce does not learn the cookie.
    const cookie = attacker.cookies.get('mfa-hand-over') ?? '';
    const direct = school.sign(claims(fixture, cookie), TYPE);
    assert.equal((await begin(attacker, direct)).status, 403);
    const crossSite = await browser.post('/hand-over', undefined, { headers: { origin: 'https://evil.example' } });
    assert.deepEqual(seen(crossSite), [403, 'cross-site']);
    assert.equal((await begin(attacker, token)).status, 201, 'its own browser');
  },
  how,
);

withServer(
  'K11 a hand-over is refused for other kinds, for clients, and for pages of another origin',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture);
    await login(browser, await server.user('alpha', 'ada'));
    const token = school.sign(claims(fixture, await nonceOf(browser)), TYPE);
    for (const kind of ['step-up', 'recover', 'enroll', 'change-password']) {
      assert.deepEqual(seen(await begin(browser, token, { kind })), [403, 'bad-hand-over'], kind);
    }
    const inputs = [{ step: 'organisation', organisation: 'alpha' }];
    assert.equal((await begin(browser, token, { client: 'kiosk', clientAssertion: token, inputs })).status, 403);
    assert.equal((await begin(browser, token)).status, 201);
  },
  how,
);

withServer(
  'R92 a system that the policy no longer has, or trusts less, ends no login',
  async ({ server, fixture }) => {
    const user = await pupil(server, fixture);
    const free = await pupil(server, fixture, { factor: false, id: '4712' });
    const start = async (browser: Browser, given: object = {}) => {
      const reply = await arrive(browser, fixture, given);
      return { id: reply.body.flow.id, token: reply.body.token, reply };
    };
    const one = server.browser();
    const flow = await start(one);
    await changePolicy(fixture, { handOver: systems.slice(1) });
    fixture.clock.advance(2_000);
    const removed = await submit(one, flow, totp(user));
    assert.deepEqual(seen(removed), [409, 'out-of-order']);
    assert.equal(removed.body.flow.step.type, 'password');
    // A key that was replaced counts no more either.
    await changePolicy(fixture, { handOver: systems });
    fixture.clock.advance(2_000);
    const two = server.browser();
    const other = await start(two, { sub: '4712' });
    assert.equal(other.reply.body.flow.step.type, 'enroll-offer', free.username);
    await changePolicy(fixture, { handOver: [{ issuer: ISSUER, name: 'School', keys: [stranger.publicKey] }] });
    fixture.clock.advance(2_000);
    const path = `/flows/${other.id}`;
    assert.equal((await two.get(path, { token: other.token })).body.flow.step.type, 'password');
    // The password takes the place of the hand-over, and is asked for once.
    const instead = await submit(two, other, { step: 'password', password: free.password });
    assert.deepEqual([instead.status, instead.body.flow.step.type], [200, 'enroll-offer']);
  },
  how,
);

withServer(
  'R92 a policy that changes while a hand-over is stored ends no login',
  async ({ server, fixture }) => {
    await pupil(server, fixture, { factor: false });
    const policy = { factor: 'optional', setUp: { from: '2030-01-01' } } as const;
    await changePolicy(fixture, { ...policy, handOver: systems });
    fixture.clock.advance(2_000);
    assert.equal((await arriveStrong(server.browser(), fixture)).body.flow.step.acr, 'aal2');
    // The clock does not move, so the organisation is read from the cache until the transaction that ends the login.
    const lowered = systems.map((system) => ({ ...system, proves: 'password' as const }));
    await changePolicy(fixture, { ...policy, handOver: lowered });
    const browser = server.browser();
    const late = await arriveStrong(browser, fixture);
    assert.equal(late.body.problem.code, 'out-of-order');
    assert.notEqual(late.body.flow.step.type, 'done');
    assert.equal((await browser.get('/session')).status, 401);
    fixture.clock.advance(2_000);
    assert.equal((await arriveStrong(browser, fixture)).body.flow.step.acr, 'aal1');
  },
  how,
);

const disable = ({ database }: Fixture, { id }: TestUser): Promise<void> =>
  database.write(async (tx) => {
    await tx.updateTable('accounts').set({ state: 'disabled' }).where('id', '=', id).execute();
  });

withServer(
  'K11 a disabled account is not let in by a hand-over, and the user of another system is asked for no password here',
  async ({ server, fixture }) => {
    const user = await pupil(server, fixture);
    await fixture.database.write(async (tx) => {
      await tx.updateTable('accounts').set({ must_change_password: 1 }).where('id', '=', user.id).execute();
    });
    const browser = server.browser();
    const reply = await arriveStrong(browser, fixture);
    assert.equal(reply.body.flow.step.type, 'done', 'a step that the user can’t finish');
    await disable(fixture, user);
    assert.deepEqual(seen(await arrive(server.browser(), fixture)), [403, 'bad-hand-over']);
  },
  how,
);

/** The users of a portal, by name. */
const portal = new Map([
  ['ada', { id: '4711', username: 'ada', name: 'Ada' }],
  ['bob', { id: '4712', username: 'bob', active: false }],
]);
const directory: Directory = {
  find: async ({ username }) => portal.get(username),
  verifyPassword: async () => false,
};

withServer(
  'K11 where the portal has the users, it decides who is one, and the id of the token alone names the user',
  async ({ server, fixture }) => {
    const enter = (given: object) => arriveStrong(server.browser(), fixture, given);
    const unknown = [403, 'bad-hand-over'];
    assert.deepEqual(seen(await enter({})), unknown, 'a first login without a username');
    assert.deepEqual(seen(await enter({ username: 'eve' })), unknown);
    assert.deepEqual(seen(await enter({ sub: '4712', username: 'ada' })), unknown, 'the username of another user');
    assert.deepEqual(
      seen(await enter({ sub: '4712', username: 'bob' })),
      unknown,
      'a user whom the portal has blocked',
    );
    const first = (await enter({ username: 'ada' })).body.flow.step;
    assert.deepEqual([first.type, first.user.username], ['done', 'ada']);
    assert.equal((await enter({})).body.flow.step.user.id, first.user.id);
    // The user has another name by now, and the name belongs to another user.
    portal.set('ada.new', { id: '4711', username: 'ada.new', name: 'Ada' });
    portal.set('ada', { id: '4713', username: 'ada', name: 'Other' });
    assert.deepEqual(seen(await enter({})), unknown);
    const renamed = (await enter({ username: 'ada.new' })).body.flow.step;
    assert.deepEqual([renamed.user.id, renamed.user.username], [first.user.id, 'ada.new']);
    portal.set('ada', { id: '4711', username: 'ada', name: 'Ada' });
  },
  { options: { ...how.options, directory } },
);

withServer(
  'K11 the keys of a system are fetched from its URL',
  async ({ server, fixture, browser }) => {
    await pupil(server, fixture);
    const keys = createServer((_, res) => {
      const jwk = { ...school.publicKey, kid: school.kid, alg: 'ES256', use: 'sig' };
      res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => keys.once('listening', resolve));
    const { port } = keys.address() as { port: number };
    const system = { issuer: ISSUER, name: 'School', jwks: `http://127.0.0.1:${port}/jwks.json` };
    try {
      await changePolicy(fixture, { handOver: [system] });
      fixture.clock.advance(2_000);
      assert.equal((await arrive(browser, fixture, {}, stranger)).status, 403);
      assert.equal((await arrive(browser, fixture)).body.flow?.step.type, 'totp');
    } finally {
      keys.close();
      keys.closeAllConnections();
    }
    await changePolicy(fixture, { handOver: [{ ...system, jwks: `http://127.0.0.1:${port}/gone.json` }] });
    fixture.clock.advance(2_000);
    const gone = await arrive(browser, fixture);
    assert.deepEqual(seen(gone), [403, 'bad-hand-over']);
    assert.match(gone.body.detail, /policy\.handOver/);
  },
  how,
);
