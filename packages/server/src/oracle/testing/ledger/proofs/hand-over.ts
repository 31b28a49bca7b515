import assert from 'node:assert/strict';
import { isSignedBy, readJws, textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import type { FlowRecord, Given } from '../records.ts';
import { rememberedFor, type System, type User } from '../users.ts';
import { AUDIENCE, useOnce } from './possession.ts';

/* What the token of another system proves that hands its user over (K11). */

/** seconds */
const MAX_AGE = 60;
/** seconds: the tolerance of the clock, and one for rounding. */
const TOLERANCE = 6;

/**
 * Judges a login that began with a token: a trusted system has just signed it for this browser, once, and for an active user of
 * its organisation. It proves no more than the policy grants.
 */
export function acceptHandOver(ledger: Ledger, flow: FlowRecord, token: string, given: Given): void {
  const { header, payload } = readJws(token);
  const { iss, aud, sub, organisation: id, nonce, jti, amr } = payload;
  assert.equal(flow.kind, 'login', 'a hand-over began another flow than a login (K11)');
  assert.equal(flow.client, undefined, 'a client handed a user over (K11)');
  const organisation = ledger.users.find((each) => each.organisation.id === id)?.organisation;
  const system = organisation?.systems.find(({ issuer }) => issuer === iss);
  assert.ok(organisation && system, 'a system handed a user over that the organisation does not trust (K11)');
  assert.equal(header.typ, 'hand-over+jwt', 'another JWT was accepted as a hand-over (K11)');
  assert.ok(isSignedBy(token, system.key), 'a token was accepted that the system has not signed (K11)');
  assert.equal(aud, AUDIENCE, 'a token for another server was accepted (K11)');
  const cookie = given.cookies['hand-over'];
  assert.ok(
    cookie !== undefined && nonce === ledger.nonces.get(cookie),
    'a token for another browser was accepted (K11)',
  );
  assertTimes(payload, given);
  useOnce(ledger, `hand-over ${organisation.id} ${iss} ${jti}`, 'a token was accepted twice (K11)');
  const user = ledger.users.find(
    (each) => each.organisation === organisation && each.external !== undefined && each.external === sub,
  );
  assert.ok(user, 'an unknown user was handed over (K11)');
  assert.ok(user.state === 'active' || given.disturbed, 'a disabled user was handed over (K11)');
  const isStrong = system.proves === 'factor' && Array.isArray(amr) && amr.includes('mfa');
  const proves = isStrong ? 'factor' : 'password';
  Object.assign(flow, { user, organisation: organisation.id, name: user.username, handOver: { ...system, proves } });
  flow.rememberFor = rememberedFor(user);
  ledger.note(isStrong ? 'a hand-over with a factor' : 'a hand-over');
}

function assertTimes({ iat, exp }: Record<string, unknown>, { sent, now }: Given): void {
  const [from, until] = [Number(iat), Number(exp)];
  assert.ok(until - from <= MAX_AGE, 'a token that is valid for too long was accepted (K11)');
  assert.ok(sent / 1000 <= from + MAX_AGE + 1, 'an old token was accepted (K11)');
  assert.ok(sent / 1000 <= until + TOLERANCE, 'an expired token was accepted (K11)');
  assert.ok(from <= now / 1000 + TOLERANCE, 'a token of the future was accepted (K11)');
}

/** What the hand-over of a flow proves by the present policy; undefined if nothing. */
export function handedOver({ handOver }: FlowRecord, { organisation }: User): System['proves'] | undefined {
  const system = organisation.systems.find(({ issuer }) => issuer === handOver?.issuer);
  if (!handOver || !system || textOf(system.key) !== textOf(handOver.key)) return undefined;
  return system.proves === 'factor' ? handOver.proves : 'password';
}
