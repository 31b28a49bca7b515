import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { passwordProven, userOf } from '../rules.ts';
import { rememberedFor, type User } from '../users.ts';
import { learn } from './portal-password.ts';

/* What an accepted password proves. */

/** The keys under which a password may be counted: that of the browser if the user is known on it, or that of the name. */
export function passwordKeys(ledger: Ledger, flow: FlowRecord, { cookies }: Given): string[] {
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const name = `name ${flow.organisation}/${(user?.username ?? flow.name ?? '').trim().toLowerCase()}`;
  const device = `device ${ledger.devices.idOf(cookies.device)}/${user?.id}`;
  const knows = user ? ledger.devices.knows(cookies.device, user) : false;
  return knows === undefined ? [name, device] : [knows ? device : name];
}

/** Checks that a correct password was not evaluated under a lock, and resets its soft count. */
function passwordCounts(ledger: Ledger, flow: FlowRecord, user: User, given: Given): void {
  const [key = '', ...others] = passwordKeys(ledger, flow, given);
  // If it is uncertain under which key the password was counted, neither count is known to be reset.
  if (others.length > 0) return;
  if (!given.disturbed) ledger.counts.evaluated(key, user.organisation, given.sent);
  passwordProven(ledger.counts, key);
}

/** The password of a login: the user of the name has it, and the account is active. */
export function provePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = ledger.find(flow.organisation, flow.name);
  assert.ok(user && user.password !== undefined, 'a password was accepted for a name that has none');
  const former = formerOf(user, password, given);
  if (!former) assert.equal(password, user.password, 'a wrong password was accepted');
  assert.equal(user.state, 'active', 'a password was accepted for a disabled account');
  assert.ok(user.portal?.isActive !== false, 'a password was accepted of a user whom the portal has blocked');
  if (!former) learn(ledger, user, given);
  const { client } = flow;
  if (client?.installation) assert.equal(client.owner, user, 'the key of an installation served another account (R94)');
  passwordCounts(ledger, flow, user, given);
  passwordEntered(ledger, flow, user, given);
  if (former) flow.password = former.number;
}

/** The former password, if the portal changed it while the request ran: it was correct when the server asked for it. */
function formerOf({ portal }: User, password: unknown, { sent, disturbed }: Given) {
  if (!portal || !disturbed || portal.changed < sent) return undefined;
  return portal.former?.password === password ? portal.former : undefined;
}

/** Records a correct password, which the server or a portal has checked: the user, and whether the browser is remembered. */
export function passwordEntered(ledger: Ledger, flow: FlowRecord, user: User, given: Given): void {
  const { client } = flow;
  Object.assign(flow, { user, password: user.passwords, device: given.cookies.device });
  const remembered = ledger.devices.remembered(given.cookies.device, user, given.now);
  // A remembered device replaces nothing in a login of a client (R94).
  flow.remembered = remembered && !client ? { factorTime: remembered.factorTime } : undefined;
  flow.rememberFor = rememberedFor(user);
  ledger.devices.expire(given.cookies.device, user, given.now);
  ledger.devices.replayed(given.cookies.device);
}

/** The password that is typed again in a flow. */
export function confirmPassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = userOf(flow);
  assert.equal(password, user.password, 'a wrong password was accepted as a confirmation');
  const isInPortal = !user.portal || (user.portal.isActive && !user.portal.isGone);
  assert.ok(isInPortal, 'a password was confirmed of a user whom the portal does not have');
  learn(ledger, user, given);
  passwordCounts(ledger, flow, user, given);
  flow.confirmed = user.passwords;
}
