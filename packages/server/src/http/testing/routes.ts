import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { factors } from '../../factors/index.ts';
import type { Phone } from '../../push/testing/phone.ts';
import type { Database } from '../../store/database.ts';
import type { TestUser } from '../../testing/users.ts';
import type { HttpDeps } from '../route-table.ts';
import { allRoutes, type PublicDeps } from '../routes/all-routes.ts';
import type { Browser } from './browser.ts';
import { AUDIENCE, PhoneClient } from './phone-client.ts';
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
  /** A linked phone, its factor, and a request that it can answer. */
  phone: Phone;
  phoneId: string;
  pushRequest: { id: string; challenge: string };
}

/** The credential that a request to a route must carry. */
export type Proof = 'nothing' | 'flow' | 'session' | 'phone';

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
  /** The further headers of the request: a proof of possession. */
  headers?(owner: Owner, method: string, path: string): Promise<Record<string, string>>;
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

const phone = (path: (owner: Owner) => string, body?: unknown): Sample => ({
  needs: 'phone',
  request: (owner) => ({ path: path(owner), ...(body === undefined ? {} : { body }) }),
  headers: async (owner, method, target) => ({ dpop: await owner.phone.proof(method, AUDIENCE + target) }),
});

/** A compact JWS that no key has signed. */
const JWS = ['{"alg":"ES256"}', '{}', 'none'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const SUBSCRIPTION = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/abc',
  keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
};

const samples: Readonly<Record<string, Sample>> = {
  'POST /flows': open('/flows', { kind: 'login' }),
  // The portal has begun no login in this browser.
  'POST /flows/begun': { needs: 'flow', request: () => ({ path: '/flows/begun' }) },
  'POST /hand-over': open('/hand-over'),
  'GET /flows/:id': flow(),
  'POST /flows/:id': flow(({ user }) => ({ inputs: first(user).slice(0, 1) })),
  'DELETE /flows/:id': flow(),
  'GET /flows/:id/events': {
    needs: 'flow',
    request: (owner) => ({ path: `/flows/${owner.flow.id}/events` }),
  },
  'GET /push/vapid': open('/push/vapid'),
  'POST /push/devices': {
    ...phone(() => '/push/devices'),
    needs: 'nothing',
    request: (owner) => ({ path: '/push/devices', body: { link: 'L'.repeat(43), publicKey: owner.phone.publicKey } }),
  },
  'POST /push/devices/:id/confirm': phone(({ phoneId }) => `/push/devices/${phoneId}/confirm`, { code: '123456' }),
  'GET /push/devices/:id': phone(({ phoneId }) => `/push/devices/${phoneId}`),
  'DELETE /push/devices/:id': phone(({ phoneId }) => `/push/devices/${phoneId}`),
  'PUT /push/devices/:id/subscription': phone(({ phoneId }) => `/push/devices/${phoneId}/subscription`, SUBSCRIPTION),
  'POST /push/devices/:id/unlock': phone(({ phoneId }) => `/push/devices/${phoneId}/unlock`),
  'GET /push/requests': phone(() => '/push/requests'),
  'GET /push/requests/:id': phone(({ pushRequest }) => `/push/requests/${pushRequest.id}`),
  'POST /push/requests/:id': phone(({ pushRequest }) => `/push/requests/${pushRequest.id}`, { answer: JWS }),
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
  'GET /.well-known/jwks.json': open('/.well-known/jwks.json'),
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
  const linked = await server.phone(user);
  const pushRequest = await requestFor(server, browser, user, linked.phone);
  const flow = await start(browser);
  const ids = { deviceId: account.devices[0].id, eventId: events[0].id, phoneId: linked.id };
  return { user, browser, flow, ...ids, phone: linked.phone, pushRequest };
}

/** Starts a login that asks for the phone, in the same browser without its remembered device. */
async function requestFor(server: TestServer, browser: Browser, user: TestUser, phone: Phone) {
  const other = server.browser();
  other.cookies.set('mfa-flow', browser.cookies.get('mfa-flow') ?? '');
  const login = await start(other, 'login', first(user));
  const { type } = login.reply.body.flow.step;
  if (type !== 'push') await submit(other, login, { step: type, action: 'switch', method: 'push' });
  const [request] = await new PhoneClient(other, phone).requests();
  assert.ok(request, 'the phone has no request');
  return request;
}

/**
 * Tables that timers of the server write to, independently of requests: the leases of sealer and sweeper, the audit
 * head, and the keys of assertions. Also the ids of proofs of possession: each one is recorded before the request is judged, so that it is used once.
 */
const timers: ReadonlySet<string> = new Set(['leases', 'audit_head', 'used_ids', 'signing_keys']);
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
