import { createHash } from 'node:crypto';
import type { LockPolicy } from '../organisations/schema.ts';
import { countAttempt, getCounter, type Taken } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';

/**
 * What is locked: `password`, `new-password` (guesses whether a new password is the previous one), or the lock of a factor
 * (`flow/factor.ts`).
 */
export type LockedBy = string;

/** How a lock is reported; the counter itself decides at each attempt. `until` in ms since the epoch, absent: no wait ends it. */
interface Lock {
  until?: number;
}

export type Locks = Partial<Record<LockedBy, Lock>>;

/** A count without a cap: only waits slow it down. */
export const NO_CAP: number = Number.MAX_SAFE_INTEGER;

/** The lock of a counter now, without counting anything (R51). */
export async function lockOn(
  db: Db,
  { key, hardLimit, now }: { key: string; hardLimit: number; now: number },
): Promise<Lock | undefined> {
  const counter = await getCounter(db, key);
  if (!counter) return undefined;
  if (counter.hard >= hardLimit) return {};
  return counter.locked_until > now ? { until: counter.locked_until } : undefined;
}

/** Whether a lock holds at a moment. Pure. */
export function holds(lock: Lock | undefined, now: number): boolean {
  return lock !== undefined && (lock.until === undefined || lock.until > now);
}

/** Facts with one more lock in them. Pure. */
export function withLock<F extends { locks?: Locks }>(facts: F, by: LockedBy, lock: Lock): F {
  return { ...facts, locks: { ...facts.locks, [by]: lock } };
}

/*
 * The names of the counters (D7). Hashed, so that no typed name is stored in the table: users sometimes type their password
 * into the username field.
 */

/** Wrong passwords of one name, whether it exists or not. */
export function passwordKey(organisationId: string, usernameKey: string): string {
  return keyOf('password', organisationId, usernameKey);
}

/** Wrong codes of one account, over all its authenticators. */
export function codeKey(accountId: string): string {
  return keyOf('code', accountId);
}

/** Wrong recovery codes and help-desk codes of one account: guessing at an authenticator never fills this one (D12). */
export function recoveryKey(accountId: string): string {
  return keyOf('recovery', accountId);
}

/** Wrong passwords of one account on one browser that it is known on: a stranger elsewhere never fills this one (R44). */
export function knownDeviceKey(accountId: string, deviceId: string): string {
  return keyOf('device', accountId, deviceId);
}

/** Tries whether a new password is the one before. */
export function newPasswordKey(accountId: string): string {
  return keyOf('new-password', accountId);
}

/**
 * The counters of an account's password, on its known devices and elsewhere. Every transaction takes their rows in this
 * order, after those of its codes (decision 0012).
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

/** All counters of an account, in that order. */
export function accountKeys(account: Parameters<typeof passwordKeys>[0], devices: readonly { id: string }[]): string[] {
  const { id } = account;
  return [codeKey(id), recoveryKey(id), ...passwordKeys(account, devices), newPasswordKey(id)];
}

function keyOf(kind: string, ...parts: string[]): string {
  return `${kind}.${createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url')}`;
}

/** What the count said before anything was verified. Times in ms since the epoch. */
export type Attempt =
  | ({ counted: true } & Taken)
  /** Nothing may be verified: locked until then, or for good where the hard cap was reached. */
  | { counted: false; until?: number };

/** Counts an attempt under the organisation's numbers: one statement, committed before anything is verified (R43). */
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
