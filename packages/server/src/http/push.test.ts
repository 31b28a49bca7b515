/*
 * Threat: a hostile phone. It has no key, another key or a removed one, repeats or redirects a proof of possession, answers old or
 * foreign requests, or reads what belongs to others.
 */
import assert from 'node:assert/strict';
import { givePhone } from '../push/testing/give-phone.ts';
import { Phone } from '../push/testing/phone.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { keyring, organisations } from './testing/organisations.ts';
import { AUDIENCE, PhoneClient } from './testing/phone-client.ts';
import { dump } from './testing/routes.ts';
import { first, start, submit, type TestServer, type World, withServer, withServerOnEach } from './testing/server.ts';

const push = {
  id: 'push',
  name: 'Push House',
  policy: { methods: [{ method: 'push' as const, note: 'Ask the help desk.' }] },
};
const options = { organisations: [...organisations, push] };
const poll = { step: 'push', action: 'poll' };

/** A user with a linked phone, and an open login that waits for it. */
async function waiting(
  { server, fixture }: Pick<World, 'server' | 'fixture'>,
  username = 'anna',
  organisation = 'alpha',
) {
  const user = await server.user(organisation, username);
  const { phone, id } = await givePhone({ ...fixture, keyring }, user);
  const client = new PhoneClient(server.browser(), phone);
  const browser = server.browser();
  const flow = await start(browser, 'login', first(user));
  assert.equal(flow.reply.body.flow.step.type, 'push');
  const number: string = flow.reply.body.flow.step.number;
  return { user, phone, deviceId: id, client, browser, flow, number };
}

const problem = ({ status, body }: { status: number; body: { code?: string } | undefined }) => [status, body?.code];

withServer(
  'a phone approves a login over HTTP, and the phone sees what it approves',
  async ({ server, fixture }) => {
    const { client, browser, flow, number } = await waiting({ server, fixture });
    const [request, ...more] = (await client.send('GET', '/push/requests')).body.requests;
    assert.ok(request && more.length === 0);
    assert.deepEqual(
      [request.organisation.id, request.username, request.portal, request.digits, request.state],
      ['alpha', 'anna', 'localhost', 6, 'pending'],
    );
    assert.ok(request.address && request.browser && request.at && request.expiresAt);
    assert.ok(!JSON.stringify(request).includes(number), 'the phone is told the number');
    const answered = await client.answer(request, 'approve', number);
    assert.deepEqual([answered.status, answered.body.request.state], [200, 'approved']);
    const done = await submit(browser, flow, poll);
    assert.deepEqual([done.body.flow.status, done.body.flow.step.acr], ['done', 'aal2']);
    const { requests, history } = (await client.send('GET', '/push/requests')).body;
    assert.deepEqual([requests.length, history[0].state], [0, 'approved']);
  },
  { options },
);

/* Threat: an attacker who has the password asks for the approval in the name of the website on which the user is just now. */
withServer(
  'R70 a phone names the website that a login returns to only if the login may return to it',
  async (world) => {
    const { client, user } = await waiting(world);
    const asked = [
      ['https://alpha.example/home', 'alpha.example'],
      ['https://evil.example/home', 'localhost'],
    ];
    for (const [returnTo, portal] of asked) {
      // Requests that are not answered would stop the next ones (R21).
      world.fixture.clock.advance(11 * 60_000);
      const browser = world.server.browser();
      const { body } = await browser.post('/flows', { kind: 'login', inputs: first(user), returnTo });
      assert.equal(body.flow.step.type, 'push');
      const { requests } = (await client.send('GET', '/push/requests')).body;
      assert.equal(requests[0]?.portal, portal);
    }
  },
  { options },
);

withServer(
  'R20 a hostile phone is refused in each way and changes nothing',
  async ({ server, fixture }) => {
    const { phone, client, browser, flow, number, deviceId } = await waiting({ server, fixture });
    const bob = await waiting({ server, fixture }, 'bob', 'beta');
    const carl = await waiting({ server, fixture }, 'carl');
    const [request] = await client.requests();
    assert.ok(request);
    const path = `/push/requests/${request.id}`;
    const right = { answer: await phone.answer(request, 'approve', { number }) };
    const stranger = new PhoneClient(server.browser(), await Phone.create(fixture.clock));
    const before = await dump(fixture.database);
    const isUnchanged = async (what: string) => {
      const withoutIds = (text: string) => text.split('\n\n').filter((table) => !table.startsWith('used_ids'));
      assert.deepEqual(withoutIds(await dump(fixture.database)), withoutIds(before), what);
    };
    const plain = server.browser();
    assert.deepEqual(problem(await plain.send('POST', path, { body: right })), [401, 'bad-proof'], 'no proof');
    const wrongKey = await stranger.send('POST', path, right);
    assert.deepEqual(problem(wrongKey), [404, 'not-found'], 'a wrong key');
    for (const [what, changes] of [
      ['another address', { claims: { htu: `${AUDIENCE}/push/devices` } }],
      ['another host', { claims: { htu: AUDIENCE.replace('localhost', 'evil.example') + path } }],
      ['another method', { claims: { htm: 'GET' } }],
      ['an old proof', { claims: { iat: Math.floor(fixture.clock() / 1000) - 301 } }],
      ['a private key', { header: { jwk: { ...phone.publicKey, d: phone.publicKey.x } } }],
    ] as const) {
      const reply = await client.send('POST', path, right, changes);
      assert.deepEqual(problem(reply), [401, 'bad-proof'], what);
      assert.match(String(reply.headers['www-authenticate']), /^DPoP error="invalid_dpop_proof"/);
      assert.ok(Math.abs(Date.parse(reply.body.serverTime) - fixture.clock()) < 5000);
    }
    // The Host header has no influence on the address that a proof is for.
    const redirected = await phone.proof('POST', `http://evil.example/mfa/v1${path}`);
    const hosted = await plain.send('POST', path, { body: right, headers: { dpop: redirected, host: 'evil.example' } });
    assert.deepEqual(problem(hosted), [401, 'bad-proof'], 'a proof for the Host header');
    await isUnchanged('refused proofs');
    for (const other of [bob, carl]) {
      const foreign = await other.client.send('POST', path, right);
      assert.deepEqual(problem(foreign), [404, 'not-found'], 'another account');
      const device = await other.client.send('GET', `/push/devices/${deviceId}`);
      assert.deepEqual(problem(device), [404, 'not-found']);
      for (const [method, route] of [
        ['DELETE', ''],
        ['POST', '/unlock'],
      ] as const) {
        assert.deepEqual(problem(await other.client.send(method, `/push/devices/${deviceId}${route}`)), [
          404,
          'not-found',
        ]);
      }
    }
    await isUnchanged('another account');
    assert.equal((await submit(browser, flow, poll)).body.flow.step.state, 'pending');
  },
  { options },
);

withServerOnEach(
  'R20 a proof is used once, over all instances, and an approval is not repeated',
  async ({ server, fixture }) => {
    const { phone, client, number } = await waiting({ server, fixture });
    const { serve } = await import('./testing/server.ts');
    const other = await serve(fixture, options);
    try {
      const dpop = await phone.proof('GET', `${AUDIENCE}/push/requests`);
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 ? other : server).browser().get('/push/requests', { headers: { dpop } }),
        ),
      );
      assert.equal(replies.filter(({ status }) => status === 200).length, 1);
      assert.equal(replies.filter(({ body }) => body.code === 'bad-proof').length, 7);
      const [request] = await client.requests();
      assert.ok(request);
      assert.equal((await client.answer(request, 'approve', number)).status, 200);
      assert.deepEqual(problem(await client.answer(request, 'approve', number)), [410, 'request-ended'], 'a replay');
    } finally {
      await other.stop();
    }
  },
  { options },
);

withServer(
  'R20 a changed number denies the request',
  async ({ server, fixture }) => {
    const { client, number, browser, flow } = await waiting({ server, fixture });
    const [request] = await client.requests();
    assert.ok(request);
    const wrong = number === '000000' ? '111111' : '000000';
    assert.deepEqual(problem(await client.answer(request, 'approve', wrong)), [422, 'wrong-code']);
    assert.deepEqual(problem(await client.answer(request, 'approve', number)), [410, 'request-ended']);
    assert.equal((await submit(browser, flow, poll)).body.flow.step.state, 'denied');
  },
  { options },
);

withServerOnEach(
  'R71 the key of a removed phone is refused at once, on all instances',
  async ({ server, fixture }) => {
    const { client, user, deviceId, phone } = await waiting({ server, fixture });
    const { serve } = await import('./testing/server.ts');
    const other = await serve(fixture, options);
    try {
      const elsewhere = new PhoneClient(other.browser(), phone);
      assert.equal((await elsewhere.send('GET', '/push/requests')).status, 200);
      await fixture.database.write((tx) => endFactor(tx, user.id, deviceId, 'replaced', fixture.clock()));
      for (const each of [client, elsewhere]) {
        assert.deepEqual(problem(await each.send('GET', '/push/requests')), [404, 'not-found']);
        assert.deepEqual(problem(await each.send('GET', `/push/devices/${deviceId}`)), [404, 'not-found']);
      }
    } finally {
      await other.stop();
    }
  },
  { options },
);

withServer(
  'on the same phone a request opens only with the cookie of its flow',
  async ({ server, fixture }) => {
    const { client, phone, browser, flow } = await waiting({ server, fixture });
    const { approveUri } = flow.reply.body.flow.step;
    assert.match(approveUri, /^http:\/\/localhost\/approve#mfa-request=/);
    const path = `/push/requests/${approveUri.split('=')[1]}`;
    assert.deepEqual(problem(await client.send('GET', path)), [404, 'not-found'], 'another browser');
    const same = new PhoneClient(server.browser().sharing(browser), phone);
    assert.equal((await same.send('GET', path)).body.request.state, 'pending');
  },
  { options },
);

/** Brings a login in the house of pushes to the QR code, and returns its token. */
async function linking(server: TestServer, username: string) {
  const user = await server.user('push', username, { factor: false });
  const browser = server.browser();
  const flow = await start(browser, 'login', [
    ...first(user),
    { step: 'enroll-offer', action: 'accept' },
    { step: 'enroll-method', method: 'push' },
  ]);
  const { uri } = flow.reply.body.flow.step as { uri: string };
  return { user, browser, flow, link: uri.split('#mfa-push=')[1] ?? '' };
}

withServer(
  'a phone is linked over HTTP: key, code, TOTP secret, and the screen goes on',
  async ({ server, fixture }) => {
    const { browser, flow, link } = await linking(server, 'dora');
    const client = new PhoneClient(server.browser(), await Phone.create(fixture.clock));
    const { publicKey } = client.phone;
    const made = await client.send('POST', '/push/devices', { link, publicKey, name: 'Dora’s phone' });
    assert.deepEqual([made.status, made.body.device.state, made.body.account.username], [201, 'code', 'dora']);
    const { id, code } = made.body.device;
    assert.equal((await client.send('GET', `/push/devices/${id}`)).body.device.code, code);
    const early = await client.send('POST', `/push/devices/${id}/confirm`, { code });
    assert.deepEqual(problem(early), [409, 'out-of-order'], 'the code is typed on the screen first');
    const typed = await submit(browser, flow, { step: 'enroll-push', code });
    assert.equal(typed.body.flow.step.type, 'recovery-codes');
    const { device, totp } = (await client.send('POST', `/push/devices/${id}/confirm`, { code })).body;
    assert.deepEqual([device.state, totp.digits, totp.issuer, totp.account], ['linked', 6, 'Push House', 'dora']);
    assert.equal((await client.send('GET', `/push/devices/${id}`)).body.device.state, 'linked');
    assert.deepEqual((await client.send('GET', '/push/requests')).body.requests, []);
  },
  { options },
);

withServer(
  'R4 a link takes only the key of its proof, once, and no key that is linked already',
  async ({ server, fixture }) => {
    const { link } = await linking(server, 'dora');
    const client = new PhoneClient(server.browser(), await Phone.create(fixture.clock));
    const other = await Phone.create(fixture.clock);
    const foreign = await client.send('POST', '/push/devices', { link, publicKey: other.publicKey });
    assert.deepEqual(problem(foreign), [400, 'malformed'], 'the key of another phone');
    const { publicKey } = client.phone;
    const unknown = await client.send('POST', '/push/devices', { link: 'A'.repeat(43), publicKey });
    assert.deepEqual(problem(unknown), [404, 'no-such-link']);
    const anna = await waiting({ server, fixture });
    const used = await anna.client.send('POST', '/push/devices', { link, publicKey: anna.phone.publicKey });
    assert.deepEqual(problem(used), [403, 'not-allowed'], 'a key of another account');
    assert.equal((await client.send('POST', '/push/devices', { link, publicKey })).status, 201);
    const second = new PhoneClient(server.browser(), other);
    const late = await second.send('POST', '/push/devices', { link, publicKey: other.publicKey });
    assert.deepEqual(problem(late), [410, 'link-expired']);
  },
  { options },
);

withServer(
  'R7 the same request with the same proof and key gets the same answer, and another proof does not',
  async ({ server, fixture }) => {
    const { phone, client, number } = await waiting({ server, fixture });
    const [request] = await client.requests();
    assert.ok(request);
    const path = `/push/requests/${request.id}`;
    const body = { answer: await phone.answer(request, 'approve', { number }) };
    const dpop = await phone.proof('POST', AUDIENCE + path);
    const send = (proof: string) =>
      server.browser().send('POST', path, { body, headers: { dpop: proof, 'idempotency-key': 'one' } });
    const [one, two] = [await send(dpop), await send(dpop)];
    assert.deepEqual([one.status, two.status, one.text === two.text], [200, 200, true]);
    assert.deepEqual(problem(await send(await phone.proof('POST', AUDIENCE + path))), [410, 'request-ended']);
  },
  { options },
);

withServer(
  'a phone unlocks its account over HTTP, and sees the lock and what is left',
  async ({ server, fixture }) => {
    const { client, user, deviceId } = await waiting({ server, fixture });
    const stranger = server.browser();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await start(stranger, 'login', [...first(user).slice(0, 2), { step: 'password', password: 'wrong' }]);
    }
    const seen = (await client.send('GET', `/push/devices/${deviceId}`)).body.account;
    assert.deepEqual([seen.locked, seen.unlocksLeft], [true, 3]);
    const { account } = (await client.send('POST', `/push/devices/${deviceId}/unlock`)).body;
    assert.deepEqual([account.locked, account.unlocksLeft], [false, 2]);
  },
  { options },
);
