import { BASE_URL, HOME } from '../ledger/origins.ts';
import type { FlowRecord } from '../ledger/records.ts';
import type { Phone, User } from '../ledger/users.ts';
import { requestsOf, respond, strangerOf, wrongOf } from '../phones.ts';
import type { Tabs } from '../place.ts';
import { phoneRoutes, unlink } from '../routes/phones.ts';
import type { Walk } from '../walk.ts';
import { setClock } from './clock.ts';
import { type Of, pick } from './moves.ts';
import { verbMoves } from './verbs.ts';

/* What users, thieves and strangers do with a login that waits for a phone. */

const MINUTE = 60_000;

/** A login that waits for a phone, and what the phone was shown. */
interface Waiting {
  walk: Walk;
  browser: Tabs;
  /** Another browser. */
  other: Tabs;
  user: User;
  phone: Phone;
  flow: FlowRecord;
  request: { id: string; challenge: string; digits: number };
}

const poll = (remember = false) => ({ step: 'push', action: 'poll', remember });
const pollOf = async ({ walk, browser, flow }: Waiting): Promise<unknown> =>
  await walk.submit(browser, flow, [poll(true)]);
const approve = async ({ walk, browser, user, phone, request }: Waiting): Promise<unknown> =>
  await respond(walk, browser, { user, phone }, request);
type Attack = (at: Waiting) => Promise<unknown>;

/** Brings the same user to another login, in another browser. */
const another = async ({ walk, other, user }: Waiting): Promise<FlowRecord | undefined> =>
  await walk.password(other, user);

/** What happens to a pending request. Each ends with a poll, which must go on only after a valid approval. */
const attacks: Readonly<Record<string, Attack>> = {
  right: async (at) => await approve(at),
  wrongNumber: async (at) => {
    const number = wrongOf(at.walk.ledger.phones.requests.get(at.request.id)?.number ?? '00');
    await respond(at.walk, at.browser, at, at.request, { number });
    await approve(at);
  },
  noNumber: async (at) => {
    const number = at.request.digits === 0 ? '00' : undefined;
    await respond(at.walk, at.browser, at, at.request, { number });
  },
  otherKey: async (at) => await respond(at.walk, at.browser, at, at.request, { by: await strangerOf(at.walk) }),
  otherChallenge: async (at) =>
    await respond(at.walk, at.browser, at, at.request, { challenge: 'A'.repeat(at.request.challenge.length) }),
  /** Two tabs: the number and the challenge of one login in the answer to the other one. */
  otherFlow: async (at) => {
    const { walk, browser, other, user, phone, request } = at;
    const own = walk.ledger.phones.requests.get(request.id)?.number;
    await another(at);
    const [newer] = await requestsOf(walk, other, phone);
    await approve(at);
    if (!newer) return;
    await respond(walk, browser, { user, phone }, newer, { number: own, challenge: request.challenge });
    await respond(walk, browser, { user, phone }, newer, { number: own });
  },
  /** Two tabs: the approval of one login is used in the other one. */
  otherTab: async (at) => {
    await approve(at);
    const flow = await another(at);
    if (flow) await at.walk.submit(at.other, flow, [poll()]);
  },
  otherUser: async (at) => {
    const { walk, browser, user, request } = at;
    const thief = walk.ledger.users.find((each) => each !== user && each.phones.length > 0);
    const phone = thief?.phones[0];
    if (thief && phone) await respond(walk, browser, { user: thief, phone }, request);
  },
  deny: async (at) => {
    await respond(at.walk, at.browser, at, at.request, { answer: 'deny' });
    await pollOf(at);
    await another(at);
  },
  /** A clock that goes back lets a login be asked again after a denial. */
  denyAndBack: async (at) => {
    at.walk.place.clock.advance(1000);
    await respond(at.walk, at.browser, at, at.request, { answer: 'deny' });
    await setClock(at.walk, -10 * MINUTE);
    await another(at);
  },
  /** A password that was changed at a later time, before the clock went back, does not undo a denial. */
  backAndDeny: async (at) => {
    const { walk, browser, user, phone } = at;
    await verbMoves.setPassword(walk, user, 0);
    await setClock(walk, -10 * MINUTE);
    await walk.password(browser, user);
    const [request] = await requestsOf(walk, browser, phone);
    if (request) await respond(walk, browser, { user, phone }, request, { answer: 'deny' });
    await another(at);
  },
  twice: async (at) => {
    await respond(at.walk, at.browser, at, at.request, { twice: true });
    await pollOf(at);
    await pollOf(at);
  },
  late: async (at) => {
    at.walk.place.clock.advance(3 * MINUTE);
    await approve(at);
    await setClock(at.walk, -2 * MINUTE);
    await approve(at);
  },
  lateAndSwept: async (at) => {
    at.walk.place.clock.advance(3 * MINUTE);
    await at.walk.sweep();
    await setClock(at.walk, -2 * MINUTE);
    await approve(at);
  },
  oldApproval: async (at) => {
    await approve(at);
    at.walk.place.clock.advance(6 * MINUTE);
    await pollOf(at);
    await setClock(at.walk, -2 * MINUTE);
  },
  oldAndSwept: async (at) => {
    await approve(at);
    at.walk.place.clock.advance(6 * MINUTE);
    await at.walk.sweep();
    await setClock(at.walk, -2 * MINUTE);
  },
  removed: async (at) => {
    await approve(at);
    await unlink(at.walk, at.browser, at);
  },
  removedBefore: async (at) => {
    await unlink(at.walk, at.browser, at);
    await approve(at);
  },
  revoked: async (at) => {
    await approve(at);
    await pick([verbMoves.resetFactors, verbMoves.setPassword, verbMoves.disable], at.walk.next())(at.walk, at.user, 0);
  },
  revokedBefore: async (at) => {
    await verbMoves.setPassword(at.walk, at.user, 0);
    await approve(at);
  },
  restarted: async (at) => {
    await approve(at);
    for (const instance of at.walk.place.instances) instance.restart();
  },
  unanswered: async (at) => {
    for (let count = 0; count < 4; count += 1) await another(at);
  },
};

/** The ways in which a request is approved or attacked. */
const approvals = [...Object.keys(attacks), 'deny'];

/** Addresses to return to. The phone names the website of an allowed one only. */
const websites = [`${BASE_URL}/finish`, `${HOME}/finish`, 'https://evil.example/finish'];

/** Logs in with a phone of the user, or with that of another one if the user has none. */
export async function approveBy(walk: Walk, move: Of<'approve'>): Promise<void> {
  const { browser } = walk.at(move);
  const user = walk.phoneUser(walk.user(move.who));
  // Earlier requests of the user would stop this one (R21).
  walk.place.clock.advance(11 * MINUTE);
  if (move.own) await walk.login(browser, user, true);
  const asked = walk.next() % 2 === 0 ? {} : { returnTo: pick(websites, walk.next()) };
  const flow = move.own ? await walk.begin(browser, 'step-up') : await walk.password(browser, user, undefined, asked);
  if (flow && flow.step !== 'push' && flow.step !== 'done') {
    await walk.submit(browser, flow, [{ step: flow.step ?? '', action: 'switch', method: 'push' }]);
  }
  const phone = user.phones.at(-1);
  if (flow?.step !== 'push' || !phone) return;
  const [request] = await requestsOf(walk, browser, phone);
  if (!request) return;
  const other = walk.browser(move.browser + 1);
  const at = { walk, browser, other, user, phone, flow, request };
  if (walk.next() % 4 === 0) await phoneRoutes['GET /push/requests/:id']?.(walk, browser, move.who);
  await attacks[pick(approvals, move.how)]?.(at);
  await pollOf(at);
}

/** Locks the password of a user by wrong guesses, and lifts the lock with the phone (R50). */
export async function unlockBy(walk: Walk, move: Of<'unlock'>): Promise<void> {
  const { browser } = walk.at(move);
  const user = walk.phoneUser(walk.user(move.who));
  const phone = user.phones.at(-1);
  for (let round = 0; phone && round < move.times; round += 1) {
    for (let count = 0; count <= user.organisation.soft; count += 1) await walk.password(browser, user, 'wrong');
    await phoneRoutes['POST /push/devices/:id/unlock']?.(walk, browser, round + 2);
    await walk.password(browser, user);
  }
}
