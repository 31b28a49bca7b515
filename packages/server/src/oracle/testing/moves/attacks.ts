import assert from 'node:assert/strict';
import { otp } from '../ledger/otp.ts';
import { appsOf, type User } from '../ledger/users.ts';
import { routeMoves } from '../routes/routes.ts';
import type { Walk } from '../walk.ts';
import { codeOf } from './answers.ts';
import { meanwhile } from './meanwhile.ts';
import { type Of, pick } from './moves.ts';
import { changePolicy } from './policies.ts';
import { verbMoves } from './verbs.ts';

/** Threat: parallel copies of a user's own correct code lock the account. */
export async function copies(walk: Walk, move: Of<'copies'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const flow = await walk.password(browser, user);
  if (flow?.step !== 'totp') return;
  walk.place.clock.advance(30_000);
  const input = { step: 'totp', code: walk.codeOf(user) };
  await Promise.all(Array.from({ length: move.count }, () => walk.submit(browser, flow, [input])));
  walk.place.clock.advance(30_000);
  await walk.login(browser, user, false);
}

/** The code that was accepted last for the first guess, and then codes of other times. */
function wrongCode(user: User, count: number, now: number): string {
  const last = appsOf(user).at(-1);
  if (count > 0 || !last || last.last < 0) return codeOf(user, 0, now + count * 90_000);
  return otp(last.secret, last.last);
}

/** Sends wrong passwords or wrong codes, one after another. */
export async function guess(walk: Walk, move: Of<'guess'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const onCodes = move.count !== 4 && (await walk.password(browser, user))?.step === 'totp';
  const flow = browser.flows.at(-1);
  for (let count = 0; count < move.count; count += 1) {
    if (!onCodes) await walk.password(browser, user, `a guess of number ${count}`);
    else if (flow) await walk.submit(browser, flow, [{ step: 'totp', code: wrongCode(user, count, walk.now()) }]);
  }
}

/** Sends the same request twice under one `Idempotency-Key`: it gets the same answer and is carried out once (R7). */
export async function twice(walk: Walk, move: Of<'twice'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const flow = await walk.password(browser, user);
  if (flow?.step !== 'totp' || !walk.place.keyed) return;
  walk.place.clock.advance(30_000);
  const inputs = [{ step: 'totp', code: walk.codeOf(user) }];
  const key = `walk-${flow.id}`;
  const { flow: cookie, ...before } = browser.cookies;
  const first = await walk.submit(browser, flow, inputs, key);
  // The instance was killed before it answered: the client repeats its request, and any answer is possible.
  if (first.status === 503) return void (await walk.submit(browser, flow, inputs, key));
  const tabs = { ...browser, cookies: { ...before, ...(cookie === undefined ? {} : { flow: cookie }) } };
  const call = { method: 'POST', path: `/flows/${flow.id}`, body: { inputs }, token: flow.token, key };
  const { reply } = await walk.send(tabs, call);
  assert.deepEqual([reply.status, reply.set], [first.status, first.set], 'a repeated request got another answer (R7)');
}

/** Gives one browser the newest flow, the device cookie, the session cookie or an old device cookie of another. */
export async function steal(walk: Walk, { browser, from, what }: Of<'steal'>): Promise<void> {
  const [thief, victim] = [walk.browser(browser), walk.browser(from)];
  const flow = victim.flows.at(-1);
  const { device, session } = victim.cookies;
  const old = victim.oldDevices.at(-2);
  if (what === 'flow' && flow) thief.flows.push(flow);
  if (what === 'flow' && flow && thief !== victim) {
    await walk.submit(thief, flow, [{ step: 'totp', code: '000000' }]);
  }
  if (what === 'device' && device !== undefined) thief.cookies.device = device;
  if (what === 'session' && session !== undefined) thief.cookies.session = session;
  if (what === 'old-device' && old !== undefined) thief.cookies.device = old;
}

/** Threat: a thief's login on a remembered device succeeds although the user revokes the device, factor or account meanwhile. */
export async function thief(walk: Walk, move: Of<'thief'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const owner = walk.browser(move.browser + 1);
  await walk.login(browser, user, true);
  await walk.login(owner, user, false);
  const revocations: readonly (() => Promise<unknown>)[] = [
    async () => await routeMoves['DELETE /account/devices']?.(walk, owner, 0),
    async () => await routeMoves['POST /account/events/:id']?.(walk, owner, 0),
    async () => await routeMoves['DELETE /account/factors/:id']?.(walk, owner, 1),
    async () => (await walk.begin(owner, 'enroll')) && (await walk.finish(owner, 19)),
    async () => (await walk.begin(owner, 'change-password')) && (await walk.finish(owner, 19)),
    async () => (await walk.begin(owner, 'disable')) && (await walk.finish(owner, 19)),
    async () => await verbMoves.resetFactors(walk, user, 0),
    async () => await verbMoves.disable(walk, user, 0),
    async () => await changePolicy(walk, user, 0),
    async () => walk.place.clock.advance(13 * 3_600_000),
  ];
  const nth = move.place === 'hash' ? 1 : 2;
  await meanwhile(walk, { place: move.place, nth }, () => walk.password(browser, user), pick(revocations, move.revoke));
}
