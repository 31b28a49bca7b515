import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { type OrganisationInput, parseOrganisation } from '../organisations/schema.ts';
import { upsertOrganisation } from '../store/organisations.ts';
import type { Fixture } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { type ClientKey, claimsAt, makeKey, signWithSecret, unsigned } from './testing/clients.ts';
import {
  first,
  type HeldFlow,
  login,
  start,
  submit,
  type TestServer,
  totp,
  withServer,
  withServerOnEach,
} from './testing/server.ts';

/*
 * Threat: someone who knows a password says that they are the phone app, for which the password is enough (R94). The name of
 * the app is public, and a key that is shipped in it is too.
 */

const MINUTE = 60_000;
const held = await makeKey('ES256');
const heldToo = await makeKey('EdDSA');
const ofAnother = await makeKey('ES256');

type Clients = NonNullable<NonNullable<OrganisationInput['policy']>['clients']>;
const clients: Clients = [
  { id: 'phone-app', name: 'Pocket app', factor: 'password', installations: true },
  { id: 'kiosk', name: 'Kiosk', factor: 'password', keys: [held.publicKey, heldToo.publicKey] },
  { id: 'partner', name: 'Partner', factor: 'policy', keys: [ofAnother.publicKey] },
];
const alpha = (given: Clients = clients): OrganisationInput => ({
  id: 'alpha',
  name: 'Alpha',
  policy: { clients: given },
});
const organisations = [alpha(), { id: 'beta', name: 'Beta', policy: { clients } }];
const options = { options: { organisations } };

const changePolicy = ({ database, clock }: Fixture, given: Clients): Promise<void> =>
  database.write((tx) => upsertOrganisation(tx, parseOrganisation(alpha(given)), clock()));

/** Starts a login of a client, by default of the kiosk, with the inputs up to the password. */
async function begin(
  browser: Browser,
  user: TestUser,
  given: { client?: string; clientAssertion?: string; kind?: string; inputs?: object[] },
): Promise<HeldFlow> {
  const reply = await browser.post('/flows', { kind: 'login', inputs: first(user), ...given });
  return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
}

const kiosk = ({ clock }: Pick<Fixture, 'clock'>, key: ClientKey = held, given: object = {}) => ({
  client: 'kiosk',
  clientAssertion: key.sign(claimsAt(clock(), { iss: 'kiosk', sub: 'kiosk', ...given })),
});
const app = ({ clock }: Pick<Fixture, 'clock'>, key: ClientKey, given: object = {}) => ({
  client: 'phone-app',
  clientAssertion: key.sign(claimsAt(clock(), given)),
});

/** Registers the key of an installation for a user, after a full login. */
async function install(
  { server, fixture }: { server: TestServer; fixture: Fixture },
  user: TestUser,
  key: ClientKey,
): Promise<{ browser: Browser; reply: Reply }> {
  const browser = server.browser();
  await login(browser, user);
  const proof = key.sign(claimsAt(fixture.clock(), { sub: user.id }));
  const reply = await browser.post('/clients/phone-app/installations', { publicKey: key.publicKey, proof });
  fixture.clock.advance(30_000);
  return { browser, reply };
}

const stepOf = ({ body }: Reply): string => body?.flow?.step?.type;
const seen = ({ status, body }: Reply): unknown[] => [status, body?.code];

withServer(
  'R94 a client that signs with its key logs in with the password alone, and its session carries the client',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    for (const key of [held, heldToo]) {
      const browser = server.browser();
      const { reply } = await begin(browser, ada, kiosk(fixture, key));
      const { step } = reply.body.flow;
      assert.deepEqual([step.type, step.amr, step.acr], ['done', ['pwd'], 'aal1']);
      const { session } = (await browser.get('/session')).body;
      assert.deepEqual([session.client, session.acr, session.amr], ['kiosk', 'aal1', ['pwd']]);
      assert.equal(session.factorTime, undefined);
    }
    // The same user without the client needs the code as before.
    assert.equal(stepOf((await begin(server.browser(), ada, {})).reply), 'totp');
  },
  options,
);

withServer(
  'R94 the bare name of a client, with or without something like an assertion, starts no flow',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const claims = claimsAt(fixture.clock(), { iss: 'kiosk', sub: 'kiosk' });
    const text = JSON.stringify(held.publicKey);
    const wrong: Record<string, object> = {
      'a bare name': { client: 'kiosk' },
      'an unknown name': {
        client: 'unknown',
        clientAssertion: held.sign({ ...claims, iss: 'unknown', sub: 'unknown' }),
      },
      'an assertion without a name': { clientAssertion: held.sign(claims) },
      'alg none': { client: 'kiosk', clientAssertion: unsigned(claims) },
      'alg none with a signature': { client: 'kiosk', clientAssertion: held.sign(claims, { alg: 'none' }) },
      'the public key as a secret': { client: 'kiosk', clientAssertion: signWithSecret(text, claims) },
      'an unknown algorithm': { client: 'kiosk', clientAssertion: held.sign(claims, { alg: 'ES512' }) },
      'a key of another client': kiosk(fixture, ofAnother),
      'the algorithm of another key': { client: 'kiosk', clientAssertion: held.sign(claims, { alg: 'EdDSA' }) },
      'critical extensions': { client: 'kiosk', clientAssertion: held.sign(claims, { crit: ['x'], x: 1 }) },
      'no such key id': { client: 'phone-app', clientAssertion: held.sign(claimsAt(fixture.clock())) },
    };
    for (const [what, given] of Object.entries(wrong)) {
      const { reply } = await begin(server.browser(), ada, given);
      assert.deepEqual(seen(reply), [403, 'bad-client'], what);
      assert.equal(reply.body.flow, undefined, what);
      assert.ok(reply.body.detail.length > 20, what);
    }
    const malformed = await begin(server.browser(), ada, { client: 'kiosk', clientAssertion: 'x' });
    assert.equal(malformed.reply.status, 400);
    const flows = await fixture.database.read.selectFrom('flows').select('id').execute();
    assert.equal(flows.length, 0);
    const audit = await fixture.database.read.selectFrom('audit').select(['event', 'result', 'detail']).execute();
    const refused = audit.filter(({ event, result }) => event === 'client' && result === 'bad-client');
    assert.ok(refused.length > 0 && refused.every(({ detail }) => !detail?.includes('unknown"')));
  },
  options,
);

withServer(
  'R94 each claim of an assertion is checked: issuer, subject, audience, times and id',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const now = Math.floor(fixture.clock() / 1000);
    const wrong: Record<string, object> = {
      'another issuer': { iss: 'partner' },
      'another subject': { sub: 'partner' },
      'no issuer': { iss: undefined },
      'no subject': { sub: undefined },
      'another audience': { aud: 'https://elsewhere.example/mfa/v1' },
      'the origin alone': { aud: 'http://localhost' },
      'several audiences': { aud: ['http://localhost/mfa/v1', 'https://elsewhere.example'] },
      'no audience': { aud: undefined },
      expired: { iat: now - 200, exp: now - 31 },
      'no expiry': { exp: undefined },
      'valid for too long': { exp: now + 301 },
      'too old': { iat: now - 400, exp: now + 60 },
      'issued in the future': { iat: now + 120, exp: now + 200 },
      'no time of issue': { iat: undefined },
      'no id': { jti: undefined },
      'an empty id': { jti: '' },
      'a number as id': { jti: 7 },
      'a long id': { jti: 'x'.repeat(129) },
    };
    for (const [what, given] of Object.entries(wrong)) {
      const { reply } = await begin(server.browser(), ada, kiosk(fixture, held, given));
      assert.deepEqual(seen(reply), [403, 'bad-client'], what);
    }
    const { reply } = await begin(server.browser(), ada, kiosk(fixture, held, { iat: now, exp: now + 300 }));
    assert.equal(stepOf(reply), 'done');
  },
  options,
);

withServerOnEach(
  'R94 an assertion is valid once, also when copies arrive at the same time',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const given = kiosk(fixture);
    const replies = await Promise.all(Array.from({ length: 8 }, () => begin(server.browser(), ada, given)));
    assert.equal(replies.filter(({ reply }) => reply.status === 201).length, 1);
    const refused = replies.filter(({ reply }) => reply.status !== 201);
    for (const { reply } of refused) assert.match(reply.body.detail, /used before/);
    // A copy is worth nothing until it has expired, and then it has expired.
    fixture.clock.advance(149_000);
    assert.equal((await begin(server.browser(), ada, given)).reply.body.code, 'bad-client');
    fixture.clock.advance(5000);
    assert.equal((await begin(server.browser(), ada, given)).reply.body.code, 'bad-client');
  },
  options,
);

withServer(
  'R94 a client is accepted for a login only, and the organisation comes first',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const browser = server.browser();
    await login(browser, ada);
    for (const kind of ['step-up', 'enroll', 'recover', 'change-password']) {
      const { reply } = await begin(browser, ada, { ...kiosk(fixture), kind, inputs: first(ada).slice(0, 1) });
      assert.deepEqual(seen(reply), [403, 'bad-client'], kind);
    }
    const { reply } = await begin(server.browser(), ada, { ...kiosk(fixture), inputs: first(ada).slice(1) });
    assert.match(reply.body.detail, /first input must choose/);
    const none = await server.browser().post('/flows', { kind: 'login', ...kiosk(fixture) });
    assert.equal(none.body.code, 'bad-client');
  },
  options,
);

withServer(
  'R94 a client with the rule `policy` asks for the same factors as any other login',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const browser = server.browser();
    const clientAssertion = ofAnother.sign(claimsAt(fixture.clock(), { iss: 'partner', sub: 'partner' }));
    const flow = await begin(browser, ada, { client: 'partner', clientAssertion });
    assert.equal(stepOf(flow.reply), 'totp');
    assert.equal(flow.reply.body.flow.step.remember, undefined);
    const done = await submit(browser, flow, { ...totp(ada), remember: true } as object);
    assert.deepEqual([stepOf(done), done.body.flow.step.acr], ['done', 'aal2']);
    assert.equal((await browser.get('/session')).body.session.client, 'partner');
    const devices = await fixture.database.read.selectFrom('devices').select('remembered_until').execute();
    assert.ok(devices.every(({ remembered_until }) => remembered_until === null));
  },
  options,
);

withServer(
  'R94 going back to another organisation drops the client',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const browser = server.browser();
    const flow = await begin(browser, ada, { ...kiosk(fixture), inputs: first(ada).slice(0, 2) });
    assert.equal(stepOf(flow.reply), 'password');
    const again = await submit(browser, flow, { step: 'password', action: 'back', to: 'organisation' }, ...first(ada));
    assert.equal(stepOf(again), 'totp');
  },
  options,
);

withServer(
  'R94 an installation is registered by a full login with a fresh factor, and logs in with the password alone',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const key = await makeKey('EdDSA');
    const { browser, reply } = await install({ server, fixture }, ada, key);
    assert.equal(reply.status, 201);
    assert.deepEqual([reply.body.installation.client, reply.body.installation.name], ['phone-app', 'Pocket app']);
    const phone = server.browser();
    assert.equal(stepOf((await begin(phone, ada, app(fixture, key))).reply), 'done');
    assert.equal((await phone.get('/session')).body.session.client, 'phone-app');
    const { installations } = (await browser.get('/account')).body;
    assert.equal(installations.length, 1);
    assert.equal(installations[0].id, reply.body.installation.id);
    assert.ok(installations[0].lastUsedAt > installations[0].createdAt);
    const events = (await browser.get('/account/events')).body.events.map(({ event }: { event: string }) => event);
    assert.ok(events.includes('installation-added'));
    const mails = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.equal(mails.filter(({ template }) => template === 'installation-added').length, 1);
  },
  options,
);

withServer(
  'R94 the key of an installation serves its own account only, and reveals nothing about another one',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const bob = await server.user('alpha', 'bob');
    const namesake = await server.user('beta', 'ada');
    const key = await makeKey();
    await install({ server, fixture }, ada, key);
    const stranger = { ...bob, username: 'nobody' };
    for (const user of [bob, { ...bob, password: 'wrong' }, stranger]) {
      const { reply } = await begin(server.browser(), user, app(fixture, key));
      assert.equal(reply.status, 201);
      assert.deepEqual([reply.body.problem.code, stepOf(reply)], ['bad-client', 'password']);
    }
    assert.equal((await begin(server.browser(), namesake, app(fixture, key))).reply.body.code, 'bad-client');
    // Nothing was verified, so nothing is counted as a wrong password.
    const counters = await fixture.database.read.selectFrom('counters').select(['key', 'hard']).execute();
    assert.ok(counters.filter(({ key: name }) => name.startsWith('password')).every(({ hard }) => hard === 0));
    // The same key can’t be registered for a second account.
    const second = await install({ server, fixture }, bob, key);
    assert.deepEqual(seen(second.reply), [403, 'bad-client']);
  },
  options,
);

withServer(
  'R94 a registration requires a fresh factor, a proof of the private key, and a client that allows it',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const bob = await server.user('alpha', 'bob');
    const key = await makeKey();
    const other = await makeKey();
    const browser = server.browser();
    await login(browser, ada);
    const claims = (given: object = {}): object => claimsAt(fixture.clock(), { sub: ada.id, ...given });
    const body = (proof: string): object => ({ publicKey: key.publicKey, proof });
    const wrong: Record<string, string> = {
      'another key': other.sign(claims()),
      'the proof of another account': key.sign(claims({ sub: bob.id })),
      'an assertion': key.sign(claims({ sub: 'phone-app' })),
      'another audience': key.sign(claims({ aud: 'https://elsewhere.example' })),
      'a proof for another client': key.sign(claims({ iss: 'kiosk' })),
      unsigned: unsigned(claims()),
    };
    for (const [what, proof] of Object.entries(wrong)) {
      const reply = await browser.post('/clients/phone-app/installations', body(proof));
      assert.deepEqual(seen(reply), [403, 'bad-client'], what);
    }
    for (const client of ['kiosk', 'unknown']) {
      const reply = await browser.post(`/clients/${client}/installations`, body(key.sign(claims({ iss: client }))));
      assert.deepEqual(seen(reply), [404, 'not-found'], client);
    }
    const secret = { ...body(key.sign(claims())), publicKey: { ...key.publicKey, d: 'A'.repeat(43) } };
    assert.equal((await browser.post('/clients/phone-app/installations', secret)).status, 400);
    const name = await browser.post('/clients/phone-app/installations', {
      ...body(key.sign(claims())),
      name: 'a\u202eb',
    });
    assert.deepEqual(seen(name), [422, 'bad-name']);
    const replayed = key.sign(claims());
    assert.equal((await browser.post('/clients/phone-app/installations', body(replayed))).status, 201);
    assert.equal((await browser.post('/clients/phone-app/installations', body(replayed))).body.code, 'bad-client');
    // The same key again replaces its registration.
    assert.equal((await browser.post('/clients/phone-app/installations', body(key.sign(claims())))).status, 201);
    assert.equal((await browser.get('/account')).body.installations.length, 1);
    fixture.clock.advance(5 * MINUTE + 1000);
    const late = await browser.post('/clients/phone-app/installations', body(key.sign(claims())));
    assert.deepEqual(seen(late), [401, 'insufficient-user-authentication']);
  },
  options,
);

withServer(
  'R93 an account has at most ten installations',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const browser = server.browser();
    await login(browser, ada);
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      const key = await makeKey('EdDSA');
      const proof = key.sign(claimsAt(fixture.clock(), { sub: ada.id }));
      const reply = await browser.post('/clients/phone-app/installations', { publicKey: key.publicKey, proof });
      statuses.push(reply.status);
    }
    assert.deepEqual(statuses, [...Array<number>(10).fill(201), 403]);
  },
  options,
);

withServer(
  'R94 a removed installation and its sessions are refused at once',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const bob = await server.user('alpha', 'bob');
    const key = await makeKey();
    const { browser, reply } = await install({ server, fixture }, ada, key);
    const phone = server.browser();
    await begin(phone, ada, app(fixture, key));
    const open = server.browser();
    const waiting = await begin(open, ada, { ...app(fixture, key), inputs: first(ada).slice(0, 2) });
    const path = `/account/installations/${reply.body.installation.id}`;
    const thief = server.browser();
    await login(thief, bob);
    assert.equal((await thief.delete(path)).status, 404);
    assert.equal((await browser.delete(path)).status, 204);
    assert.equal((await phone.get('/session')).status, 401);
    assert.equal((await begin(server.browser(), ada, app(fixture, key))).reply.body.code, 'bad-client');
    // The flow that began before the removal is refused, and goes on as a login without a client.
    const refused = await submit(open, waiting, first(ada)[2] as object);
    assert.deepEqual(seen(refused), [403, 'bad-client']);
    assert.equal(stepOf(await submit(open, waiting, first(ada)[2] as object)), 'totp');
    assert.equal((await browser.delete(path)).status, 404);
  },
  options,
);

withServer(
  "R34 R94 a reset of the factors, 'this was not me', a new password and a disabled account end installations",
  async ({ server, fixture }) => {
    const desk = {
      actor: { role: 'administrator', name: 'ria' } as const,
      reason: 'a lost phone',
      organisation: 'alpha',
    };
    const { admin } = server.tweestap;
    const ends: Record<string, (user: TestUser, browser: Browser) => Promise<unknown>> = {
      reset: (user) => admin.resetFactors({ ...desk, account: user.username }),
      disabled: (user) => admin.disable({ ...desk, account: user.username }),
      'not-me': async (_user, browser) => {
        const [event] = (await browser.get('/account/events')).body.events;
        assert.equal((await browser.post(`/account/events/${event.id}`, { report: 'not-me' })).status, 204);
      },
      password: async (user, browser) => {
        const flow = await start(browser, 'change-password');
        await submit(browser, flow, { step: 'confirm-password', password: user.password }, totp(user));
        const done = await submit(browser, flow, { step: 'new-password', password: 'a lamp beside the canal' });
        assert.equal(stepOf(done), 'done');
      },
    };
    for (const [what, end] of Object.entries(ends)) {
      const user = await server.user('alpha', what);
      const key = await makeKey('EdDSA');
      const { browser, reply } = await install({ server, fixture }, user, key);
      assert.equal(reply.status, 201, what);
      const phone = server.browser();
      assert.equal(stepOf((await begin(phone, user, app(fixture, key))).reply), 'done', what);
      await end(user, browser);
      assert.equal((await begin(server.browser(), user, app(fixture, key))).reply.body.code, 'bad-client', what);
      assert.equal((await phone.get('/session')).status, 401, what);
    }
  },
  options,
);

withServer(
  'R92 R94 a policy that changes during the flow applies at each step and at the end',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const without = (id: string): Clients => clients.filter((each) => each.id !== id);
    const changed = (given: object): Clients => [
      ...without('kiosk'),
      { id: 'kiosk', name: 'Kiosk', factor: 'password', keys: [held.publicKey], ...given },
    ];
    const changes: Record<string, [Clients, string | undefined]> = {
      'the rule': [changed({ factor: 'policy' }), undefined],
      'the key': [changed({ keys: [heldToo.publicKey] }), 'bad-client'],
      'the client': [without('kiosk'), 'bad-client'],
    };
    for (const [what, [policy, code]] of Object.entries(changes)) {
      // The engine reads an organisation at most once a second. The transaction reads it again.
      for (const wait of [0, 2000]) {
        await changePolicy(fixture, clients);
        fixture.clock.advance(2000);
        const browser = server.browser();
        const flow = await begin(browser, ada, { ...kiosk(fixture), inputs: first(ada).slice(0, 2) });
        assert.equal(stepOf(flow.reply), 'password', what);
        await changePolicy(fixture, policy);
        fixture.clock.advance(wait);
        const reply = await submit(browser, flow, first(ada)[2] as object);
        const expected = code ?? (wait === 0 ? 'out-of-order' : undefined);
        assert.equal(reply.body.code, expected, `${what} after ${wait}`);
        assert.equal((await browser.get('/session')).status, 401, what);
        fixture.clock.advance(2000);
        const next = expected === undefined ? reply : await submit(browser, flow, first(ada)[2] as object);
        assert.equal(stepOf(next), 'totp', what);
      }
    }
  },
  options,
);

withServer(
  'R94 the session of a client is refused wherever that client is not named, and changes nothing of the account',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const browser = server.browser();
    await begin(browser, ada, kiosk(fixture));
    for (const path of ['/account', '/account/events']) {
      const reply = await browser.get(path);
      assert.deepEqual(seen(reply), [403, 'not-allowed'], path);
      assert.match(reply.body.detail, /client "kiosk"/);
    }
    assert.equal((await browser.patch('/account', { rememberFor: '1d' })).status, 403);
    assert.equal((await browser.delete('/account/sessions')).status, 403);
    for (const kind of ['enroll', 'recovery-codes', 'disable', 'change-password']) {
      assert.deepEqual(seen((await start(browser, kind)).reply), [403, 'not-allowed'], kind);
    }
    const { requireSession, requireStepUp } = server.tweestap;
    const passes = async (gate: ReturnType<typeof requireSession>): Promise<number> =>
      await new Promise((resolve) => {
        const cookie = `mfa-session=${browser.cookies.get('mfa-session')}`;
        const ended = (status: number) => ({ end: () => resolve(status) });
        const res = { headersSent: false, writeHead: ended, appendHeader: () => undefined, destroy: () => resolve(0) };
        gate({ headers: { cookie } } as unknown as IncomingMessage, res as never, () => resolve(200));
      });
    assert.equal(await passes(requireSession()), 403);
    assert.equal(await passes(requireSession({ clients: ['phone-app', 'partner'] })), 403);
    assert.equal(await passes(requireSession({ clients: ['kiosk'] })), 200);
    assert.equal(await passes(requireStepUp()), 403);
    assert.equal(await passes(requireStepUp({ clients: ['kiosk'] })), 401);
    // A step-up with the real factor raises the session, which still belongs to the client.
    fixture.clock.advance(30_000);
    const raised = await submit(browser, await start(browser, 'step-up'), totp(ada));
    assert.equal(stepOf(raised), 'done');
    assert.equal(await passes(requireStepUp({ clients: ['kiosk'] })), 200);
    assert.equal(await passes(requireStepUp()), 403);
    assert.equal((await browser.get('/session')).body.session.client, 'kiosk');
    await changePolicy(fixture, clients.slice(0, 1));
    assert.equal(await passes(requireSession({ clients: ['kiosk'] })), 403);
    assert.equal((await browser.delete('/session')).status, 204);
  },
  options,
);

withServer(
  'D13 R94 a client is asked for the factor before it may replace an expired password',
  async ({ server, fixture }) => {
    const ada = await server.user('alpha', 'ada');
    const expiring = { ...alpha(), policy: { clients, passwordExpiresAfterDays: 30 } };
    await fixture.database.write((tx) => upsertOrganisation(tx, parseOrganisation(expiring), fixture.clock()));
    fixture.clock.advance(31 * 24 * 60 * MINUTE);
    const browser = server.browser();
    const flow = await begin(browser, ada, kiosk(fixture));
    assert.equal(stepOf(flow.reply), 'totp');
    assert.equal(stepOf(await submit(browser, flow, totp(ada))), 'new-password');
    const done = await submit(browser, flow, { step: 'new-password', password: 'a lamp beside the canal' });
    assert.equal(stepOf(done), 'done');
    assert.equal((await browser.get('/session')).body.session.client, 'kiosk');
  },
  options,
);
