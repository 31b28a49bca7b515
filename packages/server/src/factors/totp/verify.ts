import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import { DEFAULT_DIGITS, STEP_MS, startOfStep, stepOf, totpNumber } from './code.ts';

/** ±10 minutes: as far as a phone's own clock drifts before its owner would have noticed (R18a). */
const DRIFT_STEPS = (10 * 60_000) / STEP_MS;
const HOUR_STEPS = 3_600_000 / STEP_MS;
/** Time zones lie between UTC−12 and UTC+14. */
const ZONE_HOURS = 14;
/** A step either side of the whole hour: the typing takes time. */
const ZONE_SLACK = 1;
/** Where a replaced authenticator is recognised: the window, and a step either side. */
const RETIRED_FROM = -2;
const RETIRED_TO = 1;

/** One authenticator, with what has been spent of it. */
export interface TotpAuthenticator {
  secret: Uint8Array | KeyObject;
  /** The last accepted step, the set-up's included; null if none was. */
  lastStep: number | null;
  /** Steps burnt by `clock-off`, in any order. One is to be kept for a day: steps 14 hours ahead are burnt (R18a). */
  burntSteps: readonly number[];
}

export interface TotpQuestion extends TotpAuthenticator {
  /** As `normaliseCode` returns it. */
  code: string;
  /** Milliseconds since the epoch, by the server's clock. */
  now: number;
  digits?: number;
  /** Secrets replaced in the last 30 days (R16); one reported lost is not among them. */
  retired?: readonly { secret: Uint8Array | KeyObject }[];
}

/** `counts`: whether the attempt stays in the account's counter. `burn`: the one time step to add to `burntSteps`. */
export type TotpRefusal =
  | { outcome: 'refused'; code: 'wrong-code' | 'code-expired' | 'old-authenticator'; counts: true }
  /** Not counted: the last accepted code in its window, sent again by a double click or a repeated request. */
  | { outcome: 'refused'; code: 'code-used'; counts: boolean }
  /** `retryAt`: ms since the epoch, when this very code becomes good. Neither burnt nor counted. */
  | { outcome: 'refused'; code: 'code-early'; counts: false; retryAt: number }
  /** `offBySeconds` > 0: the phone is ahead. `hours`: present when it is whole hours off, a time-zone fault. */
  | { outcome: 'refused'; code: 'clock-off'; counts: true; offBySeconds: number; burn: number; hours?: number };

export type TotpVerdict = { outcome: 'accepted'; step: number } | TotpRefusal;

/**
 * Judges one code against one authenticator. Pure: the caller spends the accepted step or the burnt one by a conditional
 * update that one submission can win.
 *
 * Only the steps T and T−1 are ever accepted (D5; RFC 6238 §5.2 asks for at most one step of delay), and none at or
 * below the last accepted one (R14). All further searching chooses the *words* of a refusal: it makes no guess better,
 * for a step told to the guesser is spent (`burn`), too old, or (T+1 alone, so that it can be sent again) of use to
 * someone who has guessed a right code already.
 */
export function verifyTotp(question: TotpQuestion): TotpVerdict {
  const typed = readCode(question);
  const secret = asKey(question.secret);
  const now = stepOf(question.now);
  // The window is computed and compared as a whole, without a branch on what matched.
  const current = same(totpNumber(secret, now, typed.modulus), typed.value);
  const before = Math.max(now - 1, 0);
  const previous = same(totpNumber(secret, before, typed.modulus), typed.value);
  if (current !== 0 && isFresh(question, now)) return { outcome: 'accepted', step: now };
  if (previous !== 0 && isFresh(question, before)) return { outcome: 'accepted', step: before };
  if ((current | previous) !== 0)
    return codeUsed(question, current !== 0 ? now : undefined, previous !== 0 ? before : undefined);
  return explain(question, secret, now, typed);
}

interface TypedCode {
  value: number;
  modulus: number;
}

function readCode({ code, digits = DEFAULT_DIGITS }: TotpQuestion): TypedCode {
  if (code.length !== digits || !/^[0-9]+$/.test(code)) throw new TypeError(`A code has ${digits} ASCII digits.`);
  return { value: Number(code), modulus: 10 ** digits };
}

function asKey(secret: Uint8Array | KeyObject): KeyObject {
  return secret instanceof Uint8Array ? createSecretKey(secret) : secret;
}

/** 1 if the numbers (below 2^31) are equal, else 0: no branch, so no time, depends on them. */
function same(a: number, b: number): number {
  return ((a ^ b) - 1) >>> 31;
}

/** RFC 6238 §5.2: the verifier must not accept a second use of a code, which a monotonous last step ensures. */
function isFresh({ lastStep, burntSteps }: TotpAuthenticator, step: number): boolean {
  return (lastStep === null || step > lastStep) && !burntSteps.includes(step);
}

/** Whether just this step was spent: outside the window it tells a copied code from a clock that is off. */
function isSpent({ lastStep, burntSteps }: TotpAuthenticator, step: number): boolean {
  return step === lastStep || burntSteps.includes(step);
}

function refused(code: 'wrong-code' | 'code-used' | 'code-expired' | 'old-authenticator'): TotpRefusal {
  return { outcome: 'refused', code, counts: true };
}

/** What is most likely the matter with a code that isn't in the window; the likeliest cause goes first. */
function explain(question: TotpQuestion, secret: KeyObject, now: number, typed: TypedCode): TotpRefusal {
  const early = matchIn(secret, [now + 1], typed);
  const expired = matchIn(secret, [now - 2], typed);
  const retired = matchesRetired(question, now, typed);
  const drifted = matchIn(secret, driftSteps(now), typed);
  const zoned = matchIn(secret, zoneSteps(now), typed);
  if (early !== null) return isFresh(question, early) ? codeEarly(early) : refused('code-used');
  if (expired !== null) return refused(isSpent(question, expired) ? 'code-used' : 'code-expired');
  if (retired) return refused('old-authenticator');
  const step = drifted ?? zoned;
  if (step === null) return refused('wrong-code');
  return isSpent(question, step) ? refused('code-used') : clockOff(step, now, drifted === null);
}

/**
 * One guess in a million is the last accepted code, and learns that this code is spent: that it is not counted makes no
 * other guess cheaper. An older code, and one that was burnt, counts.
 */
function codeUsed({ lastStep }: TotpAuthenticator, ...matched: (number | undefined)[]): TotpRefusal {
  const isCopy = lastStep !== null && matched.includes(lastStep);
  return { outcome: 'refused', code: 'code-used', counts: !isCopy };
}

function codeEarly(step: number): TotpRefusal {
  return { outcome: 'refused', code: 'code-early', counts: false, retryAt: startOfStep(step) };
}

/** Two clocks a number of steps apart are, on average over where in its step each stands, that many steps off. */
function clockOff(step: number, now: number, zone: boolean): TotpRefusal {
  const offBySeconds = ((step - now) * STEP_MS) / 1000;
  const refusal = { outcome: 'refused', code: 'clock-off', counts: true, offBySeconds, burn: step } as const;
  return zone ? { ...refusal, hours: Math.round((step - now) / HOUR_STEPS) } : refusal;
}

function matchesRetired({ retired = [] }: TotpQuestion, now: number, typed: TypedCode): boolean {
  const steps = between(now + RETIRED_FROM, now + RETIRED_TO);
  const found = retired.map(({ secret }) => matchIn(asKey(secret), steps, typed));
  return found.some((step) => step !== null);
}

/** The first of `steps` whose code was typed, or null; all of them are computed whichever it is. */
function matchIn(secret: KeyObject, steps: readonly number[], { value, modulus }: TypedCode): number | null {
  const matches = steps.filter((step) => step >= 0 && same(totpNumber(secret, step, modulus), value) !== 0);
  return matches[0] ?? null;
}

/** ±10 minutes without T−2 … T+1, which have answers of their own; the nearest first. */
function driftSteps(now: number): number[] {
  return nearestFirst(
    between(now - DRIFT_STEPS, now + DRIFT_STEPS).filter((step) => step < now - 2 || step > now + 1),
    now,
  );
}

/**
 * Whole hours off (R18a), ±14 hours with a step either side. 84 more steps are searched, so a blind guess is told
 * 'clock-off' with the odds 84 : 10^6 rather than 37 : 10^6, and never gains by it: a past step is dead already, and a
 * step to come is burnt. It costs about a quarter of a millisecond, on refusals alone, and those are counted.
 */
function zoneSteps(now: number): number[] {
  const hours = between(-ZONE_HOURS, ZONE_HOURS).filter((hour) => hour !== 0);
  const steps = hours.flatMap((hour) =>
    between(now + hour * HOUR_STEPS - ZONE_SLACK, now + hour * HOUR_STEPS + ZONE_SLACK),
  );
  return nearestFirst(steps, now);
}

function nearestFirst(steps: number[], now: number): number[] {
  return steps.sort((a, b) => Math.abs(a - now) - Math.abs(b - now));
}

function between(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
