import type { SmsGateway } from '../../sms/gateway-settings.ts';
import type { Browser, Reply } from './browser.ts';
import { type Held, type Hostile, PARALLEL, repeated, share } from './hostile-kind.ts';
import { hostilePhones } from './hostile-push.ts';
import { first, type HeldFlow, start, type TestServer } from './server.ts';

/*
 * The requests that a stranger at one address can send without limit (R93). The test asserts a bound for the rows that
 * each kind creates, and `hostile-table.ts` prints the table of docs/security.md.
 */

const path = `/flows/${'F'.repeat(22)}`;
const token = 'T'.repeat(43);
const keyed = (headers: Record<string, string>, n: number): { headers: Record<string, string> } => ({
  headers: { ...headers, 'idempotency-key': `key-${n}` },
});

const guess = (browser: Browser, username: string, headers: Record<string, string>): Promise<Reply> => {
  const inputs = first({ organisation: 'alpha', username, password: 'Spring2026' } as never);
  return browser.post('/flows', { kind: 'login', inputs }, { headers });
};

/** Creates an account whose password the stranger knows, with a flow at the code step. */
async function atCode(server: TestServer, username: string, address: string): Promise<HeldFlow & { browser: Browser }> {
  const browser = server.browser();
  const user = await server.user('alpha', username);
  const headers = { 'x-forwarded-for': address };
  const reply = await browser.post('/flows', { kind: 'login', inputs: first(user) }, { headers });
  return { id: reply.body.flow.id, token: reply.body.token, reply, browser };
}

async function victim(server: TestServer, username: string): Promise<HeldFlow> {
  await server.user('alpha', username);
  return await start(server.browser());
}

export const hostile: readonly Hostile[] = [
  {
    name: 'starts of a login',
    send: (browser, { headers }) => browser.post('/flows', { kind: 'login' }, { headers }),
    bound: (count) => ({ flows: share(count) }),
  },
  {
    name: 'starts with an Idempotency-Key',
    send: (browser, { n, headers }) => browser.post('/flows', { kind: 'login' }, keyed(headers, n)),
    bound: (count) => ({ flows: share(count), idempotency: share(count) }),
  },
  {
    name: 'wrong passwords on one name, and then on the locked name',
    prepare: (server) => victim(server, 'victim'),
    send: (browser, { headers }) => guess(browser, 'victim', headers),
    bound: (count) => ({ flows: share(count), counters: 3, pseudonyms: 1, refusals: 1, audit: 10 + 1 }),
  },
  {
    name: 'wrong passwords on made-up names',
    send: (browser, { n, headers }) => guess(browser, `nobody-${n}`, headers),
    bound: (count, { failures }) => ({
      flows: share(count),
      // Two counters for each name, of its lock and of the address; one for the ceiling; and the same for each attempt
      // that was running when the ceiling was reached.
      counters: 2 * (failures + PARALLEL) + 1,
      refusals: 1,
      audit: failures + PARALLEL + 1,
    }),
  },
  {
    name: 'wrong codes after a right password',
    prepare: (server, address) => atCode(server, 'stolen', address),
    send: (_browser, { headers, held }) => {
      const { browser, ...flow } = held as HeldFlow & { browser: Browser };
      const inputs = [{ step: 'totp', code: '000000' }];
      return browser.post(`/flows/${flow.id}`, { inputs }, { token: flow.token, headers });
    },
    bound: () => ({ counters: 3, refusals: 2, audit: 10 + 2 }),
  },
  {
    name: 'mails asked for made-up names',
    send: (browser, { n, headers }) => {
      const identify = { step: 'identify', username: `nobody-${n}`, email: `nobody-${n}@mail.example` };
      const inputs = [{ step: 'organisation', organisation: 'alpha' }, identify];
      return browser.post('/flows', { kind: 'recover', inputs }, { headers });
    },
    bound: (count, { failures }) => ({
      flows: share(count),
      links: failures + PARALLEL,
      outbox: failures + PARALLEL,
      // Two counters for each name, of its emails in a day and of the address; and one for the ceiling.
      counters: 2 * (failures + PARALLEL) + 1,
      refusals: 1,
      audit: failures + PARALLEL + 1,
    }),
  },
  ...hostilePhones,
  {
    name: 'inputs and cancellations with a token that opens no flow',
    send: (browser, { n, headers }) => {
      const ask = { token, ...keyed(headers, n) };
      return n % 2
        ? browser.delete(path, ask)
        : browser.post(path, { inputs: [{ step: 'totp', code: '123456' }] }, ask);
    },
    bound: () => ({}),
  },
  {
    name: 'malformed bodies',
    send: (browser, { n, headers }) => {
      const raw = ['{', '[]', '{"kind":"x"}', '{"kind":"login","inputs":[{"step":"x"}]}', 'x'.repeat(20_000)][n % 5];
      return browser.send('POST', '/flows', { raw: raw ?? '', ...keyed(headers, n) });
    },
    bound: () => ({}),
  },
  {
    name: 'unknown routes and methods',
    send: (browser, { n, headers }) =>
      browser.send(n % 2 ? 'PUT' : 'POST', n % 2 ? '/flows' : `/nothing-${n}`, keyed(headers, n)),
    bound: () => ({}),
  },
  {
    name: 'links that open nothing',
    send: (browser, { headers }) => browser.post('/flows', { kind: 'reset', link: token }, { headers }),
    bound: () => repeated,
  },
  {
    name: 'names of clients with made-up assertions',
    send: (browser, { n, headers }) => {
      const inputs = first({ organisation: 'alpha', username: 'victim', password: 'Spring2026' } as never);
      const body = { kind: 'login', inputs, client: `app-${n}`, clientAssertion: `e30.${n}.e30` };
      return browser.post('/flows', body, n % 2 ? { headers } : keyed(headers, n));
    },
    bound: (count) => ({ ...repeated, idempotency: share(count) }),
  },
  {
    name: 'nonces and made-up tokens of hand-overs',
    send: (browser, { n, headers }) =>
      n % 2
        ? browser.post('/hand-over', undefined, keyed(headers, n))
        : browser.post('/flows', { kind: 'login', handOver: `e30.${n}.e30` }, { headers }),
    bound: (count) => ({ ...repeated, idempotency: share(count) }),
  },
  {
    name: 'changes of an account without a session',
    send: (browser, { n, headers }) =>
      n % 2
        ? browser.patch('/account', { rememberFor: '1d' }, keyed(headers, n))
        : browser.delete('/account/devices', keyed(headers, n)),
    bound: () => ({}),
  },
  {
    name: 'log-outs without a session',
    send: (browser, { n, headers }) => browser.delete('/session', keyed(headers, n)),
    bound: (count) => ({ idempotency: share(count) }),
  },
  {
    name: 'delivery reports without a valid signature',
    send: (browser, { n, headers }) => {
      const signature = { 'tweestap-timestamp': String(n), 'tweestap-signature': 'f'.repeat(64) };
      const ask = keyed({ ...headers, ...signature }, n);
      return browser.post('/sms/delivery', { id: `gateway-${n}`, status: 'delivered' }, ask);
    },
    bound: () => ({}),
  },
  {
    name: 'searches for an organisation',
    send: (browser, { n, headers }) => browser.get(`/organisations?q=a${n}`, { headers }),
    bound: () => ({}),
  },
  {
    name: 'other GETs',
    send: (browser, { n, headers }) => {
      const paths = ['/session', '/account', '/account/events', path, '/openapi.json', '/health/ready'];
      return browser.get(paths[n % paths.length] ?? '', { headers, token });
    },
    bound: () => ({}),
  },
];

/** A gateway that sends delivery reports. No text message is ever sent to it. */
export const reportingGateway: SmsGateway = {
  url: 'http://127.0.0.1:9/messages',
  body: { to: '{to}', text: '{text}' },
  messageId: '/id',
  deliveries: {
    ...{ secret: 'a-secret-of-the-gateway', id: '/id', status: '/status' },
    ...{ delivered: ['delivered'], undeliverable: ['failed'] },
  },
};

/**
 * Sends requests of one kind, in parallel batches.
 * @param options `held`: the result of `prepare`
 */
export async function attack(
  kind: Hostile,
  server: TestServer,
  { count, address, held }: { count: number; address: string; held: Held | undefined },
): Promise<void> {
  const headers = { 'x-forwarded-for': address };
  const browser = server.browser();
  for (let done = 0; done < count; done += PARALLEL) {
    const size = Math.min(PARALLEL, count - done);
    await Promise.all(Array.from({ length: size }, (_, n) => kind.send(browser, { n: done + n, headers, held })));
    browser.cookies.clear();
  }
}
