import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { PushAccount, PushDevice, PushRequest } from '@tweestap/protocol';
import {
  createPushDevice,
  type KeyStorage,
  type PushDeviceOptions,
  type PushInbox,
  type StoredLink,
  type Timers,
} from './push.ts';
import { eventStream, json, problemReply, type Reply, type Seen, serve } from './testing/api.ts';

const device: PushDevice = { id: 'd1', state: 'code', name: 'Phone', createdAt: '2026-11-20T12:00:00.000Z' };
const account: PushAccount = {
  organisation: { id: 'de-linde', name: 'De Linde' },
  username: 'anna',
  locked: false,
  unlocksLeft: 3,
  pages: {},
};
const request: PushRequest = {
  id: 'r1',
  organisation: account.organisation,
  username: 'anna',
  portal: 'portal.example',
  browser: 'Firefox on Linux',
  address: '192.0.2.17',
  at: '2026-11-20T12:00:00.000Z',
  expiresAt: '2026-11-20T12:05:00.000Z',
  challenge: 'challenge-1',
  digits: 6,
  state: 'pending',
};
/** The secret of RFC 6238, appendix B. */
const totp = { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', digits: 6, period: 30, issuer: 'De Linde', account: 'anna' };
const linked = json(201, { device, account });

const memory = (): KeyStorage & { links: Map<string, StoredLink> } => {
  const links = new Map<string, StoredLink>();
  return {
    links,
    all: async () => [...links.values()],
    put: async (link) => void links.set(link.id, link),
    remove: async (id) => void links.delete(id),
  };
};

const phone = async (t: TestContext, replies: Reply[], options: Partial<PushDeviceOptions> = {}) => {
  const { address, seen } = await serve(t, replies);
  const storage = memory();
  const pushPhone = createPushDevice({ api: address, storage, wait: async () => {}, ...options });
  return { phone: pushPhone, seen, storage, address };
};

interface Jws {
  header: Record<string, unknown> & { jwk?: JsonWebKey };
  payload: Record<string, unknown>;
  isSignedBy: (jwk: JsonWebKey) => boolean;
}

const jws = (text: string): Jws => {
  const [header = '', payload = '', signature = ''] = text.split('.');
  const open = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Jws['header'];
  return {
    header: open(header),
    payload: open(payload),
    isSignedBy: (jwk) => {
      const key = createPublicKey({ key: jwk as never, format: 'jwk' });
      const data = Buffer.from(`${header}.${payload}`);
      return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    },
  };
};
const proofIn = ({ headers }: Seen) => jws(String(headers.dpop));

test('R20 linking makes a key that can’t be exported, and proves it by a DPoP proof of RFC 9449 for this request', async (t) => {
  const now = Date.parse('2026-11-20T12:00:00.400Z');
  const { phone: one, seen, storage, address } = await phone(t, [linked], { clock: () => now });
  const link = await one.link('token-1', 'Phone');
  assert.deepEqual(link, { id: 'd1', device, account, hasCodes: false });
  const { key } = storage.links.get('d1') as StoredLink;
  assert.equal(key.privateKey.extractable, false);
  assert.deepEqual(seen[0]?.body, { link: 'token-1', publicKey: key.publicKey, name: 'Phone' });
  const proof = proofIn(seen[0] as Seen);
  assert.deepEqual(proof.header, { alg: 'ES256', typ: 'dpop+jwt', jwk: key.publicKey });
  const { jti, ...rest } = proof.payload;
  assert.match(String(jti), /^[\w-]{22}$/);
  assert.deepEqual(rest, { htm: 'POST', htu: `${address}/push/devices`, iat: Math.floor(now / 1000) });
  assert.equal(proof.isSignedBy(key.publicKey as JsonWebKey), true);
});

test('Each attempt of a lost request carries a proof of its own, because a proof is accepted once', async (t) => {
  const { phone: one, seen } = await phone(t, [(response) => void response.destroy(), linked]);
  await one.link('token-1');
  const [first, second] = seen.map((each) => proofIn(each).payload.jti);
  assert.ok(first && second && first !== second);
  assert.equal(seen[0]?.headers['idempotency-key'], seen[1]?.headers['idempotency-key']);
});

test('After the code the phone computes the codes of RFC 6238, and its secret can’t be read again', async (t) => {
  const clock = () => 59_000;
  const confirmed = json(
    200,
    { device: { ...device, state: 'linked' }, totp },
    { date: new Date(59_000).toUTCString() },
  );
  const { phone: one, seen, storage } = await phone(t, [linked, confirmed], { clock });
  await one.link('token-1');
  const link = await one.confirm('d1', '123456');
  assert.deepEqual([link.device.state, link.hasCodes], ['linked', true]);
  assert.deepEqual([seen[1]?.path, seen[1]?.body], ['/mfa/v1/push/devices/d1/confirm', { code: '123456' }]);
  assert.equal(storage.links.get('d1')?.codes?.key.extractable, false);
  assert.doesNotMatch(JSON.stringify([...storage.links.values()]), /GEZDGNBV/);
  // RFC 6238, appendix B: at 59 s the code of eight digits is 94287082.
  assert.equal((await one.code('d1'))?.code, '287082');
});

test('R20 an answer is a JWS of the device’s key over request, challenge, answer and number', async (t) => {
  const {
    phone: one,
    seen,
    storage,
  } = await phone(t, [linked, json(200, { request: { ...request, state: 'approved' } })]);
  await one.link('token-1');
  const answered = await one.answer('d1', request, 'approve', '482913');
  assert.equal(answered.state, 'approved');
  const { key } = storage.links.get('d1') as StoredLink;
  const { header, payload, isSignedBy } = jws((seen[1]!.body as { answer: string }).answer);
  assert.deepEqual(header, { alg: 'ES256', typ: 'tweestap-answer+jws', kid: key.thumbprint });
  assert.deepEqual(payload, { request: 'r1', challenge: 'challenge-1', answer: 'approve', number: '482913' });
  assert.equal(isSignedBy(key.publicKey as JsonWebKey), true);
  assert.equal(seen[1]?.path, '/mfa/v1/push/requests/r1');
});

test('Each linked account has a key of its own', async (t) => {
  const other = json(201, { device: { ...device, id: 'd2' }, account });
  const { phone: one, storage } = await phone(t, [linked, other]);
  await one.link('token-1');
  await one.link('token-2');
  const [first, second] = [...storage.links.values()].map(({ key }) => key.thumbprint);
  assert.ok(first && second && first !== second);
  assert.deepEqual(
    (await one.links()).map(({ id }) => id),
    ['d1', 'd2'],
  );
});

test('A proof that a wrong clock has spoiled is made again with the server’s time', async (t) => {
  const clock = () => Date.parse('2026-11-20T15:00:00.000Z');
  const date = { date: 'Fri, 20 Nov 2026 12:00:00 GMT' };
  const { phone: one, seen } = await phone(t, [problemReply('bad-proof', {}, date), linked], { clock });
  await one.link('token-1');
  const [wrong, right] = seen.map((each) => Number(proofIn(each).payload.iat));
  assert.equal((wrong ?? 0) - (right ?? 0), 3 * 3600);
});

test('A refused proof is not made again if the clock is right', async (t) => {
  const date = { date: new Date().toUTCString() };
  const { phone: one, seen } = await phone(t, [problemReply('bad-proof', {}, date)]);
  await assert.rejects(one.link('token-1'), { code: 'bad-proof' });
  assert.equal(seen.length, 1);
});

test('Unlinking removes the key, also if the server does not know the device any more, and not if it can’t be reached', async (t) => {
  const gone = problemReply('not-found');
  const { phone: one, storage } = await phone(t, [linked, json(500, {}), json(500, {}), json(500, {}), gone]);
  await one.link('token-1');
  await assert.rejects(one.unlink('d1'), { code: 'unexpected-answer' });
  assert.equal(storage.links.size, 1);
  await one.unlink('d1');
  assert.equal(storage.links.size, 0);
  await assert.rejects(one.refresh('d1'), { code: 'not-found' });
});

test('R50 unlocking returns the account as it is afterwards and keeps it', async (t) => {
  const { phone: one, seen } = await phone(t, [
    json(201, { device, account: { ...account, locked: true } }),
    json(200, { account: { ...account, unlocksLeft: 2 } }),
  ]);
  await one.link('token-1');
  assert.equal((await one.unlock('d1')).unlocksLeft, 2);
  assert.equal(seen[1]?.path, '/mfa/v1/push/devices/d1/unlock');
  assert.equal((await one.links())[0]?.account.locked, false);
});

/** Timers that wait for nothing. They note the pauses. */
const immediate = (pauses: number[] = []): Timers => ({
  after(work, ms) {
    pauses.push(ms);
    queueMicrotask(work);
    return () => {};
  },
});

const inbox: PushInbox = { requests: [request], history: [] };
const none: PushInbox = { requests: [], history: [] };

/** Collects what a listener hears until `count` reports have arrived. */
const heard = (one: Awaited<ReturnType<typeof phone>>['phone'], count: number, end: AbortController) =>
  new Promise<unknown[]>((resolve) => {
    const all: unknown[] = [];
    const listener = (now?: PushInbox, problem?: { code: string }): void => {
      all.push(now ?? problem?.code);
      if (all.length < count) return;
      end.abort();
      resolve(all);
    };
    one.listen('d1', listener, end.signal);
  });

test('The phone hears of a login by server-sent events', async (t) => {
  const stream = eventStream([{ event: 'requests', data: inbox }], true);
  const { phone: one, seen } = await phone(t, [linked, json(200, none), stream]);
  await one.link('token-1');
  assert.deepEqual(await heard(one, 2, new AbortController()), [none, inbox]);
  assert.equal(seen[2]?.headers.accept, 'text/event-stream');
  assert.match(String(seen[2]?.headers.dpop), /^ey/);
});

test('Where events do not arrive, the phone hears of a login by long polling', async (t) => {
  const timers = immediate();
  const replies = [linked, json(200, none), json(200, {}), json(200, none), json(200, inbox)];
  const { phone: one, seen } = await phone(t, replies, { timers });
  await one.link('token-1');
  assert.deepEqual(await heard(one, 3, new AbortController()), [none, none, inbox]);
  assert.equal(seen[4]?.path, '/mfa/v1/push/requests?wait=25');
});

test('A server that does not hold long polls is asked less and less often', async (t) => {
  const pauses: number[] = [];
  const timers = immediate(pauses);
  const replies = [linked, json(200, none), json(200, {}), ...Array.from({ length: 6 }, () => json(200, none))];
  const { phone: one } = await phone(t, replies, { timers });
  await one.link('token-1');
  await heard(one, 4, new AbortController());
  const [first = 0, second = 0, third = 0] = pauses;
  assert.ok(first <= 2000 && second >= 2000 && second <= 4000 && third >= 4000 && third <= 8000, pauses.join());
});

test('Failures are reported, and each further attempt waits longer', async (t) => {
  const pauses: number[] = [];
  const timers = immediate(pauses);
  const busy = problemReply('busy', {}, { 'retry-after': '60' });
  const { phone: one } = await phone(t, [linked, busy, busy, busy, json(200, none)], { timers });
  await one.link('token-1');
  assert.deepEqual(await heard(one, 4, new AbortController()), ['busy', 'busy', 'busy', none]);
  const [first = 0, second = 0, third = 0] = pauses;
  assert.ok(first >= 1000 && first <= 2000 && second >= 2000 && second <= 4000 && third >= 4000 && third <= 8000);
});

test('A hidden phone opens no connection until it is visible', async (t) => {
  let show: (() => void) | undefined;
  const presence = {
    hidden: true,
    onVisible: (work: () => void) => {
      show = work;
      return () => {};
    },
  };
  const { phone: one, seen } = await phone(t, [linked, json(200, none)], { presence });
  await one.link('token-1');
  const report = heard(one, 1, new AbortController());
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen.length, 1);
  assert.ok(show, 'it waits until it is visible');
  show();
  assert.deepEqual(await report, [none]);
});

test('A removed device is reported once, and then no request is sent', async (t) => {
  const { phone: one } = await phone(t, [linked, problemReply('not-found')]);
  await one.link('token-1');
  assert.deepEqual(await heard(one, 1, new AbortController()), ['not-found']);
});

test('A browser that stores no keys is reported as such', async () => {
  const storage = { ...memory(), all: () => Promise.reject(new Error('blocked')) };
  await assert.rejects(createPushDevice({ api: 'http://127.0.0.1/mfa/v1', storage }).links(), { code: 'no-storage' });
});

test('The browser’s push service gets a subscription for the server’s key, and a refusal of the user is no error', async (t) => {
  const keys = { p256dh: 'p', auth: 'a' };
  const subscription = { toJSON: () => ({ endpoint: 'https://push.example/1', keys, expirationTime: null }) };
  const asked: unknown[] = [];
  const registration = {
    pushManager: {
      getSubscription: async () => null,
      subscribe: async (options: unknown) => {
        asked.push(options);
        return subscription;
      },
    },
  } as unknown as ServiceWorkerRegistration;
  const denied = {
    pushManager: { getSubscription: async () => null, subscribe: () => Promise.reject(new DOMException('denied')) },
  } as unknown as ServiceWorkerRegistration;
  const vapid = json(200, { publicKey: 'BElkq6Xv2m0c9vY1wz8nRrT5uQ' });
  const { phone: one, seen } = await phone(t, [linked, vapid, json(204, undefined), vapid]);
  await one.link('token-1');
  assert.equal(await one.subscribe('d1', registration), true);
  assert.deepEqual(asked, [{ userVisibleOnly: true, applicationServerKey: 'BElkq6Xv2m0c9vY1wz8nRrT5uQ' }]);
  assert.deepEqual(
    [seen[2]?.method, seen[2]?.path, seen[2]?.body],
    ['PUT', '/mfa/v1/push/devices/d1/subscription', { endpoint: 'https://push.example/1', keys }],
  );
  assert.equal(await one.subscribe('d1', denied), false);
});
