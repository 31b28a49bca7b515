import assert from 'node:assert/strict';
import type { Given, SessionRecord } from './ledger/records.ts';
import { countOf, mandatoryFrom, mayChoose, type User } from './ledger/users.ts';
import type { Reply } from './ledger/wire.ts';
import { answerRequest, askOf, askPhone } from './phones.ts';
import type { Tabs, Walk } from './walk.ts';

const STEP_UP_MS = 300_000;
const UNKNOWN_ID = 'A'.repeat(22);

type RouteMove = (walk: Walk, browser: Tabs, who: number) => Promise<void>;

/** How a walk uses each route. A test fails if a route is missing here. */
export const routeMoves: Readonly<Record<string, RouteMove>> = {
  'POST /flows': async (walk, browser) => void (await walk.begin(browser, 'login')),
  'GET /flows/:id': async (walk, browser) => void (await walk.look(browser, browser.flows.at(-1))),
  'POST /flows/:id': async (walk, browser, who) => void (await walk.answer(browser, who)),
  'DELETE /flows/:id': cancel,
  'GET /flows/:id/events': async (walk, browser) => {
    const flow = browser.flows.at(-1);
    // A stream of a waiting flow does not end, so only its headers are requested.
    if (flow) await walk.send(browser, { method: 'HEAD', path: `/flows/${flow.id}/events`, token: flow.token });
  },
  'GET /push/vapid': async (walk, browser) => void (await walk.send(browser, { method: 'GET', path: '/push/vapid' })),
  'POST /push/devices': async (walk, browser) => await askPhone(walk, browser, 'POST', () => '/push/devices'),
  'POST /push/devices/:id/confirm': async (walk, browser) =>
    await askPhone(walk, browser, 'POST', (id) => `/push/devices/${id}/confirm`, { code: '123456' }),
  'GET /push/devices/:id': async (walk, browser) => await askPhone(walk, browser, 'GET', (id) => `/push/devices/${id}`),
  'DELETE /push/devices/:id': unlinkPhone,
  'PUT /push/devices/:id/subscription': async (walk, browser) =>
    await askPhone(walk, browser, 'PUT', (id) => `/push/devices/${id}/subscription`, {}),
  'POST /push/devices/:id/unlock': unlockByPhone,
  'GET /push/requests': async (walk, browser) => await askPhone(walk, browser, 'GET', () => '/push/requests'),
  'GET /push/requests/:id': async (walk, browser) =>
    await askPhone(walk, browser, 'GET', () => `/push/requests/${UNKNOWN_ID}`),
  'POST /push/requests/:id': async (walk, browser, who) =>
    await answerRequest(walk, browser, walk.phoneUser(walk.user(who)), who),
  'GET /session': useOwn,
  'DELETE /session': logOut,
  'GET /account': useOwn,
  'PATCH /account': chooseDuration,
  'PATCH /account/factors/:id': rename,
  'DELETE /account/factors/:id': removeFactor,
  'DELETE /account/devices/:id': forgetOne,
  'DELETE /account/devices': forgetAll,
  'GET /account/events': async (walk, browser) => void (await ask(walk, browser, 'GET', '/account/events')),
  'POST /account/events/:id': notMe,
  'DELETE /account/sessions': endOthers,
  'POST /clients/:id/installations': addInstallation,
  'DELETE /account/installations/:id': removeInstallation,
  'POST /sms/delivery': async (walk, browser) => {
    const { reply } = await walk.send(browser, {
      method: 'POST',
      path: '/sms/delivery',
      body: { id: 'one', status: 'delivered' },
    });
    // Only the gateway can sign a report.
    assert.ok([403, 404, 415, 503].includes(reply.status), `an unsigned report was answered ${reply.status}`);
  },
  'GET /organisations': async (walk, browser) => await open(walk, browser, '/organisations?q=clinic'),
  'GET /openapi.json': async (walk, browser) => await open(walk, browser, '/openapi.json'),
  'GET /.well-known/webauthn': async (walk, browser) => await open(walk, browser, '/.well-known/webauthn'),
  'GET /health/live': async (walk, browser) => await open(walk, browser, '/health/live'),
  'GET /health/ready': async (walk, browser) => await open(walk, browser, '/health/ready'),
};

async function open(walk: Walk, browser: Tabs, path: string): Promise<void> {
  const { reply } = await walk.send(browser, { method: 'GET', path });
  assert.equal(reply.status, 200);
}

interface Asked {
  reply: Reply;
  given: Given;
  /** The session, if the request was carried out. */
  session: SessionRecord | undefined;
  /** The session, if the answer to the first request was lost and the repeated one found nothing left to do. */
  before: SessionRecord | undefined;
}

/** Calls a route that requires a session. The session must be live if the request is carried out. */
async function ask(walk: Walk, browser: Tabs, method: string, path: string, body?: unknown): Promise<Asked> {
  const sent = await walk.send(browser, { method, path, body });
  // A client without an answer repeats its request.
  const { reply, given } = sent.given.lost ? await walk.send(browser, { method, path, body }) : sent;
  const session = walk.ledger.session(given.cookies.session, given.now);
  const isDone = reply.status < 300;
  if (isDone) assert.ok(session, `${method} ${path.slice(0, 18)} was carried out for an ended session (R92)`);
  if (reply.body.code === 'no-session' && method !== 'GET') walk.ledger.refused(given);
  walk.place.statistics.record('account', `${method} ${path.split('/').slice(1, 3).join('/')} ${reply.status}`);
  const isRepeated = sent.given.lost && reply.status === 404;
  return { reply, given, session: isDone ? session : undefined, before: isRepeated ? session : undefined };
}

async function useOwn(walk: Walk, browser: Tabs): Promise<void> {
  const { session } = browser.cookies;
  if (session !== undefined && walk.ledger.sessions.has(session)) await walk.useSession(browser.address, session);
}

async function cancel(walk: Walk, browser: Tabs): Promise<void> {
  const flow = browser.flows.at(-1);
  if (!flow) return;
  const { reply } = await walk.send(browser, { method: 'DELETE', path: `/flows/${flow.id}`, token: flow.token });
  if (reply.status === 204) flow.dead ??= 'it was cancelled';
}

async function logOut(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const path = who % 2 === 0 ? '/session' : '/session?forget=device';
  const { reply, given } = await walk.send(browser, { method: 'DELETE', path });
  if (given.lost) return await logOut(walk, browser, who);
  assert.equal(reply.status, 204);
  const { session: token, device } = given.cookies;
  const session = walk.ledger.session(token, given.now);
  walk.ledger.refused(given);
  if (!session) return;
  session.dead ??= 'it was logged out';
  const { devices } = walk.ledger;
  if (who % 2 === 1 && devices.knows(device, session.user)) devices.forgetOn(devices.idOf(device), session.user);
  if (token !== undefined) await walk.useSession(browser.address, token);
}

async function chooseDuration(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const rememberFor = (['never', '12h', '1d', '1w'] as const)[who % 4];
  const { session } = await ask(walk, browser, 'PATCH', '/account', { rememberFor });
  if (!session) return;
  assert.ok(mayChoose(session.user.organisation, rememberFor ?? ''), 'a duration was accepted against the policy');
  session.user.rememberFor = rememberFor;
}

const factorsOf = ({ authenticators, passkeys, phones }: User) => [...authenticators, ...passkeys, ...phones];

/** The id of an authenticator of the browser's user, or of another user. */
function factorIn(walk: Walk, browser: Tabs, who: number): string {
  const own = walk.ledger.sessions.get(browser.cookies.session ?? '')?.user;
  const user = who === 0 ? walk.user(1) : own;
  const lists = [user?.authenticators, user?.passkeys, user?.phones];
  const [list, ...others] = [...lists.slice(who % 3), ...lists.slice(0, who % 3)];
  const found = [list, ...others].map((each) => each?.at(-1)?.id).find((id) => id !== undefined);
  return found ?? UNKNOWN_ID;
}

async function rename(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const id = factorIn(walk, browser, who);
  const name = `phone ${walk.next()}`;
  const { session } = await ask(walk, browser, 'PATCH', `/account/factors/${id}`, { name });
  if (!session) return;
  const found = factorsOf(session.user).find((each) => each.id === id);
  assert.ok(found, 'an authenticator of another user was renamed (R64)');
  found.name = name;
}

/** Removing a factor requires a fresh factor (R9), and removing the last one a policy without a mandatory factor. */
async function removeFactor(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const id = factorIn(walk, browser, who);
  const { session: now, before, given } = await ask(walk, browser, 'DELETE', `/account/factors/${id}`);
  const wasDone = before && factorsOf(before.user).some((each) => each.id === id);
  const session = now ?? (wasDone ? before : undefined);
  if (!session) return;
  const { user, acr, factorTime = Number.NEGATIVE_INFINITY } = session;
  assert.ok(acr === 'aal2' && given.sent - factorTime <= STEP_UP_MS, 'a factor was removed without a fresh one (R9)');
  const had = countOf(user);
  user.authenticators = user.authenticators.filter((each) => each.id !== id);
  user.passkeys = user.passkeys.filter((each) => each.id !== id);
  user.phones = user.phones.filter((each) => each.id !== id);
  const left = countOf(user);
  assert.equal(left, had - 1, 'a factor of another user was removed');
  if (left === 0) {
    assert.ok(given.now < mandatoryFrom(user.organisation), 'the last factor was removed where it is mandatory');
    user.codes = new Set();
  }
  walk.ledger.revoke(user, 'a factor was removed', { session: given.cookies.session });
  await walk.useSessionsOf(user);
}

async function forgetOne(walk: Walk, browser: Tabs): Promise<void> {
  const { reply } = await ask(walk, browser, 'GET', '/account');
  const id = reply.body.devices?.find(({ current }) => current)?.id ?? UNKNOWN_ID;
  const { session: now, before, given } = await ask(walk, browser, 'DELETE', `/account/devices/${id}`);
  const session = now ?? (id === UNKNOWN_ID ? undefined : before);
  if (session) walk.ledger.devices.forgetOn(walk.ledger.devices.idOf(given.cookies.device), session.user);
}

async function forgetAll(walk: Walk, browser: Tabs): Promise<void> {
  const { session } = await ask(walk, browser, 'DELETE', '/account/devices');
  if (session) walk.ledger.devices.forget(session.user);
}

async function notMe(walk: Walk, browser: Tabs): Promise<void> {
  const { reply } = await ask(walk, browser, 'GET', '/account/events');
  const id = reply.body.events?.[0]?.id ?? UNKNOWN_ID;
  const { session, given } = await ask(walk, browser, 'POST', `/account/events/${id}`, { report: 'not-me' });
  if (!session) return;
  const { user } = session;
  user.mustChange = true;
  walk.ledger.devices.forget(user);
  walk.ledger.endFlows(user, 'the user reported an event');
  walk.ledger.endSessions(user, 'the user reported an event', given.cookies.session);
  await walk.useSessionsOf(user);
}

/** The organisations of the walk have no clients: their names open nothing (R94). */
async function addInstallation(walk: Walk, browser: Tabs): Promise<void> {
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
  const proof = 'e30.e30.e30';
  const { reply } = await ask(walk, browser, 'POST', '/clients/phone-app/installations', { publicKey, proof });
  assert.ok(reply.status >= 400, 'an installation of an unknown client was registered (R94)');
  const inputs = [{ step: 'organisation', organisation: walk.user(0).organisation.id }];
  const body = { kind: 'login', inputs, client: 'phone-app', clientAssertion: proof };
  const begun = await walk.send(browser, { method: 'POST', path: '/flows', body });
  assert.ok(begun.reply.status >= 400, 'an unknown client began a flow (R94)');
}

async function removeInstallation(walk: Walk, browser: Tabs): Promise<void> {
  await ask(walk, browser, 'DELETE', `/account/installations/${UNKNOWN_ID}`);
}

async function endOthers(walk: Walk, browser: Tabs): Promise<void> {
  const { session, given } = await ask(walk, browser, 'DELETE', '/account/sessions');
  if (!session) return;
  walk.ledger.endSessions(session.user, 'the user ended it', given.cookies.session);
  await walk.useSessionsOf(session.user);
}

async function unlinkPhone(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const user = walk.phoneUser(walk.user(who));
  const phone = user.phones.at(-1);
  // One time in four, so that most walks keep a phone.
  if (!phone || who % 4 !== 0) return;
  const { reply, given } = await askOf(walk, browser, { user, phone }, 'DELETE', `/push/devices/${phone.id}`);
  if (reply.status !== 204 && !given.lost) return;
  if (given.lost) {
    // The phone asks again: it is unknown if the first request was carried out.
    const { reply: again } = await askOf(walk, browser, { user, phone }, 'GET', `/push/devices/${phone.id}`);
    if (again.status !== 404) return;
  }
  user.phones = user.phones.filter((each) => each !== phone);
  if (countOf(user) === 0) {
    assert.ok(given.now < mandatoryFrom(user.organisation), 'the last factor was removed where it is mandatory');
    user.codes = new Set();
  }
  walk.ledger.revoke(user, 'a phone was unlinked');
  await walk.useSessionsOf(user);
}

/** A phone lifts the lock of the password only (R50). */
async function unlockByPhone(walk: Walk, browser: Tabs, who: number): Promise<void> {
  const user = walk.phoneUser(walk.user(who));
  const phone = user.phones.at(-1);
  if (!phone) return;
  const { reply, given } = await askOf(walk, browser, { user, phone }, 'POST', `/push/devices/${phone.id}/unlock`);
  assert.equal(reply.set.session, undefined, 'an unlock made a session (R50)');
  if (reply.status === 200 || given.lost) walk.ledger.counts.passwordLifted(user);
}
