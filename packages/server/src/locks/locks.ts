import { createHash } from 'node:crypto';
import type { LockPolicy } from '../organisations/schema.ts';
import { countAttempt, getCounter, type Taken } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';

/**
 * The name of a lock: `password`, `new-password` (attempts to find out whether a new password is the previous one), or the
 * name that a factor declares (`flow/rules/factor.ts`).
 */
export type LockedBy = string;

/** A lock as it is reported to the user. The counter itself decides at each attempt. */
interface Lock {
  /** ms since the epoch; absent if no wait ends the lock. */
  until?: number;
}

/** The reported locks of a flow, by name. */
export type Locks = Partial<Record<LockedBy, Lock>>;

/** The hard limit of a counter without a cap: only waits slow its attempts down. */
export const NO_CAP: number = Number.MAX_SAFE_INTEGER;

/** Reads the present lock of a counter without counting an attempt (R51). Returns undefined if there is no lock. */
export async function lockOn(
  db: Db,
  { key, hardLimit, now }: { key: string; hardLimit: number; now: number },
): Promise<Lock | undefined> {
  const counter = await getCounter(db, key);
  if (!counter) return undefined;
  if (counter.hard >= hardLimit) return {};
  return counter.locked_until > now ? { until: counter.locked_until } : undefined;
}

/** Whether a lock is in effect at a time in ms since the epoch. Pure. */
export function holds(lock: Lock | undefined, now: number): boolean {
  return lock !== undefined && (lock.until === undefined || lock.until > now);
}

/** Returns the facts with one more lock. Pure. */
export function withLock<F extends { locks?: Locks }>(facts: F, by: LockedBy, lock: Lock): F {
  return { ...facts, locks: { ...facts.locks, [by]: lock } };
}

/*
 * The keys of the counters (D7). They are hashed, so that no typed name is stored in the table: users sometimes type their
 * password into the username field.
 */

/** The key of the wrong passwords of one username, existing or not. */
export function passwordKey(organisationId: string, usernameKey: string): string {
  return keyOf('password', organisationId, usernameKey);
}

/** The key of the wrong codes of one account, over all its authenticators. */
export function codeKey(accountId: string): string {
  return keyOf('code', accountId);
}

/** The key of the wrong codes of one account that were sent as text messages. */
export function smsKey(accountId: string): string {
  return keyOf('sms', accountId);
}

/** The key of the wrong codes of one account that were sent by email. */
export function emailCodeKey(accountId: string): string {
  return keyOf('email', accountId);
}

/**
 * The key of the wrong recovery codes and help-desk codes of one account. Wrong codes of an authenticator are not counted
 * here (D12).
 */
export function recoveryKey(accountId: string): string {
  return keyOf('recovery', accountId);
}

/** The key of the wrong passwords of one account on one known device. Guesses from other browsers are not counted here (R44). */
export function knownDeviceKey(accountId: string, deviceId: string): string {
  return keyOf('device', accountId, deviceId);
}

/** The key of the attempts to find out whether a new password is the previous one. */
export function newPasswordKey(accountId: string): string {
  return keyOf('new-password', accountId);
}

/**
 * The keys of the counters of an account's password, on its known devices and elsewhere. Every transaction locks their
 * rows in this order, after the rows of the codes, to avoid deadlocks (decision 0012).
 */
export function passwordKeys(
  account: { id: string; organisation_id: string; username_key: string },
  devices: readonly { id: string }[],
): string[] {
  return [
    ...devices.map(({ id }) => knownDeviceKey(account.id, id)).sort(),
    passwordKey(account.organisation_id, account.username_key),
  ];
}

/** The keys of all counters of an account, in the order in which a transaction locks their rows. */
export function accountKeys(account: Parameters<typeof passwordKeys>[0], devices: readonly { id: string }[]): string[] {
  const { id } = account;
  return [
    codeKey(id),
    smsKey(id),
    emailCodeKey(id),
    recoveryKey(id),
    ...passwordKeys(account, devices),
    newPasswordKey(id),
  ];
}

function keyOf(kind: string, ...parts: string[]): string {
  return `${kind}.${createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url')}`;
}

/** The result of counting an attempt before it is verified. Times in ms since the epoch. */
export type Attempt =
  | ({ counted: true } & Taken)
  /** The attempt must not be verified. It is locked until a time, or without an end at the hard cap. */
  | { counted: false; until?: number };

/**
 * Counts an attempt against the limits of the organisation, in one statement of the given transaction. The caller commits
 * it before it verifies anything (R43).
 */
export async function attemptUnder(
  tx: Tx,
  options: { key: string; now: number; locks: LockPolicy; hardLimit: number },
): Promise<Attempt> {
  const { key, now, locks, hardLimit } = options;
  const result = await countAttempt(tx, {
    key,
    now,
    softLimit: locks.soft,
    hardLimit,
    wait: { first: locks.firstWaitSeconds * 1000, max: locks.maxWaitSeconds * 1000 },
  });
  if (result.counted) return result;
  return result.hardCap ? { counted: false } : { counted: false, until: result.lockedUntil };
}
