import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { factors } from '../../factors/index.ts';
import type { Database } from '../../store/database.ts';
import type { TestUser } from '../../testing/users.ts';
import type { HttpDeps } from '../route-table.ts';
import { allRoutes, type PublicDeps } from '../routes/all-routes.ts';
import type { Browser } from './browser.ts';
import { first, type HeldFlow, start, submit, type TestServer, totp } from './server.ts';

/** A user with everything that a request can name: a session, a remembered device, an open flow and an event. */
export interface Owner {
  /** The user, with password and secrets. */
  user: TestUser;
  /** The browser in which the user is logged in. */
  browser: Browser;
  /** An open flow. */
  flow: HeldFlow;
  /** The id of the remembered device. */
  deviceId: string;
  /** The id of an event of the account. */
  eventId: string;
}

/** The credential that a request to a route must carry. */
export type Proof = 'nothing' | 'flow' | 'session';

/** A sample request to a route. */
export interface RouteSample {
  /** The route, as `METHOD /path/:id`. */
  route: string;
  /** The HTTP method. */
  method: string;
  /** The credential that the request must carry. */
  needs: Proof;
  /** Returns a well-formed request for data of the given user. */
  request(owner: Owner): { path: string; body?: unknown };
}

type Sample = Omit<RouteSample, 'route' | 'method'>;

const open = (path: string, body?: unknown): Sample => ({
  needs: 'nothing',
  request: () => ({ path, ...(body === undefined ? {} : { body }) }),
});
const flow = (body?: (owner: Owner) => unknown): Sample => ({
  needs: 'flow',
  request: (owner) => ({ path: `/flows/${owner.flow.id}`, ...(body ? { body: body(owner) } : {}) }),
});
const session = (path: (owner: Owner) => string, body?: unknown): Sample => ({
  needs: 'session',
  request: (owner) => ({ path: path(owner), ...(body === undefined ? {} : { body }) }),
});

const samples: Readonly<Record<string, Sample>> = {
  'POST /flows': open('/flows', { kind: 'login' }),
  'GET /flows/:id': flow(),
  'POST /flows/:id': flow(({ user }) => ({ inputs: first(user).slice(0, 1) })),
  'DELETE /flows/:id': flow(),
  'GET /session': session(() => '/session'),
  // Without a session the response is 204 too, so that logging out twice succeeds.
  'DELETE /session': open('/session'),
  'GET /account': session(() => '/account'),
  'PATCH /account': session(() => '/account', { rememberFor: '1d' }),
  'PATCH /account/factors/:id': session(({ user }) => `/account/factors/${user.factorId}`, { name: 'Mine' }),
  'DELETE /account/factors/:id': session(({ user }) => `/account/factors/${user.factorId}`),
  'DELETE /account/devices/:id': session(({ deviceId }) => `/account/devices/${deviceId}`),
  'DELETE /account/devices': session(() => '/account/devices'),
  // The organisations of the matrices have no client, so the name of one is not found.
  'POST /clients/:id/installations': session(() => '/clients/phone-app/installations', {
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
    proof: 'e30.e30.e30',
  }),
  'DELETE /account/installations/:id': session(() => '/account/installations/none'),
  'GET /account/events': session(() => '/account/events'),
  'POST /account/events/:id': session(({ eventId }) => `/account/events/${eventId}`, { report: 'not-me' }),
  'DELETE /account/sessions': session(() => '/account/sessions'),
  // A report of a gateway that the server does not know. Only its signature counts, never a session.
  'POST /sms/delivery': open('/sms/delivery', { id: 'one', status: 'delivered' }),
  'GET /organisations': open('/organisations?q=a'),
  'GET /openapi.json': open('/openapi.json'),
  'GET /.well-known/webauthn': open('/.well-known/webauthn'),
  'GET /health/live': open('/health/live'),
  'GET /health/ready': open('/health/ready'),
};

/** Returns a sample request for every route of the table. @throws AssertionError that names a route without a sample */
export function routeSamples(): RouteSample[] {
  // The factories only store their dependencies, and no handler runs here, so empty dependencies suffice.
  const table = allRoutes({ factors } as unknown as HttpDeps, {} as PublicDeps).map(({ method, path }) => ({
    method,
    path,
  }));
  const known = new Set(table.map(({ method, path }) => `${method} ${path}`));
  for (const name of Object.keys(samples)) assert.ok(known.has(name), `${name} is not a route: remove its sample`);
  return table.map(({ method, path }) => {
    const route = `${method} ${path}`;
    const sample = samples[route];
    assert.ok(sample, `${route} has no sample: add one to http/testing/routes.ts, so that the matrices cover it`);
    return { route, method, ...sample };
  });
}

/** Creates a user with a session on a remembered device, an open flow and events. */
export async function ownerOf(server: TestServer, organisation: string, username: string): Promise<Owner> {
  const user = await server.user(organisation, username);
  const browser = server.browser();
  const loginFlow = await start(browser, 'login', first(user));
  const done = await submit(browser, loginFlow, { ...(totp(user) as object), remember: true });
  assert.equal(done.body.flow.status, 'done');
  const account = (await browser.get('/account')).body;
  const events = (await browser.get('/account/events')).body.events;
  const flow = await start(browser);
  return { user, browser, flow, deviceId: account.devices[0].id, eventId: events[0].id };
}

/**
 * Tables that timers of the server write to, independently of requests: the leases of sealer and sweeper, and the audit
 * head.
 */
const timers: ReadonlySet<string> = new Set(['leases', 'audit_head']);
const chain = ['chain_index', 'previous_hash', 'hash'];

/** Returns all rows of all tables as one text, without tables and columns that timers write to. */
export async function dump({ read }: Database): Promise<string> {
  const tables = (await read.introspection.getTables()).map(({ name }) => name).filter((name) => !timers.has(name));
  const rows: string[] = [];
  for (const name of tables.sort()) {
    const found = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(read);
    const texts = found.rows.map((row) =>
      JSON.stringify(Object.entries(row).filter(([column]) => name !== 'audit' || !chain.includes(column))),
    );
    rows.push(`${name}\n${texts.sort().join('\n')}`);
  }
  return rows.join('\n\n');
}
