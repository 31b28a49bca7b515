import assert from 'node:assert/strict';
import type { Given, SessionRecord } from '../ledger/records.ts';
import { countOf, mandatoryFrom, mayChoose, type User } from '../ledger/users.ts';
import type { Reply } from '../ledger/wire.ts';
import type { Tabs } from '../place.ts';
import type { Walk } from '../walk.ts';
import type { RouteMoves } from './flows.ts';

const STEP_UP_MS = 300_000;
/** An id that nothing has. */
export const UNKNOWN_ID = 'A'.repeat(22);

/** How a walk uses the routes of sessions and accounts. */
export const accountRoutes: RouteMoves = {
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
};

/** The answer to a request of a session. */
export interface Asked {
  reply: Reply;
  given: Given;
  /** The session, if the request was carried out. */
  session: SessionRecord | undefined;
  /** The session, if the answer to the first request was lost and the repeated one found nothing left to do. */
  before: SessionRecord | undefined;
}

/** Calls a route that requires a session. The session must be live if the request is carried out. */
export async function ask(walk: Walk, browser: Tabs, method: string, path: string, body?: unknown): Promise<Asked> {
  const sent = await walk.send(browser, { method, path, body });
  // A client without an answer repeats its request.
  const { reply, given } = sent.given.lost ? await walk.send(browser, { method, path, body }) : sent;
  const session = walk.ledger.session(given.cookies.session, given.now);
  const isDone = reply.status < 300;
  if (isDone) assert.ok(session, `${method} ${path.slice(0, 18)} was carried out for an ended session (R92)`);
  if (isDone) assert.equal(session?.client, undefined, 'the session of a client changed its account (R94)');
  if (reply.body.code === 'no-session' && method !== 'GET') walk.ledger.refused(given);
  walk.place.statistics.record('account', `${method} ${path.split('/').slice(1, 3).join('/')} ${reply.status}`);
  const isRepeated = sent.given.lost && reply.status === 404;
  return { reply, given, session: isDone ? session : undefined, before: isRepeated ? session : undefined };
}

async function useOwn(walk: Walk, browser: Tabs): Promise<void> {
  const { session } = browser.cookies;
  if (session !== undefined && walk.ledger.sessions.has(session)) await walk.useSession(browser.address, session);
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
  walk.ledger.shut(user, 'the user reported an event', given.cookies.session);
  await walk.useSessionsOf(user);
}

async function endOthers(walk: Walk, browser: Tabs): Promise<void> {
  const { session, given } = await ask(walk, browser, 'DELETE', '/account/sessions');
  if (!session) return;
  walk.ledger.endSessions(session.user, 'the user ended it', given.cookies.session);
  await walk.useSessionsOf(session.user);
}
