import assert from 'node:assert/strict';
import type { JsonWebKey } from 'node:crypto';
import { isSignedBy, readJws, textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import { confirmed, opened } from '../proofs/phone-links.ts';
import { type PhoneCall, phoneOf, requirePhone, requireProof } from '../proofs/possession.ts';
import { answered, answerIn, seeRequests } from '../proofs/push.ts';
import type { Given } from '../records.ts';
import { countOf, mandatoryFrom, type Phone, type User } from '../users.ts';
import type { Reply } from '../wire.ts';

/* Judges the requests of phones: what the server carried out, and what it refused for ever. */

const DAY = 24 * 3_600_000;
/** R50 */
const MAX_LIFTS = 3;

interface Served {
  call: PhoneCall;
  /** The parts of the path after `/push`. */
  parts: readonly string[];
  reply: Reply;
  given: Given;
  jwk: JsonWebKey;
}

type Judge = (ledger: Ledger, served: Served) => void;

/** What each route requires and changes, once it was carried out. A missing route is an error. */
const routes: Readonly<Record<string, Judge>> = {
  'POST devices': (ledger, { jwk, call: { body }, reply, given }) =>
    opened(ledger, { jwk, body, given }, reply.body.device),
  'POST devices/:id/confirm': (ledger, { jwk, call: { body }, parts, reply, given }) =>
    confirmed(ledger, { jwk, body, given, id: parts[1] ?? '' }, reply.body),
  'GET devices/:id': showDevice,
  'DELETE devices/:id': (ledger, { jwk, parts, given }) => unlink(ledger, requirePhone(ledger, jwk, parts[1]), given),
  'PUT devices/:id/subscription': (ledger, { jwk, parts }) => void requirePhone(ledger, jwk, parts[1]),
  'POST devices/:id/unlock': (ledger, { jwk, parts, reply, given }) => {
    const { user } = requirePhone(ledger, jwk, parts[1]);
    assert.deepEqual(reply.set, {}, 'an unlock set a cookie (R50)');
    unlock(ledger, user, given);
  },
  'GET requests': (ledger, { jwk, reply }) => seeRequests(ledger, requirePhone(ledger, jwk).user, reply),
  'GET requests/:id': (ledger, { jwk, parts, given }) => {
    const { user } = requirePhone(ledger, jwk);
    const request = ledger.phones.requests.get(parts[1] ?? '');
    if (!request) return;
    assert.equal(request.user, user, 'a phone was shown the login of another user (R64)');
    assert.equal(given.cookies.flow, request.flow.cookie, 'a request was opened in another browser');
  },
  'POST requests/:id': (ledger, { jwk, parts, call: { body }, given }) =>
    answered(ledger, requirePhone(ledger, jwk), { id: parts[1] ?? '', body, given }),
};

/** Judges the answer to a request of a phone. */
export function judgePhone(ledger: Ledger, call: PhoneCall, reply: Reply, given: Given): void {
  const parts = (call.path.split('?')[0] ?? '').split('/').slice(2);
  const name = [parts[0], ...(parts.length > 1 ? [':id'] : []), ...parts.slice(2)].join('/');
  const judge = routes[`${call.method} ${name}`];
  assert.ok(judge, `the ledger does not know ${call.method} ${call.path}: add to judge/phones.ts what it requires`);
  if (reply.status >= 300) {
    refusePhone(ledger, { call, parts, reply, given });
    return;
  }
  const jwk = requireProof(ledger, call, given.sent);
  judge(ledger, { call, parts, reply, given, jwk });
}

/** A phone sees itself, linked or not yet. */
function showDevice(ledger: Ledger, { jwk, parts, given }: Served): void {
  const waiting = ledger.phones.waiting.get(parts[1] ?? '');
  if (phoneOf(ledger, jwk)) return void requirePhone(ledger, jwk, parts[1]);
  assert.ok(waiting, 'an unknown phone was served (R4)');
  assert.equal(textOf(waiting.jwk), textOf(jwk), 'a phone was shown another one (R4)');
  assert.ok(waiting.isBound || !waiting.dead, 'a phone that can’t be linked any more was served (R34)');
  assert.ok(given.sent < waiting.until, 'an expired phone was served');
}

/** A phone that is unlinked is no factor any more, and everything that was based on it ends (R34). */
function unlink(ledger: Ledger, { user, phone }: { user: User; phone: Phone }, { now }: Given): void {
  user.phones = user.phones.filter((each) => each !== phone);
  if (countOf(user) === 0) {
    assert.ok(now < mandatoryFrom(user.organisation), 'the last factor was removed where it is mandatory');
    user.codes = new Set();
  }
  ledger.revoke(user, 'a phone was unlinked');
}

/** A phone lifts the soft lock of the password only, three times a day (R50). */
function unlock(ledger: Ledger, user: User, { sent, disturbed }: Given): void {
  const key = `name ${user.organisation.id}/${user.username}`;
  if (!disturbed && ledger.counts.isLocked(key, user.organisation, sent)) {
    const today = user.lifts.filter((at) => Math.floor(at / DAY) === Math.floor(sent / DAY));
    assert.ok(today.length < MAX_LIFTS, 'a phone lifted a lock a fourth time in a day (R50)');
    user.lifts.push(sent);
    ledger.note('an unlock by a phone');
    ledger.counts.passwordLifted(user);
  } else {
    // Without a lock in effect, the server lifts nothing: an earlier lock is in effect again when the clock is set back into it.
    ledger.counts.passwordMayBeLifted(user);
  }
}

/** What a refusal ends for ever, also if the clock is set back later (R86), and which codes count as guesses (R43). */
function refusePhone(ledger: Ledger, { call, parts, reply, given }: Omit<Served, 'jwk'>): void {
  const { code } = reply.body;
  const [, id = ''] = parts;
  const { links, waiting, requests } = ledger.phones;
  if (call.path === '/push/devices' && code === 'link-expired') {
    const link = links.get((call.body as { link: string }).link);
    if (link && given.now >= link.until) link.dead ??= 'it was refused as expired';
  }
  const phone = waiting.get(id);
  if (phone && code === 'link-expired' && given.now >= phone.until) phone.dead ??= 'it was refused as expired';
  if (phone && parts[2] === 'confirm') refuseCode(ledger, { call, id, code, given });
  const request = parts[0] === 'requests' && call.method === 'POST' ? requests.get(id) : undefined;
  if (!request) return;
  if (code === 'request-ended' && given.now >= request.until && !request.approval)
    request.dead ??= 'it was refused as expired';
  if (code === 'wrong-code') {
    const { user } = request;
    const { token, payload } = answerIn(call.body);
    const isOwn = user.phones.some(({ jwk }) => isSignedBy(token, jwk));
    assert.ok(isOwn, 'the number of another phone was compared (R20)');
    assert.ok(given.disturbed || payload.number !== request.number, 'the right number was refused');
    request.dead ??= 'a wrong number was typed';
  }
}

function refuseCode(
  ledger: Ledger,
  { call, id, code, given }: { call: PhoneCall; id: string; code: string | undefined; given: Given },
): void {
  const phone = ledger.phones.waiting.get(id);
  if (!phone || phone.isConfirmed || !['wrong-code', 'locked'].includes(code ?? '')) return;
  const { jwk } = readJws(call.dpop ?? '').header as { jwk: JsonWebKey };
  assert.equal(textOf(jwk), textOf(phone.jwk), 'a code was judged for another phone (R4)');
  if (phone.channel !== 'factor') {
    phone.tries += 1;
    return;
  }
  // The codes of the app count wherever they are typed.
  const { user } = phone;
  const key = `code ${user.id}`;
  user.doubtful ||= ledger.counts.mayBeCapped(key, user.organisation);
  if (code === 'locked' || given.disturbed) ledger.counts.doubt(key);
  else ledger.counts.wrong(key, user.organisation, given.sent);
}
