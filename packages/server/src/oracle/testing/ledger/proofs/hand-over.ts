import assert from 'node:assert/strict';
import { textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import type { BeginBody, FlowRecord, Given } from '../records.ts';
import type { System } from '../systems.ts';
import { rememberedFor, type User } from '../users.ts';
import type { Reply } from '../wire.ts';
import { isBlocked, judgeToken } from './hand-over-token.ts';
import { learn } from './portal-password.ts';
import { useOnce } from './possession.ts';

/* What the token of another system proves that hands its user over (K11). */

/** The steps that a login shows before its user is known. */
const beforeUser = ['organisation', 'username', 'password'];

/**
 * Judges a login that began with a token: a trusted system has just signed it for this browser, once, and for an active user of
 * its organisation. It proves no more than the policy grants.
 */
export function acceptHandOver(ledger: Ledger, flow: FlowRecord, asked: BeginBody, given: Given): void {
  const { faults, payload, id, organisation, system, key, user } = judgeToken(ledger, asked, given);
  assert.equal(faults[0], undefined, faults[0]);
  assert.ok(organisation && system && key && user);
  useOnce(ledger, id, 'a token was accepted twice (K11)');
  learn(ledger, user, given);
  const isStrong = system.proves === 'factor' && Array.isArray(payload.amr) && payload.amr.includes('mfa');
  const proves = isStrong ? 'factor' : 'password';
  const handOver = { issuer: system.issuer, key: key.key, published: system.published, proves } as const;
  Object.assign(flow, { user, organisation: organisation.id, name: user.username, handOver });
  flow.rememberFor = rememberedFor(user);
  ledger.note(isStrong ? 'a hand-over with a factor' : 'a hand-over');
  if (system.published) ledger.note('a hand-over with a published key');
  if (system.keys.length > 1) ledger.note('a hand-over with one of several keys');
}

/** Judges the first answer to an accepted token: it counts for all that it proves, so no step asks for that again (K11). */
export function countsInFull({ handOver, user }: FlowRecord, { body: { flow } }: Reply, given: Given): void {
  if (!handOver || !user || given.disturbed) return;
  const step = flow?.step.type ?? '';
  assert.ok(!beforeUser.includes(step), `a hand-over led to the step ${step} (K11)`);
  if (handOver.proves === 'factor') assert.equal(step, 'done', 'a factor that was handed over was asked again (K11)');
}

/** Judges the refusal of a token: something must be wrong with it. `why`: the code of the refusal. */
export function refuseHandOver(ledger: Ledger, asked: BeginBody, why: string, given: Given): void {
  const { faults, doubts, id, user } = judgeToken(ledger, asked, given);
  // Only a token that names no user was used nevertheless. Any other one can still be accepted.
  const isOfUser = faults.length === 1 && (user === undefined || user.state === 'disabled' || isBlocked(user));
  if (isOfUser || given.disturbed || why === 'busy') ledger.spentTokens.add(id);
  if (why === 'busy') return;
  assert.ok(faults.length + doubts.length > 0, `a right hand-over was refused as ${why} (K11)`);
  ledger.note('a refused hand-over');
}

/** What the hand-over of a flow proves by the present policy; undefined if nothing. */
export function handedOver({ handOver }: FlowRecord, { organisation }: User): System['proves'] | undefined {
  const system = organisation.systems.find(({ issuer }) => issuer === handOver?.issuer);
  if (!handOver || !system) return undefined;
  const isKept = system.keys.some(({ key }) => textOf(key) === textOf(handOver.key));
  // Keys that a system publishes are exchanged by itself, so the address alone counts.
  const isTrusted = system.published ? system.published === handOver.published : isKept;
  if (!isTrusted) return undefined;
  return system.proves === 'factor' ? handOver.proves : 'password';
}
