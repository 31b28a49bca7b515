/*
 * Threat: the push service reads what the phone is asked, a subscription makes the server call other machines, or a push service
 * that fails takes the last way in.
 */
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import webPush from 'web-push';
import type { TweestapOptions } from '../options.ts';
import { givePhone } from '../push/testing/give-phone.ts';
import { keyring } from './testing/organisations.ts';
import { PhoneClient } from './testing/phone-client.ts';
import { first, serve, start, submit, type World, withServer } from './testing/server.ts';

const vapid = webPush.generateVAPIDKeys();
const keys = `${vapid.publicKey}:${vapid.privateKey}`;
const options: Partial<TweestapOptions> = { webPush: { keys, loopback: true } };

interface Pushed {
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A push service on the loopback interface, and the subscription of a browser at it. */
async function pushService(respond: (res: ServerResponse) => void = (res) => void res.writeHead(201).end()) {
  const received: Pushed[] = [];
  let wake: () => void = () => undefined;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received.push({ path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks) });
      respond(res);
      wake();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    origin,
    subscription: {
      endpoint: `${origin}/send/abc`,
      keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
    },
    async next(): Promise<Pushed> {
      while (received.length === 0) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
      return received.shift() as Pushed;
    },
    decrypt: (body: Buffer) => decrypted(body, { ecdh, p256dh, auth }),
    count: () => received.length,
    stop: () => server.close(),
  };
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();

/** Decrypts a message as a browser does (RFC 8291 §3.4, RFC 8188 §2): written by the standards, without the library. */
function decrypted(
  body: Buffer,
  { ecdh, p256dh, auth }: { ecdh: ReturnType<typeof createECDH>; p256dh: Buffer; auth: Buffer },
): string {
  const salt = body.subarray(0, 16);
  const length = body[20] ?? 0;
  const sender = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  const secret = ecdh.computeSecret(sender);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, sender, Buffer.from([1])]);
  const ikm = hmac(hmac(auth, secret), info);
  const prk = hmac(salt, ikm);
  const key = hmac(prk, Buffer.from('Content-Encoding: aes128gcm\0\x01')).subarray(0, 16);
  const nonce = hmac(prk, Buffer.from('Content-Encoding: nonce\0\x01')).subarray(0, 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  // The padding of the last record begins with 2 (RFC 8188 §2).
  return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
}

async function linked({ server, fixture }: Pick<World, 'server' | 'fixture'>, username = 'anna') {
  const user = await server.user('alpha', username);
  const { phone, id } = await givePhone({ ...fixture, keyring }, user);
  return { user, phone, id, client: new PhoneClient(server.browser(), phone) };
}

withServer(
  'a push service wakes the phone with an encrypted message that has only the id of the request',
  async (world) => {
    const { server, fixture, browser } = world;
    const service = await pushService();
    try {
      const { user, client, id } = await linked(world);
      assert.equal((await server.browser().get('/push/vapid')).body.publicKey, vapid.publicKey);
      const put = await client.send('PUT', `/push/devices/${id}/subscription`, service.subscription);
      assert.equal(put.status, 204);
      const stored = await fixture.database.read.selectFrom('push_subscriptions').selectAll().execute();
      assert.ok(stored.length === 1 && !JSON.stringify(stored).includes('send/abc'), 'R59: the address is sealed');
      await start(browser, 'login', first(user));
      const { path, headers, body } = await service.next();
      const [request] = await client.requests();
      assert.equal(path, '/send/abc');
      assert.deepEqual([headers['content-encoding'], headers.ttl, headers.urgency], ['aes128gcm', '120', 'high']);
      assert.deepEqual(JSON.parse(service.decrypt(body)), { type: 'request', id: request?.id });
      // RFC 8292: the push service can see which server it is.
      const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(String(headers.authorization)) ?? [];
      const [header = '', payload = '', signature = ''] = token.split('.');
      assert.equal(key, vapid.publicKey);
      const point = Buffer.from(key, 'base64url');
      const jwk = {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      };
      const signed = Buffer.from(`${header}.${payload}`);
      const by = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
      assert.ok(verify('sha256', signed, by, Buffer.from(signature, 'base64url')));
      assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).aud, service.origin);
    } finally {
      service.stop();
    }
  },
  { options },
);

withServer(
  'a subscription that the push service no longer knows is removed, and a redirect is not followed',
  async (world) => {
    const { fixture, browser } = world;
    const secret = await pushService();
    const gone = await pushService((res) => void res.writeHead(410).end());
    const moved = await pushService((res) => void res.writeHead(307, { location: `${secret.origin}/inside` }).end());
    try {
      const count = async () =>
        (await fixture.database.read.selectFrom('push_subscriptions').selectAll().execute()).length;
      const { user, client, id } = await linked(world);
      await client.send('PUT', `/push/devices/${id}/subscription`, gone.subscription);
      await start(browser, 'login', first(user));
      await gone.next();
      while ((await count()) > 0) await new Promise(setImmediate);
      const other = await linked(world, 'bob');
      await other.client.send('PUT', `/push/devices/${other.id}/subscription`, moved.subscription);
      await start(browser, 'login', first(other.user));
      await moved.next();
      assert.deepEqual([await count(), secret.count()], [1, 0]);
    } finally {
      for (const each of [secret, gone, moved]) each.stop();
    }
  },
  { options },
);

withServer(
  'R28 a push service that does not answer delays nothing, and a code of the app logs in',
  async (world) => {
    const { browser } = world;
    const service = await pushService(() => undefined);
    try {
      const { user, client, id } = await linked(world);
      await client.send('PUT', `/push/devices/${id}/subscription`, service.subscription);
      const flow = await start(browser, 'login', first(user));
      await service.next();
      const switched = { step: 'push', action: 'switch', method: 'totp' };
      const done = await submit(browser, flow, switched, { step: 'totp', code: user.code() });
      assert.equal(done.body.flow.status, 'done');
    } finally {
      service.stop();
    }
  },
  { options },
);

withServer(
  'a subscription elsewhere is refused, and without VAPID keys there is none',
  async (world) => {
    const { fixture } = world;
    const { client, id, phone } = await linked(world);
    const service = await pushService();
    service.stop();
    for (const endpoint of [
      'http://169.254.169.254/latest',
      'https://10.0.0.1/x',
      'https://evil.example/x',
      'file:///etc/passwd',
    ]) {
      const reply = await client.send('PUT', `/push/devices/${id}/subscription`, { ...service.subscription, endpoint });
      assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], endpoint);
    }
    const plain = await serve(fixture);
    try {
      const there = new PhoneClient(plain.browser(), phone);
      const put = await there.send('PUT', `/push/devices/${id}/subscription`, service.subscription);
      assert.deepEqual([put.status, (await plain.browser().get('/push/vapid')).status], [404, 404]);
      // Only tests may use the loopback.
      const strict = await serve(fixture, { webPush: keys });
      const refused = await new PhoneClient(strict.browser(), phone).send(
        'PUT',
        `/push/devices/${id}/subscription`,
        service.subscription,
      );
      assert.equal(refused.status, 400);
      await strict.stop();
    } finally {
      await plain.stop();
    }
  },
  { options },
);
