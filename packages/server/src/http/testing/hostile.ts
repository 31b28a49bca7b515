import type { Database } from '../../store/database.ts';
import type { Schema } from '../../store/schema.ts';
import type { Browser, Reply } from './browser.ts';
import { first, type HeldFlow, start, type TestServer } from './server.ts';

/*
 * What a stranger at one address can send without limit (R93): the test asserts a bound of the rows that each kind leaves,
 * and `hostile-table.ts` prints the table of docs/security.md.
 */

export type Table = keyof Schema;
type Rows = Partial<Record<Table, number>>;

/** Numbers that the bounds of the rows follow from. */
export interface Limits {
  /** `throttle.failures`. */
  failures: number;
}

/** One kind of hostile request. */
export interface Hostile {
  name: string;
  /** What has to be there before the first request. */
  prepare?(server: TestServer, address: string): Promise<HeldFlow>;
  send(
    browser: Browser,
    ask: { n: number; headers: Record<string, string>; held: HeldFlow | undefined },
  ): Promise<Reply>;
  /** The most rows that `count` requests leave, by table; none in those that are not named. */
  bound(count: number, limits: Limits): Rows;
}

/** Rows that an address may have of its own in `flows` and in `idempotency`. */
const SHARE = 1_000;
/** Requests that are on their way at the same moment: as many may miss each other when an address is over its share. */
export const PARALLEL = 20;

const share = (count: number): number => Math.min(count, SHARE + PARALLEL);
/** The event at a window's start, and the row that counts what follows. */
const repeated = { audit: 1, refusals: 1 };

const path = `/flows/${'F'.repeat(22)}`;
const token = 'T'.repeat(43);
const keyed = (headers: Record<string, string>, n: number): { headers: Record<string, string> } => ({
  headers: { ...headers, 'idempotency-key': `key-${n}` },
});

const guess = (browser: Browser, username: string, headers: Record<string, string>): Promise<Reply> => {
  const inputs = first({ organisation: 'alpha', username, password: 'Spring2026' } as never);
  return browser.post('/flows', { kind: 'login', inputs }, { headers });
};

/** An account whose password the stranger knows, with a flow that stands at the code. */
async function atCode(server: TestServer, username: string, address: string): Promise<HeldFlow & { browser: Browser }> {
  const browser = server.browser();
  const person = await server.user('alpha', username);
  const headers = { 'x-forwarded-for': address };
  const reply = await browser.post('/flows', { kind: 'login', inputs: first(person) }, { headers });
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
      // Of each name the lock's and the address's; the ceiling; and what was on its way when it was reached.
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
      // Of each name the day's mails and the address's; the ceiling.
      counters: 2 * (failures + PARALLEL) + 1,
      refusals: 1,
      audit: failures + PARALLEL + 1,
    }),
  },
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

/** Sends that many requests of a kind, a few at a time. `held` is what its `prepare` has left. */
export async function attack(
  kind: Hostile,
  server: TestServer,
  { count, address, held }: { count: number; address: string; held: HeldFlow | undefined },
): Promise<void> {
  const headers = { 'x-forwarded-for': address };
  const browser = server.browser();
  for (let done = 0; done < count; done += PARALLEL) {
    const size = Math.min(PARALLEL, count - done);
    await Promise.all(Array.from({ length: size }, (_, n) => kind.send(browser, { n: done + n, headers, held })));
    browser.cookies.clear();
  }
}

const tables: readonly Table[] = [
  ...(['accounts', 'factors', 'burnt_steps', 'recovery_codes', 'desk_codes', 'counters', 'flows', 'sessions'] as const),
  ...(['browsers', 'devices', 'idempotency', 'audit', 'pseudonyms', 'outbox', 'links', 'refusals'] as const),
  'stopped_logins',
];

/** How many rows each table has. */
export async function rowCounts({ read }: Database): Promise<Map<Table, number>> {
  const counts = new Map<Table, number>();
  for (const table of tables) {
    const counted = read.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count'));
    counts.set(table, Number((await counted.executeTakeFirstOrThrow()).count));
  }
  return counts;
}
