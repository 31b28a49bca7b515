import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** The length of a time step in ms (X in RFC 6238 §4.1). */
export const STEP_MS = 30_000;
/** The number of digits of every code that this server provisions, and the default of authenticator apps (R18). */
export const DEFAULT_DIGITS = 6;

const HIGH_WORD = 2 ** 32;
/** One buffer is shared by all calls, which is safe because each call fills and reads it synchronously. */
const counter = Buffer.alloc(8);

/** The time step that contains a time (RFC 6238 §4.2, T0 = 0). `ms` is in ms since the epoch. */
export function stepOf(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

/** The first millisecond of a time step, in ms since the epoch. */
export function startOfStep(step: number): number {
  return step * STEP_MS;
}

/** The code of one time step (RFC 6238, RFC 4226 §5.3, HMAC-SHA-1): `digits` digits (default 6) with leading zeros. */
export function totpCode(secret: Uint8Array | KeyObject, step: number, digits: number = DEFAULT_DIGITS): string {
  return totpNumber(secret, step, 10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/**
 * The code as a number below `modulus`, which is 10 to the power of the number of digits. Codes of one length are equal
 * exactly if their numbers are equal, and numbers are compared in constant time.
 */
function totpNumber(secret: Uint8Array | KeyObject, step: number, modulus: number): number {
  counter.writeUInt32BE(Math.floor(step / HIGH_WORD), 0);
  counter.writeUInt32BE(step % HIGH_WORD, 4);
  // 'binary' gives one character per byte, which costs a fifth less than a Buffer. The digest has 20 bytes, so every
  // index below is inside it.
  const digest = createHmac('sha1', secret).update(counter).digest('binary');
  // RFC 4226 §5.3, dynamic truncation: the low four bits of the last byte are the offset.
  const offset = digest.charCodeAt(19) & 0xf;
  const high = ((digest.charCodeAt(offset) & 0x7f) << 24) | (digest.charCodeAt(offset + 1) << 16);
  return (high | (digest.charCodeAt(offset + 2) << 8) | digest.charCodeAt(offset + 3)) % modulus;
}

/** Spaces of any kind, including no-break spaces, and hyphens: apps show the digits in groups, and users copy them so. */
const SEPARATORS = /[\p{Zs}\t\r\n\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
/** The longest text that is searched for a code. It is longer than any grouping of a code. */
const MAX_LENGTH = 64;

/**
 * The ASCII digits of a typed code after spaces and hyphens are removed. Returns null for a value that is not a string,
 * has other characters, or does not have exactly `digits` digits (R17).
 */
export function normaliseCode(text: unknown, digits: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const code = text.replace(SEPARATORS, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : null;
}

/** ±10 minutes in time steps: the drift of a phone's clock that a user may not notice (R18a). */
const DRIFT_STEPS = (10 * 60_000) / STEP_MS;
const HOUR_STEPS = 3_600_000 / STEP_MS;
/** Time zones lie between UTC−12 and UTC+14. */
const ZONE_HOURS = 14;
/** Time steps on either side of a whole hour, because typing the code takes time. */
const ZONE_SLACK = 1;
/** Codes of a replaced authenticator are recognised in the window and one time step on either side of it. */
const RETIRED_FROM = -2;
const RETIRED_TO = 1;

/** One authenticator with its spent time steps. */
export interface TotpAuthenticator {
  /** The shared secret. */
  secret: Uint8Array | KeyObject;
  /** The last accepted time step, including the one that confirmed the enrolment; null if there is none. */
  lastStep: number | null;
  /** Time steps burnt by `clock-off`, in any order. The caller keeps each for a day: it may be 14 hours ahead (R18a). */
  burntSteps: readonly number[];
}

/** A typed code, and what is needed to verify it against one authenticator. */
export interface TotpQuestion extends TotpAuthenticator {
  /** The typed code, as `normaliseCode` returns it. */
  code: string;
  /** The server's time, in ms since the epoch. */
  now: number;
  /** The number of digits of a code; 6 by default. */
  digits?: number;
  /** Secrets replaced in the last 30 days, without those that were reported lost (R16). */
  retired?: readonly { secret: Uint8Array | KeyObject }[];
}

/**
 * Why a code is refused. `counts` says whether the attempt stays in the account's counter. `burn` is the time step that the
 * caller adds to `burntSteps`.
 */
export type TotpRefusal =
  | { outcome: 'refused'; code: 'wrong-code' | 'code-expired' | 'old-authenticator'; counts: true }
  /** Not counted if it is the last accepted code within its window, sent again by a double click or a repeated request. */
  | { outcome: 'refused'; code: 'code-used'; counts: boolean }
  /** `retryAt`: when this code becomes valid, in ms since the epoch. Its time step is not burnt. */
  | { outcome: 'refused'; code: 'code-early'; counts: false; retryAt: number }
  /** `offBySeconds` > 0: the phone is ahead. `hours`: present if the phone is off by whole hours, a wrong time zone. */
  | { outcome: 'refused'; code: 'clock-off'; counts: true; offBySeconds: number; burn: number; hours?: number };

/** The result for one authenticator. `step` is the time step that the caller spends. */
export type TotpVerdict = { outcome: 'accepted'; step: number } | TotpRefusal;

/**
 * Verifies one code against one authenticator. The function is pure: the caller spends the accepted or burnt time step by
 * a conditional update that only one submission can make.
 *
 * Only the time steps T and T−1 are accepted (D5; RFC 6238 §5.2 recommends at most one step of delay), and none at or below
 * the last accepted one (R14). The other time steps are searched only to explain a refusal. This does not help an attacker:
 * a time step that a refusal reveals is burnt, or too old, or T+1. T+1 can be sent again, but it is revealed only to a
 * client that has sent its correct code already.
 */
export function verifyTotp(question: TotpQuestion): TotpVerdict {
  const typed = readCode(question);
  const secret = asKey(question.secret);
  const now = stepOf(question.now);
  // Both codes of the window are computed and compared before any branch depends on a match.
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
  if (code.length !== digits || !/^[0-9]+$/.test(code))
    throw new TypeError(`The code must have exactly ${digits} ASCII digits.`);
  return { value: Number(code), modulus: 10 ** digits };
}

function asKey(secret: Uint8Array | KeyObject): KeyObject {
  return secret instanceof Uint8Array ? createSecretKey(secret) : secret;
}

/** 1 if two numbers below 2^31 are equal, otherwise 0. It has no branches, so its time doesn't depend on the numbers. */
function same(a: number, b: number): number {
  return ((a ^ b) - 1) >>> 31;
}

/** RFC 6238 §5.2 forbids a second use of a code. Accepted time steps therefore only increase. */
function isFresh({ lastStep, burntSteps }: TotpAuthenticator, step: number): boolean {
  return (lastStep === null || step > lastStep) && !burntSteps.includes(step);
}

/** Whether this time step was spent. Outside the window this distinguishes a copied code from a clock that is off. */
function isSpent({ lastStep, burntSteps }: TotpAuthenticator, step: number): boolean {
  return step === lastStep || burntSteps.includes(step);
}

function refused(code: 'wrong-code' | 'code-used' | 'code-expired' | 'old-authenticator'): TotpRefusal {
  return { outcome: 'refused', code, counts: true };
}

/** Finds the most likely reason why a code is not in the window. The likeliest reason is checked first. */
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
 * The last accepted code is not counted. Only one guess in a million is that code, and the refusal reveals only that it is
 * spent, so other guesses become no cheaper. An older or burnt code is counted.
 */
function codeUsed({ lastStep }: TotpAuthenticator, ...matched: (number | undefined)[]): TotpRefusal {
  const isCopy = lastStep !== null && matched.includes(lastStep);
  return { outcome: 'refused', code: 'code-used', counts: !isCopy };
}

function codeEarly(step: number): TotpRefusal {
  return { outcome: 'refused', code: 'code-early', counts: false, retryAt: startOfStep(step) };
}

/** A phone whose code is a number of time steps away is off by that many steps on average. */
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

/** The first of `steps` whose code was typed, or null. All codes are computed, whichever matches. */
function matchIn(secret: KeyObject, steps: readonly number[], { value, modulus }: TypedCode): number | null {
  const matches = steps.filter((step) => step >= 0 && same(totpNumber(secret, step, modulus), value) !== 0);
  return matches[0] ?? null;
}

/** The time steps within ±10 minutes, nearest first, without T−2 … T+1, which have refusals of their own. */
function driftSteps(now: number): number[] {
  return nearestFirst(
    between(now - DRIFT_STEPS, now + DRIFT_STEPS).filter((step) => step < now - 2 || step > now + 1),
    now,
  );
}

/**
 * The time steps at whole hours within ±14 hours (R18a), with one step on either side. Because of these 84 steps, a blind
 * guess gets 'clock-off' with a chance of 121 in a million instead of 37. It gains nothing: a past time step is invalid
 * already, and a future one is burnt. The search costs about a quarter of a millisecond, only on counted refusals.
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
